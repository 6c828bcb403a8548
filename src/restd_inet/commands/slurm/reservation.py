"""reservation/{reservation_name}: one reservation."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm._query import UPDATE
from restd_inet.commands.slurm.reservations import ANSWER
from restd_inet.schema.values import clip
from restd_inet.schema.versions import V37


def get(call: Call) -> Result:
    """The name in any case, as in slurmctld."""
    name = call.parameters["reservation_name"]
    reservations = call.slurm.reservations(call.query.get("update_time", 0))
    found = reservations.select(lambda one: (call.slurm.text(one.name) or "").lower() == name.lower())
    if not found:
        text = f"there is no reservation {clip(name)} that you may see"
        raise call.slurm.missing("ESLURM_RESERVATION_INVALID", text, "slurm_load_reservations")
    return Result(found)


ROUTES = (
    Route(
        "GET",
        "reservation/{reservation_name}",
        get,
        ANSWER,
        query=UPDATE,
        since=V37,
    ),
)
