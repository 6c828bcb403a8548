"""A published client of v0.0.39, generated from slurmrestd's document of it (PyPI: aind-slurm-rest).

Its models check what they parse: a time that is no plain number, or a state that is no text, ends the test.
"""

from __future__ import annotations

from typing import Any

import lacking
import pytest
from cluster.serving import until

#: Its document calls v0.0.39 deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def client() -> Any:
    """Imported here, not where tests are collected: it takes a second and 38 MB."""
    return pytest.importorskip("aind_slurm_rest", reason=lacking.python_package("aind-slurm-rest"))


@pytest.fixture
def connection(server: Any, client: Any) -> Any:
    settings = client.Configuration(
        host=server.url, api_key={"user": server.user, "token": server.token(server.user)}
    )
    with client.ApiClient(settings) as opened:
        yield opened


def test_slurmctld_is_read(server: Any, client: Any, connection: Any) -> None:
    api = client.SlurmApi(connection)
    assert [ping.pinged for ping in api.slurm_v0039_ping().pings] == ["UP"]
    assert api.slurm_v0039_diag().statistics.req_time > 1_000_000_000
    nodes = api.slurm_v0039_get_nodes().nodes
    assert [node.name for node in nodes] == ["host1", "host2"]
    assert all(node.boot_time > 1_000_000_000 and node.cpu_load.set is not None for node in nodes)
    assert [part.name for part in api.slurm_v0039_get_partitions().partitions] == ["debug", "long"]
    assert api.slurm_v0039_slurmctld_get_licenses().licenses[0].license_name in ("ansys", "matlab")
    assert api.slurm_v0039_get_reservations().errors == []


def test_a_job_is_submitted_changed_and_cancelled(server: Any, client: Any, connection: Any) -> None:
    api, models = client.SlurmApi(connection), client.models
    job = models.V0039JobDescMsg(
        name="by-client",
        account="test",
        current_working_directory=server.jobs,
        environment=["PATH=/usr/bin:/bin"],
        standard_output="/dev/null",
        time_limit=models.V0039Uint32NoVal(set=True, infinite=False, number=5),
        memory_per_cpu=models.V0039Uint64NoVal(set=True, infinite=False, number=10),
        script="#!/bin/sh\nsleep 300\n",
    )
    submitted = api.slurm_v0039_submit_job(models.V0039JobSubmission(job=job))
    number = str(submitted.job_id)

    def read() -> Any:
        (found,) = api.slurm_v0039_get_job(number).jobs
        return found

    until(lambda: read().job_state == "RUNNING", "RUNNING")
    found = read()
    assert found.end_time - found.start_time == 300
    assert found.exit_code.number == 0
    changed = api.slurm_v0039_update_job(
        number, models.V0039JobDescMsg(comment="changed", environment=["A=b"])
    )
    assert changed.errors == []
    assert read().comment == "changed"
    api.slurm_v0039_cancel_job(number, signal="KILL")
    until(lambda: read().job_state == "CANCELLED", "CANCELLED")


def test_accounting_is_read(server: Any, client: Any, connection: Any) -> None:
    api = client.SlurmApi(connection)

    def past() -> Any:
        jobs = api.slurmdb_v0039_get_job(str(server.done)).jobs
        return next((job for job in jobs if job.state.current == "FAILED" and job.name == "done"), None)

    found = until(past, "the failed job in accounting")
    assert (found.exit_code.return_code, found.exit_code.status) == (3, "ERROR")
    assert found.time.end >= found.time.start > 1_000_000_000
    users = {user.name: user for user in api.slurmdb_v0039_get_users().users}
    assert users["pebbles"].default.account == "research"
    assert [each.account for each in users["pebbles"].associations] == ["research"]
    accounts = {account.name: account for account in api.slurmdb_v0039_get_accounts().accounts}
    assert [one.name for one in accounts["research"].coordinators] == ["pebbles"]
    assert api.slurmdb_v0039_get_associations().errors == []
    assert "normal" in [qos.name for qos in api.slurmdb_v0039_get_qos().qos]
