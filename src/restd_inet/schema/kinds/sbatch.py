"""Texts and numbers of sbatch's options, as a job description's properties take them.

Each function reads one property's value and gives {member of job_desc_msg_t: content} (see
fields.py), or raises Invalid. Sources: sbatch(1) for what may be written, slurm.h for the members.
"""

from __future__ import annotations

import re
import signal as signals

from restd_inet.schema.kinds.values import (
    INFINITE,
    MEM_PER_CPU,
    NO_LIMIT,
    NO_VAL,
    STRUCTURE,
    TIMES,
    Deferred,
    Invalid,
    boolean,
    choice,
    clip,
    integer,
    kind_of,
    number,
    seconds,
    short,
    text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NICE_OFFSET = 1 << 31
CORE_SPEC_THREAD = 0x8000

#: Properties that slurmrestd knows under these names; a job description's flag → its bit.
MAIL_TYPES = {
    "none": frozenset[str](),
    "begin": frozenset({"MAIL_JOB_BEGIN"}),
    "end": frozenset({"MAIL_JOB_END"}),
    "fail": frozenset({"MAIL_JOB_FAIL"}),
    "requeue": frozenset({"MAIL_JOB_REQUEUE"}),
    "stage_out": frozenset({"MAIL_JOB_STAGE_OUT"}),
    "array_tasks": frozenset({"MAIL_ARRAY_TASKS"}),
    "invalid_depend": frozenset({"MAIL_INVALID_DEPEND"}),
    "time_limit": frozenset({"MAIL_JOB_TIME100"}),
    "time_limit_90": frozenset({"MAIL_JOB_TIME90"}),
    "time_limit_80": frozenset({"MAIL_JOB_TIME80"}),
    "time_limit_50": frozenset({"MAIL_JOB_TIME50"}),
}
MAIL_TYPES["all"] = frozenset().union(
    *(MAIL_TYPES[name] for name in ("begin", "end", "fail", "requeue", "stage_out", "invalid_depend"))
)
SHARED = {
    "exclusive": frozenset({"JOB_SHARED_NONE"}),
    "oversubscribe": frozenset({"JOB_SHARED_OK"}),
    "user": frozenset({"JOB_SHARED_USER"}),
    "mcs": frozenset({"JOB_SHARED_MCS"}),
}
GRES_FLAGS = {
    "disable-binding": frozenset({"GRES_DISABLE_BIND"}),
    "enforce-binding": frozenset({"GRES_ENFORCE_BIND"}),
}
OPEN_MODES = {"append": frozenset({"OPEN_MODE_APPEND"}), "truncate": frozenset({"OPEN_MODE_TRUNCATE"})}
FREQUENCIES = {
    "low": frozenset({"CPU_FREQ_LOW"}),
    "medium": frozenset({"CPU_FREQ_MEDIUM"}),
    "high": frozenset({"CPU_FREQ_HIGH"}),
    "highm1": frozenset({"CPU_FREQ_HIGHM1"}),
}
GOVERNORS = {
    name: frozenset({f"CPU_FREQ_{name.upper()}"})
    for name in ("conservative", "ondemand", "performance", "powersave", "schedutil", "userspace")
}
MEM_BIND = {
    "verbose": "VERBOSE", "v": "VERBOSE", "quiet": "", "q": "", "none": "NONE", "no": "NONE",
    "rank": "RANK", "local": "LOCAL", "sort": "SORT", "nosort": "", "prefer": "PREFER", "p": "PREFER",
    "map_mem": "MAP", "mask_mem": "MASK",
}  # fmt: skip
CPU_BIND = {
    "verbose": "VERBOSE", "v": "VERBOSE", "quiet": "", "q": "", "none": "NONE", "no": "NONE",
    "rank": "RANK", "rank_ldom": "LDRANK", "map_cpu": "MAP", "mask_cpu": "MASK", "map_ldom": "LDMAP",
    "mask_ldom": "LDMASK", "threads": "TO_THREADS", "cores": "TO_CORES", "sockets": "TO_SOCKETS",
    "ldoms": "TO_LDOMS",
}  # fmt: skip
DISTRIBUTIONS = {"block": "BLOCK", "cyclic": "CYCLIC", "fcyclic": "CFULL", "*": ""}


def flag(member: str, constant: str, otherwise: str = "") -> Any:
    """A property that sets a bit of `member` when true, and another when false."""

    def parse(value: object) -> dict[str, Any]:
        name = constant if boolean(value) else otherwise
        return {member: frozenset({name} if name else ())}

    return parse


def one_of(member: str, names: dict[str, frozenset[str]]) -> Any:
    """A property that takes one of some names."""
    return lambda value: {member: choice(value, names)}


def exclusive(value: object) -> dict[str, Any]:
    """true, false, or how the nodes are shared: user, mcs, exclusive, oversubscribe."""
    if isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("true", "false")):
        return {"shared": SHARED["exclusive"]} if boolean(value) else {}
    return {"shared": choice(value, SHARED)}


