"""slurm_conf_t (slurm.h): the configuration as slurmctld has it, as `scontrol show config` shows it.

The names are slurm.conf(5)'s, which describes each. Passwords are not among them.
"""

from __future__ import annotations

from restd_inet.schema.kinds.base import Component, Formula, Kind, ListOf, Row, object_of
from restd_inet.schema.kinds.composite import Items, StructKind, SubRecord
from restd_inet.schema.kinds.numbers import BOOL, INT16, INT32, INT64, STAMP, U16, U32, Mebibytes
from restd_inet.schema.kinds.strings import TEXT, WORDS, Enum, Flags, Name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.select_type import SELECT_TYPE
from restd_inet.schema.versions import V1, V46

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding

PLAIN = Formula({V1: "x"}, TEXT)


class Word(Enum):
    """One name, not a list of it; "" for a number without one."""

    def empty_at(self, version: int) -> Any:
        return ""

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        names = super().dump(version, binding)
        return lambda x: (names(x) or [""])[0]

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class Programs(StructKind):
    """Paths of programs: an array with its count, up to Slurm 23.02 one path."""

    def __init__(self, member: str) -> None:
        self.member = member

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        member, count, text = self.member, f"{self.member}_cnt", binding.text

        def paths(conf: Any) -> list[str]:
            found = getattr(conf, member)
            if not hasattr(conf, count):
                return [text(found) or ""]
            return [text(found[index]) or "" for index in range(getattr(conf, count))]

        return paths

    def schema(self, version: int) -> dict[str, Any]:
        return ListOf(TEXT, "string_array").schema(version)


class Ports(Kind):
    """The two ends of a range, if there is one."""

    def empty_at(self, version: int) -> Any:
        return {"minimum": 0, "maximum": 0, "set": False}

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        none = self.empty_at(version)
        return lambda x: {"minimum": x[0], "maximum": x[1], "set": bool(x[1])} if x else none

    def schema(self, version: int) -> dict[str, Any]:
        port = {"type": "integer", "format": "int32"}
        parts = object_of(
            minimum=(port, "First port."),
            maximum=(port, "Last port."),
            set=({"type": "boolean"}, "Whether there is a range."),
        )
        return Component("port_range", parts)


def numbered(*names: str) -> tuple[Row, ...]:
    """Rows of names by number, from 0 on."""
    return tuple(enumerate(names))


def bits(*names: str) -> tuple[Row, ...]:
    """Rows of names by bit, from the lowest on."""
    return tuple((1 << bit, name) for bit, name in enumerate(names))


