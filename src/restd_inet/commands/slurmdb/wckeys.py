"""wckeys: the workload keys of users; POST adds those that are not there."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import CHANGED, FORMAT, USAGE_PERIOD, condition, list_body
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.commands.slurmdb.config import write_wckeys
from restd_inet.schema.answers import Answer, list_v39, meta_list
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.slurmdb import AttributeList, NameList, cluster, identifier, wckey
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.wckey import WCKEY
from restd_inet.schema.versions import V36, V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANSWER = Answer(
    WCKEY,
    "wckeys",
    {V36: meta_list, V39: list_v39},
    component={V36: "wckey_info", V40: "openapi_wckey_resp"},
    required=("wckeys",),
)


QUERY = Record(
    "query of wckeys",
    "",
    Field("cluster_list", NameList(cluster), "cluster", since=V39, doc="Clusters, comma-separated."),
    FORMAT,
    Field("id_list", NameList(identifier), "id", since=V39, doc="Ids, comma-separated."),
    Field("name_list", NameList(wckey), "name", since=V39, doc="Names, comma-separated."),
    Field("only_defs", BOOL, "only_defaults", since=V39, doc="Only default WCKeys of users."),
    *USAGE_PERIOD,
    Field("user_list", NameList(), "user", since=V39, doc="Users, comma-separated."),
    Field("with_usage", BOOL, since=V39, doc="Include usage."),
    Field("with_deleted", BOOL, since=V39, doc="Include deleted ones."),
)
BODY = list_body(Field("wckeys", AttributeList(WCKEY, "wckeys"), required=True), "")


def get(call: Call) -> Result:
    return listed(call, call.query)


def listed(call: Call, query: dict[str, Any]) -> Result:
    where = condition(call, "slurmdb_wckey_cond_t", **query)
    return or_not_found(
        call, call.slurm.db.get("slurmdb_wckeys_get", where), "slurmdb_wckeys_get", "_dump_wckeys"
    )


def post(call: Call) -> Result:
    write_wckeys(call)
    return Result()


ROUTES = (
    Route(
        "GET",
        "wckeys/",
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        implied={V36: {"with_deleted": 1}, V40: {}},
        summary="List workload characterization keys",
        description="Like sacctmgr show wckey.",
    ),
    Route(
        "POST",
        "wckeys/",
        post,
        CHANGED,
        query=QUERY,
        body=Body(BODY, schema_of=ANSWER),
        since=V36,
        summary="Add workload characterization keys",
        operation={V36: "add_wckeys", V40: ""},
        description="Like sacctmgr add user with WCKeys.",
    ),
)