def oversubscribe(value: object) -> dict[str, Any]:
    return {"shared": SHARED["oversubscribe"]} if boolean(value) else {}


def priority(value: object) -> dict[str, Any]:
    """A number above 0, or TOP."""
    if isinstance(value, str) and value.upper() == "TOP":
        return {"priority": NO_VAL[32] - 1}
    return {"priority": integer(value, 1, NO_VAL[32] - 1, round)}


def nice(value: object) -> dict[str, Any]:
    return {"nice": NICE_OFFSET + integer(value, 3 - NICE_OFFSET, NICE_OFFSET - 3, round)}


def no_kill(value: object) -> dict[str, Any]:
    """true or "set": the job stays when one of its nodes fails; false, "off" or "no": it does not."""
    if isinstance(value, str) and value.lower() in ("set", "off"):
        value = value.lower() == "set"
    return {"kill_on_node_fail": 0 if boolean(value) else 1}


def nodes(value: object) -> dict[str, Any]:
    """A number, exactly so many; [min, max]; or a text as sbatch's --nodes takes it: "4" or "2-4"."""
    if isinstance(value, list):
        if len(value) != 2:
            raise Invalid(f"expected two numbers, [minimum, maximum]; found a list of {len(value)}")
        bounds = [node_count(part) for part in value]
    elif isinstance(value, str):
        bounds = [node_count(part) for part in value.split("-", 1)]
    else:
        bounds = [node_count(value)]
    if isinstance(value, list) and not any(bounds):  # a client's defaults: they name no number
        return {}
    if bounds[0] > bounds[-1]:
        raise Invalid(f"the minimum, {bounds[0]}, is above the maximum, {bounds[-1]}")
    return {"min_nodes": bounds[0], "max_nodes": bounds[-1]}


def node_count(value: object) -> int:
    """A number of nodes; k and m stand for 1024 and 1024²."""
    if isinstance(value, str) and value[-1:].lower() in ("k", "m"):
        return integer(value[:-1], 0, NO_VAL[32] >> 20) << (10 if value[-1].lower() == "k" else 20)
    return integer(value, 0, NO_VAL[32] - 1, round)


def tasks(value: object) -> dict[str, Any]:
    return {"num_tasks": integer(value, 0, NO_VAL[32] - 1, round), "bitflags": frozenset({"JOB_NTASKS_SET"})}


def cpus_per_task(value: object) -> dict[str, Any]:
    return {"cpus_per_task": integer(value, 1, INFINITE[16], round), "bitflags": frozenset({"JOB_CPUS_SET"})}


