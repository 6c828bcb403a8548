"""What a job description's properties take from v0.0.39 on, as far as kinds of every record do not say it.

They are members of job_desc_msg_t (slurm.h) without a detour over sbatch's options, which those of
older versions are (schema.kinds.sbatch). A kind without a member of its own gives {member: content}; "env" is
no member of C's: variables that a property adds to the job's environment (see schema.jobs).
"""

from __future__ import annotations

import re

from restd_inet import passwd
from restd_inet.problems import quoted
from restd_inet.schema.kinds import sbatch
from restd_inet.schema.kinds.base import Kind, ListOf
from restd_inet.schema.kinds.composite import Converter
from restd_inet.schema.kinds.numbers import U64, Moment, Optional
from restd_inet.schema.kinds.strings import TEXT, Enum, Flags, Words, sluid_number
from restd_inet.schema.kinds.values import (
    INFINITE,
    MEM_PER_CPU,
    NO_VAL,
    PLAIN,
    UNSET,
    Deferred,
    Invalid,
    boolean,
    choice,
    clip,
    integer,
    number,
    short,
    text,
)
from restd_inet.schema.versions import V39, V40, V41

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CPU_BINDING = Flags(
    ("CPU_BIND_TO_THREADS", "CPU_BIND_TO_THREADS"),
    ("CPU_BIND_TO_CORES", "CPU_BIND_TO_CORES"),
    ("CPU_BIND_TO_SOCKETS", "CPU_BIND_TO_SOCKETS"),
    ("CPU_BIND_TO_LDOMS", "CPU_BIND_TO_LDOMS"),
    ("CPU_AUTO_BIND_TO_THREADS", "CPU_AUTO_BIND_TO_THREADS", V39, V39),
    ("CPU_AUTO_BIND_TO_CORES", "CPU_AUTO_BIND_TO_CORES", V39, V39),
    ("CPU_AUTO_BIND_TO_SOCKETS", "CPU_AUTO_BIND_TO_SOCKETS", V39, V39),
    ("CPU_BIND_NONE", "CPU_BIND_NONE"),
    ("CPU_BIND_RANK", {V39: "CPU_BIND_RANK", 45: None}),
    ("CPU_BIND_MAP", "CPU_BIND_MAP"),
    ("CPU_BIND_MASK", "CPU_BIND_MASK"),
    ("CPU_BIND_LDRANK", "CPU_BIND_LDRANK"),
    ("CPU_BIND_LDMAP", "CPU_BIND_LDMAP"),
    ("CPU_BIND_LDMASK", "CPU_BIND_LDMASK"),
    ("CPU_BIND_VERBOSE", "VERBOSE"),
    ("CPU_BIND_ONE_THREAD_PER_CORE", "CPU_BIND_ONE_THREAD_PER_CORE"),
    ("SLURMD_OFF_SPEC", "SLURMD_OFF_SPEC", V39, V39),
    ("CPU_BIND_OFF", "CPU_BIND_OFF", V39, V39),
    component="cpu_binding_flags",
)
MEMORY_BINDING = Flags(
    ("MEM_BIND_NONE", "NONE"),
    ("MEM_BIND_RANK", "RANK"),
    ("MEM_BIND_MAP", "MAP"),
    ("MEM_BIND_MASK", "MASK"),
    ("MEM_BIND_LOCAL", "LOCAL"),
    ("MEM_BIND_VERBOSE", "VERBOSE"),
    ("MEM_BIND_SORT", {V39: "SORT", 44: None}),
    ("MEM_BIND_PREFER", "PREFER"),
    component="memory_binding_type",
)
#: Flags of a signal that is sent to a job: the one before its end, and any other.
SIGNALLING = Flags(
    ("KILL_JOB_BATCH", "BATCH_JOB"),
    ("KILL_ARRAY_TASK", "ARRAY_TASK"),
    ("KILL_STEPS_ONLY", "FULL_STEPS_ONLY"),
    ("KILL_FULL_JOB", "FULL_JOB"),
    ("KILL_FED_REQUEUE", "FEDERATION_REQUEUE"),
    ("KILL_HURRY", "HURRY"),
    ("KILL_OOM", "OUT_OF_MEMORY"),
    ("KILL_NO_SIBS", "NO_SIBLING_JOBS"),
    ("KILL_JOB_RESV", "RESERVATION_JOB"),
    ("KILL_NO_CRON", "NO_CRON_JOBS", V40, V40),
    ("KILL_JOBS_VERBOSE", "VERBOSE", V40),
    ("KILL_CRON", "CRON_JOBS", V40),
    ("WARN_SENT", "WARNING_SENT"),
    component="warn_flags",
)
OPEN_MODE = Flags(("OPEN_MODE_APPEND", "APPEND"), ("OPEN_MODE_TRUNCATE", "TRUNCATE"), component="open_mode")
POWER = Flags(("SLURM_POWER_FLAGS_LEVEL", "EQUAL_POWER"))
PROFILE = Flags(
    ("ACCT_GATHER_PROFILE_NOT_SET", "NOT_SET"),
    ("ACCT_GATHER_PROFILE_NONE", "NONE"),
    ("ACCT_GATHER_PROFILE_ENERGY", "ENERGY"),
    ("ACCT_GATHER_PROFILE_LUSTRE", "LUSTRE"),
    ("ACCT_GATHER_PROFILE_NETWORK", "NETWORK"),
    ("ACCT_GATHER_PROFILE_TASK", "TASK"),
    component="acct_gather_profile",
)
SHARED = Enum(
    ("JOB_SHARED_NONE", "none"),
    ("JOB_SHARED_OK", "oversubscribe"),
    ("JOB_SHARED_USER", "user"),
    ("JOB_SHARED_MCS", "mcs"),
    ("JOB_SHARED_TOPO", "topo", V41),
    component="job_shared",
)
X11 = Flags(
    ("X11_FORWARD_ALL", "FORWARD_ALL_NODES"),
    ("X11_FORWARD_BATCH", "BATCH_NODE"),
    ("X11_FORWARD_FIRST", "FIRST_NODE"),
    ("X11_FORWARD_LAST", "LAST_NODE"),
    component="x11_flags",
)
EXCLUSIVE = {
    "true": frozenset({"JOB_SHARED_NONE"}),
    "false": frozenset({"JOB_SHARED_OK"}),
    "user": frozenset({"JOB_SHARED_USER"}),
    "mcs": frozenset({"JOB_SHARED_MCS"}),
    "topo": frozenset({"JOB_SHARED_TOPO"}),
}
W16, W32 = Optional(16), Optional(32)
P16, P32 = Optional(16, style=PLAIN), Optional(32, style=PLAIN)


