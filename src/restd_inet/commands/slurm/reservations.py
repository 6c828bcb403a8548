"""reservations: every reservation that the user may see."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm._query import UPDATE
from restd_inet.schema.answers import Answer, dated_list, meta_list
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.versions import V37, V39

ANSWER = Answer(
    RESERVATION,
    "reservations",
    {V37: meta_list, V39: dated_list},
    component={V37: "reservations_response", V39: "openapi_reservation_resp"},
    required=("reservations", "last_update"),
)


def get(call: Call) -> Result:
    return Result(call.slurm.reservations(call.query.get("update_time", 0)))


ROUTES = (
    Route(
        "GET",
        "reservations/",
        get,
        ANSWER,
        query=UPDATE,
        since=V37,
    ),
)
