"""The limits of an association of every level: its own, its accounts', of QOS and of partitions."""

from __future__ import annotations

import grp
import os

from restd_inet import passwd
from restd_inet.schema.kinds.limits import Limited, left
from restd_inet.schema.kinds.values import INFINITE, MEM_PER_CPU, NO_VAL
from restd_inet.schema.records.assoc_mgr import (
    ACCOUNT_LIMITS,
    ASSOCIATION_LIMITS,
    QOS_LIMITS,
    USER_LIMITS,
)
from restd_inet.slurm.admin import Cached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from restd_inet.schema.records.assoc_mgr import Limits
    from restd_inet.slurm.admin import AssocMgr
    from restd_inet.slurm.client import Slurm
    from restd_inet.slurm.results import Records

#: An account limits the group of all below it; what it has for each user its users' associations have.
GROUP_LIMITS = {name: kind for name, kind in ASSOCIATION_LIMITS.items() if name.startswith("grp_")}
#: Member of partition_info_t → the name of the limit, and of the TRES.
PARTITION_LIMITS = {
    "max_time": ("MaxTime", ""),
    "max_nodes": ("MaxNodes", "node"),
    "max_cpus_per_node": ("MaxCPUsPerNode", "cpu"),
}
_PARTS = {"tres": "TRES", "pj": "PJ", "pn": "PN", "pu": "PU", "pa": "PA"}


def slurm_name(name: str) -> str:
    """grp_tres_run_mins is GrpTRESRunMins."""
    return "".join(_PARTS.get(part, part.capitalize()) for part in name.split("_"))


class Limit:
    """See schema.records.limit. max, left: of 64 bits."""

    __slots__ = ("left", "limit", "max", "name", "source", "tres", "used")

    def __init__(self, source: tuple[str, str], limit: str, tres: str, max: int, used: float) -> None:
        self.source, self.name = source
        self.limit = limit
        self.tres = tres
        self.max = max
        self.used = used
        self.left = NO_VAL[64] if limit.startswith("Min") else left(max, used, 64)


class Allowance:
    """What a user may use by one association."""

    __slots__ = (
        "account", "cluster", "default_qos", "is_default", "limits", "partition", "partitions", "qos", "user",
    )  # fmt: skip

    def __init__(self, slurm: Slurm, association: Cached) -> None:
        text = slurm.text
        self.user = text(association.user) or ""
        self.account = text(association.acct) or ""
        self.cluster = text(association.cluster) or ""
        self.partition = text(association.partition) or ""
        self.is_default = association.is_def == 1
        names = association.qos_names
        ids = slurm.function("texts")(association.qos_list)
        self.qos = [names[int(id)] for id in ids if id.isdecimal() and int(id) in names]
        self.default_qos = names.get(association.def_qos_id, "")
        self.partitions: list[str] = []
        self.limits: list[Limit] = []


def allowance(slurm: Slurm, manager: AssocMgr, association: Cached, partitions: Records) -> Allowance:
    """With all its limits, the nearest first."""
    found = Allowance(slurm, association)
    usable = [one for one in partitions if _takes(slurm, one, found)]
    found.partitions = [slurm.text(one.name) or "" for one in usable]
    limits = found.limits
    limits += of_struct(("association", found.user), ASSOCIATION_LIMITS, association)
    limits += _wall(("association", found.user), association)
    for account in _above(slurm, manager, association):
        limits += of_struct(("account", slurm.text(account.acct) or ""), GROUP_LIMITS, account)
    by_name = {slurm.text(qos.name) or "": qos for qos in manager.qos}
    for name in found.qos:
        limits += _of_qos(slurm, ("qos", name), by_name[name], found)
    for one in usable:
        name = slurm.text(one.name) or ""
        qos = by_name.get(slurm.text(one.qos_char) or "")
        if qos is not None:
            limits += _of_qos(slurm, ("partition_qos", name), qos, found)
        limits += _of_partition(name, one)
    return found


