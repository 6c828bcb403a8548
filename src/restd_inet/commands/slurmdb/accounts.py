"""accounts: the accounts of the database, and changes of them."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import (
    CHANGED,
    at_place,
    change,
    condition,
    entries,
    list_body,
    required,
)
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.schema.answers import Answer, list_v39, meta_list
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.slurmdb import AttributeList, NameList, phrase
from restd_inet.schema.kinds.values import StructList
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.account import ACCOUNT
from restd_inet.schema.versions import V36, V38, V39, V40, V41

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


ANSWER = Answer(
    ACCOUNT,
    "accounts",
    {V36: meta_list, V39: list_v39},
    component={V36: "account_info", V40: "openapi_accounts_resp"},
    required=("accounts",),
)
QUERY = Record(
    "query",
    "",
    Field(
        "description_list", NameList(phrase), "description", since=V39, doc="Descriptions, comma-separated."
    ),
    Field(
        "with_assocs", BOOL, "with_assocs", {V41: "WithAssociations"}, since=V39, doc="Include associations."
    ),
    Field(
        "with_coords", BOOL, "with_coords", {V41: "WithCoordinators"}, since=V39, doc="Include coordinators."
    ),
    Field("with_deleted", BOOL, "with_deleted", {V41: "DELETED"}, doc="Include deleted ones."),
    Field(
        "no_users_are_coords",
        BOOL,
        "NoUsersAreCoords",
        since=V41,
        doc="Accounts with the flag NoUsersAreCoords.",
    ),
    Field(
        "users_are_coords",
        BOOL,
        "UsersAreCoords",
        since=V41,
        doc="Accounts whose users are coordinators (UsersAreCoords).",
    ),
)
BODY = list_body(
    Field("accounts", AttributeList(ACCOUNT, "accounts"), required=True),
    {V38: "update_account", V39: ""},
)


_WHOLE = {"with_assocs": 1, "with_coords": 1}
#: Up to v0.0.39 associations and coordinators are always there, up to v0.0.37 deleted accounts too.
IMPLIED = {V36: {"with_deleted": 1, **_WHOLE}, V38: _WHOLE, V40: {}}


def get(call: Call) -> Result:
    return listed(call, call.query)


def listed(call: Call, query: Mapping[str, Any]) -> Result:
    where = condition(call, "slurmdb_account_cond_t", **query)
    return or_not_found(
        call, call.slurm.db.get("slurmdb_accounts_get", where), "slurmdb_accounts_get", "_dump_accounts"
    )


def post(call: Call) -> Result:
    write(call, call.body)
    return Result()


def write(call: Call, body: Mapping[str, Any]) -> None:
    """Adds accounts, or changes what is said of those that exist."""
    for members, path in entries(body, "accounts"):
        required(members, "name", "name", path)
        with at_place(path):
            _write_one(call, members)


def _write_one(call: Call, members: dict[str, Any]) -> None:
    db, name = call.slurm.db, members["name"]
    coordinators: StructList | None = members.pop("coordinators", None)
    where = {"acct_list": [name]}
    found_ones = condition(call, "slurmdb_account_cond_t", assoc_cond=where, with_coords=1)
    old = db.get("slurmdb_accounts_get", found_ones)
    said = {member: members[member] for member in ("description", "organization") if members.get(member)}
    if not len(old):
        # As sacctmgr(1) describes an account of which nothing is said.
        db.add("slurmdb_accounts_add", [{"description": name, "organization": name, **said, "name": name}])
    else:
        change(call, "slurmdb_accounts_modify", {"assoc_cond": where}, said)
    if coordinators is not None:
        wanted = [coordinator["name"] for coordinator in coordinators.items if coordinator.get("name")]
        _coordinate(call, name, wanted, next(iter(old), None))


def _coordinate(call: Call, account: str, wanted: list[str], old: Any) -> None:
    """Gives an account these coordinators; those of its parents are not its own."""
    slurm = call.slurm
    own = [
        slurm.text(coordinator.name) or ""
        for coordinator in (slurm.items(old.coordinators, "slurmdb_coord_rec_t *") if old is not None else ())
        if coordinator.direct
    ]
    known = {name.lower() for name in own}
    coordinators(call, [account], [name for name in wanted if name.lower() not in known])
    kept = {name.lower() for name in wanted}
    superfluous = [name for name in own if name.lower() not in kept]
    if superfluous:
        slurm.db.remove_coordinators([account], superfluous)


def coordinators(call: Call, accounts: list[str], users: list[str]) -> None:
    """Makes users coordinators of accounts."""
    if accounts and users:
        call.slurm.db.add_coordinators(accounts, users)


ROUTES = (
    Route(
        "GET",
        "accounts/",
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        implied=IMPLIED,
        summary="List accounts",
        description="Like sacctmgr show account.",
    ),
    Route(
        "POST",
        "accounts/",
        post,
        CHANGED,
        body=Body(BODY, schema_of=ANSWER),
        since=V36,
        summary="Add or change accounts",
        operation={V36: "update_account", V39: ""},
        description=(
            "Like sacctmgr add account and sacctmgr modify account. An account can be used once it has "
            "an association with a cluster."
        ),
    ),
)
