"""job_desc_msg_t (slurm.h): what a job asks for, when it is submitted or changed.

Properties are those of each version's document, in its units. Up to v0.0.38 they are sbatch's options, from
v0.0.39 on the members themselves. The names of the slides (v1) and those that slurmrestd took beside the
documented ones are aliases, understood by all versions. sbatch(1) describes each property under the
option of its name.
"""

from restd_inet.schema.kinds import job_desc, sbatch
from restd_inet.schema.kinds.base import ANY, Changed, FixedSchema, ListOf
from restd_inet.schema.kinds.composite import Converter, Ignored
from restd_inet.schema.kinds.job_desc import P16, P32, W16, W32
from restd_inet.schema.kinds.numbers import BOOL, BOOL16, INT32, INT64, PLAIN16, U32, U64, Bool, Number
from restd_inet.schema.kinds.strings import TEXT, WORDS, Flags
from restd_inet.schema.kinds.values import MEM_PER_CPU, OLD, boolean
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.job import BITFLAGS, MAIL_TYPE
from restd_inet.schema.records.job import EXCLUSIVE as SHARING
from restd_inet.schema.versions import V1, V35, V37, V38, V39, V40, V41, V42, V44, V45, V46

#: What the texts and numbers of sbatch's options are in documents.
STRINGS = ListOf(TEXT, "string_array")
ENVIRONMENT = Changed({V1: FixedSchema({"type": "object"}), V39: ListOf(TEXT, "string_array")})
EXCLUSIVE = FixedSchema({"type": "string", "enum": ["user", "mcs", "true", "false"]})
NICE = Changed({V1: TEXT, V38: INT32})
NODES = FixedSchema({"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "integer"}})
SIGNAL = FixedSchema({"type": "string", "pattern": "(B:|)sig_num(@sig_time|)"})
GRES_FLAGS = FixedSchema({"type": "string", "enum": ["disable-binding", "enforce-binding"]})
OPEN_MODE = FixedSchema({"type": "string", "enum": ["append", "truncate"]})
BEGIN = Changed({V1: Converter(sbatch.start, TEXT), V39: job_desc.WishedTime()})
MINUTES = Changed({V1: Converter(sbatch.minutes, INT32), V39: W32})
NAMES = Changed({V1: TEXT, V39: WORDS})
BOOL8 = Bool(8)
O16, O32 = Number(16, style=OLD), Number(32, style=OLD)

CRON = "jobs of a crontab cannot be submitted here: the job runs once"
CRON_TEXT, CRON_NUMBER = Ignored(CRON, TEXT), Ignored(CRON, INT32)
CRON_FLAGS = Flags(
    ("CRON_WILD_MINUTE", "WILD_MINUTE"),
    ("CRON_WILD_HOUR", "WILD_HOUR"),
    ("CRON_WILD_DOM", "WILD_DAY_OF_MONTH"),
    ("CRON_WILD_MONTH", "WILD_MONTH"),
    ("CRON_WILD_DOW", "WILD_DAY_OF_WEEK"),
    component="cron_entry_flags",
)
POWER_IS_GONE = Ignored("Slurm has no power management any more", ListOf(ANY, {V39: "power_flags", V41: ""}))
#: Of setrlimit(2), without RLIMIT_.
LIMITS = {
    "CPU": "CPU time, in seconds.",
    "FSIZE": "Size of a file, in bytes.",
    "DATA": "Size of the data segment, in bytes.",
    "STACK": "Size of the stack, in bytes.",
    "CORE": "Size of a core file, in bytes.",
    "RSS": "Resident set size, in bytes.",
    "NPROC": "Number of processes.",
    "NOFILE": "Number of open files.",
    "MEMLOCK": "Locked memory, in bytes.",
    "AS": "Size of the address space, in bytes.",
}
STEP = "a step cannot be chosen here"

JOB_DESC = Record(
    "job description",
    "job_desc_msg_t",
    Field("account", TEXT, doc="Account to charge."),
    Field(
        "acctg_freq",
        TEXT,
        "account_gather_freqency",
        {V37: "account_gather_frequency"},
        aliases=("account_gather_frequency", "account_gather_freqency"),
        doc="Sampling intervals, in seconds, such as task=30.",
    ),
    Field("admin_comment", TEXT, since=V39, doc="Comment of an administrator."),
    Field("alloc_node", TEXT, "allocation_node_list", since=V39, doc="Host that the job is submitted from."),
    Field(
        "alloc_resp_port",
        P16,
        "allocation_node_port",
        since=V39,
        doc="Port on that host that is notified of the allocation.",
    ),
    Field(
        None,
        Changed({V1: Converter(sbatch.arguments, ListOf(TEXT)), V39: job_desc.counted("argv", "argc")}),
        "argv",
        schema_of={V39: STRINGS},
        doc="Arguments of the batch script.",
    ),
    Field("array_inx", TEXT, "array", doc='Tasks of an array: "1-1000%50".'),
    Field("batch_features", TEXT, doc="Features that the host of the script must have."),
    Field(
        "begin_time",
        BEGIN,
        doc="When it may begin: a Unix time, or a time as sbatch(1) takes it.",
    ),
    Field("bitflags", BITFLAGS, "flags", since=V39, doc="Flags of the job."),
    Field("burst_buffer", TEXT, doc="Burst buffer specification."),
    Field("clusters", TEXT, since=V39, doc="Clusters on which it may run."),
    Field(
        "cluster_features",
        TEXT,
        "cluster_constraints",
        {V37: "cluster_constraint"},
        aliases=("cluster_constraint", "cluster_constraints"),
        doc="Features that its cluster must have.",
    ),
    Field("comment", TEXT, doc="Comment of the user."),
    Field("contiguous", BOOL16, since=V39, doc="Whether its nodes must be contiguous."),
    Field("container", TEXT, since=V38, doc="Path of an OCI bundle."),
    Field("container_id", TEXT, since=V39, doc="Container id."),
    Field(
        "runtime",
        TEXT,
        "container_type",
        {V46: "runtime"},
        since=V45,
        doc="Runtime plugin of its container.",
    ),
    Field(
        None,
        Converter(sbatch.core_specification, INT32),
        "core_specification",
        until=V38,
        doc="Cores of each node to keep for the system.",
    ),
    Field(
        None,
        Converter(sbatch.thread_specification, INT32),
        "thread_specification",
        until=V38,
        doc="Threads of each node to keep for the system.",
    ),
    Field(
        "core_spec",
        job_desc.Specialized(),
        "core_specification",
        since=V39,
        schema_of={V39: INT32},
        doc="Cores of each node to keep for the system.",
    ),
    Field(
        "core_spec",
        job_desc.Specialized(sbatch.CORE_SPEC_THREAD),
        "thread_specification",
        since=V39,
        schema_of={V39: INT32},
        doc="Threads of each node to keep for the system.",
    ),
    Field(
        "cores_per_socket",
        Changed({V1: O16, V39: P16}),
        "cores_per_socket",
        {V39: None, V40: "cores_per_socket", V41: None, V45: "cores_per_socket"},
        doc="Cores per socket.",
    ),
    Field(
        None,
        Converter(sbatch.binding("CPU_BIND", sbatch.CPU_BIND, "cpu_bind", "cpu_bind_type"), TEXT),
        "cpu_binding",
        until=V38,
        doc="How tasks are bound to processors: a map or mask.",
    ),
    Field(
        "cpu_bind", TEXT, "cpu_binding", since=V39, doc="How tasks are bound to processors: a map or mask."
    ),
    Field(
        "cpu_bind_type",
        job_desc.CPU_BINDING,
        "cpu_binding_flags",
        since=V39,
        doc="How tasks are bound to processors.",
    ),
    Field(
        None,
        Converter(sbatch.hint, TEXT),
        "cpu_binding_hint",
        aliases=("cpu_binding hint",),
        until=V38,
        doc="Hint for CPU binding, as srun --hint takes it.",
    ),
    Field(
        None,
        Converter(sbatch.cpu_frequency, TEXT),
        "cpu_frequency",
        doc="Frequency of processors, as srun(1) takes it.",
    ),
    Field(None, Converter(sbatch.cpus_per_gpu, TEXT), "cpus_per_gpu", until=V38, doc="CPUs per GPU."),
    Field("cpus_per_tres", job_desc.TRES, since=V39, doc="CPUs per trackable resource."),
    *(
        Field(None, kind, f"crontab.{name}", since=V39, doc=doc)
        for name, kind, doc in (
            ("flags", Ignored(CRON, CRON_FLAGS), "Flags of the entry."),
            ("minute", CRON_TEXT, "Minutes."),
            ("hour", CRON_TEXT, "Hours."),
            ("day_of_month", CRON_TEXT, "Days of the month."),
            ("month", CRON_TEXT, "Months."),
            ("day_of_week", CRON_TEXT, "Days of the week."),
            ("specification", CRON_TEXT, "Times in the form of crontab(5)."),
            ("command", CRON_TEXT, "The command."),
            ("line.start", CRON_NUMBER, "First line of the entry."),
            ("line.end", CRON_NUMBER, "Last line of the entry."),
        )
    ),
    Field(
        "deadline",
        BEGIN,
        schema_of={V39: INT64},
        doc="When it must have ended: a Unix time, or a time as sbatch(1) takes it.",
    ),
    Field(
        "delay_boot",
        Changed({V1: Converter(sbatch.minutes_as_seconds, INT32), V39: P32}),
        doc="Seconds to wait for nodes that need no reboot; minutes up to v0.0.38.",
    ),
    Field("dependency", TEXT, doc='Jobs to wait for: "afterok:123".'),
    Field(
        "end_time",
        job_desc.WishedTime(),
        since=V39,
        schema_of={V39: INT64},
        doc="When it is expected to end (Unix time).",
    ),
    Field(
        None,
        Converter(sbatch.environment, ENVIRONMENT),
        "environment",
        doc='Its environment: ["NAME=value"], or {"NAME": "value"}.',
    ),
    *(
        Field(None, job_desc.Limit(name), f"rlimits.{name.lower()}", since=V40, doc=doc)
        for name, doc in LIMITS.items()
    ),
    Field("exc_nodes", NAMES, "excluded_nodes", aliases=("exclude_nodes",), doc="Nodes not to use."),
    Field("extra", TEXT, since=V39, doc="Any text, for scheduling by it."),
    Field("features", TEXT, "constraints", aliases=("constraint",), doc="Features that its nodes must have."),
    Field(
        None,
        Converter(sbatch.exclusive, EXCLUSIVE),
        "exclusive",
        until=V38,
        doc="Whether the job shares its nodes with others: exclusive, oversubscribe, user, mcs, topo.",
    ),
    Field(
        "get_user_environment",
        Converter(boolean, BOOL),
        until=V38,
        doc="Whether the job gets the environment of the user's login shell.",
    ),
    Field("gres", TEXT, until=V38, doc="Generic resources per node."),
    Field(
        None,
        Converter(sbatch.one_of("bitflags", sbatch.GRES_FLAGS), GRES_FLAGS),
        "gres_flags",
        until=V38,
        doc="Flags of generic resources, as sbatch --gres-flags takes them.",
    ),
    Field(
        None,
        Converter(sbatch.gpu_binding, TEXT),
        "gpu_binding",
        until=V38,
        doc="How tasks are bound to GPUs.",
    ),
    Field(
        None,
        Converter(sbatch.gpu_text("tres_freq"), TEXT),
        "gpu_frequency",
        until=V38,
        doc="Frequency of GPUs.",
    ),
    Field(None, Converter(sbatch.gpus("tres_per_job"), TEXT), "gpus", until=V38, doc="Number of GPUs."),
    Field(
        None, Converter(sbatch.gpus("tres_per_node"), TEXT), "gpus_per_node", until=V38, doc="GPUs per node."
    ),
    Field(
        None,
        Converter(sbatch.gpus("tres_per_socket"), TEXT),
        "gpus_per_socket",
        until=V38,
        doc="GPUs per socket.",
    ),
    Field(
        None, Converter(sbatch.gpus("tres_per_task"), TEXT), "gpus_per_task", until=V38, doc="GPUs per task."
    ),
    Field(
        "group_id",
        Changed({V1: INT32, V39: job_desc.GROUP}),
        schema_of={V39: TEXT},
        doc="Group, by id or name; by default your own.",
    ),
    Field("het_job_offset", P32, "hetjob_group", since=V39, doc="Offset in a heterogeneous job."),
    Field("immediate", BOOL16, since=V39, doc="Whether the job fails if it cannot start at once."),
    Field("job_id", P32, since=V39, doc="Job id."),
    Field(
        None,
        Converter(sbatch.flag("bitflags", "KILL_INV_DEP", "NO_KILL_INV_DEP"), BOOL),
        "kill_on_invalid_dependency",
        aliases=("kill_on_invalid dependency",),
        until=V38,
        doc="Whether the job ends if its dependency can never be satisfied.",
    ),
    Field("kill_on_node_fail", BOOL16, since=V39, doc="Whether the job ends when a node fails."),
    Field("licenses", TEXT, aliases=("license",), doc='Licenses, such as "matlab:2".'),
    Field(
        None, Converter(sbatch.mail_type, TEXT), "mail_type", until=V38, doc="Events on which mail is sent."
    ),
    Field("mail_type", MAIL_TYPE, since=V39, doc="Events on which mail is sent."),
    Field("mail_user", TEXT, doc="Recipient of mail."),
    Field("mcs_label", TEXT, aliases=("msc_label",), doc="Label of multi-category security."),
    Field(
        None,
        Converter(sbatch.binding("MEM_BIND", sbatch.MEM_BIND, "mem_bind", "mem_bind_type"), TEXT),
        "memory_binding",
        until=V38,
        doc="How tasks are bound to memory: a map or mask.",
    ),
    Field("mem_bind", TEXT, "memory_binding", since=V39, doc="How tasks are bound to memory: a map or mask."),
    Field(
        "mem_bind_type",
        job_desc.MEMORY_BINDING,
        "memory_binding_type",
        since=V39,
        doc="How tasks are bound to memory.",
    ),
    Field(
        None,
        Converter(sbatch.memory_per_gpu, INT32),
        "memory_per_gpu",
        until=V38,
        doc="Memory per GPU, in MiB.",
    ),
    Field("mem_per_tres", job_desc.TRES, "memory_per_tres", since=V39, doc="Memory per trackable resource."),
    Field(
        "mem_update_margin",
        PLAIN16,
        "memory_update_margin",
        since=V45,
        doc="Percentage above its use to keep when its memory is reduced.",
    ),
    Field(
        "mem_update_delay",
        PLAIN16,
        "memory_update_delay",
        since=V45,
        doc="Seconds until its memory is reduced to its use.",
    ),
    Field("name", TEXT, aliases=("job_name",), doc="Name."),
    Field("network", TEXT, since=V39, doc="Network options."),
    Field(None, Converter(sbatch.nice, NICE), "nice", doc="Nice value: reduces the priority."),
    Field(
        None,
        Converter(sbatch.no_kill, BOOL),
        "no_kill",
        until=V38,
        doc="Whether the job continues when one of its nodes fails.",
    ),
    Field(
        None, Converter(sbatch.tasks, INT32), "tasks", aliases=("ntasks",), until=V38, doc="Number of tasks."
    ),
    Field("num_tasks", P32, "tasks", since=V39, aliases=("ntasks",), doc="Number of tasks."),
    Field(
        "oom_kill_step",
        PLAIN16,
        since=V42,
        doc="Whether a step ends when one of its tasks runs out of memory.",
    ),
    Field(
        None,
        Converter(sbatch.one_of("open_mode", sbatch.OPEN_MODES), OPEN_MODE),
        "open_mode",
        until=V38,
        doc="Whether output files are truncated or appended to.",
    ),
    Field(
        "open_mode", job_desc.OPEN_MODE, since=V39, doc="Whether output files are truncated or appended to."
    ),
    Field("other_port", P16, "reserve_ports", since=V39, doc="Ports to reserve on its nodes."),
    Field("overcommit", BOOL8, since=V39, doc="Whether several tasks may share a CPU."),
    Field("partition", TEXT, doc="Partition, or several, comma-separated."),
    Field(
        "plane_size",
        Changed({V39: P16, V41: W16}),
        "distribution_plane_size",
        since=V39,
        doc="Plane size of the distribution.",
    ),
    Field(
        "power_flags",
        Changed({V39: job_desc.POWER, V40: POWER_IS_GONE}),
        since=V39,
        until=V44,
        doc="No longer used.",
    ),
    Field("prefer", TEXT, since=V38, doc="Preferred features of nodes."),
    Field("hold", Converter(boolean, BOOL), doc="Whether the job is held."),
    Field(None, Converter(sbatch.priority, TEXT), "priority", until=V38, doc="Priority; 0 holds the job."),
    Field("priority", W32, since=V39, doc="Priority; 0 holds the job."),
    Field("profile", job_desc.PROFILE, since=V39, doc="The data that is profiled (acct_gather_profile)."),
    Field("qos", TEXT, doc="QOS."),
    Field("reboot", BOOL16, since=V39, doc="Whether its nodes are rebooted before it starts."),
    Field("req_nodes", NAMES, "required_nodes", aliases=("nodelist", "node_list"), doc="Required nodes."),
    Field("requeue", BOOL16, doc="Whether the job may be requeued."),
    Field("reservation", TEXT, doc="Reservation to use."),
    Field("resv_port_cnt", P16, "resv_mpi_ports", since=V41, until=V41, doc="Ports to reserve on its nodes."),
    Field("script", TEXT, since=V39, doc="The batch script."),
    Field("shared", job_desc.SHARED, since=V39, doc="Whether the job shares its nodes with others."),
    Field(
        None,
        Converter(job_desc.exclusive, SHARING),
        "exclusive",
        since=V39,
        until=V41,
        doc="Whether the job shares its nodes with others: exclusive, oversubscribe, user, mcs, topo.",
    ),
    Field(
        None,
        Converter(sbatch.oversubscribe, BOOL),
        "oversubscribe",
        since=V38,
        until=V41,
        doc="Whether the job may share its nodes with others.",
    ),
    Field(
        None,
        Converter(sbatch.signal, SIGNAL),
        "signal",
        until=V38,
        doc="Warning signal before the end of the job, as sbatch --signal takes it.",
    ),
    Field("site_factor", P32, since=V39, doc="Site factor of the priority, for administrators."),
    Field(
        None,
        job_desc.counted("spank_job_env", "spank_job_env_size"),
        "spank_environment",
        since=V39,
        schema_of={V39: STRINGS},
        doc="Environment of SPANK plugins.",
    ),
    Field(
        None,
        Converter(sbatch.flag("bitflags", "SPREAD_JOB"), BOOL),
        "spread_job",
        until=V38,
        doc="Whether the job is spread over as many nodes as possible.",
    ),
    Field(None, Ignored(STEP, TEXT), "step_id.sluid", since=V44, doc="Sluid of the job."),
    Field("job_id", W32, "step_id.job_id", since=V44, doc="Job id."),
    Field(
        None,
        Ignored(STEP, U32),
        "step_id.step_het_component",
        since=V44,
        doc="Component of the heterogeneous step.",
    ),
    Field(
        None,
        Ignored(STEP, TEXT),
        "step_id.step_id",
        since=V44,
        doc='Number of the step, or batch, extern, interactive; "TBD" for the whole job.',
    ),
    Field(
        None,
        Changed({V1: Converter(sbatch.distribution, TEXT), V41: Converter(job_desc.distribution)}),
        "distribution",
        schema_of={V39: TEXT},
        doc='How tasks are spread over nodes: "block:cyclic".',
    ),
    Field("time_limit", MINUTES, doc="Time limit, in minutes."),
    Field(
        "time_min", MINUTES, "time_minimum", aliases=("time minimum",), doc="Minimum time limit, in minutes."
    ),
    Field("tres_bind", job_desc.TRES_BIND, since=V39, doc="How tasks are bound to trackable resources."),
    Field("tres_freq", TEXT, since=V39, doc="Frequency of trackable resources."),
    Field("tres_per_job", job_desc.TRES, since=V39, doc="Trackable resources per job."),
    Field("tres_per_node", job_desc.TRES, since=V39, doc="Trackable resources per node."),
    Field("tres_per_socket", job_desc.TRES, since=V39, doc="Trackable resources per socket."),
    Field("tres_per_task", job_desc.TRES, since=V39, doc="Trackable resources per task."),
    Field(
        "user_id",
        Changed({V1: INT32, V39: job_desc.USER}),
        schema_of={V39: TEXT},
        doc="User, by id or name; by default you.",
    ),
    Field("wait_all_nodes", BOOL16, doc="Whether its script waits until all its nodes are ready."),
    Field(
        "warn_flags", job_desc.SIGNALLING, "kill_warning_flags", since=V39, doc="Flags of the warning signal."
    ),
    Field(
        "warn_signal",
        Converter(job_desc.warning_signal),
        "kill_warning_signal",
        since=V39,
        schema_of={V39: TEXT},
        doc="Warning signal before the end of the job, by name or number.",
    ),
    Field(
        "warn_time",
        W16,
        "kill_warning_delay",
        since=V39,
        doc="Seconds before the end of the job at which the warning signal is sent.",
    ),
    Field("work_dir", TEXT, "current_working_directory", aliases=("cwd",), doc="Working directory."),
    Field(None, Converter(sbatch.cpus_per_task, INT32), "cpus_per_task", until=V38, doc="CPUs per task."),
    Field("cpus_per_task", P16, since=V39, doc="CPUs per task."),
    Field("min_cpus", P32, "minimum_cpus", since=V39, doc="Minimum number of CPUs."),
    Field("max_cpus", P32, "maximum_cpus", since=V39, doc="Maximum number of CPUs."),
    Field(
        None,
        Changed({V1: Converter(sbatch.nodes, NODES), V39: Converter(job_desc.nodes)}),
        "nodes",
        schema_of={V39: TEXT},
        doc='Number of nodes: "4", "2-4"; a list of two numbers up to v0.0.38.',
    ),
    Field(
        None,
        Converter(sbatch.flag("bitflags", "USE_MIN_NODES"), BOOL),
        "minimum_nodes",
        until=V38,
        doc="Minimum number of nodes.",
    ),
    Field("min_nodes", P32, "minimum_nodes", since=V39, doc="Minimum number of nodes."),
    Field("max_nodes", P32, "maximum_nodes", since=V39, doc="Maximum number of nodes."),
    Field(
        "boards_per_node", P16, "minimum_boards_per_node", since=V39, doc="Minimum number of boards per node."
    ),
    Field(
        "sockets_per_board",
        P16,
        "minimum_sockets_per_board",
        since=V39,
        doc="Minimum number of sockets per board.",
    ),
    Field("sockets_per_node", Changed({V1: O16, V39: P16}), doc="Sockets per node."),
    Field("threads_per_core", Changed({V1: O16, V39: P16}), doc="Threads per core."),
    Field(
        "ntasks_per_node",
        Changed({V1: O16, V39: P16}),
        "tasks_per_node",
        aliases=("ntasks_per_node",),
        doc="Maximum number of tasks per node.",
    ),
    Field(
        "ntasks_per_socket",
        Changed({V1: O16, V39: P16}),
        "tasks_per_socket",
        aliases=("ntasks_per_socket",),
        doc="Maximum number of tasks per socket.",
    ),
    Field(
        "ntasks_per_core",
        Changed({V1: O16, V39: P16}),
        "tasks_per_core",
        aliases=("ntasks_per_core",),
        doc="Maximum number of tasks per core.",
    ),
    Field("ntasks_per_board", P16, "tasks_per_board", since=V39, doc="Maximum number of tasks per board."),
    Field("ntasks_per_tres", P16, since=V39, doc="Tasks per trackable resource."),
    Field(
        "pn_min_cpus",
        Changed({V1: O16, V39: P16}),
        "minimum_cpus_per_node",
        doc="Minimum number of CPUs per node.",
    ),
    Field(
        None,
        Converter(sbatch.memory_per_cpu, INT32),
        "memory_per_cpu",
        until=V38,
        doc="Memory per CPU, in MiB.",
    ),
    Field(
        None,
        job_desc.Memory("pn_min_memory", MEM_PER_CPU),
        "memory_per_cpu",
        since=V39,
        schema_of={V39: U64},
        doc="Memory per CPU, in MiB.",
    ),
    Field(
        None,
        Converter(sbatch.memory_per_node, INT32),
        "memory_per_node",
        until=V38,
        doc="Memory per node, in MiB.",
    ),
    Field(
        None,
        job_desc.Memory("mem_per_node"),
        "memory_per_node",
        since=V39,
        schema_of={V39: U64},
        doc="Memory per node, in MiB.",
    ),
    Field(
        "pn_min_tmp_disk",
        Changed({V1: O32, V39: P32}),
        "temporary_disk_per_node",
        doc="Minimum disk space of TmpFS per node, in MiB.",
    ),
    Field("req_context", TEXT, "selinux_context", since=V39, doc="SELinux context."),
    Field("req_switch", W32, "required_switches", since=V39, doc="Maximum number of switches."),
    Field("segment_size", W16, since=V41, doc="Size of a segment: nodes that must be in one block."),
    Field(
        "std_err",
        TEXT,
        "standard_error",
        doc="File of its standard error; %j and other patterns are replaced, see sbatch(1).",
    ),
    Field(
        "std_in",
        TEXT,
        "standard_in",
        {V37: "standard_input"},
        aliases=("standard_input", "standard_in"),
        doc="File of its standard input; %j and other patterns are replaced, see sbatch(1).",
    ),
    Field(
        "std_out",
        TEXT,
        "standard_out",
        {V37: "standard_output"},
        aliases=("standard_output", "standard_out"),
        doc="File of its standard output; %j and other patterns are replaced, see sbatch(1).",
    ),
    Field(
        "wait4switch",
        P32,
        "wait_for_switch",
        since=V39,
        doc="Maximum time to wait for that number of switches, in seconds.",
    ),
    Field("wckey", TEXT, doc="Workload characterization key."),
    Field("x11", job_desc.X11, since=V39, doc="Which hosts forward X11."),
    Field("x11_magic_cookie", TEXT, since=V39, doc="Magic cookie for X11 forwarding."),
    Field(
        "x11_target",
        TEXT,
        "x11_target_host",
        since=V39,
        doc="Host of the display, or the name of its socket.",
    ),
    Field("x11_target_port", P16, since=V39, doc="Port of the display."),
    component={V35: "job_properties", V39: "job_desc_msg"},
    plural={V39: "job_desc_msg_list"},
    parts={"crontab": "cron_entry", "step_id": "slurm_step_id"},
    docs={
        "crontab": "Entry of scrontab(1); ignored.",
        "crontab.line": "Lines of the crontab.",
        "rlimits": "Resource limits of setrlimit(2).",
        "step_id": "Job id to use, for administrators.",
    },
)
