"""assoc_shares_object_t (src/common/slurm_protocol_defs.h): an association's share, as sshare(1) shows it."""

from __future__ import annotations

from math import isfinite, isinf, isnan

from restd_inet.schema.kinds.base import Changed, FixedSchema, Formula, Kind, ListOf, called, object_of
from restd_inet.schema.kinds.composite import Items, StructKind
from restd_inet.schema.kinds.numbers import DOUBLE, INT32, INT64, U32, U64
from restd_inet.schema.kinds.strings import TEXT, Enum
from restd_inet.schema.kinds.values import INFINITE
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V42

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding


class Plain(Kind):
    """A double as a number, without a limit INFINITE of 64 bits: JSON has no other word for it."""

    empty = 0.0

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return lambda x: None if isnan(x) else float(INFINITE[64]) if isinf(x) else x

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "number", "format": "double"}


def _finite(x: Any) -> float | None:
    """A long double as a number; null for what is none."""
    number = float(x)
    return number if isfinite(number) else None


class OfTres(StructKind):
    """A number for each TRES, with its name. number: the kind of each, None for a long double."""

    def __init__(self, member: str, number: Kind | None, component: str) -> None:
        self.member = member
        self.number = number
        self.component = component

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        member = self.member
        number: Any = self.number.dump(version, binding) if self.number else _finite

        def values(share: Any) -> list[dict[str, Any]]:
            numbers = getattr(share, member)
            return [{"name": name, "value": number(numbers[i])} for i, name in enumerate(share.tres)]

        return values

    def schema(self, version: int) -> dict[str, Any]:
        value = self.number.schema(version) if self.number else {"type": "number"}
        item = object_of(
            name=({"type": "string"}, "Name of the trackable resource."), value=(value, "Amount.")
        )
        listed = ListOf(FixedSchema(called(self.component, version, item)), f"{self.component}_list")
        return listed.schema(version)


RATIO = Changed({V1: Plain(), V42: DOUBLE})
WHOSE = Enum((1, "USER"), (0, "ASSOCIATION"), component="assoc_shares_obj_wrap_type")

SHARE = Record(
    "share",
    "assoc_shares_object_t",
    Field("assoc_id", INT32, "id", doc="The association's number in accounting."),
    Field("cluster", TEXT, doc="Cluster."),
    Field("name", TEXT, doc="The user, or the account."),
    Field("parent", TEXT, doc="Parent account."),
    Field("partition", TEXT, doc="Partition of the association, if it is limited to one."),
    Field("shares_norm", DOUBLE, "shares_normalized", doc="Normalized shares: its part of all shares."),
    Field("shares_raw", U32, "shares", doc="Raw shares."),
    Field(
        None,
        OfTres("tres_run_secs", U64, "shares_uint64_tres"),
        "tres.run_seconds",
        doc="Resource-seconds that running jobs have left.",
    ),
    Field(
        None,
        OfTres("tres_grp_mins", U64, "shares_uint64_tres"),
        "tres.group_minutes",
        doc="Maximum resource-minutes of past and present jobs.",
    ),
    Field(
        None,
        OfTres("usage_tres_raw", None, "shares_float128_tres"),
        "tres.usage",
        doc="Used resource-seconds.",
    ),
    Field("usage_efctv", RATIO, "effective_usage", doc="Effective usage, as fair share counts it."),
    Field("usage_norm", DOUBLE, "usage_normalized", doc="Normalized usage: its part of all usage."),
    Field("usage_raw", INT64, "usage", doc="Decayed usage, in billing TRES-seconds."),
    Field("fs_factor", RATIO, "fairshare.factor", doc="Fair-share factor, 0 to 1."),
    Field(
        "level_fs", RATIO, "fairshare.level", doc="Fair share within the account: shares divided by usage."
    ),
    Field("user", WHOSE, "type", doc="Whether the association is a user's or an account's."),
    component="assoc_shares_obj_wrap",
    plural="assoc_shares_obj_list",
    docs={"tres": "Trackable resources.", "fairshare": "Fair share."},
)

SHARES = Record(
    "shares",
    "",
    Field(None, Items(SHARE, "shares"), "shares", doc="Shares of associations."),
    Field("total", Formula({V1: "x"}, INT64), "total_shares", doc="Always 0 since Slurm 23.11."),
    component="shares_resp_msg",
)
