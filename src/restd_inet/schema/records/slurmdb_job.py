"""slurmdb_job_rec_t and slurmdb_step_rec_t (slurmdb.h): a job of the accounting database, as sacct has it."""

from __future__ import annotations

from restd_inet.schema.kinds.base import ABSENT, Changed, FixedSchema, Formula, ListOf
from restd_inet.schema.kinds.composite import Computed, SubRecord
from restd_inet.schema.kinds.numbers import ALWAYS32, INT16, INT32, INT64, U32, U64, Mebibytes
from restd_inet.schema.kinds.slurmdb import DbText, QosName
from restd_inet.schema.kinds.slurmdb_job import (
    WIDE,
    AnyBit,
    Extremes,
    Governor,
    Inner,
    Sluid,
    Status,
    StepName,
    Steps,
    Usage,
    WckeyTag,
    Word,
)
from restd_inet.schema.kinds.strings import TEXT, Flags, Name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import ASSOCIATION_SHORT
from restd_inet.schema.records.job import STATE
from restd_inet.schema.records.tres import EXTREME, TRES
from restd_inet.schema.versions import V1, V36, V37, V38, V39, V40, V41, V42, V43, V44, V45

PROSE, STATUS, USED = DbText(), Status(), Usage(TRES)
#: A time: of 32 bits up to v0.0.38, plain later; of a step it may be unset since v0.0.40.
STEP_TIME = Changed({V1: WIDE, V40: U64})
STATE_WORD = Changed({V1: Word("job_state"), V40: STATE})
#: Up to v0.0.38 documented as a number, and 0 where there is none.
RESERVATION = Changed(
    {V1: Formula({V1: "string(x).decode('utf-8', 'surrogateescape') if x else 0"}, INT32), V39: PROSE}
)
REASON = Word("job_reason")
REQUIRED_MEMORY = Formula({V1: "x & 0xFFFFFFFF"}, Changed({V1: INT32, V39: INT64}))
_BITS = (
    ("SLURMDB_JOB_FLAG_NOTSET", "NOT_SET"),
    ("SLURMDB_JOB_FLAG_SUBMIT", "STARTED_ON_SUBMIT"),
    ("SLURMDB_JOB_FLAG_SCHED", "STARTED_ON_SCHEDULE"),
    ("SLURMDB_JOB_FLAG_BACKFILL", "STARTED_ON_BACKFILL"),
)
FLAGS = Changed(
    {
        V1: AnyBit(("SLURMDB_JOB_CLEAR_SCHED", "CLEAR_SCHEDULING"), *_BITS),
        V39: Flags(
            *_BITS,
            ("SLURMDB_JOB_FLAG_START_R", "START_RECEIVED"),
            ("SLURMDB_JOB_FLAG_ALTERED", "JOB_ALTERED", V44),
            whole=(
                ("SLURMDB_JOB_FLAG_NONE", "NONE"),
                ("SLURMDB_JOB_CLEAR_SCHED", "CLEAR_SCHEDULING"),
            ),
            component={V39: "slurmdb_job_flags"},
        ),
    }
)
GOVERNOR = Changed(
    {
        V1: AnyBit(
            ("CPU_FREQ_CONSERVATIVE", "Conservative"),
            ("CPU_FREQ_PERFORMANCE", "Performance"),
            ("CPU_FREQ_POWERSAVE", "PowerSave"),
            ("CPU_FREQ_ONDEMAND", "OnDemand"),
            ("CPU_FREQ_USERSPACE", "UserSpace"),
        ),
        V39: Governor(),
    }
)
#: v0.0.39 alone has a step's id as an object.
STEP_ID = Record(
    "step id",
    "slurm_step_id_t",
    Field("job_id", INT32, doc="Job id."),
    Field(
        None,
        Computed({V1: "step_component"}, ABSENT, INT32),
        "step_het_component",
        doc="Component of the heterogeneous step.",
    ),
    Field(
        "step_id",
        Word("step_word"),
        "step_id",
        doc='Number of the step, or batch, extern, interactive; "TBD" for the whole job.',
    ),
)

