"""What a job uses: while it runs as its slurmds say (sstat), at its end as accounting has it (seff)."""

from __future__ import annotations

from time import time

from restd_inet.commands import Call
from restd_inet.commands.restd._steps import loaded, measured
from restd_inet.commands.slurm._job import find, job_of, missing
from restd_inet.commands.slurmdb.job import steps
from restd_inet.commands.slurmdb.jobs import complete
from restd_inet.problems import Problem
from restd_inet.slurm.job_filter import job_names
from restd_inet.slurm.slurmdbd.job_stream import find_jobs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from restd_inet.schema.kinds.job_desc import JobId

_MIB = 1 << 20
_UNITS = {"K": 1 << 10, "M": _MIB, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50}
#: slurmdb.h: the numbers of TRES, as texts of accounting have them.
_CPU, _MEMORY, _DISK = "1", "2", "6"
_UNSET = (1 << 64) - 2


class JobUsage:
    """The record of a job. None: not known."""

    def __init__(
        self, job_id: int, id: str, state: str, source: str, elapsed: int, tres: dict[str, int]
    ) -> None:
        self.job_id, self.id, self.state, self.source, self.elapsed = job_id, id, state, source, elapsed
        self.cpus, self.memory_allocated = tres.get(_CPU), tres.get(_MEMORY)
        self.cpu_time: float | None = None
        self.memory: int | None = None
        self.memory_max: int | None = None
        self.disk_read: int | None = None
        self.disk_written: int | None = None
        self.error = ""

    def add(
        self,
        cpu_time: float | None,
        memory: int | None,
        memory_max: int | None,
        disk_read: int | None,
        disk_written: int | None,
    ) -> None:
        """A step."""
        self.cpu_time = _both(sum, self.cpu_time, cpu_time)
        self.memory = _both(max, self.memory, memory)
        self.memory_max = _both(max, self.memory_max, memory_max)
        self.disk_read = _both(sum, self.disk_read, disk_read)
        self.disk_written = _both(sum, self.disk_written, disk_written)

    @property
    def cpu_efficiency(self) -> float | None:
        return _percent(self.cpu_time, (self.cpus or 0) * self.elapsed)

    @property
    def memory_efficiency(self) -> float | None:
        return _percent(self.memory, self.memory_allocated)


def _both(what: Callable[[list[Any]], Any], one: Any, other: Any) -> Any:
    """What is made of two values, of which one or both may not be known."""
    known = [value for value in (one, other) if value is not None]
    return what(known) if known else None


def _percent(part: float | None, whole: int | None) -> float | None:
    return round(100 * part / whole, 2) if whole and part is not None else None


def shown_tres(text: str) -> dict[str, int]:
    """CPUs and bytes of "cpu=2,mem=1.50G,node=1", as slurmctld shows them."""
    named = dict(part.partition("=")[::2] for part in text.split(","))
    memory = named.get("mem", "")
    unit = _UNITS.get(memory[-1:], _MIB)
    number = memory.rstrip("KMGTP")
    found = {_MEMORY: int(float(number) * unit)} if number.replace(".", "", 1).isdecimal() else {}
    cpus = named.get("cpu", "")
    return {**found, _CPU: int(cpus)} if cpus.isdecimal() else found


def numbered_tres(text: str) -> dict[str, int]:
    """The numbers of "1=2,2=500": TRES → count. What is not known is left out."""
    pairs = (part.partition("=")[::2] for part in text.split(","))
    return {name: int(count) for name, count in pairs if count.isdecimal() and int(count) < _UNSET}


def find_usage(call: Call) -> list[JobUsage]:
    job = job_of(call)
    try:
        records = find(call, job)
    except Problem as problem:
        if problem.status != 404:
            raise
        return _of_accounting(call, job)
    base = call.slurm.lib.JOB_STATE_BASE
    if all(record.job_state & base >= call.slurm.lib.JOB_COMPLETE for record in records):
        return _of_accounting(call, job)
    return [_now(call, record) for record in records]


def _now(call: Call, record: Any) -> JobUsage:
    slurm = call.slurm
    names = [name for name, _ in job_names(slurm, record)]
    state = record.job_state & slurm.lib.JOB_STATE_BASE
    pending = state == slurm.lib.JOB_PENDING
    tres = shown_tres(slurm.text(record.tres_alloc_str) or "")
    found = JobUsage(
        record.job_id,
        names[0] if names else str(record.job_id),
        slurm.function("job_state")(state) or "",
        "slurmctld" if pending else "slurmd",
        0 if pending else _elapsed(slurm, record, state),
        {} if pending else tres,
    )
    for step in _steps(call, record.job_id) if not pending else ():
        found.error = found.error or step.usage_error
        if step.usage_tasks is None:
            continue
        found.add(
            step.usage_cpu_time, step.usage_memory, step.usage_memory_max, step.usage_disk_read,
            step.usage_disk_written,
        )  # fmt: skip
    return found


def _steps(call: Call, job_id: int) -> Iterator[Any]:
    for each in loaded(call, job_id):
        if each.step_id.job_id == job_id:
            yield measured(call, each)


def _elapsed(slurm: Any, record: Any, state: int) -> int:
    """As squeue's %M: without the time that it was suspended."""
    now = max(int(time()), record.start_time)
    if state >= slurm.lib.JOB_COMPLETE:
        return int(max(record.end_time - record.start_time, 0))
    if state == slurm.lib.JOB_SUSPENDED:
        return int(record.pre_sus_time)
    if record.suspend_time:
        return int(record.pre_sus_time + now - record.suspend_time)
    return int(now - record.start_time)


def _of_accounting(call: Call, job: JobId) -> list[JobUsage]:
    condition = complete(call, {"step_list": steps(job.text)})
    found = [_past(call, each) for each in find_jobs(call.slurm, condition, by_day=False)]
    if not found:
        raise missing(call, job)
    return found


def _past(call: Call, job: Any) -> JobUsage:
    slurm = call.slurm
    name = str(job.jobid)
    if job.array_job_id:
        name = f"{job.array_job_id}_{job.array_task_id}"
    elif job.het_job_id:
        name = f"{job.het_job_id}+{job.het_job_offset}"
    tres = numbered_tres(slurm.text(job.tres_alloc_str) or "")
    if _MEMORY in tres:
        tres[_MEMORY] *= _MIB
    state = slurm.function("job_state")(job.state & slurm.lib.JOB_STATE_BASE) or ""
    found = JobUsage(job.jobid, name, state, "slurmdbd", job.elapsed, tres)
    for step in slurm.items(job.steps, "slurmdb_step_rec_t *") if job.steps else ():
        read, most, written = (
            numbered_tres(slurm.text(getattr(step.stats, f"tres_usage_{which}")) or "")
            for which in ("in_tot", "in_max", "out_tot")
        )
        cpu_time = step.tot_cpu_sec + step.tot_cpu_usec / 1e6
        # Without a plugin that gathers it (JobAcctGatherType) slurmdbd has 0 seconds, and no texts.
        found.add(
            cpu_time if cpu_time or read or most else None, read.get(_MEMORY), most.get(_MEMORY),
            read.get(_DISK), written.get(_DISK),
        )  # fmt: skip
    return found
