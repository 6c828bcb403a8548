"""job/{job_id} and job/submit: one job, as scontrol(1), scancel(1) and sbatch(1) treat it.

A job id is a number, that of an array's task (123_4) or of a het job's component (123+1).
"""

from __future__ import annotations

import re

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.problems import Problem, quoted
from restd_inet.schema.answers import (
    Answer,
    bare,
    dated_jobs,
    flat,
    flat_last,
    flat_warned,
    meta_flat,
    meta_list,
    saying,
)
from restd_inet.schema.convert import parse
from restd_inet.schema.fields import Parsed
from restd_inet.schema.options import signal_number
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.job_desc import JOB_DESC
from restd_inet.schema.records.submit import SUBMIT
from restd_inet.schema.values import INFINITE, NO_VAL, Library
from restd_inet.schema.versions import V1, V35, V36, V39, V41, V42
from restd_inet.slurm import SlurmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.problems import Caution
    from restd_inet.slurm import Records

SIGKILL = 9
SIGNAL = Record("query", "", Field("signal", Parsed(signal_number)))


class JobId:
    """A job id as it was written; task and component are None where it names none."""

    __slots__ = ("component", "number", "task", "text")

    def __init__(self, text: str) -> None:
        found = re.fullmatch(r"(\d{1,10})(?:_(\d{1,10})|\+(\d{1,4}))?", text, re.ASCII)
        parts = found.groups() if found else ("0", None, None)
        number, self.task, self.component = (None if part is None else int(part) for part in parts)
        if not number or max(number, self.task or 0) >= NO_VAL[32]:
            expected = "a number (123), an array's task (123_4) or a het job's component (123+1)"
            raise Problem(400, f"{quoted(text)} is not a job id: expected {expected}")
        self.text = text
        self.number = number

    def missing(self, call: Call) -> Problem:
        text = f"there is no job {self.text} that you may see"
        return call.slurm.missing("ESLURM_INVALID_JOB_ID", text, "slurm_load_job")


def get(call: Call) -> Result:
    return Result(find(call, JobId(call.parameters["job_id"])))


def find(call: Call, job: JobId) -> Records:
    """The job's record; of a whole array or het job all its records, its own first."""
    try:
        records = call.slurm.job(job.number)
    except SlurmError as error:
        if error.number != call.slurm.constant("ESLURM_INVALID_JOB_ID"):
            raise
        raise job.missing(call) from None
    if job.task is not None:
        found = records.select(lambda record: _has_task(call, record, job))
    elif job.component is not None:
        found = records.select(
            lambda record: record.het_job_id == job.number and record.het_job_offset == job.component
        )
    else:
        found = records.first(lambda record: record.job_id == job.number)
    if not found:
        raise job.missing(call)
    return found


def _has_task(call: Call, record: Any, job: JobId) -> bool:
    """Whether a record is that of an array's task, or stands for it among the tasks not started."""
    if record.array_job_id != job.number:
        return False
    if record.array_task_id != NO_VAL[32]:
        return bool(record.array_task_id == job.task)
    return job.task in task_numbers(call.slurm.text(record.array_task_str) or "")


def task_numbers(text: str) -> set[int]:
    """The tasks of "1-3,7,10-20:5%2" (job_array(5))."""
    numbers: set[int] = set()
    for first, last, step in re.findall(r"(\d+)(?:-(\d+)(?::(\d+))?)?", text.partition("%")[0]):
        numbers.update(range(int(first), int(last or first) + 1, int(step or 1)))
    return numbers


def update(call: Call) -> Result:
    job = JobId(call.parameters["job_id"])
    _check_identity(call, call.body)
    try:
        call.slurm.update(job.text, call.body)
    except SlurmError as error:
        if error.number == call.slurm.constant("ESLURM_INVALID_JOB_ID"):
            raise job.missing(call) from None
        raise
    return Result()


def delete(call: Call) -> Result:
    """Cancels the job, or sends it ?signal=; one that has ended already counts as cancelled."""
    job = JobId(call.parameters["job_id"])
    signal = call.query.get("signal", SIGKILL)
    try:
        call.slurm.kill(job.text, signal)
    except SlurmError as error:
        if error.number == call.slurm.constant("ESLURM_ALREADY_DONE") and signal == SIGKILL:
            return Result()
        if error.number == call.slurm.constant("ESLURM_INVALID_JOB_ID"):
            raise job.missing(call) from None
        raise
    return Result()


def submit(call: Call) -> Result:
    components = call.body
    for members in components:
        _check_identity(call, members)
    answer = call.slurm.submit(components)
    problems = [call.slurm.error("slurmctld", answer.error_code)] if answer.error_code else []
    return Result([answer], problems)


def _check_identity(call: Call, members: dict[str, Any]) -> None:
    """Nobody acts as anyone else: only root and SlurmUser may name another user or group."""
    own = {"user_id": call.credential.uid, "group_id": call.credential.gid}
    for member, number in own.items():
        given = members.get(member, number)
        if given != number and call.credential.uid not in (0, call.slurm.slurm_user_id()):
            text = f"{member} is {given}, but you are {number}; only root and SlurmUser may name another"
            raise Problem(403, text)


class Update(Body):
    """The body of an update: a job description, or one under "job"."""

    def read(self, document: object, version: int, cautions: list[Caution]) -> dict[str, Any]:
        path: tuple[str, ...] = ()
        if isinstance(document, dict) and list(document) == ["job"]:
            document, path = document["job"], ("job",)
        return description(document, version, path, cautions)


