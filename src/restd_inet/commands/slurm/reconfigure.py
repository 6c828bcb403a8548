"""reconfigure: slurmctld and all slurmd read slurm.conf anew, as `scontrol reconfigure` lets them."""

from restd_inet.commands import Call, Result, Route
from restd_inet.schema.answers import DONE
from restd_inet.schema.versions import V40


def get(call: Call) -> Result:
    call.slurm.reconfigure()
    return Result()


ROUTES = (
    Route(
        "GET",
        "reconfigure/",
        get,
        DONE,
        since=V40,
        summary="Make slurmctld read slurm.conf again",
        changes=True,
        description="Like scontrol reconfigure. It changes the cluster although the method is GET.",
    ),
)
