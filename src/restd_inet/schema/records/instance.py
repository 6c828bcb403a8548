"""slurmdb_instance_rec_t (slurmdb.h): a node while it was an instance of a cloud."""

from restd_inet.schema.kinds.numbers import STAMP
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record

INSTANCE = Record(
    "instance",
    "slurmdb_instance_rec_t",
    Field("cluster", TEXT, doc="Name of the cluster."),
    Field("extra", TEXT, doc="Extra text of the node."),
    Field("instance_id", TEXT, doc="Id of the cloud instance."),
    Field("instance_type", TEXT, doc="Type of the cloud instance."),
    Field("node_name", TEXT, doc="Name of the node."),
    Field("time_end", STAMP, "time.time_end", doc="When it ended (Unix time)."),
    Field("time_start", STAMP, "time.time_start", doc="When it began (Unix time)."),
    component="instance",
    plural="instance_list",
    docs={"time": "Times."},
)
