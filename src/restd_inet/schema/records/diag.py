"""stats_info_response_msg_t (slurm.h): what slurmctld counts, as `sdiag` shows it.

v1 wrote the names of its time: pack jobs became het jobs, and the times had a "g" for "gmtime".
"""

from restd_inet.schema.fields import (
    INT32,
    INT64,
    TIME,
    Bool,
    Changed,
    Computed,
    Formula,
    Items,
    Label,
    Mean,
    Name,
)
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.message_types import MESSAGE_TYPES
from restd_inet.schema.versions import V1, V35, V36, V38

PLAIN = Formula({V1: "x"})
RPC_TYPE = Record(
    "RPC type",
    "",
    Field("id", Label(MESSAGE_TYPES), "message_type"),
    Field("id", PLAIN, "type_id"),
    Field("count", PLAIN),
    Field(None, Mean("total_time", "count"), "average_time"),
    Field("total_time", PLAIN),
)
RPC_USER = Record(
    "RPC user",
    "",
    Field("id", Name("user_label"), "user"),
    Field("id", PLAIN, "user_id"),
    Field("count", PLAIN),
    Field(None, Mean("total_time", "count"), "average_time"),
    Field("total_time", PLAIN),
)

DIAG = Record(
    "diag",
    "stats_info_response_msg_t",
    Field("rpc_type_size", Items(RPC_TYPE, "rpcs_by_type"), "rpcs_by_message_type", since=V38),
    Field("rpc_user_size", Items(RPC_USER, "rpcs_by_user"), "rpcs_by_user", since=V38),
    Field("parts_packed", INT32, v1="parts_packedg"),
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
    Field("schedule_cycle_sum", INT32, until=V35),
    Field("schedule_cycle_counter", INT32, "schedule_cycle_counter", {V36: "schedule_cycle_total"}),
    Field(None, Mean("schedule_cycle_sum", "schedule_cycle_counter"), "schedule_cycle_mean", since=V36),
    Field(
        None, Mean("schedule_cycle_depth", "schedule_cycle_counter"), "schedule_cycle_mean_depth", since=V36
    ),
    Field(None, Computed({V36: "cycles_per_minute"}), "schedule_cycle_per_minute", since=V36),
    Field("schedule_cycle_depth", INT32, until=V35),
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
    Field("bf_cycle_sum", INT64, until=V35),
    Field(None, Mean("bf_cycle_sum", "bf_cycle_counter"), "bf_cycle_mean", since=V36),
    Field(None, Mean("bf_depth_sum", "bf_cycle_counter"), "bf_depth_mean", since=V36),
    Field(None, Mean("bf_depth_try_sum", "bf_cycle_counter"), "bf_depth_mean_try", since=V36),
    Field("bf_cycle_last", INT32),
    Field("bf_cycle_max", INT32),
    Field("bf_last_depth", INT32, until=V35),
    Field("bf_last_depth_try", INT32, until=V35),
    Field("bf_depth_sum", INT32, until=V35),
    Field("bf_depth_try_sum", INT32, until=V35),
    Field("bf_queue_len", INT32),
    Field("bf_queue_len_sum", INT32, until=V35),
    Field(None, Mean("bf_queue_len_sum", "bf_cycle_counter"), "bf_queue_len_mean", since=V36),
    Field("bf_table_size", INT32, since=V38),
    Field(None, Mean("bf_table_size_sum", "bf_cycle_counter"), "bf_table_size_mean", since=V38),
    Field("bf_when_last_cycle", TIME),
    Field("bf_active", Changed({V1: INT32, V36: Bool()})),
)
