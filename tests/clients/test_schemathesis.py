"""What a document allows, or nearly, gets no 500, no silence, and no answer that its schema does not have.

schemathesis makes the requests from our own documents: here a few for each operation of some versions,
`make schemathesis` many for each of all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import lacking
import pytest
import requests
from api_versions import NEWEST
from cluster.conftest import running
from cluster.serving import accepts, free_port, until
from cluster.serving import running as serving
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import sampled_from
from places import SPECS

from restd_inet.schema.versions import NAMES

schemathesis = pytest.importorskip("schemathesis", reason=lacking.python_package("schemathesis"))

from schemathesis import GenerationMode  # noqa: E402  # after importorskip
from schemathesis.checks import CHECKS, load_all_checks  # noqa: E402  # after importorskip

Server = tuple[str, dict[str, str], Path]

load_all_checks()
VERSIONS = os.environ.get("SCHEMATHESIS_VERSIONS", "v0.0.35 v0.0.38 v0.0.44").split()
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "4"))
LATEST = NAMES[NEWEST]
#: Versions of /restd/, and examples of each operation there.
RESTD_VERSIONS = os.environ.get("SCHEMATHESIS_RESTD_VERSIONS", f"v0.0.40 {LATEST}").split()
RESTD_EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "2"))
#: slurmctld reads its configuration anew, for every other test on the cluster too.
LEFT_OUT = ("/reconfigure",)
CONFORMS = CHECKS.get_by_names(["response_schema_conformance", "content_type_conformance"])


def operations(documents: list[str], chosen: str = "") -> list[Any]:
    """Every operation of the documents whose path begins so, each a parameter of a test."""
    found = []
    for name in documents:
        document = json.loads((SPECS / f"{name}.json").read_text(encoding="utf-8"))
        document["paths"] = {
            path: operation for path, operation in document["paths"].items() if path.startswith(chosen)
        }
        schema = schemathesis.openapi.from_dict(document)
        for result in schema.get_all_operations():
            operation = result.ok()
            if not operation.path.rstrip("/").endswith(LEFT_OUT):
                found.append(pytest.param(operation, id=f"{operation.method.upper()} {operation.path}"))
    return found


@pytest.fixture(scope="module")
def server(reachable: Any, tmp_path_factory: Any) -> Iterator[Server]:
    """The address of a listener on a cluster of its own, an administrator's fields, the listener's log."""
    port = free_port()
    with running(reachable, "--nodes", "2") as cluster:
        token = cluster.shell("scontrol token lifespan=9999", user=administrator(cluster)).stdout
        variables = dict(line.split("=", 1) for line in token.decode().split())
        log = tmp_path_factory.mktemp("log") / "log"
        command = [f"{reachable}/restd-inet", "-v", "-a", "jwt", "--slurm-timeout", "10"]
        command += ["--state-directory", f"{cluster.jobs}/state", f"127.0.0.1:{port}"]
        environment = {**cluster.env(), "SLURMRESTD_SECURITY": "disable_user_check"}
        with serving(command, log, env=environment, **as_user(cluster)):
            until(lambda: accepts(port), "listener")
            yield f"http://127.0.0.1:{port}", {"X-SLURM-USER-TOKEN": variables["SLURM_JWT"]}, log


@pytest.fixture(scope="module")
def jobs(server: Server) -> list[str]:
    """Jobs that may be held, signalled, read, ...: one that runs, an array, a het job."""
    address, fields, _ = server
    environment = ["PATH=/bin:/usr/bin"]
    job = {"current_working_directory": "/tmp", "environment": environment, "standard_output": "/dev/null"}
    script = "#!/bin/sh\nsleep 600"
    found = []
    for body in (
        {"job": job, "script": script},
        {"job": {**job, "array": "1-3", "hold": True}, "script": script},
        {"jobs": [{**job, "hold": True}, {**job, "hold": True}], "script": script},
    ):
        url = f"{address}/restd/{LATEST}/job/submit"
        answer = requests.post(url, json=body, headers=fields, timeout=60)
        assert answer.status_code == 200, answer.text
        found.append(str(answer.json()["job_id"]))
    return [*found, f"{found[1]}_[1-2]", f"{found[2]}+1"]


def administrator(cluster: Any) -> str:
    return "root" if os.geteuid() == 0 else cluster.user


def as_user(cluster: Any) -> dict[str, Any]:
    from cluster.cluster import identity

    return identity(cluster.user)


def examples(most: int) -> Any:
    return settings(
        max_examples=most,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def check(case: Any, server: Server) -> None:
    """Asks it, and looks at the answer."""
    address, fields, log = server
    response = case.call(base_url=address, headers=fields, timeout=60)
    assert response.status_code != 500, f"{response.text}\n{log.read_text()[-2000:]}"
    if response.status_code == 304:  # there was nothing to delete
        assert not response.content
    elif response.status_code == 400 and response.headers["content-type"][0].startswith("text/plain"):
        assert "the path holds" in response.text  # and names no version, as far as it was read
    else:
        assert str(response.status_code) in case.operation.definition.raw["responses"], response.text
        case.validate_response(response, checks=CONFORMS)


def serves(server: Server) -> bool:
    """Whether it still serves others."""
    return requests.get(f"{server[0]}/healthz", timeout=20).text == "ok\n"


@pytest.mark.parametrize("operation", operations(VERSIONS))
def test_an_answer_is_as_the_document_says(operation: Any, server: Server) -> None:
    @examples(EXAMPLES)
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        check(case, server)

    ask()
    assert serves(server)


#: What makes an answer wait for something to happen.
WAITING = ("watch", "wait", "since", "follow")


@pytest.mark.parametrize(
    "operation", [one for version in RESTD_VERSIONS for one in operations(["restd"], f"/restd/{version}/")]
)
def test_an_answer_of_restd_is_as_the_document_says(operation: Any, server: Server, jobs: list[str]) -> None:
    """Of what the document allows and of what it does not; of jobs that are there, too."""
    for mode in GenerationMode:

        @examples(RESTD_EXAMPLES)
        @given(case=operation.as_strategy(mode), job=sampled_from([*jobs, ""]))
        def ask(case: Any, job: str) -> None:
            for name in WAITING:
                (case.query or {}).pop(name, None)
            if job and "job_id" in (case.path_parameters or {}):
                case.path_parameters["job_id"] = job
            check(case, server)

        with suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
            ask()  # where everything is allowed, nothing is against the document
    assert serves(server)
