"""Kinds of texts, and of numbers that stand for names: enumerations and flags (see schema.kinds.base)."""

from __future__ import annotations

import re

from restd_inet.schema.kinds.base import Kind, Memo, Row, at, called, nullable
from restd_inet.schema.kinds.values import NO_VAL, Invalid, choice, kind_of, text
from restd_inet.schema.versions import V1, V39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from restd_inet.schema.kinds.base import Binding, Names


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

    several = ",".join

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

    several = ",".join
    blank = True

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
        self.null_number = null
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
        if self.null_number is not None and version < V39:
            special[self.null_number] = None
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
        "A list of names, or a text of them comma-separated."
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
            return schema if self.null_number is None else nullable(schema, version)
        schema = {"type": "array", "items": {"type": "string", "enum": self.words(version)}}
        return called(self.component, version, schema)


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


TEXT, WORDS = Text(), Words()


_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SLUID = re.compile(r"s([0-9A-Za-z]{13})(?:\.(batch|extern|interactive|TBD|\d{1,10}))?", re.ASCII)


def sluid(number: int) -> str:
    """Slurm's sortable identifier of a job: 64 bits in base 32 without I, L, O and U; "" for none."""
    return "s" + "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5)) if number else ""


def sluid_number(text: str) -> int:
    """The number of a SLUID, which a step may follow; 0 for another text. O is read as 0, I and L as 1."""
    found = _SLUID.fullmatch(text)
    if not found:
        return 0
    digits = found[1].upper().translate({ord("O"): "0", ord("I"): "1", ord("L"): "1"})
    if "U" in digits:
        return 0
    number = 0
    for digit in digits:
        number = number << 5 | _DIGITS.index(digit)
    return number & (1 << 64) - 1
