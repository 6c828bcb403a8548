"""What the tables of past jobs ask by name (schema.records.past_job)."""

from __future__ import annotations

import grp
import pwd
import re
from time import time

from restd_inet.problems import Problem, path_text, quoted
from restd_inet.schema.kinds.base import ABSENT
from restd_inet.schema.kinds.numbers import structure
from restd_inet.schema.kinds.slurmdb_job import sluid
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, TIMES, Deferred, clip
from restd_inet.slurm.lists import items
from restd_inet.slurm.lookups.slurmdb import Accounting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from restd_inet.slurm.library import Library

    Extreme = tuple[str, str, int, int, int, "str | None"]

#: The steps that have a name instead of a number (slurm.h).
STEPS = {
    "SLURM_PENDING_STEP": "pending",
    "SLURM_EXTERN_CONT": "extern",
    "SLURM_BATCH_SCRIPT": "batch",
    "SLURM_INTERACTIVE_STEP": "interactive",
}
#: More than any release has of reasons why a job waits (enum job_state_reason).
_REASONS = 512
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


class Past(Accounting):
    """The part of Lookups that is about jobs in the accounting database."""

    def __init__(self, slurm: Library) -> None:
        super().__init__(slurm)
        self._steps = {getattr(self._lib, name, -1): word for name, word in STEPS.items()}
        self._association = slurm.ffi.new("slurmdb_assoc_rec_t *")

    # A job.

    def job_state_word(self, state: int) -> str:
        return self._text(self._lib.slurm_job_state_string(state)) or ""

    def past_reason(self, reason: int) -> str:
        return self._text(self._lib.compat_job_reason_string(reason)) or ""

    def signal_text(self, signal: int) -> str:
        return self._text(self._lib.compat_signal_text(signal)) or ""

    def job_association(self, job: Any) -> Any:
        """slurmdb_assoc_rec_t: its id is what slurmdbd gives, its names are the job's."""
        found = self._association
        found.id, found.acct, found.cluster, found.user = job.associd, job.account, job.cluster, job.user
        if not job.user:
            self._user = self._ffi.new("char[]", self.past_user_label(job).encode())
            found.user = self._user
        return found

    def job_sluid(self, job: Any) -> str:
        """From 26.05 on it is the job's key in the database."""
        return sluid(job.db_index) if hasattr(job, "sluid") else ""

    def job_planned(self, job: Any) -> Any:
        """Seconds from when it could have run to when it did, as sacct(1) counts them."""
        if not job.eligible or job.eligible == INFINITE[32]:
            seconds = 0
        elif job.start == NO_VAL[32] and job.end:
            seconds = job.end - job.eligible
        else:
            seconds = (job.start or int(time())) - job.eligible
        return _planned(seconds)

    def past_user(self, job: Any) -> str | None:
        return self._text(job.user)

    def past_user_label(self, job: Any) -> str:
        """Its name; that of its uid here, where the database has none."""
        return self._text(job.user) or self.user_name(job.uid) or ""

    def past_stdin(self, job: Any) -> str:
        return self._expanded("slurmdb_expand_job_stdio_fields", "std_in", job)

    def past_stdout(self, job: Any) -> str:
        return self._expanded("slurmdb_expand_job_stdio_fields", "std_out", job)

    def past_stderr(self, job: Any) -> str:
        return self._expanded("slurmdb_expand_job_stdio_fields", "std_err", job)

    def job_steps(self, job: Any) -> Iterator[Any]:
        return items(self._ffi.cast, self._lib, job.steps, self._ffi.typeof("slurmdb_step_rec_t *"))

    # slurmdbd itself.

    def rollups(self, stats: Any) -> list[Rollup]:
        """The kinds of rolling up that have taken place."""
        found = stats.dbd_rollup_stats
        kinds = enumerate(("internal", "user", "unknown")) if found else ()
        return [Rollup(kind, index, found) for index, kind in kinds if found.time_total[index]]

    def seconds_text(self, seconds: int) -> str:
        room = self._ffi.new("char[]", 64)
        self._lib.slurm_secs2time_str(seconds, room, len(room))
        return self._text(room) or ""

    # Conditions.

    def past_time(self, value: Deferred) -> int:
        """A time in any form of sacct's -S, as seconds since the epoch."""
        seconds: int = self._lib.slurm_parse_time(value.text.encode("utf-8", "replace"), 1)
        if not seconds:
            raise refused(value, TIMES)
        return seconds

    def past_date(self, value: Deferred) -> int:
        """The same of digits, which are seconds where they are no date."""
        return int(self._lib.slurm_parse_time(value.text.encode(), 1)) or int(value.text)

    def selected_steps(self, value: Deferred) -> Any:
        """A list of slurm_selected_step_t."""
        destroy = self._ffi.addressof(self._lib, "slurm_destroy_selected_step")
        found = self._ffi.gc(self._lib.slurm_list_create(destroy), self._lib.slurm_list_destroy)
        self._lib.slurm_addto_step_list(found, self._ffi.new("char[]", value.text.encode()))
        return found

    def asked_hosts(self, value: Deferred) -> str:
        """A host list as it is. Raises Problem 400 for what libslurm does not read: slurmdbd is not asked."""
        try:
            self.host_list(value.text)
        except Problem:
            raise refused(value, "a host list, such as host[1-3,7]") from None
        return value.text

    def state_ids(self, value: Deferred) -> list[str]:
        base = self._lib.JOB_STATE_BASE
        found = []
        for word in words(value):
            number = int(word) if word.isdecimal() else self._lib.slurm_job_state_num(word.encode())
            if number == NO_VAL[32] or number & base >= self._lib.JOB_END:
                raise refused(value, f"states of a job, such as COMPLETED,FAILED; {quoted(word)} is none")
            found.append(str(number & base))
        return found

    def reason_ids(self, value: Deferred) -> list[str]:
        names: dict[str, int] = {}
        for number in range(_REASONS):
            names.setdefault(self.past_reason(number).lower(), number)
        found = []
        for word in words(value):
            number = int(word) if word.isdecimal() else names.get(word.lower(), NO_VAL[32])
            if number >= NO_VAL[32]:
                raise refused(value, f"reasons of a job, such as Resources; {quoted(word)} is none")
            found.append(str(number))
        return found

    def user_ids(self, value: Deferred) -> list[str]:
        return [str(self._number(word, value, "user")) for word in words(value)]

    def group_ids(self, value: Deferred) -> list[str]:
        return [str(self._number(word, value, "group")) for word in words(value)]

    def _number(self, word: str, value: Deferred, what: str) -> int:
        """The uid or gid of a name, or of its digits."""
        try:
            if word.isdecimal() and int(word) < NO_VAL[32]:
                return int(word)
            return pwd.getpwnam(word).pw_uid if what == "user" else grp.getgrnam(word).gr_gid
        except (KeyError, ValueError):  # ValueError: a NUL in it
            number = self._slurm.constant(f"ESLURM_{what.upper()}_ID_MISSING") or 0
            text = f"{path_text(value.path)}: there is no {what} {quoted(word)} here"
            raise Problem(422, text, number=number) from None

    # A step.

    def step_stdin(self, step: Any) -> str:
        return self._expanded("slurmdb_expand_step_stdio_fields", "std_in", step)

    def step_stdout(self, step: Any) -> str:
        return self._expanded("slurmdb_expand_step_stdio_fields", "std_out", step)

    def step_stderr(self, step: Any) -> str:
        return self._expanded("slurmdb_expand_step_stdio_fields", "std_err", step)

    def _expanded(self, function: str, member: str, record: Any) -> str:
        """A path with what stands for %j and its kin, as far as this release keeps paths."""
        path = getattr(record, member, None)
        expand = getattr(self._lib, function, None)
        if not path or path[0] == b"\0":
            return ""
        if expand is None:  # 24.11, which keeps those of jobs
            return expanded(self._text(path) or "", self._pattern(record))
        found = self._ffi.new("char **", expand(path, record))
        try:
            return self._text(found[0]) or ""
        finally:
            self._lib.slurm_xfree(self._ffi.cast("void **", found))

    def _pattern(self, job: Any) -> dict[str, Any]:
        """What the letters after % stand for; of ranges of values the first."""
        text = self._text
        first = next(iter(self.job_steps(job)), None)
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

    def distribution(self, number: int) -> str:
        found = self._ffi.new("char **", self._lib.slurm_step_layout_type_name(number))
        try:
            return self._text(found[0]) or ""
        finally:
            self._lib.slurm_xfree(self._ffi.cast("void **", found))

    def step_number(self, step_id: Any) -> str | int:
        number: int = step_id.step_id
        return self._steps.get(number, number)

    def step_word(self, number: int) -> str:
        return self._steps.get(number) or str(number)

    def step_name(self, step_id: Any) -> str:
        """As sacct(1) names it: 12.batch, 12.0, and 12.0+1 of a het step."""
        text = f"{step_id.job_id}.{self.step_word(step_id.step_id)}"
        return text if step_id.step_het_comp == NO_VAL[32] else f"{text}+{step_id.step_het_comp}"

    def step_id(self, step: Any) -> Any:
        return step.step_id

    def step_component(self, step_id: Any) -> Any:
        """Which one of a het step it is; ABSENT for a step that is not of one."""
        return ABSENT if step_id.step_het_comp == NO_VAL[32] else step_id.step_het_comp

    def step_hosts(self, step: Any) -> list[str]:
        if len(self._hosts) > 1000:  # a past has any number of them
            self._hosts.clear()
        return self.expanded_hosts(self._text(step.nodes) or "")

    def tres_extremes(self, step: Any, of: str) -> Iterator[Extreme]:
        """(type, name, id, count, task, node) of each TRES: how many that task used, on that node."""
        stats, text = step.stats, self._text
        counted = text(getattr(stats, of))
        tasks_of, places_of = text(getattr(stats, f"{of}_taskid")), text(getattr(stats, f"{of}_nodeid"))
        if not (counted or tasks_of or places_of):
            return
        counts, tasks, places = map(_counts, (counted, tasks_of, places_of))
        hosts = self.step_hosts(step)
        for number, (kind, name) in self.numbers.tres.items():
            count, task, place = counts.get(number, 0), tasks.get(number, 0), places.get(number)
            node = hosts[place] if place is not None and place < len(hosts) else None
            if count or task or node is not None:
                yield kind, name, number, count, task, node


