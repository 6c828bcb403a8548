"""Tables and ROUTES → the OpenAPI documents (3.0.3), one for each version of the API, and that of /restd/.

`python -m restd_inet.openapi.generate DIRECTORY` writes them, at build time; nothing that serves a request
imports this. openapi.operations makes the paths of a version, openapi.components what they refer to. Where
slurmrestd's document has components inline, openapi.refs transforms the whole document; the flags of -d use
the same transformations.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from restd_inet import auth, commands, option_values
from restd_inet.openapi.operations import Operations
from restd_inet.openapi.refs import MINIMIZED, inline_enums, minimize_refs
from restd_inet.schema.versions import NAMES, V39, V43

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from restd_inet.commands import Route
    from restd_inet.openapi.schemas import Schema


METHODS = ("GET", "POST", "DELETE")
TAGS = {
    "slurm": "Operations of slurmctld: jobs, nodes, partitions, reservations.",
    "slurmdb": "Operations of slurmdbd: accounting, users, accounts, associations, QOS.",
    "util": "Operations that need no daemon of Slurm.",
}
#: Families that documents of versions do not have: a client generated from those must not change.
APART = {"restd": "Filtered lists, job output, verbs and events, beside Slurm's own API."}


def documents() -> Iterator[tuple[str, Schema]]:
    """(name, document) for every version."""
    routes = found_routes()
    for version, name in NAMES.items():
        yield name, document(routes, version)


def documents_apart() -> Iterator[tuple[str, Schema]]:
    """(name, document) for every family that has one of its own."""
    for family in APART:
        routes = found_routes((family,))
        versions = [number for number in NAMES if any(route.since <= number for _, route in routes)]
        yield family, together([document(routes, version) for version in reversed(versions)])


def together(documents: list[Schema]) -> Schema:
    """One document of several of one family, each of one version, the newest first."""
    newest = documents[0]
    info = {**newest["info"], "version": ", ".join(each["info"]["version"] for each in documents)}
    info["x-slurm"] = {**info["x-slurm"], "data_parsers": []}
    found = {**newest, "info": info, "paths": {}, "components": {**newest["components"], "schemas": {}}}
    for each in documents:
        info["x-slurm"]["data_parsers"] += each["info"]["x-slurm"]["data_parsers"]
        found["paths"].update(each["paths"])
        found["components"]["schemas"].update(each["components"]["schemas"])
    return found


def found_routes(families: Iterable[str] = tuple(TAGS)) -> list[tuple[str, Route]]:
    """(family, route) of every command of the families that is installed."""
    return [
        (module.__name__.split(".")[-2], route)
        for module in commands.every(families)
        for route in getattr(module, "ROUTES", ())
    ]


def document(routes: Iterable[tuple[str, Route]], version: int) -> Schema:
    """The document of a version."""
    part = styled(Operations(version, routes).document(), version)
    paths, schemas = part["paths"], part["components"]["schemas"]
    tags = {**TAGS, **APART}
    families = [family for family in tags if any(path.startswith(f"/{family}/") for path in paths)]
    security, schemes = authentication(version)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Slurm REST API",
            "description": "Slurm's REST API as restd-inet serves it.",
            "contact": {"name": "The administrators of the cluster"},
            "license": {
                "name": "GPL-2.0-or-later",
                "url": "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html",
            },
            "version": NAMES[version],
            "x-slurm": {"data_parsers": [{"plugin": NAMES[version], "flags": ["NONE"]}], "openapi": []},
        },
        "tags": [{"name": family, "description": tags[family]} for family in families],
        "servers": [{"url": "/"}],
        "security": security,
        "paths": {path: ordered(paths[path]) for path in sorted(paths)},
        "components": {
            "schemas": {name: schemas[name] for name in sorted(schemas)},
            "securitySchemes": schemes,
        },
    }


def authentication(version: int) -> tuple[list[Schema], Schema]:
    """Security requirements and security schemes of all authentication methods at a version."""
    methods = [auth.method(name) for name in option_values.METHODS]
    options = [option for method in methods for option in method.SECURITY[version >= V39]]
    options.sort(key=lambda option: not option)  # no credential at all is the last alternative
    required = {name for option in options for name in option}
    schemes = {
        name: scheme
        for method in methods
        for name, scheme in method.SECURITY_SCHEMES.items()
        if name in required
    }
    return options, schemes


def preferring_refs(version: int) -> Schema:
    """The paths and schemas of a version, with references for everything that has a name."""
    return Operations(version, found_routes()).document()


def ordered(item: Schema) -> Schema:
    """The operations of a path, in the order of METHODS."""
    return {method.lower(): item[method.lower()] for method in METHODS if method.lower() in item}


def styled(part: Schema, version: int) -> Schema:
    """The document with the schemas inline that slurmrestd has inline at this version."""
    if version in MINIMIZED:
        return minimize_refs(part)
    return inline_enums(part) if version == V39 or version >= V43 else part


def main(directory: str) -> None:
    """Writes the documents as <version>.json and <family>.json."""
    target = Path(directory)
    target.mkdir(parents=True, exist_ok=True)
    for name, found in (*documents(), *documents_apart()):
        (target / f"{name}.json").write_text(text(found), encoding="utf-8")


def text(found: Schema) -> str:
    """A document as it is kept in specs/."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "specs")
