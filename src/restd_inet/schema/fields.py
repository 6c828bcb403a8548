"""Field kinds: how one C member is written to a record, and read from a document.

A kind knows its style at each API version, written once: a number that is not set is null up to
v0.0.38. A kind never knows a member's name; a row (`Field`) never knows a version's style.

Writing: `Kind.dump(version, binding)` gives either a Python expression over `x` (the member's
value; convert.py compiles it into one function with all its neighbours) or a function of x.
Reading: `Kind.parse(value)` takes a document's value and gives what the member is to hold, or
raises `Invalid`. What it gives is plain: int, str, list of str, float, a frozenset of names of C
constants (their bits or-ed together), or a `Library` value that slurm works out; a kind that
fills several members gives {member: value}.
Documentation: `Kind.schema(version)` is the OpenAPI schema (3.0.3) of what is written and read at a
version; only the build of the documents asks for it (openapi.py).
"""

from __future__ import annotations

from math import isinf, isnan

from restd_inet.schema.values import (
    INFINITE,
    MEM_PER_CPU,
    NO_VAL,
    UNSET,
    Invalid,
    Library,
    boolean,
    choice,
    integer,
    kind_of,
    number,
    spells_number,
    text,
)
from restd_inet.schema.versions import V1, V36, V39, V41

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    from restd_inet.schema.record import Record

    class Binding(Protocol):
        """What a kind may ask of the installed libslurm (restd_inet.slurm)."""

        def constant(self, name: str) -> int | None:
            """The value of a C constant; None if this release has none of that name."""

        def text(self, pointer: Any) -> str | None:
            """A char pointer as str; None for NULL."""

        def function(self, name: str) -> Callable[[Any], Any]:
            """A function of slurm.lookups, by name."""


class Memo(dict[int, "Any"]):
    """A function of a small number, worked out once for each number that comes up."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[int], Any]) -> None:
        self.function = function

    def __missing__(self, number: int) -> Any:
        value = self[number] = self.function(number)
        return value


class Component(dict[str, "Any"]):
    """A schema that has a name of its own in an OpenAPI document, where that version's names its like.

    doc: what there is to say of it where it is used.
    """

    __slots__ = ("doc", "name")

    def __init__(self, name: str, schema: Mapping[str, Any], doc: str = "") -> None:
        super().__init__(schema)
        self.name = name
        self.doc = doc


#: The `empty` of a field that is left out where there is nothing to say.
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()


class Kind:
    """The base of all kinds. Each has `dump`, or `parse`, or both, and `schema`."""

    #: What a member that the installed release lacks is written as.
    empty: Any = None
    #: What null in a body says; nothing, as if the property were not there, where that is ABSENT.
    null: Any = ABSENT
    #: Whether a body's value is read; if not, what the client is told.
    reads = True
    unread = ""

    def empty_at(self, version: int) -> Any:
        return self.empty

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        raise NotImplementedError(type(self).__name__)

    def parse(self, value: Any) -> Any:
        raise NotImplementedError(type(self).__name__)

    def schema(self, version: int) -> dict[str, Any]:
        """Any value; parts that have names of their own are Components."""
        return {}


class Shape(Kind):
    """What a function of its own writes or reads, by its schema alone: see `like` of other kinds."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema

    def schema(self, version: int) -> dict[str, Any]:
        return self._schema


class ListOf(Kind):
    """The same for a list. component: its name in the OpenAPI document, "" for none."""

    def __init__(self, item: Kind, component: Names = "") -> None:
        self.item = item
        self.component = component

    def schema(self, version: int) -> dict[str, Any]:
        return called(self.component, version, {"type": "array", "items": self.item.schema(version)})


#: Any value: the `like` of what says nothing.
ANY = Kind()