def of_struct(source: tuple[str, str], limits: Limits, struct: Cached) -> Iterator[Limit]:
    """Of a struct of the association manager those that limit, or are used."""
    for name, kind in limits.items():
        if isinstance(kind, Limited):
            limit, used = kind.of(struct)
            if limit < NO_VAL[32] or used:
                yield Limit(source, slurm_name(name), "", _wide(limit), used)
        else:
            for tres, limit, used in kind.of(struct):
                yield Limit(source, slurm_name(name), tres, limit, used)


def _wide(limit: int) -> int:
    """A limit of 32 bits in 64."""
    return INFINITE[64] if limit >= NO_VAL[32] else limit


def _wall(source: tuple[str, str], struct: Any) -> Iterator[Limit]:
    if struct.max_wall_pj < NO_VAL[32]:
        yield Limit(source, "MaxWallPJ", "", struct.max_wall_pj, 0)


def _above(slurm: Slurm, manager: AssocMgr, association: Cached) -> Iterator[Cached]:
    """The associations of the accounts above one, the nearest first."""
    accounts = {slurm.text(one.acct): one for one in manager.associations if not slurm.text(one.user)}
    name = slurm.text(association.acct)
    while name in accounts:
        yield (account := accounts.pop(name))
        name = slurm.text(account.parent_acct)


def _of_qos(slurm: Slurm, source: tuple[str, str], qos: Cached, found: Allowance) -> Iterator[Limit]:
    """Of a QOS: of all its jobs, and of the user's and the account's."""
    yield from of_struct(source, QOS_LIMITS, qos)
    yield from _wall(source, qos)
    name = slurm.function("user_label")
    nothing = Cached(qos.manager, qos.struct, slurm.ffi.NULL)
    users = (one for one in qos.user_limits if name(one.uid) == found.user)
    yield from of_struct(source, USER_LIMITS, next(users, nothing))
    accounts = (one for one in qos.account_limits if slurm.text(one.acct) == found.account)
    yield from of_struct(source, ACCOUNT_LIMITS, next(accounts, nothing))


def _of_partition(name: str, partition: Any) -> Iterator[Limit]:
    source = ("partition", name)
    for member, (limit, tres) in PARTITION_LIMITS.items():
        value = getattr(partition, member)
        if value < NO_VAL[32]:
            yield Limit(source, limit, tres, value, 0)
    memory = partition.max_mem_per_cpu
    if memory & ~MEM_PER_CPU and memory < NO_VAL[64]:
        limit = "MaxMemPerCPU" if memory & MEM_PER_CPU else "MaxMemPerNode"
        yield Limit(source, limit, "mem", memory & ~MEM_PER_CPU, 0)


def _takes(slurm: Slurm, partition: Any, found: Allowance) -> bool:
    """Whether a partition takes jobs of a user and an account; and the association jobs in it."""
    allowed, denied, groups = (
        _names(slurm, getattr(partition, f"{which}"))
        for which in ("allow_accounts", "deny_accounts", "allow_groups")
    )
    return (
        bool(partition.state_up & slurm.lib.PARTITION_SUBMIT)
        and found.partition in ("", slurm.text(partition.name))
        and (found.account.lower() in allowed if allowed else found.account.lower() not in denied)
        and (not groups or found.user == "root" or not groups.isdisjoint(_groups(found.user)))
    )


def _names(slurm: Slurm, listed: Any) -> set[str]:
    """A list with commas between; empty for "ALL"."""
    names = {name.lower() for name in (slurm.text(listed) or "").split(",")} - {""}
    return set() if "all" in names else names


def _groups(user: str) -> set[str]:
    """The groups of a user, as this machine has them."""
    try:
        gid = passwd.user(user).pw_gid
    except KeyError:
        return set()
    found = set()
    for number in os.getgrouplist(user, gid):
        try:
            found.add(grp.getgrgid(number).gr_name.lower())
        except KeyError:
            continue
    return found
