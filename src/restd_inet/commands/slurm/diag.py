"""diag: what slurmctld counts, as sdiag(1) shows it."""

from restd_inet.commands import Call, Result, Route
from restd_inet.schema.answers import Answer, bare, meta_named, named, named_v39
from restd_inet.schema.records.diag import DIAG
from restd_inet.schema.versions import V1, V35, V36, V39, V40

ANSWER = Answer(
    DIAG,
    "statistics",
    {V1: bare, V35: named, V36: meta_named, V39: named_v39},
    component={V36: "diag", V40: "openapi_diag_resp"},
    required=("statistics",),
)


def get(call: Call) -> Result:
    return Result([call.slurm.statistics()])


ROUTES = (
    Route(
        "GET",
        "diag/",
        get,
        ANSWER,
        operation={V36: "diag", V40: ""},
        summary="Show statistics of slurmctld",
        description="Like sdiag.",
    ),
)
