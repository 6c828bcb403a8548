"""slurmdb_account_rec_t (slurmdb.h): an account, as `sacctmgr show account` shows it."""

from restd_inet.schema.kinds.slurmdb import DbText, Members, ReadOnly, name
from restd_inet.schema.kinds.strings import Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import ASSOCIATION_SHORT
from restd_inet.schema.records.coordinator import COORDINATOR
from restd_inet.schema.versions import V39, V41

FLAGS = Flags(
    ("SLURMDB_ACCT_FLAG_DELETED", "DELETED"),
    ("SLURMDB_ACCT_FLAG_WASSOC", "WithAssociations", V41),
    ("SLURMDB_ACCT_FLAG_WCOORD", "WithCoordinators", V41),
    ("SLURMDB_ACCT_FLAG_USER_COORD_NO", "NoUsersAreCoords", V41),
    ("SLURMDB_ACCT_FLAG_USER_COORD", "UsersAreCoords", V41),
    component="account_flags",
)

ACCOUNT = Record(
    "account",
    "slurmdb_account_rec_t",
    Field(
        "assoc_list",
        Members(
            ASSOCIATION_SHORT, "assoc_list", ignored_warning="associations are changed at their own path"
        ),
        "associations",
        doc="Associations, if requested.",
    ),
    Field("coordinators", Members(COORDINATOR, "coordinators"), doc="Coordinators, if requested."),
    Field("description", DbText(), required=V39, doc="Description."),
    Field("name", DbText(name), required=V39, doc="Name."),
    Field("organization", DbText(), required=V39, doc="Organization."),
    Field("flags", ReadOnly(FLAGS), doc="Flags."),
    component="account",
    plural={V39: "account_list"},
)
