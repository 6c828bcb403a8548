"""transactions: who changed what in accounting, as `sacctmgr list transactions` shows it."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._tables import Table
from restd_inet.commands.restd._times import given, period
from restd_inet.schema.kinds.lists import Words
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.slurmdb import NameList, cluster, identifier, name
from restd_inet.schema.record import Field
from restd_inet.schema.records.slurmdbd_message_types import DBD_MESSAGE_TYPES
from restd_inet.schema.records.transaction import TRANSACTION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

#: Members of slurmdb_txn_cond_t that are parameters as they are.
LISTS = (
    Field("acct_list", NameList(name), "account", doc="Changes that name these accounts, comma-separated."),
    Field("actor_list", NameList(name), "actor", doc="Who made them: names of users, comma-separated."),
    Field("cluster_list", NameList(cluster), "cluster", doc="Changes of these clusters, comma-separated."),
    Field("id_list", NameList(identifier), "id", doc="Ids, comma-separated."),
    Field("user_list", NameList(name), "user", doc="Changes that name these users, comma-separated."),
    Field("with_assoc_info", BOOL, doc="Also the users, accounts and clusters of associations."),
    *period("time_start", "time_end", "By default the whole time.", "By default now."),
)
#: Word → the number of a call that changes something, such as "ADD_USERS".
ACTIONS = {
    word.removeprefix("DBD_"): number
    for number, word in DBD_MESSAGE_TYPES.items()
    if word.startswith(("DBD_ADD_", "DBD_MODIFY_", "DBD_REMOVE_"))
}


def find(call: Call) -> Iterable[Any]:
    where = given(call, *(field.member or "" for field in LISTS))
    if "action" in call.query:
        where["action_list"] = [str(action(word)) for word in call.query["action"]]
    return call.slurm.db.get("slurmdb_txn_get", where)


def action(word: str) -> int:
    """A call by its name, with or without "DBD_", or as sacctmgr prints it. Raises Problem 400."""
    known = word.upper().replace(" ", "_").removeprefix("DBD_")
    if known not in ACTIONS:
        raise _filters.unknown("action", word, ACTIONS, "an action, such as ADD_USERS")
    return ACTIONS[known]


TRANSACTIONS = Table(
    TRANSACTION,
    "transactions",
    find,
    *LISTS,
    Field("action", Words(), doc="Actions, comma-separated, such as DBD_ADD_USERS, or ADD_USERS."),
)
ROUTES = (
    TRANSACTIONS.route(
        "transactions",
        "List changes of accounting",
        "Like sacctmgr list transactions: who changed what, when.",
    ),
)
