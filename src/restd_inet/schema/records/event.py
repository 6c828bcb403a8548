"""slurmdb_event_rec_t (slurmdb.h): a node or a cluster that was down, as `sacctmgr list event` shows it."""

from __future__ import annotations

from time import time

from restd_inet.schema.kinds.composite import StructKind
from restd_inet.schema.kinds.numbers import INT64, STAMP
from restd_inet.schema.kinds.slurmdb import Tres
from restd_inet.schema.kinds.strings import TEXT, Enum, Name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.node import STATES
from restd_inet.schema.records.tres import TRES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding


class State(StructKind):
    """The state of a node; of a cluster's event none."""

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        names, node = STATES.dump(version, binding), binding.constant("SLURMDB_EVENT_NODE")
        return lambda event: names(event.state) if event.event_type == node else []

    def schema(self, version: int) -> dict[str, Any]:
        return STATES.schema(version)


class Duration(StructKind):
    """Seconds from the start to the end, or until now."""

    empty = 0

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return lambda event: (event.period_end or int(time())) - event.period_start

    def schema(self, version: int) -> dict[str, Any]:
        return INT64.schema(version)


EVENT = Record(
    "event",
    "slurmdb_event_rec_t",
    Field("cluster", TEXT, doc="Name of the cluster."),
    Field(
        "event_type",
        Enum(("SLURMDB_EVENT_NODE", "NODE"), ("SLURMDB_EVENT_CLUSTER", "CLUSTER"), other="UNKNOWN"),
        doc="NODE: a node could not be used; CLUSTER: what the cluster had.",
    ),
    Field("node_name", TEXT, doc="Name of the node."),
    Field("cluster_nodes", TEXT, doc="Nodes of the cluster, as a host list."),
    Field("period_start", STAMP, "time.start", doc="When it began (Unix time)."),
    Field("period_end", STAMP, "time.end", doc="When it ended (Unix time); 0: it has not."),
    Field(None, Duration(), "time.duration", doc="How long it lasted, or has lasted, in seconds."),
    Field(None, State(), "state", doc="State of the node."),
    Field("reason", TEXT, doc="Reason of the state."),
    Field("reason_uid", Name("user_label", 32), "user", doc="Who gave the reason."),
    Field("tres_str", Tres(TRES), "tres", doc="Trackable resources."),
    component="restd_slurmdb_event",
    plural="restd_slurmdb_event_list",
    docs={"time": "Times."},
)
