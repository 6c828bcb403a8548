"""/openapi: the OpenAPI documents, built before (specs/) and cut down to what is served.

    /openapi, /openapi.json, /openapi.yaml, /openapi/v3      of everything that is served
    /openapi/<version>, with or without .json or .yaml       of one version

Accept chooses the format, as with slurmrestd; where it does not, the ending of the path does.
"""

from __future__ import annotations

import os

from restd_inet import __version__, load
from restd_inet.commands._page import Page, tag_of
from restd_inet.problems import Problem, quoted
from restd_inet.schema.versions import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.served import Served

JSON = ("application/json", "text/json")
YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
#: Of everything.
ALL = "all"


def page(path: tuple[str, ...], target: str, served: Served) -> Page:
    """The page of a path that begins with "openapi"; Problem 404 for what is not served."""
    name, ending = _split(path[-1])
    document = ALL if len(path) == 1 or path == ("openapi", "v3") else _version(path, name, served)
    file = _file(document)
    status = os.stat(file)
    tag = tag_of(document, status.st_size, status.st_mtime_ns, None if served.everything else _choice(served))
    offers = YAML + JSON if ending == ".yaml" else JSON + YAML

    def content(media: str) -> bytes | Any:
        if served.everything and media in JSON:
            with open(file, "rb") as prebuilt:
                return prebuilt.read()
        return load.page("_document").made(file, served)

    return Page(offers, content, tag, [("Cache-Control", "no-cache")])


def text(served: Served) -> str:
    """The document of everything that is served, as --generate-openapi-spec prints it."""
    found: str = load.page("_document").text(_file(ALL), served)
    return found


def _split(segment: str) -> tuple[str, str]:
    """The last segment of a path without its ending, and the ending."""
    for ending in (".json", ".yaml"):
        if segment.endswith(ending):
            return segment.removesuffix(ending), ending
    return segment, ""


def _version(path: tuple[str, ...], name: str, served: Served) -> str:
    number = next(filter(None, (served.version_of((family, name)) for family in served.families)), 0)
    if len(path) != 2 or path[0] != "openapi" or not number:
        names = [NAMES[number] for number in served.numbers]
        what = f"/openapi has v3 (all of it) and {', '.join(names)}, each with .json or .yaml"
        raise Problem(404, f"there is no OpenAPI document {quoted(name)}; {what}")
    if name == "latest":
        number = max(served.numbers)
    return NAMES[number]


def _file(document: str) -> str:
    found = load.document(document)
    if not found:
        raise Problem(500, f"this installation lacks the OpenAPI document {document}.json")
    return found


def _choice(served: Served) -> list[object]:
    """What was chosen, in an order that does not change from process to process."""
    own = sorted((family, sorted(versions)) for family, versions in served.own.items())
    added = sorted(
        (place, [(route.method, route.path, route.since, route.until) for route in routes])
        for place, routes in served.added.items()
    )
    flags = sorted((number, sorted(names)) for number, names in served.flags.items())
    return [own, added, sorted(served.added_versions), flags, __version__]
