"""partition/{partition_name}: one partition."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm._query import UPDATE
from restd_inet.commands.slurm.partitions import ANSWER
from restd_inet.schema.values import clip
from restd_inet.schema.versions import V35


def get(call: Call) -> Result:
    name = call.parameters["partition_name"]
    partitions = call.slurm.partitions(call.query.get("update_time", 0))
    found = partitions.select(lambda partition: call.slurm.text(partition.name) == name)
    if not found:
        text = f"there is no partition {clip(name)} that you may see"
        raise call.slurm.missing("ESLURM_INVALID_PARTITION_NAME", text, "slurm_load_partitions")
    return Result(found)


ROUTES = (
    Route(
        "GET",
        "partition/{partition_name}",
        get,
        ANSWER,
        query=UPDATE,
        since=V35,
    ),
)
