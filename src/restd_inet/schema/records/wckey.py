"""slurmdb_wckey_rec_t (slurmdb.h): a workload key of a user, as `sacctmgr show wckey` shows it."""

from restd_inet.schema.kinds.composite import Computed
from restd_inet.schema.kinds.numbers import INT32
from restd_inet.schema.kinds.slurmdb import DbText, Members, ReadOnly, cluster, name, wckey
from restd_inet.schema.kinds.strings import Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.usage import USAGE
from restd_inet.schema.versions import V36, V38, V39

FLAGS = Flags(("SLURMDB_WCKEY_FLAG_DELETED", "DELETED"), component="wckey_flags")

WCKEY = Record(
    "wckey",
    "slurmdb_wckey_rec_t",
    Field(
        "accounting_list",
        Members(USAGE, "accounting_list", ignored_warning="usage is counted by slurmdbd alone"),
        "accounts",
        {V39: "accounting"},
        doc="Usage, if requested.",
    ),
    Field("cluster", DbText(cluster), doc="Name of the cluster.", required=V39),
    Field("id", ReadOnly(INT32), doc="Number of the WCKey of this user on this cluster."),
    Field("name", DbText(wckey), doc="Name of the WCKey.", required=V39),
    Field("user", DbText(name), doc="Name of the user.", required=V39),
    # Up to v0.0.38 the default WCKey of a user had a flag.
    Field(None, Computed({V36: "wckey_flags"}, [], FLAGS), "flags", until=V38, doc="Always empty."),
    Field("flags", ReadOnly(FLAGS), since=V39, doc="Flags."),
    component="wckey",
    plural={V39: "wckey_list"},
)
