"""new/node: a dynamic node, as `scontrol create nodename=` makes it. slurm.conf must have MaxNodeCount."""

from __future__ import annotations

import re

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE
from restd_inet.schema.records.new_node import NEW_NODE
from restd_inet.schema.versions import V44
from restd_inet.slurm import SlurmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _described(members: dict[str, Any], version: int) -> dict[str, Any]:
    if not re.search(r"(?i)(^|\s)NodeName=[^\s]", members.get("extra", "")[:65536]):
        text = 'node_conf: expected a node as in slurm.conf, such as "NodeName=n1 CPUs=4 State=CLOUD"'
        raise Problem(400, text, path=("node_conf",))
    return members


def post(call: Call) -> Result:
    try:
        call.slurm.change("slurm_create_node", "update_node_msg_t", call.body)
    except SlurmError as error:
        if error.status == 422:
            error.text = f"Failure to create node: {error.text}; slurmctld's log may say more"
        raise
    return Result()


BODY = Body(NEW_NODE, _described)

ROUTES = (
    Route(
        "POST",
        "new/node/",
        post,
        DONE,
        body=BODY,
        since=V44,
        summary="Create a dynamic node",
        description=(
            "Like scontrol create node. slurm.conf needs MaxNodeCount and a select plugin that supports it."
        ),
    ),
)
