"""/openapi: the OpenAPI documents, built before (specs/) and cut down to what is served.

    /openapi, /openapi.json, /openapi.yaml, /openapi/v3      of the versions that the installed Slurm has
    /openapi/all, with or without .json or .yaml             of everything that is served
    /openapi/<version>, with or without .json or .yaml       of one version
    /openapi/restd, with or without .json or .yaml           of /restd/, which none of the others has

Accept chooses the format, as with slurmrestd; where it does not, the ending of the path does.
"""

from __future__ import annotations

import os

from restd_inet import __version__, installed, lazy
from restd_inet.app.api import EVERYTHING
from restd_inet.pages.page import Page, tag_of
from restd_inet.problems import Problem, quoted
from restd_inet.schema.versions import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.app.api import Served
    from restd_inet.settings import Settings

JSON = ("application/json", "text/json")
YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
#: The documents of several versions: of all that are served, and of those that /openapi lists.
ALL = "all"
LISTED = "listed"
#: Families that have documents of their own.
APART = ("restd",)


class Found:
    """A document: the files that it is made of, and whether those are several versions to put together."""

    def __init__(self, name: str, numbers: tuple[int, ...], served: Served) -> None:
        self.name = name
        built = installed.document(name) if served.everything or name in APART else ""
        self.apart = name in (ALL, LISTED) and not built
        self.files = [built] if built else [_file(NAMES[number]) for number in numbers]

    def tag(self, served: Served) -> str:
        status = [os.stat(file) for file in self.files]
        parts = [(each.st_size, each.st_mtime_ns) for each in status]
        return tag_of(self.name, parts, None if served.everything else _choice(served))

    def made(self, served: Served) -> Any:
        if self.name in APART:
            return lazy.module("restd_inet.openapi.subset").made_apart(self.files[0], served)
        return lazy.module("restd_inet.openapi.subset").made(self.files, self.apart, served)


def page(path: tuple[str, ...], target: str, served: Served, settings: Settings) -> Page:
    """The page of a path that begins with "openapi"; Problem 404 for what is not served."""
    name, ending = _split(path[-1])
    found = (
        _several(LISTED, served)
        if len(path) == 1 or path == ("openapi", "v3")
        else _named(path, name, served)
    )
    offers = YAML + JSON if ending == ".yaml" else JSON + YAML

    def content(media: str) -> bytes | Any:
        if served.everything and not found.apart and media in JSON:
            with open(found.files[0], "rb") as prebuilt:
                return prebuilt.read()
        return found.made(served)

    return Page(offers, content, found.tag(served), [("Cache-Control", "no-cache")])


def text(served: Served) -> str:
    """The document of /openapi, as --generate-openapi-spec prints it."""
    return _written(_several(LISTED, served).made(served), 2)


def write(directory: str) -> None:
    """The documents of several versions into a directory that has those of each: the build of the package."""
    for name in (ALL, LISTED):
        found = _several(name, EVERYTHING)
        with open(os.path.join(directory, f"{name}.json"), "w", encoding="utf-8") as file:
            file.write(_written(found.made(EVERYTHING), 1))


def _written(document: Any, indent: int) -> str:
    found: str = lazy.module("restd_inet.openapi.subset").text(document, indent)
    return found


def _split(segment: str) -> tuple[str, str]:
    """The last segment of a path without its ending, and the ending."""
    for ending in (".json", ".yaml"):
        if segment.endswith(ending):
            return segment.removesuffix(ending), ending
    return segment, ""


def _several(name: str, served: Served) -> Found:
    return Found(name, served.listed if name == LISTED else tuple(reversed(served.numbers)), served)


def _named(path: tuple[str, ...], name: str, served: Served) -> Found:
    """The document of one version, of a family, or of all."""
    if path == ("openapi", path[-1]) and name in APART and name in served.families:
        return Found(name, (), served)
    number = next(filter(None, (served.version_of((family, name)) for family in served.families)), 0)
    if len(path) != 2 or path[0] != "openapi" or not (number or name == ALL):
        own = ", ".join(["all", *(family for family in APART if family in served.families)])
        names = ", ".join(NAMES[number] for number in reversed(served.numbers))
        what = f"/openapi has v3 (the versions of the installed Slurm), {own} and {names}"
        raise Problem(
            404, f"there is no OpenAPI document {quoted(name)}; {what}; the last with .json or .yaml too"
        )
    if name == ALL:
        return _several(ALL, served)
    if name == "latest":
        number = max(served.numbers)
    return Found(NAMES[number], (number,), served)


def _file(document: str) -> str:
    found = installed.document(document)
    if not found:
        raise Problem(500, f"this installation lacks the OpenAPI document {document}.json")
    return found


def _choice(served: Served) -> list[object]:
    """What was chosen, in an order that does not change from process to process."""
    own = sorted((family, sorted(versions)) for family, versions in served.builtin.items())
    added = sorted(
        (place, [(route.method, route.path, route.since, route.until) for route in routes])
        for place, routes in served.plugin_routes.items()
    )
    flags = sorted((number, sorted(names)) for number, names in served.flags.items())
    return [own, added, sorted(served.plugin_versions), flags, served.listed, served.statuses, __version__]
