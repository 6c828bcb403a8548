"""What the commands have in common: what one answers the other is asked."""

from __future__ import annotations

from restd_inet.problems import Problem
from restd_inet.schema.answers import Answer, flat_v39
from restd_inet.schema.records.hosts import LISTED, NAMED
from restd_inet.schema.versions import V44

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HOST_LIST = Answer(LISTED, "", {V44: flat_v39}, component="openapi_hostlist_req_resp", required=("hostlist",))
HOST_NAMES = Answer(
    NAMED, "", {V44: flat_v39}, component="openapi_hostnames_req_resp", required=("hostnames",)
)


def needing(key: str, such_as: str) -> Callable[[dict[str, Any], int], Any]:
    """The finish of a body (commands.Body): what is under `key`."""

    def finish(members: dict[str, Any], version: int) -> Any:
        if key not in members:
            raise Problem(400, f"{key}: expected a value, such as {such_as}", path=())
        return members[key]

    return finish
