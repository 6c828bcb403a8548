"""slurm_job_info_t (slurm.h): a job in slurmctld's queue, as `scontrol show job` shows it.

Rows stand in the order of the first release's answers, which was slurm.h's of that day. v1 has the
members' own names and the members that v0.0.35 leaves out.
"""

from __future__ import annotations

from restd_inet.schema.fields import (
    ABSENT,
    BOOL,
    BOOL16,
    DOUBLE,
    INT16,
    INT32,
    INT64,
    TEXT,
    TIME,
    U16,
    U32,
    Changed,
    Computed,
    Enum,
    Flags,
    Formula,
    Indexes,
    Kind,
    Mebibytes,
    Name,
)
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V35, V36, V37, V38

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The first release looked for X11_FORWARD_ and its kin here too; those are bits of another member, so that
#: it said them of jobs with KILL_INV_DEP. They are left out.
BITFLAGS = Flags(
    ("KILL_INV_DEP", "KILL_INV_DEP"),
    ("NO_KILL_INV_DEP", "NO_KILL_INV_DEP"),
    ("HAS_STATE_DIR", "HAS_STATE_DIR"),
    ("BACKFILL_TEST", "BACKFILL_TEST"),
    ("GRES_ENFORCE_BIND", "GRES_ENFORCE_BIND"),
    ("TEST_NOW_ONLY", "TEST_NOW_ONLY"),
    ("NODE_MEM_CALC", "NODE_MEM_CALC", V1, V35),
    ("NODE_REBOOT", "NODE_REBOOT", V1, V35),
    ("SPREAD_JOB", "SPREAD_JOB"),
    ("USE_MIN_NODES", "USE_MIN_NODES"),
    ("JOB_KILL_HURRY", "JOB_KILL_HURRY"),
    ("TRES_STR_CALC", "TRES_STR_CALC"),
    ("SIB_JOB_FLUSH", "SIB_JOB_FLUSH"),
    ("HET_JOB_FLAG", "HET_JOB_FLAG"),
    ("JOB_CPUS_SET", "JOB_CPUS_SET", V1, V1),
    # The space is slurmrestd's, in every answer up to v0.0.37.
    ("JOB_CPUS_SET", "JOB_CPUS_SET ", V35, V37),
    ("JOB_CPUS_SET", "JOB_CPUS_SET", V38),
    ("TOP_PRIO_TMP", "TOP_PRIO_TMP"),
    ("JOB_ACCRUE_OVER", "JOB_ACCRUE_OVER"),
    ("GRES_DISABLE_BIND", "GRES_DISABLE_BIND"),
    ("JOB_WAS_RUNNING", "JOB_WAS_RUNNING"),
    ("JOB_MEM_SET", "JOB_MEM_SET"),
    ("JOB_RESIZED", "JOB_RESIZED"),
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
)
#: ACCT_GATHER_PROFILE_NOT_SET is 0 and null; _NONE is a bit of its own.
PROFILE = Flags(
    ("ACCT_GATHER_PROFILE_NONE", "None"),
    ("ACCT_GATHER_PROFILE_ENERGY", "Energy"),
    ("ACCT_GATHER_PROFILE_LUSTRE", "Lustre"),
    ("ACCT_GATHER_PROFILE_NETWORK", "Network"),
    ("ACCT_GATHER_PROFILE_TASK", "Task"),
    null=0,
)
SHARED = Enum(
    ("JOB_SHARED_NONE", "none"),
    ("JOB_SHARED_OK", "shared"),
    ("JOB_SHARED_USER", "user"),
    ("JOB_SHARED_MCS", "mcs"),
)
SHOW_FLAGS = Flags(
    ("SHOW_ALL", "SHOW_ALL"),
    ("SHOW_DETAIL", "SHOW_DETAIL"),
    ("SHOW_MIXED", "SHOW_MIXED"),
    ("SHOW_LOCAL", "SHOW_LOCAL"),
    ("SHOW_SIBLING", "SHOW_SIBLING"),
    ("SHOW_FEDERATION", "SHOW_FEDERATION"),
    ("SHOW_FUTURE", "SHOW_FUTURE"),
)
# core_spec: NO_VAL16, or a count of cores, or with CORE_SPEC_THREAD (0x8000) a count of threads.
CORES = Formula({V1: "x if x < 0x8000 else None"})
THREADS = Formula({V1: "x - 0x8000 if 0x8000 <= x < 0xfffe else None"})
# pn_min_memory: MiB a node, or with MEM_PER_CPU (bit 63) a CPU; 0 for none.
MEMORY = Formula({V1: "x & 0x7fffffffffffffff"})
#: NICE_OFFSET stands for no adjustment.
NICE = Formula({V1: "None if x in (0x80000000, 0xfffffffe) else x - 0x80000000"})
INDEXES = Indexes()
JOB_RESOURCES = Changed(
    {V1: Computed({V1: "job_resources"}, {}), V38: Computed({V38: "job_resources_by_host"}, ABSENT)}
)


