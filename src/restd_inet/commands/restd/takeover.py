"""takeover: a backup slurmctld takes control, as `scontrol takeover` makes it do."""

from restd_inet.commands import Call, Result, Route
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE
from restd_inet.schema.kinds.numbers import Int
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V40
from restd_inet.slurm import SlurmError

QUERY = Record(
    "query of takeover",
    "",
    Field("backup", Int(16), doc="Which backup: 1 for the second SlurmctldHost of slurm.conf, the default."),
)


def post(call: Call) -> Result:
    backup, count = call.query.get("backup", 1), call.slurm.conf.control_cnt
    if count < 2:
        raise Problem(409, "there is no backup slurmctld: slurm.conf has one SlurmctldHost")
    if not 0 < backup < count:
        raise Problem(400, f"backup: expected the number of a backup, 1 to {count - 1}; found {backup}")
    try:
        call.slurm.take_over(backup)
    except SlurmError as error:
        if error.number == call.slurm.constant("ESLURM_IN_STANDBY_MODE"):
            # A slurmctld that waits says so to all but those, whatever they ask for.
            error.status = 403
            error.text = f"only root and SlurmUser may let a backup take control: {error.text}"
        raise
    return Result()


ROUTES = (
    Route(
        "POST",
        "takeover",
        post,
        DONE,
        query=QUERY,
        since=V40,
        summary="Let a backup slurmctld take control",
        description="Like scontrol takeover: for administrators.",
        exact=True,
        check="which slurmctld is the primary (ping)",
    ),
)
