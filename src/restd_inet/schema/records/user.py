"""slurmdb_user_rec_t (slurmdb.h): a user, as `sacctmgr show user` shows it."""

from restd_inet.schema.kinds.base import Changed
from restd_inet.schema.kinds.slurmdb import DbText, Members, PlainNumber, ReadOnly, name, wckey
from restd_inet.schema.kinds.strings import Enum, Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import ASSOCIATION_SHORT
from restd_inet.schema.records.coordinator import COORDINATOR
from restd_inet.schema.records.wckey import WCKEY
from restd_inet.schema.versions import V36, V38, V39, V44

LEVEL = Enum(
    ("SLURMDB_ADMIN_NOTSET", "Not Set"),
    ("SLURMDB_ADMIN_NONE", "None"),
    ("SLURMDB_ADMIN_OPERATOR", "Operator"),
    ("SLURMDB_ADMIN_SUPER_USER", "Administrator"),
    component="admin_lvl",
)
DELETED = ("SLURMDB_USER_FLAG_DELETED", "DELETED")
NAME = DbText(name)

USER = Record(
    "user",
    "slurmdb_user_rec_t",
    Field("admin_level", LEVEL, "administrator_level", doc="Administrator level in the accounting database."),
    Field(
        "assoc_list",
        Changed(
            {
                V36: Members(ASSOCIATION_SHORT, "assoc_list"),
                V39: Members(
                    ASSOCIATION_SHORT,
                    "assoc_list",
                    ignored_warning="associations are changed at their own path",
                ),
            }
        ),
        "associations",
        doc="Associations of the user, if requested.",
    ),
    Field(
        "coord_accts",
        Changed(
            {
                V36: Members(COORDINATOR, "coord_accts"),
                V39: Members(
                    COORDINATOR, "coord_accts", ignored_warning="coordinators are changed with accounts"
                ),
            }
        ),
        "coordinators",
        doc="Accounts that the user coordinates, if requested.",
    ),
    Field("def_qos_id", PlainNumber(), "default.qos", since=V44, doc="Number of the default QOS."),
    Field("default_acct", NAME, "default.account", doc="Default account."),
    Field("default_wckey", DbText(wckey), "default.wckey", doc="Default workload characterization key."),
    Field(
        "flags",
        Changed(
            {
                V36: ReadOnly(Flags(DELETED)),
                V39: ReadOnly(Flags(DELETED, zero="NONE", component="user_flags")),
            }
        ),
        since=V38,
        doc="Flags of the user.",
    ),
    Field("name", NAME, required=V39, doc="Name of the user."),
    Field("old_name", NAME, since=V39, doc="The name to change."),
    Field(
        "wckey_list",
        Members(WCKEY, "wckey_list"),
        "wckeys",
        since=V39,
        doc="Workload characterization keys of the user, if requested.",
    ),
    component="user",
    plural={V39: "user_list"},
    docs={"default": "Defaults of jobs."},
)