def called(name: Names, version: int, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema under its name, which may have changed; as it is where that is ""."""
    found = name if isinstance(name, str) else at({V1: "", **name}, version) or ""
    return Component(found, schema) if found else schema


def nullable(schema: dict[str, Any], version: int) -> dict[str, Any]:
    """A schema of what is null up to v0.0.38 where nothing is said."""
    return schema if version >= V39 else {**schema, "nullable": True}


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
                "set": {"type": "boolean", "description": "Whether there is a number."},
                "infinite": {
                    "type": "boolean",
                    "description": "Whether there is no limit; goes before the number.",
                },
                "number": {**number, "description": "The number, if set is true and infinite is not."},
            },
        },
    )


class Number(Kind):
    """An unsigned number that may be unset (NO_VAL) or without limit (INFINITE).

    unlimited: what no limit is written as, by the version that began it; null where it says nothing.
    From v0.0.39 on the number is a structure that can say both.
    """

    def __init__(self, bits: int, unlimited: Mapping[int, Any] | None = None) -> None:
        self.bits = bits
        self.no_val = NO_VAL[bits]
        self.infinite = INFINITE[bits]
        self.unlimited = unlimited or {V1: None}

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
        return number(value, 0, self.no_val - 1, self.no_val, self.infinite)

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(self.bits, version)


def structure(no_val: int, infinite: int) -> Callable[[int], dict[str, Any]]:
    """How numbers that may be unset or unlimited are written from v0.0.39 on."""

    def dump(x: int) -> dict[str, Any]:
        known = x not in (no_val, infinite)
        return {"set": known, "infinite": x == infinite, "number": x if known else 0}

    return dump


class Wish(Number):
    """A number of a body that a document may leave to Slurm: unset is as if it had not been named."""

    def parse(self, value: Any) -> Any:
        given = super().parse(value)
        return UNSET if given == self.no_val else given


class Mebibytes(Kind):
    """MiB a node, or with MEM_PER_CPU (slurm.h, bit 63) a CPU: the one that `per` names, if it is that.

    Up to v0.0.38 null otherwise, and for 0, which is no limit.
    """

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
        mebibytes = number(value, 0, MEM_PER_CPU - 1, unset, unlimited)
        return mebibytes | (MEM_PER_CPU if self.per_cpu and mebibytes not in (unset, unlimited) else 0)

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(64, version)


class Double(Kind):
    """A double that may be unset or without limit (NO_VAL and INFINITE as doubles)."""

    def empty_at(self, version: int) -> Any:
        return {"set": False, "infinite": False, "number": 0.0} if version >= V39 else None

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        if version < V39:
            return f"None if x == {float(NO_VAL[32])!r} else x"

        def dump(x: float) -> dict[str, Any]:
            infinite = isinf(x) or x == INFINITE[32]
            known = not (infinite or isnan(x) or x == NO_VAL[32])
            return {"set": known, "infinite": infinite, "number": x if known else 0.0}

        return dump

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(0, version)


class Time(Int):
    """Seconds since the epoch, 0 for none (time_t). From v0.0.39 on a number that may be unset."""

    def __init__(self) -> None:
        super().__init__(63)

    def empty_at(self, version: int) -> Any:
        return structure(-2, -1)(-2) if version >= V39 else 0

    def dump(self, version: int, binding: Binding) -> Any:
        # time_t is signed: NO_VAL64 in it is -2.
        return structure(-2, -1) if version >= V39 else "x"

    def parse(self, value: Any) -> int:
        return number(value, 0, self.high, -2, -1)

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(64, version) if version >= V39 else {"type": "integer", "format": "int64"}


class Moment(Time):
    """A time as a client says it: the same, or a text in any form that Slurm takes, which libslurm reads.

    no_val: what the member holds that is not set.
    """

    def __init__(self, no_val: int = -2) -> None:
        super().__init__()
        self.no_val = no_val

    def empty_at(self, version: int) -> Any:
        return structure(self.no_val, -1)(self.no_val)

    def dump(self, version: int, binding: Binding) -> Any:
        return structure(self.no_val, -1)

    def parse(self, value: Any) -> Any:
        if isinstance(value, str) and not spells_number(value):
            return Library("parse_time", value)
        return number(value, 0, self.high, self.no_val, -1)


class Bool(Kind):
    """A member that holds 0 or 1. bits: with them, NO_VAL of that width is null, false from v0.0.39 on."""

    empty = False

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


class Text(Kind):
    """A C string. NULL is null in v1, the empty text later."""

    def empty_at(self, version: int) -> Any:
        return None if version == V1 else ""

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        return "string(x).decode('utf-8', 'surrogateescape') if x else " + repr(self.empty_at(version))

    def parse(self, value: Any) -> str:
        return text(value)

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string", "nullable": True} if version == V1 else {"type": "string"}


class Words(Text):
    """A C string of words, commas between them; from v0.0.39 on a list.

    component: the list's name in the OpenAPI document.
    """

    def __init__(self, component: str = "csv_string") -> None:
        self.component = component

    def empty_at(self, version: int) -> Any:
        return [] if version >= V39 else super().empty_at(version)

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        if version < V39:
            return super().dump(version, binding)
        string = binding.text
        return lambda x: [word for word in (string(x) or "").split(",") if word]

    def parse(self, value: Any) -> str:
        return ",".join(map(text, value)) if isinstance(value, list) else text(value)

    def schema(self, version: int) -> dict[str, Any]:
        if version < V39:
            return super().schema(version)
        return called(self.component, version, {"type": "array", "items": {"type": "string"}})


class Name(Kind):
    """A number in C that stands for a name. names: the function of slurm.lookups that gives it.

    One without a name is null, from v0.0.39 on the empty text.
    """

    def __init__(self, names: str, bits: int = 0) -> None:
        self.names = names
        self.no_val = NO_VAL.get(bits, -1)

    def empty_at(self, version: int) -> Any:
        return "" if version >= V39 else None

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        lookup = binding.function(self.names)
        unset, nobody = self.no_val, self.empty_at(version)

        def name(x: int) -> Any:
            found = None if x == unset else lookup(x)
            return nobody if found is None else found

        return Memo(name).__getitem__

    def schema(self, version: int) -> dict[str, Any]:
        return nullable({"type": "string"}, version)


class Label(Kind):
    """A number as its name in a table of ours; one that is not there as digits."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self.names = names

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        names = self.names
        return lambda x: names.get(x) or str(x)

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class Indexes(Kind):
    """A list of node indexes (int32_t *) that ends with -1."""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function("indexes")

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "integer"}}


