"""events: when nodes and clusters could not be used, as `sacctmgr list event` shows it."""

from __future__ import annotations

from time import time

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._names import check_past
from restd_inet.commands.restd._tables import Table
from restd_inet.commands.restd._times import ALL_TIME, day, given, period
from restd_inet.schema.kinds.lists import OneOf, Words
from restd_inet.schema.kinds.numbers import BOOL, INT32
from restd_inet.schema.kinds.slurmdb import HostList, NameList, cluster, phrase
from restd_inet.schema.kinds.strings import named
from restd_inet.schema.record import Field
from restd_inet.schema.records.event import EVENT
from restd_inet.schema.records.node import BASE_ROWS, FLAG_ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

TYPES = {"node": "SLURMDB_EVENT_NODE", "cluster": "SLURMDB_EVENT_CLUSTER"}
#: What sacctmgr has beside the names of documents.
_ALIASES = {"maint": "maintenance", "reboot": "reboot_requested", "reboot^": "reboot_issued", "mix": "mixed"}
PARAMETERS = (
    Field(
        "cluster_list", NameList(cluster), "cluster", doc="Clusters, comma-separated; by default this one."
    ),
    Field("all_clusters", BOOL, doc="Events of all clusters."),
    Field("event_type", OneOf(*TYPES), "type", doc="Only events of nodes, or of clusters."),
    Field("node_list", HostList(), "node", doc="Nodes, as a host list."),
    Field("state", Words(), doc="States of nodes, comma-separated, such as DOWN or DRAIN."),
    Field("reason_list", NameList(phrase), "reason", doc="Reasons, comma-separated."),
    Field("user", Words(), doc='Who gave the reason: names or uids, comma-separated; "me" for yourself.'),
    Field("cpus_min", INT32, doc="Smallest number of CPUs."),
    Field("cpus_max", INT32, doc="Largest number of CPUs."),
    Field("open", BOOL, doc="Only events that have not ended."),
    *period(
        "period_start",
        "period_end",
        "By default the last midnight but one; with state= now.",
        "By default now.",
    ),
    ALL_TIME,
)
_AS_THEY_ARE = (
    "cluster_list",
    "node_list",
    "reason_list",
    "cpus_min",
    "cpus_max",
    "period_start",
    "period_end",
)


def find(call: Call) -> Iterable[Any]:
    return call.slurm.db.get("slurmdb_events_get", condition(call))


def condition(call: Call) -> dict[str, Any]:
    """slurmdb_event_cond_t, with sacctmgr's defaults."""
    query, slurm = call.query, call.slurm
    where = given(call, *_AS_THEY_ARE)
    check_past(call, cluster=where.get("cluster_list", ()))
    if not query.get("all_clusters"):
        where.setdefault("cluster_list", [slurm.cluster_name])
    if "event_type" in query:
        where["event_type"] = slurm.bits([TYPES[query["event_type"]]])
    if "state" in query:
        where["state_list"] = [str(number) for number in states(call, query["state"])]
    if "user" in query:
        where["reason_uid_list"] = [str(uid) for uid in sorted(_filters.uids(call, query["user"]))]
    if "state" in query or "user" in query:
        where["event_type"] = slurm.bits([TYPES["node"]])
    if query.get("open"):
        where["cond_flags"] = slurm.bits(["SLURMDB_EVENT_COND_OPEN"])
    if not query.get("all_time"):
        where.setdefault("period_start", int(time()) if "state" in query else day(-1))
    return where


def states(call: Call, words: list[str]) -> list[int]:
    """States of nodes as numbers. Raises Problem 400."""
    rows = {**named(BASE_ROWS), **named(FLAG_ROWS)}
    found = []
    for word in words:
        name = rows.get(_ALIASES.get(word.lower(), word.lower()))
        if name is None:
            known = (*rows, *_ALIASES)
            raise _filters.unknown("state", word, known, "the state of a node, such as DOWN or DRAIN")
        found.append(call.slurm.bits([name]))
    return found


EVENTS = Table(EVENT, "events", find, *PARAMETERS)
ROUTES = (
    EVENTS.route(
        "events",
        "List events of nodes and clusters",
        "Like sacctmgr list event: when nodes could not be used, and what clusters had.",
    ),
)
