"""Query parameters that several commands have."""

from __future__ import annotations

from restd_inet.problems import Problem
from restd_inet.schema.kinds.base import Changed
from restd_inet.schema.kinds.numbers import TIME, Moment
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.show import SHOW
from restd_inet.schema.versions import V1, V39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.commands import Call

SINCE = Field(
    "update_time",
    Changed({V1: TIME, V39: Moment()}),
    doc="Unix time; the answer is 304 if nothing has changed since then.",
)
UPDATE = Record("query", "", SINCE)
SHOWN = Record("query of what is shown", "", SINCE, Field("flags", SHOW, since=V39, doc="Flags."))


def update_time(call: Call) -> int:
    """Seconds since the epoch: what has not changed since then is 304. 0 if the client has nothing yet."""
    if "update_time" not in call.query:
        return call.since
    try:
        return max(int(call.slurm.resolve(call.query["update_time"])), 0)
    except Problem as problem:
        problem.path = None  # it is no place in a body
        raise


def flags(call: Call) -> int:
    """What to show; 0 for what is shown anyway."""
    return call.slurm.bits(call.query.get("flags", ()))
