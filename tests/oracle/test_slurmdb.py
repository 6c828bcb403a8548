"""Every GET below /slurmdb/ of every version that the installed slurmrestd serves, against it.

On a cluster with a past and a database with objects of all kinds (ledger.py), as an administrator. Bodies
must be slurmrestd's, order of keys aside, and statuses too; where they differ on purpose dbexpected.py says
why.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from ask import at_one_moment, differences, release
from asked import documented
from dbasked import targets
from dbexpected import BODIES, MOVING, STATUSES, Body, Status
from test_slurmrestd import SERVED, told

VERSIONS = SERVED.get(release(), ())
pytestmark = pytest.mark.skipif(not VERSIONS, reason="no slurmrestd of Slurm 22.05, 24.11 or 26.05 is here")
Wrong = dict[str, list[Any]]


def test_every_answer_is_slurmrestd_s(ledger_cluster: Any) -> None:
    wrong, left = everything(ledger_cluster)
    assert not wrong, told(wrong)
    assert left == [], "these do not differ any more"


def everything(cluster: Any) -> tuple[Wrong, list[Body | Status]]:
    """Where they differ without a reason, by path; and the reasons that explain nothing.

    Each version has a share of the values of the parameters: together they have all.
    """
    wrong: Wrong = {}
    used: set[Body | Status] = set()
    for place, version in enumerate(VERSIONS):
        asked, valued = targets(cluster, version, documented(cluster, f"v0.0.{version}", "slurmdb"))
        assert len(asked) > 40
        asked += valued[place :: len(VERSIONS)]
        we, they = at_one_moment(cluster, dict.fromkeys(asked), MOVING, cluster.admin, 60)
        for target in we:
            for path, mine, other, reason in compared(target, *we[target], *they[target]):
                if reason is None:
                    wrong.setdefault(path, []).append((target, mine, other))
                else:
                    used.add(reason)
    left = [one for one in (*BODIES, *STATUSES) if release() in one.slurm and one not in used]
    return wrong, left


def compared(target: str, status: int, body: Any, their_status: int, their_body: Any) -> Any:
    """Path, both values and the reason of each difference."""
    below = target.split("/", 3)[3]
    if status != their_status:
        yield "status", status, their_status, status_reason(below, status, their_status)
        return
    if status >= 400:
        return  # the texts are our own
    for path, mine, other in differences(tidied(body), tidied(their_body), MOVING):
        yield path, mine, other, body_reason(below, path)


def tidied(body: Any) -> Any:
    """Without the addresses of functions and conditions that slurmrestd shows."""
    for told_ in (*(body or {}).get("warnings", ()), *(body or {}).get("errors", ())):
        if "description" in told_:
            told_["description"] = re.sub(r"\(0x[0-9a-f]+\)", "()", told_["description"])
    return body


def body_reason(target: str, path: str) -> Body | None:
    for one in BODIES:
        if release() in one.slurm and re.fullmatch(one.path, path) and re.fullmatch(one.target, target):
            return one
    return None


def status_reason(target: str, ours: int, theirs: int) -> Status | None:
    for one in STATUSES:
        holds = release() in one.slurm and ours in one.ours and theirs in one.theirs
        if holds and re.fullmatch(one.target, target):
            return one
    return None
