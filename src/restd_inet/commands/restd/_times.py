"""Periods of accounting: start_time= and end_time=, in any form that sacct, sacctmgr and sreport take."""

from __future__ import annotations

from time import localtime, mktime

from restd_inet.problems import Problem
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.values import Invalid, clip
from restd_inet.schema.record import Field
from restd_inet.schema.records.slurmdb_query import When

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.commands import Call

#: What a parameter may be.
FORMS = "a Unix time, or a time such as 2030-01-31T12:00, 12:00, midnight or now-1day"

#: The last second of the year 9999: no form of sacct's has a later one.
_LAST = 253402300799


class _Time(When):
    """A time that can be one of accounting's."""

    def parse(self, value: Any) -> Any:
        found = super().parse(value)
        word = str(value).strip()
        if word.startswith("-") or (isinstance(found, int) and found > _LAST):
            raise Invalid(f'expected {FORMS}; found "{clip(word)}"')
        return found


def period(start: str, end: str, start_doc: str, end_doc: str) -> tuple[Field, Field]:
    """The two parameters. start, end: members of slurmdbd's condition. Docs: what they are by default."""
    return (
        Field(start, _Time(), "start_time", doc=f"Start of the period: {FORMS}. {start_doc}"),
        Field(end, _Time(), "end_time", doc=f"End of the period. {end_doc}"),
    )


#: Beside a period that has a default: all that the database has.
ALL_TIME = Field("all_time", BOOL, doc="The whole time, if no period is given.")


def day(offset: int) -> int:
    """When a day began, here; 0 is today, -1 yesterday."""
    now = localtime()
    return int(mktime((now.tm_year, now.tm_mon, now.tm_mday + offset, 0, 0, 0, 0, 0, -1)))


def given(call: Call, *members: str) -> dict[str, Any]:
    """What a query says of these members. Raises Problem 400 for a period that ends before it starts."""
    found = {member: call.query[member] for member in members if member in call.query}
    for member in found:
        other = f"{member.removesuffix('start')}end"
        if not member.endswith("_start") or other not in found:
            continue
        start, end = (int(call.slurm.resolve(found[which])) for which in (member, other))
        if 0 < end < start:
            raise Problem(400, f"start_time: expected a time before end_time, {end}; found {start}")
    return found
