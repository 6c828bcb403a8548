"""job/{job_id}: one job of the accounting database, all runs and parts of it."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.commands.slurmdb.jobs import ANSWER, CHANGED, change, complete
from restd_inet.problems import Problem
from restd_inet.schema.kinds.values import Deferred, Invalid
from restd_inet.schema.records.slurmdb_change import SLURMDB_JOB_CHANGE
from restd_inet.schema.records.slurmdb_query import USUAL, step
from restd_inet.schema.versions import V36, V38, V44
from restd_inet.slurm.slurmdbd.job_stream import find_jobs

#: Up to v0.0.37 all components of a heterogeneous job are found, whichever is named.
WHOLE = USUAL | {"JOBCOND_FLAG_WHOLE_HETJOB"}


def get(call: Call) -> Result:
    condition = complete(call, {"step_list": steps(call.parameters["job_id"]), **call.query})
    jobs = find_jobs(call.slurm, condition, by_day=False)
    return or_not_found(call, jobs, "slurmdb_jobs_get", "_dump_jobs", listing=True)


def post(call: Call) -> Result:
    return change(call, steps(call.parameters["job_id"]), call.body)


def steps(text: str) -> Deferred:
    """The job that a path names. Raises Problem 400."""
    try:
        return Deferred("selected_steps", step(text))
    except Invalid as error:
        raise Problem(400, str(error)) from None


ROUTES = (
    Route(
        "GET",
        "job/{job_id}",
        get,
        ANSWER,
        since=V36,
        implied={V36: {"flags": WHOLE}, V38: {"flags": USUAL}},
        summary="Show a job in the accounting database",
        description="Like sacct --jobs.",
    ),
    Route(
        "POST",
        "job/{job_id}",
        post,
        CHANGED,
        body=Body(SLURMDB_JOB_CHANGE),
        since=V44,
        summary="Change a job in the accounting database",
        description="Like sacctmgr modify job.",
    ),
)
