"""An OpenAPI document as a set of facts, one line each, so that two documents can be told apart by line."""

from __future__ import annotations

from typing import Any

REF = "#/components/schemas/"
VALUES = ("type", "format", "pattern", "minItems", "maxItems", "additionalProperties")


def facts(document: dict[str, Any], version: str) -> set[str]:
    """What the document says of one version ("v0.0.45"), without descriptions."""
    found: set[str] = set()
    for path, item in document["paths"].items():
        if f"/{version}/" in path:
            for method in ("get", "post", "put", "delete"):
                if method in item:
                    found |= set(_operation(f"{method} {path}", item[method]))
    for name, schema in document["components"]["schemas"].items():
        if version == "v0.0.35" or name.removeprefix("db").startswith(f"{version}_"):
            found.add(f"{name}")
            found |= set(_schema(name, schema))
    return found


def _operation(where: str, operation: dict[str, Any]) -> Any:
    yield where
    if "operationId" in operation:
        yield f"{where}: id {operation['operationId']}"
    for tag in operation.get("tags", ()):
        yield f"{where}: tag {tag}"
    for parameter in operation.get("parameters", ()):
        place = f"{where}: {parameter['in']} {parameter['name']}"
        yield place
        for key in ("style", "explode"):
            if key in parameter:
                yield f"{place} {key}={parameter[key]}"
        if parameter.get("required"):
            yield f"{place} required"
        yield from _schema(place, parameter.get("schema", {}))
    if "requestBody" in operation:
        yield f"{where}: body"
        yield from _content(f"{where}: body", operation["requestBody"])
    for status, response in operation["responses"].items():
        yield f"{where}: {status}"
        yield from _content(f"{where}: {status}", response)


def _content(where: str, holder: dict[str, Any]) -> Any:
    for media, content in holder.get("content", {}).items():
        yield f"{where} {media}"
        yield from _schema(f"{where} {media}", content.get("schema", {}))


def _schema(where: str, schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        yield f"{where} -> {schema['$ref'].removeprefix(REF)}"
        return
    if schema.get("nullable") and len(schema.get("allOf", ())) == 1:  # a reference that may be null
        yield from _schema(where, schema["allOf"][0])
        return
    for key in VALUES:
        if key in schema and not isinstance(schema[key], dict):
            yield f"{where} {key}={schema[key]}"
    for word in schema.get("enum", ()):
        yield f"{where} enum {word}"
    for name in schema.get("required", ()):
        yield f"{where} required {name}"
    if isinstance(schema.get("items"), dict):
        yield from _schema(f"{where}[]", schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _schema(f"{where}{{}}", schema["additionalProperties"])
    for key in ("oneOf", "anyOf", "allOf"):
        for index, inner in enumerate(schema.get(key, ())):
            yield from _schema(f"{where} {key}{index}", inner)
    for name, inner in schema.get("properties", {}).items():
        yield f"{where}.{name}"
        yield from _schema(f"{where}.{name}", inner)
