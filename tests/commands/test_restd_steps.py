"""/restd/<version>/steps, job/{job_id}/steps, job/{job_id}/step/{step}: steps that run, and what they use."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from asking import ME, ask, content, text
from fake_slurm import FakeSlurm, ffi, lib

import restd_inet.slurm
from restd_inet.schema.versions import NAMES, V40

VERSIONS = [NAMES[number] for number in sorted(NAMES) if number >= V40]
BASE = "/restd/v0.0.44"
NONE = 0xFFFFFFFE
#: job, step, user.
STEPS = [(4, 1, 0), (3, lib.SLURM_BATCH_SCRIPT, ME), (3, 0, ME), (11, 0, ME)]


class Steps(FakeSlurm):
    """With steps that run; slurmds say nothing of what they use."""

    def message(self, call: str, given: list[Any]) -> Any:
        message = super().message(call, given)
        if call == "compat_get_job_steps":
            chosen = [each for each in STEPS if given[0] in (NONE, each[0]) and given[1] in (NONE, each[1])]
            array = ffi.new("job_step_info_t[]", len(chosen))
            for index, (job, step, user) in enumerate(chosen):
                texts = {"name": f"step{step}", "nodes": "n[1-2]"}
                texts |= dict.fromkeys(("tres_fmt_alloc_str", "tres_alloc_str"), "cpu=2")
                members = {**texts, "user_id": user}
                array[index] = self.struct("job_step_info_t", **members, num_tasks=2, num_cpus=2)[0]
                array[index].step_id.job_id, array[index].step_id.step_id = job, step
                array[index].step_id.step_het_comp, array[index].time_limit = NONE, 0xFFFFFFFF
                array[index].state = lib.JOB_RUNNING
                array[index].array_job_id = 10 if job == 11 else 0
            self._kept.append(array)
            message.job_steps, message.job_step_count = array, len(chosen)
        return message


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    fake = Steps()
    for number in (3, 4, 5, 11):
        array = {"array_job_id": 10, "array_task_id": 0} if number == 11 else {"array_task_id": NONE}
        fake.add_job(job_id=number, user_id=ME, job_state=lib.JOB_RUNNING, **array)
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


def listed(target: str) -> list[str]:
    answer = ask("GET", f"{BASE}/{target}")
    assert answer.status == 200, content(answer)
    return [one["step"]["id"] for one in content(answer)["steps"]]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("steps", ["3.0", "3.batch", "4.1", "10_0.0"]),
        ("steps?user=!root", ["3.0", "3.batch", "10_0.0"] if ME else []),
        ("steps?usage=1&user=0", ["4.1"] if ME else ["3.0", "3.batch", "4.1", "10_0.0"]),
        ("job/3/steps", ["3.0", "3.batch"]),
        ("job/10_0/steps", ["10_0.0"]),
        ("job/5/steps", []),
        ("job/3/step/0", ["3.0"]),
        ("job/3/step/batch", ["3.batch"]),
    ],
)
def test_steps_are_named_as_sacct_names_them(slurm: FakeSlurm, target: str, found: list[str]) -> None:
    assert listed(target) == found


@pytest.mark.parametrize("version", VERSIONS)
def test_a_step_is_as_slurmctld_has_it(slurm: FakeSlurm, version: str) -> None:
    (step,) = content(ask("GET", f"/restd/{version}/job/3/step/0"))["steps"]
    assert step["step"] == {"job_id": 3, "id": "3.0", "name": "step0"}
    assert (step["state"], step["nodes"], step["tasks"]) == ("RUNNING", {"range": "n[1-2]"}, {"count": 2})
    assert step["time"]["limit"] == -1
    assert step["tres"] == {"allocated": "cpu=2"}
    assert step["usage"].pop("error") == "no slurmd has said what it uses"
    assert set(step["usage"].values()) == {None}


def test_slurmds_are_asked_only_for_usage(slurm: FakeSlurm) -> None:
    for target, asked in (("steps", 0), ("steps?usage=1", 4), ("job/3/steps", 2), ("job/3/step/0", 1)):
        slurm.calls.clear()
        ask("GET", f"{BASE}/{target}")
        assert len([name for name, *_ in slurm.calls if name == "slurm_job_step_stat"]) == asked


def test_a_slurmd_that_does_not_answer_is_said_in_the_step(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_job_step_stat"] = "ESLURM_USER_ID_MISSING"
    (step,) = content(ask("GET", f"{BASE}/job/3/step/0"))["steps"]
    usage = step["usage"]
    assert usage.pop("error") not in ("", "not asked for: usage=1 asks the slurmds")
    assert set(usage.values()) == {None}
    (job,) = content(ask("GET", f"{BASE}/job/3/usage"))["usage"]
    assert (job["cpu"]["time"], job["error"] != "") == (None, True)


def test_usage_that_was_not_asked_for_is_not_zero(slurm: FakeSlurm) -> None:
    for step in content(ask("GET", f"{BASE}/steps"))["steps"]:
        usage = step["usage"]
        assert usage.pop("error") == "not asked for: usage=1 asks the slurmds"
        assert set(usage.values()) == {None}
    lines = ask("GET", f"{BASE}/steps?fields=step.id,usage.cpu_time,state", headers={"accept": "text/csv"})
    assert b"3.0,,RUNNING" in bytes(lines.body)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("job/3/step/7", 404),
        ("job/77/steps", 404),
        ("job/77/step/0", 404),
        ("job/3/step/x", 400),
        ("job/3/step/-1", 400),
        ("job/3/step/%D9%A3", 400),
        ("job/3/step/" + "9" * 40, 400),
        ("steps?user=nobody-here", 400),
        ("steps?x=1", 400),
        ("steps?usage=perhaps", 400),
        ("job/" + quote("3'") + "/steps", 400),
    ],
)
def test_what_is_not_there_or_wrong(slurm: FakeSlurm, target: str, status: int) -> None:
    assert ask("GET", f"{BASE}/{target}").status == status
    assert ask("POST", f"{BASE}/{target.partition('?')[0]}", b"").status == 405


def test_slurmctld_s_failure_is_told(slurm: FakeSlurm) -> None:
    slurm.errors["compat_get_job_steps"] = "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR"
    answer = ask("GET", f"{BASE}/steps")
    assert (answer.status, "connect failure" in text(answer)) == (503, True)
