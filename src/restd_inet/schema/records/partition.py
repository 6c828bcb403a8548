"""partition_info_t (slurm.h): a partition, as `scontrol show partition` shows it."""

from restd_inet.schema.fields import (
    INT16,
    INT32,
    LIMIT32,
    TEXT,
    U16,
    U32,
    Changed,
    Enum,
    Flags,
    Formula,
    Mebibytes,
)
from restd_inet.schema.record import Field, Record
from restd_inet.schema.values import NO_VAL
from restd_inet.schema.versions import V1, V36, V37, V38, V39, V43, V45

FLAGS = Flags(
    ("PART_FLAG_DEFAULT", "default", V1, V38),
    ("PART_FLAG_HIDDEN", "hidden", V1, V38),
    ("PART_FLAG_NO_ROOT", "no_root", V1, V38),
    ("PART_FLAG_ROOT_ONLY", "root_only", V1, V38),
    ("PART_FLAG_REQ_RESV", "reservation_required", V1, V38),
    ("PART_FLAG_LLN", "least_loaded_nodes", V1, V38),
    ("PART_FLAG_EXCLUSIVE_USER", "exclusive_user", V1, V38),
    ("PART_FLAG_DEFAULT", "DEFAULT", V45),
    ("PART_FLAG_HIDDEN", "HIDDEN", V45),
    ("PART_FLAG_NO_ROOT", "NO_ROOT", V45),
    ("PART_FLAG_ROOT_ONLY", "ROOT_ONLY", V45),
    ("PART_FLAG_REQ_RESV", "REQ_RESV", V45),
    ("PART_FLAG_LLN", "LLN", V45),
    ("PART_FLAG_EXCLUSIVE_USER", "EXCLUSIVE_USER", V45),
)
#: NO_VAL16: the partition says nothing; that is "disabled" as it is in slurmrestd from v0.0.38 on.
PREEMPT_MODE = Flags(
    ("PREEMPT_MODE_SUSPEND", "suspend"),
    ("PREEMPT_MODE_REQUEUE", "requeue"),
    ("PREEMPT_MODE_GANG", "gang_schedule"),
    ("PREEMPT_MODE_WITHIN", "within", V38),
    zero="disabled",
    zeros=(0, NO_VAL[16]),
)
STATE = Enum(
    ("PARTITION_UP", "UP"),
    ("PARTITION_DOWN", "DOWN"),
    ("PARTITION_INACTIVE", "INACTIVE"),
    ("PARTITION_DRAIN", "DRAIN"),
    other="UNKNOWN",
)
# max_share: the jobs that may share a resource; with SHARED_FORCE (0x8000) users cannot decline.
SHARES = Formula({V1: "x", V45: "x & 0x7fff if x & 0x7fff != 1 else 0"})
OVERSUBSCRIBE_JOBS = Formula({V39: "x & 0x7fff", V45: "x & 0x7fff if x & 0x7fff != 1 else 0"})
OVERSUBSCRIBE_FLAGS = Formula({V39: "['force'] if x & 0x8000 else []"})
#: MiB for each CPU with MEM_PER_CPU (bit 63), else for each node; the bit is no part of the number.
MEMORY = Formula({V1: "x & 0x7fffffffffffffff"})

