"""job/{job_id}/usage: the operation; what it does is loaded with the first request for it."""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.commands import Call
from restd_inet.commands.restd._tables import Table
from restd_inet.schema.records.job_usage import JOB_USAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def find(call: Call) -> list[Any]:
    found: list[Any] = lazy.module("restd_inet.commands.restd._job_usage").find_usage(call)
    return found


USAGE = Table(JOB_USAGE, "usage", find, component="restd_job_usage_resp")
ROUTE = USAGE.route(
    "job/{job_id}/usage",
    "Show what a job uses or has used",
    "Like sstat while it runs, and like seff when it has ended: CPU time, memory, input and output, and how "
    "much of the CPUs and the memory that is. An array or a heterogeneous job has an entry for each part.",
)
