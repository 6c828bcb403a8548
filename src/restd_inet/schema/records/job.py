"""slurm_job_info_t (slurm.h): a job in slurmctld's queue, as `scontrol show job` shows it.

Rows stand in the order of the first release's answers, which was slurm.h's of that day. v1 has the
members' own names and the members that v0.0.35 leaves out.
"""

from __future__ import annotations

from restd_inet.schema.kinds.base import ABSENT, ANY, Changed, Formula, Kind, ListOf
from restd_inet.schema.kinds.composite import Computed, Constant, Items, Nested, SubRecord
from restd_inet.schema.kinds.numbers import (
    ALWAYS32,
    BOOL,
    BOOL16,
    COUNT32,
    DOUBLE,
    EXIT_CODE,
    INT16,
    INT32,
    INT64,
    TIME,
    U16,
    U32,
    Mebibytes,
)
from restd_inet.schema.kinds.strings import TEXT, WORDS, Enum, Flags, Indexes, Name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.allocation import ALLOCATED, ALLOCATION
from restd_inet.schema.versions import V1, V35, V36, V37, V38, V39, V40, V41, V42, V43, V44, V45, V46

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The first release looked for X11_FORWARD_ and its kin here too; those are bits of another member, so that
#: it said them of jobs with KILL_INV_DEP. They are left out.
BITFLAGS = Flags(
    ("KILL_INV_DEP", {V1: "KILL_INV_DEP", V39: "KILL_INVALID_DEPENDENCY"}),
    ("NO_KILL_INV_DEP", {V1: "NO_KILL_INV_DEP", V39: "NO_KILL_INVALID_DEPENDENCY"}),
    ("HAS_STATE_DIR", {V1: "HAS_STATE_DIR", V39: "HAS_STATE_DIRECTORY"}),
    ("BACKFILL_TEST", {V1: "BACKFILL_TEST", V39: "TESTING_BACKFILL"}),
    ("GRES_ENFORCE_BIND", {V1: "GRES_ENFORCE_BIND", V39: "GRES_BINDING_ENFORCED"}),
    ("TEST_NOW_ONLY", "TEST_NOW_ONLY"),
    ("NODE_MEM_CALC", "NODE_MEM_CALC", V1, V35),
    ("NODE_REBOOT", "NODE_REBOOT", V1, V35),
    ("SPREAD_JOB", "SPREAD_JOB"),
    ("USE_MIN_NODES", {V1: "USE_MIN_NODES", V39: "PREFER_MINIMUM_NODE_COUNT"}),
    ("JOB_KILL_HURRY", "JOB_KILL_HURRY"),
    ("TRES_STR_CALC", {V1: "TRES_STR_CALC", V39: "SKIP_TRES_STRING_ACCOUNTING"}),
    ("SIB_JOB_FLUSH", {V1: "SIB_JOB_FLUSH", V39: "SIBLING_CLUSTER_UPDATE_ONLY"}),
    ("HET_JOB_FLAG", {V1: "HET_JOB_FLAG", V39: "HETEROGENEOUS_JOB"}),
    ("JOB_CPUS_SET", "JOB_CPUS_SET", V1, V1),
    # The space is slurmrestd's, in every answer up to v0.0.37.
    ("JOB_CPUS_SET", "JOB_CPUS_SET ", V35, V37),
    ("JOB_CPUS_SET", {V38: "JOB_CPUS_SET", V39: "EXACT_CPU_COUNT_REQUESTED"}),
    ("TOP_PRIO_TMP", {V1: "TOP_PRIO_TMP", V39: "TOP_PRIORITY_JOB"}),
    ("JOB_ACCRUE_OVER", {V1: "JOB_ACCRUE_OVER", V39: "ACCRUE_COUNT_CLEARED"}),
    (
        "GRES_DISABLE_BIND",
        # "GRED" is slurmrestd's.
        {V1: "GRES_DISABLE_BIND", V39: "GRED_BINDING_DISABLED", V40: "GRES_BINDING_DISABLED"},
    ),
    ("JOB_WAS_RUNNING", "JOB_WAS_RUNNING"),
    ("JOB_MEM_SET", {V1: "JOB_MEM_SET", V39: "EXACT_MEMORY_REQUESTED"}),
    ("JOB_RESIZED", {V1: "JOB_RESIZED", V39: None}),
    ("JOB_SEND_ENV", "SEND_JOB_ENVIRONMENT", V39),
    ("JOB_NTASKS_SET", "EXACT_TASK_COUNT_REQUESTED", V39),
    ("BF_WHOLE_NODE_TEST", "TESTING_WHOLE_NODE_BACKFILL", V39),
    ("RESET_ACCRUE_TIME", "JOB_ACCRUE_TIME_RESET", V39),
    ("CRON_JOB", "CRON_JOB", V39),
    ("USE_DEFAULT_ACCT", "USING_DEFAULT_ACCOUNT", V39),
    ("USE_DEFAULT_PART", "USING_DEFAULT_PARTITION", V39),
    ("USE_DEFAULT_QOS", "USING_DEFAULT_QOS", V39),
    ("USE_DEFAULT_WCKEY", "USING_DEFAULT_WCKEY", V39),
    ("JOB_DEPENDENT", "DEPENDENT", V39),
    ("JOB_MAGNETIC", "MAGNETIC", V39),
    ("JOB_PART_ASSIGNED", "PARTITION_ASSIGNED", V39),
    ("BACKFILL_SCHED", "BACKFILL_ATTEMPTED", V39),
    ("BACKFILL_LAST", "SCHEDULING_ATTEMPTED", V39),
    ("JOB_SEND_SCRIPT", "SAVE_BATCH_SCRIPT", V39, V40),
    ("GRES_ONE_TASK_PER_SHARING", "GRES_ONE_TASK_PER_SHARING", V40, V40),
    ("GRES_MULT_TASKS_PER_SHARING", "GRES_MULTIPLE_TASKS_PER_SHARING", V40, V40),
    ("GRES_ALLOW_TASK_SHARING", "GRES_ALLOW_TASK_SHARING", V40, V40),
    ("STEPMGR_ENABLED", "STEPMGR_ENABLED", V41),
    ("EXTERNAL_JOB", "EXTERNAL_JOB", V43),
    ("SPREAD_SEGMENTS", "SPREAD_SEGMENTS", V44),
    ("CONSOLIDATE_SEGMENTS", "CONSOLIDATE_SEGMENTS", V44),
    ("EXPEDITED_REQUEUE", "EXPEDITED_REQUEUE", V44),
    ("JOB_IMPLICIT_MAX_NODES", "JOB_IMPLICIT_MAX_NODES", V45),
    ("RESET_SPREAD_SEGMENTS", "RESET_SPREAD_SEGMENTS", V46),
    ("RESET_CONSOLIDATE_SEGMENTS", "RESET_CONSOLIDATE_SEGMENTS", V46),
    component="job_flags",
    by_bit=True,
)
STATE = Flags(
    ("JOB_LAUNCH_FAILED", "LAUNCH_FAILED"),
    ("JOB_REQUEUE", "REQUEUED"),
    ("JOB_REQUEUE_HOLD", "REQUEUE_HOLD"),
    ("JOB_SPECIAL_EXIT", "SPECIAL_EXIT"),
    ("JOB_RESIZING", "RESIZING"),
    ("JOB_CONFIGURING", "CONFIGURING"),
    ("JOB_COMPLETING", "COMPLETING"),
    ("JOB_STOPPED", "STOPPED"),
    ("JOB_RECONFIG_FAIL", "RECONFIG_FAIL"),
    ("JOB_POWER_UP_NODE", "POWER_UP_NODE"),
    ("JOB_REVOKED", "REVOKED"),
    ("JOB_REQUEUE_FED", "REQUEUE_FED"),
    ("JOB_RESV_DEL_HOLD", "RESV_DEL_HOLD"),
    ("JOB_SIGNALING", "SIGNALING"),
    ("JOB_STAGE_OUT", "STAGE_OUT"),
    ("JOB_EXPEDITING", "EXPEDITING", V44),
    base=Enum(
        ("JOB_PENDING", "PENDING"),
        ("JOB_RUNNING", "RUNNING"),
        ("JOB_SUSPENDED", "SUSPENDED"),
        ("JOB_COMPLETE", "COMPLETED"),
        ("JOB_CANCELLED", "CANCELLED"),
        ("JOB_FAILED", "FAILED"),
        ("JOB_TIMEOUT", "TIMEOUT"),
        ("JOB_NODE_FAIL", "NODE_FAIL"),
        ("JOB_PREEMPTED", "PREEMPTED"),
        ("JOB_BOOT_FAIL", "BOOT_FAIL"),
        ("JOB_DEADLINE", "DEADLINE"),
        ("JOB_OOM", "OUT_OF_MEMORY"),
        mask="JOB_STATE_BASE",
    ),
    component="job_state",
)
MAIL_TYPE = Flags(
    ("MAIL_JOB_BEGIN", "BEGIN"),
    ("MAIL_JOB_END", "END"),
    ("MAIL_JOB_FAIL", "FAIL"),
    ("MAIL_JOB_REQUEUE", "REQUEUE"),
    ("MAIL_JOB_TIME100", "TIME=100%"),
    ("MAIL_JOB_TIME90", "TIME=90%"),
    ("MAIL_JOB_TIME80", "TIME=80%"),
    ("MAIL_JOB_TIME50", "TIME=50%"),
    ("MAIL_JOB_STAGE_OUT", "STAGE_OUT"),
    ("MAIL_ARRAY_TASKS", "ARRAY_TASKS"),
    ("MAIL_INVALID_DEPEND", "INVALID_DEPENDENCY"),
    component="job_mail_flags",
)
#: ACCT_GATHER_PROFILE_NOT_SET is 0 and null; _NONE is a bit of its own.
PROFILE = Flags(
    ("ACCT_GATHER_PROFILE_NONE", {V1: "None", V39: "NONE"}),
    ("ACCT_GATHER_PROFILE_ENERGY", {V1: "Energy", V39: "ENERGY"}),
    ("ACCT_GATHER_PROFILE_LUSTRE", {V1: "Lustre", V39: "LUSTRE"}),
    ("ACCT_GATHER_PROFILE_NETWORK", {V1: "Network", V39: "NETWORK"}),
    ("ACCT_GATHER_PROFILE_TASK", {V1: "Task", V39: "TASK"}),
    null=0,
    whole=((0, {V39: "NOT_SET"}),),
    component="acct_gather_profile",
)
SHARED = Enum(
    ("JOB_SHARED_NONE", "none"),
    ("JOB_SHARED_OK", {V1: "shared", V39: "oversubscribe"}),
    ("JOB_SHARED_USER", "user"),
    ("JOB_SHARED_MCS", "mcs"),
    ("JOB_SHARED_TOPO", "topo", V41),
    component="job_shared",
)
EXCLUSIVE = Enum(
    ("JOB_SHARED_NONE", "true"),
    ("JOB_SHARED_OK", "false"),
    ("JOB_SHARED_USER", "user"),
    ("JOB_SHARED_MCS", "mcs"),
    ("JOB_SHARED_TOPO", "topo", V41),
    component="job_exclusive_flags",
)
SHOW_FLAGS = Flags(
    ("SHOW_ALL", {V1: "SHOW_ALL", V39: "ALL"}),
    ("SHOW_DETAIL", {V1: "SHOW_DETAIL", V39: "DETAIL"}),
    ("SHOW_MIXED", {V1: "SHOW_MIXED", V39: "MIXED"}),
    ("SHOW_LOCAL", {V1: "SHOW_LOCAL", V39: "LOCAL"}),
    ("SHOW_SIBLING", {V1: "SHOW_SIBLING", V39: "SIBLING"}),
    ("SHOW_FEDERATION", {V1: "SHOW_FEDERATION", V39: "FEDERATION"}),
    ("SHOW_FUTURE", {V1: "SHOW_FUTURE", V39: "FUTURE"}),
    component="job_show_flags",
)
# core_spec: NO_VAL16, or a count of cores, or with CORE_SPEC_THREAD (0x8000) a count of threads.
# From v0.0.39 on slurmrestd takes NO_VAL16 for 0x7ffe threads.
#: A number, null up to v0.0.38 where there is none.
COUNT = Changed({V1: U32, V39: INT32})
#: Documents have it as a text up to v0.0.38, and strict clients expect that.
CPUS_PER_TASK = Changed({V1: U16, V36: Formula({V36: "str(x) if x < 0xFFFE else None"}, TEXT), V39: U16})
CORES = Formula({V1: "x if x < 0x8000 else None", V39: "x if x < 0x8000 else 0"}, COUNT)
THREADS = Formula(
    {V1: "x - 0x8000 if 0x8000 <= x < 0xfffe else None", V39: "x - 0x8000 if x >= 0x8000 else 0"},
    COUNT,
)
# pn_min_memory: MiB a node, or with MEM_PER_CPU (bit 63) a CPU; 0 for none.
MEMORY = Formula({V1: "x & 0x7fffffffffffffff"}, INT64)
#: NICE_OFFSET stands for no adjustment.
NICE = Formula(
    {
        V1: "None if x in (0x80000000, 0xfffffffe) else x - 0x80000000",
        V39: "0 if x == 0xfffffffe else x - 0x80000000",
    },
    COUNT,
)
INDEXES = Indexes()
JOB_RESOURCES = Changed(
    {
        V1: Computed({V1: "job_resources"}, {}, ALLOCATED),
        V38: Computed({V38: "job_resources_by_host"}, ABSENT, ALLOCATED),
        V39: Computed({V39: "job_resources_in_full"}, {}, ALLOCATED),
        V41: SubRecord(ALLOCATION, "allocation", null=True),
    }
)
#: Where "standard_output" is a path with its %j and its like filled in, and where it is as it was given. A
#: job that gave none has one all the same, so that the former asks of no member.
FILLED_IN: dict[int, str | None] = {V43: None}


