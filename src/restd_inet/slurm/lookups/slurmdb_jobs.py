"""What tables of jobs in the accounting database, and of slurmdbd itself ask by name."""

from __future__ import annotations

from time import time

from restd_inet.schema.kinds.base import ABSENT
from restd_inet.schema.kinds.numbers import structure
from restd_inet.schema.kinds.strings import sluid
from restd_inet.schema.kinds.values import INFINITE, NO_VAL
from restd_inet.slurm.lists import items
from restd_inet.slurm.lookups.filenames import expanded
from restd_inet.slurm.lookups.hosts import expanded_hosts
from restd_inet.slurm.lookups.names import named_step, user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from restd_inet.slurm.library import Library

    Extreme = tuple[str, str, int, int, int, "str | None"]

_planned = structure(NO_VAL[64], INFINITE[64])


class Rollup:
    """How one kind of slurmdbd's rolling up went, in microseconds. index: of it in `stats`."""

    __slots__ = ("count", "last", "last_run", "max", "mean", "total", "type")

    def __init__(self, type: str, index: int, stats: Any) -> None:
        self.type = type
        self.last_run = stats.timestamp[index]
        self.last = stats.time_last[index]
        self.max = stats.time_max[index]
        self.total = stats.time_total[index]
        self.count = stats.count[index]
        self.mean = self.total // max(self.count, 1)


# A job.


def job_association(slurm: Library, job: Any) -> Any:
    """slurmdb_assoc_rec_t: its id is what slurmdbd gives, its names are the job's."""
    kept = slurm.cache.get("association")
    if kept is None:
        kept = slurm.cache["association"] = {"struct": slurm.ffi.new("slurmdb_assoc_rec_t *")}
    found = kept["struct"]
    found.id, found.acct, found.cluster, found.user = job.associd, job.account, job.cluster, job.user
    if not job.user:
        kept["user"] = slurm.ffi.new("char[]", slurmdb_user_label(slurm, job).encode())
        found.user = kept["user"]
    return found


def job_sluid(slurm: Library, job: Any) -> str:
    """From 26.05 on it is the job's key in the database."""
    return sluid(job.db_index) if hasattr(job, "sluid") else ""


def job_planned(slurm: Library, job: Any) -> Any:
    """Seconds from when it could have run to when it did, as sacct(1) counts them."""
    if not job.eligible or job.eligible == INFINITE[32]:
        seconds = 0
    elif job.start == NO_VAL[32] and job.end:
        seconds = job.end - job.eligible
    else:
        seconds = (job.start or int(time())) - job.eligible
    return _planned(seconds)


def slurmdb_user(slurm: Library, job: Any) -> str | None:
    return slurm.text(job.user)


def slurmdb_user_label(slurm: Library, job: Any) -> str:
    """Its name; that of its uid here, where the database has none."""
    return slurm.text(job.user) or user_name(slurm, job.uid) or ""


def slurmdb_stdin(slurm: Library, job: Any) -> str:
    return _expanded(slurm, "slurmdb_expand_job_stdio_fields", "std_in", job)


def slurmdb_stdout(slurm: Library, job: Any) -> str:
    return _expanded(slurm, "slurmdb_expand_job_stdio_fields", "std_out", job)


def slurmdb_stderr(slurm: Library, job: Any) -> str:
    return _expanded(slurm, "slurmdb_expand_job_stdio_fields", "std_err", job)


def job_steps(slurm: Library, job: Any) -> Iterator[Any]:
    return items(slurm.ffi.cast, slurm.lib, job.steps, slurm.ffi.typeof("slurmdb_step_rec_t *"))


# slurmdbd itself.


def rollups(slurm: Library, stats: Any) -> list[Rollup]:
    """The kinds of rolling up that have taken place."""
    found = stats.dbd_rollup_stats
    kinds = enumerate(("internal", "user", "unknown")) if found else ()
    return [Rollup(kind, index, found) for index, kind in kinds if found.time_total[index]]


# A step.


