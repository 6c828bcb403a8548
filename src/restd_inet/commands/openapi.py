"""/openapi: the OpenAPI documents, built before (specs/) and cut down to what is served.

    /openapi, /openapi.json, /openapi.yaml, /openapi/v3      of everything that is served
    /openapi/<version>, with or without .json or .yaml       of one version

Accept chooses the format, as with slurmrestd; where it does not, the ending of the path does.
"""

from __future__ import annotations

import json
import os

from restd_inet import __version__, load
from restd_inet.commands._page import Page, tag_of
from restd_inet.openapi_flags import inline_enums, minimize_refs
from restd_inet.problems import Problem, quoted
from restd_inet.schema.versions import NAMES, VERSIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.served import Served

JSON = ("application/json", "text/json")
YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
#: Of everything.
ALL = "all"
#: A flag of -d → the form that it gives the document.
STYLES = {"inline_enums": inline_enums, "minimize_refs": minimize_refs}


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
        return _made(_read(file), served)

    return Page(offers, content, tag, [("Cache-Control", "no-cache")])


def text(served: Served) -> str:
    """The document of everything that is served, as --generate-openapi-spec prints it."""
    return json.dumps(_made(_read(_file(ALL)), served), indent=2, ensure_ascii=False) + "\n"


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


def _read(file: str) -> dict[str, Any]:
    with open(file, encoding="utf-8") as prebuilt:
        found: dict[str, Any] = json.load(prebuilt)
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


def _made(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The prebuilt document, made into that of what is served."""
    if served.everything:
        return document
    numbers = [VERSIONS[name] for name in document["info"]["version"].split(", ")]
    document = _cut(document, served)
    for number, flags in served.flags.items():
        for flag, style in STYLES.items():
            if flag in flags:
                document = _styled(document, NAMES[number], style)
    added = [number for number in numbers if number in served.added_versions]
    if added:
        document = _with(document, _added(served, added))
    return {**document, "info": _info(document["info"], numbers, served)}


def _info(info: dict[str, Any], numbers: list[int], served: Served) -> dict[str, Any]:
    """What the document says of itself, with the versions that are left."""
    parsers = {NAMES[number]: served.flags.get(number, ()) for number in numbers if number in served.numbers}
    info = {**info, "version": ", ".join(parsers)}
    if "x-slurm" in info:
        rows = [
            {"plugin": name, "flags": sorted(map(str.upper, parsers[name])) or ["NONE"]} for name in parsers
        ]
        info["x-slurm"] = {**info["x-slurm"], "data_parsers": rows}
    return info


def _styled(
    document: dict[str, Any], version: str, style: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """The document with another form for what is of one version."""
    schemas = document["components"]["schemas"]
    part = style(
        {
            "paths": {path: item for path, item in document["paths"].items() if f"/{version}/" in path},
            "components": {"schemas": {n: s for n, s in schemas.items() if n.startswith(f"{version}_")}},
        }
    )
    others = {name: schema for name, schema in schemas.items() if not name.startswith(f"{version}_")}
    return _with({**document, "components": {**document["components"], "schemas": others}}, part)


def _added(served: Served, versions: list[int]) -> dict[str, Any]:
    """The document of what packages add."""
    routes = [(place[0], route) for place, added in served.added.items() for route in added]
    found: dict[str, Any] = load.generator().document(routes, versions)
    return found


def _with(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A document and what another has of paths, schemas and tags."""
    components = document["components"]
    schemas = {**components["schemas"], **part["components"]["schemas"]}
    tags = {tag["name"]: tag for tag in (*document.get("tags", ()), *part.get("tags", ()))}
    return {
        **document,
        "paths": {**document["paths"], **part["paths"]},
        "components": {**components, "schemas": schemas},
        "tags": list(tags.values()),
    }


def _cut(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The document without what is not served, and without the schemas and tags that only that used."""
    paths = {path: item for path, item in document["paths"].items() if _is_served(path, served)}
    tags = {tag for item in paths.values() for verb in item.values() for tag in verb.get("tags", ())}
    schemas = document["components"]["schemas"]
    needed: set[str] = set()
    fresh = _references(paths)
    while fresh:
        needed |= fresh
        fresh = set().union(*(_references(schemas[name]) for name in fresh if name in schemas)) - needed
    kept = {name: schema for name, schema in schemas.items() if name in needed}
    return {
        **document,
        "paths": paths,
        "components": {**document["components"], "schemas": kept},
        "tags": [tag for tag in document.get("tags", ()) if tag["name"] in tags],
    }


def _is_served(path: str, served: Served) -> bool:
    family, _, rest = path.strip("/").partition("/")
    if family not in ("slurm", "slurmdb", "util"):
        return True
    return served.version_of((family, rest.partition("/")[0])) in served.own.get(family, ())


def _references(node: Any) -> set[str]:
    """The names of the schemas that a part of the document refers to."""
    found = set()
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str):
                found.add(reference.rpartition("/")[2])
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return found