class Enum(Kind):
    """One value of a C enumeration; from v0.0.39 on a list of its one name.

    rows: (C constant or number, name in documents, first version, last version); the name by the version
    that began it where it changed. mask: the bits that count. other: what a number without a row is
    written as; itself where that is `...`. component: its name in the OpenAPI document.
    """

    def __init__(self, *rows: Row, mask: str | int = "", other: Any = None, component: Names = "") -> None:
        self.rows = rows
        self.component = component
        self.mask = mask
        self.other = other

    def empty_at(self, version: int) -> Any:
        return [] if version >= V39 else None

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        names = dict(constants(self.rows, version, binding))
        mask = (binding.constant(self.mask) if isinstance(self.mask, str) else self.mask) or None
        other = self.other

        def name(x: int) -> Any:
            number = x if mask is None else x & mask
            found = names.get(number, number if other is ... else other)
            if version < V39:
                return found
            return [] if found is None else [found]

        return Memo(name).__getitem__

    def parse(self, value: Any) -> frozenset[str]:
        if isinstance(value, list):
            if len(value) != 1:
                raise Invalid(f"expected one name, found a list of {len(value)}")
            value = value[0]
        return frozenset({choice(value, named(self.rows))})

    def words(self, version: int) -> list[str]:
        """What a document may say at a version."""
        return words(self.rows, version) + ([self.other] if isinstance(self.other, str) else [])

    def schema(self, version: int) -> dict[str, Any]:
        if version < V39:  # no version before named them
            return nullable({"type": "string"}, version) if self.other is None else {"type": "string"}
        word = {"type": "string", "enum": self.words(version)}
        return called(self.component, version, {"type": "array", "items": word})