# Numbers stand for what only Slurm's own source has names for (read_config.h, log.h), in every release.
ENFORCEMENT = Flags(*bits("associations", "limits", "wckeys", "qos", "safe", "nojobs", "nosteps"))
LOG_LEVEL = Word(
    *numbered(
        "quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5"
    ),
    (10, "default", V46),
)  # fmt: skip
RETURN = Word(*numbered("none", "non_responsive_only", "all"))
CONF_FLAGS = Flags(
    ("CONF_FLAG_DRJ", "DisableRootJobs"),
    ("CONF_FLAG_ASRU", "AllowSpecResourcesUsage"),
    ("CONF_FLAG_PAM", "UsePam"),
    ("CONF_FLAG_WCKEY", "TrackWCKey"),
)
COMMUNICATION = Flags(
    ("CONF_FLAG_IPV4_ENABLED", "IPv4"),
    ("CONF_FLAG_IPV6_ENABLED", "IPv6"),
    ("CONF_FLAG_DISABLE_HTTP", "disable_http"),
)
STORED = Flags(
    ("CONF_FLAG_SJC", "job_comment"),
    ("CONF_FLAG_SJX", "job_extra"),
    ("CONF_FLAG_SJS", "job_script"),
    ("CONF_FLAG_SJE", "job_env"),
    ("CONF_FLAG_NO_STDIO", "no_stdio"),
)
SLURMD = Flags(
    ("CONF_FLAG_OR", "config_overrides"),
    ("CONF_FLAG_L3CSOCK", "l3cache_as_socket"),
    ("CONF_FLAG_NNSOCK", "numa_node_as_socket"),
    ("CONF_FLAG_ECORE", "allow_ecores"),
    ("CONF_FLAG_SHR", "shutdown_on_reboot"),
    ("CONF_FLAG_CONTAIN_SPANK", "contain_spank"),
)
GOVERNORS = Flags(
    ("CPU_FREQ_CONSERVATIVE", "Conservative"),
    ("CPU_FREQ_ONDEMAND", "OnDemand"),
    ("CPU_FREQ_PERFORMANCE", "Performance"),
    ("CPU_FREQ_POWERSAVE", "PowerSave"),
    ("CPU_FREQ_SCHEDUTIL", "SchedUtil"),
    ("CPU_FREQ_USERSPACE", "UserSpace"),
    # Frequencies, which are never here, but are documented.
    ("CPU_FREQ_LOW", "Low"),
    ("CPU_FREQ_MEDIUM", "Medium"),
    ("CPU_FREQ_HIGHM1", "Highm1"),
    ("CPU_FREQ_HIGH", "High"),
    whole=((0xFFFFFFFE, "Unset"),),
)
FREQUENCY = Word(
    *GOVERNORS.rows,
    other="Unknown",
)
DEBUG = Flags(
    ("DEBUG_FLAG_ACCRUE", "Accrue"),
    ("DEBUG_FLAG_AGENT", "Agent"),
    ("DEBUG_FLAG_AUDIT_RPCS", "AuditRPCs"),
    ("DEBUG_FLAG_AUDIT_TLS", "AuditTLS"),
    ("DEBUG_FLAG_BACKFILL", "Backfill"),
    ("DEBUG_FLAG_BACKFILL_MAP", "BackfillMap"),
    ("DEBUG_FLAG_BURST_BUF", "BurstBuffer"),
    ("DEBUG_FLAG_CGROUP", "Cgroup"),
    ("DEBUG_FLAG_CONMGR", "ConMgr"),
    ("DEBUG_FLAG_CPU_FREQ", "CpuFrequency"),
    ("DEBUG_FLAG_CPU_BIND", "CPU_Bind"),
    ("DEBUG_FLAG_DATA", "Data"),
    ("DEBUG_FLAG_DBD_AGENT", "DBD_Agent"),
    ("DEBUG_FLAG_DB_ARCHIVE", "DB_Archive"),
    ("DEBUG_FLAG_DB_ASSOC", "DB_Assoc"),
    ("DEBUG_FLAG_DB_EVENT", "DB_Event"),
    ("DEBUG_FLAG_DB_JOB", "DB_Job"),
    ("DEBUG_FLAG_DB_QOS", "DB_QOS"),
    ("DEBUG_FLAG_DB_QUERY", "DB_Query"),
    ("DEBUG_FLAG_DB_RESV", "DB_Reservation"),
    ("DEBUG_FLAG_DB_RES", "DB_Resource"),
    ("DEBUG_FLAG_DB_STEP", "DB_Step"),
    ("DEBUG_FLAG_DB_TRES", "DB_TRES"),
    ("DEBUG_FLAG_DB_USAGE", "DB_Usage"),
    ("DEBUG_FLAG_DB_WCKEY", "DB_WCKey"),
    ("DEBUG_FLAG_DEPENDENCY", "Dependency"),
    ("DEBUG_FLAG_ENERGY", "Energy"),
    ("DEBUG_FLAG_FEDR", "Federation"),
    ("DEBUG_FLAG_GANG", "Gang"),
    ("DEBUG_FLAG_GLOB_SILENCE", "GLOB_SILENCE"),
    ("DEBUG_FLAG_GRES", "Gres"),
    ("DEBUG_FLAG_HETJOB", "Hetjob"),
    ("DEBUG_FLAG_INTERCONNECT", "Interconnect"),
    ("DEBUG_FLAG_JAG", "JobAccountGather"),
    ("DEBUG_FLAG_JOBCOMP", "JobComp"),
    ("DEBUG_FLAG_NAMESPACE", "Namespace"),
    ("DEBUG_FLAG_NODE_FEATURES", "NodeFeatures"),
    ("DEBUG_FLAG_LICENSE", "License"),
    ("DEBUG_FLAG_METRICS", "Metrics"),
    ("DEBUG_FLAG_MPI", "MPI"),
    ("DEBUG_FLAG_NET", "Network"),
    ("DEBUG_FLAG_NET_RAW", "NetworkRaw"),
    ("DEBUG_FLAG_NO_CONF_HASH", "NO_CONF_HASH"),
    ("DEBUG_FLAG_POWER", "Power"),
    ("DEBUG_FLAG_PRIO", "Priority"),
    ("DEBUG_FLAG_PROFILE", "Profile"),
    ("DEBUG_FLAG_PROTOCOL", "Protocol"),
    ("DEBUG_FLAG_RESERVATION", "Reservation"),
    ("DEBUG_FLAG_ROUTE", "Route"),
    ("DEBUG_FLAG_SACK", "Sack"),
    ("DEBUG_FLAG_SCRIPT", "Script"),
    ("DEBUG_FLAG_SELECT_TYPE", "SelectType"),
    ("DEBUG_FLAG_STEPS", "Steps"),
    ("DEBUG_FLAG_SWITCH", "Switch"),
    ("DEBUG_FLAG_THREAD", "thread"),
    ("DEBUG_FLAG_TLS", "TLS"),
    ("DEBUG_FLAG_TRACE_JOBS", "TraceJobs"),
    ("DEBUG_FLAG_TRIGGERS", "Triggers"),
)
PARTITION_LIMITS = Enum(
    ("PARTITION_ENFORCE_NONE", "NO"),
    ("PARTITION_ENFORCE_ANY", "ANY"),
    ("PARTITION_ENFORCE_ALL", "ALL"),
)
PRIORITY = Flags(
    ("PRIORITY_FLAGS_ACCRUE_ALWAYS", "ACCRUE_ALWAYS"),
    ("PRIORITY_FLAGS_SIZE_RELATIVE", "SMALL_RELATIVE_TO_TIME"),
    ("PRIORITY_FLAGS_CALCULATE_RUNNING", "CALCULATE_RUNNING"),
    ("PRIORITY_FLAGS_DEPTH_OBLIVIOUS", "DEPTH_OBLIVIOUS"),
    ("PRIORITY_FLAGS_FAIR_TREE", "FAIR_TREE"),
    ("PRIORITY_FLAGS_INCR_ONLY", "INCR_ONLY"),
    ("PRIORITY_FLAGS_MAX_TRES", "MAX_TRES"),
    ("PRIORITY_FLAGS_MAX_TRES_GRES", "MAX_TRES_GRES"),
    ("PRIORITY_FLAGS_NO_NORMAL_ASSOC", "NO_NORMAL_ASSOC"),
    ("PRIORITY_FLAGS_NO_NORMAL_PART", "NO_NORMAL_PART"),
    ("PRIORITY_FLAGS_NO_NORMAL_QOS", "NO_NORMAL_QOS"),
    ("PRIORITY_FLAGS_NO_NORMAL_TRES", "NO_NORMAL_TRES"),
)
RESET = Word(
    ("PRIORITY_RESET_NONE", "NONE"),
    ("PRIORITY_RESET_NOW", "NOW"),
    ("PRIORITY_RESET_DAILY", "DAILY"),
    ("PRIORITY_RESET_WEEKLY", "WEEKLY"),
    ("PRIORITY_RESET_MONTHLY", "MONTHLY"),
    ("PRIORITY_RESET_QUARTERLY", "QUARTERLY"),
    ("PRIORITY_RESET_YEARLY", "YEARLY"),
)
PRIVATE = Flags(
    ("PRIVATE_DATA_ACCOUNTS", "accounts"),
    ("PRIVATE_DATA_EVENTS", "events"),
    ("PRIVATE_DATA_JOBS", "jobs"),
    ("PRIVATE_DATA_NODES", "nodes"),
    ("PRIVATE_DATA_PARTITIONS", "partitions"),
    ("PRIVATE_DATA_RESERVATIONS", "reservations"),
    ("PRIVATE_DATA_USAGE", "usage"),
    ("PRIVATE_DATA_USERS", "users"),
)
TIMESTAMPS = Word(
    ("LOG_FMT_ISO8601_MS", "iso8601_ms"),
    ("LOG_FMT_ISO8601", "iso8601"),
    ("LOG_FMT_RFC5424_MS", "rfc5424_ms"),
    ("LOG_FMT_RFC5424", "rfc5424"),
    ("LOG_FMT_RFC3339", "rfc3339"),
    ("LOG_FMT_CLOCK", "clock"),
    ("LOG_FMT_SHORT", "short"),
    ("LOG_FMT_THREAD_ID", "thread_id"),
    ("LOG_FMT_OMIT", "omit", V46),
)
NICENESS = Word(
    ("PROP_PRIO_OFF", "off"),
    ("PROP_PRIO_ON", "on"),
    ("PROP_PRIO_NICER", "nicer"),
)
PROLOG = Flags(
    ("PROLOG_FLAG_ALLOC", "Alloc"),
    ("PROLOG_FLAG_NOHOLD", "NoHold"),
    ("PROLOG_FLAG_CONTAIN", "Contain"),
    ("PROLOG_FLAG_SERIAL", "Serial"),
    ("PROLOG_FLAG_X11", "X11"),
    ("PROLOG_FLAG_DEFER_BATCH", "DeferBatch"),
    ("PROLOG_FLAG_FORCE_REQUEUE_ON_FAIL", "ForceRequeueOnFail"),
    ("PROLOG_FLAG_RUN_IN_JOB", "RunInJob"),
)
RECONFIGURATION = Flags(
    ("RECONFIG_KEEP_PART_INFO", "KeepPartInfo"),
    ("RECONFIG_KEEP_PART_STAT", "KeepPartState"),
    ("RECONFIG_KEEP_POWER_SAVE_SETTINGS", "KeepPowerSaveSettings"),
)
PREEMPTION = Flags(
    ("PREEMPT_MODE_SUSPEND", "SUSPEND"),
    ("PREEMPT_MODE_REQUEUE", "REQUEUE"),
    ("PREEMPT_MODE_CANCEL", "CANCEL"),
    ("PREEMPT_MODE_GANG", "GANG"),
    ("PREEMPT_MODE_WITHIN", "WITHIN"),
    ("PREEMPT_MODE_PRIORITY", "PRIORITY"),
    zero="DISABLED",
)
HEALTH = Flags(
    ("HEALTH_CHECK_START_ONLY", "START_ONLY"),
    ("HEALTH_CHECK_REBOOT_ONLY", "REBOOT_ONLY"),
    ("HEALTH_CHECK_NODE_IDLE", "IDLE"),
    ("HEALTH_CHECK_NODE_ALLOC", "ALLOC"),
    ("HEALTH_CHECK_NODE_MIXED", "MIXED"),
    ("HEALTH_CHECK_NODE_NONDRAINED_IDLE", "NONDRAINED_IDLE"),
    ("HEALTH_CHECK_CYCLE", "CYCLE"),
    whole=(("HEALTH_CHECK_NODE_ANY", "ANY"),),
)
DURATION = Name("duration", 32)
PORTS = Ports()

