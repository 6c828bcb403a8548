"""cluster/{cluster_name}: one cluster of the database."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurmdb._common import (
    FORMAT,
    USAGE_PERIOD,
    condition,
    or_not_modified,
    path_name,
    removed,
)
from restd_inet.commands.slurmdb.clusters import ANSWER, listed
from restd_inet.schema.kinds.composite import Ignored
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.slurmdb import NameList, cluster, identifier
from restd_inet.schema.kinds.strings import TEXT, Enum
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.cluster import FLAGS
from restd_inet.schema.versions import V36, V39, V40, V42

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REMOVED = removed("deleted_clusters", {V40: "openapi_clusters_removed_resp"})
CLASSES = Enum(
    ("SLURMDB_CLASS_NONE", "UNCLASSIFIED"),
    ("SLURMDB_CLASS_CAPABILITY", "CAPABILITY"),
    ("SLURMDB_CLASS_CAPACITY", "CAPACITY"),
    ("SLURMDB_CLASS_CAPAPACITY", {V39: "CAPAPACITY (both CAPABILITY and CAPACITY)", V42: "CAPAPACITY"}),
)
QUERY = Record(
    "query of a cluster",
    "",
    Field("classification", CLASSES, since=V39, doc="Classification."),
    Field(
        None,
        Ignored("the path names the cluster", TEXT),
        "cluster",
        since=V39,
        doc="Clusters, comma-separated.",
    ),
    Field("federation_list", NameList(), "federation", since=V39, doc="Federations, comma-separated."),
    Field("flags", FLAGS, since=V39, doc="Flags that the clusters must have."),
    FORMAT,
    Field("rpc_version_list", NameList(identifier), "rpc_version", since=V39, doc="Protocol versions."),
    *USAGE_PERIOD,
    Field("with_deleted", BOOL, since=V39, doc="Also if it is deleted."),
    Field("with_usage", BOOL, since=V39, doc="Include usage."),
)


def get(call: Call) -> Result:
    return listed(call, **_wanted(call))


def delete(call: Call) -> Result:
    return or_not_modified(
        call.slurm.db.remove(
            "slurmdb_clusters_remove", condition(call, "slurmdb_cluster_cond_t", **_wanted(call))
        )
    )


def _wanted(call: Call) -> dict[str, Any]:
    return {**call.query, "cluster_list": [path_name(call, "cluster_name", cluster)]}


PATH = "cluster/{cluster_name}"
ROUTES = (
    Route(
        "GET",
        PATH,
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        implied={V36: {"with_deleted": 1}, V40: {}},
        summary="Show a cluster",
        description="Like sacctmgr show cluster.",
    ),
    Route(
        "DELETE",
        PATH,
        delete,
        REMOVED,
        query=QUERY,
        since=V36,
        summary="Remove a cluster",
        description="Like sacctmgr delete cluster.",
    ),
)
