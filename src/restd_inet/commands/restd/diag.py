"""diag/reset: slurmctld counts from 0 again, as `sdiag --reset` makes it do."""

from restd_inet.commands import Call, Result, Route
from restd_inet.schema.answers import DONE
from restd_inet.schema.versions import V40


def reset(call: Call) -> Result:
    call.slurm.reset_statistics()
    return Result()


ROUTES = (
    Route(
        "POST",
        "diag/reset",
        reset,
        DONE,
        since=V40,
        summary="Reset the statistics of slurmctld",
        description="Like sdiag --reset: for operators and administrators.",
        exact=True,
        check="the start time of the statistics (req_time_start of diag)",
    ),
)