def mebibytes(value: object) -> int:
    """MiB; a text may end in K, M, G or T."""
    word = short(value).strip() if isinstance(value, str) else ""
    found = re.fullmatch(r"(\d{1,18})\s*([KMGT]?)B?", word, re.I | re.A)
    if found is None:
        return integer(value, 0, MEM_PER_CPU - 1)
    number, unit = int(found[1]), found[2].upper()
    result = -(-number // 1024) if unit == "K" else number << {"": 0, "M": 0, "G": 10, "T": 20}[unit]
    return integer(result, 0, MEM_PER_CPU - 1)


def memory_per_node(value: object) -> dict[str, Any]:
    return {"mem_per_node": mebibytes(value)}


def memory_per_cpu(value: object) -> dict[str, Any]:
    return {"pn_min_memory": mebibytes(value) | MEM_PER_CPU}


def memory_per_gpu(value: object) -> dict[str, Any]:
    return {"mem_per_tres": Deferred("tres", f"gpu:{mebibytes(value)}")}


def cpus_per_gpu(value: object) -> dict[str, Any]:
    return {"cpus_per_tres": Deferred("tres", f"gpu:{integer(value, 1, NO_VAL[16])}")}


def gpus(member: str) -> Any:
    """[type:]number, comma separated, as sbatch's --gpus takes it."""

    def parse(value: object) -> dict[str, Any]:
        parts = [part.strip() for part in short(value, 4096).split(",")]
        if not all(re.fullmatch(r"([^\s:,]+:)?\d+[KMG]?", part, re.I | re.A) for part in parts):
            raise Invalid(f'expected [type:]number, such as 2 or tesla:1; found "{clip(text(value))}"')
        return {member: Deferred("tres", ",".join(f"gpu:{part}" for part in parts))}

    return parse


def gpu_text(member: str) -> Any:
    """A directive for GPUs alone."""
    return lambda value: {member: f"gpu:{text(value)}"}


def gpu_binding(value: object) -> dict[str, Any]:
    """How tasks are bound to GPUs."""
    return {"tres_bind": Deferred("tres_bind", f"gpu:{text(value)}")}


def core_specification(value: object) -> dict[str, Any]:
    given = number(value, 0, CORE_SPEC_THREAD - 1, NO_VAL[16], NO_VAL[16], _NO_CORES, round)
    return {} if given == NO_VAL[16] else {"core_spec": given}


_NO_CORES = dict.fromkeys((-1, -2, NO_VAL[16], NO_VAL[32]), NO_VAL[16])


def thread_specification(value: object) -> dict[str, Any]:
    return {"core_spec": integer(value, 0, CORE_SPEC_THREAD - 3, round) | CORE_SPEC_THREAD}


def arguments(value: object) -> dict[str, Any]:
    """A list of texts: what the script is given, after its own name."""
    if not isinstance(value, list):
        raise Invalid(f"expected a list of texts, found {kind_of(value)}")
    found = [text(part) for part in value]
    if found:  # the first of argv is the script's own name; slurmd writes its path there
        found.insert(0, "slurm_script")
    return {"argv": found, "argc": len(found)}


def environment(value: object) -> dict[str, Any]:
    """{"NAME": "value"}, or ["NAME=value"]."""
    if not isinstance(value, (dict, list)):
        raise Invalid(
            f'expected an object {{"NAME": "value"}} or a list ["NAME=value"], found {kind_of(value)}'
        )
    pairs = texts(value)
    return {"environment": pairs, "env_size": len(pairs)}


def texts(value: object) -> list[str]:
    """["NAME=value"], or {"NAME": "value"}, passed on as they are; null is the empty text."""
    if isinstance(value, dict):
        return [f"{name}={text('' if content is None else content)}" for name, content in value.items()]
    if not isinstance(value, list):
        raise Invalid(f"expected a list of texts, found {kind_of(value)}")
    return [text("" if part is None else part) for part in value]


def signal(value: object) -> dict[str, Any]:
    """[R][B]:signal[@seconds], a signal before the job's end; B: to the batch shell only."""
    word, at, seconds = text(value).upper().partition("@")
    where, _, name = word.rpartition(":")
    if not set(where) <= set("RB") or (at and not seconds.isdecimal()):
        raise Invalid(f'expected [B:]signal[@seconds], such as B:USR1@60; found "{clip(text(value))}"')
    constants = {"R": "KILL_JOB_RESV", "B": "KILL_JOB_BATCH"}
    return {
        "warn_flags": frozenset(constants[letter] for letter in where),
        "warn_signal": signal_number(name),
        "warn_time": integer(seconds or "60", 0, 0xFFFF),
    }


def signal_number(value: object) -> int:
    """A signal by number or name, with or without SIG."""
    word = text(value).upper()
    if word.isascii() and word.isdecimal():
        return integer(word, 1, int(signals.SIGRTMAX) - 1)
    number = getattr(signals, "SIG" + word.removeprefix("SIG"), None) if word.isalnum() else None
    if not isinstance(number, signals.Signals):
        raise Invalid(f'expected a signal by number or name, such as 15 or TERM; found "{clip(word)}"')
    return int(number)


def distribution(value: object) -> dict[str, Any]:
    """block, cyclic, arbitrary, plane=N, or levels as in block:cyclic:fcyclic, and Pack or NoPack."""
    word, *extra = short(value).lower().split(",")
    bits = {
        {"pack": "SLURM_DIST_PACK_NODES", "nopack": "SLURM_DIST_NO_PACK_NODES"}.get(part, "")
        for part in extra
    }
    plane = re.fullmatch(r"plane=(\d{1,5})", word, re.A)
    levels = [DISTRIBUTIONS.get(level) for level in word.split(":")]
    expected = "block, cyclic, arbitrary, plane=N or levels such as block:cyclic"
    wrong = Invalid(f'expected {expected}; found "{clip(text(value))}"')
    members: dict[str, Any] = {}
    if "" in bits:
        raise wrong
    if plane:
        bits.add("SLURM_DIST_PLANE")
        members["plane_size"] = integer(plane[1], 1, NO_VAL[16] - 1)
    elif word in ("arbitrary", "hostfile"):
        bits.add("SLURM_DIST_ARBITRARY")
    elif None in levels or len(levels) > 3 or levels[0] == "CFULL":
        raise wrong
    else:
        # "*": block for nodes, cyclic for sockets, and for cores what holds for sockets.
        sockets = levels[1] if len(levels) > 1 else ""
        defaults = ("BLOCK", "CYCLIC", sockets or "CYCLIC")
        given = [level or default for level, default in zip(levels, defaults, strict=False)]
        bits.add("SLURM_DIST_" + "_".join(given))
    return {**members, "task_dist": frozenset(bits)}


def cpu_frequency(value: object) -> dict[str, Any]:
    """p1[-p2][:governor]: kHz, or low, medium, high, highm1; or a governor alone."""
    word, _, governor = text(value).lower().partition(":")
    low, _, high = word.partition("-")
    if low in GOVERNORS and not governor and not high:
        return {"cpu_freq_gov": GOVERNORS[low]}
    members: dict[str, Any] = {"cpu_freq_max": _frequency(high or low)}
    if high:
        members["cpu_freq_min"] = _frequency(low)
    if governor:
        members["cpu_freq_gov"] = choice(governor, GOVERNORS)
    return members


def _frequency(word: str) -> Any:
    if word.isascii() and word.isdecimal():
        return integer(word, 1, (1 << 31) - 1)
    return choice(word, FREQUENCIES)


def binding(prefix: str, names: dict[str, str], list_member: str, type_member: str) -> Any:
    """A binding such as "verbose,map_cpu:0,2,4"; the list of numbers goes to a member of its own."""

    def parse(value: object) -> dict[str, Any]:
        word = short(value, 65536).lower()
        bits: set[str] = set()
        members: dict[str, Any] = {}
        for part in re.split(r",(?!\s*(?:0x)?[0-9a-f*]+(?:,|$))", word):
            name, _, numbers = part.strip().partition(":")
            if name not in names or bool(numbers) != name.startswith(("map_", "mask_")):
                raise Invalid(f'"{clip(part)}" is not understood: expected {", ".join(names)}')
            if names[name]:
                bits.add(f"{prefix}_{names[name]}")
            if numbers:
                members[list_member] = numbers
        return {**members, type_member: frozenset(bits)}

    return parse


def hint(value: object) -> dict[str, Any]:
    """compute_bound, memory_bound, multithread, nomultithread: what they stand for in srun(1)."""
    hints: dict[str, dict[str, Any]] = {
        "compute_bound": {"threads_per_core": 1, "cpu_bind_type": frozenset({"CPU_BIND_TO_CORES"})},
        "memory_bound": {
            "cores_per_socket": 1,
            "threads_per_core": 1,
            "cpu_bind_type": frozenset({"CPU_BIND_TO_CORES"}),
        },
        "multithread": {
            "ntasks_per_core": INFINITE[16],
            "cpu_bind_type": frozenset({"CPU_BIND_TO_THREADS"}),
        },
        "nomultithread": {
            "threads_per_core": 1,
            "cpu_bind_type": frozenset({"CPU_BIND_TO_THREADS", "CPU_BIND_ONE_THREAD_PER_CORE"}),
        },
    }
    found: dict[str, Any] = choice(value, hints)
    return found


def mail_type(value: object) -> dict[str, Any]:
    """Names, comma separated."""
    parts = [choice(part.strip(), MAIL_TYPES) for part in text(value).split(",")]
    return {"mail_type": frozenset().union(*parts)}


def start(value: object) -> Any:
    """A time in any form that Slurm takes, which libslurm reads, or seconds since 1970."""
    if isinstance(value, dict):
        raise Invalid(f"expected {TIMES}; found {kind_of(value)}")
    try:
        given = seconds(value)
    except Invalid:
        if isinstance(value, str):
            return Deferred("parse_time", value)
        raise
    return integer(given, 0, 1 << 62)


def minutes_as_seconds(value: object) -> Any:
    """Minutes, as sbatch's --delay-boot; job_desc_msg_t has seconds."""
    given = _minutes(value, NO_VAL[32] // 60, lookup="time_seconds")
    return given * 60 if isinstance(given, int) and given < NO_VAL[32] else given


def minutes(value: object) -> Any:
    """Minutes, or a text such as 1-12:30:00; 0 is no limit, as in sbatch(1)."""
    parsed = _minutes(value, NO_VAL[32] - 1, lookup="time_minutes")
    return INFINITE[32] if parsed == 0 else parsed


def _minutes(value: object, most: int, lookup: str) -> Any:
    """Minutes, or no limit; a lookup reads a text that is neither."""
    if isinstance(value, str) and not value.strip().removeprefix("-").isdecimal():
        unlimited = value.strip().upper() in ("UNLIMITED", "INFINITE")
        return INFINITE[32] if unlimited else Deferred(lookup, value)
    return number(value, 0, most, NO_VAL[32], INFINITE[32], _NO_TIME)


#: What libslurm's reading of a text makes no limit of, or overflows at.
_NO_TIME = dict.fromkeys(NO_LIMIT[32, STRUCTURE], INFINITE[32])
