"""Kinds that records about slurmdbd itself have."""

from __future__ import annotations

from restd_inet.schema.kinds.base import Component, Kind, object_of
from restd_inet.schema.kinds.numbers import number_schema
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.versions import V46

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding


class Element(Kind):
    """One of the numbers of a member that is an array of a fixed length. bits: the width of each."""

    empty = 0

    def __init__(self, index: int, bits: int) -> None:
        self.index = index
        self.bits = bits

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        index = self.index
        return lambda x: x[index]

    def schema(self, version: int) -> dict[str, Any]:
        return number_schema(self.bits, version)


class LogLevel(Kind):
    """How much is logged (slurmdbd.conf(5), DebugLevel); "" where nothing is said."""

    empty = ""
    NAMES = ("quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5")

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        names = self.NAMES if version < V46 else (*self.NAMES, "default")
        return lambda x: names[x] if x < len(names) else ""

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class Purge(Kind):
    """After how long records are purged (slurmdb.h: SLURMDB_PURGE_*)."""

    UNITS = (("hours", 0x10000), ("days", 0x20000), ("months", 0x40000))
    ARCHIVE = 0x80000

    def empty_at(self, version: int) -> Any:
        return self.units(NO_VAL[32])

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return self.units

    def units(self, x: int) -> dict[str, Any]:
        known = x != NO_VAL[32]
        counts = {name: x & 0xFFFF if known and x & bit else 0 for name, bit in self.UNITS}
        return {"set": known, **counts, "archive": known and bool(x & self.ARCHIVE)}

    def schema(self, version: int) -> dict[str, Any]:
        count, truth = number_schema(32, version), {"type": "boolean"}
        parts = object_of(
            set=(truth, "Whether records are purged."),
            hours=(count, "Hours after which they are."),
            days=(count, "Days after which they are."),
            months=(count, "Months after which they are."),
            archive=(truth, "Whether purged records are archived."),
        )
        return Component("slurmdb_purge_units", parts)
