"""slurmdb_coord_rec_t (slurmdb.h): who may change an account, or an account that a user may change."""

from restd_inet.schema.accounting import DbText, Truth, name
from restd_inet.schema.record import Field, Record

COORDINATOR = Record(
    "coordinator",
    "slurmdb_coord_rec_t",
    Field("name", DbText(name)),
    Field("direct", Truth(16)),
)
