"""The tree of a cluster's accounts, whose top is root: what slurmdbd must not be asked for.

When a row is added that is there already, or was removed, slurmdbd gives that row a new parent and does not
look for loops. If an account becomes its own ancestor, slurmdbd searches for ever, and only SQL repairs the
database. The database decides which names are equal: it ignores case, and has a collation. So the row of an
account is asked for first, and the name is taken from the row.
"""

from __future__ import annotations

from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from restd_inet.slurm.library import Library

ROOT = "root"
READ = "slurmdb_associations_get"


def row(slurm: Library, account: str, cluster: str) -> Any:
    """slurmdb_assoc_rec_t of an account itself on a cluster, with the list that owns it; None without one."""
    where = {"acct_list": [account], "cluster_list": [cluster], "user_list": [""], "partition_list": [""]}
    found = slurm.db.get(READ, where)
    first = next(iter(found), None)
    return None if first is None else (found, first)


def name_of(slurm: Library, account: str, cluster: str) -> str | None:
    """The name of an account as its row on a cluster has it; None without one."""
    found = row(slurm, account, cluster)
    return None if found is None else slurm.text(found[1].acct)


def check(slurm: Library, account: str, parent: str, cluster: str, source: str, new: bool) -> None:
    """Raises Problem 404 for a parent that is not there; 422 for root or an account below itself.

    account: as its row has it, if it has one. new: the row is to be added; that restores a deleted row, with
    the accounts that are still below it.
    """
    own, above, seen = account.lower(), parent or ROOT, set[str]()
    refused = f"the account {quoted(account)} cannot be below {quoted(above)}"
    if own == ROOT:
        raise _invalid(slurm, 422, f"{refused}: it is the top of all accounts", source)
    while above.lower() != ROOT and above.lower() not in seen:
        found = row(slurm, above, cluster)
        if found is None and not seen:
            text = f"the account {quoted(above)} is not on the cluster {quoted(cluster)}"
            raise _invalid(slurm, 404, text, source)
        # A parent that was removed has no row, but its name.
        name = above.lower() if found is None else (slurm.text(found[1].acct) or "").lower()
        if name == own:
            raise _invalid(slurm, 422, f"{refused}, which is {'below it' if seen else 'itself'}", source)
        if found is None or not new:
            return
        seen |= {name, above.lower()}
        above = slurm.text(found[1].parent_acct) or ROOT


def check_removal(slurm: Library, names: Iterable[str | None], source: str) -> None:
    """Raises Problem 422 for root among accounts that are to be removed."""
    if any((name or "").lower() == ROOT for name in names):
        text = (
            'the account "root" cannot be removed: it is the top of all accounts, and ends with its cluster'
        )
        number = slurm.constant("ESLURM_NOT_SUPPORTED") or 0
        raise Problem(422, text, number=number, source=source)


def _invalid(slurm: Library, status: int, text: str, source: str) -> Problem:
    return slurm.refusal(status, "ESLURM_INVALID_PARENT_ACCOUNT", text, source)
