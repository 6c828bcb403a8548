"""Shares, the resources of jobs, the configuration, and what accounting has beside jobs and associations:
restd-inet and the real slurmrestd, asked by an administrator on one cluster."""

from __future__ import annotations

import re
from typing import Any

import lacking
import pytest
from api_versions import slurmrestds
from ask import Answer, answers, differences, here, request

ADMIN = "pebbles"
#: The versions that the slurmrestd of a release serves.
SERVED = slurmrestds("22.05", "24.05", "24.11", "26.05", "26.11")
ALL = ("clusters", "cluster/scaleout", "cluster/nope", "wckeys", "wckey/proj1", "tres")
LATER = ("instances", "cluster/scaleout?with_usage=true", "wckeys?user=fred&name=proj1", "wckeys?user=nobody")
#: What differs from one question to the next, also of one program.
MOVING = re.compile(
    r"meta(\..*)?|slurm_conf_meta\.(NEXT_JOB_ID\.number|LastUpdate)|shares\.shares\[\]\..*usage.*"
)

#: Where slurmrestd's answer differs on purpose: the path in a body, and why. Both may be absent.
REASONS = {
    "wckeys[].flags": "up to v0.0.38 the default; slurmrestd of later versions never says it",
    "shares.shares[].fairshare.level": "a level without limit is infinite, not 2^64 - 1",
    "shares.shares[].fairshare.level.set": "the same",
    "shares.shares[].fairshare.level.infinite": "the same",
    "shares.shares[].fairshare.level.number": "the same",
    "slurm_conf.CpuFreqGovernors": "slurmrestd lists a single governor only, not the usual three",
    "errors[].description": "another text",
    "errors[].source": "the same",
    "errors[].error_code": "an error has every name",
    "errors[].errno": "the same",
    "warnings[].description": "24.11 shows a pointer in it",
    "warnings": "slurmrestd 26.05 warns of infinity",
    "instances": "an empty list, where slurmrestd leaves it out",
    "wckeys": "the same",
}
#: Statuses: slurmrestd's → ours.
STATUSES = {500: 404, 422: 404}

pytestmark = [
    lacking.as_root,
]


def asked(cluster: Any, program: str, target: str) -> Answer:
    command = f"cat | timeout 30 {program}"
    done = cluster.shell(command, user=ADMIN, input=request("GET", target))
    return next(answers(done.stdout), (0, None))


def compare(cluster: Any, target: str) -> None:
    """Equal but for REASONS; where slurmrestd is refused, ours has its place in STATUSES."""
    we, they = asked(cluster, "restd-inet -q", target), asked(cluster, "slurmrestd", target)
    assert we[0] == they[0] or we[0] == STATUSES.get(they[0]), (target, we, they)
    wrong = [found for found in differences(we[1], they[1], MOVING) if found[0] not in REASONS]
    assert wrong == [], target


@pytest.mark.parametrize("version", here(SERVED))
def test_accounting(busy_cluster: Any, version: int) -> None:
    for name in ALL + (LATER if version >= 40 else ()):
        compare(busy_cluster, f"/slurmdb/v0.0.{version}/{name}")


@pytest.mark.parametrize("version", here(SERVED, 40))
def test_shares(busy_cluster: Any, version: int) -> None:
    compare(busy_cluster, f"/slurm/v0.0.{version}/shares")


@pytest.mark.parametrize("version", here(SERVED, 44))
def test_the_resources_of_jobs(busy_cluster: Any, version: int) -> None:
    shown = busy_cluster.shell("squeue -h -t RUNNING -o %A", user=ADMIN).stdout.decode().split()
    assert shown
    for job in sorted(set(shown)):
        compare(busy_cluster, f"/slurm/v0.0.{version}/resources/{job}")


@pytest.mark.parametrize("version", here(SERVED, 45))
def test_the_configuration(busy_cluster: Any, version: int) -> None:
    compare(busy_cluster, f"/slurm/v0.0.{version}/conf")
