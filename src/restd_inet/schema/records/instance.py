"""slurmdb_instance_rec_t (slurmdb.h): a node while it was an instance of a cloud."""

from restd_inet.schema.fields import TEXT, TIME
from restd_inet.schema.record import Field, Record

INSTANCE = Record(
    "instance",
    "slurmdb_instance_rec_t",
    Field("cluster", TEXT, doc="Name of the cluster."),
    Field("extra", TEXT, doc="What the node said of itself."),
    Field("instance_id", TEXT, doc="What the cloud calls it."),
    Field("instance_type", TEXT, doc="What sort of machine it was."),
    Field("node_name", TEXT, doc="Name of the node."),
    Field("time_end", TIME, "time.time_end", doc="When it ended."),
    Field("time_start", TIME, "time.time_start", doc="When it began."),
    component="instance",
    plural="instance_list",
)
