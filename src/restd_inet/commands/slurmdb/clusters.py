"""clusters: the clusters of the database; POST adds those that are not there."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import CHANGED, condition, list_body
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.commands.slurmdb.config import write_clusters
from restd_inet.schema.answers import Answer, list_v39, meta_list
from restd_inet.schema.kinds.composite import Ignored
from restd_inet.schema.kinds.numbers import Moment
from restd_inet.schema.kinds.slurmdb import AttributeList
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.cluster import CLUSTER
from restd_inet.schema.versions import V36, V38, V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANSWER = Answer(
    CLUSTER,
    "clusters",
    {V36: meta_list, V39: list_v39},
    component={V36: "cluster_info", V39: "clusters_info", V40: "openapi_clusters_resp"},
    required=("clusters",),
)
#: slurmdbd does not say when a cluster changed.
QUERY = Record(
    "query of clusters",
    "",
    Field(
        "update_time",
        Ignored("", Moment()),
        since=V39,
        doc="Unix time; the answer is 304 if nothing has changed since then.",
    ),
)
BODY = list_body(
    Field("clusters", AttributeList(CLUSTER, "clusters"), required=True),
    {V38: "clusters_properties", V39: ""},
)


def get(call: Call) -> Result:
    return listed(call, **call.query)


def listed(call: Call, **members: Any) -> Result:
    where = condition(call, "slurmdb_cluster_cond_t", **members)
    return or_not_found(
        call, call.slurm.db.get("slurmdb_clusters_get", where), "slurmdb_clusters_get", "_dump_clusters"
    )


def post(call: Call) -> Result:
    write_clusters(call)
    return Result()


ROUTES = (
    Route(
        "GET",
        "clusters/",
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        implied={V36: {"with_deleted": 1}, V39: {}},
        summary="List clusters",
        description="Like sacctmgr show cluster.",
    ),
    Route(
        "POST",
        "clusters/",
        post,
        CHANGED,
        query=QUERY,
        body=Body(BODY, schema_of=ANSWER),
        since=V36,
        summary="Add clusters",
        operation={V36: "add_clusters", V40: ""},
        description="Like sacctmgr add cluster.",
    ),
)
