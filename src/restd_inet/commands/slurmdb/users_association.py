"""users_association: users and their associations on clusters, added in one."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import Text, added
from restd_inet.schema.kinds.composite import Object
from restd_inet.schema.kinds.slurmdb import DbText, NameList, PlainNumber, cluster, name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association_set import ASSOCIATION_SET
from restd_inet.schema.records.user import LEVEL
from restd_inet.schema.versions import V40, V44

ADDED = added("added_users", "openapi_users_add_cond_resp_str")
SHORT = Record(
    "user, short",
    "slurmdb_user_rec_t",
    Field("admin_level", LEVEL, "adminlevel", doc="Administrator level."),
    Field("def_qos_id", PlainNumber(), "defaultqos", since=V44, doc="Number of the default QOS."),
    Field("default_acct", DbText(name), "defaultaccount", doc="Default account."),
    Field("default_wckey", DbText(name), "defaultwckey", doc="Default WCKey."),
    component="user_short",
)
CONDITION = Record(
    "users to be",
    "slurmdb_add_assoc_cond_t",
    Field("acct_list", NameList(), "accounts", doc="Accounts: a list, or comma-separated."),
    Field("assoc", Object(ASSOCIATION_SET), "association", doc="Limits of the associations."),
    Field("cluster_list", NameList(cluster), "clusters", doc="Clusters: a list, or comma-separated."),
    Field("partition_list", NameList(), "partitions", doc="Partitions: a list, or comma-separated."),
    Field("user_list", NameList(), "users", required=True, doc="Users: a list, or comma-separated."),
    Field("wckey_list", NameList(), "wckeys", doc="WCKeys: a list, or comma-separated."),
    component="users_add_cond",
)
BODY = Record(
    "users and associations",
    "",
    Field(
        "add_assoc", Object(CONDITION), "association_condition", required=True, doc="The association to add."
    ),
    Field("user", Object(SHORT), required=True, doc="Properties of the users."),
    component="openapi_users_add_cond_resp",
)


def post(call: Call) -> Result:
    """As `sacctmgr add user` does it."""
    text = call.slurm.db.add_users(call.body.get("add_assoc"), call.body.get("user") or {})
    return Result([Text(text)])


ROUTES = (
    Route(
        "POST",
        "users_association/",
        post,
        ADDED,
        body=Body(BODY),
        since=V40,
        summary="Add users to accounts",
        description="Like sacctmgr add user: adds the users that do not exist, and their associations.",
    ),
)
