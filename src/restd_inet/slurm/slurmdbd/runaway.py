"""Runaway jobs: those that have not ended in the database, and that slurmctld does not know.

sacctmgr finds and fixes them in the same way (src/sacctmgr/runaway_job_functions.c).
"""

from __future__ import annotations

from time import time

from restd_inet.slurm.structs import OwnedStruct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from restd_inet.slurm.client import Slurm
    from restd_inet.slurm.slurmdbd.connection import Items

#: So many jobs are fixed in one call, as sacctmgr does: they are one statement of SQL.
PASS = 1000
#: Seconds: sacctmgr's from 25.11 on.
DELAY = 5


class RunawayJobs(list["Any"]):
    """slurmdb_job_rec_t's of a list, which lives as long as this does."""

    def __init__(self, found: Items, jobs: Iterator[Any]) -> None:
        super().__init__(jobs)
        self.found = found


def runaway_jobs(slurm: Slurm) -> RunawayJobs:
    """Those of this cluster, in the order of their submission. Raises SlurmError 403 for who may not know."""
    condition = OwnedStruct(
        slurm,
        "slurmdb_job_cond_t",
        {
            "cluster_list": [slurm.cluster_name],
            "db_flags": frozenset({"SLURMDB_JOB_FLAG_NOTSET"}),
            "flags": frozenset({"JOBCOND_FLAG_RUNAWAY", "JOBCOND_FLAG_NO_TRUNC"}),
        },
    )
    found = slurm.db.found("slurmdb_jobs_get", condition.struct, "slurmdb_job_rec_t")
    if not len(found):
        return RunawayJobs(found, iter(()))
    jobs = slurm.jobs(0)
    known = {(job.job_id, submitted) for job in jobs for submitted in (job.submit_time, job.resize_time)}
    # Of what was submitted just now, under a number that is used again, the database may not know yet.
    soon = int(time()) - DELAY
    new = {job.job_id for job in jobs if job.submit_time > soon}
    unknown = [job for job in found if (job.jobid, job.submit) not in known and job.jobid not in new]
    return RunawayJobs(found, iter(sorted(unknown, key=lambda job: job.submit)))


def fix(slurm: Slurm, jobs: RunawayJobs) -> None:
    """Lets slurmdbd end them, in the request's transaction."""
    for start in range(0, len(jobs), PASS):
        some = slurm.ffi.gc(slurm.lib.slurm_list_create(slurm.ffi.NULL), slurm.lib.slurm_list_destroy)
        for job in jobs[start : start + PASS]:
            slurm.lib.slurm_list_append(some, job)
        slurm.db.write("slurmdb_jobs_fix_runaway", some)
