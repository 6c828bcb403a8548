"""partitions: every partition that the user may see."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm._query import UPDATE
from restd_inet.schema.answers import Answer, by_name, dated_list, meta_list
from restd_inet.schema.records.partition import PARTITION
from restd_inet.schema.versions import V35, V36, V39

ANSWER = Answer(
    PARTITION,
    "partitions",
    {V35: by_name, V36: meta_list, V39: dated_list},
    component={V36: "partitions_response", V39: "openapi_partition_resp"},
    required=("partitions", "last_update"),
)


def get(call: Call) -> Result:
    return Result(call.slurm.partitions(call.query.get("update_time", 0)))


ROUTES = (
    Route(
        "GET",
        "partitions/",
        get,
        ANSWER,
        query=UPDATE,
        since=V35,
    ),
)
