"""What a user may use by one association, has used, and may still use; limits of every level in one list."""

from restd_inet.schema.kinds.base import FixedSchema, Formula
from restd_inet.schema.kinds.numbers import U64
from restd_inet.schema.kinds.slurmdb import AttributeList
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.federation import Texts
from restd_inet.schema.versions import V1

WORD, WORDS = Formula({V1: "x"}, TEXT), Formula({V1: "x"}, Texts())
#: Who sets a limit.
SOURCES = ("association", "account", "qos", "partition_qos", "partition")

LIMIT = Record(
    "limit",
    "",
    Field(
        "source",
        Formula({V1: "x"}, FixedSchema({"type": "string", "enum": list(SOURCES)})),
        doc="Who sets it: the association, an account above, a QOS, that of a partition, or a partition.",
    ),
    Field("name", WORD, doc="Name of the account, the QOS or the partition; of the user for an association."),
    Field(
        "limit",
        WORD,
        doc="Name of the limit, as scontrol show assoc_mgr has it: GrpTRES, MaxJobsPU, MaxTime.",
    ),
    Field(
        "tres",
        WORD,
        doc="Name of the trackable resource that is limited; empty for numbers of jobs and times.",
    ),
    Field("max", U64, doc="The limit; times are in minutes, memory in MiB."),
    Field(
        "used",
        Formula({V1: "x"}, FixedSchema({"type": "number", "format": "double"})),
        doc="The usage that counts against the limit; 0 for limits of each job.",
    ),
    Field("left", U64, doc="The amount left; not set for a minimum."),
    component="restd_limit",
    plural="restd_limit_list",
)
ALLOWANCE = Record(
    "limits of an association",
    "",
    Field("user", WORD, doc="Name of the user."),
    Field("account", WORD, doc="Name of the account."),
    Field("cluster", WORD, doc="Name of the cluster."),
    Field("partition", WORD, doc="Name of the partition, if the association is limited to one."),
    Field(
        "is_default", Formula({V1: "x"}, FixedSchema({"type": "boolean"})), doc="Whether it is the default."
    ),
    Field("qos", WORDS, doc="Allowed QOS."),
    Field("default_qos", WORD, "default.qos", doc="QOS of jobs that name none."),
    Field("partitions", WORDS, doc="Partitions that take jobs of this user and account."),
    Field(None, AttributeList(LIMIT, "limits"), "limits", doc="Limits, and what is used without one."),
    component="restd_limits",
    plural="restd_limits_list",
    docs={"default": "Defaults of jobs."},
)
