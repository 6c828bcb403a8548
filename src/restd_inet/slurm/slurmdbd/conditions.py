"""Conditions of slurmdbd's calls, as the installed release of Slurm has them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.library import Library

#: Struct → member of older releases → the bit of `flags` that replaces it in newer ones.
FLAGS = {
    "slurmdb_account_cond_t": {
        "with_assocs": "SLURMDB_ACCT_FLAG_WASSOC",
        "with_coords": "SLURMDB_ACCT_FLAG_WCOORD",
        "with_deleted": "SLURMDB_ACCT_FLAG_DELETED",
        "users_are_coords": "SLURMDB_ACCT_FLAG_USER_COORD",
        "no_users_are_coords": "SLURMDB_ACCT_FLAG_USER_COORD_NO",
    },
    "slurmdb_assoc_cond_t": {
        "only_defs": "ASSOC_COND_FLAG_ONLY_DEFS",
        "with_deleted": "ASSOC_COND_FLAG_WITH_DELETED",
        "with_raw_qos": "ASSOC_COND_FLAG_RAW_QOS",
        "with_sub_accts": "ASSOC_COND_FLAG_SUB_ACCTS",
        "with_usage": "ASSOC_COND_FLAG_WITH_USAGE",
        "without_parent_info": "ASSOC_COND_FLAG_WOPI",
        "without_parent_limits": "ASSOC_COND_FLAG_WOPL",
    },
    "slurmdb_qos_cond_t": {"with_deleted": "QOS_COND_FLAG_WITH_DELETED"},
}


def conditions(slurm: Library, struct: str, members: dict[str, Any]) -> dict[str, Any]:
    """The members of a condition, with bits of `flags` for those that this release does not have.

    Raises Problem 501 for a member that this release has in neither form.
    """
    known, bits = slurm.members(struct), FLAGS.get(struct, {})
    filled: dict[str, Any] = {}
    flags = 0
    for member, value in members.items():
        if member in known or member not in bits:
            filled[member] = value
        elif value:
            flags |= slurm.capabilities.bits(bits[member])
    return {**filled, "flags": flags} if flags else filled


def cluster_names(slurm: Library, condition: dict[str, Any]) -> list[str]:
    """Of the clusters that a condition names, or of all."""
    given: list[str] = condition.get("cluster_list") or []
    return given or [slurm.text(found.name) or "" for found in slurm.db.get("slurmdb_clusters_get", {})]