class Flags(Kind):
    """A set of bits as a list of names.

    rows: as Enum's. base: the enumeration in the same number's other bits, its name is the first; alone:
    and where it has one, the only one.
    zero: the one name of a number of `zeros`. null: a number that is written as null, up to v0.0.38.
    unset: a number that has none of these flags, whatever its bits. whole: rows of numbers that have one
    name, whatever their bits. component: its name in the OpenAPI document. by_bit: from v0.0.39 on the names
    are in the order of their bits, not in that of the rows.
    """

    def __init__(
        self,
        *rows: Row,
        base: Enum | None = None,
        alone: bool = False,
        zero: str = "",
        zeros: tuple[int, ...] = (0,),
        null: int | None = None,
        unset: int | None = None,
        whole: tuple[Row, ...] = (),
        component: Names = "",
        by_bit: bool = False,
    ) -> None:
        self.rows = rows
        self.component = component
        self.by_bit = by_bit
        self.base = base
        self.alone = alone
        self.null = null
        self.whole = whole
        self.special: dict[int, list[str] | None] = {number: [zero] for number in zeros if zero}
        if unset is not None:
            self.special[unset] = []

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        bits = constants(self.rows, version, binding)
        if self.by_bit and version >= V39:
            bits.sort()
        special = dict(self.special)
        special.update((number, [name]) for number, name in constants(self.whole, version, binding))
        if self.null is not None and version < V39:
            special[self.null] = None
        first = self.base.dump(version, binding) if self.base else lambda x: []

        def names(x: int) -> list[str] | None:
            if x in special:
                return special[x]
            named = first(x)
            if named and self.alone:
                return named
            return named + [name for bit, name in bits if x & bit == bit]

        return Memo(names).__getitem__

    def parse(self, value: Any) -> frozenset[str]:
        """A list of names, or a text of them with commas between."""
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, list):
            raise Invalid(f"expected a list of names, found {kind_of(value)}")
        known = named(self.rows + self.whole + (self.base.rows if self.base else ()))
        # The name of a number without flags says that there are none.
        known.update((name.lower(), "") for found in self.special.values() for name in found or ())
        return frozenset(choice(text(word).strip(), known) for word in words if word != "") - {""}

    def words(self, version: int) -> list[str]:
        """What a document may say at a version, each once."""
        base = self.base.words(version) if self.base else []
        special = [name for found in self.special.values() for name in found or ()]
        return list(dict.fromkeys(words(self.whole, version) + base + words(self.rows, version) + special))

    def schema(self, version: int) -> dict[str, Any]:
        if version < V39:
            schema = {"type": "array", "items": {"type": "string"}}
            return schema if self.null is None else nullable(schema, version)
        schema = {"type": "array", "items": {"type": "string", "enum": self.words(version)}}
        return called(self.component, version, schema)


class Changed(Kind):
    """A field whose kind changed (see Field.kind_at). kinds: by the version that began it."""

    def __init__(self, kinds: Mapping[int, Kind]) -> None:
        self.kinds = kinds

    def schema(self, version: int) -> dict[str, Any]:
        kind: Kind = at(self.kinds, version)
        return kind.schema(version)


class Formula(Kind):
    """The exception of one member: its own expression over x, by the version that began it.

    like: the kind that has the schema of what it gives.
    """

    def __init__(self, styles: Mapping[int, str], like: Kind = ANY) -> None:
        self.styles = styles
        self.like = like

    def dump(self, version: int, binding: Binding) -> str:
        expression: str = at(self.styles, version)
        return expression

    def schema(self, version: int) -> dict[str, Any]:
        return self.like.schema(version)


