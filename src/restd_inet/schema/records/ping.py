"""slurm.Ping: a slurmctld and how it answered; not a C struct (slurm_ping(3) gives a number)."""

from restd_inet.schema.kinds.base import FixedSchema, Formula
from restd_inet.schema.kinds.numbers import BOOL, INT32, INT64
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V36, V38, V39, V42, V44, V45

PLAIN = Formula({V1: "x"}, TEXT)
UP = FixedSchema({"type": "string", "enum": ["UP", "DOWN"]})

PING = Record(
    "ping",
    "",
    Field("hostname", PLAIN, doc="SlurmctldHost of slurm.conf."),
    Field(
        "ping", PLAIN, "ping", {V39: "pinged"}, until=V44, schema_of={V36: UP, V39: TEXT}, doc="UP or DOWN."
    ),
    Field("status", INT32, until=V38, doc="Result."),
    Field(
        "status",
        Formula({V42: "x == 0"}, BOOL),
        "responding",
        since=V42,
        required=V42,
        doc="Whether it answers.",
    ),
    Field("latency", INT64, since=V39, doc="Microseconds until the answer."),
    Field("mode", PLAIN, until=V44, doc="Whether it is the primary or a backup."),
    Field(
        "mode",
        Formula({V42: "x == 'primary'"}, BOOL),
        "primary",
        since=V42,
        required=V42,
        doc="Whether it is the primary: the first SlurmctldHost of slurm.conf.",
    ),
    Field("text", PLAIN, "status", since=V45, doc="Result."),
    component={V36: "ping", V39: "controller_ping"},
    plural={V39: "controller_ping_array"},
)
