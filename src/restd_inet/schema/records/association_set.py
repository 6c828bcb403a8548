"""slurmdb_assoc_rec_t (slurmdb.h) as what is added by a condition has it: limits under sacctmgr's names."""

from restd_inet.schema.kinds.slurmdb import Limit, PlainNumber, QosName, QosNames
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import NAME, TEXT, TRES

LIMIT = Limit()

ASSOCIATION_SET = Record(
    "association to be",
    "slurmdb_assoc_rec_t",
    Field("comment", TEXT, doc="Any text."),
    Field("def_qos_id", QosName(), "defaultqos", doc="Default QOS."),
    Field("grp_jobs", LIMIT, "grpjobs", doc="Running jobs of all below it."),
    Field("grp_jobs_accrue", LIMIT, "grpjobsaccrue", doc="Pending jobs of all below it that gain age."),
    Field("grp_submit_jobs", LIMIT, "grpsubmitjobs", doc="Pending and running jobs of all below it."),
    Field("grp_tres", TRES, "grptres", doc="Resources of the running jobs of all below it."),
    Field("grp_tres_mins", TRES, "grptresmins", doc="Minutes of resources that all below it may ever use."),
    Field("grp_tres_run_mins", TRES, "grptresrunmins", doc="Minutes of resources of their running jobs."),
    Field("grp_wall", LIMIT, "grpwall", doc="Minutes of wall clock time of all below it."),
    Field("max_jobs", LIMIT, "maxjobs", doc="Running jobs of a user."),
    Field("max_jobs_accrue", LIMIT, "maxjobsaccrue", doc="Pending jobs of a user that gain age."),
    Field("max_submit_jobs", LIMIT, "maxsubmitjobs", doc="Pending and running jobs of a user."),
    Field("max_tres_mins_pj", TRES, "maxtresminsperjob", doc="Minutes of resources of a job."),
    Field("max_tres_run_mins", TRES, "maxtresrunmins", doc="Minutes of resources of running jobs."),
    Field("max_tres_pj", TRES, "maxtresperjob", doc="Resources of a job."),
    Field("max_tres_pn", TRES, "maxtrespernode", doc="Resources of a job on each node."),
    Field("max_wall_pj", LIMIT, "maxwalldurationperjob", doc="Minutes of wall clock time of a job."),
    Field("min_prio_thresh", LIMIT, "minpriothresh", doc="Priority from which on resources are reserved."),
    Field("parent_acct", NAME, "parent", doc="Name of the parent account."),
    Field("priority", LIMIT, doc="Priority of its jobs."),
    Field("qos_list", QosNames(), "qoslevel", doc="QOS that it may use."),
    Field("shares_raw", PlainNumber(), "fairshare", doc="Shares."),
    component="assoc_rec_set",
)
