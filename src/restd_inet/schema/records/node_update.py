"""update_node_msg_t (slurm.h): what of nodes is to change, as `scontrol update nodename=` changes it."""

from __future__ import annotations

from restd_inet.schema.kinds.base import Kind
from restd_inet.schema.kinds.numbers import INT32, U32, Optional
from restd_inet.schema.kinds.strings import TEXT, WORDS, Flags, Words, named
from restd_inet.schema.kinds.values import NO_VAL, PLAIN, Deferred, Invalid, spells_number
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.node import STATES
from restd_inet.schema.versions import V43, V45

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class NewState(Flags):
    """The states that nodes are to have; of those that exclude each other no more than one.

    An empty list changes nothing.
    """

    def __init__(self) -> None:
        super().__init__(*STATES.rows, base=STATES.base)

    def parse(self, value: Any) -> Any:
        found = super().parse(value)
        bases = frozenset(named(STATES.base.rows if STATES.base else ()).values())
        if len(found & bases) > 1:
            raise Invalid(f"these states exclude each other: {', '.join(sorted(found & bases))}")
        return found or NO_VAL[32]

    def schema(self, version: int) -> dict[str, Any]:
        return STATES.schema(version)


class UserId(Kind):
    """A user by name or number."""

    def parse(self, value: Any) -> Any:
        if isinstance(value, str) and not spells_number(value):
            return Deferred("user_id", value)
        return INT32.parse(value)

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class Binding(Optional):
    """CPU_BIND_* of slurm.h: one kind of binding, and CPU_BIND_VERBOSE.

    slurmctld writes the names of all bits into a room that is too small for many.
    """

    def parse(self, value: Any) -> Any:
        given = super().parse(value)
        if isinstance(given, int) and given.bit_count() > 2:
            raise Invalid(f"expected the number of one kind of binding, found {given}")
        return given


HOSTS = Words("hostlist_string")

NODE_UPDATE = Record(
    "update of nodes",
    "update_node_msg_t",
    Field("comment", TEXT, doc="Arbitrary text."),
    Field("cpu_bind", Binding(32, style=PLAIN), doc="Default binding of tasks to CPUs."),
    Field("extra", TEXT, doc="Arbitrary text by which jobs can select nodes."),
    Field("features", WORDS, doc="Available features."),
    Field("features_act", WORDS, doc="Active features."),
    Field("gres", TEXT, doc="The generic resources."),
    Field("node_addr", HOSTS, "address", doc="Addresses of the nodes (NodeAddr)."),
    Field("node_hostname", HOSTS, "hostname", doc="Host names of the nodes (NodeHostname)."),
    Field("node_names", HOSTS, "name", doc="The nodes to change."),
    Field("node_state", NewState(), "state", doc="New state of the nodes."),
    Field("reason", TEXT, doc="Reason why the nodes are down or drained."),
    Field(
        "reason_uid",
        UserId(),
        until=V45,
        doc="User who sets the reason; Slurm records the user of the request, whoever is named.",
    ),
    Field("resume_after", U32, doc="Seconds after which a node that is down or drained is resumed."),
    Field("topology_str", TEXT, since=V43, doc="Place of the nodes in the topology."),
    Field("weight", U32, doc="Scheduling weight; nodes with less weight are allocated first."),
    component="update_node_msg",
)