STEP = Record(
    "past step",
    "slurmdb_step_rec_t",
    Field("elapsed", ALWAYS32, "time.elapsed", doc="Run time, in seconds."),
    Field("end", STEP_TIME, "time.end", doc="When it ended (Unix time)."),
    Field("exitcode", STATUS, "exit_code", doc="Exit code."),
    Field("nnodes", ALWAYS32, "nodes.count", doc="Number of nodes."),
    Field("nodes", PROSE, "nodes.range", doc="Nodes, as a host list."),
    Field(
        None,
        Computed({V1: "step_hosts"}, [], ListOf(TEXT, {V39: "hostlist"})),
        "nodes.list",
        doc="Nodes, one by one.",
    ),
    Field("ntasks", ALWAYS32, "tasks.count", doc="Number of tasks."),
    Field("pid_str", PROSE, "pid", until=V44, doc="Process id; no longer used."),
    Field("req_cpufreq_min", U32, "CPU.requested_frequency.min", doc="Requested minimum frequency, in kHz."),
    Field("req_cpufreq_max", U32, "CPU.requested_frequency.max", doc="Requested maximum frequency, in kHz."),
    Field("req_cpufreq_gov", GOVERNOR, "CPU.governor", doc="Requested CPU frequency governor."),
    Field("requid", Name("user_name"), "kill_request_user", doc="User who cancelled the job."),
    Field("start", STEP_TIME, "time.start", doc="When it began (Unix time)."),
    Field("state", STATE_WORD, "state", doc="State."),
    Field(
        "stats",
        Inner("act_cpufreq", Formula({V1: "int(x)"}, INT64)),
        "statistics.CPU.actual_frequency",
        doc="Mean frequency, in kHz.",
    ),
    Field(
        "stats",
        Inner("consumed_energy", Changed({V1: WIDE, V39: U64})),
        "statistics.energy.consumed",
        doc="Energy used, in joules.",
    ),
    Field("step_id", Inner("job_id", U32), "step.job_id", until=V38, doc="Job id."),
    Field(
        "step_id",
        Inner("step_het_comp", U32),
        "step.het.component",
        until=V38,
        doc="Component of the heterogeneous step.",
    ),
    # Up to v0.0.38 a number, or the name of one that stands for something.
    Field(
        "step_id",
        StepName(),
        "step.id",
        {V39: None, V40: "step.id"},
        schema_of={V36: FixedSchema({}), V39: TEXT},
        doc="Step id.",
    ),
    Field(None, SubRecord(STEP_ID, "step_id"), "step.id", since=V39, until=V39, doc="Step id."),
    Field("stepname", PROSE, "step.name", doc="Name."),
    Field("std_err", PROSE, "step.stderr", since=V43, doc="File of its standard error."),
    Field("std_in", PROSE, "step.stdin", since=V43, doc="File of its standard input."),
    Field("std_out", PROSE, "step.stdout", since=V43, doc="File of its standard output."),
    Field(
        None,
        Computed({V1: "step_stderr"}, "", TEXT),
        "step.stderr_expanded",
        since=V43,
        doc="Path with %j and other patterns replaced.",
    ),
    Field(
        None,
        Computed({V1: "step_stdin"}, "", TEXT),
        "step.stdin_expanded",
        since=V43,
        doc="Path with %j and other patterns replaced.",
    ),
    Field(
        None,
        Computed({V1: "step_stdout"}, "", TEXT),
        "step.stdout_expanded",
        since=V43,
        doc="Path with %j and other patterns replaced.",
    ),
    Field("submit_line", PROSE, "submit_line", since=V45, doc="Command line of its submission."),
    Field("suspended", ALWAYS32, "time.suspended", doc="Seconds that it was suspended."),
    Field("sys_cpu_sec", WIDE, "time.system.seconds", doc="System CPU time: seconds."),
    Field(
        "sys_cpu_usec",
        ALWAYS32,
        "time.system.microseconds",
        doc="System CPU time: microseconds in addition to the seconds.",
    ),
    Field("task_dist", Word("distribution"), "task.distribution", doc="How tasks were spread over nodes."),
    Field("timelimit", U32, "time.limit", since=V43, doc="Time limit, in minutes."),
    Field("tot_cpu_sec", WIDE, "time.total.seconds", doc="User and system CPU time: seconds."),
    Field(
        "tot_cpu_usec",
        ALWAYS32,
        "time.total.microseconds",
        doc="User and system CPU time: microseconds in addition to the seconds.",
    ),
    Field("user_cpu_sec", WIDE, "time.user.seconds", doc="User CPU time: seconds."),
    Field(
        "user_cpu_usec",
        ALWAYS32,
        "time.user.microseconds",
        doc="User CPU time: microseconds in addition to the seconds.",
    ),
    Field(
        None,
        Extremes("tres_usage_in_max", EXTREME, {V40: "step_tres_req_max"}),
        "tres.requested.max",
        doc="Largest usage of a task.",
    ),
    Field(
        None,
        Extremes("tres_usage_in_min", EXTREME, {V40: "step_tres_req_min"}),
        "tres.requested.min",
        doc="Smallest usage of a task.",
    ),
    Field(
        None,
        Extremes("tres_usage_out_max", EXTREME, {V40: "step_tres_usage_max"}),
        "tres.consumed.max",
        doc="Largest usage, or output, of a task.",
    ),
    Field(
        None,
        Extremes("tres_usage_out_min", EXTREME, {V40: "step_tres_usage_min"}),
        "tres.consumed.min",
        doc="Smallest usage, or output, of a task.",
    ),
    Field("stats", Inner("tres_usage_in_ave", USED), "tres.requested.average", doc="Mean usage of a task."),
    Field("stats", Inner("tres_usage_in_tot", USED), "tres.requested.total", doc="Total usage of all tasks."),
    Field(
        "stats",
        Inner("tres_usage_out_ave", USED),
        "tres.consumed.average",
        doc="Mean usage, or output, of a task.",
    ),
    Field(
        "stats",
        Inner("tres_usage_out_tot", USED),
        "tres.consumed.total",
        doc="Total usage, or output, of all tasks.",
    ),
    Field("tres_alloc_str", USED, "tres.allocated", doc="Allocated amount of each trackable resource."),
    component={V36: "job_step", V39: "step"},
    plural={V39: "step_list"},
    docs={
        "time": "Times and durations.",
        "nodes": "Nodes.",
        "tasks": "Tasks.",
        "CPU": "CPUs.",
        "CPU.requested_frequency": "Requested CPU frequency.",
        "statistics": "Measured values.",
        "statistics.CPU": "CPUs.",
        "statistics.energy": "Energy.",
        "step": "The step.",
        "step.het": "Heterogeneous step.",
        "time.system": "System CPU time.",
        "task": "Tasks.",
        "time.total": "User and system CPU time.",
        "time.user": "User CPU time.",
        "tres": "Trackable resources.",
        "tres.requested": "Usage by tasks.",
        "tres.consumed": "Usage and output by tasks.",
    },
)

