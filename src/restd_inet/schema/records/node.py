"""node_info_t (slurm.h): a node, as `scontrol show node` shows it."""

from restd_inet.schema.kinds.base import Changed, FixedSchema, ListOf, Row
from restd_inet.schema.kinds.composite import Computed, Constant, Nested
from restd_inet.schema.kinds.numbers import INT16, INT32, INT64, STAMP, TIME, U32, U64
from restd_inet.schema.kinds.strings import TEXT, WORDS, Enum, Flags, Name
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V36, V37, V38, V39, V40, V41, V43, V44, V45

#: The base state; flags such as DRAIN are left out, and have a field of their own in v0.0.37 and v0.0.38.
BASE_ROWS: tuple[Row, ...] = (
    ("NODE_STATE_DOWN", {V1: "down", V39: "DOWN"}),
    ("NODE_STATE_IDLE", {V1: "idle", V39: "IDLE"}),
    ("NODE_STATE_ALLOCATED", {V1: "allocated", V39: "ALLOCATED"}),
    ("NODE_STATE_ERROR", {V1: "error", V39: "ERROR"}),
    ("NODE_STATE_MIXED", {V1: "mixed", V39: "MIXED"}),
    ("NODE_STATE_FUTURE", {V1: "future", V39: "FUTURE"}),
    ("NODE_STATE_UNKNOWN", {V37: "unknown", V39: "UNKNOWN"}),
)
BASE_STATE = Enum(*BASE_ROWS, mask="NODE_STATE_BASE", other="invalid")
#: From v0.0.39 on the state is a list of all, the base state first.
FLAG_ROWS: tuple[Row, ...] = (
    ("NODE_STATE_CLOUD", "CLOUD"),
    ("NODE_STATE_COMPLETING", "COMPLETING"),
    ("NODE_STATE_DRAIN", "DRAIN"),
    ("NODE_STATE_DYNAMIC_FUTURE", "DYNAMIC_FUTURE"),
    ("NODE_STATE_DYNAMIC_NORM", "DYNAMIC_NORM"),
    ("NODE_STATE_INVALID_REG", "INVALID_REG"),
    ("NODE_STATE_FAIL", "FAIL"),
    ("NODE_STATE_MAINT", "MAINTENANCE"),
    ("NODE_STATE_POWER_DOWN", "POWER_DOWN"),
    ("NODE_STATE_POWER_UP", "POWER_UP"),
    ("NODE_STATE_NET", {V1: "PERFCTRS", V39: None}),
    ("NODE_STATE_POWERED_DOWN", "POWERED_DOWN"),
    ("NODE_STATE_REBOOT_REQUESTED", "REBOOT_REQUESTED"),
    ("NODE_STATE_REBOOT_ISSUED", "REBOOT_ISSUED"),
    ("NODE_STATE_RES", "RESERVED"),
    ("NODE_RESUME", "RESUME"),
    ("NODE_STATE_NO_RESPOND", "NOT_RESPONDING"),
    ("NODE_STATE_PLANNED", "PLANNED"),
    ("NODE_STATE_POWERING_UP", "POWERING_UP"),
    ("NODE_STATE_POWERING_DOWN", "POWERING_DOWN"),
    ("NODE_STATE_UNDRAIN", "UNDRAIN", V39),
    ("NODE_STATE_REBOOT_CANCEL", "REBOOT_CANCELED", V39),
    ("NODE_STATE_POWER_DRAIN", "POWER_DRAIN", V39),
    ("NODE_STATE_POWER_DOWN_ASAP", "POWER_DOWN_ASAP", V45),
    ("NODE_STATE_POWER_DOWN_FORCE", "POWER_DOWN_FORCE", V45),
    ("NODE_STATE_EXTERNAL", "EXTERNAL", V44),
    ("NODE_STATE_BLOCKED", "BLOCKED", V44),
)
STATE_FLAGS = Flags(*FLAG_ROWS, unset=NO_VAL[32])
STATES = Flags(
    *FLAG_ROWS,
    base=Enum(*BASE_ROWS, mask="NODE_STATE_BASE", other="INVALID"),
    whole=((NO_VAL[32], "INVALID"),),
    component="node_states",
)
USED = Changed({V37: FixedSchema({"type": "string", "nullable": True}), V39: TEXT})
WEIGHT = FixedSchema({"type": "number", "format": "double"})
STATE = Changed({V1: BASE_STATE, V39: STATES})
CERT_FLAGS = Flags(("NODE_CERT_TOKEN_SET", "TOKEN_SET"))
USER = Name("user_name", 32)
PARTITIONS = Changed({V37: Computed({V37: "node_partitions"}, [], ListOf(TEXT)), V39: WORDS})

