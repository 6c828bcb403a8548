"""Jobs, diag and ping of /slurmdb/ against the installed slurmrestd, on a cluster with a past.

Bodies must be slurmrestd's, order of keys aside; where they differ on purpose EXPECTED says why, and a reason
that explains nothing any more fails too. Every value is compared with sacct's besides.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from api_versions import slurmrestds
from ask import at_one_moment, differences, here, release, request
from cluster import past
from cluster.conftest import running

SERVED = slurmrestds("22.05", "24.05", "24.11", "26.05", "26.11")


class Expected(NamedTuple):
    """What differs on purpose. path: in a body; since, until: API versions. slurm: the only such release."""

    path: str
    since: int
    until: int
    why: str
    slurm: tuple[int, ...] = ()


STATUS = "slurmrestd took every exit for success"
EXPECTED = (
    Expected("jobs[].exit_code.return_code", 36, 39, STATUS),
    Expected("jobs[].exit_code.status", 36, 39, STATUS),
    Expected("jobs[].steps[].exit_code.return_code", 36, 39, STATUS),
    Expected("jobs[].steps[].exit_code.status", 36, 39, STATUS),
    Expected("jobs[].required.memory", 39, 39, "the bit MEM_PER_CPU is taken for the number's"),
    Expected("jobs[].stdout_expanded", 41, 41, "%A of an array's task is its own number there", (24, 5)),
    Expected("jobs[].time.start", 36, 37, "the time when it could have run, by mistake"),
    Expected("errors[].errno", 36, 38, "another operation's name for error_number: every error has all"),
    Expected("errors[].error_code", 36, 38, "the same"),
    Expected("jobs[].association.account", 43, 45, "left empty, though the job has it", (26, 5)),
    Expected("jobs[].association.user", 43, 45, "left empty, though the job has it", (26, 5)),
    Expected("jobs[].association.account", 43, 46, "left empty, though the job has it", (26, 11)),
    Expected("jobs[].association.user", 43, 46, "left empty, though the job has it", (26, 11)),
    Expected("jobs[].derived_exit_code.signal.name", 43, 46, "the number of a signal", (26, 11)),
    Expected("jobs[].steps[].exit_code.signal.name", 43, 46, "the number of a signal", (26, 11)),
    Expected("meta.slurm.release", 43, 46, "with the suffix of a release candidate", (26, 11)),
)
#: What differs only if a step was seen at work: the bits of a double are taken for a number.
BY_CHANCE = "jobs[].steps[].statistics.CPU.actual_frequency"
#: What differs from one question to the next, also of one program.
MOVING = re.compile(
    r"statistics\.(RPCs|users)\[\]\.(count|time\.\w+)|pings\[\]\.latency|meta\.client\.\w+"
    r"|jobs\[\]\.(steps\[\]\.)?time\.(elapsed|planned\.number)"
)


@pytest.fixture(scope="module")
def old_cluster(reachable: Any) -> Iterator[Any]:
    with running(reachable, "--nodes", "4") as cluster:
        cluster.past = past.live(cluster)
        yield cluster


def targets(jobs: dict[str, int], version: int) -> list[str]:
    """Every kind of question."""
    base = f"/slurmdb/v0.0.{version}"
    one, array, het = jobs["two_steps"], jobs["array"], jobs["het"]
    # Of what runs the end is cut to the end of the time that is asked for: now would move.
    since = "start_time=2020-01-01&end_time=2035-01-01"
    asked = [f"job/{number}" for number in jobs.values()]
    conditions = [
        since,
        f"{since}&account=research",
        f"{since}&account=test&partition=debug",
        f"{since}&skip_steps=true&job_name=two_steps",
        f"{since}&job_name=failed",
        f"{since}&wckey=paper",
        f"{since}&account=nobody",
        f"{since}&cluster=scaleout",
        "submit_time=2020-01-01&account=research",
        f"step={one}",
        f"step={one}.batch",
        f"step={one}.0",
        f"step={array}_1",
        f"step={het}",
    ]
    if version >= 38:
        conditions.append(f"{since}&node=host2")
    if version >= 40:
        asked += [f"job/{array}_3", f"job/{het}%2B1", f"job/{one}.0"]
        conditions += [
            f"users=fred&{since}",
            "state=RUNNING",
            f"show_duplicates=true&{since}",
            "disable_truncate_usage_time=true&start_time=now-1hours&end_time=2035-01-01",
            f"step={het}%2B1&whole_hetjob=true",
            f"step={het}%2B1&disable_whole_hetjob=true",
            f"scheduled_by_main=true&{since}",
            f"show_batch_script=true&step={one}",
        ]
    if version >= 42:
        asked.append("ping")
    return [f"{base}/{path}" for path in [*asked, "jobs", *(f"jobs?{one}" for one in conditions)]]


@pytest.mark.parametrize("version", here(SERVED))
def test_every_answer_is_slurmrestd_s(old_cluster: Any, version: int) -> None:
    we, they = at_one_moment(old_cluster, targets(old_cluster.past, version), MOVING)
    reasons = {
        one.path for one in EXPECTED if one.since <= version <= one.until and one.slurm in ((), release())
    }
    wrong: dict[str, list[Any]] = {}
    for target, (status, body) in we.items():
        their_status, their_body = they[target]
        if status != their_status:
            wrong.setdefault("status", []).append((target, status, their_status))
            continue
        for path, mine, other in differences(tidied(body), tidied(their_body), MOVING):
            wrong.setdefault(path, []).append((target, mine, other))
    wrong.pop(BY_CHANCE, None)
    unexplained = {path: cases[:4] for path, cases in wrong.items() if path not in reasons}
    assert not unexplained, "\n".join(f"{path}: {cases!r:.600}" for path, cases in unexplained.items())
    assert reasons - set(wrong) == set(), "these do not differ any more"


def tidied(body: Any) -> Any:
    """Without the address of the function that found nothing, and without its place."""
    for warning in (body or {}).get("warnings", ()):
        warning["description"] = re.sub(r"\(0x[0-9a-f]+\)", "()", warning["description"])
    return body


@pytest.mark.parametrize("version", here(SERVED))
def test_diag_is_slurmrestd_s(old_cluster: Any, version: int) -> None:
    """As the administrator: the counters move, so that which RPCs there are is compared by name."""
    user = "pebbles" if os.geteuid() == 0 else old_cluster.user
    asked = request("GET", f"/slurmdb/v0.0.{version}/diag")
    found = []
    for program in ("restd-inet -q", "slurmrestd"):
        done = old_cluster.shell(f"cat | {program}", input=asked, user=user)
        _, _, text = done.stdout.partition(b"\r\n\r\n")
        found.append(json.loads(text)["statistics"])
    mine, other = found
    assert mine["rollups"] == other["rollups"]
    assert mine["time_start"] == other["time_start"]
    for key, name in (("RPCs", "rpc"), ("users", "user")):
        # The second has been asked for after the first.
        assert {row[name] for row in mine[key]} | {"DBD_GET_STATS"} == {row[name] for row in other[key]} | {
            "DBD_GET_STATS"
        }
        assert {*map(tuple, map(sorted, mine[key]))} == {*map(tuple, map(sorted, other[key]))}
