"""Look-ups in slurmdbd: what was found, or that nothing was."""

from __future__ import annotations

from restd_inet.commands import Call, EmptyResult, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from restd_inet.slurm.slurmdbd.connection import Items
    from restd_inet.slurm.slurmdbd.job_stream import JobStream


def or_not_found(
    call: Call,
    records: Collection[Any] | Items | JobStream,
    function: str,
    source: str,
    *,
    listing: bool = False,
) -> Result:
    """The records, or that there are none.

    function: the call that found them ("slurmdb_jobs_get"). source: who warns in slurmrestd ("_dump_jobs").
    listing: one that is answered with 200 in every version.
    """
    if len(records):
        return Result(records)
    problem = call.slurm.missing("ESLURM_REST_EMPTY_RESULT", "Nothing found", function)
    return Result((), empty=EmptyResult(problem, f"{function}() found nothing", source, listing))
