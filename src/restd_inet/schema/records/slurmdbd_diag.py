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
    Field("type", _WORD, doc="Period: hourly, daily or monthly."),
    Field("last_run", _COUNT, doc="When it last ran (Unix time)."),
    Field("last", _COUNT, "last_cycle", doc="Duration of the last run, in microseconds."),
    Field("max", _COUNT, "max_cycle", doc="Longest duration, in microseconds."),
    Field("total", _COUNT, "total_time", doc="Total duration, in microseconds."),
    Field("count", _COUNT, "total_cycles", doc="Number of runs."),
    Field("mean", _COUNT, "mean_cycles", doc="Mean duration, in microseconds."),
    plural={V39: "rollup_stats"},
)
_PERIODS = ("hourly", "daily", "monthly")
ROLLUPS = Record(
    "rollups",
    "slurmdb_rollup_stats_t",
    *(
        Field(member, Element(index, bits), f"{period}.{name}", required=True, doc=doc)
        for member, bits, name, doc in (
            ("count", 16, "count", "Number of runs."),
            ("timestamp", 64, "last_run", "When it last ran (Unix time)."),
            ("time_last", 64, "duration.last", "Duration of the last run, in microseconds."),
            ("time_max", 64, "duration.max", "Longest duration, in microseconds."),
            ("time_total", 64, "duration.time", "Total duration, in microseconds."),
        )
        for index, period in enumerate(_PERIODS)
    ),
    docs={
        **{period: f"The {period} rollup." for period in _PERIODS},
        **{f"{period}.duration": "Durations." for period in _PERIODS},
    },
    component={V41: "rollup_stats"},
)


def _rpcs(row: Field, component: str, plural: str) -> Record:
    return Record(
        plural,
        "slurmdb_rpc_obj_t",
        row,
        Field("cnt", INT32, "count", doc="Number of calls."),
        Field("time_ave", INT64, "time.average", doc="Mean time of a call, in microseconds."),
        Field("time", INT64, "time.total", doc="Total time of all calls, in microseconds."),
        docs={"time": "Times of calls."},
        component={V39: component},
        plural={V39: plural},
    )


RPC = _rpcs(
    Field("id", Label(DBD_MESSAGE_TYPES), "rpc", doc="Name of the remote procedure call."),
    "stats_rpc",
    "stats_rpc_list",
)
USER = _rpcs(Field("id", Name("user_name"), "user", doc="Name of the user."), "stats_user", "stats_user_list")

DBD_DIAG = Record(
    "slurmdbd diag",
    "slurmdb_stats_rec_t",
    Field("time_start", STAMP, doc="When the counters were reset (Unix time)."),
    Field(
        None,
        Changed({V1: Items(ROLLUP, "rollups"), V41: Nested(ROLLUPS, "dbd_rollup_stats")}),
        "rollups",
        doc="Rollups of usage.",
    ),
    Field(None, Members(RPC, "rpc_list"), "RPCs", doc="Remote procedure calls by type."),
    Field(None, Members(USER, "user_list"), "users", doc="Remote procedure calls by user."),
    component={V39: "stats_rec"},
)
