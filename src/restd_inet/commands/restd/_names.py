"""Names of users, accounts, QOS, WCKeys and clusters in parameters: an unknown one is 400.

Things that have been deleted are known where their usage is. What PrivateData hides is not known.
"""

from __future__ import annotations

from functools import partial

from restd_inet import passwd
from restd_inet.commands.restd import _filters
from restd_inet.slurm.slurmdbd.conditions import conditions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from restd_inet.commands import Call
    from restd_inet.slurm.admin import AssocMgr

#: Parameter → what is expected of it.
_EXPECTED = {
    "account": "the name of an account that you may see",
    "cluster": "the name of a cluster",
    "qos": "the name of a QOS",
    "user": "the name of a user",
    "wckey": "the name of a WCKey that you may see",
}
#: Parameter → the call of slurmdbd that lists such things, its condition, and the member that names them.
_CALLS = {
    "account": ("slurmdb_accounts_get", "slurmdb_account_cond_t", "acct_list"),
    "cluster": ("slurmdb_clusters_get", "slurmdb_cluster_cond_t", "cluster_list"),
    "user": ("slurmdb_users_get", "slurmdb_user_cond_t", "user_list"),
    "wckey": ("slurmdb_wckeys_get", "slurmdb_wckey_cond_t", "name_list"),
}
#: So many names are compared with one that is none.
_COMPARED = 5000


def check_past(call: Call, **named: Iterable[str]) -> None:
    """Raises Problem 400 for a name that slurmdbd does not know. named: parameter → words, in any case."""
    for parameter, listed in named.items():
        if words := [word.lower() for word in listed if word]:
            every = partial(_of_slurmdbd, call, parameter)
            _check(parameter, words, every(words), every)


def check_cached(call: Call, manager: AssocMgr, parts: Iterable[str], **named: list[str]) -> None:
    """The same of slurmctld. manager: what it has of them. parts: of what it is asked for all others."""
    known = _of_slurmctld(call, manager)
    for parameter, words in named.items():
        _check(parameter, words, known[parameter], partial(_all, call, parts, parameter))


def _check(parameter: str, words: Iterable[str], known: set[str], all_known: Callable[[], set[str]]) -> None:
    """A user of this machine is known, whether Slurm has that user or not."""
    for word in words:
        if word in known or (parameter == "user" and _is_user(word)):
            continue
        every = all_known()
        if word in every:
            continue
        if parameter == "user":
            every.update(_filters.some_users())
        raise _filters.unknown(parameter, word, sorted(every)[:_COMPARED], _EXPECTED[parameter])


def _is_user(name: str) -> bool:
    try:
        passwd.user(name)
    except KeyError:
        return False
    return True


def _of_slurmdbd(call: Call, parameter: str, words: list[str] | None = None) -> set[str]:
    """Names that there are: of these words, or all."""
    slurm = call.slurm
    name, struct, member = _CALLS[parameter]
    where: dict[str, Any] = {"with_deleted": 1}
    if words is not None:
        chosen = {member: words}
        where |= {"assoc_cond": chosen} if parameter in ("account", "user") else chosen
    found = slurm.db.get(name, conditions(slurm, struct, where))
    return {(slurm.text(one.name) or "").removeprefix("*").lower() for one in found}


def _all(call: Call, parts: Iterable[str], parameter: str) -> set[str]:
    return _of_slurmctld(call, call.slurm.assoc_mgr(parts, accounts=[], users=[], qos=[]))[parameter]


def _of_slurmctld(call: Call, manager: AssocMgr) -> dict[str, set[str]]:
    text = call.slurm.text
    users = [one.user for one in manager.associations] + [one.name for one in manager.users]
    found = {"account": [one.acct for one in manager.associations], "user": users}
    found["qos"] = [one.name for one in manager.qos]
    return {name: {text(one) or "" for one in some} - {""} for name, some in found.items()}