PARTITION = Record(
    "partition",
    "partition_info_t",
    Field("flags", FLAGS, "flags", {V39: None, V45: "flags"}),
    Field("preempt_mode", PREEMPT_MODE, "preemption_mode", until=V38),
    Field("allow_alloc_nodes", TEXT, "allowed_allocation_nodes", {V39: "nodes.allowed_allocation"}),
    Field("allow_accounts", TEXT, "allowed_accounts", {V39: "accounts.allowed"}),
    Field("allow_groups", TEXT, "allowed_groups", {V39: "groups.allowed"}),
    Field("allow_qos", TEXT, "allowed_qos", {V39: "qos.allowed"}),
    Field("alternate", TEXT, "alternative", {V39: "alternate"}),
    Field("billing_weights_str", TEXT, "billing_weights", {V39: "tres.billing_weights"}),
    Field("cluster_name", TEXT, "cluster", since=V39),
    Field("cpu_bind", INT32, "cpus.task_binding", since=V39),
    Field("def_mem_per_cpu", MEMORY, "default_memory_per_cpu", {V38: None, V39: "defaults.memory_per_cpu"}),
    Field(
        "def_mem_per_cpu",
        Mebibytes("cpu"),
        "default_memory_per_cpu",
        {V39: "defaults.partition_memory_per_cpu"},
        since=V38,
    ),
    Field(
        "def_mem_per_cpu",
        Mebibytes("node"),
        "default_memory_per_node",
        {V39: "defaults.partition_memory_per_node"},
        since=V38,
    ),
    Field("default_time", LIMIT32, "default_time_limit", {V39: "defaults.time"}),
    Field("deny_accounts", TEXT, "denied_accounts", {V39: "accounts.deny"}),
    Field("deny_qos", TEXT, "denied_qos", {V39: "qos.deny"}),
    Field("grace_time", INT32, "preemption_grace_time", {V39: "grace_time"}),
    Field("job_defaults_str", TEXT, "defaults.job", since=V39),
    Field("max_cpus_per_node", LIMIT32, "maximum_cpus_per_node", {V39: "maximums.cpus_per_node"}),
    Field("max_cpus_per_socket", U32, "maximums.cpus_per_socket", since=V39),
    Field("max_mem_per_cpu", MEMORY, "maximum_memory_per_node", {V38: None, V39: "maximums.memory_per_cpu"}),
    Field(
        "max_mem_per_cpu",
        Mebibytes("cpu"),
        "maximum_memory_per_cpu",
        {V39: "maximums.partition_memory_per_cpu"},
        since=V38,
    ),
    Field(
        "max_mem_per_cpu",
        Mebibytes("node"),
        "maximum_memory_per_node",
        {V39: "maximums.partition_memory_per_node"},
        since=V38,
    ),
    Field("max_nodes", LIMIT32, "maximum_nodes_per_job", {V39: "maximums.nodes"}),
    Field("max_share", SHARES, "maximums.shares", since=V39),
    Field("max_share", OVERSUBSCRIBE_JOBS, "maximums.oversubscribe.jobs", since=V39),
    Field("max_share", OVERSUBSCRIBE_FLAGS, "maximums.oversubscribe.flags", since=V39),
    Field("max_time", LIMIT32, "max_time_limit", {V39: "maximums.time"}),
    Field(
        "min_nodes",
        INT32,
        "min nodes per job",
        {V36: "min_nodes_per_job", V37: "min nodes per job", V39: "minimums.nodes"},
    ),
    Field("name", TEXT),
    Field("nodes", TEXT, "nodes", {V39: "nodes.configured"}),
    Field("nodesets", TEXT, "node_sets", since=V39),
    Field("over_time_limit", U16, "over_time_limit", {V39: "maximums.over_time_limit"}),
    Field("priority_job_factor", INT16, "priority_job_factor", {V39: "priority.job_factor"}),
    Field("priority_tier", INT16, "priority_tier", {V39: "priority.tier"}),
    Field("qos_char", TEXT, "qos", {V39: "qos.assigned"}),
    Field("resume_timeout", U16, "timeouts.resume", since=V39),
    Field(
        "state_up",
        Changed({V1: INT16, V37: STATE}),
        "nodes_online",
        {V37: "state", V39: "partition.state"},
    ),
    Field("suspend_time", U32, since=V39),
    Field("suspend_timeout", U16, "timeouts.suspend", since=V39),
    Field("total_cpus", INT32, "total_cpus", {V39: "cpus.total"}),
    Field("total_nodes", INT32, "total_nodes", {V39: "nodes.total"}),
    Field("topology_name", TEXT, "topology", since=V43),
    Field("tres_fmt_str", TEXT, "tres", {V39: "tres.configured"}),
)
