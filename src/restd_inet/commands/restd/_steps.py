"""Steps that run, as `squeue --steps` lists them, and what they use now, which the slurmds say (sstat)."""

from __future__ import annotations

import re
from functools import partial

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import filter_fields
from restd_inet.commands.restd._tables import Table
from restd_inet.commands.slurm._job import find, job_of
from restd_inet.problems import Problem, quoted
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.values import INFINITE, NO_VAL
from restd_inet.schema.record import Field
from restd_inet.schema.records.step import STEP, USAGE_FIELDS
from restd_inet.slurm import SlurmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_NONE = NO_VAL[32]
_NOT_ASKED = "not asked for: usage=1 asks the slurmds"
_UNSET = frozenset({NO_VAL[64], INFINITE[64]})
#: Steps with a name → the constant.
NAMED = {
    "batch": "SLURM_BATCH_SCRIPT",
    "extern": "SLURM_EXTERN_CONT",
    "interactive": "SLURM_INTERACTIVE_STEP",
}
#: slurmdb.h: the TRES that jobacct_gather counts. → what is made of its largest and of its sum.
_TRES_IN = {
    1: ("", "cpu_ms"),
    2: ("memory_max", "memory"),
    6: ("disk_read_max", "disk_read"),
    7: ("virtual_memory_max", ""),
    8: ("pages_max", ""),
}
_TRES_OUT = {6: ("disk_written_max", "disk_written")}


class Usage:
    """What the tasks of a step use: sums, and the most of a task, over all nodes; None: not known."""

    def __init__(self) -> None:
        self.tasks: int | None = None
        self.cpu_ms: int | None = None
        self.memory: int | None = None
        self.memory_max: int | None = None
        self.virtual_memory_max: int | None = None
        self.pages_max: int | None = None
        self.disk_read: int | None = None
        self.disk_read_max: int | None = None
        self.disk_written: int | None = None
        self.disk_written_max: int | None = None

    @property
    def cpu_time(self) -> float | None:
        return None if self.cpu_ms is None else self.cpu_ms / 1000

    @property
    def cpu_time_average(self) -> float | None:
        return self.cpu_time / self.tasks if self.cpu_time is not None and self.tasks else None

    def add(self, call: Call, found: Any) -> None:
        """A job_step_stat_t: the tasks on one node."""
        self.tasks = (self.tasks or 0) + found.num_tasks
        ffi, lib = call.slurm.ffi, call.slurm.lib
        account = ffi.new("compat_jobacct_t *")
        if lib.compat_jobacct(found.jobacct, account):
            return
        for index in range(account.tres_count):
            number = account.tres_ids[index]
            self._count(_TRES_IN, number, account.in_max, account.in_tot, index)
            self._count(_TRES_OUT, number, account.out_max, account.out_tot, index)

    def _count(self, table: dict[int, tuple[str, str]], tres: int, most: Any, total: Any, index: int) -> None:
        largest, together = table.get(tres, ("", ""))
        if largest and most and most[index] not in _UNSET:
            setattr(self, largest, max(getattr(self, largest) or 0, most[index]))
        if together and total and total[index] not in _UNSET:
            setattr(self, together, (getattr(self, together) or 0) + total[index])


class Step:
    """A step as the table has it. What it uses is None until `use`; usage_error: why that is not known."""

    def __init__(self, call: Call, found: Any) -> None:
        slurm, text = call.slurm, call.slurm.text
        self.job_id = found.step_id.job_id
        self.id = step_name(call, found)
        self.name = text(found.name) or ""
        self.state = slurm.function("job_state")(found.state) or ""
        self.user_id = found.user_id
        self.user_name = slurm.function("user_name")(found.user_id) or str(found.user_id)
        self.partition = text(found.partition) or ""
        self.nodes = text(found.nodes) or ""
        self.num_cpus, self.num_tasks = found.num_cpus, found.num_tasks
        self.start_time, self.run_time = found.start_time, found.run_time
        self.time_limit = -1 if found.time_limit >= _NONE else found.time_limit
        tres = "tres_fmt_alloc_str" if hasattr(found, "tres_fmt_alloc_str") else "tres_alloc_str"
        self.tres = text(getattr(found, tres)) or ""
        self.submit_line = text(found.submit_line) or ""
        self.container = text(found.container) or ""
        self.usage_error = _NOT_ASKED
        for member, _, _ in USAGE_FIELDS:
            setattr(self, f"usage_{member}", None)

    def use(self, usage: Usage, error: str) -> None:
        """error: why it is not known, or not of all nodes."""
        self.usage_error = error or ("no slurmd has said what it uses" if usage.tasks is None else "")
        for name, _, _ in USAGE_FIELDS:
            setattr(self, f"usage_{name}", getattr(usage, name))


