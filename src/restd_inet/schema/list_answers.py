"""Answers of /restd/: the records that were wanted, the last of them where more follow, or their number."""

from __future__ import annotations

from restd_inet.schema.answers import ending_v39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.schema.answers import Parts


def page(parts: Parts) -> Any:
    """{key: [record, …], "last_update": …, "next": …, "meta": {…}, "errors": […], "warnings": […]}"""
    return _page(parts, "last_update")


def page_of_jobs(parts: Parts) -> Any:
    """The same, and when the backfill scheduler last looked at the jobs."""
    return _page(parts, "last_backfill", "last_update")


def page_undated(parts: Parts) -> Any:
    """The same of what has no time. Its places are numbers that some readers of JSON would round."""
    return {**_page(parts), "next": parts.place}


def _page(parts: Parts, *times: str) -> Any:
    dates = {name: parts.time(name) for name in times}
    return {
        parts.key: parts.rows,
        **dates,
        "next": parts.next,
        **parts.counts,
        **parts.waited,
        **ending_v39(parts),
    }
