"""What a document allows, or nearly, gets no 500, no silence, and no answer that its schema does not have.

schemathesis makes the requests from our own documents: here a few for each operation of some versions,
`make schemathesis` many for each of all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lacking
import pytest
import requests
from cluster.conftest import running
from cluster.serving import accepts, free_port, until
from cluster.serving import running as serving
from hypothesis import HealthCheck, Phase, given, settings
from places import SPECS

schemathesis = pytest.importorskip("schemathesis", reason=lacking.python_package("schemathesis"))

from schemathesis.checks import CHECKS, load_all_checks  # noqa: E402  # after importorskip

Server = tuple[str, dict[str, str], Path]

load_all_checks()
VERSIONS = os.environ.get("SCHEMATHESIS_VERSIONS", "v0.0.35 v0.0.38 v0.0.44").split()
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "4"))
#: slurmctld reads its configuration anew, for every other test on the cluster too.
LEFT_OUT = ("/reconfigure",)
CONFORMS = CHECKS.get_by_names(["response_schema_conformance", "content_type_conformance"])


def operations() -> list[Any]:
    """Every operation of the versions, each a parameter of the test."""
    found = []
    for version in VERSIONS:
        document = json.loads((SPECS / f"{version}.json").read_text(encoding="utf-8"))
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


def administrator(cluster: Any) -> str:
    return "root" if os.geteuid() == 0 else cluster.user


def as_user(cluster: Any) -> dict[str, Any]:
    from cluster.cluster import identity

    return identity(cluster.user)


@pytest.mark.parametrize("operation", operations())
def test_an_answer_is_as_the_document_says(operation: Any, server: Server) -> None:
    address, fields, log = server

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        response = case.call(base_url=address, headers=fields, timeout=60)
        assert response.status_code != 500, f"{response.text}\n{log.read_text()[-2000:]}"
        if response.status_code == 304:  # there was nothing to delete
            assert not response.content
        elif response.status_code == 400 and response.headers["content-type"][0].startswith("text/plain"):
            assert "the path holds" in response.text  # and names no version, as far as it was read
        else:
            case.validate_response(response, checks=CONFORMS)

    ask()
    # And it still serves others.
    assert requests.get(f"{address}/healthz", timeout=20).text == "ok\n"
