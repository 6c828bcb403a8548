"""Kinds of numbers: counts, limits, times, booleans and exit codes (see schema.kinds.base)."""

from __future__ import annotations

from math import isinf, isnan

from restd_inet.schema.kinds.base import Changed, Component, Kind, Memo, at, called, nullable, object_of
from restd_inet.schema.kinds.values import (
    INFINITE,
    MEM_PER_CPU,
    NO_VAL,
    PLAIN,
    STRUCTURE,
    UNKNOWN_TIME,
    UNSET,
    Deferred,
    Invalid,
    boolean,
    integer,
    number,
    seconds,
    sentinels,
)
from restd_inet.schema.versions import V1, V36, V39, V40, V41

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from restd_inet.schema.kinds.base import Binding


class Int(Kind):
    """A number that is always set. bits: the width of the C member."""

    empty = 0

    def __init__(self, bits: int, signed: bool = False) -> None:
        self.bits = bits
        self.low = -(1 << bits - 1) if signed else 0
        self.high = (1 << bits - signed) - 1

    def dump(self, version: int, binding: Binding) -> str:
        return "x"

    def parse(self, value: Any) -> int:
        return integer(value, self.low, self.high)

    def schema(self, version: int) -> dict[str, Any]:
        return number_schema(self.bits, version)


def number_schema(bits: int, version: int) -> dict[str, Any]:
    """A whole number; the width of the C member shows in documents from v0.0.39 on."""
    return (
        {"type": "integer", "format": "int64" if bits > 32 else "int32"}
        if version >= V39
        else {"type": "integer"}
    )


def numbered(bits: int, version: int) -> dict[str, Any]:
    """A number that may be unset or unlimited; bits: of the C member, 0 for a double."""
    if version < V39:
        return {"type": "integer" if bits else "number", "nullable": True}
    # Up to v0.0.40 the number in it was as wide as any.
    width = 64 if version < V41 else bits
    number = number_schema(width, version) if bits else {"type": "number", "format": "double"}
    name = f"uint{bits}_no_val" if bits else "float64_no_val"
    return Component(
        name if version < V41 else f"{name}_struct",
        {
            "type": "object",
            "properties": {
                "set": {"type": "boolean", "description": "Whether the number is set."},
                "infinite": {
                    "type": "boolean",
                    "description": "Whether there is no limit; overrides the number.",
                },
                "number": {**number, "description": "The number, if set is true and infinite is not."},
            },
        },
    )


class Number(Kind):
    """An unsigned number that may be unset (NO_VAL) or without limit (INFINITE).

    unlimited: what no limit is written as, by the version that began it; null where it says nothing.
    From v0.0.39 on the number is a structure that can say both. style: how a body writes it (schema.values).
    """

    def __init__(self, bits: int, unlimited: Mapping[int, Any] | None = None, style: str = STRUCTURE) -> None:
        self.bits = bits
        self.no_val = NO_VAL[bits]
        self.infinite = INFINITE[bits]
        self.unlimited = unlimited or {V1: None}
        self.style = style
        self.sentinels = sentinels(bits, style, self.no_val, self.infinite)

    def empty_at(self, version: int) -> Any:
        return structure(self.no_val, self.infinite)(self.no_val) if version >= V39 else None

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        if version >= V39:
            return structure(self.no_val, self.infinite)
        unlimited = at(self.unlimited, version)
        if unlimited is None:
            return f"None if x >= {self.no_val} else x"
        return f"x if x < {self.no_val} else None if x == {self.no_val} else {unlimited!r}"

    def parse(self, value: Any) -> int:
        whole = int if self.style == STRUCTURE else round
        return number(value, 0, self.no_val - 1, self.no_val, self.infinite, self.sentinels, whole)

    def schema(self, version: int) -> dict[str, Any]:
        if self.style == PLAIN:
            return number_schema(self.bits, version)
        unlimited = at(self.unlimited, version)
        if isinstance(unlimited, str) and version < V39:
            return {"anyOf": [numbered(self.bits, version), {"type": "string", "enum": [unlimited]}]}
        return numbered(self.bits, version)


def structure(no_val: int, infinite: int) -> Callable[[int], dict[str, Any]]:
    """How numbers that may be unset or unlimited are written from v0.0.39 on."""

    def dump(x: int) -> dict[str, Any]:
        known = x not in (no_val, infinite)
        return {"set": known, "infinite": x == infinite, "number": x if known else 0}

    return dump


