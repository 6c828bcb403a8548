"""What is asked and answered about verbs on jobs (scontrol(1), scancel(1)): arguments and results."""

from restd_inet.schema.kinds import job_desc
from restd_inet.schema.kinds.base import Formula
from restd_inet.schema.kinds.composite import Converter
from restd_inet.schema.kinds.job_desc import SIGNALLING
from restd_inet.schema.kinds.numbers import BOOL, INT32
from restd_inet.schema.kinds.strings import TEXT, Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V39, V40

PLAIN = Formula({V1: "x"}, TEXT)
SIGNAL = Converter(job_desc.warning_signal, TEXT)
REQUEUE = Flags(
    ("JOB_RUNNING", "Incomplete"), ("JOB_REQUEUE_HOLD", "Hold"), ("JOB_SPECIAL_EXIT", "SpecialExit")
)

#: slurm.jobs.Outcome, as updates and requeues tell it.
ARRAY_RESULT = Record(
    "job_array_response_msg_entry",
    "",
    Field("job_id", INT32, doc="Number of the job."),
    Field("step_id", PLAIN, doc="The job or tasks of an array."),
    Field("error", PLAIN, doc="Slurm's text of the error."),
    Field("error_code", INT32, doc="Slurm's number of the error, 0 for none."),
    Field("why", PLAIN, doc="Message of a plugin."),
    component={V40: "job_array_response_msg_entry"},
    plural={V39: "job_array_response_msg", V40: "job_array_response_array"},
)

#: A verb that has no arguments.
NO_ARGUMENTS = Record("no arguments", "", component="restd_job_verb_req")
HOLD = Record(
    "hold",
    "",
    Field(
        "uhold",
        BOOL,
        doc="Hold as the user of the job does, so that the user may release it, whoever asks.",
    ),
    component="restd_job_hold_req",
)
REQUEUE_JOB = Record(
    "requeue",
    "",
    Field(
        "flags",
        REQUEUE,
        doc="Hold: as requeuehold; SpecialExit: and mark it; Incomplete: running jobs alone.",
    ),
    component="restd_job_requeue_req",
)
NOTIFY = Record(
    "notify",
    "",
    Field("message", TEXT, required=V1, doc="Text for standard error of the script, or for salloc or srun."),
    component="restd_job_notify_req",
)
SIGNAL_JOB = Record(
    "signal",
    "",
    Field("signal", SIGNAL, required=V1, doc="Signal by name or number, such as USR1 or 10."),
    Field(
        "flags",
        SIGNALLING,
        doc="To whom: without BATCH_JOB or FULL_JOB to the steps, not to the batch script.",
    ),
    component="restd_job_signal_req",
)
