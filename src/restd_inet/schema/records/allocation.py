"""slurm.lookups.Allocation: the hosts of a job, and what it has of them, from v0.0.41 on.

job_resources_t is not in slurm.h; compat/ knows it.
"""

from restd_inet.schema.fields import U16, Enum, Formula
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.select_type import SELECT_TYPE
from restd_inet.schema.versions import V1

PLAIN = Formula({V1: "x"})
NODE_REQUEST = Enum(
    ("NODE_CR_AVAILABLE", "AVAILABLE"), ("NODE_CR_ONE_ROW", "ONE_ROW"), ("NODE_CR_RESERVED", "RESERVED")
)

ALLOCATION = Record(
    "allocation",
    "",
    Field("cr_type", SELECT_TYPE, "select_type"),
    Field("nhosts", PLAIN, "nodes.count"),
    Field("node_req", NODE_REQUEST, "nodes.select_type"),
    Field("nodes", PLAIN, "nodes.list"),
    Field("whole_node", PLAIN, "nodes.whole"),
    Field("hosts", PLAIN, "nodes.allocation"),
    Field("ncpus", PLAIN, "cpus"),
    Field("threads_per_core", U16),
    component="job_res",
)
