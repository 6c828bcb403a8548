"""conf: how slurmdbd is configured, as `sacctmgr show config` shows it to operators; from Slurm 26.05 on."""

from restd_inet.commands import Call, Result, Route
from restd_inet.schema.answers import Answer, named_v39
from restd_inet.schema.records.slurmdbd_conf import DBD_CONF
from restd_inet.schema.versions import V45

ANSWER = Answer(
    DBD_CONF,
    "slurmdbd_conf",
    {V45: named_v39},
    component="openapi_slurmdbd_conf_resp",
    required=("slurmdbd_conf",),
)


def get(call: Call) -> Result:
    return Result([call.slurm.db.configuration()])


ROUTES = (
    Route(
        "GET",
        "conf",
        get,
        ANSWER,
        since=V45,
        summary="Show the configuration of slurmdbd",
        description="Like sacctmgr show configuration.",
    ),
)
