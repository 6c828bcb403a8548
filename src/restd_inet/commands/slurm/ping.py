"""ping: does slurmctld answer, as `scontrol ping` asks."""

from restd_inet.commands import Call, Result, Route
from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer, by_host, list_v39, meta_list
from restd_inet.schema.records.ping import PING
from restd_inet.schema.versions import V1, V35, V36, V39, V40
from restd_inet.slurm.errors import WrongRelease

ANSWER = Answer(
    PING,
    {V1: "ping", V36: "pings"},
    {V1: by_host, V36: meta_list, V39: list_v39},
    component={V36: "pings", V40: "openapi_ping_array_resp"},
    required=("pings",),
)


def ping(call: Call) -> Result:
    """Each slurmctld's answer; a Problem if none of them answers."""
    pings = call.slurm.ping()
    if all(ping.status for ping in pings):
        error = call.slurm.error("slurm_ping", pings[0].status)
        if error.status in (401, 403) or isinstance(error, WrongRelease):
            raise error  # the token in use was refused, or the releases do not fit
        hosts = ", ".join(ping.hostname for ping in pings)
        raise Problem(
            error.status if error.status >= 500 else 503,
            f"no slurmctld answers ({hosts}): {error.text}",
            number=error.number,
            source=error.source,
        )
    return Result(pings)


# The first release's documentation typed a POST.
ROUTES = (
    Route(
        "GET",
        "ping/",
        ping,
        ANSWER,
        operation={V36: "ping", V40: ""},
        summary="Check whether slurmctld answers",
        description="Like scontrol ping: the primary and each backup.",
    ),
    Route(
        "POST",
        "ping/",
        ping,
        ANSWER,
        until=V35,
        summary="Check whether slurmctld answers",
        description="Like scontrol ping.",
    ),
)
