"""hostlist: names as a host list, as `scontrol show hostlist` shows it."""

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.util import _hosts
from restd_inet.schema.records.hosts import HOST_NAMES, Hosts
from restd_inet.schema.versions import V44
from restd_inet.slurm.lookups.hosts import host_list

BODY = Body(HOST_NAMES, _hosts.needing("hostnames", '["host1", "host2"]'), schema_of=_hosts.HOST_NAMES)


def post(call: Call) -> Result:
    return Result([Hosts(host_list(call.slurm, call.body))])


ROUTES = (
    Route(
        "POST",
        "hostlist",
        post,
        _hosts.HOST_LIST,
        body=BODY,
        since=V44,
        summary="Turn host names into a host list",
        description="Like scontrol show hostlist.",
    ),
)
