"""slurmdb_accounting_rec_t (slurmdb.h): how much of a resource was used in a period of time."""

from restd_inet.schema.kinds.composite import Nested
from restd_inet.schema.kinds.numbers import INT32, INT64, STAMP
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.tres import TRES
from restd_inet.schema.versions import V38, V39, V42

USAGE = Record(
    "usage",
    "slurmdb_accounting_rec_t",
    Field("alloc_secs", INT64, "allocated.seconds", since=V39, doc="Resource-seconds."),
    Field("id", INT32, since=V39, doc="Id of the record that the usage belongs to."),
    Field("id_alt", INT32, since=V42, doc="Alternate id."),
    Field("period_start", STAMP, "start", since=V39, doc="Begin of the period (Unix time)."),
    Field(None, Nested(TRES, "tres_rec"), "TRES", since=V39, doc="The trackable resource that was used."),
    component={V38: "accounting"},
    plural={V39: "accounting_list"},
    docs={"allocated": "Allocated resources."},
)
