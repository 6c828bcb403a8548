"""The shapes of answers about changes of jobs (see schema.answers)."""

from __future__ import annotations

from restd_inet.schema.answers import ending_v39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.schema.answers import Parts


def flat_nothing(parts: Parts) -> Any:
    """{"errors": […]}, whatever the records."""
    return {"errors": parts.errors}


def meta_nothing(parts: Parts) -> Any:
    """{"meta": {…}, "errors": […]}, whatever the records."""
    return {"meta": parts.meta, "errors": parts.errors}


def nothing_v39(parts: Parts) -> Any:
    """{"meta": {…}, "errors": […], "warnings": […]}, whatever the records."""
    return ending_v39(parts)


def updated_in_full(parts: Parts) -> Any:
    """{key: [record, …], "job_id": …, "step_id": …, "job_submit_user_msg": …, …}: the first's, again."""
    rows = parts.some([])
    first = rows[0] if rows else {"step_id": "", "why": ""}
    return {
        parts.key: rows,
        "job_id": first["step_id"],
        "step_id": "",
        "job_submit_user_msg": first["why"],
        **ending_v39(parts),
    }


def updated(parts: Parts) -> Any:
    """{key: [record, …], "meta": {…}, "errors": […], "warnings": […]}"""
    return {parts.key: parts.some([]), **ending_v39(parts)}


def listed(parts: Parts) -> Any:
    """{key: [[record, …], …], "meta": {…}, "errors": […], "warnings": […]}: a list for each job."""
    return {parts.key: parts.apart(), **ending_v39(parts)}
