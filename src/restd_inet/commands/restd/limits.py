"""limits: what a user may use, has used and may still use, by association, QOS and partition in one."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._limits import Allowance, allowance
from restd_inet.commands.restd._names import check_cached
from restd_inet.commands.restd._tables import Table
from restd_inet.commands.restd.assoc_mgr import NAMES, PARTS, named_users, user_names
from restd_inet.problems import ApiWarning
from restd_inet.schema.record import Field
from restd_inet.schema.records.limit import ALLOWANCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: AccountingStorageEnforce of slurm.conf: src/common/slurm_accounting_storage.h.
_ENFORCE_LIMITS = 2


def find(call: Call) -> Iterable[Allowance]:
    slurm, query = call.slurm, call.query
    users = user_names(call, query.get("user", ["me"]))
    accounts, wanted = query.get("account", []), query.get("partition")
    parts = [PARTS["associations"], PARTS["qos"]]
    manager = slurm.assoc_mgr(parts, accounts=[], users=users, qos=[])
    check_cached(call, manager, parts, account=accounts, user=named_users(query))
    if not slurm.conf.accounting_storage_enforce & _ENFORCE_LIMITS:
        text = "AccountingStorageEnforce of slurm.conf has no limits: slurmctld does not enforce those"
        call.warnings.append(ApiWarning(f"{text} of associations and QOS", "limits"))
    every = slurm.partitions(0)
    if wanted is not None:
        _filters.check_partitions(call, every, wanted)
    partitions = every.select(lambda one: wanted is None or slurm.text(one.name) in wanted)
    found = (
        allowance(slurm, manager, one, partitions)
        for one in manager.associations
        if slurm.text(one.user) and (not accounts or slurm.text(one.acct) in accounts)
    )
    return list(found)


LIMITS = Table(
    ALLOWANCE,
    "limits",
    find,
    Field("user", NAMES, doc='Names of users, comma-separated; by default "me".'),
    Field("account", NAMES, doc="Only associations of these accounts, comma-separated."),
    Field("partition", NAMES, doc="Only these partitions, comma-separated."),
)
ROUTES = (
    LIMITS.route(
        "limits",
        "Show what a user may use, has used and may still use",
        "Like scontrol show assoc_mgr, sacctmgr show associations and qos, and scontrol show partition in "
        "one: for each association of a user its limits, those of the accounts above it, of its QOS, and of "
        "the partitions that take its jobs.",
    ),
)
