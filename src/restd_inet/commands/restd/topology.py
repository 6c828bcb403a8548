"""topology: how the nodes are connected, as `scontrol show topology` shows it."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.commands.restd._tables import Table
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field
from restd_inet.schema.records.topology import UNIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def find(call: Call) -> Iterator[dict[str, str]]:
    """The lines that libslurm prints, {key: text}. No value of theirs has a space in it."""
    lines = call.slurm.topology(call.query.get("name", "")).splitlines()
    return (dict(word.partition("=")[::2] for word in line.split()) for line in lines)


TOPOLOGY = Table(
    UNIT,
    "topology",
    find,
    Field("name", TEXT, doc="Name of a topology in topology.yaml, for one that is not the default."),
)
ROUTES = (
    TOPOLOGY.route(
        "topology",
        "Show how the nodes are connected",
        "Like scontrol show topology: switches, blocks, rings or tori, whichever TopologyPlugin has; "
        "empty where all nodes are alike.",
    ),
)
