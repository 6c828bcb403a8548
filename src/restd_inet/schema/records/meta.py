"""schema.answers.Meta: who answers, in every answer from v0.0.36 on. Not a C struct."""

from restd_inet.schema.fields import Formula
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V37

PLAIN = Formula({V1: "x"})

META = Record(
    "meta",
    "",
    Field("version", Formula({V1: "'openapi/' + x"}), "plugin.type"),
    Field("version", Formula({V1: "'REST ' + x", V37: "'Slurm OpenAPI ' + x"}), "plugin.name"),
    Field("major", PLAIN, "Slurm.version.major"),
    Field("micro", PLAIN, "Slurm.version.micro"),
    Field("minor", PLAIN, "Slurm.version.minor"),
    Field("release", PLAIN, "Slurm.release"),
)
