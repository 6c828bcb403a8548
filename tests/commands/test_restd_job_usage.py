"""/restd/<version>/job/{job_id}/usage: what a job uses, and what of that Slurm's texts say."""

from __future__ import annotations

from typing import Any

import pytest
from asking import ME, ask, content
from fake_slurm import FakeSlurm, lib

import restd_inet.slurm
from restd_inet.commands.restd._job_usage import JobUsage, numbered_tres, shown_tres

BASE = "/restd/v0.0.44"
NONE = 0xFFFFFFFE
MIB = 1 << 20


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    fake = FakeSlurm()
    for number, state in ((3, lib.JOB_RUNNING), (4, lib.JOB_PENDING)):
        fake.add_job(
            job_id=number, user_id=ME, job_state=state, array_task_id=NONE, start_time=1,
            tres_alloc_str="cpu=2,mem=1.50G,node=1,billing=2",
        )  # fmt: skip
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cpu=2,mem=100M,node=1", {"1": 2, "2": 100 * MIB}),
        ("cpu=2,mem=1.50G", {"1": 2, "2": 1536 * MIB}),
        ("mem=300", {"2": 300 * MIB}),
        ("mem=x,cpu=y", {}),
        ("", {}),
    ],
)
def test_what_slurmctld_shows_of_tres_is_read(text: str, found: dict[str, int]) -> None:
    assert shown_tres(text) == found


def test_what_slurmdbd_has_of_tres_is_read() -> None:
    assert numbered_tres("1=2,2=500,6=18446744073709551614,7=,x") == {"1": 2, "2": 500}


def test_efficiency_is_seff_s() -> None:
    job = JobUsage(3, "3", "COMPLETED", "slurmdbd", 100, {"1": 2, "2": 400 * MIB})
    job.add(50.0, 100 * MIB, 60 * MIB, 5, 6)
    job.add(50.0, 200 * MIB, 90 * MIB, 7, 8)
    assert (job.cpu_time, job.cpu_efficiency) == (100.0, 50.0)
    assert (job.memory, job.memory_max, job.memory_efficiency) == (200 * MIB, 90 * MIB, 50.0)
    assert (job.disk_read, job.disk_written) == (12, 14)
    assert JobUsage(3, "3", "PENDING", "slurmctld", 0, {}).cpu_efficiency is None


def test_a_step_that_was_not_measured_does_not_count() -> None:
    job = JobUsage(3, "3", "COMPLETED", "slurmdbd", 100, {"1": 2, "2": 400 * MIB})
    job.add(None, None, None, None, None)
    assert (job.cpu_time, job.cpu_efficiency, job.memory, job.memory_efficiency) == (None,) * 4
    job.add(50.0, 100 * MIB, 60 * MIB, 0, 6)
    job.add(None, None, None, None, None)
    assert (job.cpu_time, job.cpu_efficiency, job.memory, job.memory_max) == (50.0, 25.0, 100 * MIB, 60 * MIB)
    assert (job.disk_read, job.disk_written) == (0, 6)


def unknown(job: Any) -> bool:
    """Whether all that is measured of a job is null."""
    measured = ("cpu.time", "cpu.efficiency", "memory.used", "memory.task_max", "memory.efficiency")
    paths = (path.split(".") for path in (*measured, "disk.read", "disk.written"))
    return all(job[outer][inner] is None for outer, inner in paths)


def test_a_job_that_waits_has_nothing_that_is_measured(slurm: FakeSlurm) -> None:
    (job,) = content(ask("GET", f"{BASE}/job/4/usage"))["usage"]
    assert (job["source"], job["time"]["elapsed"], job["cpu"]["allocated"]) == ("slurmctld", 0, None)
    assert unknown(job)


def test_a_running_job_is_asked_for_at_its_slurmds(slurm: FakeSlurm) -> None:
    (job,) = content(ask("GET", f"{BASE}/job/3/usage"))["usage"]
    assert (job["source"], job["cpu"]["allocated"], job["memory"]["allocated"]) == ("slurmd", 2, 1536 * MIB)
    assert job["time"]["elapsed"] > 0
    assert unknown(job)


@pytest.mark.parametrize("job", ["x", "%00", "3_[1-", "0", "9" * 40, "٣"])
def test_a_wrong_id_is_400(slurm: FakeSlurm, job: Any) -> None:
    assert ask("GET", f"{BASE}/job/{job}/usage").status == 400
    assert ask("POST", f"{BASE}/job/3/usage", b"").status == 405
