"""Accounts and users with their associations, added by one condition, as sacctmgr(1) adds them.

slurmdbd does it itself from Slurm 23.11 on, and describes what it did; for older ones it is done here, record
by record in the same transaction, and described in the same way.

condition: the members of slurmdb_add_assoc_cond_t. account, user: those of the record.
"""

from __future__ import annotations

from restd_inet.problems import Problem, quoted
from restd_inet.slurm.slurmdbd import ancestry
from restd_inet.slurm.slurmdbd.conditions import cluster_names
from restd_inet.slurm.structs import OwnedStruct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.library import Library

    Members = dict[str, Any]

#: The call that is named where an account is refused.
SOURCE = "slurmdb_accounts_add_cond"


def add_accounts(slurm: Library, condition: Members | None, account: Members) -> str:
    """The text that slurmdbd answers. Raises Problem 400 for a condition without accounts."""
    if not condition or not condition.get("acct_list"):
        raise Problem(400, "association_condition: accounts is missing", path=())
    _check(slurm, "clusters", "cluster_list", condition)
    condition = _named(slurm, condition)
    if not slurm.capabilities.has("slurmdb_accounts_add_cond"):
        return _accounts_by_hand(slurm, condition, account)
    return _ask(slurm, "slurmdb_accounts_add_cond", condition, "slurmdb_account_rec_t", account)


def add_users(slurm: Library, condition: Members | None, user: Members) -> str:
    """The same of users, who need an account or a WCKey."""
    if not condition or not condition.get("user_list"):
        raise Problem(400, "association_condition: users is missing", path=())
    defaults = {"acct_list": user.get("default_acct"), "wckey_list": user.get("default_wckey")}
    said = {member: [value] for member, value in defaults.items() if value and not condition.get(member)}
    condition = {**condition, **said}
    if not condition.get("acct_list") and not condition.get("wckey_list"):
        text = "expected accounts or wckeys in association_condition, or a default of them in user"
        raise Problem(422, text, number=slurm.constant("ESLURM_DATA_AMBIGUOUS_QUERY") or 0)
    _check(slurm, "clusters", "cluster_list", condition)
    _check(slurm, "accounts", "acct_list", condition)
    if not slurm.capabilities.has("slurmdb_users_add_cond"):
        return _users_by_hand(slurm, condition, user)
    return _ask(slurm, "slurmdb_users_add_cond", condition, "slurmdb_user_rec_t", user)


def _check(slurm: Library, what: str, member: str, condition: Members) -> None:
    """Raises Problem 404 for a cluster or an account that is not there."""
    for name in condition.get(member) or ():
        if what == "clusters":
            there = len(slurm.db.get("slurmdb_clusters_get", {member: [name]})) > 0
        else:
            there = _there(slurm, what, member, name)
        if not there:
            error = "ESLURM_INVALID_CLUSTER_NAME" if what == "clusters" else "ESLURM_INVALID_ACCOUNT"
            text = f"there is no {what.removesuffix('s')} {quoted(name)}"
            raise slurm.missing(error, text, f"slurmdb_{what}_get")


def _named(slurm: Library, condition: Members) -> Members:
    """The condition with the names of accounts as the database has them.

    Raises Problem for an account that would be its own ancestor.
    """
    parent = (condition.get("assoc") or {}).get("parent_acct") or ""
    names: list[str] = list(condition["acct_list"])
    for cluster in cluster_names(slurm, condition):
        for index, name in enumerate(names):
            found = ancestry.name_of(slurm, name, cluster)
            if found is None:
                ancestry.check(slurm, name, parent, cluster, SOURCE, new=True)
            else:
                names[index] = found
    return {**condition, "acct_list": names}


def _ask(slurm: Library, call: str, condition: Members, struct: str, record: Members) -> str:
    said = {member: value for member, value in record.items() if value != ""}
    filled = OwnedStruct(slurm, "slurmdb_add_assoc_cond_t", condition), OwnedStruct(slurm, struct, said)
    text: str = slurm.db.call_for_text(call, *(each.struct for each in filled))
    return text


