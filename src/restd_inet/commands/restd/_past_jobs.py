"""The same of accounting's records: of jobs that slurmctld has forgotten, and of steps."""

from __future__ import annotations

from restd_inet import installed
from restd_inet.commands import Call
from restd_inet.commands.restd._job_records import Named, Output, without_file
from restd_inet.commands.slurmdb.jobs import complete
from restd_inet.problems import Problem
from restd_inet.schema.kinds.values import Deferred
from restd_inet.schema.records.slurmdb_query import USUAL
from restd_inet.slurm.lookups import filenames
from restd_inet.slurm.slurmdbd.job_stream import find_jobs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: The member of a record that has the path → what gives the file: of a job, of a step.
_OF_JOB = {"std_out": filenames.past_output_paths, "std_err": filenames.past_error_paths}
_OF_STEP = {"std_out": ("step_stdout",), "std_err": ("step_stderr", "step_stdout")}
#: What a release must have to know the files of steps.
STEPS = "slurmdb_step_rec_t.std_out"


def output(call: Call, named: Named, member: str, missing: Problem) -> Output:
    """Where a job wrote that slurmctld has forgotten. missing: the Problem if accounting has none, either."""
    slurm = call.slurm
    found: Output | None = None
    for job in _jobs(call, named.job.text, missing):  # the last run is the last record
        found = _output(call, named, job, _OF_JOB[member](slurm, job))
    if found is None:
        raise missing
    if not found.paths:
        reason = "it was no batch job"
        if not slurm.capabilities.has(f"slurmdb_job_rec_t.{member}"):
            reason = f"Slurm {installed.release()} does not keep paths; 24.11 or a newer one does"
        raise Problem(
            410, f"{found.job} has ended and slurmctld has forgotten it; accounting has no path: {reason}"
        )
    return found


def output_of_step(call: Call, named: Named, member: str) -> Output:
    """Where a step writes. Raises Problem 409 for one that writes to its srun, 501 before Slurm 26.05."""
    slurm = call.slurm
    slurm.capabilities.check(STEPS)
    text = f"there is no step {named.text} that you may see"
    missing = slurm.missing("ESLURM_INVALID_JOB_ID", text, "slurmdb_jobs_get")
    found: Output | None = None
    steps, name = slurm.function("job_steps"), slurm.function("step_name")
    for job in _jobs(call, named.text, missing):
        for step in steps(job):
            if name(step.step_id).partition(".")[2] == named.step:
                paths = (slurm.function(lookup)(step) for lookup in _OF_STEP[member])
                found = _output(call, named, job, list(filter(None, paths))[:1], step)
    if found is None:
        raise missing
    if not found.paths:
        raise without_file(found.job)
    return found


def script(call: Call, named: Named, missing: Problem) -> bytes:
    """The batch script of a job that slurmctld has forgotten."""
    seen, found = False, b""
    for job in _jobs(call, named.job.text, missing, "JOBCOND_FLAG_SCRIPT"):
        seen = True
        if job.script and job.script[0] != b"\0":
            found = call.slurm.string(job.script)
    if found:
        return found
    if not seen:
        raise missing
    text = (
        f"job {named.job.text} has ended and slurmctld has forgotten it; accounting has no script of it: it "
        "stores those of batch jobs with AccountingStoreFlags=job_script, and shows them to their user"
    )
    raise Problem(410, text)


def _jobs(call: Call, text: str, missing: Problem, *flags: str) -> Iterator[Any]:
    """slurmdb_job_rec_t of all runs; each lives until the next. Raises Problem."""
    if not call.slurm.accounting_storage.endswith("slurmdbd"):
        raise missing
    condition = {"step_list": Deferred("selected_steps", text), "flags": USUAL.union(flags)}
    yield from find_jobs(call.slurm, complete(call, condition), by_day=False)


def _output(call: Call, named: Named, job: Any, paths: list[str], step: Any = None) -> Output:
    slurm = call.slurm
    state = (job if step is None else step).state & slurm.lib.JOB_STATE_BASE
    word = "step" if step is not None else "job"
    directory = getattr(step, "cwd", None) or job.work_dir
    return Output(
        f"{word} {named.text}",
        job.uid,
        slurm.function("slurmdb_user_label")(job) or slurm.function("user_label")(job.uid),
        paths,
        slurm.text(directory) or "",
        slurm.function("job_state")(state) or "",
        state >= slurm.lib.JOB_COMPLETE,
    )
