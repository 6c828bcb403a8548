"""A published client that checks what it parses in every version from v0.0.39 on (PyPI: pyslurmutils).

Its models are made of slurmrestd's documents, and its requests are those of its users: a script, a list of
variables, "time_limit" as a text.
"""

from __future__ import annotations

import datetime
from typing import Any

import lacking
import pytest

from restd_inet.schema.versions import V39, V45, VERSIONS

base = pytest.importorskip("pyslurmutils.client.rest.base", reason=lacking.python_package("pyslurmutils"))
from pyslurmutils.client import errors  # noqa: E402

#: Those that the client knows.
KNOWN = [name for name, number in VERSIONS.items() if V39 <= number <= V45]


@pytest.fixture(params=KNOWN)
def client(request: Any, server: Any) -> Any:
    return base.SlurmBaseRestClient(
        url=server.url,
        user_name=server.user,
        token=server.token(server.user),
        api_version=request.param,
        log_directory=server.jobs,
        use_env_credentials=False,
    )


def test_a_job_is_submitted_waited_for_and_its_state_read(server: Any, client: Any) -> None:
    number = client.submit_job(
        "#!/bin/sh\necho $GREETING\n",
        parameters={
            "name": "greeting",
            "account": "test",
            "time_limit": "00:05:00",
            "environment": {"GREETING": "hello"},
        },
        metadata={"by": "client"},
    )
    assert client.wait_finished(number, timeout=120, period=0.2) == "COMPLETED"
    job = client.get_job_properties(number)
    assert (job.name, job.comment, job.time_limit.number) == ("greeting", '{"by": "client"}', 5)
    assert server.job_state(number) == "COMPLETED"
    with open(f"{server.jobs}/greeting.{number}.outerr") as output:
        assert output.read() == "hello\n"


def test_a_job_is_listed_and_cancelled(server: Any, client: Any) -> None:
    number = client.submit_job(
        "#!/bin/sh\nsleep 300\n", parameters={"name": "listed", "account": "test", "tasks_per_node": 1}
    )
    listed = client.get_all_job_properties(filter={"name": "listed"})
    assert number in [job.job_id for job in listed]
    client.cancel_job(number)
    assert client.wait_finished(number, timeout=120, period=0.2) == "CANCELLED"


def test_what_has_changed_since_is_listed(server: Any, client: Any) -> None:
    """Its time is a float."""
    hour_ago = datetime.datetime.now() - datetime.timedelta(hours=1)
    assert client.get_all_job_properties(update_time=hour_ago, all_users=True)


def test_a_job_that_is_not_there_is_an_error(client: Any) -> None:
    with pytest.raises(errors.RemoteHttpError) as caught:
        client.get_job_properties(4000000)
    assert str(caught.value.__cause__).startswith("404 ")
    assert client.get_job_properties(4000000, raise_on_error=False) is None


def test_the_version_is_found_in_the_document(client: Any) -> None:
    """/openapi lists the versions of the installed release."""
    known, asked, versions = client.server_has_api()
    assert known == (asked in versions)
    assert versions