def _accounts_by_hand(slurm: Library, condition: Members, account: Members) -> str:
    db, names = slurm.db, condition["acct_list"]
    said = {member: value for member, value in account.items() if value != ""}
    new = [name for name in names if not _there(slurm, "accounts", "acct_list", name)]
    for name in new:
        db.add("slurmdb_accounts_add", [{"description": name, "organization": name, **said, "name": name}])
    pairs = [
        {"cluster": cluster, "acct": name} for cluster in cluster_names(slurm, condition) for name in names
    ]
    associated = _associate(slurm, condition, pairs)
    settings = {"Description": said.get("description"), "Organization": said.get("organization")}
    return _account("Account(s)", new, settings, associated)


def _users_by_hand(slurm: Library, condition: Members, user: Members) -> str:
    db, names = slurm.db, condition["user_list"]
    said = {member: value for member, value in user.items() if value != ""}
    new = [name for name in names if not _there(slurm, "users", "user_list", name)]
    for name in new:
        db.add("slurmdb_users_add", [{**said, "name": name}])
    pairs = [
        {"cluster": cluster, "acct": account, "user": name, "partition": partition}
        for cluster in cluster_names(slurm, condition)
        for account in condition.get("acct_list", ())
        for name in names
        for partition in condition.get("partition_list") or ("",)
    ]
    for pair in pairs:
        if pair["acct"] == said.get("default_acct"):
            pair["is_def"] = 1
    associated = _associate(slurm, condition, pairs)
    settings = {"Default Account": said.get("default_acct"), "Default WCKey": said.get("default_wckey")}
    return _account("User(s)", new, settings, associated + _keys(slurm, condition, names, said))


def _there(slurm: Library, what: str, member: str, name: str) -> bool:
    return len(slurm.db.get(f"slurmdb_{what}_get", {"assoc_cond": {member: [name]}})) > 0


def _associate(slurm: Library, condition: Members, pairs: list[Members]) -> list[str]:
    """Adds those of the associations that are not there; tells which they are."""
    db, told = slurm.db, []
    lists = {
        "cluster": "cluster_list",
        "acct": "acct_list",
        "user": "user_list",
        "partition": "partition_list",
    }
    for pair in pairs:
        if len(db.get("slurmdb_associations_get", {lists[key]: [pair.get(key, "")] for key in lists})):
            continue
        limits = {member: value for member, value in (condition.get("assoc") or {}).items() if value != ""}
        db.add("slurmdb_associations_add", [{**limits, **{k: v for k, v in pair.items() if v != ""}}])
        user = f" U = {pair['user']:<9}" if pair.get("user") else ""
        told.append(f"  C = {pair['cluster']:<10} A = {pair['acct']:<20}{user}")
    if pairs and not told:
        raise slurm.error("slurmdb_associations_add", slurm.constant("SLURM_NO_CHANGE_IN_DATA") or 0)
    return told


def _keys(slurm: Library, condition: Members, users: list[str], said: Members) -> list[str]:
    """Adds the WCKeys of users."""
    told = []
    for cluster in cluster_names(slurm, condition):
        for name in condition.get("wckey_list", ()):
            for user in users:
                key = {"name": name, "user": user, "cluster": cluster}
                default = {"is_def": 1} if name == said.get("default_wckey") else {}
                slurm.db.add("slurmdb_wckeys_add", [{**key, **default}])
                told.append(f"  C = {cluster:<10} W = {name:<20} U = {user:<9}")
    return told


def _account(what: str, new: list[str], settings: dict[str, str | None], associated: list[str]) -> str:
    """What was done, as slurmdbd tells it."""
    lines = []
    if new:
        lines += [f" Adding {what}", *(f"  {name}" for name in new)]
        said = [f"  {label:<15} = {value}" for label, value in settings.items() if value]
        lines += [" Settings", *said] if said else []
    if associated:
        lines += [" Associations =", *associated]
    return "".join(f"{line}\n" for line in lines)
