"""jobs: those that one wants, and of them what one wants; jobs/submit: many new ones; and verbs on jobs."""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.commands import Call, Result, Route
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import Listing
from restd_inet.commands.restd._verbs import routes_of_many
from restd_inet.message import Credential
from restd_inet.schema.answers import Answer, list_v39
from restd_inet.schema.kinds.numbers import Int
from restd_inet.schema.list_answers import page_of_jobs
from restd_inet.schema.records.job import JOB, STATE
from restd_inet.schema.records.submit import SUBMIT_MANY_QUERY, SUBMITTED
from restd_inet.schema.versions import V1, V40
from restd_inet.slurm import SlurmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.commands import Body
    from restd_inet.slurm.results import Records


def load(call: Call) -> Records:
    """The jobs that a call may be about, with as little work for slurmctld as it has a way for."""
    slurm, query = call.slurm, call.query
    words = query["job_id"].wanted if "job_id" in query else ()
    numbers = {each.number for each in _filters.ids(words, sluids=True)}
    if len(numbers) == 1 and 0 not in numbers:  # which that of a SLUID is
        try:
            return slurm.job(*numbers)
        except SlurmError as error:
            if error.number != slurm.constant("ESLURM_INVALID_JOB_ID"):
                raise
            return slurm.no_jobs()
    uids = _filters.uids(call, query["user"].wanted) if "user" in query else ()
    if len(uids) == 1 and Credential.NOT_HERE not in uids:
        return slurm.jobs_of_user(*uids)
    return slurm.jobs(call.since)


def _users(call: Call) -> Callable[[Any], Any]:
    name = call.slurm.function("job_user_name")
    return lambda job: (name(job) or str(job.user_id),)


def _states(call: Call) -> Callable[[Any], Any]:
    """The state without its flags, so that each job is in one group."""
    names = STATE.dump(V40, call.slurm)
    return lambda job: names(job.job_state)[:1]


def _id(call: Call) -> Callable[[Any], Any]:
    return lambda job: job.job_id


JOBS = Listing(
    JOB,
    "jobs",
    page_of_jobs,
    load=load,
    after=Int(32),
    id=_id,
    order=int,
    filters={
        "user": (_filters.users, 'Users by name or uid, "me" for your own jobs'),
        "account": (_filters.texts("account"), "Accounts"),
        "partition": (_filters.partition_names("partition"), "Partitions"),
        "qos": (_filters.texts("qos"), "QOS"),
        "state": (_filters.states, "States, such as RUNNING or PD"),
        "name": (_filters.globs("name"), "Names of jobs, with *, ? and [] as in the shell"),
        "node": (_filters.hosts("nodes", "node"), "Nodes of the allocation, as host lists"),
        "job_id": (_filters.job_ids, "Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID"),
        "reservation": (_filters.listed("resv_name"), "Reservations"),
    },
    groups={
        "user": _users,
        "state": _states,
        "partition": _filters.names("partition"),
        "account": _filters.names("account"),
    },
)


def _many() -> Any:
    """The module that is needed for jobs/submit alone."""
    return lazy.module("restd_inet.commands.restd._many")


def _body() -> Body:
    body: Body = _many().BODY
    return body


def submit(call: Call) -> Result:
    result: Result = _many().submit(call)
    return result


def settle(call: Call) -> Result | None:
    result: Result | None = _many().settle(call)
    return result


ROUTES = (
    JOBS.route(
        "List the jobs that match filters",
        "Like squeue: the jobs that you may see and that match every filter, in the order of their ids. A "
        "job that asks for several partitions is counted in each. Waiting tasks of an array are one job.",
    ),
    Route(
        "POST",
        "jobs/submit",
        submit,
        Answer(SUBMITTED, "results", {V1: list_v39}, component="restd_jobs_submit_resp"),
        query=SUBMIT_MANY_QUERY,
        body=_body,
        beside=True,
        settle=settle,
        since=V40,
        summary="Submit many batch jobs",
        description=(
            "Each of `jobs` is as the body of job/submit. If the body has a mistake, nothing is submitted. "
            "`results` has what came of each job, in the order of the body. With `all=1` slurmctld is asked "
            "about all jobs before any is submitted, and if one is refused nonetheless, those before it are "
            "cancelled: the answer is then that error."
        ),
    ),
    *routes_of_many(JOBS),
)
