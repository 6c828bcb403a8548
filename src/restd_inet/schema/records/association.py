"""slurmdb_assoc_rec_t (slurmdb.h): an account, or a user in an account, on a cluster, with its limits."""

from restd_inet.schema.kinds.base import Changed, FixedSchema
from restd_inet.schema.kinds.composite import Computed, Constant, Nested, SubRecord
from restd_inet.schema.kinds.numbers import INT32
from restd_inet.schema.kinds.slurmdb import (
    LIMITS,
    DbText,
    Members,
    PlainNumber,
    QosName,
    QosNames,
    ReadOnly,
    Tres,
    Truth,
    cluster,
    name,
)
from restd_inet.schema.kinds.strings import Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.tres import TRES as RESOURCE
from restd_inet.schema.records.usage import USAGE
from restd_inet.schema.versions import V36, V37, V38, V39, V40, V41

FLOAT = FixedSchema({"type": "number", "format": "double"})
LONG_FLOAT = FixedSchema({"type": "number"})
LIMIT = Changed(LIMITS)
NAME, CLUSTER, TEXT = DbText(name), DbText(cluster), DbText()
TRES = Tres(RESOURCE)
FLAGS = Flags(
    ("ASSOC_FLAG_DELETED", "DELETED"),
    ("ASSOC_FLAG_NO_UPDATE", "NoUpdate", V41),
    ("ASSOC_FLAG_EXACT", "Exact", V41),
    ("ASSOC_FLAG_USER_COORD_NO", "NoUsersAreCoords", V41),
    ("ASSOC_FLAG_USER_COORD", "UsersAreCoords", V41),
    component="assoc_flags",
)

#: What slurmctld counts of an association: documented, and empty in slurmdbd's answers.
COUNTED = Nested(
    Record(
        "usage of an association",
        "",
        Field("accrue_job_count", INT32, doc="Pending jobs that accrue age priority."),
        Field("group_used_wallclock", FLOAT, doc="Used wall clock time, in minutes."),
        Field("fairshare_factor", FLOAT, doc="Fair-share factor."),
        Field("fairshare_shares", INT32, doc="Shares."),
        Field("normalized_priority", FLOAT, doc="Normalized priority."),
        Field("normalized_shares", FLOAT, doc="Normalized shares."),
        Field("effective_normalized_usage", LONG_FLOAT, doc="Effective normalized usage."),
        Field("normalized_usage", LONG_FLOAT, doc="Normalized usage."),
        Field("raw_usage", LONG_FLOAT, doc="Used TRES-seconds, weighted."),
        Field("active_jobs", INT32, doc="Running jobs."),
        Field("job_count", INT32, doc="Pending and running jobs."),
        Field("fairshare_level", LONG_FLOAT, doc="Fair share within the account."),
        component="assoc_usage",
    ),
    "",
)

#: As accounts and users name theirs.
ASSOCIATION_SHORT = Record(
    "association, short",
    "slurmdb_assoc_rec_t",
    Field("acct", NAME, "account", doc="Name of the account."),
    Field("cluster", CLUSTER, doc="Name of the cluster."),
    Field("partition", NAME, doc="Name of the partition, if the association is limited to one."),
    Field(
        "user", NAME, required=V39, doc="Name of the user; empty for the association of the account itself."
    ),
    Field("id", ReadOnly(INT32), since=V40, doc="Id in the database."),
    component={V36: "association_short_info", V39: "assoc_short"},
    plural={V39: "assoc_short_list"},
)

