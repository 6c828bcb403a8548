"""What specs/v0.0.39.json says, against the document of Slurm 24.05's slurmrestd.

That document is half made by the program and half written by hand: what its schemas say is compared with
references followed, and the names of its components by themselves. openapi_expected.py has the reasons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import lacking
import pytest
from openapi_expected import V39_FACTS, V39_NAMES, V39_PARAMETERS
from places import REFERENCE, SPECS

PUBLISHED = REFERENCE / "openapi" / "24.05.8.get.json"
JSON = "application/json"


def facts(document: dict[str, Any]) -> set[str]:
    """What it says of JSON: a line for every type, required property and word."""
    found: set[str] = set()
    for where, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {})
        if JSON in body:
            found |= set(lines(f"{where} body", body[JSON]["schema"], document))
        answer = operation["responses"].get("200", {}).get("content", {})
        if JSON in answer:
            found |= set(lines(where, answer[JSON]["schema"], document))
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Those of the version, by their method and path."""
    for path, item in document["paths"].items():
        if "/v0.0.39/" in path:
            short = re.sub(r"\{\w+\}", "{}", path.replace("/v0.0.39", "").rstrip("/"))
            for method, operation in item.items():
                yield f"{method} {short}", operation


def components(document: dict[str, Any]) -> set[str]:
    """The names of those that the operations refer to, directly or not."""
    found: set[str] = set()
    left: list[Any] = [operation for _, operation in operations(document)]
    while left:
        part = left.pop()
        left += part if isinstance(part, list) else part.values() if isinstance(part, dict) else ()
        name = part["$ref"].rpartition("/")[2] if isinstance(part, dict) and "$ref" in part else ""
        if name and name not in found:
            found.add(name)
            left.append(document["components"]["schemas"][name])
    return found


def parameters(document: dict[str, Any]) -> dict[str, list[str]]:
    """The names of each operation's, in their order; those of a path as {}, for their names differ."""
    return {
        where: [one["name"] if one["in"] == "query" else "{}" for one in operation.get("parameters", ())]
        for where, operation in operations(document)
    }


def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    """Ours and slurmrestd's."""
    ours = (SPECS / "v0.0.39.json").read_text()
    return json.loads(ours), json.loads(PUBLISHED.read_text())


def assert_explained(ours: set[str], theirs: set[str], reasons: dict[str, str]) -> None:
    different = sorted([f"+{line}" for line in ours - theirs] + [f"-{line}" for line in theirs - ours])
    assert [line for line in different if not any(re.fullmatch(form, line) for form in reasons)] == []
    assert [form for form in reasons if not any(re.fullmatch(form, line) for line in different)] == []


def lines(where: str, schema: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    while "$ref" in schema or len(schema.get("allOf", ())) == 1 or "anyOf" in schema:
        found = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2])
        schema = found or (schema.get("allOf") or schema["anyOf"])[0]  # beside an alternative stands null
    yield f"{where} type={schema.get('type')} {schema.get('format', '')}".rstrip()
    yield from (f"{where} enum {word}" for word in schema.get("enum", ()))
    yield from (f"{where} required {name}" for name in schema.get("required", ()))
    if isinstance(schema.get("items"), dict):
        yield from lines(f"{where}[]", schema["items"], document)
    for name, inner in schema.get("properties", {}).items():
        yield from lines(f"{where}.{name}", inner, document)


@pytest.fixture(autouse=True)
def reference() -> None:
    if not PUBLISHED.exists():
        pytest.skip(lacking.reference("what slurmrestd 24.05 documents"))


def test_answers_and_bodies_are_as_documented() -> None:
    ours, theirs = documents()
    assert_explained(facts(ours), facts(theirs), V39_FACTS)


def test_generated_clients_find_the_models_of_the_same_names() -> None:
    ours, theirs = documents()
    assert_explained(components(ours), components(theirs), V39_NAMES)


def test_generated_clients_find_methods_of_the_same_names_in_the_same_class() -> None:
    """The class is made of the tag."""
    ours, theirs = (
        {where: (operation["operationId"], operation["tags"]) for where, operation in operations(document)}
        for document in documents()
    )
    assert ours == theirs


def test_parameters_are_in_the_documented_order_and_others_come_after_them() -> None:
    """By position, as generated Python takes them."""
    ours, theirs = map(parameters, documents())
    renamed = {"groups": "group"}
    for where, names in theirs.items():
        assert [renamed.get(name, name) for name in ours[where]][: len(names)] == names, where
    named = [{f"{w} {name}" for w, names in each.items() for name in names} for each in (ours, theirs)]
    assert_explained(*named, V39_PARAMETERS)
