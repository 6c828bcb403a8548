"""reservations: every reservation that the user may see; POST makes and changes several."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurm import _batch, _query, _reserve
from restd_inet.schema.answers import Answer, dated_list, list_v39, meta_list
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.records.reservation_update import RESERVATION_UPDATES
from restd_inet.schema.versions import V37, V39, V40, V43

ANSWER = Answer(
    RESERVATION,
    "reservations",
    {V37: meta_list, V39: list_v39, V40: dated_list},
    many=True,
    component={V37: "reservations_response", V40: "openapi_reservation_resp"},
    required=("reservations", "last_update"),
)
BODY = Body(RESERVATION_UPDATES, _batch.named("reservations"))


def get(call: Call) -> Result:
    return Result(call.slurm.reservations(_query.update_time(call)))


def post(call: Call) -> Result:
    """Those that are there are changed, others made."""
    made = _batch.each(call.body, "reservations", _reserve.putting(call))
    return Result(filled.struct for filled in made)


ROUTES = (
    Route(
        "GET",
        "reservations/",
        get,
        ANSWER,
        query=_query.UPDATE,
        since=V37,
        summary="List reservations",
        description="Like scontrol show reservation: the reservations that you may see.",
    ),
    Route(
        "POST",
        "reservations/",
        post,
        _reserve.ANSWER,
        body=BODY,
        since=V43,
        summary="Create or change several reservations",
        description="Like scontrol create reservation and scontrol update reservation.",
    ),
)