class ExitCode(Int):
    """The status of a process (wait(2)); from v0.0.39 on told apart."""

    def __init__(self) -> None:
        super().__init__(32)

    def empty_at(self, version: int) -> Any:
        return exit_code(0) if version >= V39 else 0

    def dump(self, version: int, binding: Binding) -> Any:
        return Memo(exit_code).__getitem__ if version >= V39 else "x"

    def schema(self, version: int) -> dict[str, Any]:
        if version < V39:
            return {"type": "integer"}
        status = {"type": "array", "items": {"type": "string", "enum": list(EXIT_WORDS)}}
        signal = {"id": numbered(16, version), "name": {"type": "string"}}
        properties = {
            "status": called("process_exit_code_status", version, status),
            "return_code": numbered(32, version),
            "signal": {"type": "object", "properties": signal},
        }
        return Component("process_exit_code_verbose", {"type": "object", "properties": properties})


EXIT_WORDS = ("INVALID", "PENDING", "SUCCESS", "ERROR", "SIGNALED", "CORE_DUMPED")


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


class Whole(Kind):
    """The exception: a field of several members. Its `dump` gives a function of the whole struct.

    If the row has a member that is 0 or NULL the field is `empty`. A body's value is read by those that
    say so.
    """

    reads = False


class Constant(Whole):
    """A field that Slurm has no member for any more, and that versions which had it go on writing.

    like: the kind that has its schema.
    """

    def __init__(self, value: Any, like: Kind = ANY) -> None:
        self.empty = value
        self.like = like

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        value = self.empty
        return lambda struct: value

    def schema(self, version: int) -> dict[str, Any]:
        return self.like.schema(version)


class Nth(Whole):
    """One of the numbers of an array whose length is another member; 0 beyond its end."""

    empty = 0

    def __init__(self, array: str, index: int) -> None:
        self.array = array
        self.index = index

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        array, length, index = self.array, f"{self.array}_cnt", self.index
        return lambda struct: getattr(struct, array)[index] if index < getattr(struct, length) else 0

    def schema(self, version: int) -> dict[str, Any]:
        return number_schema(32, version)


class Computed(Whole):
    """A field by a function of its own, visible as such in the table.

    styles: by the version that began it, the function of slurm.lookups. like: the kind that has the
    schema of what it gives.
    """

    def __init__(self, styles: Mapping[int, str], empty: Any = None, like: Kind = ANY) -> None:
        self.styles = styles
        self.empty = empty
        self.like = like

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function(at(self.styles, version))

    def schema(self, version: int) -> dict[str, Any]:
        return self.like.schema(version)


