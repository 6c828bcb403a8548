"""job_desc_msg_t (slurm.h): what a job asks for, when it is submitted or changed.

Properties are those of each version's document, in its units. The names of the slides (v1) and those
that slurmrestd took beside the documented ones are aliases, understood by all versions. sbatch(1)
describes each property under the option of its name.
"""

from restd_inet.schema import options
from restd_inet.schema.fields import (
    BOOL16,
    INT32,
    TEXT,
    U16,
    U32,
    Parsed,
)
from restd_inet.schema.record import Field, Record
from restd_inet.schema.values import boolean
from restd_inet.schema.versions import V35, V37, V38, V39

PARSE_TIME = Parsed(options.time("parse_time"))
MINUTES = Parsed(options.minutes)

JOB_DESC = Record(
    "job description",
    "job_desc_msg_t",
    Field("account", TEXT),
    Field(
        "acctg_freq",
        TEXT,
        "account_gather_freqency",
        {V37: "account_gather_frequency"},
        aliases=("account_gather_frequency", "account_gather_freqency"),
    ),
    Field(None, Parsed(options.arguments), "argv"),
    Field("array_inx", TEXT, "array"),
    Field("batch_features", TEXT),
    Field("begin_time", PARSE_TIME),
    Field("burst_buffer", TEXT),
    Field(
        "cluster_features",
        TEXT,
        "cluster_constraints",
        {V37: "cluster_constraint"},
        aliases=("cluster_constraint", "cluster_constraints"),
    ),
    Field("comment", TEXT),
    Field("features", TEXT, "constraints", aliases=("constraint",)),
    Field("container", TEXT, since=V38),
    Field(None, Parsed(options.core_specification), "core_specification"),
    Field("cores_per_socket", U16),
    Field(
        None,
        Parsed(options.binding("CPU_BIND", options.CPU_BIND, "cpu_bind", "cpu_bind_type")),
        "cpu_binding",
    ),
    Field(None, Parsed(options.hint), "cpu_binding_hint", aliases=("cpu_binding hint",)),
    Field(None, Parsed(options.cpu_frequency), "cpu_frequency"),
    Field(None, Parsed(options.cpus_per_gpu), "cpus_per_gpu"),
    Field(None, Parsed(options.cpus_per_task), "cpus_per_task"),
    Field("work_dir", TEXT, "current_working_directory", aliases=("cwd",)),
    Field("deadline", PARSE_TIME),
    Field("delay_boot", Parsed(options.minutes_as_seconds)),
    Field("dependency", TEXT),
    Field(None, Parsed(options.distribution), "distribution"),
    Field(None, Parsed(options.environment), "environment"),
    Field("exc_nodes", TEXT, "excluded_nodes", aliases=("exclude_nodes",)),
    Field(None, Parsed(options.exclusive), "exclusive"),
    Field("get_user_environment", Parsed(boolean)),
    Field("gres", TEXT),
    Field(None, Parsed(options.one_of("bitflags", options.GRES_FLAGS)), "gres_flags"),
    Field(None, Parsed(options.gpu_text("tres_bind")), "gpu_binding"),
    Field(None, Parsed(options.gpu_text("tres_freq")), "gpu_frequency"),
    Field(None, Parsed(options.gpus("tres_per_job")), "gpus"),
    Field(None, Parsed(options.gpus("tres_per_node")), "gpus_per_node"),
    Field(None, Parsed(options.gpus("tres_per_socket")), "gpus_per_socket"),
    Field(None, Parsed(options.gpus("tres_per_task")), "gpus_per_task"),
    Field("group_id", INT32),
    Field("hold", Parsed(boolean)),
    Field(
        None,
        Parsed(options.flag("bitflags", "KILL_INV_DEP", "NO_KILL_INV_DEP")),
        "kill_on_invalid_dependency",
        aliases=("kill_on_invalid dependency",),
    ),
    Field("licenses", TEXT, aliases=("license",)),
    Field(None, Parsed(options.mail_type), "mail_type"),
    Field("mail_user", TEXT),
    Field("mcs_label", TEXT, aliases=("msc_label",)),
    Field(
        None,
        Parsed(options.binding("MEM_BIND", options.MEM_BIND, "mem_bind", "mem_bind_type")),
        "memory_binding",
    ),
    Field(None, Parsed(options.memory_per_cpu), "memory_per_cpu"),
    Field(None, Parsed(options.memory_per_gpu), "memory_per_gpu"),
    Field(None, Parsed(options.memory_per_node), "memory_per_node"),
    Field("pn_min_cpus", U16, "minimum_cpus_per_node"),
    Field(None, Parsed(options.flag("bitflags", "USE_MIN_NODES")), "minimum_nodes"),
    Field("name", TEXT, aliases=("job_name",)),
    Field(None, Parsed(options.nice), "nice"),
    Field(None, Parsed(options.no_kill), "no_kill"),
    Field(None, Parsed(options.nodes), "nodes"),
    Field(None, Parsed(options.one_of("open_mode", options.OPEN_MODES)), "open_mode"),
    Field(None, Parsed(options.oversubscribe), "oversubscribe", since=V38),
    Field("partition", TEXT),
    Field("prefer", TEXT, since=V38),
    Field(None, Parsed(options.priority), "priority"),
    Field("qos", TEXT),
    Field("req_nodes", TEXT, "required_nodes", aliases=("nodelist", "node_list")),
    Field("requeue", BOOL16),
    Field("reservation", TEXT),
    Field(None, Parsed(options.signal), "signal"),
    Field("sockets_per_node", U16),
    Field(None, Parsed(options.flag("bitflags", "SPREAD_JOB")), "spread_job"),
    Field("std_err", TEXT, "standard_error"),
    Field("std_in", TEXT, "standard_in", {V37: "standard_input"}, aliases=("standard_input", "standard_in")),
    Field(
        "std_out", TEXT, "standard_out", {V37: "standard_output"}, aliases=("standard_output", "standard_out")
    ),
    Field(None, Parsed(options.tasks), "tasks", aliases=("ntasks",)),
    Field("ntasks_per_core", U16, "tasks_per_core", aliases=("ntasks_per_core",)),
    Field("ntasks_per_node", U16, "tasks_per_node", aliases=("ntasks_per_node",)),
    Field("ntasks_per_socket", U16, "tasks_per_socket", aliases=("ntasks_per_socket",)),
    Field("pn_min_tmp_disk", U32, "temporary_disk_per_node"),
    Field(None, Parsed(options.thread_specification), "thread_specification"),
    Field("threads_per_core", U16),
    Field("time_limit", MINUTES),
    Field("time_min", MINUTES, "time_minimum", aliases=("time minimum",)),
    Field("user_id", INT32),
    Field("wait_all_nodes", BOOL16),
    Field("wckey", TEXT),
    component={V35: "job_properties", V39: "job_desc_msg"},
)
