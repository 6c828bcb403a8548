"""The tag of a job that is submitted with an Idempotency-Key: by it the job is found again.

It is a text in the first of MEMBERS that slurmctld takes from this user and that the client has left empty.
"""

from __future__ import annotations

from restd_inet.message import Credential
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.commands import Call

    #: The components of one job.
    Job = list[dict[str, Any]]

PREFIX = "idempotency:"
MEMBERS = ("extra", "admin_comment", "comment")


def put(call: Call, components: list[dict[str, Any]], tag: str) -> None:
    """Gives the tag to a job, whose first component has it."""
    if member := _member(call, components):
        components[0][member] = PREFIX + tag


def check(call: Call, jobs: list[Job]) -> None:
    """Raises Problem 409 for jobs that an earlier process may have submitted without a tag."""
    if not all(_member(call, components) for components in jobs):
        text = (
            "Idempotency-Key: an earlier request with this key was interrupted, and its job cannot be found:"
        )
        raise Problem(409, f"{text} {', '.join(MEMBERS)} had no room; look for it, then use another key")


def _member(call: Call, components: list[dict[str, Any]]) -> str | None:
    """Where the tag of a job is; None if there is no room for it."""
    first = components[0]
    return next((name for name in MEMBERS if not first.get(name) and _settable(call, name)), None)


def _settable(call: Call, member: str) -> bool:
    """Whether slurmctld takes it from this user, and shows it again."""
    slurm = call.slurm
    if member == "extra":  # where nodes are chosen by it, it must be an expression
        return slurm.capabilities.has("slurm_job_info_t.extra") and not slurm.chooses_by_extra
    return member != "admin_comment" or call.credential.uid in (0, slurm.slurm_user_id())


def find(call: Call, jobs: list[Job], tags: set[str], ended: bool = True) -> dict[str, int]:
    """The jobs that have one of these tags: tag → job id. jobs: those that were to be submitted, by their
    components. ended: cancelled ones too."""
    users = {components[0].get("user_id", call.credential.uid) for components in jobs}
    found: dict[str, int] = {}
    for uid in users:
        found |= _of_user(call, uid, tags, ended)
    return found


def _of_user(call: Call, uid: int, tags: set[str], ended: bool) -> dict[str, int]:
    slurm = call.slurm
    found = {}
    for job in slurm.jobs(0) if uid == Credential.NOT_HERE else slurm.jobs_of_user(uid):
        if not ended and job.job_state & slurm.lib.JOB_STATE_BASE == slurm.lib.JOB_CANCELLED:
            continue
        for member in MEMBERS:
            text = slurm.text(getattr(job, member, slurm.ffi.NULL)) or ""
            if text.startswith(PREFIX) and (tag := text.removeprefix(PREFIX)) in tags:
                found[tag] = int(job.array_job_id or job.het_job_id or job.job_id)
    return found