class Mean(Whole):
    """A sum divided by its count, both members, in whole numbers; 0 for none.

    structured: the version from which it may be unset, and is for none.
    """

    empty = 0

    def __init__(self, total: str, count: str, structured: int = 1 << 30) -> None:
        self.total = total
        self.count = count
        self.structured = structured

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        total, count = self.total, self.count
        number = structure(0, -1) if version >= self.structured else int

        def mean(struct: Any) -> Any:
            divisor: int = getattr(struct, count)
            return number(getattr(struct, total) // divisor if divisor > 0 else 0)

        return mean

    def schema(self, version: int) -> dict[str, Any]:
        return numbered(64, version) if version >= self.structured else number_schema(64, version)


class Items(Whole):
    """A list of records. function: of slurm.lookups, gives what the record's rows are about.

    In a body its value is values.Several: schema.convert reads it. component: the list's name in the
    OpenAPI document, if it is not the record's own (Record.plural).
    """

    reads = True

    def __init__(self, record: Record, function: str = "", component: Names = "") -> None:
        self.record = record
        self.function = function
        self.component = component

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function(self.function)

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.list_schema(version, self.component)


class Inner(Items):
    """One record within a body, or a list of them. Its value is values.Several.

    lists: by the version that began it, whether a list is taken too. listed: the version from which only a
    list is.
    """

    def __init__(self, record: Record, lists: Mapping[int, bool], listed: int = 1 << 30) -> None:
        super().__init__(record)
        self.lists = lists
        self.listed = listed

    def takes(self, version: int, a_list: bool) -> bool:
        """Whether what is there is to be one record."""
        return version < self.listed and not (a_list and at(self.lists, version))

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.schema(version) if version < self.listed else super().schema(version)


class Object(Kind):
    """An object of a body that is a record of its own: {member: value}, which schema.convert reads."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.schema(version)


class Nested(Whole):
    """A record that a member points to; all of it is empty where it points to none."""

    def __init__(self, record: Record, member: str) -> None:
        self.record = record
        self.member = member

    def empty_at(self, version: int) -> Any:
        fields = [(field.name_at(version), field.kind_at(version)) for field in self.record.fields]
        return {name: kind.empty_at(version) for name, kind in fields if name is not None}

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        member = self.member
        return lambda struct: getattr(struct, member)

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.schema(version)


class Part(Whole):
    """A record that a function of slurm.lookups gives what it is about; null where there is nothing."""

    def __init__(self, record: Record, function: str) -> None:
        self.record = record
        self.function = function

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function(self.function)

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.schema(version)


class Parsed(Kind):
    """The exception on the way in: a function of the document's value, given where it is defined.

    like: the kind that has the schema of what it takes.
    """

    def __init__(self, function: Callable[[Any], Any], like: Kind = ANY) -> None:
        self._function = function
        self.like = like

    def parse(self, value: Any) -> Any:
        return self._function(value)

    def schema(self, version: int) -> dict[str, Any]:
        return self.like.schema(version)


class Ignored(Kind):
    """A property that a body may have and that changes nothing. why: the warning says this; "" for none.

    like: the kind that has its schema.
    """

    reads = False

    def __init__(self, why: str = "it is read-only", like: Kind = ANY) -> None:
        self.unread = why
        self.like = like

    def schema(self, version: int) -> dict[str, Any]:
        return self.like.schema(version)


if TYPE_CHECKING:
    Names = str | Mapping[int, str | None]
Row = tuple["str | int", "Names"] | tuple["str | int", "Names", int] | tuple["str | int", "Names", int, int]


def at(styles: Mapping[int, Any], version: int) -> Any:
    """The last of `styles` (by the version that began it) that is in force at `version`."""
    return styles[max(since for since in styles if since <= version)]


def named(rows: tuple[Row, ...]) -> dict[str, str]:
    """The constants of an enumeration by every name that a version has for them, in lower case."""
    return {
        name.lower(): str(constant)
        for constant, names, *_ in rows
        for name in ([names] if isinstance(names, str) else names.values())
        if name is not None
    }


def words(rows: tuple[Row, ...], version: int) -> list[str]:
    """The names of an enumeration at a version, whether this Slurm release has them or not."""
    return [word for _, word in _held(rows, version)]


def constants(rows: tuple[Row, ...], version: int, binding: Binding) -> list[tuple[int, str]]:
    """(number, name) of the rows of an enumeration that hold at a version, on this Slurm release."""
    numbers = [
        (binding.constant(constant) if isinstance(constant, str) else constant, word)
        for constant, word in _held(rows, version)
    ]
    return [(number, word) for number, word in numbers if number is not None]


def _held(rows: tuple[Row, ...], version: int) -> list[tuple[str | int, str]]:
    """(constant, name) of the rows that hold at a version."""
    found = []
    for constant, name, *span in rows:
        since, until = (*span, V1)[0] if span else V1, span[1] if len(span) > 1 else 1 << 30
        word = name if isinstance(name, str) else at({V1: None, **name}, version)
        if since <= version <= until and word is not None:
            found.append((constant, word))
    return found


INT16, INT32, INT64 = Int(16), Int(32), Int(64)
U16, U32, U64 = Number(16), Number(32), Number(64)
#: Numbers that may be unset since v0.0.39, and such as may no more.
COUNT32 = Changed({V1: INT32, V39: U32})
ALWAYS32 = Changed({V1: U32, V39: INT32})
#: A limit: no limit was "INFINITE" in v0.0.35, then -1.
LIMIT32 = Number(32, {V1: "INFINITE", V36: -1})
DOUBLE = Double()
TIME, STAMP = Time(), Int(63)
EXIT_CODE = ExitCode()
BOOL, BOOL16 = Bool(), Bool(16)
TEXT, WORDS = Text(), Words()
