"""reports/*: usage of clusters, accounts, users and sizes of jobs, as sreport(1) reports it."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import Limit
from restd_inet.commands.restd._names import check_past
from restd_inet.commands.restd._tables import Table
from restd_inet.commands.restd._times import given, period
from restd_inet.problems import Problem
from restd_inet.schema.kinds.lists import OneOf, Words
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.slurmdb import NameList, cluster, name, wckey
from restd_inet.schema.kinds.values import Invalid, integer
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.report import SIZE, USAGE, UTILIZATION, WCKEY_USAGE
from restd_inet.slurm.slurmdbd import reports
from restd_inet.slurm.slurmdbd.reports import SIZES, UNITS, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from restd_inet.commands import Route

#: sreport's.
TOP, GROUPS = 10, (50, 250, 500, 1000)


class Sizes(Words):
    """Numbers of CPUs where groups begin, each larger than the one before."""

    def parse(self, value: Any) -> list[int]:
        sizes = [integer(word, 1, (1 << 31) - 1) for word in super().parse(value)]
        if sizes != sorted(set(sizes)):
            raise Invalid("expected numbers of CPUs, each larger than the one before")
        return sizes


COMMON = (
    Field(
        "cluster_list", NameList(cluster), "cluster", doc="Clusters, comma-separated; by default this one."
    ),
    Field("all_clusters", BOOL, doc="All clusters."),
    Field("tres", Words(), doc="Trackable resources, comma-separated, such as cpu,gres/gpu; by default cpu."),
    Field("units", OneOf(*UNITS), doc="Unit of usage; by default minutes, as sreport has it."),
    *period("usage_start", "usage_end", "By default yesterday's.", "By default the last midnight."),
)
ACCOUNT = Field("acct_list", NameList(name), "account", doc="Only these accounts, comma-separated.")
USER = Field("user_list", NameList(name), "user", doc="Only these users, comma-separated.")
WCKEY = Field("name_list", NameList(wckey), "wckey", doc="Only these WCKeys, comma-separated.")
#: Member of a condition → the parameter that names what there is.
NAMED = {"cluster_list": "cluster", "acct_list": "account", "user_list": "user", "name_list": "wckey"}
_MEMBERS = (*NAMED, "usage_start", "usage_end")


def report(call: Call, *, one: bool = False) -> Report:
    """The common part of a report. one: of a single TRES."""
    query, slurm = call.query, call.slurm
    where = given(call, *_MEMBERS)
    check_past(call, **{NAMED[member]: words for member, words in where.items() if member in NAMED})
    if not query.get("all_clusters"):
        where.setdefault("cluster_list", [slurm.cluster_name])
    tres = resources(call, query.get("tres", ["cpu"]))
    if one and len(tres) > 1:
        raise Problem(400, "tres: expected one trackable resource; ask for a report of each")
    found = Report(slurm, where, tres, query.get("units", "minutes"))
    if found.units == "percent" and "node" in query.get("tres", ()):
        raise Problem(400, "tres: usage of nodes is not reported in percent; ask for cpu")
    return found


def resources(call: Call, words: list[str]) -> list[int]:
    """TRES by name or id, in this order. Raises Problem 400."""
    known = call.slurm.db.tres
    names = {f"{kind}/{name}" if name else kind: number for number, (kind, name) in known.items()}
    if words == ["all"]:
        return list(known)
    wanted = []
    for word in words:
        number = names.get(word, int(word) if word.isdecimal() and len(word) < 10 else -1)
        if number not in known:
            raise _filters.unknown("tres", word, names, "a trackable resource, such as cpu")
        wanted.append(number)
    return wanted


def _whole(rows: Callable[[Report], Iterable[Any]]) -> Callable[[Call], list[Any]]:
    """A report without parameters of its own, made before anything of it is answered."""
    return lambda call: list(rows(report(call)))


def find_utilization(call: Call) -> list[Any]:
    if "node" in call.query.get("tres", ()):
        raise Problem(400, "tres: slurmdbd does not count how the time of nodes was used; ask for cpu")
    return list(reports.cluster_utilization(report(call)))


def find_top(call: Call) -> list[Any]:
    query = call.query
    found = report(call)
    if "user_list" in query:
        found.where["name_list"] = found.where.pop("user_list")
    return list(reports.user_top(found, query.get("top", TOP), bool(query.get("group"))))


def find_sizes(call: Call) -> list[Any]:
    query = call.query
    found = report(call, one=True)
    if "user_list" in query:
        found.where["userid_list"] = [str(uid) for uid in _filters.uids(call, found.where.pop("user_list"))]
    if "name_list" in query:
        found.where["wckey_list"] = found.where.pop("name_list")
    by, sizes = query.get("by", "account"), query.get("grouping", GROUPS)
    return list(reports.job_sizes(found, by, sizes, bool(query.get("flat"))))


def _routes() -> Iterator[Route]:
    for path, record, find, parameters, what, like in REPORTS:
        table = Table(
            record, "report", find, *parameters, *COMMON, component=f"restd_{path}_resp".replace("-", "_")
        )
        yield table.route(f"reports/{path}", f"Report {what}", f"Like sreport {like}.")


_ASSOC, _WCKEYS = "slurmdb_assoc_cond_t", "slurmdb_wckey_cond_t"
_WITH = {"with_usage": 1, "with_deleted": 1}
#: Path, record, records of a call, own parameters, what it reports, and sreport's name for it.
REPORTS: tuple[tuple[str, Record, Callable[[Call], Any], tuple[Field, ...], str, str], ...] = (
    (
        "cluster-utilization",
        UTILIZATION,
        find_utilization,
        (),
        "how the time of clusters was used",
        "cluster Utilization",
    ),
    (
        "account-utilization",
        USAGE,
        _whole(
            reports.by_association(
                "slurmdb_report_cluster_account_by_user", _ASSOC, **_WITH, with_sub_accts=1
            )
        ),
        (ACCOUNT, USER),
        "usage of accounts, and of users in them",
        "cluster AccountUtilizationByUser",
    ),
    (
        "user-utilization",
        USAGE,
        _whole(reports.by_user("slurmdb_report_cluster_user_by_account", _ASSOC, **_WITH)),
        (ACCOUNT, USER),
        "usage of users, by account",
        "cluster UserUtilizationByAccount",
    ),
    (
        "wckey-utilization",
        WCKEY_USAGE,
        _whole(reports.by_association("slurmdb_report_cluster_wckey_by_user", _WCKEYS, **_WITH)),
        (WCKEY, USER),
        "usage of WCKeys, and of users in them",
        "cluster WCKeyUtilizationByUser",
    ),
    (
        "user-wckey-utilization",
        WCKEY_USAGE,
        _whole(reports.by_user("slurmdb_report_cluster_user_by_wckey", _WCKEYS, **_WITH)),
        (WCKEY, USER),
        "usage of users, by WCKey",
        "cluster UserUtilizationByWCKey",
    ),
    (
        "user-top",
        USAGE,
        find_top,
        (
            ACCOUNT,
            USER,
            Field("top", Limit(), doc="How many users; by default 10."),
            Field("group", BOOL, doc="All accounts of a user together."),
        ),
        "the users with the largest usage",
        "user TopUsage",
    ),
    (
        "job-sizes",
        SIZE,
        find_sizes,
        (
            ACCOUNT,
            USER,
            WCKEY,
            Field("by", OneOf(*SIZES), doc="The entity by which jobs are grouped; by default account."),
            Field(
                "grouping",
                Sizes(),
                doc="CPUs at which groups begin, comma-separated; by default 50,250,500,1000.",
            ),
            Field("flat", BOOL, doc="Each account by itself, without those below it."),
        ),
        "usage of jobs by size",
        "job SizesByAccount, SizesByWCKey and SizesByAccountAndWCKey",
    ),
)
ROUTES = tuple(_routes())
