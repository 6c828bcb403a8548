"""nodes: those of the nodes that one wants, and of them what one wants."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import Listing
from restd_inet.schema.list_answers import page
from restd_inet.schema.records.node import NODE, STATES
from restd_inet.schema.versions import V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.slurm.results import Records


def load(call: Call) -> Records:
    return call.slurm.nodes(call.since)


def _states(call: Call) -> Callable[[Any], Any]:
    """The state without its flags, so that each node is in one group."""
    names = STATES.dump(V40, call.slurm)
    return lambda node: names(node.node_state)[:1]


NODES = Listing(
    NODE,
    "nodes",
    page,
    load=load,
    filters={
        "node": (_filters.hosts("name", "node"), "Nodes, as host lists"),
        "partition": (_filters.partition_names("partitions"), "Partitions that they are in"),
        "state": (_filters.node_states, "States, such as IDLE, DRAIN or drained"),
        "feature": (_filters.listed("features"), "Features that they can have"),
        "reservation": (_filters.listed("resv_name", "node_info_t"), "Reservations that they are in now"),
    },
    groups={"state": _states, "partition": _filters.names("partitions")},
)
ROUTES = (
    NODES.route(
        "List the nodes that match filters",
        "Like sinfo --Node: the nodes that match every filter, in the order of their names. A node is "
        "counted in each of its partitions.",
    ),
)
