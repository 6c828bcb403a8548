"""/restd/<version>/priorities and job/{job_id}/priority on a real cluster: sprio is the oracle."""

import pytest

from .test_faults import FAST, frozen, stopped
from .typed import ask, output, request, send

__all__ = ["frozen", "stopped"]
BASE = "/restd/v0.0.44"
#: A column of sprio → where it is in a record.
COLUMNS = {
    "%i": "job_id", "%r": "partition", "%u": "user_name", "%Y": "priority", "%S": "site", "%A": "age",
    "%B": "association", "%F": "fair_share", "%J": "job_size", "%P": "partition", "%Q": "qos", "%N": "nice",
}  # fmt: skip
IN_RECORD = 4


@pytest.fixture(scope="module")
def jobs(cluster):
    """Jobs that wait for different reasons, with different priorities."""
    whole = ("--nodes=4", "--exclusive", "--output=/dev/null", "--wrap=sleep 300")
    running = cluster.submit(*whole)
    cluster.wait_state(running, "RUNNING")
    found = {
        "running": running,
        "plain": cluster.submit(*whole),
        "nice": cluster.submit("--nice=50", *whole),
        "array": cluster.submit("--array=1-3", *whole),
        "root": cluster.submit(*whole, user="root"),
        "later": cluster.submit("--begin=now+1hour", *whole),
    }
    yield found
    cluster.shell("scancel " + " ".join(map(str, found.values())), user="root")


def sprio(cluster, options, user=None):
    """Its lines as numbers and words."""
    format = " ".join(
        f"%{'.20' if letter != 'r' else '20'}{letter}" for letter in (each[1] for each in COLUMNS)
    )
    lines = output(cluster, "sprio", "--noheader", f"--format={format}", *options, user=user)
    return sorted(line.split() for line in lines.splitlines())


def ours(cluster, target, user=None):
    answer = ask(cluster, "GET", f"{BASE}/{target}", user=user)
    assert answer.status == 200, answer.text
    found = []
    for one in answer.json["priorities"]:
        head = [str(one[name]) for name in list(COLUMNS.values())[:IN_RECORD]]
        found.append(head + [f"{int(one['factors'][name])}" for name in list(COLUMNS.values())[IN_RECORD:]])
    return sorted(found)


@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("priorities", []),
        ("priorities?user=me", ["--user=fred"]),
        ("priorities?partition=debug", ["--partition=debug"]),
        ("priorities?job_id={nice},{root}", ["--jobs={nice}", "--jobs={root}"]),
        ("job/{nice}/priority", ["--jobs={nice}"]),
        ("job/{array}/priority", ["--jobs={array}"]),
        ("job/{array}_2/priority", ["--jobs={array}"]),
    ],
)
def test_the_factors_are_sprio_s(cluster, jobs, target, options):
    def same():
        found = ours(cluster, target.format(**jobs))
        # One by one: of several, sprio 24.11 takes the first for no job id.
        lines = [sprio(cluster, [option.format(**jobs)]) for option in options] or [sprio(cluster, [])]
        return found and found == sorted(line for each in lines for line in each)

    cluster.wait(same, timeout=15)  # slurmctld works them out anew every now and then


def test_a_job_that_runs_or_is_not_eligible_has_none(cluster, jobs):
    for job in ("running", "later"):
        answer = ask(cluster, "GET", f"{BASE}/job/{jobs[job]}/priority")
        assert (answer.status, answer.json["priorities"]) == (200, [])
        assert "has no factors" in answer.json["warnings"][0]["description"]


def test_a_stopped_slurmctld_is_503(cluster, stopped):
    assert send(cluster, request("GET", f"{BASE}/priorities"), *FAST).answer.status == 503
    assert send(cluster, request("GET", f"{BASE}/job/1/priority"), *FAST).answer.status == 503


def test_a_frozen_slurmctld_is_504(cluster, frozen):
    assert send(cluster, request("GET", f"{BASE}/priorities"), *FAST).answer.status == 504
