"""diag: what slurmdbd counts, as `sacctmgr show stats` shows it to operators."""

from restd_inet.commands import Call, Result, Route
from restd_inet.schema.answers import Answer, meta_named, named_v39
from restd_inet.schema.records.slurmdbd_diag import DBD_DIAG
from restd_inet.schema.versions import V36, V39, V40

ANSWER = Answer(
    DBD_DIAG,
    "statistics",
    {V36: meta_named, V39: named_v39},
    component={V36: "diag", V40: "openapi_slurmdbd_stats_resp"},
    required=("statistics",),
)


def get(call: Call) -> Result:
    return Result([call.slurm.db.statistics()])


ROUTES = (
    Route(
        "GET",
        "diag/",
        get,
        ANSWER,
        since=V36,
        summary="Show statistics of slurmdbd",
        operation={V36: "diag", V40: ""},
        description="Like sacctmgr show stats.",
    ),
)
