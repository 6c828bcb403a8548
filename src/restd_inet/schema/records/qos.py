"""slurmdb_qos_rec_t (slurmdb.h): a quality of service, as `sacctmgr show qos` shows it."""

from restd_inet.schema.kinds.base import Changed, Row
from restd_inet.schema.kinds.slurmdb import (
    LIMITS,
    DbText,
    Factor,
    PlainFactor,
    PlainNumber,
    Preempted,
    Tres,
    limits,
    name,
)
from restd_inet.schema.kinds.strings import Flags
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.tres import TRES as RESOURCE
from restd_inet.schema.versions import V36, V37, V39, V40, V42, V43

FLAGS = Flags(
    ("QOS_FLAG_NOTSET", "NOT_SET", V39),
    ("QOS_FLAG_ADD", "ADD", V39),
    ("QOS_FLAG_REMOVE", "REMOVE", V39),
    ("QOS_FLAG_DELETED", "DELETED", V43),
    ("QOS_FLAG_PART_MIN_NODE", "PARTITION_MINIMUM_NODE"),
    ("QOS_FLAG_PART_MAX_NODE", "PARTITION_MAXIMUM_NODE"),
    ("QOS_FLAG_PART_TIME_LIMIT", "PARTITION_TIME_LIMIT"),
    ("QOS_FLAG_ENFORCE_USAGE_THRES", "ENFORCE_USAGE_THRESHOLD"),
    ("QOS_FLAG_NO_RESERVE", "NO_RESERVE"),
    ("QOS_FLAG_REQ_RESV", "REQUIRED_RESERVATION"),
    ("QOS_FLAG_DENY_LIMIT", "DENY_LIMIT"),
    ("QOS_FLAG_OVER_PART_QOS", "OVERRIDE_PARTITION_QOS"),
    ("QOS_FLAG_PART_QOS", "PARTITION_QOS", V43),
    ("QOS_FLAG_NO_DECAY", "NO_DECAY"),
    ("QOS_FLAG_USAGE_FACTOR_SAFE", "USAGE_FACTOR_SAFE"),
    ("QOS_FLAG_RELATIVE", "RELATIVE", V40),
    component="qos_flags",
)
MODES: tuple[Row, ...] = (
    ("PREEMPT_MODE_SUSPEND", "SUSPEND"),
    ("PREEMPT_MODE_REQUEUE", "REQUEUE"),
    ("PREEMPT_MODE_CANCEL", "CANCEL"),
    ("PREEMPT_MODE_GANG", "GANG"),
)
PREEMPT_MODE = Changed(
    {
        V36: Flags(*MODES),
        V39: Flags(*MODES, whole=(("PREEMPT_MODE_OFF", "DISABLED"),), component="qos_preempt_modes"),
    }
)
LIMIT = Changed(LIMITS)
FACTOR = Factor()
TRES = Tres(RESOURCE)