class Submission(Body):
    """The body of a submission: {"job": {…} or [{…}, …], "script": "#!…"}."""

    def read(self, document: object, version: int, cautions: list[Caution]) -> list[dict[str, Any]]:
        if not isinstance(document, dict):
            raise Problem(400, 'expected an object with "job" and "script"', path=())
        unknown = [name for name in document if name not in ("job", "jobs", "script")]
        if unknown:
            text = f'{quoted(unknown[0])}: unknown property; expected "job" and "script"'
            raise Problem(400, text, path=(unknown[0],))
        script = document.get("script")
        if not isinstance(script, str) or not script.strip():
            text = 'script: expected the batch script as a text, such as "#!/bin/bash\\nhostname\\n"'
            raise Problem(400, text, path=("script",) if "script" in document else ())
        name = "jobs" if "jobs" in document else "job"
        if "job" in document and "jobs" in document:
            raise Problem(400, "jobs: cannot be given together with job", path=("jobs",))
        if name not in document:
            raise Problem(400, "job: expected a job description, or a list of them", path=())
        jobs = document[name]
        if isinstance(jobs, list):
            if not jobs:
                raise Problem(400, f"{name}: expected at least one job description", path=(name,))
            components = [
                description(job, version, (name, index), cautions) for index, job in enumerate(jobs)
            ]
        else:
            components = [description(jobs, version, (name,), cautions)]
        for index, members in enumerate(components):
            _complete(members, (name, index) if isinstance(jobs, list) else (name,))
        # slurmctld runs the script in the first component of a het job.
        components[0]["script"] = script
        return components


def description(
    document: object, version: int, path: tuple[str | int, ...], cautions: list[Caution]
) -> dict[str, Any]:
    """What job_desc_msg_t's members are to hold, from one job description."""
    members = parse(JOB_DESC, version, document, path, cautions)
    gres = members.pop("gres", None)
    if gres is not None and gres.lower() != "none":
        if "tres_per_node" in members:
            raise Problem(400, "gres: cannot be given together with gpus_per_node", path=(*path, "gres"))
        members["tres_per_node"] = Library("tres", gres)
    hold = members.pop("hold", None)
    if hold is not None and (hold or "priority" not in members):
        # A held job has priority 0, whichever was given; false releases one (scontrol(1): Priority=INFINITE).
        members["priority"] = 0 if hold else INFINITE[32]
    if members.pop("get_user_environment", False) and "environment" in members:
        members["environment"] = [*members["environment"], "SLURM_GET_USER_ENV=1"]
        members["env_size"] += 1
    return members


def _complete(members: dict[str, Any], path: tuple[str | int, ...]) -> None:
    """What a new job must say, and what sbatch(1) says for it."""
    if not members.get("environment"):
        text = 'environment: expected at least one variable, such as {"PATH": "/bin:/usr/bin"}'
        raise Problem(400, f"{'.'.join(str(step) for step in path)}.{text}", path=path)
    if not members.get("work_dir"):
        raise Problem(400, "current_working_directory: expected the directory to run the job in", path=path)
    members.setdefault("open_mode", frozenset({"OPEN_MODE_APPEND"}))
    members.setdefault("task_dist", frozenset({"SLURM_DIST_UNKNOWN"}))
    members.setdefault("name", "sbatch")
    members["min_cpus"] = members.get("num_tasks", 1) * members.get("cpus_per_task", 1)


JOB_ANSWER = Answer(
    JOB,
    "jobs",
    {V1: bare, V35: flat, V36: meta_list, V39: dated_jobs},
    component={V36: "jobs_response", V39: "openapi_job_info_resp"},
    required=("jobs", "last_backfill", "last_update"),
)
#: slurmctld tells of an update's array tasks only what went wrong. The names beside "results" are older.
FIRST = {"job_id": "", "step_id": "", "job_submit_user_msg": ""}
UPDATED = Answer(
    None,
    "",
    {
        V1: flat,
        V36: meta_flat,
        V39: saying(results=[], **FIRST),
        V41: saying(results=None, **FIRST),
        V42: saying(results=None),
    },
    component={V39: "openapi_job_post_response"},
)
KILLED = Answer(
    None,
    "",
    {V1: flat, V36: meta_flat, V39: flat_last, V42: saying(status=[])},
    component={V39: "openapi_resp", V42: "openapi_kill_job_resp"},
    required=("status",),
)
SUBMIT_ANSWER = Answer(
    SUBMIT,
    "",
    {V1: flat, V36: meta_flat, V39: flat_warned},
    component={V36: "job_submission_response", V39: "openapi_job_submit_response"},
)

ROUTES = (
    Route(
        "POST",
        "job/submit",
        submit,
        SUBMIT_ANSWER,
        body=Submission(JOB_DESC),
        operation={V36: "submit_job", V39: ""},
    ),
    Route("GET", "job/{job_id}", get, JOB_ANSWER),
    Route(
        "POST",
        "job/{job_id}",
        update,
        UPDATED,
        body=Update(JOB_DESC),
    ),
    Route(
        "DELETE",
        "job/{job_id}",
        delete,
        KILLED,
        query=SIGNAL,
        operation={V36: "cancel_job", V39: ""},
    ),
)
