"""slurmdb_txn_rec_t (slurmdb.h): a change of accounting, as `sacctmgr list transactions` shows it."""

from restd_inet.schema.kinds.numbers import INT32, STAMP
from restd_inet.schema.kinds.strings import TEXT, Label
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.slurmdbd_message_types import DBD_MESSAGE_TYPES

TRANSACTION = Record(
    "transaction",
    "slurmdb_txn_rec_t",
    Field("id", INT32, doc="Id in the database."),
    Field("timestamp", STAMP, "time", doc="When it was made (Unix time)."),
    Field(
        "action", Label(DBD_MESSAGE_TYPES), doc="Name of the remote procedure call, such as DBD_ADD_USERS."
    ),
    Field("actor_name", TEXT, "actor", doc="Who made it."),
    Field("where_query", TEXT, "where", doc="What was changed, as a condition of SQL, or a name."),
    Field("set_info", TEXT, "info", doc="What was set, as slurmdbd writes it down."),
    Field("users", TEXT, doc="Users of the associations, if with_assoc_info asks for them."),
    Field("accts", TEXT, "accounts", doc="Accounts of the associations, likewise."),
    Field("clusters", TEXT, doc="Clusters of the associations, likewise."),
    component="restd_transaction",
    plural="restd_transaction_list",
)
