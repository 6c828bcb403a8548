"""stats_info_response_msg_t (slurm.h): what slurmctld counts, as `sdiag` shows it.

v1 wrote the names of its time: pack jobs became het jobs, and the times had a "g" for "gmtime".
"""

from restd_inet.schema.fields import INT32, INT64, TIME, Field, Record

DIAG = Record(
    "diag",
    "stats_info_response_msg_t",
    Field("parts_packed", INT32, v1="parts_packedg"),
    Field("req_time", TIME, v1="req_timeg"),
    Field("req_time_start", TIME, v1="req_time_startg"),
    Field("server_thread_count", INT32),
    Field("agent_queue_size", INT32),
    Field("agent_count", INT32),
    Field("dbd_agent_queue_size", INT32),
    Field("gettimeofday_latency", INT32),
    Field("schedule_cycle_max", INT32),
    Field("schedule_cycle_last", INT32),
    Field("schedule_cycle_sum", INT32),
    Field("schedule_cycle_counter", INT32),
    Field("schedule_cycle_depth", INT32),
    Field("schedule_queue_len", INT32),
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
    Field("bf_cycle_sum", INT64),
    Field("bf_cycle_last", INT32),
    Field("bf_cycle_max", INT32),
    Field("bf_last_depth", INT32),
    Field("bf_last_depth_try", INT32),
    Field("bf_depth_sum", INT32),
    Field("bf_depth_try_sum", INT32),
    Field("bf_queue_len", INT32),
    Field("bf_queue_len_sum", INT32),
    Field("bf_when_last_cycle", TIME),
    Field("bf_active", INT32),
)
