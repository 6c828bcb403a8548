"""contrib/client: the package for Python, over TCP and with a restd-inet of its own, on a real cluster."""

from __future__ import annotations

import asyncio
import http.server
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import lacking
import pytest
from cluster.cluster import identity
from places import CHECKOUT

httpx = pytest.importorskip("httpx", reason=lacking.python_package("httpx"))

PACKAGE = CHECKOUT / "contrib" / "client"
sys.path.insert(0, str(PACKAGE))
from restd_inet_client import AsyncClient, Client, Problem, _shared  # type: ignore[import-not-found] # noqa: E402

SCRIPT = "#!/bin/sh\n#SBATCH -J from-python -t 5 -o %j.out\necho hello from $SLURM_JOB_ID\n"


@pytest.fixture
def client(server: Any) -> Iterator[Any]:
    with Client(server.url, token=server.token(server.user), user=server.user) as client:
        yield client


def test_what_is_generated_is_what_the_documents_say() -> None:
    spec = importlib.util.spec_from_file_location("client_generate", PACKAGE / "generate.py")
    assert spec and spec.loader
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    changed = [path.name for path, text in generate.written().items() if path.read_text() != text]
    assert changed == [], "type: make specs"


def test_a_script_is_submitted_waited_for_and_its_output_read(server: Any, client: Any) -> None:
    number = client.submit(SCRIPT, submit_dir=str(server.jobs))["job_id"]
    job = client.job(number, until="COMPLETED", wait=120)["jobs"][0]
    assert (job["name"], job["job_state"]) == ("from-python", ["COMPLETED"])
    assert Path(server.jobs, f"{number}.out").read_text() == f"hello from {number}\n"


def test_lists_are_typed_filtered_and_paged(server: Any, client: Any) -> None:
    jobs = [server.submit("--hold", "--job-name=paged", "--wrap=true") for _ in range(5)]
    listed = client.jobs(name="paged", fields=["job_id", "job_state"])["jobs"]
    assert [job["job_id"] for job in listed] == jobs
    assert {tuple(job) for job in listed} == {("job_id", "job_state")}
    paged = client.pages("jobs", name="paged", fields="job_id", limit=2)
    assert [job["job_id"] for job in paged] == jobs
    assert client.jobs(name="paged", count=True)["count"] == 5
    assert client.slurm_ping()["pings"]


def test_a_mistake_is_a_problem_with_what_the_server_says(client: Any) -> None:
    with pytest.raises(Problem) as failed:
        client.call("GET", "/restd/latest/jobs", {"usr": "me"})
    assert failed.value.status == 400
    assert "user" in str(failed.value)
    assert failed.value.errors
    with pytest.raises(Problem, match="404"):
        client.job(4_000_000)


def test_a_key_submits_once(server: Any, client: Any) -> None:
    first = client.submit(SCRIPT, idempotency_key="the-same", submit_dir=str(server.jobs))
    again = client.submit(SCRIPT, idempotency_key="the-same", submit_dir=str(server.jobs))
    assert again["job_id"] == first["job_id"]


def test_changes_are_events(server: Any, client: Any) -> None:
    number = server.submit("--hold", "--job-name=watched", "--wrap=true")
    seen = []
    for event in client.watch("jobs", name="watched", fields="job_id,job_state", interval=1):
        seen.append(event.event)
        if event.event == "synced":
            server.shell(f"scancel {number}")
        if event.event == "changed":
            break
    assert seen == ["added", "synced", "changed"]
    assert event.record == {"job_id": number, "job_state": ["CANCELLED"]}


def test_the_same_with_asyncio(server: Any) -> None:
    async def use() -> tuple[list[Any], list[str], str]:
        async with AsyncClient(server.url, token=lambda: server.token(server.user)) as client:
            jobs, nodes = await asyncio.gather(client.jobs(limit=1), client.nodes(fields="name"))
            assert len(jobs["jobs"]) == 1
            names = [node["name"] for node in nodes["nodes"]]
            paged = [node async for node in client.pages("nodes", fields="name", limit=1)]
            async for event in client.watch("nodes", fields="name"):
                if event.event == "synced":
                    break
            return paged, names, event.event

    paged, names, event = asyncio.run(use())
    assert [node["name"] for node in paged] == names
    assert event == "synced"


def test_without_a_url_it_has_a_server_of_its_own_that_ends_with_it(server: Any) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from restd_inet_client import Client\n"
        "with Client() as slurm:\n"
        "    print(slurm.jobs(user='me', limit=1)['meta']['client']['user'], slurm._listener._process.pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(PACKAGE)],
        env=server.env(),
        cwd=server.jobs,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **identity(server.user),
    )
    assert done.returncode == 0, done.stderr
    user, pid = done.stdout.split()
    assert user == server.user
    assert not os.path.exists(f"/proc/{pid}")


# Without a cluster: what is tried again.


class Failing(http.server.BaseHTTPRequestHandler):
    """Answers what the test has put into `answers`, and notes what it got."""

    answers: ClassVar[list[tuple[int, dict[str, str], dict[str, Any]]]] = []
    got: ClassVar[list[tuple[str, str | None]]] = []

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.got.append((self.command, self.headers.get("Idempotency-Key")))
        status, headers, document = self.answers.pop(0)
        if not status:
            self.close_connection = True
            return
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(_shared, "FIRST_WAIT", 0.001)
    Failing.answers, Failing.got = [], []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with Client(f"http://127.0.0.1:{server.server_port}", token="t") as client:
            yield client
        server.shutdown()
        thread.join()


BUSY = (503, {"Retry-After": "0"}, {"errors": [{"error": "slurmctld is down"}]})
LOST: tuple[int, dict[str, str], dict[str, Any]] = (0, {}, {})
DONE: tuple[int, dict[str, str], dict[str, Any]] = (200, {}, {"job_id": 7})


def test_a_request_that_may_be_sent_again_is(failing: Any) -> None:
    Failing.answers += [BUSY, LOST, DONE]
    assert failing.jobs()["job_id"] == 7
    assert len(Failing.got) == 3


def test_a_submission_is_sent_again_with_the_same_key(failing: Any) -> None:
    conflict = (409, {"Retry-After": "0"}, {})
    Failing.answers += [LOST, conflict, BUSY, DONE]
    assert failing.submit("#!/bin/sh\n")["job_id"] == 7
    keys = {key for _, key in Failing.got}
    assert len(Failing.got) == 4
    assert len(keys) == 1
    assert None not in keys


def test_what_might_be_done_twice_is_not_sent_again(failing: Any) -> None:
    Failing.answers += [BUSY, DONE]
    with pytest.raises(Problem, match="slurmctld is down"):
        failing.call("DELETE", "/slurm/latest/job/7")
    assert Failing.got == [("DELETE", None)]


def test_the_last_failure_is_raised(failing: Any) -> None:
    Failing.answers += [BUSY] * 4
    with pytest.raises(Problem) as failed:
        failing.jobs()
    assert failed.value.status == 503
    Failing.answers += [LOST] * 4
    with pytest.raises(httpx.TransportError):
        failing.jobs()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="expected http"):
        Client("localhost:6820")
