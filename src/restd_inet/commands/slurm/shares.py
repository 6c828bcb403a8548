"""shares: how much of its fair share each association has used, as sshare(1) shows it."""

from restd_inet.commands import Call, Result, Route
from restd_inet.schema.answers import Answer, named_v39
from restd_inet.schema.kinds.strings import WORDS
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.shares import SHARES
from restd_inet.schema.versions import V40

QUERY = Record(
    "query of shares",
    "",
    Field("accounts", WORDS, doc="Accounts to show, comma-separated."),
    Field("users", WORDS, doc="Users to show, comma-separated."),
)
ANSWER = Answer(SHARES, "shares", {V40: named_v39}, component="openapi_shares_resp", required=("shares",))


def get(call: Call) -> Result:
    accounts, users = (
        [name for name in call.query.get(key, "").split(",") if name] for key in ("accounts", "users")
    )
    return Result([call.slurm.shares(accounts, users)])


ROUTES = (
    Route(
        "GET",
        "shares",
        get,
        ANSWER,
        query=QUERY,
        since=V40,
        summary="List the shares of associations",
        description="Like sshare.",
    ),
)
