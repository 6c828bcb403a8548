"""Other forms of a finished OpenAPI document, as slurmrestd's `-d <version>+<flag>` names them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Document = dict[str, Any]

REF = "#/components/schemas/"
#: Keys that wrap a reference which has a description, or may be null.
WRAPPED = ("allOf", "anyOf")
#: Versions whose document is minimized by default; slurmrestd's prefer_refs undoes it.
MINIMIZED = (41,)


def inline_enums(document: Document) -> Document:
    """The document with enumerations, and lists of them, inline."""
    return _inlined(document, lambda name, schema: "enum" in schema or "enum" in schema.get("items", {}))


def minimize_refs(document: Document) -> Document:
    """The document with everything inline but the schemas of bodies and answers."""
    used = set(_referred(document["paths"]))
    return _inlined(document, lambda name, schema: name not in used)


def _named(value: Document) -> str:
    """The component that a schema is, with a description or null beside it; "" if it is none."""
    references = [each for key in WRAPPED for each in value.get(key, ()) if "$ref" in each] or [value]
    reference = references[0].get("$ref")
    return reference.removeprefix(REF) if isinstance(reference, str) else ""


def _referred(value: Any) -> list[str]:
    """The components that a part of a document refers to directly."""
    if isinstance(value, list):
        return [name for item in value for name in _referred(item)]
    if not isinstance(value, dict):
        return []
    found = [value["$ref"].removeprefix(REF)] if isinstance(value.get("$ref"), str) else []
    return found + [name for item in value.values() for name in _referred(item)]


def _inlined(document: Document, wanted: Callable[[str, Document], bool]) -> Document:
    """The document with the wanted components inline."""
    schemas: dict[str, Document] = document["components"]["schemas"]
    names = {name for name, schema in schemas.items() if wanted(name, schema)}

    def put(value: Any) -> Any:
        if isinstance(value, list):
            return [put(item) for item in value]
        if not isinstance(value, dict):
            return value
        name = _named(value)
        if name not in names:
            return {key: put(item) for key, item in value.items()}
        inner: Document = put(schemas[name])
        beside = {key: item for key, item in value.items() if key not in ("$ref", *WRAPPED)}
        return {**inner, **beside, **({"nullable": True} if "anyOf" in value else {})}

    return {
        **document,
        "paths": put(document["paths"]),
        "components": {
            **document["components"],
            "schemas": {name: put(schema) for name, schema in schemas.items() if name not in names},
        },
    }