class Optional(Number):
    """A number of a body that a document may leave to Slurm: unset is as if it had not been named."""

    def parse(self, value: Any) -> Any:
        given = super().parse(value)
        return UNSET if given == self.no_val else given


class Mebibytes(Kind):
    """MiB a node, or with MEM_PER_CPU (slurm.h, bit 63) a CPU: the one that `per` names, if it is that.

    Up to v0.0.38 null otherwise, and for 0, which is no limit.
    """

    doc = "MiB."

    def __init__(self, per: str) -> None:
        self.per_cpu = per == "cpu"

    def empty_at(self, version: int) -> Any:
        return structure(0, 0)(0) if version >= V39 else None

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        per_cpu, structured = self.per_cpu, version >= V39

        def dump(x: int) -> Any:
            mebibytes = x & ~MEM_PER_CPU
            if structured:
                known = bool(x & MEM_PER_CPU) == per_cpu
                return {"set": known, "infinite": False, "number": mebibytes if known else 0}
            return mebibytes if mebibytes and bool(x & MEM_PER_CPU) == per_cpu else None

        return dump

    def parse(self, value: Any) -> int:
        unset, unlimited = NO_VAL[64], 0
        mebibytes = number(value, 0, MEM_PER_CPU - 1, unset, unlimited, {-1: unlimited, -2: unset})
        return mebibytes | (MEM_PER_CPU if self.per_cpu and mebibytes not in (unset, unlimited) else 0)

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(64, version)


#: A double as JSON has it: null for NaN and the infinities.
FINITE = "x if -1e999 < x < 1e999 else None"


class Double(Kind):
    """A double that may be unset or without limit (NO_VAL and INFINITE as doubles)."""

    def empty_at(self, version: int) -> Any:
        return {"set": False, "infinite": False, "number": 0.0} if version >= V39 else None

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        if version < V39:
            return f"x if -1e999 < x < 1e999 and x != {float(NO_VAL[32])!r} else None"

        def dump(x: float) -> dict[str, Any]:
            infinite = isinf(x) or x == INFINITE[32]
            known = not (infinite or isnan(x) or x == NO_VAL[32])
            return {"set": known, "infinite": infinite, "number": x if known else 0.0}

        return dump

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(0, version)


class Time(Int):
    """Seconds since the epoch, 0 for none (time_t). From v0.0.40 on a number that may be unset."""

    doc = "Unix time."
    valued = True

    def __init__(self) -> None:
        super().__init__(63)

    def empty_at(self, version: int) -> Any:
        return structure(UNKNOWN_TIME, -1)(UNKNOWN_TIME) if version >= V40 else 0

    def dump(self, version: int, binding: Binding) -> Any:
        return structure(UNKNOWN_TIME, -1) if version >= V40 else "x"

    def parse(self, value: Any) -> Any:
        return seconds(value)

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(64, version) if version >= V40 else {"type": "integer", "format": "int64"}


class Moment(Time):
    """A time as a client says it: the same, or a text in any form that Slurm takes, which libslurm reads.

    no_val: what the member holds that is not set. lookup: the one that reads texts (slurm.lookups).
    """

    lookup = "parse_time"

    def __init__(self, no_val: int = UNKNOWN_TIME) -> None:
        super().__init__()
        self.no_val = no_val

    def empty_at(self, version: int) -> Any:
        return structure(self.no_val, -1)(self.no_val)

    def dump(self, version: int, binding: Binding) -> Any:
        return structure(self.no_val, -1)

    def parse(self, value: Any) -> Any:
        try:
            given = seconds(value)
        except Invalid:
            if isinstance(value, str):
                return Deferred(self.lookup, value)
            raise
        return self.no_val if given == UNKNOWN_TIME else given


