"""stats_info_response_msg_t (slurm.h): what slurmctld counts, as `sdiag` shows it.

v1 wrote the names of its time: pack jobs became het jobs, and the times had a "g" for "gmtime".
"""

from restd_inet.schema.kinds.base import Changed, Formula, ListOf
from restd_inet.schema.kinds.composite import Computed, Items, Mean, Nth
from restd_inet.schema.kinds.numbers import INT32, INT64, TIME, Bool
from restd_inet.schema.kinds.strings import TEXT, Label, Name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.message_types import MESSAGE_TYPES
from restd_inet.schema.versions import V1, V36, V38, V39, V40, V41, V44

HOSTS = Formula({V1: "x"}, ListOf(TEXT, "hostlist_string"))
COUNT = Changed({V1: INT64, V41: INT32})
RPC_TYPE = Record(
    "RPC type",
    "",
    Field("id", Label(MESSAGE_TYPES), "message_type", required=V41),
    Field("id", INT32, "type_id", required=V41),
    Field("count", COUNT, required=V41),
    Field("queued", INT32, since=V41, required=V41),
    Field("dropped", INT64, since=V41, required=V41),
    Field("cycle_last", INT32, since=V41, required=V41),
    Field("cycle_max", INT32, since=V41, required=V41),
    Field(None, Mean("total_time", "count", V41), "average_time", required=V41),
    Field("total_time", INT64, required=V41),
    component={V38: "diag_rpcm", V39: "", V41: "stats_msg_rpc_type"},
    plural={V39: "stats_msg_rpcs_by_type"},
)
RPC_USER = Record(
    "RPC user",
    "",
    Field("id", Name("user_label"), "user", required=V41),
    Field("id", INT32, "user_id", required=V41),
    Field("count", COUNT, required=V41),
    Field(None, Mean("total_time", "count", V41), "average_time", required=V41),
    Field("total_time", INT64, required=V41),
    component={V38: "diag_rpcu", V39: "", V41: "stats_msg_rpc_user"},
    plural={V39: "stats_msg_rpcs_by_user"},
)
RPC_QUEUE = Record(
    "pending RPC",
    "",
    Field("id", Label(MESSAGE_TYPES), "message_type", required=V41),
    Field("id", INT32, "type_id", required=V41),
    Field("count", INT32, required=V41),
    component={V41: "stats_msg_rpc_queue"},
    plural="stats_msg_rpcs_queue",
)
RPC_DUMP = Record(
    "pending RPC of hosts",
    "",
    Field("id", Label(MESSAGE_TYPES), "message_type", required=V41),
    Field("id", INT32, "type_id", required=V41),
    Field("hosts", HOSTS, "count", required=V41),
    component={V41: "stats_msg_rpc_dump"},
    plural="stats_msg_rpcs_dump",
)

