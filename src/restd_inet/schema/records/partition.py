"""partition_info_t (slurm.h): a partition, as `scontrol show partition` shows it."""

from restd_inet.schema.kinds.base import Changed, Formula
from restd_inet.schema.kinds.composite import Computed, Constant
from restd_inet.schema.kinds.numbers import INT16, INT32, INT64, LIMIT32, U16, U32, Mebibytes
from restd_inet.schema.kinds.strings import TEXT, Enum, Flags, Name
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.select_type import SELECT_TYPE
from restd_inet.schema.versions import V1, V36, V37, V38, V39, V40, V41, V43, V45, V46

FLAGS = Flags(
    ("PART_FLAG_DEFAULT", {V1: "default", V45: "DEFAULT"}),
    ("PART_FLAG_HIDDEN", {V1: "hidden", V45: "HIDDEN"}),
    ("PART_FLAG_NO_ROOT", {V1: "no_root", V45: "NO_ROOT"}),
    ("PART_FLAG_ROOT_ONLY", {V1: "root_only", V45: "ROOT_ONLY"}),
    ("PART_FLAG_REQ_RESV", {V1: "reservation_required", V45: "REQ_RESV"}),
    ("PART_FLAG_LLN", {V1: "least_loaded_nodes", V45: "LLN"}),
    ("PART_FLAG_EXCLUSIVE_USER", {V1: "exclusive_user", V45: None}),
    ("PART_FLAG_PDOI", "PDOI", V45),
    # Of a body: what is to be set no more.
    ("PART_FLAG_DEFAULT_CLR", "DEFAULT_CLEAR", V45),
    ("PART_FLAG_HIDDEN_CLR", "HIDDEN_CLEAR", V45),
    ("PART_FLAG_NO_ROOT_CLR", "NO_ROOT_CLEAR", V45),
    ("PART_FLAG_ROOT_ONLY_CLR", "ROOT_ONLY_CLEAR", V45),
    ("PART_FLAG_REQ_RESV_CLR", "REQ_RESV_CLEAR", V45),
    ("PART_FLAG_LLN_CLR", "LLN_CLEAR", V45),
    ("PART_FLAG_PDOI_CLR", "PDOI_CLEAR", V45),
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
PREEMPT_MODES = Flags(
    ("PREEMPT_MODE_SUSPEND", "SUSPEND"),
    ("PREEMPT_MODE_REQUEUE", "REQUEUE"),
    ("PREEMPT_MODE_CANCEL", "CANCEL"),
    ("PREEMPT_MODE_PRIORITY", "PRIORITY"),
    whole=((0, "DISABLED"), (NO_VAL[16], "CLUSTER_GLOBAL")),
)
CPU_BINDING = Flags(
    ("CPU_BIND_VERBOSE", "VERBOSE"),
    ("CPU_BIND_OFF", "CPU_BIND_OFF"),
    base=Enum(
        ("CPU_BIND_TO_THREADS", "CPU_BIND_TO_THREADS"),
        ("CPU_BIND_TO_CORES", "CPU_BIND_TO_CORES"),
        ("CPU_BIND_TO_SOCKETS", "CPU_BIND_TO_SOCKETS"),
        ("CPU_BIND_TO_LDOMS", "CPU_BIND_TO_LDOMS"),
        ("CPU_BIND_NONE", "CPU_BIND_NONE"),
        mask=0x3E,
    ),
)
STATE = Enum(
    ("PARTITION_UP", "UP"),
    ("PARTITION_DOWN", "DOWN"),
    ("PARTITION_INACTIVE", "INACTIVE"),
    ("PARTITION_DRAIN", "DRAIN"),
    other="UNKNOWN",
    component="partition_states",
)
# max_share: the jobs that may share a resource; with SHARED_FORCE (0x8000) users cannot decline.
SHARES = Changed({V1: Formula({V1: "x"}, INT32), V45: Constant(0, INT32)})
OVERSUBSCRIBE_JOBS = Changed({V40: Formula({V40: "x & 0x7fff"}, INT32), V45: Constant(0, INT32)})
SHARING = Name("oversubscription")
FORCED = Flags((0x8000, "force"), component="oversubscribe_flags")
OVERSUBSCRIBE_FLAGS = Changed(
    {V40: Formula({V40: "['force'] if x & 0x8000 else []"}, FORCED), V45: Constant([], FORCED)}
)
#: MiB for each CPU with MEM_PER_CPU (bit 63), else for each node; the bit is no part of the number.
MEMORY = Changed({V1: Formula({V1: "x & 0x7fffffffffffffff"}, INT64), V45: Constant(0, INT64)})

PARTITION = Record(
    "partition",
    "partition_info_t",
    Field("flags", FLAGS, "flags", {V39: None, V45: "flags"}, doc="Flags."),
    Field("preempt_mode", PREEMPT_MODE, "preemption_mode", until=V38, doc="How its jobs are preempted."),
    Field("preempt_mode", PREEMPT_MODES, since=V45, doc="How its jobs are preempted."),
    Field(
        "allow_alloc_nodes",
        TEXT,
        "allowed_allocation_nodes",
        {V39: "nodes.allowed_allocation"},
        doc="Nodes that jobs may be submitted from.",
    ),
    Field("allow_accounts", TEXT, "allowed_accounts", {V39: "accounts.allowed"}, doc="Allowed accounts."),
    Field("allow_groups", TEXT, "allowed_groups", {V39: "groups.allowed"}, doc="Allowed groups."),
    Field("allow_qos", TEXT, "allowed_qos", {V39: "qos.allowed"}, doc="QOS that may use it."),
    Field(
        "alternate", TEXT, "alternative", {V39: "alternate"}, doc="Partition to use if this one is not up."
    ),
    Field(
        "billing_weights_str",
        TEXT,
        "billing_weights",
        {V39: "tres.billing_weights"},
        doc="Billing weights of trackable resources.",
    ),
    Field("cluster_name", TEXT, "cluster", since=V39, doc="Cluster, in a federation."),
    Field(
        "cr_type",
        SELECT_TYPE,
        "select_type",
        since=V41,
        doc="Allocation unit, if it differs from the cluster's.",
    ),
    Field(
        "cpu_bind",
        Changed({V1: INT32, V45: CPU_BINDING}),
        "cpus.task_binding",
        since=V39,
        doc="Default binding of tasks to CPUs.",
    ),
    Field(
        "def_mem_per_cpu",
        MEMORY,
        "default_memory_per_cpu",
        {V38: None, V39: "defaults.memory_per_cpu", V46: None},
        doc="Default memory per CPU or per node, in MiB.",
    ),
    Field(
        "def_mem_per_cpu",
        Mebibytes("cpu"),
        "default_memory_per_cpu",
        {V39: None, V40: "defaults.partition_memory_per_cpu"},
        since=V38,
        doc="Default memory per CPU, in MiB.",
    ),
    Field(
        "def_mem_per_cpu",
        Mebibytes("node"),
        "default_memory_per_node",
        {V39: None, V40: "defaults.partition_memory_per_node"},
        since=V38,
        doc="Default memory per node, in MiB.",
    ),
    Field(
        "default_time",
        LIMIT32,
        "default_time_limit",
        {V39: "defaults.time"},
        doc="Default time limit, in minutes.",
    ),
    Field("deny_accounts", TEXT, "denied_accounts", {V39: "accounts.deny"}, doc="Denied accounts."),
    Field("deny_qos", TEXT, "denied_qos", {V39: "qos.deny"}, doc="Denied QOS."),
    Field(
        None,
        Computed({V45: "partition_exclusive"}, schema_of=TEXT),
        "partition.exclusive",
        since=V45,
        doc="The resources that a job uses exclusively.",
    ),
    Field(
        "grace_time",
        INT32,
        "preemption_grace_time",
        {V39: "grace_time"},
        doc="Grace time of preempted jobs, in seconds.",
    ),
    Field("job_defaults_str", TEXT, "defaults.job", since=V39, doc="Other defaults of jobs."),
    Field(
        "max_cpus_per_node",
        LIMIT32,
        "maximum_cpus_per_node",
        {V39: "maximums.cpus_per_node"},
        doc="Maximum number of CPUs per node.",
    ),
    Field(
        "max_cpus_per_socket",
        U32,
        "maximums.cpus_per_socket",
        since=V39,
        doc="Maximum number of CPUs per socket.",
    ),
    Field(
        "max_mem_per_cpu",
        MEMORY,
        "maximum_memory_per_node",
        {V38: None, V39: "maximums.memory_per_cpu", V46: None},
        doc="Maximum memory per CPU or per node, in MiB.",
    ),
    Field(
        "max_mem_per_cpu",
        Mebibytes("cpu"),
        "maximum_memory_per_cpu",
        {V39: None, V40: "maximums.partition_memory_per_cpu"},
        since=V38,
        doc="Maximum memory per CPU, in MiB.",
    ),
    Field(
        "max_mem_per_cpu",
        Mebibytes("node"),
        "maximum_memory_per_node",
        {V39: None, V40: "maximums.partition_memory_per_node"},
        since=V38,
        doc="Maximum memory per node, in MiB.",
    ),
    Field(
        "max_nodes", LIMIT32, "maximum_nodes_per_job", {V39: "maximums.nodes"}, doc="Maximum number of nodes."
    ),
    Field(
        "max_share",
        SHARES,
        "maximums.shares",
        since=V39,
        until=V45,
        doc="Maximum number of jobs that share a resource.",
    ),
    Field(
        "max_share",
        OVERSUBSCRIBE_JOBS,
        "maximums.oversubscribe.jobs",
        since=V40,
        until=V45,
        doc="Maximum number of jobs that share a resource.",
    ),
    Field(
        "max_share",
        OVERSUBSCRIBE_FLAGS,
        "maximums.oversubscribe.flags",
        since=V40,
        until=V45,
        doc="Whether sharing is forced.",
    ),
    Field("max_share", SHARING, "partition.oversubscribe", since=V45, doc="How jobs share resources."),
    Field(
        "max_time", LIMIT32, "max_time_limit", {V39: "maximums.time"}, doc="Longest time limit, in minutes."
    ),
    Field(
        "min_nodes",
        INT32,
        "min nodes per job",
        {V36: "min_nodes_per_job", V37: "min nodes per job", V39: "minimums.nodes"},
        doc="Minimum number of nodes.",
    ),
    Field("name", TEXT, doc="PartitionName of slurm.conf."),
    Field("nodes", TEXT, "nodes", {V39: "nodes.configured"}, doc="Nodes, as a host list."),
    Field("nodesets", TEXT, "node_sets", since=V39, doc="Node sets."),
    Field(
        "over_time_limit",
        U16,
        "over_time_limit",
        {V39: "maximums.over_time_limit"},
        doc="Minutes that a job may run over its time limit.",
    ),
    Field(
        "priority_job_factor",
        INT16,
        "priority_job_factor",
        {V39: "priority.job_factor"},
        doc="Priority factor of its jobs.",
    ),
    Field(
        "priority_tier",
        INT16,
        "priority_tier",
        {V39: "priority.tier"},
        doc="Priority tier; higher tiers are scheduled first.",
    ),
    Field("qos_char", TEXT, "qos", {V39: "qos.assigned"}, doc="QOS whose limits apply to the partition."),
    Field("resume_timeout", U16, "timeouts.resume", since=V39, doc="Seconds that a node may take to resume."),
    Field(
        "state_up",
        Changed({V1: INT16, V37: STATE}),
        "nodes_online",
        {V37: "state", V39: None, V40: "partition.state"},
        doc="State: whether jobs can be submitted and started.",
    ),
    Field("suspend_time", U32, since=V39, doc="Seconds without a job after which a node is powered down."),
    Field(
        "suspend_timeout", U16, "timeouts.suspend", since=V39, doc="Seconds that a node may take to suspend."
    ),
    Field("total_cpus", INT32, "total_cpus", {V39: "cpus.total"}, doc="Total number of CPUs."),
    Field("total_nodes", INT32, "total_nodes", {V39: "nodes.total"}, doc="Total number."),
    Field("topology_name", TEXT, "topology", since=V43, doc="Topology."),
    Field("tres_fmt_str", TEXT, "tres", {V39: "tres.configured"}, doc="Trackable resources that it has."),
    component={V36: "partition", V39: "partition_info"},
    plural={V39: "partition_info_array", V40: "partition_info_msg"},
    docs={
        "nodes": "Nodes of the partition.",
        "accounts": "Accounts that may use it or not.",
        "groups": "Groups that may use it.",
        "qos": "QOS that may use it or not, and its own.",
        "tres": "Trackable resources of the partition.",
        "cpus": "CPUs of the partition.",
        "defaults": "Defaults of jobs.",
        "partition": "State and sharing.",
        "maximums": "Upper limits of jobs.",
        "maximums.oversubscribe": "Sharing of resources.",
        "minimums": "Lower limits of jobs.",
        "priority": "Priority of its jobs.",
        "timeouts": "Times that a node may take.",
    },
)
