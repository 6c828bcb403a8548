"""reservations: those of the reservations that one wants, and of them what one wants."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import Listing
from restd_inet.schema.list_answers import page
from restd_inet.schema.records.reservation import RESERVATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.slurm.results import Records


def load(call: Call) -> Records:
    return call.slurm.reservations(call.since)


RESERVATIONS = Listing(
    RESERVATION,
    "reservations",
    page,
    load=load,
    filters={
        "reservation": (_filters.listed("name"), "Reservations by name"),
        "name": (_filters.globs("name"), "Names of reservations, with *, ? and [] as in the shell"),
        "user": (_filters.user_names("users"), 'Users who are named in them, "me" for yourself'),
        "account": (_filters.listed("accounts"), "Accounts that are named in them"),
        "partition": (_filters.partition_names("partition"), "Partitions"),
        "node": (_filters.hosts("node_list", "node"), "Nodes, as host lists"),
    },
    groups={
        "partition": _filters.names("partition"),
        "user": _filters.names("users"),
        "account": _filters.names("accounts"),
    },
)
ROUTES = (
    RESERVATIONS.route(
        "List the reservations that match filters",
        "Like sinfo --reservation: the reservations that you may see and that match every filter, in the "
        "order of their names.",
    ),
)
