"""resources/{job_id}: the cores and devices of a running job, node by node."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm._job import find, job_of, known
from restd_inet.schema.answers import Answer, list_v39
from restd_inet.schema.records.resource_layout import RESOURCE_LAYOUT
from restd_inet.schema.versions import V44
from restd_inet.slurm import SlurmError

ANSWER = Answer(
    RESOURCE_LAYOUT,
    "nodes",
    {V44: list_v39},
    component="openapi_resource_layout_resp",
    required=("nodes",),
)


def get(call: Call) -> Result:
    job = job_of(call)
    number = job.number
    if job.tasks or job.component is not None:
        number = next(iter(find(call, job))).job_id
    try:
        return Result(call.slurm.resource_layout(number))
    except SlurmError as error:
        raise known(call, job, error) from None


ROUTES = (
    Route(
        "GET",
        "resources/{job_id}",
        get,
        ANSWER,
        since=V44,
        summary="Show the resources that a job has on each node",
        description="Like scontrol show job --details.",
    ),
)
