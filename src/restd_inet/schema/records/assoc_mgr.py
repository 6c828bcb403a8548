"""What slurmctld knows of associations, QOS and users, and counts (assoc_mgr_info_msg_t, slurm.h).

As `scontrol show assoc_mgr` shows it. Limits have sacctmgr's names; each says what is used and left of it.
"""

from __future__ import annotations

from restd_inet.schema.kinds.base import Formula
from restd_inet.schema.kinds.limits import MINUTE, CachedQos, Limited, LimitedTres, OfUsage
from restd_inet.schema.kinds.numbers import BOOL, INT32, U32
from restd_inet.schema.kinds.slurmdb import AttributeList
from restd_inet.schema.kinds.strings import TEXT, Enum, Name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.federation import Texts
from restd_inet.schema.versions import V1

LIST = Texts()
Limits = dict[str, "Limited | LimitedTres"]

#: Name → limits of the group: of an association with all below it, or of a QOS.
ASSOCIATION_LIMITS: Limits = {
    "grp_jobs": Limited("grp_jobs", "used_jobs"),
    "grp_jobs_accrue": Limited("grp_jobs_accrue", "accrue_cnt"),
    "grp_submit_jobs": Limited("grp_submit_jobs", "used_submit_jobs"),
    "grp_wall": Limited("grp_wall", "grp_used_wall", wall=True),
    "grp_tres": LimitedTres("grp_tres_ctld", "grp_used_tres"),
    "grp_tres_mins": LimitedTres("grp_tres_mins_ctld", "usage_tres_raw", MINUTE),
    "grp_tres_run_mins": LimitedTres("grp_tres_run_mins_ctld", "grp_used_tres_run_secs", MINUTE),
    "max_jobs": Limited("max_jobs", "used_jobs"),
    "max_jobs_accrue": Limited("max_jobs_accrue", "accrue_cnt"),
    "max_submit_jobs": Limited("max_submit_jobs", "used_submit_jobs"),
    "max_tres_pj": LimitedTres("max_tres_ctld"),
    "max_tres_pn": LimitedTres("max_tres_pn_ctld"),
    "max_tres_mins_pj": LimitedTres("max_tres_mins_ctld"),
}
QOS_LIMITS: Limits = {
    "grp_jobs": Limited("grp_jobs", "grp_used_jobs"),
    "grp_jobs_accrue": Limited("grp_jobs_accrue", "accrue_cnt"),
    "grp_submit_jobs": Limited("grp_submit_jobs", "grp_used_submit_jobs"),
    "grp_wall": Limited("grp_wall", "grp_used_wall", wall=True),
    "grp_tres": LimitedTres("grp_tres_ctld", "grp_used_tres"),
    "grp_tres_mins": LimitedTres("grp_tres_mins_ctld", "usage_tres_raw", MINUTE),
    "grp_tres_run_mins": LimitedTres("grp_tres_run_mins_ctld", "grp_used_tres_run_secs", MINUTE),
    "max_tres_pj": LimitedTres("max_tres_pj_ctld"),
    "max_tres_pn": LimitedTres("max_tres_pn_ctld"),
    "max_tres_mins_pj": LimitedTres("max_tres_mins_pj_ctld"),
    "min_tres_pj": LimitedTres("min_tres_pj_ctld"),
}


def _each(letter: str) -> Limits:
    """Limits of a QOS for each user (u) or account (a)."""
    return {
        f"max_jobs_p{letter}": Limited(f"max_jobs_p{letter}", "jobs"),
        f"max_jobs_accrue_p{letter}": Limited(f"max_jobs_accrue_p{letter}", "accrue_cnt"),
        f"max_submit_jobs_p{letter}": Limited(f"max_submit_jobs_p{letter}", "submit_jobs"),
        f"max_tres_p{letter}": LimitedTres(f"max_tres_p{letter}_ctld", "tres"),
        f"max_tres_run_mins_p{letter}": LimitedTres(
            f"max_tres_run_mins_p{letter}_ctld", "tres_run_secs", MINUTE
        ),
    }


USER_LIMITS, ACCOUNT_LIMITS = _each("u"), _each("a")
#: What each limit limits.
DOCS = {
    "grp_jobs": "Running jobs.",
    "grp_jobs_accrue": "Pending jobs that accrue age priority.",
    "grp_submit_jobs": "Pending and running jobs.",
    "grp_wall": "Wall clock minutes.",
    "grp_tres": "Resources of running jobs.",
    "grp_tres_mins": "Resource-minutes of past and present jobs, decayed.",
    "grp_tres_run_mins": "Resource-minutes that running jobs have left.",
    "max_jobs": "Running jobs of a user.",
    "max_jobs_accrue": "Pending jobs of a user that accrue age priority.",
    "max_submit_jobs": "Pending and running jobs of a user.",
    "max_tres_pj": "Resources of a job.",
    "max_tres_pn": "Resources of a job on a node.",
    "max_tres_mins_pj": "Resource-minutes of a job.",
    "min_tres_pj": "Least resources of a job.",
    "max_jobs_p": "Running jobs.",
    "max_jobs_accrue_p": "Pending jobs that accrue age priority.",
    "max_submit_jobs_p": "Pending and running jobs.",
    "max_tres_p": "Resources of running jobs.",
    "max_tres_run_mins_p": "Resource-minutes that running jobs have left.",
}


