"""node_info_t (slurm.h): a node, as `scontrol show node` shows it."""

from restd_inet.schema.fields import INT16, INT32, INT64, TEXT, TIME, U32, U64, Enum, Field, Name, Record

#: The base state; flags such as DRAIN are left out, as in slurmrestd up to v0.0.36.
STATE = Enum(
    ("NODE_STATE_DOWN", "down"),
    ("NODE_STATE_IDLE", "idle"),
    ("NODE_STATE_ALLOCATED", "allocated"),
    ("NODE_STATE_ERROR", "error"),
    ("NODE_STATE_MIXED", "mixed"),
    ("NODE_STATE_FUTURE", "future"),
    mask="NODE_STATE_BASE",
    other="invalid",
)
USER = Name("user_name", 32)

NODE = Record(
    "node",
    "node_info_t",
    Field("arch", TEXT, "architecture"),
    Field("bcast_address", TEXT, "burstbuffer_network_address"),
    Field("boards", INT16),
    Field("boot_time", TIME),
    Field("comment", TEXT),
    Field("cores", INT16),
    Field("cpu_bind", INT32, "cpu_binding"),
    Field("cpu_load", U32),
    Field("free_mem", U64, "free_memory"),
    Field("cpus", INT16),
    Field("features", TEXT),
    Field("features_act", TEXT, "active_features"),
    Field("gres", TEXT),
    Field("gres_drain", TEXT, "gres_drained"),
    Field("gres_used", TEXT),
    Field("mcs_label", TEXT),
    Field("name", TEXT),
    Field("next_state", STATE, "next_state_after_reboot"),
    Field("node_addr", TEXT, "address"),
    Field("node_hostname", TEXT, "hostname"),
    Field("node_state", STATE, "state"),
    Field("os", TEXT, "operating_system"),
    Field("owner", USER),
    Field("port", INT16),
    Field("real_memory", INT64),
    Field("reason", TEXT),
    Field("reason_time", TIME, "reason_changed_at"),
    Field("reason_uid", USER, "reason_set_by_user"),
    Field("slurmd_start_time", TIME),
    Field("sockets", INT16),
    Field("threads", INT16),
    Field("tmp_disk", INT32, "temporary_disk"),
    Field("weight", INT32),
    Field("tres_fmt_str", TEXT, "tres"),
    Field("version", TEXT, "slurmd_version"),
)
