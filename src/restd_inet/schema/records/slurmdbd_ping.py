"""slurm.slurmdbd.connection.DatabasePing: a slurmdbd and how it answered."""

from restd_inet.schema.kinds.base import FixedSchema, Formula
from restd_inet.schema.kinds.numbers import INT64
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V42, V45

_TRUTH = FixedSchema({"type": "boolean"})

DBD_PING = Record(
    "slurmdbd ping",
    "",
    Field("hostname", Formula({V1: "x"}, TEXT), required=True, doc="Host of slurmdbd."),
    Field("responding", Formula({V1: "x"}, _TRUTH), required=True, doc="Whether it answers."),
    Field("latency", Formula({V1: "x"}, INT64), required=True, doc="Microseconds until the answer."),
    Field("primary", Formula({V1: "x"}, _TRUTH), required=True, doc="Whether it is the primary."),
    Field("text", Formula({V1: "x"}, TEXT), "status", since=V45, required=True, doc="Result."),
    component={V42: "slurmdbd_ping"},
    plural={V42: "slurmdbd_ping_array"},
)
