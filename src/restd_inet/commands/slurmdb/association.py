"""association: the one association that a query asks for."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurmdb._common import or_not_modified
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.commands.slurmdb.associations import ANSWER, QUERY, REMOVED, remove, wanted
from restd_inet.commands.slurmdb.associations import get as get_all
from restd_inet.problems import Problem
from restd_inet.schema.versions import V36, V37, V38


def get(call: Call) -> Result:
    records = call.slurm.db.get("slurmdb_associations_get", wanted(call))
    if len(records) > 1:
        raise ambiguous(call, len(records), "ESLURM_DATA_AMBIGUOUS_QUERY")
    return or_not_found(call, records, "slurmdb_associations_get", "_dump_assoc_cond")


def delete(call: Call) -> Result:
    names = remove(call)
    if len(names) > 1:
        raise ambiguous(call, len(names), "ESLURM_DATA_AMBIGUOUS_MODIFY")
    return or_not_modified(names)


def ambiguous(call: Call, count: int, error: str) -> Problem:
    """The query finds more than one: nothing is shown, nothing is removed."""
    known = error if call.slurm.capabilities.has(error) else "ESLURM_REST_INVALID_QUERY"
    text = f"ambiguous request: {count} associations match; expected one, or ask for associations"
    return call.slurm.refusal(422, known, text, "slurmdb_associations_get")


ROUTES = (
    Route(
        "GET",
        "association/",
        get_all,
        ANSWER,
        query=QUERY,
        since=V36,
        until=V37,
        summary="List associations",
        description="Like sacctmgr show association.",
    ),
    Route(
        "GET",
        "association/",
        get,
        ANSWER,
        query=QUERY,
        since=V38,
        summary="Show the one association that matches",
        description="Like sacctmgr show association.",
    ),
    Route(
        "DELETE",
        "association/",
        delete,
        REMOVED,
        query=QUERY,
        since=V36,
        summary="Remove the one association that matches",
        description=(
            "Like sacctmgr delete user and sacctmgr delete account. At least one condition is required."
        ),
    ),
)
