"""Kinds of limits that slurmctld enforces: what the limit is, what is used of it, and what is left.

They read structs of the association manager (slurm.admin.AssocMgr), whose arrays of TRES have the order of
its `tres`.
"""

from __future__ import annotations

from restd_inet.schema.kinds.base import FixedSchema, ListOf, object_of
from restd_inet.schema.kinds.composite import StructKind
from restd_inet.schema.kinds.numbers import DOUBLE, U32, U64, structure
from restd_inet.schema.kinds.values import INFINITE, NO_VAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from restd_inet.schema.kinds.base import Binding

COUNT = structure(NO_VAL[32], INFINITE[32])
AMOUNT = structure(NO_VAL[64], INFINITE[64])
#: Members of arrays of TRES in seconds, whose limits are in minutes.
MINUTE = 60


def left(limit: int, used: float, bits: int) -> int:
    """What may still be used; no limit is no limit."""
    return limit if limit >= NO_VAL[bits] else max(0, int(limit - used))


def minutes(seconds: float) -> float:
    """As scontrol(1) shows the wall clock time of a group."""
    return round(seconds / MINUTE, 2)


class Limited(StructKind):
    """A number of jobs, or minutes. member: the limit; used: what is used, a member of `usage`.

    wall: it is a time, used in seconds.
    """

    def __init__(self, member: str, used: str, wall: bool = False) -> None:
        self.member = member
        self.used = used
        self.wall = wall

    def of(self, struct: Any) -> tuple[int, float]:
        """The limit, and what is used."""
        used = getattr(struct.usage, self.used) if struct.usage else 0
        return getattr(struct, self.member), minutes(used) if self.wall else used

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        def limited(struct: Any) -> dict[str, Any]:
            limit, used = self.of(struct)
            return {"limit": COUNT(limit), "used": used, "left": COUNT(left(limit, used, 32))}

        return limited

    def schema(self, version: int) -> dict[str, Any]:
        used = {"type": "number", "format": "double"} if self.wall else {"type": "integer", "format": "int64"}
        return object_of(
            limit=(U32.schema(version), "The limit."),
            used=(used, "The usage."),
            left=(U32.schema(version), "The amount left."),
        )


class LimitedTres(StructKind):
    """Amounts of TRES that have a limit or are used. member: the limits; used: of `usage`, "" for a limit
    of each job. divisor: of what is used."""

    def __init__(self, member: str, used: str = "", divisor: int = 1) -> None:
        self.member = member
        self.used = used
        self.divisor = divisor

    def empty_at(self, version: int) -> Any:
        return []

    def of(self, struct: Any) -> Iterator[tuple[str, int, int]]:
        """(name, limit, used) of each."""
        limits = getattr(struct, self.member)
        amounts = getattr(struct.usage, self.used, None) if self.used and struct.usage else None
        for index, name in enumerate(struct.tres):
            limit = limits[index] if limits else INFINITE[64]
            amount = amounts[index] if amounts else 0
            # A long double is no number of Python's.
            used = (amount if isinstance(amount, int) else int(float(amount))) // self.divisor
            if limit != INFINITE[64] or used:
                yield name, limit, used

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        if not self.used:
            return lambda struct: [
                {"name": name, "limit": AMOUNT(limit)} for name, limit, _ in self.of(struct)
            ]
        return lambda struct: [
            {"name": name, "limit": AMOUNT(limit), "used": used, "left": AMOUNT(left(limit, used, 64))}
            for name, limit, used in self.of(struct)
        ]

    def schema(self, version: int) -> dict[str, Any]:
        limit = U64.schema(version)
        used = (
            {
                "used": ({"type": "integer", "format": "int64"}, "The usage."),
                "left": (limit, "The amount left."),
            }
            if self.used
            else {}
        )
        item = object_of(
            name=({"type": "string"}, "Name of the trackable resource."), limit=(limit, "The limit."), **used
        )
        return ListOf(FixedSchema(item)).schema(version)


class OfUsage(StructKind):
    """A number of `usage`, which may be a long double."""

    def __init__(self, member: str) -> None:
        self.member = member

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        member = self.member
        number: Any = DOUBLE.dump(version, binding)
        unset = float(NO_VAL[32])
        return lambda struct: number(float(getattr(struct.usage, member)) if struct.usage else unset)

    def schema(self, version: int) -> dict[str, Any]:
        return DOUBLE.schema(version)


class CachedQos(StructKind):
    """Names of the QOS that an association may use, or of its default: ids in Slurm."""

    def __init__(self, default: bool = False) -> None:
        self.default = default

    def empty_at(self, version: int) -> Any:
        return "" if self.default else []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        if self.default:
            return lambda struct: struct.qos_names.get(struct.def_qos_id, "")
        texts = binding.function("texts")
        return lambda struct: [
            struct.qos_names[int(text)]
            for text in texts(struct.qos_list)
            if text.isdecimal() and int(text) in struct.qos_names
        ]

    def schema(self, version: int) -> dict[str, Any]:
        text = {"type": "string"}
        return text if self.default else {"type": "array", "items": text}
