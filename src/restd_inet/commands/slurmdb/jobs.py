"""jobs: jobs of the accounting database, as sacct(1) finds them."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import removed
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer, list_v39, meta_list
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.records.slurmdb_change import SLURMDB_JOB_CHANGES
from restd_inet.schema.records.slurmdb_job import SLURMDB_JOB
from restd_inet.schema.records.slurmdb_query import SLURMDB_JOB_QUERY, USUAL
from restd_inet.schema.versions import V36, V39, V40, V44
from restd_inet.slurm import SlurmError
from restd_inet.slurm.slurmdbd.job_stream import find_jobs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANSWER = Answer(
    SLURMDB_JOB,
    "jobs",
    {V36: meta_list, V39: list_v39},
    many=True,
    component={V36: "job_info", V40: "openapi_slurmdbd_jobs_resp"},
    required=("jobs",),
)


def get(call: Call) -> Result:
    return search(call, call.query, by_day=False)


def get_of_today(call: Call) -> Result:
    """The same; without a time from midnight on, as sacct has it."""
    return search(call, call.query, by_day=True)


def search(call: Call, query: dict[str, Any], *, by_day: bool) -> Result:
    """What a condition finds; with no condition everything that there is."""
    condition = {member: value for member, value in query.items() if value not in ("", [])}
    if "submit_time" in condition:
        if "usage_start" in condition:
            raise Problem(400, "submit_time: cannot be given together with start_time")
        condition["usage_start"] = condition.pop("submit_time")
        usual = frozenset() if by_day else USUAL
        condition["flags"] = condition.get("flags", usual) | {"JOBCOND_FLAG_NO_DEFAULT_USAGE"}
    jobs = find_jobs(call.slurm, complete(call, condition) if query else None, by_day=by_day)
    return or_not_found(call, jobs, "slurmdb_jobs_get", "_dump_jobs", listing=True)


def complete(call: Call, condition: dict[str, Any]) -> dict[str, Any]:
    """A condition with what is meant where nothing is said."""
    return {
        **condition,
        "db_flags": condition.get("db_flags") or frozenset({"SLURMDB_JOB_FLAG_NOTSET"}),
        "flags": condition.get("flags") or USUAL,
        "cluster_list": condition.get("cluster_list") or [call.slurm.cluster_name],
    }


def post(call: Call) -> Result:
    """Changes what is said of jobs; gives what slurmdbd names as changed."""
    changed = dict(call.body)
    if "step_list" not in changed:
        raise Problem(400, "job_id_list: expected the ids of the jobs to change", path=())
    return change(call, changed.pop("step_list"), changed)


def change(call: Call, steps: Any, members: dict[str, Any]) -> Result:
    if not members:
        raise Problem(
            400, "there is nothing to change: expected comment, derived_exit_code, extra, tres or wckey"
        )
    condition = {
        "step_list": steps,
        "db_flags": frozenset({"SLURMDB_JOB_FLAG_NOTSET"}),
        "flags": frozenset({"JOBCOND_FLAG_NO_DEFAULT_USAGE"}),
        "cluster_list": [call.slurm.cluster_name],
    }
    try:
        results = call.slurm.db.modify("slurmdb_job_modify", condition, {"derived_ec": NO_VAL[32], **members})
    except SlurmError as error:
        if error.number != call.slurm.constant("SLURM_NO_CHANGE_IN_DATA"):
            raise
        results = []
    if not results:
        text = f"there is no job {steps.text} in the accounting database"
        raise call.slurm.missing("ESLURM_INVALID_JOB_ID", text, "slurmdb_job_modify")
    return Result(results)


#: slurmdbd names what it has changed: "12 submitted at 2026-11-28T12:00:00".
CHANGED = removed("results", "openapi_job_modify_resp")
ROUTES = (
    Route(
        "GET",
        "jobs/",
        get,
        ANSWER,
        query=SLURMDB_JOB_QUERY,
        since=V36,
        until=V39,
        strict=True,
        summary="List jobs in the accounting database",
        description=(
            "Like sacct: the jobs that match every condition. Without a period it lists all jobs "
            "that the database has."
        ),
    ),
    Route(
        "GET",
        "jobs/",
        get_of_today,
        ANSWER,
        query=SLURMDB_JOB_QUERY,
        since=V40,
        summary="List jobs in the accounting database",
        description=(
            "Like sacct: the jobs that match every condition. Without a period it lists all jobs "
            "that the database has."
        ),
    ),
    Route(
        "POST",
        "jobs/",
        post,
        CHANGED,
        body=Body(SLURMDB_JOB_CHANGES),
        since=V44,
        summary="Change jobs in the accounting database",
        description="Like sacctmgr modify job.",
    ),
)
