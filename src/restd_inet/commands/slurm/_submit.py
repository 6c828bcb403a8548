"""Submission and allocation: new jobs, and who may have them."""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.commands import Call, Result
from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer, flat, flat_warned, meta_flat
from restd_inet.schema.records.job_requests import ALLOCATED
from restd_inet.schema.records.submit import SUBMIT
from restd_inet.schema.versions import V1, V36, V39, V40
from restd_inet.slurm.jobs import Allocated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def submit(call: Call) -> Result:
    return _answered(call, submitted(call, call.body, call.tag))


def submitted(call: Call, components: list[dict[str, Any]], tag: str = "") -> Any:
    """submit_response_msg_t of a new job. tag: what it is found by, "" for nothing."""
    for members in components:
        check_identity(call, members)
    if tag:
        tags().put(call, components, tag)
    return call.slurm.submit(components)


def settle(call: Call) -> Result | None:
    """The answer about the job that was submitted with the tag; None if there is none."""
    tags().check(call, [call.body])
    job_id = tags().find(call, [call.body], {call.tag}).get(call.tag)
    return None if job_id is None else _answered(call, call.slurm.submitted(job_id))


def tags() -> Any:
    """The module that is needed for a request with an Idempotency-Key alone."""
    return lazy.module("restd_inet.commands.slurm._tag")


def _answered(call: Call, answer: Any) -> Result:
    problems = [call.slurm.error("slurmctld", answer.error_code)] if answer.error_code else []
    # The member of its own is gone in Slurm 26.05.
    return Result([answer], problems, job_id=call.slurm.lib.compat_submitted_job_id(answer))


def allocate(call: Call) -> Result:
    """Waits for the job's nodes."""
    answer = call.slurm.allocate(call.body)
    problems = [call.slurm.error("slurmctld", answer.error_code)] if answer.error_code else []
    allocated = Allocated(call.slurm, answer)
    return Result([allocated], problems, job_id=allocated.job_id)


def check_identity(call: Call, members: dict[str, Any]) -> None:
    """Nobody acts as anyone else: only root and SlurmUser may name another user or group."""
    own = {"user_id": call.credential.uid, "group_id": call.credential.gid}
    for member, number in own.items():
        given = members.get(member, number)
        if given != number and call.credential.uid not in (0, call.slurm.slurm_user_id()):
            text = f"{member} is {given}, but you are {number}; only root and SlurmUser may name another"
            raise Problem(403, text)


SUBMIT_ANSWER = Answer(
    SUBMIT,
    "",
    {V1: flat, V36: meta_flat, V39: flat_warned},
    component={V36: "job_submission_response", V40: "openapi_job_submit_response"},
)
ALLOCATED_ANSWER = Answer(ALLOCATED, "", {V1: flat_warned}, component="openapi_job_alloc_resp")
