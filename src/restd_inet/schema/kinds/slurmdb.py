"""Kinds that records of slurmdbd have: names and texts that go into its database, limits, TRES, QOS.

Whatever is read here ends up in an SQL statement of slurmdbd's, so a value that cannot be a name is
refused before slurmdbd is asked. What must be looked up there, such as the id of a QOS, is a
`values.Deferred` that the accounting library works out.
"""

from __future__ import annotations

import re

from restd_inet.schema.kinds.base import Kind, ListOf, nullable
from restd_inet.schema.kinds.composite import Items, StructKind
from restd_inet.schema.kinds.numbers import FINITE, Bool, Double, Int, Number
from restd_inet.schema.kinds.strings import Text
from restd_inet.schema.kinds.values import (
    INFINITE,
    NO_VAL,
    OLD,
    OLDEST,
    PLAIN,
    STRUCTURE,
    Deferred,
    Invalid,
    clip,
    integer,
    kind_of,
    number,
    sentinels,
    text,
)
from restd_inet.schema.versions import V36, V38, V39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding, Names
    from restd_inet.schema.record import Record

#: The columns are tinytext: 255 bytes. A comma ends an item of a list; the rest would end a text of SQL,
#: or be a placeholder in it, or is the notation of TRES and of relative lists.
NAME = re.compile(r"[^\x00-\x1f\x7f'\"`\\,;%=()<>*?|&]{1,255}")
#: Names of tables are made of a cluster's.
CLUSTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
#: Names of hosts, with ranges in brackets.
HOSTS = re.compile(r"[A-Za-z0-9._,\[\]-]{0,4096}")
#: Of what is more slurmdbd keeps nothing: it takes limits for signed, and so are most of its columns.
MOST = (1 << 31) - 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_QUOTE = re.compile(r"['\"`\\,]")


def name(value: object) -> str:
    """The name of an account, a user, a QOS or a partition. Raises Invalid."""
    word = text(value)
    if not NAME.fullmatch(word) or word[0] in "+-" or word != word.strip() or len(word.encode()) > 255:
        raise Invalid(f'"{clip(ascii(word)[1:-1])}" cannot be a name')
    return word


def cluster(value: object) -> str:
    """The name of a cluster, which Slurm has in small letters. Raises Invalid."""
    word = text(value).lower()
    if not CLUSTER.fullmatch(word):
        raise Invalid(f'"{clip(ascii(word)[1:-1])}" cannot be the name of a cluster')
    return word


def wckey(value: object) -> str:
    """The name of a WCKey; "*" before it, or alone, marks what a job took without asking. Raises Invalid."""
    if isinstance(value, str) and value[:1] == "*":
        return "*" + (name(value[1:]) if value[1:] else "")
    return name(value)


def prose(value: object) -> str:
    """A description: any text on one line; slurmdbd stores quotes as they are. Raises Invalid."""
    word = text(value)
    if len(word.encode("utf-8", "surrogatepass")) > 65535:
        raise Invalid("expected at most 65535 bytes")
    if found := _CONTROL.search(word):
        raise Invalid(f"expected one line of text, found {found[0]!a} in it")
    return word


def phrase(value: object) -> str:
    """A description as a condition has it: without quotes. Raises Invalid."""
    word = prose(value)
    if found := _QUOTE.search(word):
        raise Invalid(f"{found[0]!a} cannot be in a condition")
    return word


def identifier(value: object) -> str:
    """A number of the database's, as its lists have it. Raises Invalid."""
    return str(integer(value, 0, NO_VAL[32] - 1))


class DbText(Text):
    """A text of the database. One that is not there is null up to v0.0.38, and in a body at any."""

    null: Any = ""

    def __init__(self, check: Callable[[object], str] = prose) -> None:
        self.check = check

    def empty_at(self, version: int) -> Any:
        return "" if version >= V39 else None

    def parse(self, value: Any) -> str:
        return "" if value == "" else self.check(value)

    def schema(self, version: int) -> dict[str, Any]:
        return nullable({"type": "string"}, version)


class Limit(Number):
    """A number that limits: not said (NO_VAL), no limit (INFINITE), or so many; 0 is so many.

    Up to v0.0.38 null is written for both of the former, and null in a body, or -1, is no limit.
    most: the largest that the database keeps.
    """

    def __init__(self, most: int = MOST, style: str = STRUCTURE) -> None:
        super().__init__(32, style=style)
        self.most = most

    def parse(self, value: Any) -> int:
        whole = int if self.style == STRUCTURE else round
        return number(value, 0, self.most, self.no_val, self.infinite, self.sentinels, whole)