def _rows(limits: Limits) -> tuple[Field, ...]:
    return tuple(
        Field(None, kind, name, doc=DOCS.get(name) or DOCS[name[:-1]]) for name, kind in limits.items()
    )


WALL = Field("max_wall_pj", U32, doc="Longest time limit of a job, in minutes.")
THRESHOLD = Field("min_prio_thresh", U32, doc="Lowest priority of jobs for which resources are reserved.")

CACHED_ASSOCIATION = Record(
    "association in slurmctld",
    "slurmdb_assoc_rec_t",
    Field("id", INT32, doc="Id in the database."),
    Field("cluster", TEXT, doc="Name of the cluster."),
    Field("acct", TEXT, "account", doc="Name of the account."),
    Field("user", TEXT, doc="Name of the user; empty for the association of the account itself."),
    Field("partition", TEXT, doc="Name of the partition, if the association is limited to one."),
    Field("parent_acct", TEXT, "parent_account", doc="Parent account."),
    Field("lineage", TEXT, doc="Path of the association: all accounts above it."),
    Field("is_def", Formula({V1: "x == 1"}, BOOL), "is_default", doc="Whether it is the user's default."),
    Field("priority", U32, doc="Priority that is added to its jobs."),
    Field(None, CachedQos(), "qos", doc="Allowed QOS."),
    Field(None, CachedQos(default=True), "default.qos", doc="QOS of jobs that name none."),
    Field("shares_raw", U32, "fairshare.shares", doc="Raw shares."),
    Field(None, OfUsage("shares_norm"), "fairshare.shares_normalized", doc="Normalized shares."),
    Field(None, OfUsage("fs_factor"), "fairshare.factor", doc="Fair-share factor."),
    Field(None, OfUsage("usage_raw"), "usage.raw", doc="Decayed usage, in billing TRES-seconds."),
    Field(None, OfUsage("usage_norm"), "usage.normalized", doc="Normalized usage."),
    Field(None, OfUsage("usage_efctv"), "usage.effective", doc="Effective usage."),
    *_rows(ASSOCIATION_LIMITS),
    WALL,
    THRESHOLD,
    component="restd_assoc_mgr_assoc",
    docs={"default": "Defaults of jobs.", "fairshare": "Fair share.", "usage": "Usage."},
)


def _used_by(name: str, who: Field, limits: Limits) -> Record:
    return Record(f"{name} of a QOS", "", who, *_rows(limits), component=f"restd_assoc_mgr_qos_{name}")


QOS_USER = _used_by("user", Field("uid", Name("user_label"), "user", doc="The user."), USER_LIMITS)
QOS_ACCOUNT = _used_by("account", Field("acct", TEXT, "account", doc="The account."), ACCOUNT_LIMITS)
CACHED_QOS = Record(
    "QOS in slurmctld",
    "slurmdb_qos_rec_t",
    Field("id", INT32, doc="Id in the database."),
    Field("name", TEXT, doc="Name."),
    Field("priority", U32, doc="Priority that is added to its jobs."),
    Field(None, OfUsage("usage_raw"), "usage.raw", doc="Decayed usage, in billing TRES-seconds."),
    *_rows(QOS_LIMITS),
    WALL,
    THRESHOLD,
    Field(None, AttributeList(QOS_ACCOUNT, "account_limits"), "accounts", doc="Accounts that have used it."),
    Field(None, AttributeList(QOS_USER, "user_limits"), "users", doc="Users who have used it."),
    component="restd_assoc_mgr_qos",
    docs={"usage": "Usage."},
)
CACHED_USER = Record(
    "user in slurmctld",
    "slurmdb_user_rec_t",
    Field("name", TEXT, doc="Name."),
    Field("uid", INT32, doc="Number of the user."),
    Field("default_acct", TEXT, "default.account", doc="Default account."),
    Field("default_wckey", TEXT, "default.wckey", doc="Default WCKey."),
    Field(
        "admin_level",
        Enum(
            ("SLURMDB_ADMIN_NOTSET", "Not Set"),
            ("SLURMDB_ADMIN_NONE", "None"),
            ("SLURMDB_ADMIN_OPERATOR", "Operator"),
            ("SLURMDB_ADMIN_SUPER_USER", "Administrator"),
        ),
        "administrator_level",
        doc="Rights in accounting.",
    ),
    component="restd_assoc_mgr_user",
    docs={"default": "Defaults of jobs."},
)
ASSOC_MGR = Record(
    "association manager",
    "",
    Field("tres", Formula({V1: "x"}, LIST), doc="Names of trackable resources."),
    Field(None, AttributeList(CACHED_USER, "users"), "users", doc="Users."),
    Field(None, AttributeList(CACHED_ASSOCIATION, "associations"), "associations", doc="Associations."),
    Field(None, AttributeList(CACHED_QOS, "qos"), "qos", doc="QOS."),
    component="restd_assoc_mgr",
)
