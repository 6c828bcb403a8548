"""debug: how much slurmctld logs, as `scontrol setdebug` and `scontrol setdebugflags` change it."""

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer, named_v39
from restd_inet.schema.records.debug import DEBUG_CHANGE, DEBUG_LEVEL
from restd_inet.schema.versions import V1, V40

ANSWER = Answer(DEBUG_LEVEL, "debug", {V1: named_v39}, component="restd_debug_resp", required=("debug",))


def post(call: Call) -> Result:
    """Changes what is said; what slurmctld has then is the answer."""
    slurm, body = call.slurm, call.body
    plus, minus = (slurm.bits(body.get(f"debug_flags_{which}", ())) for which in ("plus", "minus"))
    if "debug_level" not in body and not (plus or minus):
        raise Problem(400, 'there is nothing to change: expected "level" or "flags"', path=())
    if "debug_level" in body:
        slurm.set_debug_level(body["debug_level"])
    if plus or minus:
        slurm.set_debug_flags(plus, minus)
    return Result([slurm.configuration(0)])


ROUTES = (
    Route(
        "POST",
        "debug",
        post,
        ANSWER,
        body=Body(DEBUG_CHANGE),
        since=V40,
        summary="Change how much slurmctld logs",
        description="Like scontrol setdebug and scontrol setdebugflags: for administrators. "
        "It lasts until slurmctld reads slurm.conf again. The answer has what slurmctld has then.",
        exact=True,
        repeatable=True,
    ),
)
