"""The job that a request names: its id, its records, and what came of a change of it."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.problems import ApiWarning, Problem
from restd_inet.schema.kinds.job_desc import JobId
from restd_inet.schema.kinds.values import NO_VAL, Invalid
from restd_inet.slurm import SlurmError
from restd_inet.slurm.job_filter import job_names, waiting_tasks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.jobs import Outcome
    from restd_inet.slurm.results import Records

SIGKILL = 9
#: A flag of ours, not of the RPC: what went well is told too.
VERBOSE = "KILL_JOBS_VERBOSE"


def job_of(call: Call, ranges: bool = False) -> JobId:
    """The job that the path names. ranges: it may be some tasks of an array."""
    try:
        job = JobId(call.parameters["job_id"], ranges, sluids=True)
    except Invalid as error:
        raise Problem(400, str(error)) from None
    if not job.sluid:
        return job
    found = by_number(call, job)
    if job.has_step:
        call.warnings.append(ApiWarning(f"{job.text} is a step: all of its job is meant", "job_id"))
    return found


def by_number(call: Call, job: JobId) -> JobId:
    """A job that is named by its SLUID, by its number. Raises Problem 404, and 501 before Slurm 26.05."""
    if not job.sluid:
        return job
    try:
        records = call.slurm.job_of_sluid(job.sluid)
    except SlurmError as error:
        raise known(call, job, error) from None
    for record in records:
        names = [name for name, _ in job_names(call.slurm, record)]
        number = str(record.array_job_id or record.job_id)
        found = JobId(names[0] if len(names) == 1 else number, ranges=True)
        found.sluid = job.sluid
        return found
    raise missing(call, job)


def missing(call: Call, job: JobId) -> Problem:
    text = f"there is no job {job.text} that you may see"
    return call.slurm.missing("ESLURM_INVALID_JOB_ID", text, "slurm_load_job")


def known(call: Call, job: JobId, error: SlurmError) -> Problem:
    """The error, or that there is no such job."""
    return missing(call, job) if error.number == call.slurm.constant("ESLURM_INVALID_JOB_ID") else error


def find(call: Call, job: JobId, flags: int = 0) -> Records:
    """The job's record; of a whole array or het job all its records, its own first. flags: SHOW_*."""
    try:
        records = (
            call.slurm.job_of_sluid(job.sluid, flags) if job.sluid else call.slurm.job(job.number, flags)
        )
    except SlurmError as error:
        raise known(call, job, error) from None
    if job.sluid:
        found = records
    elif job.tasks:
        found = records.select(lambda record: _has_task(call, record, job))
    elif job.component is not None:
        found = records.select(
            lambda record: record.het_job_id == job.number and record.het_job_offset == job.component
        )
    else:
        found = records.first(lambda record: record.job_id == job.number)
    if not found:
        raise missing(call, job)
    return found


def _has_task(call: Call, record: Any, job: JobId) -> bool:
    """Whether a record is that of an array's task, or stands for it among the tasks not started."""
    if record.array_job_id != job.number:
        return False
    if record.array_task_id != NO_VAL[32]:
        return job.has_task(record.array_task_id)
    return any(map(job.has_task, waiting_tasks(call.slurm, record)))


def told(call: Call, outcomes: list[Outcome], source: str) -> list[Outcome]:
    """What came of an array's tasks: a warning for each that failed; an error if all of them did."""
    failed = [outcome for outcome in outcomes if outcome.error_code]
    if failed and len(failed) == len(outcomes):
        error = call.slurm.error(source, failed[0].error_code)
        error.text = f"{failed[0].step_id}: {failed[0].why or error.text}"
        raise error
    for outcome in failed:
        text = f"{outcome.step_id}: {outcome.why or outcome.error}"
        call.warnings.append(ApiWarning(text, f"{source}()"))
    return outcomes


def requeue_flags(call: Call, names: frozenset[str]) -> int:
    if "JOB_SPECIAL_EXIT" in names and "JOB_REQUEUE_HOLD" not in names:
        raise Problem(400, "SpecialExit: expected Hold too")
    return call.slurm.bits(names)
