"""schema.answers.Meta: who answers, in every answer from v0.0.36 on. Not a C struct."""

from restd_inet.schema.kinds.base import Changed, Formula, ListOf
from restd_inet.schema.kinds.numbers import INT32
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V37, V38, V39, V40

PLAIN = Formula({V1: "x"}, TEXT)
#: A part of the release: a number, later its digits as Slurm writes them ("05").
PART = Formula({V1: "int(x)", V40: "x"}, Changed({V1: INT32, V40: TEXT}))
COMMAND = Formula({V1: "x"}, ListOf(TEXT, "string_array"))

META = Record(
    "meta",
    "",
    Field("plugin", PLAIN, "plugin.type", doc="Type and name of the plugin."),
    Field(
        "plugin_name",
        Formula({V1: "'REST ' + x", V37: "'Slurm OpenAPI ' + x"}, TEXT),
        "plugin.name",
        doc="Name.",
    ),
    Field("parser", PLAIN, "plugin.data_parser", since=V39, doc="The version of the API."),
    Field(
        "accounting_storage",
        PLAIN,
        "plugin.accounting_storage",
        since=V40,
        doc="AccountingStorageType of slurm.conf.",
    ),
    Field("client", PLAIN, "client.source", since=V39, doc="Address of the client."),
    Field("user", PLAIN, "client.user", since=V40, doc="User of the request."),
    Field("group", PLAIN, "client.group", since=V40, doc="Group of the request."),
    Field("command", COMMAND, since=V40, doc="Always empty."),
    Field(
        "major", PART, "Slurm.version.major", {V40: "slurm.version.major"}, doc="Major version, such as 24."
    ),
    Field(
        "micro", PART, "Slurm.version.micro", {V40: "slurm.version.micro"}, doc="Micro version, such as 5."
    ),
    Field(
        "minor", PART, "Slurm.version.minor", {V40: "slurm.version.minor"}, doc="Minor version, such as 11."
    ),
    Field("release", PLAIN, "Slurm.release", {V40: "slurm.release"}, doc="The release of Slurm."),
    Field("cluster", PLAIN, "slurm.cluster", since=V40, doc="ClusterName of slurm.conf."),
    component={V38: "meta", V40: "openapi_meta"},
    docs={
        "plugin": "Plugin of slurmrestd that serves this path.",
        "client": "The client.",
        "Slurm": "Slurm of this host.",
        "Slurm.version": "Release as numbers.",
        "slurm": "Slurm of this host.",
        "slurm.version": "Release as numbers.",
    },
)
