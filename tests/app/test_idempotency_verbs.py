"""Idempotency-Key on what makes no job: after a crash it is done again, if twice is as good as once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import JSON, ME, ask, slurm, text
from fake_slurm import FakeSlurm, lib

from restd_inet import commands
from restd_inet.message import Response
from restd_inet.settings import Settings

__all__ = ["slurm"]
BASE = "/restd/v0.0.44"
#: What may be done twice → its body, and the call that does it.
REPEATABLE: dict[str, tuple[Any, str]] = {
    "job/3/hold": (b"", "slurm_update_job2"),
    "job/3/release": (b"", "slurm_update_job2"),
    "jobs/hold?user=me": ({"uhold": True}, "slurm_update_job2"),
    "jobs/release?job_id=3": (b"", "slurm_update_job2"),
}
#: What may not → its body, the call, and where one sees whether it was done.
ONCE: dict[str, tuple[Any, str, str]] = {
    "job/3/suspend": (b"", "slurm_suspend2", "the state of the job"),
    "job/3/resume": (b"", "slurm_resume2", "the state of the job"),
    "job/3/requeue": (b"", "slurm_requeue2", "restart_cnt"),
    "jobs/requeue?job_id=3": (b"", "slurm_requeue2", "restart_cnt"),
    "job/3/top": (b"", "slurm_top_job", "the priority"),
    "job/3/notify": ({"message": "soon"}, "compat_notify_job", "standard error"),
    "job/3/signal": ({"signal": "KILL"}, "slurm_kill_job2", "the state of the job"),
    "diag/reset": (b"", "slurm_reset_statistics", "req_time_start"),
}


@pytest.fixture
def settings(tmp_path: Path, slurm: FakeSlurm) -> Settings:
    slurm.add_job(job_id=3, user_id=ME, array_task_id=0xFFFFFFFE, job_state=lib.JOB_PENDING, priority=9)
    return Settings(state_directory=str(tmp_path / "state"))


def post(settings: Settings, target: str, body: Any) -> Response:
    return ask("POST", f"{BASE}/{target}", body, {**JSON, "idempotency-key": "k"}, settings=settings)


def count(slurm: FakeSlurm, name: str) -> int:
    return [call for call, *_ in slurm.calls].count(name)


def interrupt(settings: Settings) -> None:
    """The file of the one key as a process leaves it that ended before it answered."""
    (file,) = Path(settings.state_directory).glob("keys-*/[0-9a-f]*")
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])


def replayed(answer: Response) -> bool:
    return ("Idempotency-Replayed", "true") in answer.headers


@pytest.mark.parametrize("target", REPEATABLE)
def test_what_may_be_done_twice_is_done_again_after_a_crash(
    slurm: FakeSlurm, settings: Settings, target: str
) -> None:
    body, call = REPEATABLE[target]
    first = post(settings, target, body)
    assert first.status == 200, text(first)
    calls = count(slurm, call)
    interrupt(settings)
    again = post(settings, target, body)
    assert (again.status, again.body, replayed(again)) == (200, first.body, False)
    assert count(slurm, call) == 2 * calls
    assert replayed(post(settings, target, body))
    assert count(slurm, call) == 2 * calls


@pytest.mark.parametrize("target", ONCE)
def test_of_the_rest_it_says_where_to_look(slurm: FakeSlurm, settings: Settings, target: str) -> None:
    body, call, where = ONCE[target]
    assert post(settings, target, body).status == 200
    interrupt(settings)
    for _ in range(2):
        answer = post(settings, target, body)
        assert answer.status == 409 and "Retry-After" not in dict(answer.headers)
        assert "look at " in text(answer) and where in text(answer)
    assert count(slurm, call) == 1


def test_each_post_of_restd_says_how_a_crash_is_settled() -> None:
    """It is found out, done again, or said where to look."""
    undecided = [
        "/".join(route.path)
        for module in commands.every(["restd"])
        for route in getattr(module, "ROUTES", ())
        if route.method == "POST" and not (route.settle or route.repeatable or route.check)
    ]
    assert undecided == []
