"""node/{node_name}: one node, as scontrol(1) shows, changes and deletes it."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurm import _query
from restd_inet.commands.slurm.nodes import ANSWER, update
from restd_inet.problems import ApiWarning, Problem
from restd_inet.schema.answers import DONE
from restd_inet.schema.kinds.values import clip
from restd_inet.schema.records.node_update import NODE_UPDATE
from restd_inet.schema.versions import V35, V39
from restd_inet.slurm import SlurmError


def get(call: Call) -> Result:
    name = call.parameters["node_name"]
    try:
        found = call.slurm.node(name, _query.update_time(call), _query.flags(call))
    except SlurmError as error:
        if error.number != call.slurm.constant("ESLURM_INVALID_NODE_NAME"):
            raise
    else:
        if found:
            return Result(found)
    raise _missing(call, "query", "slurm_load_node_single")


def post(call: Call) -> Result:
    name = call.parameters["node_name"]
    if call.body.pop("node_names", None) is not None:
        call.warnings.append(ApiWarning('Ignoring "name": the path names the node', "#/name/"))
    try:
        update(call, name, call.body)
    except SlurmError as error:
        raise _found(call, "update", error) from None
    return Result()


def delete(call: Call) -> Result:
    """Deletes a dynamic node."""
    name = call.parameters["node_name"]
    try:
        call.slurm.change("slurm_delete_node", "update_node_msg_t", {"node_names": name})
    except SlurmError as error:
        found = _found(call, "delete", error)
        if found is error and error.status < 500:
            error.text = f"Failure to delete node {clip(name)}: {error.text}"
        raise found from None
    return Result()


def _found(call: Call, verb: str, error: SlurmError) -> Problem:
    """The Problem of a change that was refused: 404 if there is no such node."""
    unknown = error.number == call.slurm.constant("ESLURM_INVALID_NODE_NAME")
    return _missing(call, verb, error.source) if unknown else error


def _missing(call: Call, verb: str, source: str) -> Problem:
    """Programs know the beginning of this text."""
    text = f"Failure to {verb} node {clip(call.parameters['node_name'])}: there is no such node"
    return call.slurm.missing("ESLURM_INVALID_NODE_NAME", text, source)


ROUTES = (
    Route(
        "GET",
        "node/{node_name}",
        get,
        ANSWER,
        query=_query.SHOWN,
        since=V35,
        summary="Show a node",
        description="Like scontrol show node.",
    ),
    Route(
        "POST",
        "node/{node_name}",
        post,
        DONE,
        body=Body(NODE_UPDATE),
        since=V39,
        summary="Change a node",
        description="Like scontrol update node. The properties that the body does not name stay as they are.",
    ),
    Route(
        "DELETE",
        "node/{node_name}",
        delete,
        DONE,
        since=V39,
        summary="Delete a dynamic node",
        description="Like scontrol delete node.",
    ),
)
