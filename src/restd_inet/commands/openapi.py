"""/openapi: the OpenAPI documents, built before (specs/) and cut down to what is served.

    /openapi, /openapi.json, /openapi.yaml, /openapi/v3      of everything that is served
    /openapi/<version>, with or without .json or .yaml       of one version

Accept chooses the format, as with slurmrestd; where it does not, the ending of the path does.
"""

from __future__ import annotations

import json
import os

from restd_inet import load
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
    choice = None if served.everything else (served.own, sorted(served.added), served.added_versions)
    tag = tag_of(document, status.st_size, status.st_mtime_ns, repr(choice))
    offers = YAML + JSON if ending == ".yaml" else JSON + YAML

    def content(media: str) -> bytes | Any:
        if served.everything and media in JSON:
            with open(file, "rb") as prebuilt:
                return prebuilt.read()
        return _cut(_read(file), served)

    return Page(offers, content, tag, [("Cache-Control", "no-cache")])


def text(served: Served) -> str:
    """The document of everything that is served, as --generate-openapi-spec prints it."""
    return json.dumps(_cut(_read(_file(ALL)), served), indent=2, ensure_ascii=False) + "\n"


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


def _cut(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The document without what is not served, and without the schemas and tags that only that used."""
    if served.everything:
        return document
    paths = {path: item for path, item in document["paths"].items() if _is_served(path, served)}
    tags = {tag for item in paths.values() for verb in item.values() for tag in verb.get("tags", ())}
    cut = {**document, "paths": paths}
    if "tags" in document:
        cut["tags"] = [tag for tag in document["tags"] if tag["name"] in tags]
    components = document.get("components", {})
    schemas = components.get("schemas", {})
    needed: set[str] = set()
    fresh = _references(paths)
    while fresh:
        needed |= fresh
        fresh = set().union(*(_references(schemas[name]) for name in fresh if name in schemas)) - needed
    kept = {name: schema for name, schema in schemas.items() if name in needed}
    cut["components"] = {**components, "schemas": kept}
    return cut


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
