"""slurmdb_assoc_rec_t (slurmdb.h) as what is added by a condition has it: limits under sacctmgr's names."""

from restd_inet.schema.kinds.slurmdb import Limit, PlainNumber, QosName, QosNames
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import NAME, TEXT, TRES

LIMIT = Limit()

ASSOCIATION_SET = Record(
    "association to be",
    "slurmdb_assoc_rec_t",
    Field("comment", TEXT, doc="Arbitrary text."),
    Field("def_qos_id", QosName(), "defaultqos", doc="Default QOS."),
    Field("grp_jobs", LIMIT, "grpjobs", doc="Maximum number of running jobs, child associations included."),
    Field(
        "grp_jobs_accrue",
        LIMIT,
        "grpjobsaccrue",
        doc="Maximum number of pending jobs that accrue age priority, child associations included.",
    ),
    Field(
        "grp_submit_jobs",
        LIMIT,
        "grpsubmitjobs",
        doc="Maximum number of pending and running jobs, child associations included.",
    ),
    Field("grp_tres", TRES, "grptres", doc="Maximum resources of running jobs, child associations included."),
    Field(
        "grp_tres_mins",
        TRES,
        "grptresmins",
        doc="Maximum resource-minutes of all jobs, past and present, child associations included.",
    ),
    Field(
        "grp_tres_run_mins",
        TRES,
        "grptresrunmins",
        doc="Maximum resource-minutes of running jobs, child associations included.",
    ),
    Field(
        "grp_wall",
        LIMIT,
        "grpwall",
        doc="Maximum wall clock minutes of all jobs, child associations included.",
    ),
    Field("max_jobs", LIMIT, "maxjobs", doc="Maximum number of running jobs of a user."),
    Field(
        "max_jobs_accrue",
        LIMIT,
        "maxjobsaccrue",
        doc="Maximum number of pending jobs of a user that accrue age priority.",
    ),
    Field(
        "max_submit_jobs", LIMIT, "maxsubmitjobs", doc="Maximum number of pending and running jobs of a user."
    ),
    Field("max_tres_mins_pj", TRES, "maxtresminsperjob", doc="Maximum resource-minutes of a job."),
    Field("max_tres_run_mins", TRES, "maxtresrunmins", doc="Maximum resource-minutes of running jobs."),
    Field("max_tres_pj", TRES, "maxtresperjob", doc="Maximum resources of a job."),
    Field("max_tres_pn", TRES, "maxtrespernode", doc="Maximum resources of a job on each node."),
    Field("max_wall_pj", LIMIT, "maxwalldurationperjob", doc="Maximum wall clock minutes of a job."),
    Field(
        "min_prio_thresh",
        LIMIT,
        "minpriothresh",
        doc="Lowest priority of jobs for which resources are reserved.",
    ),
    Field("parent_acct", NAME, "parent", doc="Name of the parent account."),
    Field("priority", LIMIT, doc="Priority of its jobs."),
    Field("qos_list", QosNames(), "qoslevel", doc="Allowed QOS."),
    Field("shares_raw", PlainNumber(), "fairshare", doc="Shares."),
    component="assoc_rec_set",
)
