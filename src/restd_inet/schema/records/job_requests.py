"""What is asked and answered about jobs beside their records and descriptions: bodies, queries, results."""

from restd_inet.schema.kinds import job_desc
from restd_inet.schema.kinds.base import Component, FixedSchema
from restd_inet.schema.kinds.composite import Converter, Inner, Items
from restd_inet.schema.kinds.job_desc import SIGNALLING, USER, JobIds
from restd_inet.schema.kinds.numbers import INT32, TIME, U32
from restd_inet.schema.kinds.sbatch import signal_number
from restd_inet.schema.kinds.strings import TEXT, Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.job import STATE
from restd_inet.schema.records.job_desc import JOB_DESC
from restd_inet.schema.records.job_verbs import PLAIN, REQUEUE, SIGNAL
from restd_inet.schema.records.show import SHOW
from restd_inet.schema.versions import V1, V35, V39, V40

#: Up to v0.0.38 a heterogeneous job may be a list under either name.
EITHER, ONE = {V1: True, V39: False}, {V1: False}

JOB_SUBMIT = Record(
    "job_submit_req",
    "",
    Field("script", TEXT, doc="The batch script, from its #! line on."),
    Field(
        "jobs",
        Inner(JOB_DESC, EITHER, listed=V39),
        schema_of={V1: Items(JOB_DESC)},
        doc="Descriptions of the components of a heterogeneous job.",
    ),
    Field("job", Inner(JOB_DESC, EITHER), doc="Job description."),
    component={V35: "job_submission", V40: "job_submit_req"},
)
JOBS_SUBMIT = Record(
    "jobs_submit_req",
    "",
    Field("jobs", Items(JOB_SUBMIT), doc="The jobs, each as the body of job/submit."),
    component="restd_jobs_submit_req",
)
JOB_ALLOC = Record(
    "job_alloc_req",
    "",
    Field(
        "hetjob",
        Inner(JOB_DESC, ONE, listed=V1),
        doc="Descriptions of the components of a heterogeneous job.",
    ),
    Field("job", Inner(JOB_DESC, ONE), doc="Description of the allocation."),
    component="job_alloc_req",
)
#: Which jobs: an empty text is refused, as of every filter.
FILTERED = Flags(*STATE.rows, base=STATE.base, alone=STATE.alone, component=STATE.component)
FILTERED.blank = False
#: kill_jobs_msg_t (slurm.h): which jobs get a signal; all that fit what is named.
KILL_JOBS = Record(
    "kill_jobs_msg",
    "",
    Field("account", TEXT, doc="Jobs of this account."),
    Field("flags", SIGNALLING, doc="How the signal is sent."),
    Field("job_name", TEXT, doc="Jobs of this name."),
    Field("jobs", JobIds(ranges=True), doc="Jobs with these ids."),
    Field("partition", TEXT, doc="Jobs in this partition."),
    Field("qos", TEXT, doc="Jobs with this QOS."),
    Field("reservation", TEXT, doc="Jobs in this reservation."),
    Field("signal", SIGNAL, doc="Signal by name or number; without it the jobs are cancelled."),
    Field("job_state", FILTERED, doc="Jobs in these states."),
    Field("user_id", USER, doc="Jobs of this user, by uid."),
    Field("user_name", USER, doc="Jobs of this user, by name."),
    Field("wckey", TEXT, doc="Jobs with this workload characterization key."),
    Field("nodes", job_desc.HOSTS, doc="Jobs on these nodes."),
    component="kill_jobs_msg",
)
JOBS_REQUEUE = Record(
    "openapi_jobs_requeue_query",
    "",
    Field("flags", REQUEUE, doc="How the jobs are requeued."),
    Field("jobs", JobIds("selected_step_list"), doc="Job ids."),
    component="openapi_jobs_requeue_query",
)

