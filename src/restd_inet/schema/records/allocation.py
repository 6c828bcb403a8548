"""slurm.job_lookups.Allocation: the hosts of a job, and what it has of them, from v0.0.41 on.

job_resources_t is not in slurm.h; compat/ knows it. Up to v0.0.40 slurm.job_lookups writes it as a whole, and
the records of that day have its schema only.
"""

from restd_inet.schema.kinds.base import ANY, Changed, FixedSchema, Formula, ListOf
from restd_inet.schema.kinds.composite import Items, Nested
from restd_inet.schema.kinds.numbers import BOOL, INT32, INT64, U16
from restd_inet.schema.kinds.strings import TEXT, Enum
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.select_type import SELECT_TYPE
from restd_inet.schema.versions import V1, V36, V38, V39, V41

PLAIN = Formula({V1: "x"}, TEXT)
NODE_REQUEST = Enum(
    ("NODE_CR_AVAILABLE", "AVAILABLE"),
    ("NODE_CR_ONE_ROW", "ONE_ROW"),
    ("NODE_CR_RESERVED", "RESERVED"),
    component="node_cr_type",
)
CORE_STATUS = Enum(
    (0, "INVALID"), (1, "UNALLOCATED"), (2, "ALLOCATED"), (3, "IN_USE"), component="job_res_core_status"
)
CORE = Record(
    "core of a job",
    "",
    Field("index", INT32, required=V1, doc="Number of the core in its socket."),
    Field("status", CORE_STATUS, required=V1, doc="Whether the core is allocated, and in use by a step."),
    component="job_res_core",
    plural="job_res_core_array",
)
SOCKET = Record(
    "socket of a job",
    "",
    Field("index", INT32, required=V1, doc="Number of the socket in its node."),
    Field("cores", Items(CORE), required=V1, doc="Allocated cores."),
    component="job_res_socket",
    plural="job_res_socket_array",
)
HOST = Record(
    "host of a job",
    "",
    Field("index", INT32, required=V1, doc="Number of the node in the allocation."),
    Field("name", TEXT, required=V1, doc="Name of the node."),
    Field("count", INT32, "cpus.count", required=V1, doc="Allocated CPUs."),
    Field("used", INT32, "cpus.used", required=V1, doc="CPUs used by steps."),
    Field("memory_used", INT64, "memory.used", required=V1, doc="Memory used by steps, in MiB."),
    Field("memory", INT64, "memory.allocated", required=V1, doc="Allocated memory, in MiB."),
    Field("sockets", Items(SOCKET), required=V1, doc="Allocated sockets."),
    component="job_res_node",
    plural="job_res_nodes",
    docs={"cpus": "CPUs of the node.", "memory": "Memory of the node."},
)

ALLOCATION = Record(
    "allocation",
    "",
    Field(
        "cr_type",
        SELECT_TYPE,
        "select_type",
        required=V1,
        doc="Unit of allocation: CPUs, cores, sockets, memory.",
    ),
    Field("nhosts", INT32, "nodes.count", required=V1, doc="Number of hosts."),
    Field("node_req", NODE_REQUEST, "nodes.select_type", required=V1, doc="How the hosts may be shared."),
    Field("nodes", PLAIN, "nodes.list", required=V1, doc="The hosts, as a host list."),
    Field("whole_node", BOOL, "nodes.whole", required=V1, doc="Whether whole hosts are allocated."),
    Field(
        "hosts",
        Formula({V1: "x"}, Items(HOST)),
        "nodes.allocation",
        required=V1,
        doc="Allocation on each host.",
    ),
    Field("ncpus", INT32, "cpus", required=V1, doc="Total number of CPUs."),
    Field("threads_per_core", U16, required=V1, doc="Threads of a core that the job uses."),
    component="job_res",
    docs={"nodes": "Allocated hosts."},
)

# What slurm.job_lookups writes up to v0.0.40: sockets and cores are objects by their number.
SOCKETS = FixedSchema({"type": "object"})
OLD_HOST = Record(
    "host of a job up to v0.0.40",
    "",
    Field("memory", INT64, doc="Allocated memory, in MiB."),
    Field("cpus", INT32, until=V38, doc="Allocated CPUs."),
    Field("cpus_used", INT32, since=V39, doc="CPUs used by steps."),
    Field("memory_used", INT64, since=V39, doc="Memory used by steps, in MiB."),
    Field("memory_allocated", INT64, since=V39, doc="Allocated memory, in MiB."),
    Field("sockets", SOCKETS, doc="Allocated cores by socket."),
    Field("nodename", TEXT, doc="Name of the node."),
    component={V36: "node_allocation", V39: ""},
    plural={V39: "job_res_nodes"},
)
BY_INDEX = FixedSchema({"type": "object"})
OLD_ALLOCATION = Record(
    "allocation up to v0.0.40",
    "",
    Field("nodes", TEXT, doc="The hosts, as a host list."),
    Field("allocated_cores", INT32, since=V38, doc="Total number of cores, if cores are allocated."),
    Field("allocated_cpus", INT32, doc="Total number of CPUs, if CPUs are allocated."),
    Field("allocated_hosts", INT32, doc="Number of hosts."),
    Field(
        "allocated_nodes",
        Changed({V1: BY_INDEX, V38: Items(OLD_HOST), V39: ListOf(ANY, "job_res_nodes")}),
        doc="Allocated resources of each host.",
    ),
    component={V36: "job_resources", V39: "job_res"},
)
ALLOCATED = Changed({V1: Nested(OLD_ALLOCATION, ""), V41: Nested(ALLOCATION, "")})
