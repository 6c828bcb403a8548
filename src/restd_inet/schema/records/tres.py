"""slurmdb_tres_rec_t (slurmdb.h): a trackable resource, and how much of it."""

from restd_inet.schema.accounting import DbText, name
from restd_inet.schema.fields import INT32, INT64
from restd_inet.schema.record import Field, Record

TRES = Record(
    "tres",
    "slurmdb_tres_rec_t",
    Field("type", DbText(name)),
    Field("name", DbText(name)),
    Field("id", INT32),
    Field("count", INT64),
)