def _row(member: str | None, kind: Kind, name: str = "", *args: Any, v1: str = "", **span: Any) -> Field:
    """A field that v1 calls by its member's name."""
    return Field(member, kind, name, *args, v1=v1 or member or name, **span)


JOB = Record(
    "job",
    "slurm_job_info_t",
    _row("account", TEXT),
    _row("accrue_time", TIME),
    _row("admin_comment", TEXT),
    _row("array_job_id", INT32),
    _row("array_task_id", U32),
    _row("array_max_tasks", INT32),
    _row("array_task_str", TEXT, "array_task_string"),
    _row("assoc_id", INT32, "association_id"),
    _row("batch_features", TEXT),
    _row("batch_flag", BOOL),
    _row("batch_host", TEXT),
    _row("bitflags", BITFLAGS, "flags"),
    _row("boards_per_node", U16, until=V1),
    _row("burst_buffer", TEXT),
    _row("burst_buffer_state", TEXT),
    _row("cluster", TEXT),
    _row("cluster_features", TEXT),
    _row("command", TEXT),
    _row("comment", TEXT),
    _row("contiguous", BOOL16),
    _row("core_spec", CORES),
    _row("core_spec", THREADS, "thread_spec", v1="thread_spec"),
    _row("cores_per_socket", U16),
    _row("billable_tres", DOUBLE),
    _row("cpus_per_task", U16),
    _row("cpu_freq_min", U32, "cpu_frequency_minimum"),
    _row("cpu_freq_max", U32, "cpu_frequency_maximum"),
    _row("cpu_freq_gov", U32, "cpu_frequency_governor"),
    _row("cpus_per_tres", TEXT),
    _row("deadline", TIME),
    _row("delay_boot", U32),
    _row("dependency", TEXT),
    _row("derived_ec", INT32, "derived_exit_code"),
    _row("eligible_time", TIME),
    _row("end_time", TIME),
    _row("exc_nodes", TEXT, "excluded_nodes"),
    _row("exc_node_inx", INDEXES, v1="execution_node_by_index", until=V1),
    _row("exit_code", INT32),
    _row("features", TEXT),
    _row("fed_origin_str", TEXT, "federation_origin"),
    _row("fed_siblings_active", INT64, until=V1),
    _row("fed_siblings_active_str", TEXT, "federation_siblings_active"),
    _row("fed_siblings_viable", INT64, until=V1),
    _row("fed_siblings_viable_str", TEXT, "federation_siblings_viable"),
    _row("gres_detail_cnt", Computed({V1: "gres_detail"}, []), "gres_detail", v1="gres_detail"),
    _row("group_id", U32),
    _row("group_id", Name("group_name", 32), "group_name", since=V38),
    _row("job_id", U32),
    _row("job_resrcs", JOB_RESOURCES, "job_resources", v1="job_resources"),
    _row("job_state", Name("job_state")),
    _row("last_sched_eval", TIME, "last_sched_evaluation"),
    _row("licenses", TEXT),
    _row("mail_type", MAIL_TYPE, until=V1),
    _row("mail_user", TEXT, until=V1),
    _row("max_cpus", U32),
    _row("max_nodes", U32),
    _row("mcs_label", TEXT),
    _row("mem_per_tres", TEXT, "memory_per_tres"),
    _row("name", TEXT),
    _row("network", TEXT, until=V1),
    _row("nodes", TEXT),
    _row("nice", NICE),
    _row("node_inx", INDEXES, "node_index", until=V35),
    _row("ntasks_per_core", U16, "tasks_per_core"),
    _row("ntasks_per_tres", U16, until=V1),
    _row("ntasks_per_node", U16, "tasks_per_node"),
    _row("ntasks_per_socket", U16, "tasks_per_socket"),
    _row("ntasks_per_board", U16, "tasks_per_board"),
    _row("num_cpus", U32, "cpus"),
    # v0.0.35 wrote this number over the node list, as "nodes"; both are kept, as from v0.0.36 on.
    _row("num_nodes", U32, "node_count"),
    _row("num_tasks", U32, "tasks"),
    _row("het_job_id", INT32),
    _row("het_job_id_set", TEXT),
    _row("het_job_offset", U32),
    _row("partition", TEXT),
    _row("prefer", TEXT, "prefer", {V35: None, V38: "prefer"}),
    _row("pn_min_memory", MEMORY, until=V1),
    _row("pn_min_memory", Mebibytes("node"), "memory_per_node", v1="memory_per_node"),
    _row("pn_min_memory", Mebibytes("cpu"), "memory_per_cpu", v1="memory_per_cpu"),
    _row("pn_min_cpus", U16, "minimum_cpus_per_node"),
    _row("pn_min_tmp_disk", U32, "", {V36: "minimum_tmp_disk_per_node"}),
    _row("power_flags", INT16, until=V1),
    _row("preempt_time", TIME),
    _row("preemptable_time", TIME, until=V1),
    _row("pre_sus_time", TIME),
    _row("priority", U32),
    _row("profile", PROFILE),
    _row("qos", TEXT),
    _row("reboot", BOOL),
    _row("req_nodes", TEXT, "required_nodes"),
    _row("req_node_inx", INDEXES, "requested_node_by_index", until=V35),
    _row("req_switch", U32, until=V1),
    _row("requeue", BOOL),
    _row("resize_time", TIME),
    _row("restart_cnt", INT16),
    _row("resv_name", TEXT),
    _row("sched_nodes", TEXT, until=V1),
    _row("selinux_context", TEXT, until=V1),
    _row("shared", SHARED),
    _row("show_flags", SHOW_FLAGS),
    _row("site_factor", U32, until=V1),
    _row("sockets_per_board", U16),
    _row("sockets_per_node", U16),
    _row("start_time", TIME),
    _row("start_protocol_ver", INT16, until=V1),
    _row("state_desc", TEXT, "state_description"),
    _row("state_reason", Name("job_reason")),
    _row("std_err", TEXT, "standard_error"),
    _row("std_in", TEXT, "standard_input"),
    _row("std_out", TEXT, "standard_output"),
    _row("submit_time", TIME),
    _row("suspend_time", TIME),
    _row("system_comment", TEXT),
    _row("time_limit", U32),
    _row("time_min", U32, "time_minimum"),
    _row("threads_per_core", U16),
    _row("tres_bind", TEXT),
    _row("tres_freq", TEXT),
    _row("tres_per_job", TEXT),
    _row("tres_per_node", TEXT),
    _row("tres_per_socket", TEXT),
    _row("tres_per_task", TEXT),
    _row("tres_req_str", TEXT),
    _row("tres_alloc_str", TEXT),
    _row("user_id", INT32),
    _row("user_name", TEXT, until=V36),
    _row(None, Computed({V37: "job_user_name"}), "user_name", since=V37),
    _row("wait4switch", U32, until=V1),
    _row("wckey", TEXT),
    _row("work_dir", TEXT, "current_working_directory"),
    # Younger than the slides, whose answer would have had them further up.
    _row("container", TEXT, "container", {V35: None, V38: "container"}),
    _row("cronspec", TEXT, until=V1),
    _row("gres_total", TEXT, until=V1),
)
