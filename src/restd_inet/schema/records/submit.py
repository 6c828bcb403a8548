"""submit_response_msg_t (slurm.h): slurmctld's answer to a submitted job."""

from restd_inet.schema.fields import INT32, TEXT, Enum, Field, Record

STEP = Enum(
    ("SLURM_PENDING_STEP", "PENDING"),
    ("SLURM_BATCH_SCRIPT", "BATCH"),
    ("SLURM_EXTERN_CONT", "EXTERN"),
    ("SLURM_INTERACTIVE_STEP", "INTERACTIVE"),
    other=...,
)

SUBMIT = Record(
    "submit answer",
    "submit_response_msg_t",
    Field("job_id", INT32),
    Field("step_id", STEP),
    Field("job_submit_user_msg", TEXT),
)
