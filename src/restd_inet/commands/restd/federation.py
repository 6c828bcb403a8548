"""federation: the clusters that share jobs with this one, as `scontrol show federation` shows them."""

from restd_inet.commands import Call, Result, Route
from restd_inet.schema.answers import Answer, named_v39
from restd_inet.schema.record import Record
from restd_inet.schema.records.federation import FEDERATION
from restd_inet.schema.versions import V1, V40

ANSWER = Answer(
    FEDERATION,
    "federation",
    {V1: named_v39},
    component="restd_federation_resp",
    required=("federation",),
)


def get(call: Call) -> Result:
    return Result([call.slurm.federation()])


ROUTES = (
    Route(
        "GET",
        "federation",
        get,
        ANSWER,
        query=Record("query of federation", ""),
        since=V40,
        summary="Show the federation of the cluster",
        description="Like scontrol show federation. Its name is empty if the cluster is in none.",
        exact=True,
    ),
)
