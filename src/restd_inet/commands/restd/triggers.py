"""triggers: the programs that slurmctld runs at events, as `strigger --get` lists them."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import filter_fields
from restd_inet.commands.restd._tables import Table
from restd_inet.schema.records.trigger import TRIGGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def find(call: Call) -> Iterable[Any]:
    users = call.query.get("user")
    if users is None:
        return call.slurm.triggers()
    wanted, unwanted = (_filters.uids(call, words) for words in (users.wanted, users.unwanted))

    def fits(trigger: Any) -> bool:
        return (not wanted or trigger.user_id in wanted) and trigger.user_id not in unwanted

    return call.slurm.triggers().select(fits)


TRIGGERS = Table(
    TRIGGER,
    "triggers",
    find,
    *filter_fields({"user": 'Users as whom programs run, by name or uid, "me" for your own triggers'}),
)
ROUTES = (
    TRIGGERS.route(
        "triggers", "List triggers", "Like strigger --get: programs that slurmctld runs at events."
    ),
)
