"""Reservations made and changed: what scontrol(1) checks and fills in before it asks slurmctld."""

from __future__ import annotations

from contextlib import suppress

from restd_inet import passwd
from restd_inet.problems import Problem, quoted
from restd_inet.schema.answers import Answer, list_v39
from restd_inet.schema.kinds.values import NO_VAL, integer
from restd_inet.schema.records.reservation_update import RESERVATION_UPDATE
from restd_inet.schema.versions import V43
from restd_inet.slurm import SlurmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.commands import Call
    from restd_inet.slurm.structs import OwnedStruct

ANSWER = Answer(
    RESERVATION_UPDATE,
    "reservations",
    {V43: list_v39},
    component="openapi_reservation_mod_resp",
    required=("reservations",),
)


def putting(call: Call) -> Callable[[dict[str, Any]], OwnedStruct]:
    """A function that changes a reservation, or makes it if there is none of that name; in any case."""
    there = {(call.slurm.text(found.name) or "").lower() for found in call.slurm.reservations(0)}

    def put(members: dict[str, Any]) -> OwnedStruct:
        members = {member: call.slurm.resolve(content) for member, content in members.items()}
        if "tres_str" in members and not call.slurm.capabilities.has("resv_desc_msg_t.tres_str"):
            _spread(call, members)
        if not members.get("flags"):
            members.pop("flags", None)
        known = members["name"].lower() in there
        if not known:
            _check(members)
            _whole_partition(members)
        there.add(members["name"].lower())
        verb = "slurm_update_reservation" if known else "compat_create_reservation"
        try:
            return call.slurm.change(verb, "resv_desc_msg_t", members)
        except SlurmError as error:
            raise _unknown(call, members, error) or error from None

    return put


def _unknown(call: Call, members: dict[str, Any], error: SlurmError) -> Problem | None:
    """The names that slurmctld may have refused without saying which: users, groups, accounts."""
    numbers = {call.slurm.constant(name): member for name, member in _MEMBER_OF_ERROR.items()}
    only = numbers.get(error.number)
    for member, singular in (("users", "user"), ("groups", "group"), ("accounts", "account")):
        if only not in (None, member) or (member == "accounts" and only != member):
            continue
        words = (word.strip().lstrip("+-") for word in (members.get(member) or "").lstrip("+-=").split(","))
        names = [quoted(name) for name in _UNKNOWN[member](call, list(filter(None, words)))]
        if names:
            text = f"{member}: there is no {singular} {', '.join(names)}"
            number, reason = (error.number, error.reason) if only else (0, "")
            return Problem(422, text, number=number, source=error.source, reason=reason, path=(member,))
    if only == "groups":  # elsewhere it means that the user may not use the group
        error.status = 422
    return None


def _unknown_users(call: Call, names: list[str]) -> list[str]:
    return [name for name in names if not name.isdecimal() and not _is_in(passwd.user, name)]


def _unknown_groups(call: Call, names: list[str]) -> list[str]:
    return [name for name in names if not name.isdecimal() and not _is_in(passwd.group, name)]


def _unknown_accounts(call: Call, names: list[str]) -> list[str]:
    """As slurmdbd has them. A single one is unknown if slurmdbd cannot be asked."""
    with suppress(Problem):
        found = call.slurm.db.get("slurmdb_accounts_get")
        known = {(call.slurm.text(account.name) or "").lower() for account in found}
        return [name for name in names if name.lower() not in known]
    return names if len(names) == 1 else []


#: Slurm's error → the member that it is about.
_MEMBER_OF_ERROR = {"ESLURM_GROUP_ID_MISSING": "groups", "ESLURM_INVALID_ACCOUNT": "accounts"}
_UNKNOWN: dict[str, Callable[[Call, list[str]], list[str]]] = {
    "users": _unknown_users,
    "groups": _unknown_groups,
    "accounts": _unknown_accounts,
}


def _is_in(lookup: Callable[[str], object], name: str) -> bool:
    try:
        lookup(name)
    except KeyError:
        return False
    return True


#: What scontrol(1) up to Slurm 23.02 made of TRES, which slurmctld did not read then.
_MEMBERS = {"cpu": "core_cnt", "node": "node_cnt", "license": "licenses", "bb": "burst_buffer"}


def _spread(call: Call, members: dict[str, Any]) -> None:
    """TRES as the members that say the same. Raises Problem 501 for those that have none."""
    for part in filter(None, members.pop("tres_str").split(",")):
        tres, _, count = part.partition("=")
        kind, _, name = tres.partition("/")
        member = _MEMBERS.get(kind)
        if member is None:
            raise call.slurm.capabilities.lacking("resv_desc_msg_t.tres_str")
        if name:
            named = f"{name}:{count}"
            members[member] = ",".join(filter(None, (members.get(member), named)))
        else:
            members[member] = integer(count, 0, NO_VAL[32] - 1)


def _check(members: dict[str, Any]) -> None:
    """What a new reservation must say. Raises Problem 422."""
    unset = NO_VAL[32]
    start, end = (members.get(name, unset) for name in ("start_time", "end_time"))
    minutes = members.get("duration", unset)
    if start == unset:
        raise _invalid("expected start_time")
    if end == unset and minutes == unset:
        raise _invalid("expected duration or end_time")
    if end != unset and start > end:
        raise _invalid("start_time is after end_time")
    if end != unset and minutes != unset and start + minutes * 60 != end:
        raise _invalid("start_time and duration do not make end_time")
    if not any(members.get(name) for name in ("users", "groups", "accounts")):
        raise _invalid("expected users, groups or accounts that may use it")
    if members.get("users") and members.get("groups"):
        raise _invalid("users and groups cannot be given together")


def _invalid(text: str) -> Problem:
    return Problem(422, f"{text}; no reservation is made")


def _whole_partition(members: dict[str, Any]) -> None:
    """A partition without anything to reserve, or with all nodes, is meant as a whole."""
    counts = [members.get(name, NO_VAL[32]) not in (0, NO_VAL[32]) for name in ("core_cnt", "node_cnt")]
    texts = [members.get(name) for name in ("burst_buffer", "node_list", "licenses", "tres_str")]
    partition = members.get("partition")
    if not any(counts) and not any(texts):
        if not partition:
            what = "node_list, node_count, core_count, licenses, tres or a partition"
            raise _invalid(f"expected what to reserve: {what}")
        members["node_list"] = "ALL"
    flags = members.get("flags", frozenset())
    if partition and members.get("node_list", "").upper() == "ALL":
        members["flags"] = flags | {"RESERVE_FLAG_PART_NODES"}
    elif "RESERVE_FLAG_PART_NODES" in flags:
        raise _invalid("flag PART_NODES needs a partition, and node_list ALL")
