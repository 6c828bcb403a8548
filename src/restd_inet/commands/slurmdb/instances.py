"""instances: which nodes were instances of a cloud, and when."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurmdb._common import FORMAT, condition
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.schema.answers import Answer, list_v39
from restd_inet.schema.kinds.numbers import Moment
from restd_inet.schema.kinds.slurmdb import HostList, NameList, cluster, phrase
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.instance import INSTANCE
from restd_inet.schema.versions import V40
from restd_inet.slurm.slurmdbd.conditions import cluster_names

ANSWER = Answer(
    INSTANCE,
    "instances",
    {V40: list_v39},
    component="openapi_instances_resp",
    required=("instances",),
)


QUERY = Record(
    "query of instances",
    "",
    Field("cluster_list", NameList(cluster), "cluster", doc="Clusters, comma-separated."),
    Field("extra_list", NameList(phrase), "extra", doc="Extra texts of nodes, comma-separated."),
    FORMAT,
    Field("instance_id_list", NameList(phrase), "instance_id", doc="Ids of cloud instances."),
    Field(
        "instance_type_list",
        NameList(phrase),
        "instance_type",
        doc="Types of cloud instances, comma-separated.",
    ),
    Field("node_list", HostList(), doc="Nodes, as a host list."),
    Field(
        "time_end",
        Moment(0),
        doc="Instances that existed before this time (Unix time, or a time as sacct(1) takes it).",
    ),
    Field(
        "time_start",
        Moment(0),
        doc="Instances that existed after this time (Unix time, or a time as sacct(1) takes it).",
    ),
)


def get(call: Call) -> Result:
    call.slurm.capabilities.check("slurmdb_instances_get")
    where = condition(call, "slurmdb_instance_cond_t", **call.query)
    nodes = where.get("node_list")
    if nodes and not call.slurm.capabilities.has("instances unlock"):
        # Where clusters are named slurmdbd does not lock its own list of them, and cannot leave it locked.
        where["cluster_list"] = named = cluster_names(call.slurm, where)
        nodes = nodes if named else ""
    if not nodes:  # to slurmdbd an empty text is a list of no nodes, which is an error
        where.pop("node_list", None)
    records = call.slurm.db.get("slurmdb_instances_get", where)
    return or_not_found(call, records, "slurmdb_instances_get", "_dump_instance_cond")


ROUTES = (
    Route(
        "GET",
        "instances/",
        get,
        ANSWER,
        query=QUERY,
        since=V40,
        summary="List cloud instances",
        description="Like sacctmgr show instance.",
    ),
)
