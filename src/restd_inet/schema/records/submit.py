"""submit_response_msg_t (slurm.h): slurmctld's answer to a submitted job.

Job and step are two members up to 25.11 and one struct from 26.05 on: compat/ asks the right ones.
"""

from restd_inet.schema.kinds.base import Formula, ListOf
from restd_inet.schema.kinds.composite import Computed
from restd_inet.schema.kinds.numbers import BOOL, INT32, TIME
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V39, V41

JOB_ID = Computed({V1: "submitted_job_id"}, 0, INT32)
STEP_ID = Computed({V1: "submitted_step_id", V39: "submitted_step_name"}, "", TEXT)
PLAIN = Formula({V1: "x"}, TEXT)
JOB_IDS = Formula({V1: "x"}, ListOf(INT32))

SUBMIT = Record(
    "submit answer",
    "submit_response_msg_t",
    Field(None, JOB_ID, "result.job_id", since=V39, until=V41, doc="Id of the new job."),
    Field(None, STEP_ID, "result.step_id", since=V39, until=V41, doc="Id of its step."),
    Field("error_code", INT32, "result.error_code", since=V39, until=V41, doc="0, or why the job must wait."),
    Field(
        None,
        Computed({V39: "submitted_error"}, "", TEXT),
        "result.error",
        since=V39,
        until=V41,
        doc="The same in words.",
    ),
    Field(
        "job_submit_user_msg",
        TEXT,
        "result.job_submit_user_msg",
        since=V39,
        until=V41,
        doc="Message of a job submit plugin.",
    ),
    Field(None, JOB_ID, "job_id", doc="Id of the new job."),
    Field(None, STEP_ID, "step_id", doc="Step id; for a batch job that of the batch step."),
    Field("job_submit_user_msg", TEXT, doc="Message of a job submit plugin."),
    parts={"result": "job_submit_response_msg"},
    docs={"result": "Result of the submission."},
)
#: slurm.jobs.WillRun: what sbatch --test-only says.
DRY_RUN = Record(
    "dry run",
    "",
    Field("start_time", TIME, "dry_run.start_time", doc="When the job would start (Unix time)."),
    Field("nodes", PLAIN, "dry_run.nodes", doc="Nodes that it would get, as a host list."),
    Field("partition", PLAIN, "dry_run.partition", doc="Partition that it would run in."),
    Field("cpus", INT32, "dry_run.cpus", doc="CPUs that it would get."),
    Field("preempted", JOB_IDS, "dry_run.preempted_jobs", doc="Ids of the jobs that it would preempt."),
    Field("message", PLAIN, "dry_run.job_submit_user_msg", doc="Message of a job submit plugin."),
    docs={"dry_run": "With `dry_run=1`, and instead of a job: what would become of it."},
)
SUBMIT_OR_DRY_RUN = Record(
    "submit answer or dry run",
    "",
    *SUBMIT.fields,
    *DRY_RUN.fields,
    parts=SUBMIT.parts,
    docs={**SUBMIT.docs, **DRY_RUN.docs},
)
#: What came of one of many jobs.
SUBMITTED = Record(
    "submitted job",
    "",
    Field("index", INT32, doc="Place of the job in the request, from 0."),
    Field("job_id", INT32, doc="Id of the new job, 0 if there is none."),
    Field("status", INT32, doc="200, or the HTTP status that the job alone would have been answered with."),
    Field("error_code", INT32, doc="Slurm's number of the error or of why the job is held, 0 for none."),
    Field("error", PLAIN, doc="What went wrong; empty after success."),
    Field("message", PLAIN, "job_submit_user_msg", doc="Message of a job submit plugin."),
    component="restd_submitted_job",
)
SUBMIT_MANY_QUERY = Record(
    "query of jobs/submit",
    "",
    Field("all", BOOL, doc="Submit all jobs, or none if one is refused."),
)
SUBMIT_QUERY = Record(
    "query of job/submit",
    "",
    Field("dry_run", BOOL, doc="Submit nothing; answer when and where the job would start."),
)
