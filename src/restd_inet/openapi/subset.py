"""OpenAPI documents made of others: of several versions, of what is served, in the forms that the flags of -d
name, and with the paths that packages add. A document that was built needs none of this."""

from __future__ import annotations

import json

from restd_inet import lazy
from restd_inet.app.api import FAMILIES
from restd_inet.openapi.refs import MINIMIZED, inline_enums, minimize_refs
from restd_inet.schema.versions import NAMES, V36, V37, VERSIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.app.api import Served

#: A flag of -d → the form that it gives the document.
STYLES = {"inline_enums": inline_enums, "minimize_refs": minimize_refs}


#: Versions whose operations have the same names in each: slurmrestd's, in a document of one of them.
SAME_NAMES = {NAMES[V36], NAMES[V37]}
TAG = {"name": "openapi", "description": "These documents."}
SPECIFICATION = {"schema": {"type": "object"}}


def _page(operation: str, *media: str) -> dict[str, Any]:
    return {
        "get": {
            "tags": [TAG["name"]],
            "operationId": operation,
            "summary": "The OpenAPI document.",
            "description": "The format is chosen by Accept, or else by the extension of the path.",
            "security": [],
            "responses": {
                "200": {"description": "The document.", "content": dict.fromkeys(media, SPECIFICATION)},
                "406": {"description": "No format in Accept is offered."},
            },
        }
    }


#: /openapi/v3 is not among them: clients look for versions in the paths.
PAGES = {
    "/openapi": _page("get_openapi", "application/json", "application/yaml"),
    "/openapi.json": _page("get_openapi_json", "application/json", "application/yaml"),
    "/openapi.yaml": _page("get_openapi_yaml", "application/yaml", "application/json"),
}


def made(files: list[str], apart: bool, served: Served) -> dict[str, Any]:
    """The document of what is served. files: if apart, one for each version, the newest first."""
    documents = [_read(file) for file in files]
    document = assembled(documents) if apart else documents[0]
    if served.everything:
        return document
    numbers = [VERSIONS[name] for name in document["info"]["version"].split(", ")]
    for number in MINIMIZED:
        if number in numbers and "prefer_refs" in served.flags.get(number, ()):
            document = _with(_without(document, NAMES[number]), generator().preferring_refs(number))
    document = _chosen(document, served)
    added = [number for number in numbers if number in served.plugin_versions]
    if added:
        document = _with(document, _added(served, added))
    return {**document, "info": _info(document["info"], numbers, served)}


def made_apart(file: str, served: Served) -> dict[str, Any]:
    """The document of what is served of a family that has a document of its own."""
    document = _read(file)
    if served.everything:
        return document
    numbers = [VERSIONS[name] for name in document["info"]["version"].split(", ")]
    document = _chosen(document, served)
    return {**document, "info": _info(document["info"], numbers, served)}


def _chosen(document: dict[str, Any], served: Served) -> dict[str, Any]:
    """The document without what is not served, in the forms that flags name."""
    if served.statuses:
        document = _responding(document, served.statuses)
    document = _cut(document, served)
    for number, flags in served.flags.items():
        for flag, style in STYLES.items():
            if flag in flags:
                document = _styled(document, NAMES[number], style)
    return document


def text(document: dict[str, Any], indent: int) -> str:
    """A document, written for people."""
    return json.dumps(document, indent=indent, ensure_ascii=False) + "\n"


def assembled(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """One document of several, each of one version, the newest first."""
    names = [document["info"]["version"] for document in documents]
    if SAME_NAMES.issubset(names):
        documents = [_told_apart(document) for document in documents]
    newest = documents[0]
    found = {**newest, "paths": {}, "components": {**newest["components"], "schemas": {}}}
    for document in documents:
        found = _with(found, document)
    info = {**newest["info"], "version": ", ".join(names)}
    if "x-slurm" in info:
        rows = [row for each in documents for row in each["info"]["x-slurm"]["data_parsers"]]
        info["x-slurm"] = {**info["x-slurm"], "data_parsers": rows}
    return {**found, "info": info, "paths": {**found["paths"], **PAGES}, "tags": [*found["tags"], TAG]}


def _told_apart(document: dict[str, Any]) -> dict[str, Any]:
    """A document whose operations are named after its version ("slurm_v0_0_36_get_jobs"), if they are not."""
    version = document["info"]["version"]
    if version not in SAME_NAMES:
        return document

    def named(path: str, operation: dict[str, Any]) -> dict[str, Any]:
        family, name = path.split("/")[1], operation["operationId"].partition("_")[2]
        return {**operation, "operationId": f"{family}_{version.replace('.', '_')}_{name}"}

    paths = {
        path: {method: named(path, operation) for method, operation in item.items()}
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths}


def _read(file: str) -> dict[str, Any]:
    with open(file, encoding="utf-8") as prebuilt:
        document: dict[str, Any] = json.load(prebuilt)
    return document


def _info(info: dict[str, Any], numbers: list[int], served: Served) -> dict[str, Any]:
    """The info object, with the versions that are served."""
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
    """The document with one version in another form."""
    schemas = document["components"]["schemas"]
    part = style(
        {
            "paths": {path: item for path, item in document["paths"].items() if f"/{version}/" in path},
            "components": {"schemas": {n: s for n, s in schemas.items() if n.startswith(f"{version}_")}},
        }
    )
    return _with(_without(document, version), part)


def _responding(document: dict[str, Any], statuses: tuple[str, ...]) -> dict[str, Any]:
    """The document with these statuses for each operation: its own; else as its success, or another error."""

    def answers(responses: dict[str, Any]) -> dict[str, Any]:
        other = responses.get("default", {"description": "Another answer."})
        success = responses.get("200", other)
        return {each: responses.get(each, success if each[0] in "12" else other) for each in statuses}

    paths = {
        path: {
            method: {**operation, "responses": answers(operation["responses"])}
            for method, operation in item.items()
        }
        for path, item in document["paths"].items()
    }
    return {**document, "paths": {**paths, **{path: PAGES[path] for path in PAGES if path in paths}}}


def _without(document: dict[str, Any], version: str) -> dict[str, Any]:
    """The document without the schemas of a version."""
    schemas = document["components"]["schemas"]
    others = {name: schema for name, schema in schemas.items() if not name.startswith(f"{version}_")}
    return {**document, "components": {**document["components"], "schemas": others}}


def _added(served: Served, versions: list[int]) -> dict[str, Any]:
    """The document of what packages add."""
    routes = [(place[0], route) for place, added in served.plugin_routes.items() for route in added]
    document = assembled([generator().document(routes, version) for version in versions])
    return _responding(document, served.statuses) if served.statuses else document


def _with(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A document with the paths, schemas and tags of another added."""
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
    """The document without what is not served, and without schemas and tags that are no longer used."""
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
    return served.version_of((family, rest.partition("/")[0])) in served.builtin.get(family, ())


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


def generator() -> Any:
    """The generator: only paths that packages add need it; the other documents are built at installation."""
    return lazy.module("restd_inet.openapi.generate")
