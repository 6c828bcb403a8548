"""slurmdb_stats_rec_t (slurmdb.h): what slurmdbd counts, as `sacctmgr show stats` shows it."""

from __future__ import annotations

from restd_inet.schema.kinds.base import Changed, Formula
from restd_inet.schema.kinds.composite import Items, Nested
from restd_inet.schema.kinds.numbers import INT32, INT64, STAMP
from restd_inet.schema.kinds.slurmdb import Members
from restd_inet.schema.kinds.slurmdbd import Element
from restd_inet.schema.kinds.strings import TEXT, Label, Name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.slurmdbd_message_types import DBD_MESSAGE_TYPES
from restd_inet.schema.versions import V1, V39, V41

_COUNT, _WORD = Formula({V1: "x"}, INT64), Formula({V1: "x"}, TEXT)
#: Up to v0.0.40: a kind of rolling up that has taken place. slurmrestd called the first two so.
ROLLUP = Record(
    "rollup",
    "",
    Field("type", _WORD),
    Field("last_run", _COUNT),
    Field("last", _COUNT, "last_cycle"),
    Field("max", _COUNT, "max_cycle"),
    Field("total", _COUNT, "total_time"),
    Field("count", _COUNT, "total_cycles"),
    Field("mean", _COUNT, "mean_cycles"),
    plural={V39: "rollup_stats"},
)
ROLLUPS = Record(
    "rollups",
    "slurmdb_rollup_stats_t",
    *(
        Field(member, Element(index, bits), f"{period}.{name}", required=True)
        for member, bits, name in (
            ("count", 16, "count"),
            ("timestamp", 64, "last_run"),
            ("time_last", 64, "duration.last"),
            ("time_max", 64, "duration.max"),
            ("time_total", 64, "duration.time"),
        )
        for index, period in enumerate(("hourly", "daily", "monthly"))
    ),
    component={V41: "rollup_stats"},
)


def _rpcs(row: Field, component: str, plural: str) -> Record:
    return Record(
        plural,
        "slurmdb_rpc_obj_t",
        row,
        Field("cnt", INT32, "count"),
        Field("time_ave", INT64, "time.average"),
        Field("time", INT64, "time.total"),
        component={V39: component},
        plural={V39: plural},
    )


RPC = _rpcs(Field("id", Label(DBD_MESSAGE_TYPES), "rpc"), "stats_rpc", "stats_rpc_list")
USER = _rpcs(Field("id", Name("user_name"), "user"), "stats_user", "stats_user_list")

DBD_DIAG = Record(
    "slurmdbd diag",
    "slurmdb_stats_rec_t",
    Field("time_start", STAMP),
    Field(
        None,
        Changed({V1: Items(ROLLUP, "rollups"), V41: Nested(ROLLUPS, "dbd_rollup_stats")}),
        "rollups",
    ),
    Field(None, Members(RPC, "rpc_list"), "RPCs"),
    Field(None, Members(USER, "user_list"), "users"),
    component={V39: "stats_rec"},
)
