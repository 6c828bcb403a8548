"""resv_desc_msg_t (slurm.h): a reservation to make or to change, as `scontrol create reservation` does it.

The answer shows it as it was asked for.
"""

from __future__ import annotations

import re

from restd_inet.schema.kinds.base import Kind
from restd_inet.schema.kinds.composite import Items
from restd_inet.schema.kinds.numbers import U32, Moment, Number
from restd_inet.schema.kinds.strings import TEXT, WORDS
from restd_inet.schema.kinds.values import NO_VAL, Invalid, clip, integer, kind_of, short, text
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.node_update import HOSTS
from restd_inet.schema.records.reservation import FLAGS
from restd_inet.schema.records.tres import TRES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding

#: A time_t that is not set is NO_VAL of 32 bits here.
TIME = Moment(NO_VAL[32])
_TRES = re.compile(r"([^\s=,]+=\d{1,19}(,|$))*", re.ASCII)
#: slurmdb.h, enum tres_types: the TRES that every cluster has.
TRES_IDS = {"cpu": 1, "mem": 2, "energy": 3, "node": 4, "billing": 5, "fs/disk": 6, "vmem": 7, "pages": 8}


class Count(Number):
    """How many. Up to Slurm 23.02 an array whose end is 0."""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        number: Any = super().dump(version, binding)
        unset = self.no_val
        return lambda x: number(x if isinstance(x, int) else x[0] if x else unset)


class NewFlags(Kind):
    """The flags to set; "NO_…" clears. NO_VAL64 where none is named."""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        names = FLAGS.dump(version, binding)
        return lambda x: [] if x == NO_VAL[64] else names(x)

    def parse(self, value: Any) -> Any:
        return FLAGS.parse(value)

    def schema(self, version: int) -> dict[str, Any]:
        return FLAGS.schema(version)


class TresList(Kind):
    """A text such as "cpu=4,gres/gpu=2", in documents a list of {"type", "name", "count"}."""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return lambda x: [_entry(part) for part in (binding.text(x) or "").split(",") if part]

    def parse(self, value: Any) -> str:
        spelled = ",".join(map(_spelled, value)) if isinstance(value, list) else text(value)
        spelled = short(spelled, 65536)
        if not _TRES.fullmatch(spelled):
            raise Invalid(f'expected TRES such as "cpu=4,gres/gpu=2", found "{clip(spelled)}"')
        return spelled

    def schema(self, version: int) -> dict[str, Any]:
        return TRES.list_schema(version)


def _entry(part: str) -> dict[str, Any]:
    tres, _, count = part.partition("=")
    kind, _, name = tres.partition("/")
    return {"type": kind, "name": name, "id": TRES_IDS.get(tres, 0), "count": int(count or 0)}


def _spelled(item: Any) -> str:
    if not isinstance(item, dict):
        raise Invalid(f'expected objects such as {{"type": "cpu", "count": 4}}; found {kind_of(item)}')
    kind, name = (text(item.get(key) or "") for key in ("type", "name"))
    if not kind or any(mark in kind + name for mark in ",="):
        raise Invalid('"type": expected the type of a TRES, such as "cpu" or "gres"')
    count = integer(item.get("count", 0), 0, NO_VAL[64] - 1)
    return f"{kind}/{name}={count}" if name else f"{kind}={count}"


COUNT = Count(32)

RESERVATION_UPDATE = Record(
    "update of a reservation",
    "resv_desc_msg_t",
    Field("accounts", WORDS, doc='Names that may use it; "-name" denies one.'),
    Field("burst_buffer", TEXT, doc="Burst buffers to reserve."),
    Field("comment", TEXT, doc="Arbitrary text."),
    Field("core_cnt", COUNT, "core_count", doc="Number of cores to reserve."),
    Field("duration", U32, doc="Duration, in minutes."),
    Field("end_time", TIME, doc="Unix time, or a time as scontrol(1) takes it."),
    Field("features", TEXT, doc="Required features of nodes."),
    Field("flags", NewFlags(), doc='Flags to set; most flags that begin with "NO_" clear one.'),
    Field("groups", WORDS, doc="Allowed groups, if no users are named."),
    Field("licenses", WORDS, doc="Licenses to reserve."),
    Field("max_start_delay", U32, doc="Maximum delay of its start, in seconds."),
    Field("name", TEXT, doc="Name. Without it a new reservation is created with a generated name."),
    Field("node_cnt", COUNT, "node_count", doc="Number of nodes to reserve."),
    Field("node_list", HOSTS, doc="Nodes to reserve."),
    Field("partition", TEXT, doc="Partition of the nodes."),
    Field(
        "purge_comp_time",
        U32,
        "purge_completed.time",
        doc="Time without jobs after which it ends, in seconds.",
    ),
    Field("start_time", TIME, doc="Unix time, or a time as scontrol(1) takes it."),
    Field("tres_str", TresList(), "tres", doc="Other trackable resources to reserve."),
    Field("users", WORDS, doc='Names that may use it; "-name" denies one.'),
    component="reservation_desc_msg",
    plural="reservation_desc_msg_list",
    docs={"purge_completed": "When the reservation ends for lack of jobs."},
)

RESERVATION_UPDATES = Record(
    "updates of reservations",
    "",
    Field("reservations", Items(RESERVATION_UPDATE), doc="Reservations to create or change."),
    component="reservation_mod_req",
)
