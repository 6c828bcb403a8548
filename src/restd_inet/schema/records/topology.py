"""A line of `scontrol show topology`: a switch, a block, a ring or a torus, and its nodes.

Each topology plugin has structs of its own; what is common to all releases is how libslurm prints them.
"""

from __future__ import annotations

from restd_inet.schema.kinds.composite import StructKind
from restd_inet.schema.kinds.numbers import INT32
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding, Kind

#: The first key of a line → the type of the unit.
TYPES = {
    "SwitchName": "switch",
    "BlockName": "block",
    "AggregatedBlock": "aggregated_block",
    "RingName": "ring",
    "TorusName": "torus",
}


class Printed(StructKind):
    """What stands behind one of some keys in a line, {key: text}."""

    def __init__(self, kind: Kind, *keys: str) -> None:
        self.kind = kind
        self.keys = keys
        self.empty = 0 if kind is INT32 else ""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        keys, empty = self.keys, self.empty

        def value(line: dict[str, str]) -> Any:
            found = next((line[key] for key in keys if key in line), None)
            if found is None:
                return empty
            return int(found) if empty == 0 and found.isdecimal() else found

        return value

    def schema(self, version: int) -> dict[str, Any]:
        return self.kind.schema(version)


class Type(StructKind):
    """What a line is of."""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return lambda line: TYPES.get(next(iter(line), ""), "unknown")

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string", "enum": [*TYPES.values(), "unknown"]}


UNIT = Record(
    "unit of a topology",
    "",
    Field(None, Type(), "type", doc="The type of the unit."),
    Field(None, Printed(TEXT, *TYPES), "name", doc="Name."),
    Field(None, Printed(INT32, "Level"), "level", doc="Level of a switch; 0: it has nodes."),
    Field(None, Printed(INT32, "LinkSpeed"), "link_speed", doc="Speed of a switch, in arbitrary units."),
    Field(None, Printed(TEXT, "Nodes"), "nodes", doc="Nodes, as a host list."),
    Field(None, Printed(TEXT, "Switches"), "switches", doc="Switches below this one, as a host list."),
    Field(None, Printed(INT32, "BlockIndex"), "block_index", doc="Index of a block."),
    Field(None, Printed(INT32, "BlockSize", "RingSize"), "size", doc="Nodes of a block or a ring."),
    Field(None, Printed(TEXT, "Dims", "PlacementDims"), "dims", doc="Dimensions of a torus or a placement."),
    Field(None, Printed(INT32, "Anchors"), "anchors", doc="Where a placement may begin."),
    component="restd_topology_unit",
    plural="restd_topology",
)
