"""conf: the configuration that slurmctld runs with, as `scontrol show config` shows it."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm import _query
from restd_inet.problems import ApiWarning
from restd_inet.schema.answers import Answer, flat_v39
from restd_inet.schema.records.slurm_conf import CONFIGURATION
from restd_inet.schema.versions import V45
from restd_inet.slurm import SlurmError

ANSWER = Answer(CONFIGURATION, "", {V45: flat_v39}, component="openapi_conf_resp")


def get(call: Call) -> Result:
    since = _query.update_time(call)
    try:
        return Result([call.slurm.configuration(since)])
    except SlurmError as error:
        if error.status != 304:
            raise
    call.warnings.append(ApiWarning(f"No config changes since update_time {since}", "slurm_load_ctl_conf()"))
    return Result()


ROUTES = (
    Route(
        "GET",
        "conf",
        get,
        ANSWER,
        query=_query.UPDATE,
        since=V45,
        summary="Show the configuration of slurmctld",
        description="Like scontrol show config. Passwords are not shown.",
    ),
)