QOS = Record(
    "qos",
    "slurmdb_qos_rec_t",
    Field("description", DbText(), doc="Description."),
    Field("flags", FLAGS, doc="Flags."),
    Field("id", PlainNumber(), doc="Id in the database."),
    Field(
        "grace_time",
        Changed({**LIMITS, V40: PlainNumber()}),
        "limits.grace_time",
        doc="Grace time of preempted jobs, in seconds.",
    ),
    Field(
        "grp_jobs_accrue",
        LIMIT,
        "limits.max.active_jobs.accruing",
        doc="Maximum number of pending jobs that accrue age priority.",
    ),
    Field("grp_jobs", LIMIT, "limits.max.active_jobs.count", doc="Maximum number of running jobs."),
    Field(
        "grp_submit_jobs",
        LIMIT,
        "limits.max.jobs.count",
        since=V42,
        doc="Maximum number of pending and running jobs.",
    ),
    Field("grp_tres", TRES, "limits.max.tres.total", doc="Maximum resources of running jobs."),
    Field(
        "grp_tres_mins",
        TRES,
        "limits.max.tres.minutes.total",
        since=V42,
        doc="Maximum resource-minutes of all jobs, past ones included.",
    ),
    Field(
        "grp_tres_run_mins",
        TRES,
        "limits.max.tres.minutes.per.qos",
        doc="Maximum resource-minutes that running jobs request.",
    ),
    Field("name", DbText(name), doc="Name."),
    Field(
        "grp_wall",
        LIMIT,
        "limits.max.wall_clock.per.qos",
        doc="Maximum wall clock minutes of all jobs, past ones included.",
    ),
    Field(
        "limit_factor",
        Changed({V36: Factor(), V39: PlainFactor(), V40: Factor()}),
        "limits.factor",
        since=V37,
        doc="Factor for the limits of associations.",
    ),
    # v0.0.36 told the running jobs where the others tell the submitted ones.
    Field(
        "max_jobs_pa",
        LIMIT,
        "limits.max.jobs.per.account",
        {V37: "limits.max.jobs.active_jobs.per.account"},
        doc="Maximum number of running jobs of an account.",
    ),
    Field(
        "max_jobs_pu",
        LIMIT,
        "limits.max.jobs.per.user",
        {V37: "limits.max.jobs.active_jobs.per.user"},
        doc="Maximum number of running jobs of a user.",
    ),
    Field(
        "max_jobs_accrue_pa",
        LIMIT,
        "limits.max.accruing.per.account",
        doc="Maximum pending jobs of an account that accrue age priority.",
    ),
    Field(
        "max_jobs_accrue_pu",
        LIMIT,
        "limits.max.accruing.per.user",
        doc="Maximum number of pending jobs of a user that accrue age priority.",
    ),
    Field(
        "max_submit_jobs_pa",
        LIMIT,
        "limits.max.jobs.per.account",
        since=V37,
        doc="Maximum number of pending and running jobs of an account.",
    ),
    Field(
        "max_submit_jobs_pu",
        LIMIT,
        "limits.max.jobs.per.user",
        since=V37,
        doc="Maximum number of pending and running jobs of a user.",
    ),
    Field(
        "max_tres_mins_pj", TRES, "limits.max.tres.minutes.per.job", doc="Maximum resource-minutes of a job."
    ),
    Field("max_tres_pa", TRES, "limits.max.tres.per.account", doc="Maximum resources of an account."),
    Field("max_tres_pj", TRES, "limits.max.tres.per.job", doc="Maximum resources of a job."),
    Field("max_tres_pn", TRES, "limits.max.tres.per.node", doc="Maximum resources of a job on a node."),
    Field("max_tres_pu", TRES, "limits.max.tres.per.user", doc="Maximum resources of a user."),
    Field(
        "max_tres_run_mins_pa",
        TRES,
        "limits.max.tres.minutes.per.account",
        doc="Maximum resource-minutes of running jobs of an account.",
    ),
    Field(
        "max_tres_run_mins_pu",
        TRES,
        "limits.max.tres.minutes.per.user",
        doc="Maximum resource-minutes that running jobs of a user request.",
    ),
    Field(
        "max_wall_pj", LIMIT, "limits.max.wall_clock.per.job", doc="Longest time limit of a job, in minutes."
    ),
    Field(
        "min_prio_thresh",
        LIMIT,
        "limits.min.priority_threshold",
        doc="Lowest priority of jobs for which resources are reserved.",
    ),
    Field("min_tres_pj", TRES, "limits.min.tres.per.job", doc="Minimum resources of a job."),
    Field(None, Preempted(), "preempt.list", doc="QOS that it may preempt."),
    Field("preempt_mode", PREEMPT_MODE, "preempt.mode", doc="How its jobs are preempted."),
    Field(
        "preempt_exempt_time",
        Changed(limits(NO_VAL[32] - 1)),
        "preempt.exempt_time",
        doc="Time a job runs before it can be preempted, in seconds.",
    ),
    Field("priority", LIMIT, doc="Priority that is added to its jobs."),
    Field("usage_factor", FACTOR, doc="Factor for usage."),
    Field("usage_thres", FACTOR, "usage_threshold", doc="Fair share below which jobs are not started."),
    component="qos",
    plural={V39: "qos_list"},
    docs={
        "limits": "Limits of jobs with this QOS.",
        "limits.max": "Upper limits.",
        "limits.max.active_jobs": "Limits of jobs of all users together.",
        "limits.max.jobs": "Limits of jobs.",
        "limits.max.tres": "Limits of trackable resources.",
        "limits.max.tres.minutes": "Limits of resource-minutes.",
        "limits.max.tres.minutes.per": "Limits of resource-minutes, by kind.",
        "limits.max.wall_clock": "Limits of wall clock time.",
        "limits.max.wall_clock.per": "Limits of wall clock time, by kind.",
        "limits.max.jobs.per": "Limits of pending and running jobs, by kind.",
        "limits.max.jobs.active_jobs": "Limits of running jobs.",
        "limits.max.jobs.active_jobs.per": "Limits of running jobs, by kind.",
        "limits.max.accruing": "Limits of jobs that accrue age priority.",
        "limits.max.accruing.per": "The same, by kind.",
        "limits.max.tres.per": "Limits of trackable resources, by kind.",
        "limits.min": "Lower limits.",
        "limits.min.tres": "Lower limits of trackable resources.",
        "limits.min.tres.per": "Lower limits of trackable resources, by kind.",
        "preempt": "Preemption.",
    },
)