ASSOCIATION = Record(
    "association",
    "slurmdb_assoc_rec_t",
    Field(
        "accounting_list",
        Members(USAGE, "accounting_list", ignored_warning="usage is counted by slurmdbd alone"),
        "accounting",
        since=V40,
        doc="Usage, if requested.",
    ),
    Field("acct", NAME, "account", doc="Name of the account."),
    Field("cluster", CLUSTER, doc="Name of the cluster."),
    Field("comment", TEXT, since=V40, doc="Comment."),
    Field("def_qos_id", QosName(), "default.qos", doc="QOS of jobs that name none."),
    Field(None, Computed({V36: "association_flags"}, [], FLAGS), "flags", until=V38, doc="Flags."),
    Field("flags", ReadOnly(FLAGS), since=V39, doc="Flags."),
    Field(
        "grp_jobs",
        LIMIT,
        "max.jobs.per.count",
        doc="Maximum number of running jobs, child associations included.",
    ),
    Field(
        "grp_jobs_accrue",
        LIMIT,
        "max.jobs.per.accruing",
        doc="Maximum pending jobs that accrue age priority, children included.",
    ),
    Field(
        "grp_submit_jobs",
        LIMIT,
        "max.jobs.per.submitted",
        doc="Maximum number of pending and running jobs, child associations included.",
    ),
    Field(
        "grp_tres",
        TRES,
        "max.tres.total",
        doc="Maximum resources of running jobs, child associations included.",
    ),
    Field(
        "grp_tres_mins",
        TRES,
        "max.tres.group.minutes",
        since=V37,
        doc="Maximum resource-minutes of past and present jobs, children included.",
    ),
    Field(
        "grp_tres_run_mins",
        TRES,
        "max.tres.group.active",
        since=V37,
        doc="Maximum resource-minutes of running jobs, child associations included.",
    ),
    Field(
        "max_tres_run_mins",
        TRES,
        "max.tres.minutes.total",
        doc="Maximum resource-minutes that running jobs of a user request.",
    ),
    Field(
        "grp_wall",
        LIMIT,
        "max.per.account.wall_clock",
        doc="Maximum wall clock minutes of all jobs, past ones included.",
    ),
    # v0.0.40 told all that an identifier stands for.
    Field(
        "id",
        Changed({V40: SubRecord(ASSOCIATION_SHORT, "itself"), V41: ReadOnly(INT32)}),
        since=V40,
        doc="Id in the database.",
    ),
    Field("is_def", Truth(16), "is_default", since=V37, doc="Whether its account is the user's default."),
    Field("lineage", ReadOnly(TEXT), since=V40, doc="Path of the association: all accounts above it."),
    Field("max_jobs", LIMIT, "max.jobs.active", since=V37, doc="Maximum number of running jobs of a user."),
    Field(
        "max_jobs_accrue",
        LIMIT,
        "max.jobs.accruing",
        since=V37,
        doc="Maximum number of pending jobs of a user that accrue age priority.",
    ),
    Field(
        "max_submit_jobs",
        LIMIT,
        "max.jobs.total",
        since=V37,
        doc="Maximum number of pending and running jobs of a user.",
    ),
    Field("max_tres_mins_pj", TRES, "max.tres.minutes.per.job", doc="Maximum resource-minutes of a job."),
    Field("max_tres_pj", TRES, "max.tres.per.job", doc="Maximum resources of a job."),
    Field("max_tres_pn", TRES, "max.tres.per.node", doc="Maximum resources of a job on a node."),
    Field("max_wall_pj", LIMIT, "max.jobs.per.wall_clock", doc="Longest time limit of a job, in minutes."),
    Field(
        "min_prio_thresh",
        LIMIT,
        "min.priority_threshold",
        doc="Lowest priority of jobs for which resources are reserved.",
    ),
    Field("parent_acct", NAME, "parent_account", doc="Parent account."),
    Field("partition", NAME, doc="Name of the partition, if the association is limited to one."),
    Field("priority", LIMIT, doc="Priority that is added to its jobs."),
    Field("qos_list", QosNames(), "qos", doc="Allowed QOS."),
    Field("shares_raw", Changed({**LIMITS, V39: PlainNumber()}), doc="Shares relative to its siblings."),
    Field(
        None,
        Changed({V36: Constant(None), V39: Constant({}, COUNTED)}),
        "usage",
        until=V39,
        doc="Always empty: slurmctld counts the usage.",
    ),
    Field(
        "user", NAME, required=V39, doc="Name of the user; empty for the association of the account itself."
    ),
    component={V36: "association", V39: "assoc"},
    plural={V39: "assoc_list"},
    docs={
        "default": "Defaults of jobs.",
        "max": "Upper limits.",
        "max.jobs": "Limits of jobs.",
        "max.jobs.per": "Limits of jobs, by kind.",
        "max.tres": "Limits of trackable resources.",
        "max.tres.group": "Limits of the association and its children together.",
        "max.tres.minutes": "Limits of resource-minutes.",
        "max.per": "Limits by kind.",
        "max.per.account": "Limits of the account.",
        "max.tres.minutes.per": "Limits of resource-minutes, by kind.",
        "max.tres.per": "Limits of trackable resources, by kind.",
        "min": "Lower limits.",
    },
)