def expanded(path: str, values: dict[str, Any]) -> str:
    """A path of a job, with what its %j and the like stand for (sbatch(1), filename pattern)."""
    if not path.startswith("/"):
        path = f"{values['/']}/{path}"
    if "\\" in path:
        return path.replace("\\", "")

    def stands_for(found: re.Match[str]) -> str:
        if found[2] == "%":
            return "%"
        value = values[found[2]]
        return f"{value:0{min(int(found[1] or 0), 10)}}" if isinstance(value, int) else str(value)

    return re.sub(r"%(\d*)([AaJjbNnstux%])", stands_for, path)


def _counts(text: str | None) -> dict[int, int]:
    """ "1=16,1002=4" by number; counts of 64 bits that may be below zero."""
    parts = (part.split("=") for part in (text or "").split(",") if "=" in part)
    found = {int(number): int(count) for number, count in parts}
    return {number: count - (count >> 63 << 64) for number, count in found.items()}


def words(value: Deferred) -> list[str]:
    """The words of a text with commas between."""
    return [word.strip() for word in value.text.split(",") if word.strip()]


def refused(value: Deferred, expected: str) -> Problem:
    text = f'{path_text(value.path)}: expected {expected}; found "{clip(ascii(value.text)[1:-1])}"'
    return Problem(400, text, path=value.path)
