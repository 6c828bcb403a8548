"""A path → API version and command: /<family>/<version>/<segment>/….

Commands are found by name: the module commands/<family>/<segment>.py, loaded when it is asked for.
"""

from __future__ import annotations

import re

from restd_inet import load
from restd_inet.problems import Problem, quoted
from restd_inet.schema.versions import VERSIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.commands import Route

FAMILIES = ("slurm", "slurmdb")
_SEGMENT = re.compile(r"[a-z][a-z_]*", re.ASCII)


def version_of(path: tuple[str, ...]) -> int:
    """The API version that a path names; 0 if it names none that is served."""
    return VERSIONS.get(path[1], 0) if len(path) > 1 and path[0] in FAMILIES else 0


def find(path: tuple[str, ...], method: str) -> tuple[Route, dict[str, str]]:
    """The route of a path and method, and the path's parameters.

    Raises Problem 404 for an unknown path or version, 405 with Allow for a method it does not have.
    """
    version = version_of(path)
    if not version:
        if len(path) > 1 and path[0] in FAMILIES:
            served = ", ".join(VERSIONS)
            raise Problem(404, f"{quoted(path[1])} is not a version of the API; served are: {served}")
        raise Problem(
            404, f"there is nothing at {_shown(path)}; try /slurm/{max(VERSIONS, key=_number)}/ping"
        )
    module = load.command(path[0], path[2]) if len(path) > 2 and _SEGMENT.fullmatch(path[2]) else None
    routes: tuple[Route, ...] = getattr(module, "ROUTES", ())
    allowed: dict[str, Route] = {}
    for route in routes:
        parameters = route.match(path[2:], version)
        if parameters is None or (allowed and route.path != next(iter(allowed.values())).path):
            continue
        if route.method == ("GET" if method == "HEAD" else method):
            return route, parameters
        allowed[route.method] = route
    if not allowed:
        raise Problem(404, f"there is nothing at {_shown(path)} in this version of the API")
    methods = allow(allowed)
    raise Problem(
        405, f"{method} is not understood at {_shown(path)}; it takes {methods}", headers=[("Allow", methods)]
    )


def allow(methods: dict[str, Route]) -> str:
    """The content of Allow (RFC 9110 10.2.1)."""
    names = set(methods) | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    return ", ".join(sorted(names))


def _number(name: str) -> int:
    return VERSIONS[name]


def _shown(path: tuple[str, ...]) -> str:
    return quoted("/" + "/".join(path))