ENERGY = Record(
    "energy of a node",
    "acct_gather_energy_t",
    Field("ave_watts", INT32, "average_watts", doc="Mean power, in watts."),
    Field("base_consumed_energy", INT64, doc="Energy used when the node was started, in joules."),
    Field("consumed_energy", INT64, doc="Energy used since then, in joules."),
    Field("current_watts", U32, doc="Power at the last sample, in watts."),
    Field("previous_consumed_energy", INT64, doc="Energy used before the last reset, in joules."),
    Field("poll_time", STAMP, "last_collected", doc="The last sample (Unix time)."),
    component="acct_gather_energy",
)

# Nothing is left of these.
SENSORS = Nested(Record("sensors of a node", "", component={V39: "ext_sensors_data", V41: ""}), "")
POWER = Nested(Record("power of a node", "", component={V39: "power_mgmt_data", V41: ""}), "")

NODE = Record(
    "node",
    "node_info_t",
    Field("arch", TEXT, "architecture", doc="Processor architecture."),
    Field("bcast_address", TEXT, "burstbuffer_network_address", doc="Address for burst buffers."),
    Field("boards", INT16, doc="Boards of the node."),
    Field("boot_time", TIME, doc="When it was booted (Unix time)."),
    Field(
        "cert_last_renewal",
        TIME,
        "tls_cert_last_renewal",
        since=V43,
        doc="When its TLS certificate was last renewed (Unix time).",
    ),
    Field("cert_flags", CERT_FLAGS, since=V43, doc="State of its certificate."),
    Field("cluster_name", TEXT, since=V39, doc="Cluster of the node, in a federation."),
    Field("comment", TEXT, doc="Comment of an administrator."),
    Field("cores", INT16, doc="Cores of a socket."),
    Field("core_spec_cnt", INT16, "specialized_cores", since=V39, doc="Cores kept for the system."),
    Field("cpu_bind", INT32, "cpu_binding", doc="Default binding of tasks to CPUs, as numbered in slurm.h."),
    Field("cpu_load", Changed({V1: U32, V40: INT32}), doc="Load of the last five minutes, times 100."),
    Field("extra", TEXT, since=V37, doc="Any text, for scheduling by it."),
    Field(
        "free_mem",
        U64,
        "free_memory",
        {V39: "free_mem"},
        doc="Memory that the operating system has free, in MiB.",
    ),
    Field("cpus", INT16, doc="Processors of the node."),
    Field("cpus_efctv", INT16, "effective_cpus", since=V39, doc="CPUs that jobs may use."),
    Field("cpu_spec_list", TEXT, "specialized_cpus", since=V39, doc="Processors kept for the system."),
    Field("energy", Nested(ENERGY, "energy"), since=V39, doc="Energy use."),
    Field(None, Constant({}, SENSORS), "external_sensors", since=V39, until=V44, doc="Always empty."),
    Field(None, Constant({}, POWER), "power", since=V39, until=V44, doc="Always empty."),
    Field("last_busy", TIME, since=V37, doc="When it last ran a job (Unix time)."),
    Field("features", WORDS, doc="Features that it can have."),
    Field("features_act", WORDS, "active_features", doc="Features that it has now."),
    Field("gpu_spec", TEXT, since=V41, doc="Cores kept for jobs that use a GPU."),
    Field("gres", TEXT, doc="Generic resources that it has."),
    Field("gres_drain", TEXT, "gres_drained", doc="Generic resources that are drained."),
    Field("gres_used", TEXT, doc="Generic resources in use."),
    Field("instance_id", TEXT, since=V40, doc="Id of the cloud's instance."),
    Field("instance_type", TEXT, since=V40, doc="Type of the cloud's instance."),
    Field("mcs_label", TEXT, doc="Label of multi-category security."),
    Field(
        "mem_spec_limit", INT64, "specialized_memory", since=V39, doc="Memory kept for the system, in MiB."
    ),
    Field("name", TEXT, doc="NodeName of slurm.conf."),
    Field("next_state", STATE, "next_state_after_reboot", doc="State that it will have after its reboot."),
    Field("node_addr", TEXT, "address", doc="NodeAddr of slurm.conf."),
    Field("node_hostname", TEXT, "hostname", doc="NodeHostname of slurm.conf."),
    Field("node_state", STATE, "state", doc="State; from v0.0.39 on with all flags of the state."),
    Field("node_state", STATE_FLAGS, "state_flags", since=V37, until=V38, doc="The flags of the state."),
    Field(
        "next_state",
        STATE_FLAGS,
        "next_state_after_reboot_flags",
        since=V37,
        until=V38,
        doc="Flags of the state after the reboot.",
    ),
    Field("os", TEXT, "operating_system", doc="Name and version of the operating system."),
    Field("owner", USER, doc="User who has exclusive use of the node."),
    Field("partitions", PARTITIONS, since=V37, doc="Partitions that it is in."),
    Field("port", INT16, doc="TCP port of its slurmd."),
    Field("real_memory", INT64, doc="Memory of the node, in MiB."),
    Field("res_cores_per_gpu", INT16, since=V41, doc="Cores kept for each GPU."),
    Field("reason", TEXT, doc="Why it is in its state."),
    Field("reason_time", TIME, "reason_changed_at", doc="When the reason was set (Unix time)."),
    Field("reason_uid", USER, "reason_set_by_user", until=V44, doc="User who set the reason."),
    Field(
        None,
        Computed({V45: "reason_user"}, "", TEXT),
        "reason_set_by_user",
        since=V45,
        doc="User who set the reason.",
    ),
    Field(
        "resume_after",
        Changed({V39: U64, V40: TIME}),
        since=V39,
        doc="When it is resumed (Unix time).",
    ),
    Field("resv_name", TEXT, "reservation", since=V39, doc="A reservation that it is in."),
    Field("suspend_time", U32, since=V45, doc="Seconds without a job after which it is powered down."),
    Field("slurmd_start_time", TIME, doc="When slurmd was started (Unix time)."),
    Field("sockets", INT16, doc="Sockets of the node."),
    Field("threads", INT16, doc="Threads of a core."),
    Field("tmp_disk", INT32, "temporary_disk", doc="Disk space of TmpFS, in MiB."),
    Field("weight", INT32, doc="Nodes with less weight are allocated first."),
    Field("tres_fmt_str", TEXT, "tres", doc="Trackable resources that it has."),
    Field("topology_str", TEXT, "topology", since=V43, doc="Place in the topology."),
    Field("version", TEXT, "slurmd_version", {V39: "version"}, doc="Version of its slurmd."),
    Field(
        None,
        Computed({V37: "alloc_memory"}, schema_of=INT64),
        "alloc_memory",
        since=V37,
        doc="Allocated memory, in MiB.",
    ),
    Field(
        None, Computed({V37: "alloc_cpus"}, schema_of=INT32), "alloc_cpus", since=V37, doc="Allocated CPUs."
    ),
    Field(
        None,
        Computed({V37: "idle_cpus"}, schema_of=INT32),
        "idle_cpus",
        {V39: "alloc_idle_cpus"},
        since=V37,
        doc="Idle CPUs.",
    ),
    Field(
        None,
        Computed({V37: "tres_used", V39: "tres_used_text"}, schema_of=USED),
        "tres_used",
        since=V37,
        doc="Trackable resources in use.",
    ),
    Field(
        None,
        Computed({V37: "tres_weighted"}, schema_of=WEIGHT),
        "tres_weighted",
        since=V37,
        until=V44,
        doc="The same as one number, weighted by the partition's billing weights.",
    ),
    component={V36: "node"},
    plural={V39: "nodes"},
)