PAST_JOB = Record(
    "past job",
    "slurmdb_job_rec_t",
    Field("account", PROSE, doc="Account that was charged."),
    Field("admin_comment", PROSE, "comment.administrator", doc="Comment of an administrator."),
    Field("alloc_nodes", ALWAYS32, "allocation_nodes", doc="Number of nodes."),
    Field("array_job_id", ALWAYS32, "array.job_id", doc="Job id of its array, 0 for none."),
    Field(
        "array_max_tasks",
        ALWAYS32,
        "array.limits.max.running.tasks",
        doc="Tasks of the array that could run at once.",
    ),
    Field("array_task_id", U32, "array.task_id", doc="Task id in the array."),
    Field("array_task_str", PROSE, "array.task", doc="Tasks that had not started."),
    Field(None, SubRecord(ASSOCIATION_SHORT, "job_association"), "association", doc="Association."),
    Field("blockid", PROSE, "block", since=V39, doc="Block."),
    Field("cluster", PROSE, doc="Cluster."),
    Field("constraints", PROSE, doc="Requested features."),
    Field("container", PROSE, since=V38, doc="Path of its OCI bundle."),
    Field(
        None,
        Computed({V1: "job_sluid"}, "", TEXT),
        "sluid",
        since=V45,
        doc="Sluid: id of the job that is unique over clusters.",
    ),
    Field("derived_ec", STATUS, "derived_exit_code", doc="The highest exit code of its steps."),
    Field("derived_es", PROSE, "comment.job", doc="Comment of the user."),
    Field("elapsed", ALWAYS32, "time.elapsed", doc="Run time, in seconds."),
    Field("eligible", WIDE, "time.eligible", doc="When it became eligible (Unix time)."),
    Field("end", WIDE, "time.end", doc="When it ended (Unix time)."),
    Field("exclusive", PROSE, since=V45, doc="What the job used exclusively."),
    Field("exitcode", STATUS, "exit_code", doc="Exit code."),
    Field("extra", PROSE, since=V39, doc="Arbitrary text."),
    Field("failed_node", PROSE, since=V39, doc="The node whose failure ended it."),
    Field("flags", FLAGS, doc="Flags."),
    Field("gid", Name("group_name"), "group", doc="Name of the group."),
    Field("het_job_id", ALWAYS32, "het.job_id", doc="Id of its heterogeneous job, 0 for none."),
    Field("het_job_offset", U32, "het.job_offset", doc="Offset in the heterogeneous job."),
    Field("jobid", INT32, "job_id", doc="Job id."),
    Field("jobname", PROSE, "name", doc="Name."),
    Field("licenses", PROSE, since=V39, doc="Licenses."),
    Field("mcs_label", PROSE, "mcs.label", doc="Label of multi-category security."),
    Field("nodes", PROSE, doc="Nodes, as a host list."),
    Field("oversubscribe", PROSE, since=V45, doc="How the job shared resources."),
    Field("partition", PROSE, doc="Partition."),
    Field(
        "priority",
        Formula({V1: "x == 0"}, FixedSchema({"type": "boolean"})),
        "hold",
        since=V39,
        doc="Whether the job was held.",
    ),
    Field("priority", U32, doc="Priority."),
    Field("qosid", QosName(), "qos", doc="QOS."),
    Field("qos_req", PROSE, "qosreq", since=V42, doc="Requested QOS."),
    Field("req_cpus", ALWAYS32, "required.CPUs", doc="Requested CPUs."),
    Field(
        "req_mem",
        REQUIRED_MEMORY,
        "required.memory",
        until=V39,
        doc="Requested memory per node or CPU, in MiB.",
    ),
    Field(
        "req_mem",
        Mebibytes("cpu"),
        "required.memory_per_cpu",
        since=V39,
        doc="Requested memory per CPU, in MiB.",
    ),
    Field(
        "req_mem",
        Mebibytes("node"),
        "required.memory_per_node",
        since=V39,
        doc="Requested memory per node, in MiB.",
    ),
    Field("requid", Name("user_name"), "kill_request_user", doc="User who cancelled the job."),
    Field("restart_cnt", INT16, since=V42, doc="How often the job was requeued."),
    Field("resvid", ALWAYS32, "reservation.id", doc="Id of its reservation."),
    Field("resv_name", RESERVATION, "reservation.name", doc="Name of its reservation."),
    Field("resv_req", PROSE, "reservation.requested", since=V43, doc="Requested reservations."),
    Field("script", PROSE, since=V39, doc="Batch script, if it is stored and requested."),
    Field("segment_size", INT16, since=V43, doc="Size of a segment: nodes that had to be in one block."),
    Field("sluid", Sluid(), "original_sluid", since=V45, doc="Sluid before the job was requeued."),
    Field(
        None,
        Computed({V1: "job_planned"}, None, U64),
        "time.planned",
        since=V41,
        doc="Time between eligibility and start, in seconds.",
    ),
    Field("start", WIDE, "time.start", doc="When it began (Unix time)."),
    Field(
        None,
        Computed({V1: "past_stdin"}, "", TEXT),
        "stdin_expanded",
        since=V41,
        doc="Path with %j and other patterns replaced.",
    ),
    Field(
        None,
        Computed({V1: "past_stdout"}, "", TEXT),
        "stdout_expanded",
        since=V41,
        doc="Path with %j and other patterns replaced.",
    ),
    Field(
        None,
        Computed({V1: "past_stderr"}, "", TEXT),
        "stderr_expanded",
        since=V41,
        doc="Path with %j and other patterns replaced.",
    ),
    Field("std_out", PROSE, "stdout", since=V41, doc="File of its standard output."),
    Field("std_err", PROSE, "stderr", since=V41, doc="File of its standard error."),
    Field("std_in", PROSE, "stdin", since=V41, doc="File of its standard input."),
    Field("state", STATE_WORD, "state.current", doc="State."),
    Field(
        "state_reason_prev",
        REASON,
        "state.reason",
        {V36: "state.previous", V37: "state.reason"},
        doc="Reason of the state.",
    ),
    Field(None, Steps(STEP, "job_steps"), "steps", doc="Steps."),
    Field("submit", WIDE, "time.submission", doc="When it was submitted (Unix time)."),
    Field("submit_line", PROSE, since=V39, doc="Command line of its submission."),
    Field("suspended", ALWAYS32, "time.suspended", doc="Seconds that it was suspended."),
    Field("system_comment", PROSE, "comment.system", doc="Comment of slurmctld."),
    Field("sys_cpu_sec", WIDE, "time.system.seconds", doc="System CPU time: seconds."),
    Field(
        "sys_cpu_usec",
        WIDE,
        "time.system.microseconds",
        doc="System CPU time: microseconds in addition to the seconds.",
    ),
    Field("timelimit", U32, "time.limit", doc="Time limit, in minutes."),
    Field("tot_cpu_sec", WIDE, "time.total.seconds", doc="User and system CPU time: seconds."),
    Field(
        "tot_cpu_usec",
        WIDE,
        "time.total.microseconds",
        doc="User and system CPU time: microseconds in addition to the seconds.",
    ),
    Field("tres_alloc_str", USED, "tres.allocated", doc="Allocated amount of each trackable resource."),
    Field("tres_req_str", USED, "tres.requested", doc="Requested amount of each trackable resource."),
    Field("used_gres", PROSE, since=V39, doc="Generic resources."),
    Field(
        None, Computed({V1: "past_user", V39: "past_user_label"}, "", TEXT), "user", doc="Name of the user."
    ),
    Field("user_cpu_sec", WIDE, "time.user.seconds", doc="User CPU time: seconds."),
    Field(
        "user_cpu_usec",
        WIDE,
        "time.user.microseconds",
        doc="User CPU time: microseconds in addition to the seconds.",
    ),
    Field("wckey", WckeyTag(), doc="Workload characterization key."),
    Field("work_dir", PROSE, "working_directory", doc="Working directory."),
    component={V36: "job"},
    plural={V39: "job_list"},
    docs={
        "comment": "Comments.",
        "array": "The job as a part of an array.",
        "array.limits": "Limits.",
        "array.limits.max": "Upper limits.",
        "array.limits.max.running": "Limits of running tasks.",
        "time": "Times and durations.",
        "het": "The job as a component of a heterogeneous job.",
        "mcs": "Multi-category security.",
        "required": "Requested resources.",
        "reservation": "Reservation.",
        "state": "State.",
        "time.system": "System CPU time.",
        "time.total": "User and system CPU time.",
        "tres": "Trackable resources.",
        "time.user": "User CPU time.",
    },
)
