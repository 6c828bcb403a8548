"""slurmdb_coord_rec_t (slurmdb.h): who may change an account, or an account that a user may change."""

from restd_inet.schema.kinds.slurmdb import DbText, Truth, name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V36, V39

COORDINATOR = Record(
    "coordinator",
    "slurmdb_coord_rec_t",
    Field("name", DbText(name), required=V39, doc="Name of the user or account."),
    Field("direct", Truth(16), doc="Whether the user is a coordinator of this account itself."),
    component={V36: "coordinator_info", V39: "coord"},
    plural={V39: "coord_list"},
)
