"""slurm.Ping: a slurmctld and how it answered; not a C struct (slurm_ping(3) gives a number)."""

from restd_inet.schema.fields import Formula
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1

PLAIN = Formula({V1: "x"})

PING = Record(
    "ping",
    "",
    Field("hostname", PLAIN),
    Field("ping", PLAIN),
    Field("status", PLAIN),
    Field("mode", PLAIN),
)