#: "changed_since" is update_time from v0.0.39 on, where "nothing has changed" is an empty list.
JOBS_QUERY = Record(
    "jobs query",
    "",
    Field(
        "update_time", TIME, until=38, doc="Unix time; the answer is 304 if nothing has changed since then."
    ),
    Field(
        "changed_since",
        job_desc.WishedTime(),
        "update_time",
        since=V39,
        doc="Unix time; the answer is 304 if nothing has changed since then.",
    ),
    Field("flags", SHOW, since=V39, doc="Flags."),
)
JOB_QUERY = Record(
    "job query",
    "",
    Field(
        "changed_since",
        job_desc.WishedTime(),
        "update_time",
        since=V40,
        doc="Unix time; the answer is 304 if nothing has changed since then.",
    ),
    Field("flags", SHOW, since=V40, doc="Flags."),
)
#: As documents up to v0.0.38 list them; numbers are taken too.
SIGNALS = "HUP INT QUIT ABRT KILL ALRM TERM USR1 USR2 URG CONT STOP TSTP TTIN TTOU"
BY_NAME = FixedSchema(Component("signal", {"type": "string", "enum": [*SIGNALS.split()]}))
DELETE_QUERY = Record(
    "job signal query",
    "",
    Field(
        "signal",
        Converter(signal_number, TEXT),
        schema_of={V1: BY_NAME, V39: TEXT},
        doc="Signal by name or number; without it the job is cancelled.",
    ),
    Field("flags", SIGNALLING, since=V39, doc="Flags."),
)
STATE_QUERY = Record(
    "job state query", "", Field("jobs", JobIds(), "job_id", doc="Job ids, comma-separated.")
)
REQUEUE_QUERY = Record(
    "job requeue query",
    "",
    *(
        Field(None, job_desc.flag_named("flags", constant), name, doc=doc)
        for name, constant, doc in (
            ("Incomplete", "JOB_RUNNING", "Requeue the job even if it has not ended."),
            ("Hold", "JOB_REQUEUE_HOLD", "Hold the job after it is requeued."),
            ("SpecialExit", "JOB_SPECIAL_EXIT", "Put the job into the state SPECIAL_EXIT."),
        )
    ),
)

#: slurm.jobs.Outcome, as a cancelled or signalled job tells it.
KILL_STATUS = Record(
    "kill_jobs_resp_job",
    "",
    Field("error", PLAIN, "error.string", required=V1, doc="Slurm's text of the error."),
    Field("error_code", INT32, "error.code", required=V1, doc="Slurm's number of the error, 0 for none."),
    Field("why", PLAIN, "error.message", required=V1, doc="Details of the error."),
    Field("step_id", PLAIN, required=V1, doc="The job id of the request."),
    Field("found_job_id", U32, "job_id", required=V1, doc="Number."),
    Field("sibling", PLAIN, "federation.sibling", required=V1, doc="Sibling cluster of the job."),
    component="kill_jobs_resp_job",
    plural="kill_jobs_resp_msg",
    docs={"error": "The error of this job.", "federation": "Federation of the job."},
)
#: slurm.job_filter.TaskState. job_id is the number that the published schema promises, job_state its name for
#: state.
JOB_STATE = Record(
    "job_state_resp_job",
    "",
    Field("job_id", INT32, doc="Job id."),
    Field("array_job_id", U32, doc="Job id of its array, 0 for none."),
    Field("array_task_id", U32, doc="Task id in the array."),
    Field("het_job_id", U32, doc="Id of its heterogeneous job, 0 for none."),
    Field("het_job_offset", U32, doc="Offset in the heterogeneous job."),
    Field("job_state", STATE, doc="State, with all flags of the state."),
    Field("job_state", STATE, "state", doc="State, with all flags of the state."),
)
ALLOCATED = Record(
    "openapi_job_alloc_resp",
    "",
    Field("job_id", INT32, doc="Id of the new job."),
    Field("job_submit_user_msg", PLAIN, doc="Message of a job submit plugin."),
)
