"""node/{node_name}: one node."""

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.slurm.nodes import ANSWER
from restd_inet.schema.values import clip
from restd_inet.schema.versions import V35
from restd_inet.slurm import SlurmError


def get(call: Call) -> Result:
    name = call.parameters["node_name"]
    try:
        found = call.slurm.node(name)
    except SlurmError as error:
        if error.number != call.slurm.constant("ESLURM_INVALID_NODE_NAME"):
            raise
    else:
        if found:
            return Result(found)
    text = f"Failure to query node {clip(name)}: there is no such node"
    raise call.slurm.missing("ESLURM_INVALID_NODE_NAME", text, "slurm_load_node_single")


ROUTES = (Route("GET", "node/{node_name}", get, ANSWER, since=V35),)
