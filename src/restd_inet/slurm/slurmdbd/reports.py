"""Reports of usage, as sreport(1) makes them: libslurm asks slurmdbd, and what is divided is divided here.

Seconds become units in the way of sreport's own (src/sreport/common.c), so that its numbers and ours are the
same. A row is what one line of sreport's has.
"""

from __future__ import annotations

import pwd
from time import time

from restd_inet.slurm.lists import items
from restd_inet.slurm.slurmdbd.conditions import conditions
from restd_inet.slurm.structs import OwnedStruct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from restd_inet.slurm.client import Slurm

#: slurmdb.h, enum tres_types.
CPU = 1
CLUSTERS, GROUPINGS = "slurmdb_report_cluster_rec_t", "slurmdb_report_cluster_grouping_t"
#: Unit → its seconds; 0: percent.
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "percent": 0}
#: Member of slurmdb_cluster_accounting_rec_t → the column.
STATES = {
    "alloc_secs": "allocated",
    "down_secs": "down",
    "pdown_secs": "planned_down",
    "idle_secs": "idle",
    "plan_secs": "planned",
    "over_secs": "overcommitted",
}
#: slurmdbd counts time in which more was allocated than there was apart from the rest.
REPORTED = tuple(member for member in STATES if member != "over_secs")


class Row:
    """One line: its columns are attributes."""

    def __init__(self, **columns: Any) -> None:
        vars(self).update(columns)


class Report:
    """What reports have in common. where: the condition; tres: ids; units: of UNITS.

    start, end: the period in whole hours, as slurmdbd counts; by default yesterday.
    """

    def __init__(self, slurm: Slurm, where: dict[str, Any], tres: list[int], units: str) -> None:
        self.slurm = slurm
        self.where = {**where}
        self.tres = tres
        self.units = units
        given = (int(slurm.resolve(self.where.pop(f"usage_{which}", 0))) for which in ("start", "end"))
        start, end = (slurm.ffi.new("time_t *", max(0, seconds)) for seconds in given)
        end[0] = min(end[0], int(time()))
        slurm.lib.slurmdb_report_set_start_end_time(start, end)
        self.start, self.end = int(start[0]), int(end[0])

    def amount(self, seconds: int, total: int) -> float:
        """Seconds in the unit of the report. total: what is 100 percent."""
        if self.units == "percent":
            return float(f"{seconds / (total or 1) * 100:.2f}")
        return round(seconds / UNITS[self.units])

    def name(self, tres: int) -> str:
        """Of a TRES: "cpu", "gres/gpu"."""
        kind, name = self.slurm.db.tres[tres]
        return f"{kind}/{name}" if name else kind

    def items(self, listed: Any, struct: str) -> Iterator[Any]:
        slurm = self.slurm
        return items(slurm.ffi.cast, slurm.lib, listed, slurm.ffi.typeof(f"{struct} *"))

    def used(self, listed: Any, tres: int) -> int:
        """Seconds of a TRES in a list of them."""
        found = (one.alloc_secs for one in self.items(listed, "slurmdb_tres_rec_t") if one.id == tres)
        return int(next(found, 0))

    def by_usage(self, users: Any, tres: int) -> list[Any]:
        """slurmdb_report_user_rec_t's of a list: who used most of a TRES first, then by name."""
        listed = list(self.items(users, "slurmdb_report_user_rec_t"))
        listed.sort(key=lambda one: self.slurm.text(one.name) or "")
        listed.sort(key=lambda one: self.used(one.tres_list, tres), reverse=True)
        return listed

    def row(self, **columns: Any) -> Row:
        return Row(**columns, start=self.start, end=self.end)

    def condition(self, struct: str, **members: Any) -> OwnedStruct:
        """The condition of this release, with the period."""
        period = {"usage_start": self.start, "usage_end": self.end}
        return OwnedStruct(
            self.slurm, struct, conditions(self.slurm, struct, {**self.where, **members, **period})
        )

    def clusters(self, call: str, condition: OwnedStruct, *more: Any, struct: str = CLUSTERS) -> list[Any]:
        """What a call of slurmdb_report_* gives, by the names of clusters. It lives as long as this."""
        self._found = self.slurm.db.found(call, condition.struct, struct, *more)
        member = "name" if struct == CLUSTERS else "cluster"
        return sorted(self._found, key=lambda one: self.slurm.string(getattr(one, member)))


def cluster_utilization(report: Report) -> Iterator[Row]:
    """How the time of each cluster was used: sreport cluster utilization."""
    slurm, where = report.slurm, {**report.where, "with_deleted": 1, "with_usage": 1}
    period = {"usage_start": report.start, "usage_end": report.end}
    found = slurm.db.get("slurmdb_clusters_get", {**where, **period})
    for cluster in found:
        sums: dict[int, dict[str, int]] = {}
        for one in report.items(cluster.accounting_list, "slurmdb_cluster_accounting_rec_t"):
            total = sums.setdefault(one.tres_rec.id, dict.fromkeys((*STATES, "count", "records"), 0))
            for member in STATES:
                total[member] += getattr(one, member)
            total["count"] += one.tres_rec.count
            total["records"] += 1
        for tres in report.tres:
            if tres in sums:
                yield _utilization(report, slurm.text(cluster.name) or "", tres, sums[tres])


