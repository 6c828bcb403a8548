"""slurmdb_account_rec_t (slurmdb.h): an account, as `sacctmgr show account` shows it."""

from restd_inet.schema.accounting import DbText, Members, Shown, name
from restd_inet.schema.fields import Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import ASSOCIATION_SHORT
from restd_inet.schema.records.coordinator import COORDINATOR
from restd_inet.schema.versions import V41

FLAGS = Flags(
    ("SLURMDB_ACCT_FLAG_DELETED", "DELETED"),
    ("SLURMDB_ACCT_FLAG_WASSOC", "WithAssociations", V41),
    ("SLURMDB_ACCT_FLAG_WCOORD", "WithCoordinators", V41),
    ("SLURMDB_ACCT_FLAG_USER_COORD_NO", "NoUsersAreCoords", V41),
    ("SLURMDB_ACCT_FLAG_USER_COORD", "UsersAreCoords", V41),
)

ACCOUNT = Record(
    "account",
    "slurmdb_account_rec_t",
    Field(
        "assoc_list",
        Members(ASSOCIATION_SHORT, "assoc_list", unread="associations are changed at their own path"),
        "associations",
    ),
    Field("coordinators", Members(COORDINATOR, "coordinators")),
    Field("description", DbText()),
    Field("name", DbText(name)),
    Field("organization", DbText()),
    Field("flags", Shown(FLAGS)),
)
