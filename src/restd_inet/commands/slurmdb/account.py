"""account/{account_name}: one account."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurmdb._common import condition, or_not_modified, path_name, removed
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.commands.slurmdb.accounts import ANSWER, IMPLIED
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V36, V39, V40
from restd_inet.slurm.slurmdbd import ancestry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

QUERY = Record(
    "query",
    "",
    Field("with_assocs", BOOL, since=V39, doc="Include its associations."),
    Field("with_coords", BOOL, since=V39, doc="Include its coordinators."),
    Field("with_deleted", BOOL, doc="Also if it is deleted."),
)
REMOVED = removed(
    {V36: "removed_associations", V39: "removed_accounts"}, {V40: "openapi_accounts_removed_resp"}
)


def get(call: Call) -> Result:
    return one(call, call.query)


def one(call: Call, query: Mapping[str, Any]) -> Result:
    named = {"acct_list": [path_name(call, "account_name")]}
    where = condition(call, "slurmdb_account_cond_t", assoc_cond=named, **query)
    return or_not_found(
        call, call.slurm.db.get("slurmdb_accounts_get", where), "slurmdb_accounts_get", "_dump_accounts"
    )


def delete(call: Call) -> Result:
    slurm, named = call.slurm, {"acct_list": [path_name(call, "account_name")]}
    meant = [slurm.text(each.name) for each in slurm.db.get("slurmdb_accounts_get", {"assoc_cond": named})]
    ancestry.check_removal(slurm, meant, "slurmdb_accounts_remove")
    return or_not_modified(slurm.db.remove("slurmdb_accounts_remove", {"assoc_cond": named}))


PATH = "account/{account_name}"
ROUTES = (
    Route(
        "GET",
        PATH,
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        implied=IMPLIED,
        summary="Show an account",
        description="Like sacctmgr show account.",
    ),
    Route(
        "DELETE",
        PATH,
        delete,
        REMOVED,
        since=V36,
        summary="Remove an account",
        description="Like sacctmgr delete account.",
    ),
)