def _utilization(report: Report, cluster: str, tres: int, total: dict[str, int]) -> Row:
    count = total["count"] // total["records"]
    reported = sum(total[member] for member in REPORTED)
    name = report.name(tres)
    # Energy without a cap has no count.
    possible = count * (report.end - report.start) if count or name != "energy" else reported
    columns = {column: report.amount(total[member], reported) for member, column in STATES.items()}
    return report.row(
        cluster=cluster, tres=name, count=count, reported=report.amount(reported, possible), **columns
    )


def proper_name(user: str) -> str:
    """What /etc/passwd calls a user."""
    try:
        return pwd.getpwnam(user).pw_gecos.split(",")[0]
    except (KeyError, ValueError):
        return ""


def _usage(report: Report, cluster: Any, user: str, account: str, used: Any) -> Iterator[Row]:
    """A line for each TRES. used: a list of TRES."""
    for tres in report.tres:
        amount = report.amount(report.used(used, tres), report.used(cluster.tres_list, tres))
        yield report.row(
            cluster=report.slurm.text(cluster.name) or "",
            account=account,
            user=user,
            proper_name=proper_name(user),
            tres=report.name(tres),
            used=amount,
        )


def by_association(call: str, struct: str, **members: Any) -> Callable[[Report], Iterator[Row]]:
    """Accounts, or WCKeys, and the users in them. members: of the condition."""

    def rows(report: Report) -> Iterator[Row]:
        text = report.slurm.text
        for cluster in report.clusters(call, report.condition(struct, **members)):
            for one in report.items(cluster.assoc_list, "slurmdb_report_assoc_rec_t"):
                yield from _usage(report, cluster, text(one.user) or "", text(one.acct) or "", one.tres_list)

    return rows


def by_user(call: str, struct: str, **members: Any) -> Callable[[Report], Iterator[Row]]:
    """Users, and the accounts, or WCKeys, that they used."""

    def rows(report: Report) -> Iterator[Row]:
        text = report.slurm.text
        for cluster in report.clusters(call, report.condition(struct, **members)):
            for one in report.by_usage(cluster.user_list, CPU):
                yield from _usage(report, cluster, text(one.name) or "", text(one.acct) or "", one.tres_list)

    return rows


def user_top(report: Report, top: int, group: bool) -> Iterator[Row]:
    """The users with the largest usage. group: all accounts of a user are one."""
    slurm, text = report.slurm, report.slurm.text
    users = report.where.pop("name_list", [])
    newest = slurm.capabilities.has("ASSOC_COND_FLAG_WITH_NG_USAGE")
    usage = {} if newest else {"with_usage": 1}
    within = conditions(slurm, "slurmdb_assoc_cond_t", {**report.where, **usage})
    if newest:
        within["flags"] = slurm.bits(["ASSOC_COND_FLAG_WITH_NG_USAGE"])
    within |= {"usage_start": report.start, "usage_end": report.end}
    if users:
        within["user_list"] = users
    filled = OwnedStruct(
        slurm, "slurmdb_user_cond_t", {"with_deleted": 1, "with_assocs": 1, "assoc_cond": within}
    )
    for cluster in report.clusters("slurmdb_report_user_top_usage", filled, group):
        for one in report.by_usage(cluster.user_list, report.tres[0])[:top]:
            accounts = slurm.function("texts")(one.acct_list) if not one.acct else [text(one.acct) or ""]
            yield from _usage(report, cluster, text(one.name) or "", ",".join(accounts), one.tres_list)


#: How jobs are grouped → the call, and whether accounts may be a tree.
SIZES = {
    "account": ("slurmdb_report_job_sizes_grouped_by_account", True),
    "wckey": ("slurmdb_report_job_sizes_grouped_by_wckey", False),
    "account_and_wckey": ("slurmdb_report_job_sizes_grouped_by_account_then_wckey", True),
}


def job_sizes(report: Report, by: str, sizes: Iterable[int], flat: bool) -> Iterator[Row]:
    """What jobs of each size used. sizes: where the groups begin; flat: accounts, not trees of them."""
    slurm, text = report.slurm, report.slurm.text
    call, tree = SIZES[by]
    texts = [slurm.ffi.new("char[]", str(size).encode()) for size in sizes]
    grouping = slurm.ffi.gc(slurm.lib.slurm_list_create(slurm.ffi.NULL), slurm.lib.slurm_list_destroy)
    for size in texts:
        slurm.lib.slurm_list_append(grouping, size)
    more = (grouping, flat, False) if tree else (grouping,)
    condition = report.condition("slurmdb_job_cond_t")
    (tres,) = report.tres
    for cluster in report.clusters(call, condition, *more, struct=GROUPINGS):
        for account in sorted(
            report.items(cluster.acct_list, "slurmdb_report_acct_grouping_t"),
            key=lambda one: (text(one.acct) or "").split(":"),
        ):
            total = report.used(account.tres_list, tres)
            for group in report.items(account.groups, "slurmdb_report_job_grouping_t"):
                yield report.row(
                    cluster=text(cluster.cluster) or "",
                    account=text(account.acct) or "",
                    min_size=group.min_size,
                    max_size=group.max_size,
                    jobs=group.count,
                    tres=report.name(tres),
                    used=report.amount(report.used(group.tres_list, tres), total),
                )
