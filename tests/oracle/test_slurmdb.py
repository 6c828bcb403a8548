"""Every GET below /slurmdb/ of every version that the installed slurmrestd serves, against it.

On a cluster with a past and a database with objects of all kinds (ledger.py), as an administrator. Bodies
must be slurmrestd's, order of keys aside, and statuses too; where they differ on purpose dbexpected.py says
why.
"""

from __future__ import annotations

import re
from typing import Any

import lacking
import pytest
from ask import at_one_moment, differences, here, ours, release, request, theirs
from asked import documented
from dbasked import LOCKING, targets
from dbexpected import BODIES, CHANGES, GROWING, MOVING, STATUSES, UNSAID, Body, Change, Status
from test_slurmrestd import SERVED, listing

RELEASE = release()
VERSIONS = SERVED.get(RELEASE, ())


@pytest.fixture(scope="module")
def explained() -> dict[int, set[Body | Status]]:
    """The reasons that explained something, by version."""
    return {}


@pytest.mark.parametrize("version", here(SERVED))
def test_every_answer_is_slurmrestd_s(ledger_cluster: Any, explained: Any, version: int) -> None:
    """Each version has a share of the values of the parameters: together they have all."""
    cluster, place = ledger_cluster, VERSIONS.index(version)
    asked, valued = targets(cluster, version, documented(cluster, f"v0.0.{version}", "slurmdb"))
    assert len(asked) > 40
    asked += valued[place :: len(VERSIONS)]
    asked = [target for target in asked if RELEASE >= (26, 5) or not target.endswith(LOCKING)]
    we, they = at_one_moment(cluster, dict.fromkeys(asked), MOVING, cluster.admin, GROWING)
    wrong: dict[str, list[Any]] = {}
    used = explained[version] = set()
    named = {f"job/{number}": f"job/{name}" for name, number in cluster.past.items()}
    for target in we:
        below = target.split("/", 3)[3]
        for path, mine, other, reason in compared(named.get(below, below), *we[target], *they[target]):
            if reason is None:
                wrong.setdefault(path, []).append((target, mine, other))
            else:
                used.add(reason)
    assert not wrong, listing(wrong)


def test_every_difference_that_has_a_reason_is_one(explained: Any) -> None:
    if len(explained) < len(VERSIONS):
        pytest.skip(lacking.WHOLE_FILE)
    used = set().union(*explained.values())
    asked = [one for one in BODIES if not one.chance] + STATUSES
    left = [one for one in asked if RELEASE in one.slurm and one not in used]
    assert left == [], f"these do not differ any more: {left}"


@pytest.mark.parametrize("version", here(SERVED, 38))
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.why)
def test_a_change_that_has_a_reason_to_differ_does(ledger_cluster: Any, change: Change, version: int) -> None:
    """Up to v0.0.37 slurmrestd crashes over most changes."""
    statuses = []
    for who, ask in (("we", ours), ("they", theirs)):
        record = {**change.record, "name": f"{who}{version}"}
        key = "QOS" if change.target == "qos" and version <= 39 else change.target
        asked = request("POST", f"/slurmdb/v0.0.{version}/{change.target}", {key: [record]})
        ((status, body),) = ask(ledger_cluster, asked, user=ledger_cluster.admin)
        statuses.append(status)
    assert statuses[0] == change.ours
    if RELEASE in change.slurm:
        assert statuses[1] in change.theirs, body
    else:
        assert statuses[1] >= 400, body


def compared(below: str, status: int, body: Any, their_status: int, their_body: Any) -> Any:
    """Path, both values and the reason of each difference. below: the target, below the version."""
    if status != their_status:
        yield "status", status, their_status, status_reason(below, status, their_status)
        return
    if status >= 400:
        return  # the texts are our own
    for path, mine, other in differences(tidied(body), tidied(their_body), MOVING):
        yield path, mine, other, body_reason(below, path, mine)


def tidied(body: Any) -> Any:
    """Without the addresses of functions and conditions that slurmrestd shows, and without UNSAID."""
    if body is None:
        return None
    for told_ in (*body.get("warnings", ()), *body.get("errors", ())):
        if "description" in told_:
            told_["description"] = re.sub(r"\(0x[0-9a-f]+\)", "()", told_["description"])
    if "warnings" in body:
        body["warnings"] = [
            one for one in body["warnings"] if not UNSAID.fullmatch(one.get("description", ""))
        ]
    return body


def body_reason(target: str, path: str, ours: Any) -> Body | None:
    for one in BODIES:
        holds = RELEASE in one.slurm and not (one.empty and ours)
        if holds and re.fullmatch(one.path, path) and re.fullmatch(one.target, target):
            return one
    return None


def status_reason(target: str, ours: int, theirs: int) -> Status | None:
    for one in STATUSES:
        holds = RELEASE in one.slurm and ours in one.ours and theirs in one.theirs
        if holds and re.fullmatch(one.target, target):
            return one
    return None


#: Conditions that some slurmrestd ignores, and what sacctmgr or sacct finds with the same.
FOUND = {
    "qos?name=full,high": "sacctmgr -nP show qos name=full,high format=name",
    "qos?name=FULL": "sacctmgr -nP show qos name=FULL format=name",
    "qos?id=1,2": "sacctmgr -nP show qos id=1,2 format=name",
    "qos?description=nothing": "sacctmgr -nP show qos description=nothing format=name",
    "qos?preempt_mode=requeue": "sacctmgr -nP show qos preemptmode=requeue format=name",
    "associations?default_qos=full": "sacctmgr -nP show assoc defaultqos=full format=id",
    "associations?qos=full,high": "sacctmgr -nP show assoc qos=full,high format=id",
    "associations?account=science,optics": "sacctmgr -nP show assoc account=science,optics format=id",
    "jobs?start_time=2020-01-01&qos=normal": "sacct -nPXaD -S 2020-01-01 -q normal -o JobIDRaw",
    "jobs?start_time=2020-01-01&qos=full": "sacct -nPXaD -S 2020-01-01 -q full -o JobIDRaw",
    "jobs?start_time=2020-01-01&end_time=now&state=CD,FAILED": (
        "sacct -nPXaD -S 2020-01-01 -E now -s CD,FAILED -o JobIDRaw"
    ),
    "jobs?start_time=2020-01-01&end_time=now&node=host[1-2]": (
        "sacct -nPXaD -S 2020-01-01 -E now -N host[1-2] -o JobIDRaw"
    ),
}


@pytest.mark.parametrize("target", FOUND)
def test_a_condition_finds_what_slurm_s_own_commands_find(ledger_cluster: Any, target: str) -> None:
    cluster = ledger_cluster
    done = cluster.shell(FOUND[target], user=cluster.admin)
    assert done.returncode == 0, done.stderr
    theirs = sorted(done.stdout.decode().split())
    ((status, body),) = ours(cluster, request("GET", f"/slurmdb/v0.0.45/{target}"), user=cluster.admin)
    path = target.partition("?")[0]
    member = {"qos": "name", "associations": "id", "jobs": "job_id"}[path]
    assert status == 200 and body is not None
    assert sorted(str(row[member]) for row in body[path]) == theirs
    assert theirs or "qos=full" in target