class WishedTime(Moment):
    """A time that a document may leave to Slurm, as Optional has it."""

    def parse(self, value: Any) -> Any:
        given = super().parse(value)
        return UNSET if given == self.no_val else given


_MEMORY = {-1: INFINITE[64], -2: NO_VAL[64]}


class Memory(Kind):
    """MiB a node or a CPU: a number, or a text that may end in K, M, G or T. No limit is all of a node's."""

    def __init__(self, member: str, flag: int = 0) -> None:
        self.member = member
        self.flag = flag

    def parse(self, value: Any) -> dict[str, Any]:
        found = self.mebibytes(value)
        return {} if found is None else {self.member: found}

    def mebibytes(self, value: Any) -> int | None:
        if isinstance(value, str):
            return sbatch.mebibytes(value) | self.flag
        mebibytes = number(value, 0, MEM_PER_CPU - 1, NO_VAL[64], INFINITE[64], _MEMORY)
        if mebibytes == NO_VAL[64]:
            return None
        return 0 if mebibytes == INFINITE[64] else mebibytes | self.flag


class Specialized(Kind):
    """How many cores, or threads, are left to the system on each node. flag: what tells them apart."""

    def __init__(self, flag: int = 0) -> None:
        self.flag = flag

    def parse(self, value: Any) -> Any:
        given = number(value, 1, sbatch.CORE_SPEC_THREAD - 1, NO_VAL[16], INFINITE[16], whole=round)
        if given == INFINITE[16]:
            raise Invalid("expected a number, found no limit")
        return UNSET if given == NO_VAL[16] else given | self.flag


