"""user/{name}: one user."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurmdb._common import condition, or_not_modified, path_name, removed
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.commands.slurmdb.users import ANSWER, IMPLIED
from restd_inet.schema.answers import DONE
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V36, V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

QUERY = Record(
    "query",
    "",
    Field("with_deleted", BOOL, doc="Also if the user is deleted."),
    Field("with_assocs", BOOL, since=V39, doc="Include associations."),
    Field("with_coords", BOOL, since=V39, doc="Include the accounts that the user coordinates."),
    Field("with_wckeys", BOOL, since=V39, doc="Include WCKeys."),
)
REMOVED_OLD = removed("removed_users", "")
REMOVED = removed("removed_users", "", schema_of=DONE)


def get(call: Call) -> Result:
    return one(call, call.query)


def named(call: Call) -> dict[str, Any]:
    parameter = "user_name" if "user_name" in call.parameters else "name"
    return {"user_list": [path_name(call, parameter)]}


def one(call: Call, query: Mapping[str, Any]) -> Result:
    where = condition(call, "slurmdb_user_cond_t", assoc_cond=named(call), **query)
    return or_not_found(
        call, call.slurm.db.get("slurmdb_users_get", where), "slurmdb_users_get", "_dump_users"
    )


def delete(call: Call) -> Result:
    return or_not_modified(call.slurm.db.remove("slurmdb_users_remove", {"assoc_cond": named(call)}))


OLD, PATH = "user/{user_name}", "user/{name}"
ROUTES = (
    Route(
        "GET",
        OLD,
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        until=V39,
        implied=IMPLIED,
        summary="Show a user",
        description="Like sacctmgr show user.",
    ),
    Route(
        "GET",
        PATH,
        get,
        ANSWER,
        query=QUERY,
        since=V40,
        summary="Show a user",
        description="Like sacctmgr show user.",
    ),
    Route(
        "DELETE",
        OLD,
        delete,
        REMOVED_OLD,
        since=V36,
        until=V39,
        summary="Remove a user",
        description="Like sacctmgr delete user.",
    ),
    Route(
        "DELETE",
        PATH,
        delete,
        REMOVED,
        since=V40,
        summary="Remove a user",
        description="Like sacctmgr delete user.",
    ),
)
