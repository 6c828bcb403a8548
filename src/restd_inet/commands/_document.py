"""OpenAPI documents of a part of what there is: cut down, in the forms that flags of -d ask for, and with
what packages add. A document of everything is served as it was built, and needs none of this."""

from __future__ import annotations

import json

from restd_inet import load
from restd_inet.openapi_flags import MINIMIZED, inline_enums, minimize_refs
from restd_inet.schema.versions import NAMES, VERSIONS
from restd_inet.served import FAMILIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.served import Served

#: A flag of -d → the form that it gives the document.
STYLES = {"inline_enums": inline_enums, "minimize_refs": minimize_refs}


def made(file: str, served: Served) -> dict[str, Any]:
    """The document of a file, made into that of what is served."""
    with open(file, encoding="utf-8") as prebuilt:
        document: dict[str, Any] = json.load(prebuilt)
    if served.everything:
        return document
    numbers = [VERSIONS[name] for name in document["info"]["version"].split(", ")]
    for number in MINIMIZED:
        if number in numbers and "prefer_refs" in served.flags.get(number, ()):
            document = _with(_without(document, NAMES[number]), load.generator().preferring_refs(number))
    document = _cut(document, served)
    for number, flags in served.flags.items():
        for flag, style in STYLES.items():
            if flag in flags:
                document = _styled(document, NAMES[number], style)
    added = [number for number in numbers if number in served.added_versions]
    if added:
        document = _with(document, _added(served, added))
    return {**document, "info": _info(document["info"], numbers, served)}


def text(file: str, served: Served) -> str:
    """The same, written for people."""
    return json.dumps(made(file, served), indent=2, ensure_ascii=False) + "\n"


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
    return _with(_without(document, version), part)


def _without(document: dict[str, Any], version: str) -> dict[str, Any]:
    """The document without the schemas of a version."""
    schemas = document["components"]["schemas"]
    others = {name: schema for name, schema in schemas.items() if not name.startswith(f"{version}_")}
    return {**document, "components": {**document["components"], "schemas": others}}


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
    if family not in FAMILIES:
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