class Limit(Kind):
    """A limit of setrlimit(2), which slurmstepd reads in a variable of the environment."""

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, value: Any) -> dict[str, Any]:
        limit = U64.parse(value)
        return {} if limit == NO_VAL[64] else {"env": frozenset({f"SLURM_RLIMIT_{self.name}={limit}"})}

    def schema(self, version: int) -> dict[str, Any]:
        return U64.schema(version)


class Owner(Kind):
    """A user or a group, by name or number; "" for whoever asks."""

    def __init__(self, what: str, lookup: Callable[[str], int]) -> None:
        self.what = what
        self.lookup = lookup

    def parse(self, value: Any) -> Any:
        name = value.strip() if isinstance(value, str) else ""
        if value == "":
            return UNSET
        if not name or name.isdecimal():
            return integer(value, 0, NO_VAL[32] - 1)
        try:
            return self.lookup(name)
        except KeyError:
            raise Invalid(f'expected the name or number of a {self.what}; found "{clip(name)}"') from None

    def schema(self, version: int) -> dict[str, Any]:
        return TEXT.schema(version)


class JobId:
    """A job id as it was written; component is None where it names none, and tasks empty.

    tasks: of an array, as ranges of their numbers. ranges: whether there may be more than one ("123_[1-2]").
    sluid: of a job that is named by it (Slurm 26.05), whose number is 0; sluids: whether it may be. has_step:
    whether a step follows it. Raises Invalid for what is no job id.
    """

    __slots__ = ("component", "has_step", "number", "sluid", "tasks", "text")

    def __init__(self, text: str, ranges: bool = False, sluids: bool = False) -> None:
        self.sluid = sluid_number(text) if sluids else 0
        self.has_step = bool(self.sluid) and "." in text
        if self.sluid:
            self.number, self.tasks, self.component, self.text = 0, [], None, text
            return
        found = _JOB_ID.fullmatch(text)
        number, task, tasks, component = found.groups() if found else ("0", None, None, None)
        self.number = int(number)
        self.tasks = task_ranges(task or tasks or "")
        self.component = None if component is None else int(component)
        self.text = text
        most = max([self.number, *(tasks.stop - 1 for tasks in self.tasks)])
        if not self.number or most >= NO_VAL[32] or (tasks and not ranges):
            array = "an array's task (123_4)" + (" or some (123_[1-3,7])" if ranges else "")
            component_or_sluid = "a het job's component (123+1)" + (" or a SLUID" if sluids else "")
            expected = f"a number (123), {array} or {component_or_sluid}"
            raise Invalid(f"{quoted(text)} is not a job id: expected {expected}")

    def has_task(self, number: int) -> bool:
        """Whether a task of the array is one of those that are named."""
        return any(number in tasks for tasks in self.tasks)


_RANGE = r"\d{1,10}(?:-\d{1,10}(?::[1-9]\d{0,9})?)?"
_JOB_ID = re.compile(rf"(\d{{1,10}})(?:_(\d{{1,10}})|_\[({_RANGE}(?:,{_RANGE})*)\]|\+(\d{{1,4}}))?", re.ASCII)


def _ids(listed: str) -> list[str]:
    """The ids of a list: between commas, but not those between the tasks of one, which are in brackets."""
    found: list[list[str]] = []
    inside = False
    for part in listed.split(","):
        if inside:
            found[-1].append(part)
        else:
            found.append([part])
        if "[" in part or "]" in part:
            inside = part.rfind("[") > part.rfind("]")
    return [",".join(parts) for parts in found]