def step_name(call: Call, found: Any) -> str:
    """As sacct names it: 123.0, 123_4.batch, 123.extern."""
    job = str(found.step_id.job_id)
    if found.array_job_id:
        job = f"{found.array_job_id}_{found.array_task_id}"
    number = found.step_id.step_id
    names = {call.slurm.constant(constant): name for name, constant in NAMED.items()}
    component = found.step_id.step_het_comp
    return f"{job}.{names.get(number, number)}{'' if component == _NONE else f'+{component}'}"


def measured(call: Call, found: Any) -> Step:
    """A step with what it uses. That a slurmd does not answer is said in the step."""
    step, usage, problem = Step(call, found), Usage(), ""
    try:
        for each in call.slurm.step_usage(found) if found.nodes else ():
            usage.add(call, each)
    except SlurmError as error:
        problem = error.text
    step.use(usage, problem)
    return step


def _shown(call: Call, records: Any, wanted: Callable[[Any], bool], usage: bool) -> Iterator[Step]:
    made = measured if usage else Step
    kept = sorted(filter(wanted, records), key=lambda each: (each.step_id.job_id, each.step_id.step_id))
    for each in kept:
        yield made(call, each)


def loaded(call: Call, job_id: int = _NONE, step_id: int = _NONE) -> Any:
    """The steps; none where slurmctld knows the job and no step of it."""
    try:
        return call.slurm.steps(job_id, step_id)
    except SlurmError as error:
        if error.number != call.slurm.constant("ESLURM_INVALID_JOB_ID"):
            raise
        return ()


def many(call: Call) -> list[Step]:
    tests: list[Callable[[Any], bool]] = []
    users = call.query.get("user")
    if users:
        wanted, unwanted = (_filters.uids(call, words) for words in (users.wanted, users.unwanted))
        tests.append(lambda each: (not wanted or each.user_id in wanted) and each.user_id not in unwanted)
    records = loaded(call)
    return list(
        _shown(call, records, lambda each: all(test(each) for test in tests), bool(call.query.get("usage")))
    )


def of_job(call: Call) -> list[Step]:
    found: list[Step] = []
    for number in sorted({int(record.job_id) for record in find(call, job_of(call, ranges=True))}):
        found += _shown(call, loaded(call, number), partial(_is, number, None), True)
    return found


def _is(job: int, number: int | None, step: Any) -> bool:
    return step.step_id.job_id == job and number in (None, step.step_id.step_id)


_STEP = re.compile(r"\d{1,9}", re.ASCII)


def one(call: Call) -> list[Step]:
    """The step of the path: a number, batch, extern or interactive."""
    word = call.parameters["step"]
    if word not in NAMED and not _STEP.fullmatch(word):
        raise Problem(400, f"{quoted(word)} is not a step: expected a number, {', '.join(NAMED)}")
    number = call.slurm.bits((NAMED[word],)) if word in NAMED else int(word)
    job = job_of(call)
    jobs = {int(record.job_id) for record in find(call, job)}
    found: list[Step] = []
    for each in sorted(jobs):
        found += _shown(call, loaded(call, each, number), partial(_is, each, number), True)
    if not found:
        text = f"job {job.text} has no step {word} that runs; accounting has those that have ended"
        raise call.slurm.missing("ESLURM_INVALID_JOB_ID", text, "slurm_get_job_steps")
    return found


USAGE = Field("usage", BOOL, doc="Ask the slurmds what each step uses.")
MANY = Table(
    STEP,
    "steps",
    many,
    *filter_fields({"user": 'Users by name or uid, "me" for your own steps'}),
    USAGE,
)
OF_JOB = Table(STEP, "steps", of_job, component="restd_job_steps_resp")
ONE = Table(STEP, "steps", one, component="restd_job_step_resp")
ROUTES = (
    MANY.route(
        "steps",
        "List the steps that run",
        "Like squeue --steps. With `usage=1` each slurmd is asked what its steps use, as sstat does.",
    ),
)
ROUTES_OF_ONE = (
    OF_JOB.route(
        "job/{job_id}/steps",
        "List the steps of a job that run",
        "Like squeue --steps, with what they use now, like sstat --allsteps. Only the user of a job, "
        "operators and administrators get the usage; `usage.error` says why there is none.",
    ),
    ONE.route(
        "job/{job_id}/step/{step}",
        "Show a step that runs",
        "Like sstat: what it is, and what it uses now. A step is its number, batch, extern or interactive.",
    ),
)
