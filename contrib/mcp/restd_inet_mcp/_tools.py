"""Tools made from an OpenAPI document: a tool for each operation, its parameters as the document has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from restd_inet_client import _shared

#: Parameters of streams, which a tool's one answer cannot be.
STREAMS = frozenset({"watch", "interval", "since", "follow"})
#: The ends of the paths that undo or interrupt what others rely on: the user is asked before each call.
DESTRUCTIVE = frozenset({"signal", "requeue", "suspend", "runaway", "takeover", "reset", "debug", "crontab"})
SCRIPT = "text/x-shellscript"
#: Records of a list if the caller names no number.
USUAL_LIMIT = 100


@dataclass(frozen=True)
class Tool:
    """path: with {names}. places, query: parameters of the path and of the query. body, script: whether there
    is a document, or a batch script. keyed: takes an Idempotency-Key. text: answers text, no document."""

    name: str
    method: str
    path: str
    description: str
    places: tuple[str, ...]
    query: tuple[str, ...]
    body: bool
    script: bool
    keyed: bool
    text: bool
    schema: dict[str, Any]

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @property
    def destructive(self) -> bool:
        """Whether the user is asked first."""
        return self.method in ("DELETE", "PUT") or (
            not self.reads and self.path.rpartition("/")[2] in DESTRUCTIVE
        )

    def target(self, arguments: Mapping[str, Any]) -> str:
        """The path with its parameters. Raises KeyError."""
        path = self.path
        for name in self.places:
            path = path.replace(f"{{{name}}}", _shared.quote(arguments[name]))
        return path

    def asked(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The query."""
        found = {name: arguments[name] for name in self.query if name in arguments}
        if "limit" in self.query and not {"limit", "count", "group"} & found.keys():
            found["limit"] = USUAL_LIMIT
        return found


def made(document: Mapping[str, Any], version: str, changes: bool) -> dict[str, Tool]:
    """The tools of one API version by name; those that change something only with `changes`."""
    schemas = document["components"]["schemas"]
    found = {}
    for path, methods in document["paths"].items():
        if f"/{version}/" not in path:
            continue
        for method, operation in methods.items():
            if method == "get" or (changes and method in ("post", "put", "delete")):
                tool = _tool(path, method, operation, schemas)
                found[tool.name] = tool
    return found


def _tool(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Tool:
    parameters = [each for each in operation.get("parameters", ()) if each["name"] not in STREAMS]
    query = tuple(each["name"] for each in parameters if each["in"] == "query")
    places = tuple(each["name"] for each in parameters if each["in"] == "path")
    bodies = operation.get("requestBody", {}).get("content", {})
    script = SCRIPT in bodies
    body = not script and "application/json" in bodies
    properties: dict[str, Any] = {
        each["name"]: {
            **_argument(each.get("schema", {})),
            **({"description": each["description"]} if each.get("description") else {}),
        }
        for each in parameters
        if each["in"] != "header"
    }
    definitions: dict[str, Any] = {}
    if script:
        properties["script"] = {"type": "string", "description": "The batch script, with its #SBATCH lines."}
    if body:
        properties["body"] = _resolved(bodies["application/json"]["schema"], schemas, definitions)
    required = [*places, *(["script"] if script else []), *(["body"] if body else [])]
    if body and not operation["requestBody"].get("required"):
        required.remove("body")
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    answers = operation["responses"].get("200", {}).get("content", {})
    return Tool(
        _name(path, method),
        method.upper(),
        path,
        "\n".join(filter(None, (operation.get("summary"), operation.get("description")))),
        places,
        query,
        body,
        script,
        any(each["name"] == "Idempotency-Key" for each in parameters),
        bool(answers) and "application/json" not in answers,
        {
            **schema,
            **({"required": required} if required else {}),
            **({"$defs": definitions} if definitions else {}),
        },
    )


def _name(path: str, method: str) -> str:
    """ "jobs" of GET /restd/v0.0.46/jobs, "post_job_hold" of POST …/job/{job_id}/hold."""
    family, _, rest = path.strip("/").split("/", 2)
    words = [word for word in rest.split("/") if word and not word.startswith("{")]
    prefix = [] if family == "restd" else [family]
    return re.sub(r"\W", "_", "_".join([*prefix, *([method] if method != "get" else []), *words]))


def _argument(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a parameter: its text is enough, whatever a client makes of numbers."""
    kept = {key: schema[key] for key in ("type", "enum", "minimum", "maximum") if key in schema}
    return kept if kept.get("type") != "array" else {"type": "string"}


def _resolved(schema: Any, schemas: Mapping[str, Any], definitions: dict[str, Any]) -> Any:
    """A schema of OpenAPI as one of JSON Schema, its components in `definitions`."""
    if isinstance(schema, list):
        return [_resolved(each, schemas, definitions) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in definitions:
            definitions[name] = {}  # it may contain itself
            definitions[name] = _resolved(schemas[name], schemas, definitions)
        return {"$ref": f"#/$defs/{name}"}
    return dict(_members(schema, schemas, definitions))


def _members(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], definitions: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    for key, value in schema.items():
        if key == "nullable":
            continue
        if key == "type" and schema.get("nullable"):
            yield key, [value, "null"]
        elif key not in ("example", "examples", "deprecated"):
            yield key, _resolved(value, schemas, definitions)
