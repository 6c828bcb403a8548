"""partitions: those of the partitions that one wants, and of them what one wants."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import Listing
from restd_inet.schema.list_answers import page
from restd_inet.schema.records.partition import PARTITION, STATE
from restd_inet.schema.versions import V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.slurm.results import Records


def load(call: Call) -> Records:
    return call.slurm.partitions(call.since)


def _states(call: Call) -> Callable[[Any], Any]:
    names = STATE.dump(V40, call.slurm)
    return lambda partition: names(partition.state_up)


PARTITIONS = Listing(
    PARTITION,
    "partitions",
    page,
    load=load,
    filters={
        "partition": (_filters.partition_names("name"), "Partitions by name"),
        "name": (_filters.globs("name"), "Names of partitions, with *, ? and [] as in the shell"),
        "state": (_filters.partition_states, "States, such as UP or DRAIN"),
        "node": (_filters.hosts("nodes", "node"), "Nodes, as host lists: the partitions that they are in"),
    },
    groups={"state": _states},
)
ROUTES = (
    PARTITIONS.route(
        "List the partitions that match filters",
        "Like sinfo: the partitions that you may see and that match every filter, in the order of names.",
    ),
)