CONTROLLER = Record(
    "controller",
    "",
    Field("address", PLAIN, doc="Address."),
    Field("machine", PLAIN, doc="Host name."),
    component="controller",
    plural="controllers_array",
)
JOB_DEFAULT = Record(
    "default of jobs",
    "job_defaults_t",
    Field(
        "type",
        Enum(("JOB_DEF_CPU_PER_GPU", "DefCpuPerGPU"), ("JOB_DEF_MEM_PER_GPU", "DefMemPerGPU")),
        doc="The parameter that the default sets.",
    ),
    Field("value", INT64, doc="The default; MiB for memory."),
    component="job_defaults",
    plural="job_defaults_list",
)
JOB_DEFAULTS = Items(JOB_DEFAULT, "job_defaults")
TASKS = Flags(
    ("CPU_BIND_NONE", "None"),
    ("CPU_BIND_TO_THREADS", "Threads"),
    ("CPU_BIND_TO_CORES", "Cores"),
    ("CPU_BIND_TO_SOCKETS", "Sockets"),
    ("CPU_AUTO_BIND_TO_THREADS", "autobind=threads"),
    ("CPU_AUTO_BIND_TO_CORES", "autobind=cores"),
    ("CPU_AUTO_BIND_TO_SOCKETS", "autobind=sockets"),
    ("CPU_BIND_VERBOSE", "Verbose"),
    ("SLURMD_OFF_SPEC", "SlurmdOffSpec"),
    ("OOM_KILL_STEP", "OOMKillStep"),
    ("SLURMD_SPEC_OVERRIDE", "SlurmdSpecOverride"),
)

