"""An OpenAPI document as a set of facts, one line each, so that two documents can be compared by line."""

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
        if parameter.get("deprecated"):
            yield f"{place} deprecated"
        if parameter.get("required"):
            yield f"{place} required"
        yield from _schema(place, parameter.get("schema", {}))
    if operation.get("deprecated"):
        yield f"{where}: deprecated"
    if "requestBody" in operation:
        yield f"{where}: body"
        if operation["requestBody"].get("required"):
            yield f"{where}: body required"
        yield from _content(f"{where}: body", operation["requestBody"])
    for status, response in operation["responses"].items():
        yield f"{where}: {status}"
        yield from _content(f"{where}: {status}", response)


def _content(where: str, holder: dict[str, Any]) -> Any:
    for media, content in holder.get("content", {}).items():
        yield f"{where} {media}"
        yield from _schema(f"{where} {media}", content.get("schema", {}))


def _schema(where: str, schema: dict[str, Any]) -> Any:
    if schema.get("deprecated"):
        yield f"{where} deprecated"
    wrapped = [each for key in ("allOf", "anyOf") for each in schema.get(key, ()) if "$ref" in each]
    if len(wrapped) == 1:  # a reference of which more is said, such as that it may be null
        schema = wrapped[0]
    if "$ref" in schema:
        yield f"{where} -> {schema['$ref'].removeprefix(REF)}"
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


def orders(document: dict[str, Any], version: str) -> dict[str, list[str]]:
    """What is in an order that clients see: words of enumerations, required properties, parameters."""
    found: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items() if f"/{version}/" in path else ():
            if isinstance(operation, dict):
                parameters = operation.get("parameters", ())
                found[f"{method} {path}"] = [parameter["name"] for parameter in parameters]
                _ordered(f"{method} {path}", operation, found)
    for name, schema in document["components"]["schemas"].items():
        if name.removeprefix("db").startswith(f"{version}_"):
            _ordered(name, schema, found)
    return found


def _ordered(where: str, part: Any, found: dict[str, list[str]]) -> None:
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        place = (
            f"{where}.{value['name'] if key != 'properties' and 'in' in value else key}"
            if isinstance(value, dict)
            else where
        )
        if key in ("enum", "required") and isinstance(value, list):
            found[f"{where} {key}"] = value
        elif isinstance(value, (dict, list)):
            _ordered(place, value, found)
