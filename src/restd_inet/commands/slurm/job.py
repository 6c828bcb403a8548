"""job/{job_id}, job/submit, job/allocate: one job, as scontrol(1), scancel(1) and sbatch(1) treat it.

A job id is a number, that of an array's task (123_4), of a het job's component (123+1), or a SLUID (26.05).
"""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurm._job import SIGKILL, VERBOSE, find, job_of, known, requeue_flags, told
from restd_inet.commands.slurm._submit import (
    ALLOCATED_ANSWER,
    SUBMIT_ANSWER,
    allocate,
    check_identity,
    settle,
    submit,
)
from restd_inet.problems import Problem
from restd_inet.schema import job_submission
from restd_inet.schema.answers import (
    Answer,
    bare,
    dated_jobs,
    flat,
    list_v39,
    meta_list,
)
from restd_inet.schema.job_answers import (
    flat_nothing,
    meta_nothing,
    nothing_v39,
    updated,
    updated_in_full,
)
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.job_desc import JOB_DESC
from restd_inet.schema.records.job_requests import (
    DELETE_QUERY,
    JOB_ALLOC,
    JOB_QUERY,
    JOB_SUBMIT,
    KILL_STATUS,
    REQUEUE_QUERY,
)
from restd_inet.schema.records.job_verbs import ARRAY_RESULT
from restd_inet.schema.versions import V1, V35, V36, V39, V40, V41, V42, V45
from restd_inet.slurm import SlurmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass


def get(call: Call) -> Result:
    return Result(find(call, job_of(call), call.slurm.bits(call.query.get("flags", frozenset()))))


def update(call: Call) -> Result:
    job = job_of(call, ranges=True)
    check_identity(call, call.body)
    named = call.body.pop("job_id", job.number)
    if named != job.number:
        raise Problem(400, f"job_id: is {named}, but the path is that of job {job.number}", path=("job_id",))
    try:
        outcomes = call.slurm.update(job.text, call.body)
    except SlurmError as error:
        raise known(call, job, error) from None
    return Result(told(call, outcomes, "slurm_update_job2"))


def delete(call: Call) -> Result:
    """Cancels the job, or sends it ?signal=; one that has ended already counts as cancelled."""
    job = job_of(call, ranges=True)
    signal = call.query.get("signal", SIGKILL)
    flags = call.query.get("flags") or frozenset()
    try:
        call.slurm.kill(job.text, signal, call.slurm.bits(flags - {VERBOSE}) or None)
    except SlurmError as error:
        if error.number == call.slurm.constant("ESLURM_ALREADY_DONE") and signal == SIGKILL:
            return Result([call.slurm.outcome(job.text, error.number)])
        raise known(call, job, error) from None
    return Result([call.slurm.outcome(job.text, 0)] if VERBOSE in flags else ())


def requeue(call: Call) -> Result:
    """Puts the job into the queue again."""
    job = job_of(call)
    flags = requeue_flags(call, call.query.get("flags", frozenset()))
    try:
        outcomes = call.slurm.requeue(job.text, flags)
    except SlurmError as error:
        raise known(call, job, error) from None
    return Result(told(call, outcomes, "slurm_requeue2"))


JOB_ANSWER = Answer(
    JOB,
    "jobs",
    {V1: bare, V35: flat, V36: meta_list, V39: list_v39, V40: dated_jobs},
    component={V36: "jobs_response", V40: "openapi_job_info_resp"},
    required=("jobs", "last_backfill", "last_update"),
)
UPDATED = Answer(
    ARRAY_RESULT,
    "results",
    {V1: flat_nothing, V36: meta_nothing, V39: updated_in_full, V42: updated},
    component={V39: "job_update_response", V40: "openapi_job_post_response"},
)
KILLED = Answer(
    KILL_STATUS,
    "status",
    {V1: flat_nothing, V36: meta_nothing, V39: nothing_v39, V42: list_v39},
    component={V39: "status", V40: "openapi_resp", V42: "openapi_kill_job_resp"},
)
REQUEUED = Answer(ARRAY_RESULT, "status", {V1: list_v39}, component="openapi_job_requeue_resp")

ROUTES = (
    Route(
        "POST",
        "job/submit",
        submit,
        SUBMIT_ANSWER,
        body=Body(JOB_SUBMIT, job_submission.submission),
        settle=settle,
        operation={V36: "submit_job", V40: ""},
        summary="Submit a batch job",
        description=(
            "Like sbatch. `job` describes the job and `script` is its batch script. A list of jobs "
            "under `jobs` is a heterogeneous job. The job gets only the environment that `environment` "
            "has, so it should have PATH."
        ),
    ),
    Route(
        "POST",
        "job/allocate",
        allocate,
        ALLOCATED_ANSWER,
        body=Body(JOB_ALLOC, job_submission.allocation),
        since=V41,
        summary="Allocate resources without a script",
        description=(
            "Like salloc --no-shell. The allocation lasts until it is cancelled or its time limit is reached."
        ),
    ),
    Route(
        "GET",
        "job/{job_id}",
        get,
        JOB_ANSWER,
        query=JOB_QUERY,
        summary="Show a job",
        description=(
            "Like scontrol show job. All tasks of an array and all components of a heterogeneous job "
            "are shown. slurmctld forgets jobs some time after their end (MinJobAge); /slurmdb/ has "
            "them longer."
        ),
    ),
    Route(
        "POST",
        "job/{job_id}",
        update,
        UPDATED,
        body=Body(JOB_DESC, job_submission.update, envelope="job"),
        summary="Change a job",
        description="Like scontrol update job. The properties that the body does not name stay as they are.",
    ),
    Route(
        "DELETE",
        "job/{job_id}",
        delete,
        KILLED,
        query=DELETE_QUERY,
        operation={V36: "cancel_job", V40: ""},
        summary="Cancel or signal a job",
        description="Like scancel.",
    ),
    Route(
        "GET",
        "job/{job_id}/requeue",
        requeue,
        REQUEUED,
        query=REQUEUE_QUERY,
        since=V45,
        changes=True,
        summary="Requeue a job",
        description="Like scontrol requeue. It changes the job although the method is GET.",
    ),
)
