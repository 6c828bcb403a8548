"""partition/{partition_name}: one partition."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm import _query
from restd_inet.commands.slurm.partitions import ANSWER
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE
from restd_inet.schema.kinds.values import clip
from restd_inet.schema.versions import V35, V45
from restd_inet.slurm import SlurmError


def get(call: Call) -> Result:
    name = call.parameters["partition_name"]
    partitions = call.slurm.partitions(_query.update_time(call), _query.flags(call))
    found = partitions.select(lambda partition: call.slurm.text(partition.name) == name)
    if not found:
        raise _missing(call, "slurm_load_partitions")
    return Result(found)


def delete(call: Call) -> Result:
    try:
        name = call.parameters["partition_name"]
        call.slurm.change("slurm_delete_partition", "delete_part_msg_t", {"name": name})
    except SlurmError as error:
        if error.number != call.slurm.constant("ESLURM_INVALID_PARTITION_NAME"):
            raise
        raise _missing(call, error.source) from None
    return Result()


def _missing(call: Call, source: str) -> Problem:
    text = f"there is no partition {clip(call.parameters['partition_name'])} that you may see"
    return call.slurm.missing("ESLURM_INVALID_PARTITION_NAME", text, source)


ROUTES = (
    Route(
        "GET",
        "partition/{partition_name}",
        get,
        ANSWER,
        query=_query.SHOWN,
        since=V35,
        summary="Show a partition",
        description="Like scontrol show partition.",
    ),
    Route(
        "DELETE",
        "partition/{partition_name}",
        delete,
        DONE,
        since=V45,
        summary="Delete a partition",
        description="Like scontrol delete partition.",
    ),
)
