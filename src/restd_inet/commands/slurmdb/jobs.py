"""jobs: jobs of the accounting database, as sacct(1) finds them."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurmdb._found import found
from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer, list_last, meta_list
from restd_inet.schema.records.past_job import PAST_JOB
from restd_inet.schema.records.past_query import PAST_QUERY, USUAL
from restd_inet.schema.versions import V36, V38, V39
from restd_inet.slurm.history import HistoryRows, history

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANSWER = Answer(
    PAST_JOB,
    "jobs",
    {V36: meta_list, V39: list_last},
    HistoryRows,
    component={V36: "job_info", V39: "openapi_slurmdbd_jobs_resp"},
    required=("jobs",),
)


def get(call: Call) -> Result:
    return search(call, call.query, by_day=False)


def get_of_today(call: Call) -> Result:
    """The same; without a time from midnight on, as sacct has it."""
    return search(call, call.query, by_day=True)


def search(call: Call, query: dict[str, Any], *, by_day: bool) -> Result:
    """What a condition finds; with no condition everything that there is."""
    condition = dict(query)
    condition.pop("format_list", None)
    if "submit_time" in condition:
        if "usage_start" in condition:
            raise Problem(400, "submit_time: cannot be given together with start_time")
        condition["usage_start"] = condition.pop("submit_time")
        condition["flags"] = condition.get("flags", USUAL) | {"JOBCOND_FLAG_NO_DEFAULT_USAGE"}
    jobs = history(call.slurm, complete(call, condition) if query else None, by_day=by_day)
    return found(call, jobs, "slurmdb_jobs_get", "_dump_jobs", listing=True)


def complete(call: Call, condition: dict[str, Any]) -> dict[str, Any]:
    """A condition with what is meant where nothing is said."""
    return {
        **condition,
        "db_flags": condition.get("db_flags") or frozenset({"SLURMDB_JOB_FLAG_NOTSET"}),
        "flags": condition.get("flags") or USUAL,
        "cluster_list": condition.get("cluster_list") or [call.slurm.function("cluster")(None)],
    }


ROUTES = (
    Route("GET", "jobs/", get, ANSWER, query=PAST_QUERY, since=V36, until=V38, strict=True,
          summary="Past and present jobs of the accounting database"),
    Route("GET", "jobs/", get_of_today, ANSWER, query=PAST_QUERY, since=V39,
          summary="Past and present jobs of the accounting database"),
)  # fmt: skip
