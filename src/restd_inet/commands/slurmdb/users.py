"""users: the users of the database, and changes of them."""

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
from restd_inet.commands.slurmdb.accounts import coordinators
from restd_inet.problems import Problem, quoted
from restd_inet.schema.answers import Answer, list_v39, meta_list
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.slurmdb import AttributeList, NameList, wckey
from restd_inet.schema.kinds.values import StructList
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.user import LEVEL, USER
from restd_inet.schema.versions import V36, V38, V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

ANSWER = Answer(
    USER,
    "users",
    {V36: meta_list, V39: list_v39},
    component={V36: "user_info", V40: "openapi_users_resp"},
    required=("users",),
)
QUERY = Record(
    "query",
    "",
    Field("admin_level", LEVEL, since=V39, doc="Administrator level."),
    Field(
        "def_acct_list", NameList(), "default_account", since=V39, doc="Default accounts, comma-separated."
    ),
    Field(
        "def_wckey_list", NameList(wckey), "default_wckey", since=V39, doc="Default WCKeys, comma-separated."
    ),
    Field("with_assocs", BOOL, since=V39, doc="Include associations."),
    Field("with_coords", BOOL, since=V39, doc="Include the accounts that they coordinate."),
    Field("with_deleted", BOOL, doc="Include deleted ones."),
    Field("with_wckeys", BOOL, since=V39, doc="Include WCKeys."),
    Field("without_defaults", BOOL, since=V39, doc="Omit default account and WCKey."),
)
BODY = list_body(
    Field("users", AttributeList(USER, "users"), required=True),
    {V38: "update_users", V40: ""},
)
_WHOLE = {"with_assocs": 1, "with_coords": 1, "with_wckeys": 1}
#: Up to v0.0.39 all of a user is always there, up to v0.0.37 deleted users too.
IMPLIED = {V36: {"with_deleted": 1, **_WHOLE}, V38: _WHOLE, V40: {}}


def get(call: Call) -> Result:
    return listed(call, call.query)


def listed(call: Call, query: Mapping[str, Any]) -> Result:
    where = condition(call, "slurmdb_user_cond_t", **query)
    return or_not_found(
        call, call.slurm.db.get("slurmdb_users_get", where), "slurmdb_users_get", "_dump_users"
    )


def post(call: Call) -> Result:
    write(call, call.body)
    return Result()


def write(call: Call, body: Mapping[str, Any]) -> None:
    """Adds users, or changes what is said of those that exist."""
    for members, path in entries(body, "users"):
        required(members, "name", "name", path)
        with at_place(path):
            _write_one(call, members)


def _write_one(call: Call, members: dict[str, Any]) -> None:
    db, name = call.slurm.db, members["name"]
    associations: StructList | None = members.pop("assoc_list", None)
    coordinated: StructList | None = members.pop("coord_accts", None)
    old_name = members.pop("old_name", "")
    # An empty text and the QOS 0 say nothing, and may be of a newer release's structs.
    members = {member: value for member, value in members.items() if value not in ("", 0)}
    if old_name and old_name != name:
        _rename(call, old_name, name)
    said = {member: value for member, value in members.items() if member != "name"}
    given: StructList | None = said.pop("wckey_list", None)
    keys = [_key(call, members)] if "default_wckey" in said else []
    keys += [{**key, "user": name} for key in (given.items if given else ()) if key not in keys]
    if not _exists(call, name):
        listed = {"wckey_list": StructList("slurmdb_wckey_rec_t", keys)} if keys else {}
        db.add("slurmdb_users_add", [{**said, **listed, "name": name}])
    else:
        said = _news(call, name, said)
        _check_default(call, name, said.get("default_acct"))
        for key in keys:
            _add_key(call, key)
        change(call, "slurmdb_users_modify", {"assoc_cond": {"user_list": [name]}}, said)
    if associations is not None:
        _associate(call, name, members.get("default_acct", ""), associations)
    if coordinated is not None:
        accounts = [each["name"] for each in coordinated.items if each.get("direct", 1) and each.get("name")]
        coordinators(call, accounts, [name])


