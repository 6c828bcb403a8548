"""jobs: every job that the user may see."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm._query import UPDATE
from restd_inet.schema.answers import Answer, bare_list, dated_jobs, meta_list
from restd_inet.schema.records.job import JOB
from restd_inet.schema.versions import V1, V36, V39
from restd_inet.slurm.writer import StructRows

ANSWER = Answer(
    JOB,
    "jobs",
    {V1: bare_list, V36: meta_list, V39: dated_jobs},
    StructRows,
    component={V36: "jobs_response", V39: "openapi_job_info_resp"},
    required=("jobs", "last_backfill", "last_update"),
)


def get(call: Call) -> Result:
    return Result(call.slurm.jobs(call.query.get("update_time", 0)))


ROUTES = (Route("GET", "jobs/", get, ANSWER, query=UPDATE),)
