"""reservation/{reservation_name}: one reservation; POST reservation makes or changes the one in its body."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurm import _query, _reserve
from restd_inet.commands.slurm.reservations import ANSWER
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE
from restd_inet.schema.kinds.values import clip
from restd_inet.schema.records.reservation_update import RESERVATION_UPDATE
from restd_inet.schema.versions import V37, V42, V43
from restd_inet.slurm import SlurmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def get(call: Call) -> Result:
    """The name in any case, as in slurmctld."""
    name = call.parameters["reservation_name"].lower()
    reservations = call.slurm.reservations(_query.update_time(call))
    found = reservations.select(lambda one: (call.slurm.text(one.name) or "").lower() == name)
    if not found:
        raise _missing(call, "slurm_load_reservations")
    return Result(found)


def post(call: Call) -> Result:
    made = [_reserve.putting(call)(call.body)]
    return Result(filled.struct for filled in made)


def delete(call: Call) -> Result:
    name = call.parameters["reservation_name"]
    try:
        call.slurm.change("slurm_delete_reservation", "reservation_name_msg_t", {"name": name})
    except SlurmError as error:
        if error.number != call.slurm.constant("ESLURM_RESERVATION_INVALID"):
            raise
        raise _missing(call, error.source) from None
    return Result()


def _missing(call: Call, source: str) -> Problem:
    text = f"there is no reservation {clip(call.parameters['reservation_name'])} that you may see"
    return call.slurm.missing("ESLURM_RESERVATION_INVALID", text, source)


def _named(members: dict[str, Any], version: int) -> dict[str, Any]:
    if not members.get("name"):
        raise Problem(400, "name: expected the name of the reservation", path=("name",))
    return members


BODY = Body(RESERVATION_UPDATE, _named)

ROUTES = (
    Route(
        "GET",
        "reservation/{reservation_name}",
        get,
        ANSWER,
        query=_query.UPDATE,
        since=V37,
        summary="Show a reservation",
        description="Like scontrol show reservation.",
    ),
    Route(
        "DELETE",
        "reservation/{reservation_name}",
        delete,
        DONE,
        since=V42,
        summary="Delete a reservation",
        description="Like scontrol delete reservation.",
    ),
    Route(
        "POST",
        "reservation",
        post,
        _reserve.ANSWER,
        body=BODY,
        since=V43,
        summary="Create or change a reservation",
        description="Like scontrol create reservation and scontrol update reservation.",
    ),
)