def step_stdin(slurm: Library, step: Any) -> str:
    return _expanded(slurm, "slurmdb_expand_step_stdio_fields", "std_in", step)


def step_stdout(slurm: Library, step: Any) -> str:
    return _expanded(slurm, "slurmdb_expand_step_stdio_fields", "std_out", step)


def step_stderr(slurm: Library, step: Any) -> str:
    return _expanded(slurm, "slurmdb_expand_step_stdio_fields", "std_err", step)


def _expanded(slurm: Library, function: str, member: str, record: Any) -> str:
    """A path with what stands for %j and its kin, as far as this release keeps paths."""
    path = getattr(record, member, None)
    expand = getattr(slurm.lib, function, None)
    if not path or path[0] == b"\0":
        return ""
    if expand is None:  # 24.11, which keeps those of jobs
        return expanded(slurm.text(path) or "", _pattern(slurm, record))
    return slurm.take_text(expand(path, record))


def _pattern(slurm: Library, job: Any) -> dict[str, Any]:
    """What the letters after % stand for; of ranges of values the first."""
    text = slurm.text
    first = next(iter(job_steps(slurm, job)), None)
    return {
        "/": text(job.work_dir) or "",
        "A": job.array_job_id or job.jobid,
        "a": job.array_task_id,
        "b": job.array_task_id % 10,
        "J": job.jobid,
        "j": job.jobid,
        "N": text(first.nodes) if first else "(null)",
        "n": "0",
        "s": text(first.stepname) if first else "(null)",
        "t": "0",
        "u": text(job.user),
        "x": text(job.jobname),
    }


def distribution(slurm: Library, number: int) -> str:
    return slurm.take_text(slurm.lib.slurm_step_layout_type_name(number))


def step_number(slurm: Library, step_id: Any) -> str | int:
    number: int = step_id.step_id
    return named_step(slurm, number) or number


def step_word(slurm: Library, number: int) -> str:
    return named_step(slurm, number) or str(number)


def step_name(slurm: Library, step_id: Any) -> str:
    """As sacct(1) names it: 12.batch, 12.0, and 12.0+1 of a het step."""
    text = f"{step_id.job_id}.{step_word(slurm, step_id.step_id)}"
    return text if step_id.step_het_comp == NO_VAL[32] else f"{text}+{step_id.step_het_comp}"


def step_id(slurm: Library, step: Any) -> Any:
    return step.step_id


def step_component(slurm: Library, step_id: Any) -> Any:
    """Which one of a het step it is; ABSENT for a step that is not of one."""
    return ABSENT if step_id.step_het_comp == NO_VAL[32] else step_id.step_het_comp


def step_hosts(slurm: Library, step: Any) -> list[str]:
    hosts = slurm.cache.get("hosts", {})
    if len(hosts) > 1000:  # the jobs of years have any number of host lists
        hosts.clear()
    return expanded_hosts(slurm, slurm.text(step.nodes) or "")


def tres_extremes(slurm: Library, step: Any, of: str) -> Iterator[Extreme]:
    """(type, name, id, count, task, node) of each TRES: how many that task used, on that node."""
    stats, text = step.stats, slurm.text
    counted = text(getattr(stats, of))
    tasks_of, places_of = text(getattr(stats, f"{of}_taskid")), text(getattr(stats, f"{of}_nodeid"))
    if not (counted or tasks_of or places_of):
        return
    counts, tasks, places = map(_counts, (counted, tasks_of, places_of))
    hosts = step_hosts(slurm, step)
    for number, (kind, name) in slurm.db.tres.items():
        count, task, place = counts.get(number, 0), tasks.get(number, 0), places.get(number)
        node = hosts[place] if place is not None and place < len(hosts) else None
        if count or task or node is not None:
            yield kind, name, number, count, task, node


def _counts(text: str | None) -> dict[int, int]:
    """ "1=16,1002=4" by number; counts of 64 bits that may be below zero."""
    parts = (part.split("=") for part in (text or "").split(",") if "=" in part)
    found = {int(number): int(count) for number, count in parts}
    return {number: count - (count >> 63 << 64) for number, count in found.items()}
