"""ping: does slurmdbd answer, as `sacctmgr ping` asks."""

from restd_inet.commands import Call, Result, Route
from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer, list_v39
from restd_inet.schema.records.slurmdbd_ping import DBD_PING
from restd_inet.schema.versions import V42
from restd_inet.slurm.slurmdbd.ping import pings

ANSWER = Answer(
    DBD_PING, "pings", {V42: list_v39}, component="openapi_slurmdbd_ping_resp", required=("pings",)
)


def get(call: Call) -> Result:
    """Each slurmdbd's answer; a Problem if none of them answers."""
    found = pings(call.slurm)
    if not any(ping.responding for ping in found):
        hosts = ", ".join(ping.hostname for ping in found)
        number = call.slurm.constant("ESLURM_DB_CONNECTION") or 0
        raise Problem(503, f"no slurmdbd answers ({hosts})", number=number, source="slurmdb_ping")
    return Result(found)


ROUTES = (
    Route(
        "GET",
        "ping/",
        get,
        ANSWER,
        since=V42,
        summary="Check whether slurmdbd answers",
        description="Like sacctmgr ping.",
    ),
)