def _exists(call: Call, name: str) -> bool:
    where = {"assoc_cond": {"user_list": [name]}}
    return len(call.slurm.db.get("slurmdb_users_get", where)) > 0


def _news(call: Call, name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said without the defaults that a user has already.

    slurmdbd keeps "*key" beside the default WCKey "key", and makes both the default when it is set again.
    """
    where = {"assoc_cond": {"user_list": [name]}, "with_wckeys": 1}
    news = dict(said)
    for user in call.slurm.db.get("slurmdb_users_get", where):
        for member in ("default_acct", "default_wckey"):
            if news.get(member) == call.slurm.text(getattr(user, member)):
                news.pop(member, None)
    return news


def _rename(call: Call, old: str, new: str) -> None:
    for name, wanted in ((old, True), (new, False)):
        if _exists(call, name) is not wanted:
            text = (
                f"there is no user {quoted(old)} to rename"
                if wanted
                else f"there is a user {quoted(new)} already"
            )
            raise Problem(404 if wanted else 409, text)
    call.slurm.db.modify("slurmdb_users_modify", {"assoc_cond": {"user_list": [old]}}, {"name": new})


def _check_default(call: Call, name: str, account: str | None) -> None:
    """Raises Problem 404 for a default account that a user is not in: slurmdbd passes over it.

    A user who is in none yet will be in the first that is added.
    """
    get, everywhere = call.slurm.db.get, {"user_list": [name]}
    if not account or len(get("slurmdb_associations_get", {**everywhere, "acct_list": [account]})):
        return
    if len(get("slurmdb_associations_get", everywhere)):
        text = f"{quoted(name)} is not in the account {quoted(account)}, which is to be the default"
        raise call.slurm.missing("ESLURM_INVALID_ACCOUNT", text, "slurmdb_users_modify")


def _key(call: Call, members: Mapping[str, Any]) -> dict[str, Any]:
    """The WCKey that is to be a user's default on this cluster."""
    cluster = call.slurm.cluster_name
    return {"name": members["default_wckey"], "user": members["name"], "cluster": cluster, "is_def": 1}


def _add_key(call: Call, key: Mapping[str, Any]) -> None:
    """Adds it, if it is not there: slurmdbd passes over one that is not."""
    where = {"name_list": [key["name"]], "cluster_list": [key["cluster"]], "user_list": [key["user"]]}
    if not len(call.slurm.db.get("slurmdb_wckeys_get", where)):
        call.slurm.db.add("slurmdb_wckeys_add", [{**key, "is_def": 0}])


def _associate(call: Call, user: str, default: str, associations: StructList) -> None:
    """Adds the associations that a user does not have yet; its default account's are its default."""
    db = call.slurm.db
    for given in associations.items:
        cluster = given.get("cluster") or call.slurm.cluster_name
        account, partition = given.get("acct", ""), given.get("partition", "")
        lists = {
            "acct_list": account,
            "cluster_list": cluster,
            "partition_list": partition,
            "user_list": user,
        }
        if len(db.get("slurmdb_associations_get", {member: [value] for member, value in lists.items()})):
            continue
        new = {"acct": account, "cluster": cluster, "user": user}
        if partition:
            new["partition"] = partition
        if account == default:
            new["is_def"] = 1
        db.add("slurmdb_associations_add", [new])


ROUTES = (
    Route(
        "GET",
        "users/",
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        implied=IMPLIED,
        summary="List users",
        description="Like sacctmgr show user.",
    ),
    Route(
        "POST",
        "users/",
        post,
        CHANGED,
        body=Body(BODY, schema_of=ANSWER),
        since=V36,
        summary="Add or change users",
        description=(
            "Like sacctmgr add user and sacctmgr modify user. A user can submit jobs once it has an "
            "association with an account."
        ),
    ),
)