class OldLimit(Limit):
    """The same, up to v0.0.38."""

    null = INFINITE[32]

    def __init__(self, most: int = MOST, style: str = OLD) -> None:
        super().__init__(most, style)


class Factor(Double):
    """A double that may be not said (NO_VAL) or without limit (INFINITE, both as doubles)."""

    unset = float(NO_VAL[32])
    infinite = float(INFINITE[32])

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        if version < V39:
            return f"None if x in ({self.unset!r}, {self.infinite!r}) else {FINITE}"
        return super().dump(version, binding)

    def parse(self, value: Any) -> float:
        given = value
        if isinstance(value, dict):
            # The number itself may have a fraction, or stand for either: values.number does not take it.
            given = value.get("number")
            marker = number(value if given is None else {**value, "number": 0}, 0, 1 << 31, -2, -1)
            if marker < 0:
                return self.infinite if marker == -1 else self.unset
        if type(given) is str:
            try:
                given = float(given)
            except ValueError:
                raise Invalid(f'expected a number, found the text "{clip(given)}"') from None
        if type(given) not in (int, float):
            raise Invalid(f"expected a number, found {kind_of(given)}")
        if given in (-1, float("inf"), INFINITE[32]):
            return self.infinite
        if given in (-2, NO_VAL[32]):
            return self.unset
        if not 0 <= given < NO_VAL[32]:
            raise Invalid(f"{given} is out of range: expected 0 to {NO_VAL[32] - 1}")
        return float(given)


class PlainFactor(Factor):
    """The same, as v0.0.39 has it: a plain number, whatever it stands for."""

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "number", "format": "double"}

    def empty_at(self, version: int) -> Any:
        return self.infinite

    def dump(self, version: int, binding: Binding) -> str:
        return FINITE


class PlainNumber(Int):
    """A number that is written as it is, NO_VAL and INFINITE too, and for which -1 in a body says nothing."""

    def __init__(self) -> None:
        super().__init__(32)

    def parse(self, value: Any) -> int:
        return number(value, 0, MOST, NO_VAL[32], INFINITE[32], _PLAIN, round)


_PLAIN = sentinels(32, PLAIN, NO_VAL[32], INFINITE[32])


class Tres(Kind):
    """A text such as "1=16,1002=4" (TRES ids and counts) as a list of records with their names.

    In a body a list of {"type", "name", "id", "count"}, where the id or the type may be left out.
    record: such a one, for the OpenAPI document.
    """

    def __init__(self, record: Record) -> None:
        self.record = record

    def schema(self, version: int) -> dict[str, Any]:
        return self.record.list_schema(version)

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        tres, nameless = binding.function("tres_counts"), "" if version >= V39 else None

        def dump(x: Any) -> list[dict[str, Any]]:
            return [
                {"type": type_, "name": name or nameless, "id": number, "count": count}
                for type_, name, number, count in tres(x)
            ]

        return dump

    def parse(self, value: Any) -> Deferred:
        if not isinstance(value, list):
            raise Invalid(f"expected a list of TRES, found {kind_of(value)}")
        return Deferred("tres_numbers", ",".join(_tres(item) for item in value))


def _tres(item: object) -> str:
    """One TRES of a body: "gres/gpu=2", or "#1002=2" where only the id is given."""
    if not isinstance(item, dict):
        raise Invalid(f'expected a TRES such as {{"type": "cpu", "count": 4}}, found {kind_of(item)}')
    unknown = [key for key in item if key not in ("type", "name", "id", "count")]
    if unknown:
        raise Invalid(f'a TRES has "type", "name", "id" and "count"; found "{clip(unknown[0])}"')
    type_, name_, number_ = (item.get(key) for key in ("type", "name", "id"))
    if type_ is None and not number_:
        raise Invalid('a TRES needs its "type", such as "cpu", or its "id"')
    # -1 takes the limit away, as in sacctmgr.
    count = integer(0 if item.get("count") is None else item["count"], -1, (1 << 63) - 1)
    id_ = integer(number_ or 0, 0, NO_VAL[32] - 1)
    label = "" if type_ is None else name(type_)
    if name_:
        label += f"/{name(name_)}"
    return f"{label}#{id_ or ''}={count}"


class QosName(DbText):
    """The id of a QOS as its name; null or "" in a body is none."""

    null = INFINITE[32]

    def __init__(self) -> None:
        super().__init__(name)

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        names, none = binding.function("qos_name"), self.empty_at(version)
        return lambda x: none if x in (0, INFINITE[32], NO_VAL[32]) else names(x)

    def parse(self, value: Any) -> Any:
        """ "" is none."""
        return INFINITE[32] if value == "" else Deferred("qos_id", name(value))


