"""wckey/{id}: a workload key by its number, or all of a name; up to v0.0.39 wckey/{wckey}."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurmdb._common import path_name, removed
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.commands.slurmdb.wckeys import ANSWER
from restd_inet.schema.kinds.slurmdb import wckey
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.versions import V36, V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.slurmdbd.connection import Items

REMOVED = removed("deleted_wckeys", {V40: "openapi_wckey_removed_resp"})


def get(call: Call) -> Result:
    return or_not_found(call, _found(call)[1], "slurmdb_wckeys_get", "_dump_wckeys")


def delete(call: Call) -> Result:
    where, records = _found(call)
    if len(records):
        return Result(call.slurm.db.remove("slurmdb_wckeys_remove", where))
    return or_not_found(call, records, "slurmdb_wckeys_remove", "_delete_wckey")


def _found(call: Call) -> tuple[dict[str, Any], Items]:
    """The condition that finds it, and what it finds. A number may be a name, too."""
    text = path_name(call, "id" if "id" in call.parameters else "wckey", wckey)
    names: dict[str, Any] = {"name_list": [text], **call.query}
    if text.isdecimal() and text.isascii() and int(text) < NO_VAL[32]:
        where = {"id_list": [str(int(text))], **call.query}
        records = call.slurm.db.get("slurmdb_wckeys_get", where)
        if len(records):
            return where, records
    return names, call.slurm.db.get("slurmdb_wckeys_get", names)


OLD, PATH = "wckey/{wckey}", "wckey/{id}"
ROUTES = (
    Route(
        "GET",
        OLD,
        get,
        ANSWER,
        since=V36,
        until=V39,
        implied={V36: {"with_deleted": 1}},
        summary="Show a workload characterization key",
        description="Like sacctmgr show wckey.",
    ),
    Route(
        "DELETE",
        OLD,
        delete,
        REMOVED,
        since=V36,
        until=V39,
        summary="Remove a workload characterization key",
        description="Like sacctmgr delete user with a WCKey.",
    ),
    Route(
        "GET",
        PATH,
        get,
        ANSWER,
        since=V40,
        summary="Show a workload characterization key",
        description="Like sacctmgr show wckey.",
    ),
    Route(
        "DELETE",
        PATH,
        delete,
        REMOVED,
        since=V40,
        summary="Remove a workload characterization key",
        description="Like sacctmgr delete user with a WCKey.",
    ),
)