def task_ranges(text: str) -> list[range]:
    """The tasks of "1-3,7,10-20:5" (job_array(5))."""
    found = re.findall(r"(\d+)(?:-(\d+)(?::(\d+))?)?", text)
    return [range(int(first), int(last or first) + 1, int(step or 1)) for first, last, step in found]


class JobIds(Kind):
    """Job ids: a list, or a text with commas between. component: the list in the OpenAPI document.

    ranges: whether an id may name several tasks of an array.
    """

    several = ",".join

    def __init__(self, component: str = "kill_jobs_msg_jobs_array", ranges: bool = False) -> None:
        self.component = component
        self.ranges = ranges

    def parse(self, value: Any) -> list[JobId]:
        words = _ids(value) if isinstance(value, str) else value
        words = words if isinstance(words, list) else [words]
        return [JobId(text(word).strip(), self.ranges, sluids=True) for word in words if word != ""]

    def schema(self, version: int) -> dict[str, Any]:
        return ListOf(TEXT, self.component).schema(version)


def exclusive(value: object) -> dict[str, Any]:
    """true, false, or whom the nodes are shared with; also as a list of one name."""
    if isinstance(value, list):
        if len(value) != 1:
            raise Invalid(f"expected one name, found a list of {len(value)}")
        value = value[0]
    word = ("true" if value else "false") if isinstance(value, bool) else value
    return {"shared": choice(word, EXCLUSIVE)}


def nodes(value: object) -> dict[str, Any]:
    """A number or range of nodes ("2-4"), the counts that will do ("1,3,5-7", "1-15:4"), or [min, max]."""
    if isinstance(value, list) and len(value) == 1:
        return {"max_nodes": sbatch.node_count(value[0])}
    if not isinstance(value, str) or not ("," in value or ":" in value):
        return sbatch.nodes(value)
    counts: list[int] = []
    for part in short(value, 4096).split(","):
        found = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9})(?::(\d{1,9}))?)?", part.strip(), re.A)
        if found is None or (found[3] and not int(found[3])):
            raise Invalid(
                f'expected numbers of nodes, such as "4", "2-4", "1,3" or "1-15:4"; found {quoted(value)}'
            )
        counts += [int(found[1]), int(found[2] or found[1])]
    return {"min_nodes": min(counts), "max_nodes": max(counts), "job_size_str": value.strip()}


def warning_signal(value: object) -> Any:
    """By number or name; "" for none."""
    return UNSET if value == "" else sbatch.signal_number(value)


def counted(member: str, count: str) -> Converter:
    """A list of texts whose length is another member."""

    def parse(value: object) -> dict[str, Any]:
        found = sbatch.texts(value)
        return {member: found, count: len(found)}

    return Converter(parse, several=list)


def distribution(value: object) -> dict[str, Any]:
    """As schema.kinds.sbatch has it, and the variables in which srun(1) looks for it."""
    members = sbatch.distribution(value)
    word = text(value).lower()
    env = {f"SLURM_DISTRIBUTION={word.partition('=')[0]}"}
    if "plane_size" in members:
        env.add(f"SLURM_DIST_PLANESIZE={members['plane_size']}")
    return {**members, "env": frozenset(env)}


def flag_named(member: str, constant: str) -> Converter:
    """A parameter that stands for a flag."""

    def parse(value: object) -> dict[str, Any]:
        return {member: frozenset({constant}) if boolean(value) else frozenset()}

    return Converter(parse, TEXT, switch=True)


#: What of TRES is asked for, and how tasks are bound to it.
TRES = Converter(lambda value: Deferred("tres_text", text(value)), TEXT)
TRES_BIND = Converter(lambda value: Deferred("tres_bind", text(value)), TEXT)
#: Nodes: a list of names, or a text as Slurm writes several.
HOSTS = Words("hostlist_string")
USER = Owner("user", lambda name: passwd.user(name).pw_uid)
GROUP = Owner("group", lambda name: passwd.group(name).gr_gid)