DIAG = Record(
    "diag",
    "stats_info_response_msg_t",
    Field("rpc_type_size", Items(RPC_TYPE, "rpcs_by_type"), "rpcs_by_message_type", since=V38),
    Field("rpc_user_size", Items(RPC_USER, "rpcs_by_user"), "rpcs_by_user", since=V38),
    Field("parts_packed", INT32, v1="parts_packedg", until=V44),
    Field("req_time", TIME, v1="req_timeg"),
    Field("req_time_start", TIME, v1="req_time_startg"),
    Field("server_thread_count", INT32),
    Field("agent_queue_size", INT32),
    Field("agent_count", INT32),
    Field("agent_thread_count", INT32, since=V36),
    Field("dbd_agent_queue_size", INT32),
    Field("gettimeofday_latency", INT32),
    Field("schedule_cycle_max", INT32),
    Field("schedule_cycle_last", INT32),
    Field("schedule_cycle_sum", INT64, "schedule_cycle_sum", {V36: None, V41: "schedule_cycle_sum"}),
    Field("schedule_cycle_counter", INT32, "schedule_cycle_counter", {V36: "schedule_cycle_total"}),
    Field(None, Mean("schedule_cycle_sum", "schedule_cycle_counter"), "schedule_cycle_mean", since=V36),
    Field(
        None, Mean("schedule_cycle_depth", "schedule_cycle_counter"), "schedule_cycle_mean_depth", since=V36
    ),
    Field(None, Computed({V36: "cycles_per_minute"}, like=INT64), "schedule_cycle_per_minute", since=V36),
    Field("schedule_cycle_depth", INT32, "schedule_cycle_depth", {V36: None, V41: "schedule_cycle_depth"}),
    Field("schedule_exit", Nth("schedule_exit", 0), "schedule_exit.end_job_queue", since=V40),
    Field("schedule_exit", Nth("schedule_exit", 1), "schedule_exit.default_queue_depth", since=V40),
    Field("schedule_exit", Nth("schedule_exit", 2), "schedule_exit.max_job_start", since=V40),
    Field("schedule_exit", Nth("schedule_exit", 3), "schedule_exit.licenses", since=V40),
    Field("schedule_exit", Nth("schedule_exit", 4), "schedule_exit.max_rpc_cnt", since=V40),
    Field("schedule_exit", Nth("schedule_exit", 5), "schedule_exit.max_sched_time", since=V40),
    Field("schedule_queue_len", INT32, "schedule_queue_len", {V36: "schedule_queue_length"}),
    Field("jobs_submitted", INT32),
    Field("jobs_started", INT32),
    Field("jobs_completed", INT32),
    Field("jobs_canceled", INT32),
    Field("jobs_failed", INT32),
    Field("jobs_pending", INT32),
    Field("jobs_running", INT32),
    Field("job_states_ts", TIME),
    Field("bf_backfilled_jobs", INT32),
    Field("bf_last_backfilled_jobs", INT32),
    Field("bf_backfilled_het_jobs", INT32, v1="bf_backfilled_pack_jobs"),
    Field("bf_cycle_counter", INT32),
    Field("bf_cycle_sum", INT64, "bf_cycle_sum", {V36: None, V39: "bf_cycle_sum"}),
    Field(None, Mean("bf_cycle_sum", "bf_cycle_counter"), "bf_cycle_mean", since=V36),
    Field(None, Mean("bf_depth_sum", "bf_cycle_counter"), "bf_depth_mean", since=V36),
    Field(None, Mean("bf_depth_try_sum", "bf_cycle_counter"), "bf_depth_mean_try", since=V36),
    Field("bf_cycle_last", INT32),
    Field("bf_cycle_max", INT32, "bf_cycle_max", {V39: None, V41: "bf_cycle_max"}),
    Field("bf_exit", Nth("bf_exit", 0), "bf_exit.end_job_queue", since=V40),
    Field("bf_exit", Nth("bf_exit", 1), "bf_exit.bf_max_job_start", since=V40),
    Field("bf_exit", Nth("bf_exit", 2), "bf_exit.bf_max_job_test", since=V40),
    Field("bf_exit", Nth("bf_exit", 3), "bf_exit.state_changed", since=V40),
    Field("bf_exit", Nth("bf_exit", 4), "bf_exit.bf_node_space_size", since=V40),
    Field("bf_exit", Nth("bf_exit", 5), "bf_exit.bf_max_time", since=V40),
    Field("bf_last_depth", INT32, "bf_last_depth", {V36: None, V39: "bf_last_depth"}),
    Field("bf_last_depth_try", INT32, "bf_last_depth_try", {V36: None, V39: "bf_last_depth_try"}),
    Field("bf_depth_sum", INT32, "bf_depth_sum", {V36: None, V39: "bf_depth_sum"}),
    Field("bf_depth_try_sum", INT32, "bf_depth_try_sum", {V36: None, V39: "bf_depth_try_sum"}),
    Field("bf_queue_len", INT32),
    Field("bf_queue_len_sum", INT32, "bf_queue_len_sum", {V36: None, V39: "bf_queue_len_sum"}),
    Field(None, Mean("bf_queue_len_sum", "bf_cycle_counter"), "bf_queue_len_mean", since=V36),
    Field("bf_table_size", INT32, since=V38),
    Field("bf_table_size_sum", INT32, since=V41),
    Field(None, Mean("bf_table_size_sum", "bf_cycle_counter"), "bf_table_size_mean", since=V38),
    Field("bf_when_last_cycle", TIME),
    Field("bf_active", Changed({V1: INT32, V36: Bool()})),
    Field("rpc_queue_type_count", Items(RPC_QUEUE, "rpcs_pending"), "pending_rpcs", since=V41),
    Field("rpc_dump_count", Items(RPC_DUMP, "rpcs_of_hosts"), "pending_rpcs_by_hostlist", since=V41),
    component={V39: "stats_msg"},
    parts={"bf_exit": "bf_exit_fields", "schedule_exit": "schedule_exit_fields"},
)
