"""Periods of accounting: start_time= and end_time=, in any form that sacct, sacctmgr and sreport take."""

from __future__ import annotations

from time import localtime, mktime

from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.record import Field
from restd_inet.schema.records.slurmdb_query import WHEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What a parameter may be.
FORMS = "a Unix time, or a time such as 2030-01-31T12:00, 12:00, midnight or now-1day"


def period(start: str, end: str, start_doc: str, end_doc: str) -> tuple[Field, Field]:
    """The two parameters. start, end: members of slurmdbd's condition. Docs: what they are by default."""
    return (
        Field(start, WHEN, "start_time", doc=f"Start of the period: {FORMS}. {start_doc}"),
        Field(end, WHEN, "end_time", doc=f"End of the period. {end_doc}"),
    )


#: Beside a period that has a default: all that the database has.
ALL_TIME = Field("all_time", BOOL, doc="The whole time, if no period is given.")


def day(offset: int) -> int:
    """When a day began, here; 0 is today, -1 yesterday."""
    now = localtime()
    return int(mktime((now.tm_year, now.tm_mon, now.tm_mday + offset, 0, 0, 0, 0, 0, -1)))


def given(query: dict[str, Any], *members: str) -> dict[str, Any]:
    """What a query says of these members."""
    return {member: query[member] for member in members if member in query}
