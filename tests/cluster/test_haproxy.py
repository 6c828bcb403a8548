"""contrib/haproxy: instances that are restarted or killed under load; make soak asks 10,000 requests."""

import lacking
import pytest

from tests.soak.haproxy import CLIENTS, PROGRAM, Instances, lose, roll

from .serving import get, until

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=lacking.program("haproxy"))


def test_a_rolling_restart_loses_no_request(bare_cluster):
    load, restarts = roll(bare_cluster, 400)
    assert load.failed == []
    assert load.wrong == []
    assert load.count >= 400
    assert restarts >= 1


def test_an_instance_that_is_killed_takes_its_own_requests_alone(bare_cluster):
    load = lose(bare_cluster)
    assert load.wrong == []
    assert len(load.failed) <= CLIENTS
    # What only reads is asked of the other one.
    assert [each for each in load.failed if each.startswith("GET")] == []


def test_without_slurmctld_no_instance_is_ready(bare_cluster):
    with Instances(bare_cluster) as instances:
        bare_cluster.stop("slurmctld")
        try:
            until(lambda: get(instances.port, "/healthz")[0] == 503, "503 of HAProxy")
        finally:
            bare_cluster.start("slurmctld")
        until(lambda: get(instances.port, "/healthz")[0] == 200, "ready instance")
