"""job/{job_id}: one job; job/submit: a new one, or with ?dry_run=1 what would become of it; verbs on one."""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.restd import _job_files, _priorities, _steps, _usage, _verbs
from restd_inet.commands.restd._one import ONE
from restd_inet.commands.slurm._submit import SUBMIT_ANSWER, check_identity
from restd_inet.commands.slurm._submit import settle as settle_submitted
from restd_inet.commands.slurm._submit import submit as submitted
from restd_inet.schema import job_submission
from restd_inet.schema.answers import Answer, flat_v39
from restd_inet.schema.records.job_requests import JOB_SUBMIT
from restd_inet.schema.records.submit import DRY_RUN, SUBMIT_OR_DRY_RUN, SUBMIT_QUERY
from restd_inet.schema.versions import V1, V40


def submit(call: Call) -> Result:
    test_only = _read_script(call)
    return dry_run(call) if call.query.get("dry_run", test_only) else submitted(call)


def settle(call: Call) -> Result | None:
    _read_script(call)
    return settle_submitted(call)


def _read_script(call: Call) -> bool:
    """Makes job descriptions of a batch script in the body; whether it has --test-only."""
    if isinstance(call.body, list):
        return False
    script = lazy.module("restd_inet.commands.restd._script").read(call, call.body)
    call.body = script.components
    return bool(script.test_only)


def dry_run(call: Call) -> Result:
    """As sbatch --test-only: slurmctld says when and where the job would start."""
    for members in call.body:
        check_identity(call, members)
    return Result([call.slurm.will_run(call.body)], answer=DRY_RUN_ANSWER)


DRY_RUN_ANSWER = Answer(DRY_RUN, "", {V1: flat_v39})
EITHER = Answer(SUBMIT_OR_DRY_RUN, "", {V1: flat_v39}, component="restd_job_submit_resp")
ROUTES = (
    Route(
        "POST",
        "job/submit",
        submit,
        Answer(SUBMIT_ANSWER.record, "", SUBMIT_ANSWER.layouts, schema_of=EITHER),
        query=SUBMIT_QUERY,
        body=Body(JOB_SUBMIT, job_submission.submission, scripts=True),
        beside=True,
        settle=settle,
        since=V40,
        summary="Submit a batch job, or try it out",
        description=(
            "Like sbatch, with the body of /slurm/. With `dry_run=1` like sbatch --test-only: no job is "
            "submitted; `dry_run` of the answer says when and where it would start, or the error why it "
            "would be refused. A batch script as it is, text/x-shellscript or the part script of "
            "multipart/form-data, is read as sbatch reads it; parameters with the names of sbatch's options "
            "go over its directives, and the part job over both. The part environment is that of which "
            "--export takes what it names; without it it is HOME, USER and PATH of the user."
        ),
    ),
    Route(
        "GET",
        "job/{job_id}",
        ONE.get,
        ONE.answer,
        query=ONE.query,
        since=V40,
        summary="Get or watch a job, or wait for a state of it",
        description=(
            "With until and wait the answer comes when the job has reached one of the states, or has ended: "
            "`reached` says which. An array has reached it when all tasks have. If time runs out the "
            "status is 304."
        ),
        exact=True,
        resolve=ONE.resolve,
    ),
    *_job_files.ROUTES,
    *_verbs.routes_of_one(),
    *_priorities.ROUTES_OF_ONE,
    *_steps.ROUTES_OF_ONE,
    _usage.ROUTE,
)