class QosNames(Kind):
    """A list of ids of QOS, as texts: as they are up to v0.0.37, then their names, in v0.0.38 sorted."""

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        names = binding.function("qos_names" if version >= V38 else "texts")
        return (lambda x: sorted(names(x))) if version == V38 else names

    def parse(self, value: Any) -> Deferred:
        return Deferred("qos_ids", ",".join(words(value, name)))

    def schema(self, version: int) -> dict[str, Any]:
        return ListOf(Text(), {V39: "qos_string_id_list"}).schema(version)


class HostList(Kind):
    """A condition: nodes, as libslurm reads host lists; "" is none."""

    several = ",".join

    def parse(self, value: Any) -> Any:
        word = ",".join(map(text, value)) if isinstance(value, list) else text(value)
        if not HOSTS.fullmatch(word):
            raise Invalid(f'"{clip(ascii(word)[1:-1])}" is not a host list')
        return Deferred("asked_hosts", word) if word else ""

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class Preempted(StructKind):
    """The QOS that a QOS may preempt: a bitmap of their ids; a list of ids where it is changed."""

    readable = True

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function("preempted")

    def parse(self, value: Any) -> dict[str, Any]:
        return {"preempt_list": Deferred("qos_ids", ",".join(words(value, name)))}

    def schema(self, version: int) -> dict[str, Any]:
        return ListOf(Text(), {V39: "qos_preempt_list"}).schema(version)


def words(value: object, check: Callable[[object], str]) -> list[str]:
    "A list of names, or a text of them comma-separated. Raises Invalid."
    if isinstance(value, str):
        return [check(word) for word in value.split(",") if word]
    if type(value) is int:
        return [check(value)]
    if not isinstance(value, list):
        raise Invalid(f"expected a list of names, found {kind_of(value)}")
    return [check(word) for word in value]


class NameList(Kind):
    """A condition or a list of names: Slurm's list of char *."""

    several: Callable[[list[str]], Any] | None = ",".join

    def __init__(self, check: Callable[[object], str] = name) -> None:
        self.check = check

    def parse(self, value: Any) -> list[str]:
        return words(value, self.check)

    def schema(self, version: int) -> dict[str, Any]:
        return ListOf(Text(), {V39: "string_list"}).schema(version)


class UserNames(NameList):
    """A condition of users. The empty name, given alone, is that of the associations of accounts."""

    @staticmethod
    def several(values: list[str]) -> Any:
        return values if "" in values and len(values) > 1 else ",".join(values)

    def parse(self, value: Any) -> list[str]:
        return [""] if value == "" else super().parse(value)


class QosIds(NameList):
    """A condition: QOS by their names or ids, as ids."""

    def parse(self, value: Any) -> Deferred:  # type: ignore[override]  # worked out with slurmdbd's list
        return Deferred("qos_ids_or_numbers", ",".join(super().parse(value)))


class Members(Items):
    """A list of Slurm's that is a member: each of its structs a record.

    ignored_warning: why it is not read in a body, if it is not.
    """

    def __init__(
        self, record: Record, member: str, *, ignored_warning: str = "", component: Names = ""
    ) -> None:
        super().__init__(record, component=component)
        self.member = member
        self.readable = not ignored_warning
        self.ignored_warning = ignored_warning

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        structs, member = binding.function("structs")(self.record.struct), self.member
        return lambda struct: structs(getattr(struct, member))


class ReadOnly(Kind):
    """What only answers have, though a body may have it too: nothing is read of it."""

    readable = False

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def schema(self, version: int) -> dict[str, Any]:
        return self.kind.schema(version)

    def empty_at(self, version: int) -> Any:
        return self.kind.empty_at(version)

    def dump(self, version: int, binding: Binding) -> str | Callable[[Any], Any]:
        return self.kind.dump(version, binding)


class AttributeList(Items):
    """A list of an object of ours: each item's record. member: the object's."""

    def __init__(self, record: Record, member: str, component: Names = "") -> None:
        super().__init__(record, component=component)
        self.member = member

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        member = self.member
        return lambda whole: getattr(whole, member)


class Truth(Bool):
    """A uint16_t that is true if it is 1; up to v0.0.38 a number.

    What sacctmgr 24.11 leaves unset slurmdbd keeps as 127, and takes for false as Slurm itself does.
    """

    empty = False

    def empty_at(self, version: int) -> Any:
        return False if version >= V39 else 0

    def dump(self, version: int, binding: Binding) -> str:
        return "x == 1" if version >= V39 else "1 if x == 1 else 0"

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "boolean" if version >= V39 else "integer"}


def limits(most: int = MOST) -> dict[int, Kind]:
    """A limit at every version."""
    return {V36: OldLimit(most, OLDEST), V38: OldLimit(most), V39: Limit(most)}


LIMITS = limits()
