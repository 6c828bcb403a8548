"""Hosts as a list of names, and as a host list such as host[1-3]: the bodies and answers of /util/."""

from restd_inet.schema.kinds.base import Formula
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.answered import ANSWERED
from restd_inet.schema.records.node_update import HOSTS
from restd_inet.schema.versions import V1

HOST_LIST = Record(
    "host list",
    "",
    Field("hostlist", TEXT, required=True, doc='Host list, such as "host[1-3,7]".'),
    *ANSWERED,
)
HOST_NAMES = Record(
    "host names",
    "",
    Field("hostnames", HOSTS, required=True, doc="Host names or host lists."),
    *ANSWERED,
)
#: The same of answers. Hosts is what they are about.
LISTED = Record(
    "listed hosts",
    "",
    Field(
        "listed", Formula({V1: "x"}, TEXT), "hostlist", required=True, doc='Host list, such as "host[1-3,7]".'
    ),
)
NAMED = Record(
    "named hosts",
    "",
    Field("names", Formula({V1: "x"}, HOSTS), "hostnames", required=True, doc="Host names, one by one."),
)


class Hosts:
    """listed: as a host list; names: one by one."""

    def __init__(self, listed: str = "", names: list[str] | None = None) -> None:
        self.listed = listed
        self.names = names or []
