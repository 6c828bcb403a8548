"""associations: accounts and users on clusters, with their limits, and changes of them."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import (
    CHANGED,
    FORMAT,
    USAGE_PERIOD,
    at_place,
    change,
    condition,
    entries,
    list_body,
    or_not_modified,
    present,
    removed,
    required,
)
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.problems import Problem, Problems, path_text, quoted
from restd_inet.schema.answers import Answer, list_v39, meta_list
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.slurmdb import AttributeList, NameList, QosIds, UserNames, cluster, identifier
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import ASSOCIATION, TRES
from restd_inet.schema.versions import V36, V37, V38, V39, V40, V42
from restd_inet.slurm.lookups.slurmdb import replaced, tres_numbers
from restd_inet.slurm.slurmdbd import ancestry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

ANSWER = Answer(
    ASSOCIATION,
    "associations",
    {V36: meta_list, V39: list_v39},
    component={V36: "associations_info", V40: "openapi_assocs_resp"},
    required=("associations",),
)
REMOVED = removed(
    "removed_associations", {V39: "response_associations_delete", V40: "openapi_assocs_removed_resp"}
)
QUERY = Record(
    "query",
    "",
    Field("acct_list", NameList(), "account", doc="Accounts, comma-separated."),
    Field("cluster_list", NameList(cluster), "cluster", doc="Clusters, comma-separated."),
    Field("def_qos_id_list", QosIds(), "default_qos", since=V39, doc="Default QOS, comma-separated."),
    FORMAT,
    Field("id_list", NameList(identifier), "id", since=V39, doc="Ids, comma-separated."),
    Field("parent_acct_list", NameList(), "parent_account", since=V39, doc="Parents, comma-separated."),
    Field("partition_list", NameList(), "partition", doc="Partitions, comma-separated."),
    Field("qos_list", QosIds(), "qos", since=V39, doc="Allowed QOS, comma-separated."),
    *USAGE_PERIOD,
    Field(
        "user_list",
        UserNames(),
        "user",
        doc="Users, comma-separated; empty for the associations of accounts.",
    ),
    Field(
        "with_deleted",
        BOOL,
        "with_deleted",
        {V42: "Include deleted associations"},
        since=V39,
        doc="Include deleted ones.",
    ),
    Field("with_usage", BOOL, "with_usage", {V42: "Include usage"}, since=V39, doc="Include usage."),
    Field(
        "only_defs",
        BOOL,
        "only_defaults",
        {V42: "Filter to only defaults"},
        since=V39,
        doc="Only associations that are their user's default.",
    ),
    Field(
        "with_raw_qos",
        BOOL,
        "with_raw_qos",
        {V42: "Include the raw QOS or delta_qos"},
        since=V39,
        doc="Show QOS lists as stored, without those inherited.",
    ),
    Field(
        "with_sub_accts",
        BOOL,
        "with_sub_accts",
        {V42: "Include sub acct information"},
        since=V39,
        doc="Include the associations below the accounts found.",
    ),
    Field(
        "without_parent_info",
        BOOL,
        "without_parent_info",
        {V42: "Exclude parent id/name"},
        since=V39,
        doc="Omit the id and name of the parent.",
    ),
    Field(
        "without_parent_limits",
        BOOL,
        "without_parent_limits",
        {V42: "Exclude limits from parents"},
        since=V39,
        doc="Omit limits inherited from parents.",
    ),
)
BODY = list_body(
    Field("associations", AttributeList(ASSOCIATION, "associations"), required=True),
    "",
)
#: Member of an association → of the condition that finds it.
SOURCE = "slurmdb_associations_add"
IDENTITY = {
    "acct": "acct_list",
    "cluster": "cluster_list",
    "partition": "partition_list",
    "user": "user_list",
}
LIMITS = {field.member for field in ASSOCIATION.fields if field.kind is TRES and field.member}


def wanted(call: Call, **more: Any) -> dict[str, Any]:
    """The condition of a query, and what more it has; a list that names nothing is none."""
    said = {member: value for member, value in call.query.items() if value != []}
    return condition(call, "slurmdb_assoc_cond_t", **{**said, **more})


def get(call: Call) -> Result:
    return listed(call, wanted(call))


def listed(call: Call, where: Mapping[str, Any]) -> Result:
    records = call.slurm.db.get("slurmdb_associations_get", where)
    return or_not_found(call, records, "slurmdb_associations_get", "_dump_assoc_cond")


def delete(call: Call) -> Result:
    return or_not_modified(remove(call))


def remove(call: Call) -> list[str]:
    """Removes what the query asks for, which must ask for something: what a GET with the same query shows.

    Most releases of slurmdbd remove what is below it, too. Those from 24.05 to 25.05 leave that without a
    parent, and do not answer any more once somebody asks for it: so it is looked for before.

    Raises Problem 400 for a list that names nothing, such as a variable of a script that is not set.
    """
    for member, value in call.query.items():
        if value in ([], [""]):
            raise Problem(400, f"{member.removesuffix('_list')}: expected a name, found an empty list")
    db, where = call.slurm.db, wanted(call)
    if not any(member.endswith("_list") for member in where):
        raise Problem(
            400, "expected a query that says which associations to remove, such as ?account= and &user="
        )
    shown, below = _below(call, where)
    names = [] if below else db.remove("slurmdb_associations_remove", where)
    more = below or (names if len(names) > shown else [])
    if more:
        text = f"{shown} associations match, but there are others below them: " + "; ".join(more[:10])
        raise Problem(409, " ".join(text.split()), source="slurmdb_associations_remove")
    return names


def _below(call: Call, where: Mapping[str, Any]) -> tuple[int, list[str]]:
    """How many associations a condition finds; what is in their accounts or below and not among them."""
    get_, text = call.slurm.db.get, call.slurm.text
    ids, accounts, below = set(), set(), []
    for each in get_("slurmdb_associations_get", where):
        cluster_ = text(each.cluster)
        ids.add((cluster_, each.id))
        if not text(each.user):
            accounts.add((cluster_, text(each.acct)))
    ancestry.check_removal(call.slurm, (account for _, account in accounts), "slurmdb_associations_remove")
    names = sorted({account or "" for _, account in accounts})
    for member in ("acct_list", "parent_acct_list") if names else ():
        for each in get_("slurmdb_associations_get", {member: names}):
            cluster_, account, user = text(each.cluster), text(each.acct), text(each.user)
            above = account if user else text(each.parent_acct)
            if (cluster_, above) in accounts and (cluster_, each.id) not in ids:
                below.append(f"account {account}" + (f", user {user}" if user else "") + f" on {cluster_}")
    return len(ids), below


def post(call: Call) -> Result:
    write(call, call.body)
    return Result()


def write(call: Call, body: Mapping[str, Any]) -> None:
    """Adds associations, or changes what is said of those that exist."""
    for members, path in entries(body, "associations"):
        problems = Problems()
        with problems:
            required(members, "acct", "account", path)
        with problems:
            required(members, "user", "user", path, empty=True)
        problems.check()
        if members.get("partition") and not members["user"]:
            text = "a partition is allowed for the association of a user, not for that of an account"
            raise Problem(400, f"{path_text(path)}: {text}", path=(*path, "partition"))
        with at_place(path):
            write_one(call, members)


def _check(call: Call, identity: dict[str, str], said: dict[str, Any]) -> None:
    """Raises Problem 404 for what a new association needs and slurmdbd does not always miss.

    A user's is given its account's name as the account's row has it.
    """
    slurm, account, cluster_ = call.slurm, identity["acct"], identity["cluster"]
    if not len(slurm.db.get("slurmdb_clusters_get", {"cluster_list": [cluster_]})):
        raise slurm.missing("ESLURM_INVALID_CLUSTER_NAME", f"there is no cluster {quoted(cluster_)}", SOURCE)
    if not len(slurm.db.get("slurmdb_accounts_get", {"assoc_cond": {"acct_list": [account]}})):
        raise slurm.missing("ESLURM_INVALID_ACCOUNT", f"there is no account {quoted(account)}", SOURCE)
    if not identity["user"]:
        ancestry.check(slurm, account, said.get("parent_acct", ""), cluster_, SOURCE, new=True)
        return
    said.pop("parent_acct", None)
    found_ = ancestry.name_of(slurm, account, cluster_)
    if found_ is None:
        text = f"the account {quoted(account)} is not on the cluster {quoted(cluster_)}"
        raise slurm.missing("ESLURM_INVALID_PARENT_ACCOUNT", text, SOURCE)
    identity["acct"] = found_


def _moved(call: Call, where: Mapping[str, Any], account: str, parent: str, told: list[str]) -> None:
    """Raises Problem 422 where slurmdbd left an account in its place: to be below itself or its own."""
    for each in call.slurm.db.get("slurmdb_associations_get", where):
        if call.slurm.text(each.parent_acct) != parent:
            text = f"the account {quoted(account)} cannot be below {quoted(parent)}"
            number = call.slurm.constant("ESLURM_INVALID_PARENT_ACCOUNT") or 0
            raise Problem(422, "; ".join([text, *told]), number=number, source="slurmdb_associations_modify")


def write_one(call: Call, members: dict[str, Any]) -> None:
    slurm, db = call.slurm, call.slurm.db
    # slurmdbd takes an empty list for any: what is not said is the empty text.
    identity = {member: members.get(member) or "" for member in IDENTITY}
    identity["cluster"] = identity["cluster"] or slurm.cluster_name
    where = {IDENTITY[member]: [value] for member, value in identity.items()}
    records = db.get("slurmdb_associations_get", where)
    old = next(iter(records), None)
    said = {member: value for member, value in members.items() if member not in IDENTITY}
    said = present(call, "slurmdb_assoc_rec_t", said)
    if not said.get("parent_acct"):
        said.pop("parent_acct", None)
    if old is None:
        _check(call, identity, said)
        db.add(
            "slurmdb_associations_add", [{**said, **{key: value for key, value in identity.items() if value}}]
        )
        return
    if len(records) > 1:
        raise slurm.error("slurmdb_associations_get", slurm.constant("ESLURM_DATA_AMBIGUOUS_MODIFY") or 0)
    if said.get("comment") == "" and not slurm.text(old.comment):
        del said["comment"]
    parent: str = said.get("parent_acct", "")
    moves = parent and not identity["user"] and parent != slurm.text(old.parent_acct)
    if moves:
        own = slurm.text(old.acct) or ""
        ancestry.check(slurm, own, parent, identity["cluster"], "slurmdb_associations_modify", new=False)
    else:
        said.pop("parent_acct", None)
    for member in LIMITS & set(said):
        new = tres_numbers(slurm, said[member])
        said[member] = replaced(slurm.text(getattr(old, member)) or "", new)
    told = change(call, "slurmdb_associations_modify", where, said)
    if moves:
        _moved(call, where, identity["acct"], parent, told)


ROUTES = (
    Route(
        "GET",
        "associations/",
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        implied={V36: {"with_deleted": 1}, V38: {}},
        summary="List associations",
        description="Like sacctmgr show association.",
    ),
    Route(
        "POST",
        "associations/",
        post,
        CHANGED,
        body=Body(BODY, schema_of=ANSWER),
        since=V37,
        summary="Add or change associations",
        description="Like sacctmgr add user, sacctmgr modify user and sacctmgr modify account.",
    ),
    Route(
        "DELETE",
        "associations/",
        delete,
        REMOVED,
        query=QUERY,
        since=V38,
        summary="Remove associations",
        description=(
            "Like sacctmgr delete user and sacctmgr delete account. At least one condition is required."
        ),
    ),
)