def _as_given(name: str) -> dict[int, str | None]:
    return {V39: None, V43: name}


PRIORITY_THERE = Record(
    "priority in a partition",
    "",
    Field("partition", Formula({V1: "x"}, TEXT), doc="Name of the partition."),
    Field("priority", INT32, doc="Priority of the job in it."),
    component="part_prio",
    plural="priority_by_partition",
)
#: What job_step_id gives: a job as the step that is all of it.
POWER = Nested(
    Record("power", "", Field("flags", ListOf(ANY, {V39: "power_flags", V41: ""}), doc="Always empty.")), ""
)
STEP_ID = Record(
    "step id",
    "",
    Field("sluid", TEXT, doc="Sluid of the job."),
    Field("job_id", U32, doc="Job id."),
    Field("step_het_component", U32, doc="Component of the heterogeneous step."),
    Field("step_id", TEXT, doc='Number of the step, or batch, extern, interactive; "TBD" for the whole job.'),
    component="slurm_step_id",
)


def _row(member: str | None, kind: Kind, name: str = "", *args: Any, v1: str = "", **span: Any) -> Field:
    """A field that v1 calls by its member's name."""
    return Field(member, kind, name, *args, v1=v1 or member or name, **span)


JOB = Record(
    "job",
    "slurm_job_info_t",
    _row("account", TEXT, doc="Account that is charged."),
    _row("accrue_time", TIME, doc="When its age priority began to grow (Unix time)."),
    _row("admin_comment", TEXT, doc="Comment of an administrator."),
    _row("alloc_node", TEXT, "allocating_node", since=V39, doc="Host that the job was submitted from."),
    _row("array_job_id", COUNT32, doc="Job id of its array, 0 for none."),
    _row("array_task_id", U32, doc="Task id in the array."),
    _row("array_max_tasks", COUNT32, doc="Tasks of the array that may run at once, 0 for all."),
    _row(
        "array_task_str",
        TEXT,
        "array_task_string",
        doc="Tasks of the array that this record stands for because they have not started.",
    ),
    _row("assoc_id", INT32, "association_id", doc="Id of its association in accounting."),
    _row("batch_features", TEXT, doc="Features that the host of its script must have."),
    _row("batch_flag", BOOL, doc="Whether it has a script."),
    _row("batch_host", TEXT, doc="Host that its script runs on."),
    _row("bitflags", BITFLAGS, "flags", doc="Flags."),
    _row("boards_per_node", U16, until=V1, doc="Boards per node."),
    _row("burst_buffer", TEXT, doc="Requested burst buffers."),
    _row("burst_buffer_state", TEXT, doc="State of the burst buffers."),
    _row("cluster", TEXT, doc="Cluster."),
    _row("cluster_features", TEXT, doc="Features that its cluster must have."),
    _row("command", TEXT, doc="Path of its script."),
    _row("comment", TEXT, doc="Comment of the user."),
    _row("contiguous", BOOL16, doc="Whether its nodes must be contiguous."),
    _row("core_spec", CORES, doc="Cores kept for the system on its nodes."),
    _row(
        "core_spec", THREADS, "thread_spec", v1="thread_spec", doc="Threads kept for the system on its nodes."
    ),
    _row("cores_per_socket", U16, doc="Cores per socket."),
    _row("billable_tres", DOUBLE, doc="Billing value of its resources."),
    _row("cpus_per_task", CPUS_PER_TASK, doc="CPUs per task."),
    _row(
        "cpu_freq_min",
        U32,
        "cpu_frequency_minimum",
        doc="Minimum CPU frequency, in kHz or as numbered in slurm.h.",
    ),
    _row(
        "cpu_freq_max",
        U32,
        "cpu_frequency_maximum",
        doc="Maximum CPU frequency, in kHz or as numbered in slurm.h.",
    ),
    _row(
        "cpu_freq_gov", U32, "cpu_frequency_governor", doc="CPU frequency governor, as numbered in slurm.h."
    ),
    _row("cpus_per_tres", TEXT, doc="CPUs per trackable resource."),
    _row("deadline", TIME, doc="When it must have ended (Unix time)."),
    _row("delay_boot", U32, doc="Seconds to wait for nodes that need no reboot."),
    _row("dependency", TEXT, doc="Dependencies that are not fulfilled."),
    _row("derived_ec", EXIT_CODE, "derived_exit_code", doc="The highest exit code of its steps."),
    _row("eligible_time", TIME, doc="When it became eligible to run (Unix time)."),
    _row("end_time", TIME, doc="When it ended or is expected to end (Unix time)."),
    _row("exc_nodes", TEXT, "excluded_nodes", doc="Nodes not to use."),
    _row(
        "exc_node_inx",
        INDEXES,
        v1="execution_node_by_index",
        until=V1,
        doc="Excluded nodes as ranges of indexes in the node table.",
    ),
    _row("exit_code", EXIT_CODE, doc="Exit code of the batch script."),
    _row("features", TEXT, doc="Features that its nodes must have."),
    _row("fed_origin_str", TEXT, "federation_origin", doc="Cluster of its submission."),
    _row("fed_siblings_active", INT64, until=V1, doc="Bits of the sibling clusters that have the job."),
    _row("fed_siblings_active_str", TEXT, "federation_siblings_active", doc="Sibling clusters that have it."),
    _row("fed_siblings_viable", INT64, until=V1, doc="Bits of the sibling clusters that may run the job."),
    _row(
        "fed_siblings_viable_str", TEXT, "federation_siblings_viable", doc="Sibling clusters that may run it."
    ),
    _row(
        "gres_detail_cnt",
        Computed({V1: "gres_detail"}, [], ListOf(TEXT, {V39: "job_info_gres_detail"})),
        "gres_detail",
        v1="gres_detail",
        doc="Allocated generic resources, by host.",
    ),
    _row("group_id", ALWAYS32, doc="Number of its group."),
    _row("group_id", Name("group_name", 32), "group_name", since=V38, doc="Name of the group."),
    _row("job_id", ALWAYS32, doc="Job id."),
    _row(
        "job_resrcs",
        JOB_RESOURCES,
        "job_resources",
        v1="job_resources",
        doc="Allocated resources of each host.",
    ),
    _row(
        "job_state",
        Changed({V1: Name("job_state"), V40: STATE}),
        doc="State; from v0.0.39 on with all flags of the state.",
    ),
    _row(
        "last_sched_eval",
        TIME,
        "last_sched_evaluation",
        doc="When a scheduler last looked at it (Unix time).",
    ),
    _row("licenses", TEXT, doc="Requested licenses."),
    _row(
        "mail_type",
        MAIL_TYPE,
        "mail_type",
        {V35: None, V39: "mail_type"},
        doc="Events on which mail is sent.",
    ),
    _row("mail_user", TEXT, "mail_user", {V35: None, V39: "mail_user"}, doc="Recipient of mail."),
    _row("max_cpus", U32, doc="Maximum number of CPUs."),
    _row("max_nodes", U32, doc="Maximum number of nodes."),
    _row("mcs_label", TEXT, doc="Label of multi-category security."),
    _row("mem_per_tres", TEXT, "memory_per_tres", doc="Memory per trackable resource."),
    _row("name", TEXT, doc="Name."),
    _row("network", TEXT, "network", {V35: None, V39: "network"}, doc="Network options."),
    _row("nodes", TEXT, doc="Allocated nodes, as a host list."),
    _row("nice", NICE, doc="Nice value: reduces the priority."),
    _row(
        "node_inx",
        INDEXES,
        "node_index",
        until=V35,
        doc="Allocated nodes as ranges of indexes in the node table.",
    ),
    _row("ntasks_per_core", U16, "tasks_per_core", doc="Maximum number of tasks per core."),
    _row(
        "ntasks_per_tres",
        U16,
        "tasks_per_tres",
        {V35: None, V39: "tasks_per_tres"},
        doc="Tasks per trackable resource.",
    ),
    _row("ntasks_per_node", U16, "tasks_per_node", doc="Maximum number of tasks per node."),
    _row("ntasks_per_socket", U16, "tasks_per_socket", doc="Maximum number of tasks per socket."),
    _row("ntasks_per_board", U16, "tasks_per_board", doc="Maximum number of tasks per board."),
    _row("num_cpus", U32, "cpus", doc="Number of CPUs, allocated or requested."),
    # v0.0.35 wrote this number over the node list, as "nodes"; both are kept, as from v0.0.36 on.
    _row("num_nodes", U32, "node_count", doc="Number of nodes, allocated or requested."),
    _row("num_tasks", U32, "tasks", doc="Number of tasks."),
    _row("het_job_id", COUNT32, doc="Id of its heterogeneous job, 0 for none."),
    _row("het_job_id_set", TEXT, doc="Job ids of all components."),
    _row("het_job_offset", U32, doc="Offset in the heterogeneous job."),
    _row("partition", TEXT, doc="Partition, or all partitions in which it may run."),
    _row("prefer", TEXT, "prefer", {V35: None, V38: "prefer"}, doc="Preferred features of nodes."),
    _row("pn_min_memory", MEMORY, until=V1, doc="Minimum memory per node or CPU, in MiB."),
    _row(
        "pn_min_memory",
        Mebibytes("node"),
        "memory_per_node",
        v1="memory_per_node",
        doc="Memory per node, in MiB.",
    ),
    _row(
        "pn_min_memory",
        Mebibytes("cpu"),
        "memory_per_cpu",
        v1="memory_per_cpu",
        doc="Memory per CPU, in MiB.",
    ),
    _row("pn_min_cpus", U16, "minimum_cpus_per_node", doc="Minimum number of CPUs per node."),
    _row(
        "pn_min_tmp_disk",
        U32,
        "",
        {V36: "minimum_tmp_disk_per_node"},
        doc="Minimum disk space of TmpFS per node, in MiB.",
    ),
    _row("power_flags", INT16, until=V1, doc="No longer used."),
    _row("preempt_time", TIME, doc="When it was preempted (Unix time)."),
    _row(
        "preemptable_time",
        TIME,
        "preemptable_time",
        {V35: None, V39: "preemptable_time"},
        doc="From when on it may be preempted (Unix time).",
    ),
    _row("pre_sus_time", TIME, doc="Run time before it was last suspended, in seconds."),
    _row("priority", U32, doc="Priority; 0 holds the job."),
    _row("profile", PROFILE, doc="The data that is profiled (acct_gather_profile)."),
    _row("qos", TEXT, doc="QOS."),
    _row("reboot", BOOL, doc="Whether its nodes are rebooted before it starts."),
    _row("req_nodes", TEXT, "required_nodes", doc="Required nodes."),
    _row(
        "req_node_inx",
        INDEXES,
        "requested_node_by_index",
        until=V35,
        doc="Required nodes as ranges of indexes in the node table.",
    ),
    _row(
        "req_switch",
        ALWAYS32,
        "minimum_switches",
        {V35: None, V39: "minimum_switches", V42: "required_switches"},
        doc="Maximum number of switches.",
    ),
    _row("requeue", BOOL, doc="Whether the job may be requeued."),
    _row("resize_time", TIME, doc="When it last changed its size (Unix time)."),
    _row("restart_cnt", INT16, doc="How often the job was requeued."),
    _row("resv_name", TEXT, doc="Reservation."),
    _row(
        "sched_nodes",
        TEXT,
        "scheduled_nodes",
        {V35: None, V39: "scheduled_nodes"},
        doc="Nodes planned for it.",
    ),
    _row(
        "selinux_context",
        TEXT,
        "selinux_context",
        {V35: None, V39: "selinux_context"},
        doc="SELinux context.",
    ),
    _row(
        "shared",
        Changed({V1: SHARED, V45: Constant([], SHARED)}),
        doc="Whether the job shares its nodes with others.",
    ),
    _row(
        "shared",
        EXCLUSIVE,
        "exclusive",
        since=V39,
        until=V41,
        doc="Whether the job shares its nodes with others.",
    ),
    _row(
        "shared",
        Formula({V39: "x != 0"}, BOOL),
        "oversubscribe",
        since=V39,
        until=V41,
        doc="Whether the job shares its nodes with others.",
    ),
    _row("show_flags", SHOW_FLAGS, until=V41, doc="How the answer was requested."),
    _row("site_factor", U32, until=V1, doc="Site factor of the priority."),
    _row("sockets_per_board", Changed({V1: U16, V39: INT16}), doc="Minimum number of sockets per board."),
    _row("sockets_per_node", U16, doc="Sockets per node."),
    _row("start_time", TIME, doc="When it started or is expected to start (Unix time)."),
    _row("start_protocol_ver", INT16, until=V1, doc="Protocol version with which the job was started."),
    _row("state_desc", TEXT, "state_description", doc="Details of the reason."),
    _row("state_reason", Name("job_reason"), doc="Reason why it is pending or failed."),
    _row("std_err", TEXT, "standard_error", _as_given("standard_error"), doc="File of its standard error."),
    _row(
        None,
        Computed({V39: "job_stderr"}, schema_of=TEXT),
        "standard_error",
        FILLED_IN,
        since=V39,
        doc="File of its standard error.",
    ),
    _row("std_in", TEXT, "standard_input", _as_given("standard_input"), doc="File of its standard input."),
    _row(
        None,
        Computed({V39: "job_stdin"}, schema_of=TEXT),
        "standard_input",
        FILLED_IN,
        since=V39,
        doc="File of its standard input.",
    ),
    _row(
        "std_out", TEXT, "standard_output", _as_given("standard_output"), doc="File of its standard output."
    ),
    _row(
        None,
        Computed({V39: "job_stdout"}, schema_of=TEXT),
        "standard_output",
        FILLED_IN,
        since=V39,
        doc="File of its standard output.",
    ),
    _row(
        "std_in",
        Computed({V43: "job_stdin_given"}, "", TEXT),
        "stdin_expanded",
        since=V43,
        doc="Path with %j and other patterns replaced.",
    ),
    _row(
        "std_out",
        Computed({V43: "job_stdout_given"}, "", TEXT),
        "stdout_expanded",
        since=V43,
        doc="Path with %j and other patterns replaced.",
    ),
    _row(
        "std_err",
        Computed({V43: "job_stderr_given"}, "", TEXT),
        "stderr_expanded",
        since=V43,
        doc="Path with %j and other patterns replaced.",
    ),
    _row("submit_line", TEXT, since=V44, doc="Command line of its submission."),
    _row("submit_time", TIME, doc="When it was submitted (Unix time)."),
    _row("suspend_time", TIME, doc="When it was last suspended or resumed (Unix time)."),
    _row("system_comment", TEXT, doc="Comment of slurmctld."),
    _row("time_limit", U32, doc="Time limit, in minutes."),
    _row("time_min", U32, "time_minimum", doc="Minimum time limit, in minutes."),
    _row("threads_per_core", U16, doc="Threads per core."),
    _row("tres_bind", TEXT, doc="How tasks are bound to trackable resources."),
    _row("tres_freq", TEXT, doc="Frequency of trackable resources."),
    _row("tres_per_job", TEXT, doc="Requested trackable resources."),
    _row("tres_per_node", TEXT, doc="Trackable resources per node."),
    _row("tres_per_socket", TEXT, doc="Trackable resources per socket."),
    _row("tres_per_task", TEXT, doc="Trackable resources per task."),
    _row("tres_req_str", TEXT, doc="Requested trackable resources, all of them."),
    _row("tres_alloc_str", TEXT, doc="Allocated trackable resources, all of them."),
    _row("user_id", INT32, doc="Number of its user."),
    _row("user_name", TEXT, until=V36, doc="Name of the user."),
    _row(
        None,
        Computed({V37: "job_user_name"}, schema_of=TEXT),
        "user_name",
        since=V37,
        doc="Name of the user.",
    ),
    _row(
        "wait4switch",
        ALWAYS32,
        "maximum_switch_wait_time",
        {V35: None, V39: "maximum_switch_wait_time"},
        doc="Maximum time to wait for the number of switches, in seconds.",
    ),
    _row("wckey", TEXT, doc="Workload characterization key."),
    _row("work_dir", TEXT, "current_working_directory", doc="Working directory."),
    # Younger than the slides, whose answer would have had them further up.
    _row("container", TEXT, "container", {V35: None, V38: "container"}, doc="Path of its OCI bundle."),
    _row("container_id", TEXT, since=V39, doc="Container id."),
    _row(
        "runtime",
        TEXT,
        "container_type",
        {V46: "runtime"},
        since=V45,
        doc="Runtime plugin of its container.",
    ),
    _row("extra", TEXT, since=V39, doc="Any text, for scheduling by it."),
    _row("failed_node", TEXT, since=V39, doc="The node whose failure ended it."),
    _row("job_size_str", WORDS, since=V39, doc="Possible sizes."),
    _row("licenses_allocated", TEXT, since=V43, doc="Allocated licenses."),
    _row(
        "mem_update_delay",
        INT16,
        "memory_update_delay",
        since=V45,
        doc="Seconds until its memory is reduced to its use.",
    ),
    _row(
        "mem_update_margin",
        INT16,
        "memory_update_margin",
        since=V45,
        doc="Percentage above its use that is kept when its memory is reduced.",
    ),
    _row(None, Constant({"flags": []}, POWER), "power", since=V39, until=V44, doc="Always empty."),
    _row("priority", Formula({V39: "x == 0"}, BOOL), "hold", since=V39, doc="Whether it is held."),
    _row(
        "priority_array",
        Items(PRIORITY_THERE, "priorities"),
        "priority_by_partition",
        since=V42,
        doc="Priority in each of its partitions.",
    ),
    _row("segment_size", INT16, since=V43, doc="Size of a segment: nodes that must be in one block."),
    _row(
        None,
        Computed({V44: "job_step_id"}, schema_of=Nested(STEP_ID, "")),
        "step_id",
        since=V44,
        doc="The job in the form of a step id.",
    ),
    _row("cronspec", TEXT, "cron", {V35: None, V39: "cron"}, doc="Line in scrontab."),
    _row("gres_total", TEXT, until=V1, doc="Allocated generic resources."),
    component={V36: "job_response_properties", V39: "job_info"},
    plural={V39: "job_info_msg"},
)
