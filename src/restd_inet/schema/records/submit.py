"""submit_response_msg_t (slurm.h): slurmctld's answer to a submitted job.

Job and step are two members up to 25.11 and one struct from 26.05 on: compat/ asks the right ones.
"""

from restd_inet.schema.fields import TEXT, Computed
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1

SUBMIT = Record(
    "submit answer",
    "submit_response_msg_t",
    Field(None, Computed({V1: "submitted_job_id"}, 0), "job_id"),
    Field(None, Computed({V1: "submitted_step_id"}), "step_id"),
    Field("job_submit_user_msg", TEXT),
)
