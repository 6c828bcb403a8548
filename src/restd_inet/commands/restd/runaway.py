"""runaway: jobs that have not ended in accounting, and that slurmctld does not know; POST ends them."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.restd._tables import Table
from restd_inet.schema.answers import Answer, list_v39
from restd_inet.schema.compile import dumper
from restd_inet.schema.records.slurmdb_job import SLURMDB_JOB
from restd_inet.schema.versions import V1, V40
from restd_inet.slurm.slurmdbd.runaway import fix, runaway_jobs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

FIXED = Answer(
    SLURMDB_JOB, "jobs", {V1: list_v39}, plain=True, component="restd_runaway_fixed_resp", required=("jobs",)
)


def find(call: Call) -> Iterable[Any]:
    return runaway_jobs(call.slurm)


def post(call: Call) -> Result:
    """The answer is written before anything is changed: it is what the jobs were."""
    jobs = runaway_jobs(call.slurm)
    dump = dumper(SLURMDB_JOB, call.query["version"], call.slurm)
    rows = [dump(job) for job in jobs]
    fix(call.slurm, jobs)
    return Result(rows, answer=FIXED)


RUNAWAY = Table(SLURMDB_JOB, "jobs", find, component="restd_runaway_resp")
ROUTES = (
    RUNAWAY.route(
        "runaway",
        "List runaway jobs",
        "Like sacctmgr list runawayjobs: jobs of this cluster that have started and not ended in the "
        "database, and that slurmctld does not know. For operators and administrators.",
    ),
    Route(
        "POST",
        "runaway",
        post,
        FIXED,
        since=V40,
        summary="End runaway jobs",
        description="Like sacctmgr list runawayjobs with the answer y: each ends when it started, became "
        "eligible or was submitted, whichever was last, and slurmdbd counts usage again from then on. The "
        "answer has the jobs as they were. For operators and administrators.",
        exact=True,
        check="the list of runaway jobs",
        resolve=lambda query, version: {**query, "version": version},
    ),
)