SECONDS = "Seconds; see slurm.conf(5)."
MINUTES = "Minutes; see slurm.conf(5)."
MICROSECONDS = "Microseconds; see slurm.conf(5)."
NODES_PER_MINUTE = "Nodes per minute; see slurm.conf(5)."
PERCENT = "Percent; see slurm.conf(5)."
MEBIBYTES = "MiB; see slurm.conf(5)."

SLURM_CONF = Record(
    "configuration",
    "slurm_conf_t",
    Field("accounting_storage_tres", WORDS, "AccountingStorageTRES"),
    Field("accounting_storage_backup_host", TEXT, "AccountingStorageBackupHost"),
    Field("accounting_storage_enforce", ENFORCEMENT, "AccountingStorageEnforce"),
    Field("accounting_storage_ext_host", TEXT, "AccountingStorageExternalHost"),
    Field("accounting_storage_host", TEXT, "AccountingStorageHost"),
    Field("accounting_storage_params", WORDS, "AccountingStorageParameters"),
    Field("accounting_storage_port", INT16, "AccountingStoragePort"),
    Field("accounting_storage_type", TEXT, "AccountingStorageType"),
    Field("acct_gather_energy_type", WORDS, "AcctGatherEnergyType"),
    Field("acct_gather_profile_type", TEXT, "AcctGatherProfileType"),
    Field("acct_gather_interconnect_type", TEXT, "AcctGatherInterconnectType"),
    Field("acct_gather_filesystem_type", TEXT, "AcctGatherFilesystemType"),
    Field("acct_gather_node_freq", INT16, "AcctGatherNodeFreq", doc=SECONDS),
    Field("conf_flags", CONF_FLAGS, "ConfFlags"),
    Field("authalttypes", WORDS, "AuthAltTypes"),
    Field("authinfo", TEXT, "AuthInfo"),
    Field("authalt_params", TEXT, "AuthAltParameters"),
    Field("authtype", TEXT, "AuthType"),
    Field("batch_start_timeout", INT16, "BatchStartTimeout", doc=SECONDS),
    Field("bb_type", TEXT, "BurstBufferType"),
    Field("bcast_exclude", WORDS, "BcastExclude"),
    Field("bcast_parameters", WORDS, "BcastParameters"),
    Field("certgen_params", WORDS, "CertgenParameters"),
    Field("certgen_type", TEXT, "CertgenType"),
    Field("certmgr_params", TEXT, "CertmgrParameters"),
    Field("certmgr_type", TEXT, "CertmgrType"),
    Field("cli_filter_params", WORDS, "CliFilterParameters"),
    Field("cli_filter_plugins", WORDS, "CliFilterPlugins"),
    Field("cluster_name", TEXT, "ClusterName"),
    Field("comm_params", WORDS, "CommunicationParameters"),
    Field("complete_wait", INT16, "CompleteWait", doc=SECONDS),
    Field("conf_flags", COMMUNICATION, "CommunicationParametersFlags"),
    Field("conf_flags", STORED, "AccountingStoreFlags"),
    Field("conf_flags", SLURMD, "SlurmdParametersFlags"),
    Field(None, Items(CONTROLLER, "controllers"), "controllers"),
    Field("cpu_freq_def", FREQUENCY, "CpuFreqDef"),
    Field("cpu_freq_govs", GOVERNORS, "CpuFreqGovernors"),
    Field("cred_type", TEXT, "CredType"),
    Field("data_parser_parameters", TEXT, "DataParserParameters"),
    Field("debug_flags", DEBUG, "DebugFlags"),
    Field("def_mem_per_cpu", Mebibytes("cpu"), "DefMemPerCPU", doc=MEBIBYTES),
    Field("def_runtime_plugin", TEXT, "DefRuntimePlugin", since=V46),
    Field("dependency_params", WORDS, "DependencyParameters"),
    Field("eio_timeout", INT16, "EioTimeout", doc=SECONDS),
    Field("enforce_part_limits", PARTITION_LIMITS, "EnforcePartLimits"),
    Field("epilog", Programs("epilog"), "Epilog"),
    Field("epilog_msg_time", INT32, "EpilogMsgTime", doc=MICROSECONDS),
    Field("epilog_slurmctld", Programs("epilog_slurmctld"), "EpilogSlurmctld"),
    Field("epilog_timeout", U16, "EpilogTimeout", doc=SECONDS),
    Field("fed_params", WORDS, "FederationParameters"),
    Field("first_job_id", INT32, "FirstJobId"),
    Field("fs_dampening_factor", INT16, "FairShareDampeningFactor"),
    Field("getnameinfo_cache_timeout", INT16, "GetNameInfoCacheTimeout", doc=SECONDS),
    Field("gres_plugins", WORDS, "GresTypes"),
    Field("group_time", INT16, "GroupUpdateTime", doc=SECONDS),
    Field("group_force", BOOL, "GroupUpdateForce"),
    Field("gpu_freq_def", TEXT, "GpuFreqDef"),
    Field("hash_plugin", TEXT, "HashPlugin"),
    Field("health_check_interval", INT16, "HealthCheckInterval", doc=SECONDS),
    Field("health_check_node_state", HEALTH, "HealthCheckNodeState"),
    Field("health_check_program", TEXT, "HealthCheckProgram"),
    Field("health_check_timeout", INT16, "HealthCheckTimeout", doc=SECONDS),
    Field("http_parser_type", TEXT, "HttpParserType"),
    Field("host_unreach_retry_count", INT32, "HostUnreachRetryCount"),
    Field("inactive_limit", INT16, "InactiveLimit", doc=SECONDS),
    Field("interactive_step_opts", TEXT, "InteractiveStepOptions"),
    Field("job_acct_gather_freq", WORDS, "JobAcctGatherFrequency"),
    Field("job_acct_gather_type", TEXT, "JobAcctGatherType"),
    Field("job_acct_gather_params", WORDS, "JobAcctGatherParams"),
    Field("job_acct_oom_kill", BOOL, "JobAcctOomKill"),
    Field("job_comp_host", TEXT, "JobCompHost"),
    Field("job_comp_loc", TEXT, "JobCompLoc"),
    Field("job_comp_params", TEXT, "JobCompParams"),
    Field("job_comp_port", INT32, "JobCompPort"),
    Field("job_comp_type", TEXT, "JobCompType"),
    Field("job_comp_user", TEXT, "JobCompUser"),
    Field("job_defaults_list", JOB_DEFAULTS, "JobDefaults"),
    Field("job_file_append", BOOL, "JobFileAppend"),
    Field("job_requeue", BOOL, "JobRequeue"),
    Field("job_submit_plugins", WORDS, "JobSubmitPlugins"),
    Field("keepalive_interval", INT32, "KeepaliveInterval", doc=SECONDS),
    Field("keepalive_probes", INT32, "KeepaliveProbes"),
    Field("keepalive_time", INT32, "KeepaliveTime", doc=SECONDS),
    Field("kill_on_bad_exit", BOOL, "KillOnBadExit"),
    Field("kill_wait", INT16, "KillWait", doc=SECONDS),
    Field("launch_params", WORDS, "LaunchParameters"),
    Field("licenses", WORDS, "Licenses"),
    Field("license_params", WORDS, "LicenseParameters"),
    Field("log_fmt", TIMESTAMPS, "LogTimeFormat"),
    Field("mail_domain", TEXT, "MailDomain"),
    Field("mail_prog", TEXT, "MailProg"),
    Field("max_array_sz", INT32, "MaxArraySize"),
    Field("max_batch_requeue", INT32, "MaxBatchRequeue"),
    Field("max_dbd_msgs", INT32, "MaxDBDMsgs"),
    Field("max_job_cnt", INT32, "MaxJobCount"),
    Field("max_job_id", INT32, "MaxJobId"),
    Field("max_mem_per_cpu", Mebibytes("node"), "MaxMemPerCPU", doc=MEBIBYTES),
    Field("max_node_cnt", INT32, "MaxNodeCount"),
    Field("max_step_cnt", INT32, "MaxStepCount"),
    Field("max_tasks_per_node", INT16, "MaxTasksPerNode"),
    Field("mcs_plugin", TEXT, "MCSPlugin"),
    Field("mcs_plugin_params", WORDS, "MCSParameters"),
    Field("metrics_auth_users", WORDS, "MetricsAuthUsers"),
    Field("metrics_params", WORDS, "MetricsParameters"),
    Field("metrics_type", TEXT, "MetricsType"),
    Field("min_job_age", INT32, "MinJobAge", doc=SECONDS),
    Field("mpi_default", TEXT, "MpiDefault"),
    Field("mpi_params", WORDS, "MpiParams"),
    Field("msg_timeout", INT16, "MessageTimeout", doc=SECONDS),
    Field("namespace_plugin", TEXT, "NamespaceType"),
    Field("node_features_plugins", WORDS, "NodeFeaturesPlugins"),
    Field("over_time_limit", INT16, "OverTimeLimit", doc=MINUTES),
    Field("plugindir", TEXT, "PluginDir"),
    Field("plugstack", TEXT, "PlugStackConfig"),
    Field("preempt_exempt_time", U32, "PreemptExemptTime", doc=SECONDS),
    Field("preempt_mode", PREEMPTION, "PreemptMode"),
    Field("preempt_params", WORDS, "PreemptParameters"),
    Field("preempt_type", TEXT, "PreemptType"),
    Field("prep_params", TEXT, "PrEpParameters"),
    Field("prep_plugins", WORDS, "PrEpPlugins"),
    Field("priority_decay_hl", DURATION, "PriorityDecayHalfLife"),
    Field("priority_calc_period", DURATION, "PriorityCalcPeriod"),
    Field("priority_favor_small", BOOL, "PriorityFavorSmall"),
    Field("priority_flags", PRIORITY, "PriorityFlags"),
    Field("priority_max_age", DURATION, "PriorityMaxAge"),
    Field("priority_params", TEXT, "PriorityParameters"),
    Field("priority_reset_period", RESET, "PriorityUsageResetPeriod"),
    Field("priority_type", TEXT, "PriorityType"),
    Field("priority_weight_age", INT32, "PriorityWeightAge"),
    Field("priority_weight_assoc", INT32, "PriorityWeightAssoc"),
    Field("priority_weight_fs", INT32, "PriorityWeightFairshare"),
    Field("priority_weight_js", INT32, "PriorityWeightJobSize"),
    Field("priority_weight_part", INT32, "PriorityWeightPartition"),
    Field("priority_weight_qos", INT32, "PriorityWeightQOS"),
    Field("priority_weight_tres", TEXT, "PriorityWeightTRES"),
    Field("private_data", PRIVATE, "PrivateData"),
    Field("proctrack_type", TEXT, "ProctrackType"),
    Field("prolog", Programs("prolog"), "Prolog"),
    Field("prolog_slurmctld", Programs("prolog_slurmctld"), "PrologSlurmctld"),
    Field("prolog_timeout", U16, "PrologTimeout", doc=SECONDS),
    Field("propagate_prio_process", NICENESS, "PropagatePrioProcess"),
    Field("prolog_flags", PROLOG, "PrologFlags"),
    Field("propagate_rlimits", WORDS, "PropagateResourceLimits"),
    Field("propagate_rlimits_except", WORDS, "PropagateResourceLimitsExcept"),
    Field("reboot_program", TEXT, "RebootProgram"),
    Field("reconfig_flags", RECONFIGURATION, "ReconfigFlags"),
    Field("requeue_exit", WORDS, "RequeueExit"),
    Field("requeue_exit_hold", WORDS, "RequeueExitHold"),
    Field("resume_fail_program", TEXT, "ResumeFailProgram"),
    Field("resume_program", TEXT, "ResumeProgram"),
    Field("resume_rate", INT16, "ResumeRate", doc=NODES_PER_MINUTE),
    Field("resume_timeout", INT16, "ResumeTimeout", doc=SECONDS),
    Field("resv_epilog", TEXT, "ResvEpilog"),
    Field("resv_over_run", INT16, "ResvOverRun"),
    Field("resv_prolog", TEXT, "ResvProlog"),
    Field("ret2service", RETURN, "ReturnToService"),
    Field("sched_logfile", TEXT, "SlurmSchedLogFile"),
    Field("sched_log_level", INT16, "SlurmSchedLogLevel"),
    Field("sched_params", WORDS, "SchedulerParameters"),
    Field("sched_time_slice", INT16, "SchedulerTimeSlice", doc=SECONDS),
    Field("schedtype", TEXT, "SchedulerType"),
    Field("scron_params", WORDS, "ScronParameters"),
    Field("select_type", TEXT, "SelectType"),
    Field("select_type_param", SELECT_TYPE, "SelectTypeParameters"),
    Field("site_factor_plugin", TEXT, "PrioritySiteFactorPlugin"),
    Field("site_factor_params", TEXT, "PrioritySiteFactorParameters"),
    Field("slurm_user_id", INT32, "SlurmUserId"),
    Field("slurm_user_name", TEXT, "SlurmUser"),
    Field("slurmd_user_id", INT32, "SlurmdUserId"),
    Field("slurmd_user_name", TEXT, "SlurmdUser"),
    Field("slurmctld_addr", TEXT, "SlurmctldAddr"),
    Field("serializer_params", WORDS, "SerializerParameters", since=V46),
    Field("serializer_plugins", WORDS, "SerializerPlugins", since=V46),
    Field("slurmctld_debug", LOG_LEVEL, "SlurmctldDebug"),
    Field("slurmctld_http_auth_params", WORDS, "SlurmctldHttpAuthParams"),
    Field("slurmctld_logfile", TEXT, "SlurmctldLogFile"),
    Field("slurmctld_pidfile", TEXT, "SlurmctldPidFile"),
    Field("slurmctld_port", INT32, "SlurmctldPort"),
    Field("slurmctld_port_count", INT16, "SlurmctldPortCount"),
    Field("slurmctld_primary_off_prog", TEXT, "SlurmctldPrimaryOffProg"),
    Field("slurmctld_primary_on_prog", TEXT, "SlurmctldPrimaryOnProg"),
    Field("slurmctld_syslog_debug", LOG_LEVEL, "SlurmctldSyslogDebug"),
    Field("slurmctld_timeout", INT16, "SlurmctldTimeout", doc=SECONDS),
    Field("slurmctld_params", WORDS, "SlurmctldParameters"),
    Field("slurmd_debug", LOG_LEVEL, "SlurmdDebug"),
    Field("slurmd_http_auth_params", WORDS, "SlurmdHttpAuthParams"),
    Field("slurmd_logfile", TEXT, "SlurmdLogFile"),
    Field("slurmd_params", WORDS, "SlurmdParameters"),
    Field("slurmd_pidfile", TEXT, "SlurmdPidFile"),
    Field("slurmd_port", INT32, "SlurmdPort"),
    Field("slurmd_spooldir", TEXT, "SlurmdSpoolDir"),
    Field("slurmd_syslog_debug", LOG_LEVEL, "SlurmdSyslogDebug"),
    Field("slurmd_timeout", INT16, "SlurmdTimeout", doc=SECONDS),
    Field("slurmrestd_http_auth_params", WORDS, "SlurmrestdHttpAuthParameters", since=V46),
    Field("slurmrestd_params", WORDS, "SlurmrestdParameters", since=V46),
    Field("slurmstepd_params", WORDS, "SlurmstepdParameters", since=V46),
    Field("srun_epilog", TEXT, "SrunEpilog"),
    Field("srun_port_range", PORTS, "SrunPortRange"),
    Field("srun_prolog", TEXT, "SrunProlog"),
    Field("state_save_location", TEXT, "StateSaveLocation"),
    Field("suspend_exc_nodes", WORDS, "SuspendExcNodes"),
    Field("suspend_exc_parts", WORDS, "SuspendExcParts"),
    Field("suspend_exc_states", WORDS, "SuspendExcStates"),
    Field("suspend_program", TEXT, "SuspendProgram"),
    Field("suspend_rate", INT16, "SuspendRate", doc=NODES_PER_MINUTE),
    Field("suspend_time", U32, "SuspendTime", doc=SECONDS),
    Field("suspend_timeout", INT16, "SuspendTimeout", doc=SECONDS),
    Field("switch_type", TEXT, "SwitchType"),
    Field("switch_param", WORDS, "SwitchParameters"),
    Field("task_epilog", TEXT, "TaskEpilog"),
    Field("task_plugin", WORDS, "TaskPlugin"),
    Field("task_plugin_param", TASKS, "TaskPluginParam"),
    Field("task_prolog", TEXT, "TaskProlog"),
    Field("tls_params", WORDS, "TLSParameters"),
    Field("tls_type", TEXT, "TLSType"),
    Field("tcp_timeout", INT16, "TCPTimeout", doc=SECONDS),
    Field("tmp_fs", TEXT, "TmpFS"),
    Field("topology_param", WORDS, "TopologyParam"),
    Field("topology_plugin", TEXT, "TopologyPlugin"),
    Field("tree_width", INT16, "TreeWidth"),
    Field("unkillable_program", TEXT, "UnkillableStepProgram"),
    Field("unkillable_timeout", INT16, "UnkillableStepTimeout", doc=SECONDS),
    Field("url_parser_type", TEXT, "UrlParserType"),
    Field("vsize_factor", INT16, "VSizeFactor", doc=PERCENT),
    Field("wait_time", INT16, "WaitTime", doc=SECONDS),
    Field("x11_params", WORDS, "X11Parameters"),
    component="slurm_conf",
    doc="{} of slurm.conf(5).",
)

SLURM_CONF_META = Record(
    "what else is known of the configuration",
    "slurm_conf_t",
    Field("last_update", STAMP, "LastUpdate", doc="When the configuration was last changed."),
    Field("boot_time", STAMP, "BOOT_TIME", doc="When slurmctld started (Unix time)."),
    Field("cluster_id", U16, "ClusterId", doc="Number of the cluster."),
    Field("hash_val", INT32, "HashValue", doc="Hash of slurm.conf."),
    Field("next_job_id", U32, "NEXT_JOB_ID", doc="The next job id."),
    Field("slurm_conf", TEXT, "SLURM_CONF", doc="Path of slurm.conf."),
    Field("version", TEXT, "SLURM_VERSION", doc="Release of slurmctld."),
    component="slurm_conf_meta",
)

CONFIGURATION = Record(
    "slurmctld's configuration",
    "",
    Field(None, SubRecord(SLURM_CONF, "itself"), "slurm_conf", doc="Parameters of slurm.conf(5)."),
    Field(
        None,
        SubRecord(SLURM_CONF_META, "itself"),
        "slurm_conf_meta",
        doc="Properties of the configuration as a whole.",
    ),
)