class Bool(Kind):
    """A member that holds 0 or 1. bits: with them, NO_VAL of that width is null, false from v0.0.39 on."""

    empty = False
    switch = True

    def __init__(self, bits: int = 0, constants: tuple[int, int] = (0, 1)) -> None:
        self.no_val = NO_VAL.get(bits)
        self.constants = constants

    def dump(self, version: int, binding: Binding) -> str:
        truth = f"x == {self.constants[1]}"
        return truth if self.no_val is None or version >= V39 else f"None if x == {self.no_val} else {truth}"

    def parse(self, value: Any) -> int:
        return self.constants[boolean(value)]

    def schema(self, version: int) -> dict[str, Any]:
        schema = {"type": "boolean"}
        return schema if self.no_val is None else nullable(schema, version)


class ExitCode(Int):
    """The status of a process (wait(2)); in v0.0.39 a number that may be unset, later told apart."""

    def __init__(self) -> None:
        super().__init__(32)
        self._styles = {V1: None, V39: structure(NO_VAL[32], INFINITE[32]), V40: exit_code}

    def empty_at(self, version: int) -> Any:
        write: Any = at(self._styles, version)
        return write(0) if write else 0

    def dump(self, version: int, binding: Binding) -> Any:
        write = at(self._styles, version)
        return Memo(write).__getitem__ if write else "x"

    def schema(self, version: int) -> dict[str, Any]:
        if version < V40:
            return numbered(32, version) if version >= V39 else {"type": "integer"}
        return exit_schema(version)


EXIT_WORDS = ("INVALID", "PENDING", "SUCCESS", "ERROR", "SIGNALED", "CORE_DUMPED")
#: Descriptions of its parts.
EXIT_DOCS = {
    "status": "How the process ended.",
    "return_code": "Exit code, if it was not ended by a signal.",
    "signal": "The signal that ended it.",
    "id": "Number of the signal.",
    "name": "Name of the signal, without SIG.",
}


def exit_schema(version: int) -> dict[str, Any]:
    """The schema of the parts, from v0.0.40 on."""
    status = {"type": "array", "items": {"type": "string", "enum": list(EXIT_WORDS)}}
    signal = object_of(
        id=(numbered(16, version), EXIT_DOCS["id"]), name=({"type": "string"}, EXIT_DOCS["name"])
    )
    parts = object_of(
        status=(called("process_exit_code_status", version, status), EXIT_DOCS["status"]),
        return_code=(numbered(32, version), EXIT_DOCS["return_code"]),
        signal=(signal, EXIT_DOCS["signal"]),
    )
    return Component("process_exit_code_verbose", parts)


def exit_code(status: int) -> dict[str, Any]:
    """The parts of a process's status."""
    code, signal = NO_VAL[32], NO_VAL[16]
    if status == NO_VAL[32]:
        word = "PENDING"
    elif status & 0x7F == 0:
        code = status >> 8 & 0xFF
        word = "ERROR" if code else "SUCCESS"
    elif status & 0x7F < 0x7F:
        signal = status & 0x7F
        word = "SIGNALED"
    else:
        code, word = status, "INVALID"
    return {
        "status": [word],
        "return_code": structure(NO_VAL[32], INFINITE[32])(code),
        "signal": {
            "id": structure(NO_VAL[16], INFINITE[16])(signal),
            "name": signal_name(signal),
        },
    }


def signal_name(signal: int) -> str:
    """Without SIG, as kill(1) lists it; digits for one without a name, "" for none."""
    known = _SIGNALS.split()
    if signal < 1 or signal == NO_VAL[16]:
        return ""
    return known[signal] if signal < len(known) else str(signal)


#: signal(7), in order: the numbers of x86 and ARM. The module signal would be half a millisecond.
_SIGNALS = (
    "SIG0 HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP "
    "TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
)

INT16, INT32, INT64 = Int(16), Int(32), Int(64)

U16, U32, U64 = Number(16), Number(32), Number(64)

#: Numbers of bodies that are plain ones, and know what is not set and what has no limit.
PLAIN16, PLAIN32 = Number(16, style=PLAIN), Number(32, style=PLAIN)

#: Numbers that may be unset since v0.0.39, and such as may no more.
COUNT32 = Changed({V1: INT32, V39: U32})

ALWAYS32 = Changed({V1: U32, V39: INT32})

#: A limit: no limit was "INFINITE" in v0.0.35, then -1.
LIMIT32 = Number(32, {V1: "INFINITE", V36: -1})

DOUBLE = Double()

TIME, STAMP = Time(), Int(63)

EXIT_CODE = ExitCode()

BOOL, BOOL16 = Bool(), Bool(16)
