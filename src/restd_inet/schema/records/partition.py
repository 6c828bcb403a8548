"""partition_info_t (slurm.h): a partition, as `scontrol show partition` shows it."""

from restd_inet.schema.fields import (
    INT16,
    INT32,
    INT64,
    LIMIT32,
    TEXT,
    U16,
    Field,
    Flags,
    Record,
)

FLAGS = Flags(
    ("PART_FLAG_DEFAULT", "default"),
    ("PART_FLAG_HIDDEN", "hidden"),
    ("PART_FLAG_NO_ROOT", "no_root"),
    ("PART_FLAG_ROOT_ONLY", "root_only"),
    ("PART_FLAG_REQ_RESV", "reservation_required"),
    ("PART_FLAG_LLN", "least_loaded_nodes"),
    ("PART_FLAG_EXCLUSIVE_USER", "exclusive_user"),
)
#: NO_VAL16: the partition says nothing, the cluster's PreemptMode holds.
PREEMPT_MODE = Flags(
    ("PREEMPT_MODE_SUSPEND", "suspend"),
    ("PREEMPT_MODE_REQUEUE", "requeue"),
    ("PREEMPT_MODE_GANG", "gang_schedule"),
    zero="disabled",
)

PARTITION = Record(
    "partition",
    "partition_info_t",
    Field("flags", FLAGS),
    Field("preempt_mode", PREEMPT_MODE, "preemption_mode"),
    Field("allow_alloc_nodes", TEXT, "allowed_allocation_nodes"),
    Field("allow_accounts", TEXT, "allowed_accounts"),
    Field("allow_groups", TEXT, "allowed_groups"),
    Field("allow_qos", TEXT, "allowed_qos"),
    Field("alternate", TEXT, "alternative"),
    Field("billing_weights_str", TEXT, "billing_weights"),
    Field("def_mem_per_cpu", INT64, "default_memory_per_cpu"),
    Field("default_time", LIMIT32, "default_time_limit"),
    Field("deny_accounts", TEXT, "denied_accounts"),
    Field("deny_qos", TEXT, "denied_qos"),
    Field("grace_time", INT32, "preemption_grace_time"),
    Field("max_cpus_per_node", LIMIT32, "maximum_cpus_per_node"),
    Field("max_mem_per_cpu", INT64, "maximum_memory_per_node"),
    Field("max_nodes", LIMIT32, "maximum_nodes_per_job"),
    Field("max_time", LIMIT32, "max_time_limit"),
    Field("min_nodes", INT32, "min nodes per job"),
    Field("name", TEXT),
    Field("nodes", TEXT),
    Field("over_time_limit", U16),
    Field("priority_job_factor", INT16),
    Field("priority_tier", INT16),
    Field("qos_char", TEXT, "qos"),
    Field("state_up", INT16, "nodes_online"),
    Field("total_cpus", INT32),
    Field("total_nodes", INT32),
    Field("tres_fmt_str", TEXT, "tres"),
)
