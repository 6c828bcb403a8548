"""instance: the same as instances, under the name that clients look for when they want one."""

from restd_inet.commands import Route
from restd_inet.commands.slurmdb.instances import ANSWER, QUERY, get
from restd_inet.schema.versions import V40

ROUTES = (
    Route(
        "GET",
        "instance/",
        get,
        ANSWER,
        query=QUERY,
        since=V40,
        summary="List cloud instances",
        description="Like sacctmgr show instance.",
    ),
)
