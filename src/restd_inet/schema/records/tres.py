"""slurmdb_tres_rec_t (slurmdb.h): a trackable resource, and how much of it."""

from restd_inet.schema.kinds.numbers import INT32, INT64, U64
from restd_inet.schema.kinds.slurmdb import DbText, name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V36, V39

TRES = Record(
    "tres",
    "slurmdb_tres_rec_t",
    Field("type", DbText(name), required=V39, doc="Type: cpu, mem, gres."),
    Field("name", DbText(name), doc="Name, for types that have several, such as gres."),
    Field("id", INT32, doc="Id in the database."),
    Field("count", INT64, schema_of={V36: U64, V39: INT64}, doc="Amount; MiB for memory."),
    component={V39: "tres"},
    plural="tres_list",
)
#: The most, or the least, that one task of a step used of one.
EXTREME = Record(
    "extreme",
    "",
    *TRES.fields,
    Field("task", INT32, doc="Task with this value."),
    Field("node", DbText(name), doc="Node of that task."),
)
