"""jobs: every job that the user may see, their states, and signals and requeues for many of them."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurm._job import SIGKILL, VERBOSE, by_number, requeue_flags
from restd_inet.problems import ApiWarning, Problem
from restd_inet.schema.answers import Answer, bare_list, dated_jobs, list_v39, meta_list
from restd_inet.schema.job_answers import listed
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.job_requests import (
    JOB_STATE,
    JOBS_QUERY,
    JOBS_REQUEUE,
    KILL_JOBS,
    KILL_STATUS,
    STATE_QUERY,
)
from restd_inet.schema.records.job_verbs import ARRAY_RESULT
from restd_inet.schema.versions import V1, V36, V39, V40, V45
from restd_inet.slurm import SlurmError
from restd_inet.slurm.job_filter import JobFilter, States, matching, states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from restd_inet.slurm.jobs import Outcome

ANSWER = Answer(
    JOB,
    "jobs",
    {V1: bare_list, V36: meta_list, V39: list_v39, V40: dated_jobs},
    many=True,
    component={V36: "jobs_response", V40: "openapi_job_info_resp"},
    required=("jobs", "last_backfill", "last_update"),
)


def get(call: Call) -> Result:
    flags = call.slurm.bits(call.query.get("flags", frozenset()))
    since = call.query.get("changed_since")
    since = call.slurm.resolve(since)
    if since is None and "update_time" not in call.query:
        return Result(call.slurm.jobs(call.since, flags))
    try:
        return Result(call.slurm.jobs(call.query.get("update_time", since or 0), flags))
    except SlurmError as error:
        if since is None or error.status != 304:
            raise
        call.warnings.append(ApiWarning(f"No job has changed since update_time {since}", "slurm_load_jobs()"))
        return Result(call.slurm.no_jobs())


def get_states(call: Call) -> Result:
    """Of the jobs that ?job_id= names, or of all; an array's tasks each by itself."""
    wanted = call.query.get("jobs", ())
    wanted = [by_number(call, job) for job in wanted]
    jobs = call.slurm.jobs(0)
    found = states(jobs, call.slurm)
    return Result(States(jobs, matching(found, wanted) if wanted else found))


def delete(call: Call) -> Result:
    """Signals the jobs that are named, or that fit; what could not be done is told for each."""
    unknown = _by_number(call)
    chosen = JobFilter(call.body)
    if not chosen.jobs and (unknown or not chosen.filters):
        if unknown:
            return Result(unknown)
        number = call.slurm.constant("ESLURM_SIGNAL_JOBS_INVALID") or 0
        raise Problem(422, "expected at least one job id or one filter", number=number)
    return Result([*unknown, *_signalled(call, chosen)])


def _by_number(call: Call) -> list[Outcome]:
    """Makes numbers of the SLUIDs in a body; what is to be said of those that no job has."""
    found, unknown = [], []
    for job in call.body.get("jobs") or ():
        try:
            found.append(by_number(call, job))
        except Problem as problem:
            if problem.status != 404:
                raise
            unknown.append(call.slurm.outcome(job.text, problem.number or 0, found=False))
    if found or unknown:
        call.body["jobs"] = found
    return unknown


def _signalled(call: Call, chosen: JobFilter) -> Iterator[Outcome]:
    signal = call.body.get("signal", SIGKILL)
    names = call.body.get("flags", frozenset())
    flags = call.slurm.bits(names - {VERBOSE})
    done = call.slurm.constant("ESLURM_ALREADY_DONE")
    nobody = call.slurm.constant("ESLURM_INVALID_JOB_ID")
    for name, mismatch in chosen.matching(call.slurm):
        if mismatch:
            code = call.slurm.constant("ESLURM_JOB_SIGNAL_FAILED") or call.slurm.constant("SLURM_ERROR") or 0
            yield call.slurm.outcome(name, code, mismatch)
            continue
        try:
            call.slurm.kill(name, signal, flags)
        except SlurmError as error:
            if error.status >= 500 or error.status == 401:
                raise
            # Of a heterogeneous job the other components ended with the first.
            if chosen.jobs or error.number != done:
                yield call.slurm.outcome(name, error.number, found=error.number != nobody)
        else:
            if VERBOSE in names:
                yield call.slurm.outcome(name, 0)


def requeue(call: Call) -> Result:
    """Puts the jobs into the queue again; an error if any of them could not be."""
    jobs = call.body.get("jobs")
    if not jobs:
        raise Problem(400, "jobs: expected at least one job id", path=())
    flags = requeue_flags(call, call.body.get("flags", frozenset()))
    outcomes: list[Outcome] = []
    failed: list[SlurmError] = []
    for job in jobs:
        try:
            job = by_number(call, job)
            outcomes += call.slurm.requeue(job.text, flags)
        except SlurmError as error:
            if error.status >= 500:
                raise
            error.text = f"{job.text}: {error.text}"
            failed.append(error)
    if failed:
        failed[0].text = "; ".join(error.text for error in failed)
        if len(failed) < len(jobs):
            failed[0].text += "; the others are in the queue again"
        raise failed[0]
    return Result(outcomes)


STATES = Answer(JOB_STATE, "jobs", {V1: dated_jobs}, schema_of=ANSWER)
SIGNALLED = Answer(KILL_STATUS, "status", {V1: list_v39}, component="openapi_kill_jobs_resp")
REQUEUED = Answer(
    ARRAY_RESULT, "status", {V1: listed}, component="openapi_jobs_requeue_resp", required=("status",)
)

ROUTES = (
    Route(
        "GET",
        "jobs/",
        get,
        ANSWER,
        query=JOBS_QUERY,
        summary="List jobs",
        description="Like squeue: the jobs that you may see.",
    ),
    Route(
        "DELETE",
        "jobs/",
        delete,
        SIGNALLED,
        body=Body(KILL_JOBS),
        since=V40,
        summary="Cancel or signal several jobs",
        description=(
            "Like scancel: the jobs that are listed, or those that match every filter. At least one of "
            "both is required."
        ),
    ),
    Route(
        "GET",
        "jobs/state/",
        get_states,
        STATES,
        query=STATE_QUERY,
        since=V40,
        summary="List the states of jobs",
        description="Like squeue --only-job-state. Less work for slurmctld than the whole jobs.",
    ),
    Route(
        "POST",
        "jobs/requeue",
        requeue,
        REQUEUED,
        body=Body(JOBS_REQUEUE),
        since=V45,
        summary="Requeue several jobs",
        description="Like scontrol requeue.",
    ),
)
