"""partitions: every partition that the user may see; POST makes and changes several."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurm import _batch, _query
from restd_inet.problems import ApiWarning
from restd_inet.schema.answers import DONE, Answer, by_name, dated_list, list_v39, meta_list
from restd_inet.schema.records.partition import PARTITION
from restd_inet.schema.records.partition_update import PARTITION_UPDATES
from restd_inet.schema.versions import V35, V36, V39, V40, V45

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANSWER = Answer(
    PARTITION,
    "partitions",
    {V35: by_name, V36: meta_list, V39: list_v39, V40: dated_list},
    many=True,
    component={V36: "partitions_response", V40: "openapi_partition_resp"},
    required=("partitions", "last_update"),
)


def get(call: Call) -> Result:
    return Result(call.slurm.partitions(_query.update_time(call), _query.flags(call)))


def post(call: Call) -> Result:
    """Those that are there are changed, others made. "default" stands for what new ones begin with."""
    there = {call.slurm.text(found.name) or "": found.max_share for found in call.slurm.partitions(0)}

    def put(members: dict[str, Any]) -> None:
        name = members["name"]
        nodesets = members.pop("nodesets", None)
        if nodesets and nodesets != "ALL":
            # slurmctld takes them among the nodes.
            members["nodes"] = ",".join(filter(None, (members.get("nodes"), nodesets)))
        for allowed, denied in (("allow_accounts", "deny_accounts"), ("allow_qos", "deny_qos")):
            # Answers have both; an empty one would take the place of the other.
            if allowed in members and members.get(denied) == "":
                del members[denied]
            elif members.get(denied) and members.get(allowed) == "":
                del members[allowed]
        if "exclusive" in members:
            _share(call, members, there.get(name, 1))
        known = name in there or name.lower() == "default"
        verb = "slurm_update_partition" if known else "slurm_create_partition"
        call.slurm.change(verb, "partition_info_t", members)
        there.setdefault(name, 1)

    _batch.each(call.body, "partitions", put)
    return Result()


#: What a job has for itself → the flags that are set and those that are cleared; nodes are shared by nobody.
_EXCLUSIVE = {
    "NO": ((), ("PART_FLAG_EXC_USER_CLR", "PART_FLAG_EXC_TOPO_CLR"), False),
    "NODE": ((), ("PART_FLAG_EXC_USER_CLR", "PART_FLAG_EXC_TOPO_CLR"), True),
    "USER": (("PART_FLAG_EXCLUSIVE_USER",), ("PART_FLAG_EXC_TOPO_CLR",), False),
    "TOPO": (("PART_FLAG_EXCLUSIVE_TOPO",), ("PART_FLAG_EXC_USER_CLR",), True),
}


def _share(call: Call, members: dict[str, Any], max_share: int) -> None:
    """Makes flags and max_share of `exclusive`, as scontrol(1) does. max_share: what it is now."""
    exclusive = members.pop("exclusive")
    flags, cleared, alone = _EXCLUSIVE[exclusive]
    known = {name for name in cleared if call.slurm.capabilities.has(name)}
    members["flags"] = members.get("flags", frozenset()) | set(flags) | known
    if alone:
        if members.get("max_share", 1) != 1:
            text = f'Ignoring "oversubscribe": with exclusive {exclusive} nothing is shared'
            call.warnings.append(ApiWarning(text, "#/partitions/"))
        members["max_share"] = 0
    elif not max_share:
        members.setdefault("max_share", 1)


ROUTES = (
    Route(
        "GET",
        "partitions/",
        get,
        ANSWER,
        query=_query.SHOWN,
        since=V35,
        summary="List partitions",
        description="Like scontrol show partition: the partitions that you may see.",
    ),
    Route(
        "POST",
        "partitions/",
        post,
        DONE,
        body=Body(PARTITION_UPDATES, _batch.named("partitions")),
        since=V45,
        summary="Create or change partitions",
        description="Like scontrol create partition and scontrol update partition.",
    ),
)
