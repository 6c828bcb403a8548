"""assoc_mgr: associations, QOS and users as slurmctld has them, as `scontrol show assoc_mgr` shows them."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.restd._names import check_cached
from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer, flat_v39
from restd_inet.schema.kinds.base import Kind
from restd_inet.schema.kinds.lists import Words
from restd_inet.schema.kinds.values import Invalid
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.assoc_mgr import ASSOC_MGR
from restd_inet.schema.versions import V1, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Word → what slurmctld is asked for.
PARTS = {
    "associations": "ASSOC_MGR_INFO_FLAG_ASSOC",
    "qos": "ASSOC_MGR_INFO_FLAG_QOS",
    "users": "ASSOC_MGR_INFO_FLAG_USERS",
}


class Parts(Words):
    """Some of PARTS."""

    def parse(self, value: Any) -> Any:
        words = super().parse(value)
        for word in words:
            if word not in PARTS:
                raise Invalid(f"expected some of {', '.join(PARTS)}; found {ascii(word)[:60]}")
        return words


NAMES: Kind = Words()
QUERY = Record(
    "query of assoc_mgr",
    "",
    Field("account", NAMES, doc="Associations of these accounts, comma-separated."),
    Field("user", NAMES, doc='Associations of these users and of accounts; "me" for yourself.'),
    Field("qos", NAMES, doc="These QOS, comma-separated."),
    Field("show", Parts(), doc="Only these: associations, qos, users."),
)
ANSWER = Answer(
    ASSOC_MGR,
    "",
    {V1: flat_v39},
    component="restd_assoc_mgr_resp",
    required=("tres", "users", "associations", "qos"),
)


def user_names(call: Call, words: list[str]) -> list[str]:
    """Names of users, with that of who asks for "me"."""
    mine = call.credential.user_name()
    if "me" in words and not mine:
        raise Problem(400, 'user: "me" has no name on this machine; expected the name of a user')
    return [mine if word == "me" else word for word in words]


def named_users(query: dict[str, Any]) -> list[str]:
    """The users that a query names, without who asks."""
    return [word for word in query.get("user", ()) if word != "me"]


def get(call: Call) -> Result:
    query = call.query
    users = user_names(call, query.get("user", []))
    accounts, qos = query.get("account", []), query.get("qos", [])
    parts = [PARTS[part] for part in query.get("show", PARTS)]
    found = call.slurm.assoc_mgr(parts, accounts=accounts, users=users, qos=qos)
    check_cached(call, found, PARTS.values(), account=accounts, user=named_users(query), qos=qos)
    return Result([found])


ROUTES = (
    Route(
        "GET",
        "assoc_mgr",
        get,
        ANSWER,
        query=QUERY,
        since=V40,
        summary="Show associations, QOS and users as slurmctld has them",
        description="Like scontrol show assoc_mgr: limits, what is used and what is left. Of trackable "
        "resources those are listed that have a limit or are used.",
        exact=True,
    ),
)
