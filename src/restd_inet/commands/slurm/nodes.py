"""nodes: every node of the cluster; POST changes several of them."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurm import _query
from restd_inet.problems import ApiWarning, Problem
from restd_inet.schema.answers import DONE, Answer, by_name, dated_list, list_v39, meta_list
from restd_inet.schema.kinds.values import clip
from restd_inet.schema.records.node import NODE
from restd_inet.schema.records.node_update import NODE_UPDATE
from restd_inet.schema.versions import V35, V36, V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANSWER = Answer(
    NODE,
    "nodes",
    {V35: by_name, V36: meta_list, V39: list_v39, V40: dated_list},
    many=True,
    component={V36: "nodes_response", V40: "openapi_nodes_resp"},
    required=("nodes", "last_update"),
)


def get(call: Call) -> Result:
    return Result(call.slurm.nodes(_query.update_time(call), _query.flags(call)))


def post(call: Call) -> Result:
    names = call.body.get("node_names")
    if not names:
        raise Problem(400, 'name: expected the nodes to change, such as ["n1", "n[3-5]"]', path=("name",))
    update(call, names, call.body)
    return Result()


def update(call: Call, names: str, members: dict[str, Any]) -> None:
    """Changes nodes. Raises SlurmError as slurmctld has it, with the nodes' names."""
    if "reason_uid" in members:  # slurmctld of every release passes it over
        given = call.slurm.resolve(members.pop("reason_uid"))
        if given != call.credential.uid:
            text = 'Ignoring "reason_uid": Slurm records the user of the request'
            call.warnings.append(ApiWarning(text, "#/reason_uid/"))
    try:
        call.slurm.change("slurm_update_node", "update_node_msg_t", {**members, "node_names": names})
    except Problem as problem:
        if problem.status < 500 and problem.path is None:
            problem.text = f"Failure to update node {clip(names)}: {problem.text}"
        raise


ROUTES = (
    Route(
        "GET",
        "nodes/",
        get,
        ANSWER,
        query=_query.SHOWN,
        since=V35,
        summary="List nodes",
        description="Like scontrol show node.",
    ),
    Route(
        "POST",
        "nodes/",
        post,
        DONE,
        body=Body(NODE_UPDATE),
        since=V40,
        summary="Change several nodes",
        description="Like scontrol update node. `name` of the body is a host list.",
    ),
)
