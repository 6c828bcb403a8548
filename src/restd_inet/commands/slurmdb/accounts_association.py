"""accounts_association: accounts and their associations on clusters, added in one."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import Text, added
from restd_inet.schema.kinds.composite import Object
from restd_inet.schema.kinds.slurmdb import DbText, NameList, cluster
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association_set import ASSOCIATION_SET
from restd_inet.schema.versions import V40, V44

ADDED = added("added_accounts", "openapi_accounts_add_cond_resp_str")
SHORT = Record(
    "account, short",
    "slurmdb_account_rec_t",
    Field("description", DbText(), doc="Description of new accounts."),
    Field("organization", DbText(), doc="Organization of new accounts."),
    component="account_short",
)
CONDITION = Record(
    "accounts to be",
    "slurmdb_add_assoc_cond_t",
    Field("acct_list", NameList(), "accounts", required=True, doc="Accounts: a list, or comma-separated."),
    Field("assoc", Object(ASSOCIATION_SET), "association", doc="Limits of the associations."),
    Field("cluster_list", NameList(cluster), "clusters", doc="Clusters: a list, or comma-separated."),
    component="accounts_add_cond",
)
BODY = Record(
    "accounts and associations",
    "",
    Field(
        "add_assoc", Object(CONDITION), "association_condition", required=V44, doc="The association to add."
    ),
    Field("acct", Object(SHORT), "account", doc="Properties of the accounts."),
    component="openapi_accounts_add_cond_resp",
)


def post(call: Call) -> Result:
    """As `sacctmgr add account` does it."""
    text = call.slurm.db.add_accounts(call.body.get("add_assoc"), call.body.get("acct") or {})
    return Result([Text(text)])


ROUTES = (
    Route(
        "POST",
        "accounts_association/",
        post,
        ADDED,
        body=Body(BODY),
        since=V40,
        summary="Add accounts to clusters",
        description="Like sacctmgr add account: adds the accounts that do not exist, and their associations.",
    ),
)
