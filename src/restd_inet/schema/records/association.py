"""slurmdb_assoc_rec_t (slurmdb.h): an account, or a user in an account, on a cluster, with its limits."""

from restd_inet.schema.kinds.base import Changed, Shape
from restd_inet.schema.kinds.composite import Computed, Constant, Nested, Part
from restd_inet.schema.kinds.numbers import INT32
from restd_inet.schema.kinds.slurmdb import (
    LIMITS,
    DbText,
    Members,
    PlainNumber,
    QosName,
    QosNames,
    Shown,
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

FLOAT = Shape({"type": "number", "format": "double"})
LONG_FLOAT = Shape({"type": "number"})
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
        Field("accrue_job_count", INT32),
        Field("group_used_wallclock", FLOAT),
        Field("fairshare_factor", FLOAT),
        Field("fairshare_shares", INT32),
        Field("normalized_priority", FLOAT),
        Field("normalized_shares", FLOAT),
        Field("effective_normalized_usage", LONG_FLOAT),
        Field("normalized_usage", LONG_FLOAT),
        Field("raw_usage", LONG_FLOAT),
        Field("active_jobs", INT32),
        Field("job_count", INT32),
        Field("fairshare_level", LONG_FLOAT),
        component="assoc_usage",
    ),
    "",
)

#: As accounts and users name theirs.
ASSOCIATION_SHORT = Record(
    "association, short",
    "slurmdb_assoc_rec_t",
    Field("acct", NAME, "account"),
    Field("cluster", CLUSTER),
    Field("partition", NAME),
    Field("user", NAME, required=V39),
    Field("id", Shown(INT32), since=V40),
    component={V36: "association_short_info", V39: "assoc_short"},
    plural={V39: "assoc_short_list"},
)

ASSOCIATION = Record(
    "association",
    "slurmdb_assoc_rec_t",
    Field(
        "accounting_list",
        Members(USAGE, "accounting_list", unread="usage is counted by slurmdbd alone"),
        "accounting",
        since=V40,
    ),
    Field("acct", NAME, "account"),
    Field("cluster", CLUSTER),
    Field("comment", TEXT, since=V40),
    Field("def_qos_id", QosName(), "default.qos"),
    Field(None, Computed({V36: "association_flags"}, [], FLAGS), "flags", until=V38),
    Field("flags", Shown(FLAGS), since=V39),
    Field("grp_jobs", LIMIT, "max.jobs.per.count"),
    Field("grp_jobs_accrue", LIMIT, "max.jobs.per.accruing"),
    Field("grp_submit_jobs", LIMIT, "max.jobs.per.submitted"),
    Field("grp_tres", TRES, "max.tres.total"),
    Field("grp_tres_mins", TRES, "max.tres.group.minutes", since=V37),
    Field("grp_tres_run_mins", TRES, "max.tres.group.active", since=V37),
    Field("max_tres_run_mins", TRES, "max.tres.minutes.total"),
    Field("grp_wall", LIMIT, "max.per.account.wall_clock"),
    # v0.0.40 told all that an identifier stands for.
    Field("id", Changed({V40: Part(ASSOCIATION_SHORT, "itself"), V41: Shown(INT32)}), since=V40),
    Field("is_def", Truth(16), "is_default", since=V37),
    Field("lineage", Shown(TEXT), since=V40),
    Field("max_jobs", LIMIT, "max.jobs.active", since=V37),
    Field("max_jobs_accrue", LIMIT, "max.jobs.accruing", since=V37),
    Field("max_submit_jobs", LIMIT, "max.jobs.total", since=V37),
    Field("max_tres_mins_pj", TRES, "max.tres.minutes.per.job"),
    Field("max_tres_pj", TRES, "max.tres.per.job"),
    Field("max_tres_pn", TRES, "max.tres.per.node"),
    Field("max_wall_pj", LIMIT, "max.jobs.per.wall_clock"),
    Field("min_prio_thresh", LIMIT, "min.priority_threshold"),
    Field("parent_acct", NAME, "parent_account"),
    Field("partition", NAME),
    Field("priority", LIMIT),
    Field("qos_list", QosNames(), "qos"),
    Field("shares_raw", Changed({**LIMITS, V39: PlainNumber()})),
    Field(None, Changed({V36: Constant(None), V39: Constant({}, COUNTED)}), "usage", until=V39),
    Field("user", NAME, required=V39),
    component={V36: "association", V39: "assoc"},
    plural={V39: "assoc_list"},
)
