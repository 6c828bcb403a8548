"""A path → API version and command: /<family>/<version>/<segment>/…, or the page of a path without a version.

A command is the module commands/<family>/<segment>.py, imported when a request names it.
"""

from __future__ import annotations

from restd_inet.app.api import EVERYTHING
from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from restd_inet.app.api import Served
    from restd_inet.commands import Route

#: The first segment of a path without a version, "" for / → the module of pages/ that answers it.
PAGES = {
    "": "front",
    "ui": "front",
    "docs": "docs",
    "openapi": "openapi",
    "openapi.json": "openapi",
    "openapi.yaml": "openapi",
}


def find(path: tuple[str, ...], method: str, served: Served = EVERYTHING) -> tuple[Route, dict[str, str]]:
    """The route of a path and method, and the path's parameters.

    Raises Problem 404 for an unknown path or version, 405 with Allow for a method it does not have.
    """
    version = served.version_of(path)
    if not version:
        versions = served.versions(path[0]) if len(path) > 1 else ()
        if versions:
            text = f"{quoted(path[1])} is not a version of the API; served versions: {', '.join(versions)}"
            raise Problem(404, text)
        raise Problem(404, f"there is nothing at {_shown(path)}; see /openapi, or /docs in a browser")
    allowed: dict[str, Route] = {}
    for route in served.routes(path[0], path[2], version) if len(path) > 2 else ():
        parameters = route.match(path[2:], version)
        if parameters is None or (allowed and route.path != next(iter(allowed.values())).path):
            continue
        for name in route.methods:
            if name == method:
                return route, parameters
            allowed[name] = route
    if not allowed:
        raise Problem(404, f"there is nothing at {_shown(path)} in this version of the API")
    methods = allow(allowed)
    raise Problem(
        405, f"{method} is not allowed at {_shown(path)}; allowed: {methods}", headers=[("Allow", methods)]
    )


def allow(methods: Iterable[str]) -> str:
    """The content of Allow (RFC 9110 10.2.1)."""
    return ", ".join(sorted({*methods, "OPTIONS"}))


def _shown(path: tuple[str, ...]) -> str:
    return quoted("/" + "/".join(path))
