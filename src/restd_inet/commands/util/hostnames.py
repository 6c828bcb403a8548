"""hostnames: the names in a host list, as `scontrol show hostnames` shows them."""

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.util import _hosts
from restd_inet.schema.records.hosts import HOST_LIST, Hosts
from restd_inet.schema.versions import V44
from restd_inet.slurm.lookups.hosts import host_names

BODY = Body(HOST_LIST, _hosts.needing("hostlist", '"host[1-3,7]"'), schema_of=_hosts.HOST_LIST)


def post(call: Call) -> Result:
    return Result([Hosts(names=host_names(call.slurm, call.body))])


ROUTES = (
    Route(
        "POST",
        "hostnames",
        post,
        _hosts.HOST_NAMES,
        body=BODY,
        since=V44,
        summary="Turn a host list into host names",
        description="Like scontrol show hostnames.",
    ),
)
