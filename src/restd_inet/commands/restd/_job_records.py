"""Whose a job's files are, and where they are, by slurmctld's record; and the batch script that it has."""

from __future__ import annotations

import re

from restd_inet.commands import Call
from restd_inet.commands.slurm._job import find, known
from restd_inet.problems import Problem, quoted
from restd_inet.schema.kinds.job_desc import JobId
from restd_inet.schema.kinds.values import NO_VAL, Invalid
from restd_inet.slurm import SlurmError
from restd_inet.slurm.lookups import filenames

_STEP = re.compile(r"batch|extern|interactive|\d{1,10}(?:\+\d{1,4})?", re.ASCII)
#: The member of a record that has the path → what gives the file: of a job, of a step that runs.
_FILES = {"std_out": filenames.output_paths, "std_err": filenames.error_paths}
_OF_STEP = {"std_out": filenames.step_output_paths, "std_err": filenames.step_error_paths}


class Output:
    """Where a job or a step writes.

    job: what messages call it. paths: none before it has begun; of several the first that is there.
    directory: its working directory. state: its name. ended: whether nothing more is written.
    """

    __slots__ = ("directory", "ended", "job", "owner", "paths", "state", "uid")

    def __init__(
        self, job: str, uid: int, owner: str, paths: list[str], directory: str, state: str, ended: bool
    ) -> None:
        self.job = job
        self.uid = uid
        self.owner = owner
        self.paths = paths
        self.directory = directory
        self.state = state
        self.ended = ended


class Named:
    """The job that a path names (123, 123_4, 123+1, a SLUID), or a step of it (123.batch, 123.0).

    step: "" for the batch script, which is the job. Raises Problem 400.
    """

    __slots__ = ("job", "step", "text")

    def __init__(self, call: Call) -> None:
        self.text = call.parameters["job_id"]
        job, dot, step = self.text.partition(".")
        if dot and not _STEP.fullmatch(step):
            raise Problem(400, f"{quoted(self.text)} is no step: expected one such as 123.batch or 123.0")
        try:
            self.job = JobId(job, sluids=True)
        except Invalid as error:
            raise Problem(400, str(error)) from None
        self.step = "" if step == "batch" else step


def output_of_step(call: Call, named: Named, member: str) -> Output | None:
    """Where a step that runs writes; None if slurmctld has no such step. Raises Problem 501, 409."""
    slurm, job = call.slurm, named.job
    slurm.capabilities.check("job_step_info_t.std_out")
    name = slurm.function("step_name")
    try:
        found = find(call, job)  # which keeps its structs
        steps = slurm.steps(next(iter(found)).job_id)
    except Problem as problem:
        if problem.status != 404:
            raise
        return None
    for step in steps:
        if name(step.step_id).partition(".")[2] == named.step:
            paths = _OF_STEP[member](slurm, step)
            if not paths:
                raise without_file(f"step {named.text}")
            label, state = slurm.function("user_label"), slurm.function("job_state")
            directory = slurm.text(step.cwd) or ""
            return Output(
                f"step {named.text}",
                step.user_id,
                label(step.user_id),
                paths,
                directory,
                state(step.state & slurm.lib.JOB_STATE_BASE) or "",
                False,
            )
    return None


def without_file(step: str) -> Problem:
    """The Problem 409 of a step that srun(1) has given no file."""
    return Problem(409, f"{step} has no file of its own: what it writes goes to its srun")


def script(call: Call, job: JobId) -> bytes:
    """The batch script of a job. Raises Problem 404 if slurmctld has no such job."""
    number = job.number
    try:
        if job.sluid or job.tasks or job.component is not None:
            records = find(call, job)  # which keeps its structs
            number = next(iter(records)).job_id
        return call.slurm.batch_script(number)
    except SlurmError as error:
        if error.number == call.slurm.constant("ESLURM_JOB_SCRIPT_MISSING"):
            raise without_script(f"job {job.text}", error) from None
        if error.status == 403:
            error.text = f"the batch script of job {job.text} is shown to its user and to operators alone"
        raise known(call, job, error) from None


def without_script(job: str, problem: Problem | None = None) -> Problem:
    """The Problem 409 of what srun(1) and salloc(1) have started."""
    text = f"{job} has no batch script: srun and salloc write to where they run"
    number, source, reason = (problem.number, problem.source, problem.reason) if problem else (0, "", "")
    return Problem(409, text, number=number, source=source, reason=reason)


def output(call: Call, named: Named, member: str) -> Output:
    """Where a job writes. member: std_out or std_err. Raises Problem 404 if slurmctld has no such job."""
    slurm, job = call.slurm, named.job
    records = find(call, job)  # which keeps its structs
    record = next(iter(records))
    state = record.job_state & slurm.lib.JOB_STATE_BASE
    is_task = record.array_task_id != NO_VAL[32]
    if record.array_job_id == job.number and not job.tasks and not job.sluid:
        example = f", such as {job.number}_{record.array_task_id}" if is_task else ""
        raise Problem(409, f"job {job.text} is an array: name one of its tasks{example}")
    name = f"job {named.text}"
    if not record.batch_flag:
        raise without_script(name)
    begun = state != slurm.lib.JOB_PENDING or record.restart_cnt > 0
    if job.tasks and not is_task:
        begun = False
    ended = state >= slurm.lib.JOB_COMPLETE and not record.job_state & slurm.lib.JOB_COMPLETING
    if ended and not record.nodes:
        raise Problem(404, f"{name} has ended before it began: it wrote nothing")
    return Output(
        name,
        record.user_id,
        slurm.function("user_label")(record.user_id),
        _FILES[member](slurm, record) if begun else [],
        slurm.text(record.work_dir) or "",
        slurm.function("job_state")(state) or "",
        ended,
    )
