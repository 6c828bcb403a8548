"""specs/: what a reader finds in the OpenAPI documents: descriptions with units, examples that fit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import lacking
import pytest
from places import SPECS

from restd_inet.openapi.example_values import ANSWERS, BODIES
from restd_inet.openapi.generate import APART, found_routes

DOCUMENTS = [file.stem for file in sorted(SPECS.glob("*.json"))]


@cache
def document(name: str) -> Any:
    return json.loads((SPECS / f"{name}.json").read_text())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def properties(where: str, part: Any) -> Iterator[tuple[str, Any]]:
    """Every property of every schema below a part of a document."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "properties" and isinstance(value, dict):
                yield from ((f"{where}.{name}", schema) for name, schema in value.items())
            if key not in ("example", "examples"):
                yield from properties(f"{where}.{key}", value)
    elif isinstance(part, list):
        for item in part:
            yield from properties(where, item)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_property_has_a_description(name: str) -> None:
    found = list(properties("", document(name)))
    assert len(found) > 300
    assert [where for where, schema in found if not schema.get("description")] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_operation_and_parameter_is_described(name: str) -> None:
    for where, operation in operations(document(name)):
        assert operation["summary"], where
        assert operation["description"].endswith("."), where
        assert not operation["summary"].endswith("."), where
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), f"{where} {parameter['name']}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_times_and_memory_have_a_unit(name: str) -> None:
    """A number that is called a time, a memory or a limit of time."""
    unit = re.compile(
        r"[Ss]econds|[Mm]inutes|bytes|MiB|Unix time|[Pp]ercent|slurm\.conf|per trackable resource|Cycles"
    )
    numbers = ("integer", "number")
    for where, schema in properties("", document(name)):
        leaf = where.rpartition(".")[2].lower()
        if schema.get("type") in numbers and re.search(r"time$|_time_|memory|duration", leaf):
            assert unit.search(schema["description"]), f"{where}: {schema['description']}"


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The content, in its first media type, of each body and each successful answer."""
    for where, operation in operations(document):
        for name, holder in (("body", operation.get("requestBody")), ("200", operation["responses"]["200"])):
            if holder:
                yield f"{where} {name}", next(iter(holder["content"].values()))


def resolved(part: Any) -> Any:
    """A part of a document whose references begin with its name."""
    if isinstance(part, dict):
        return {
            key: f"urn:document{value}" if key == "$ref" else resolved(value) for key, value in part.items()
        }
    return [resolved(item) for item in part] if isinstance(part, list) else part


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_body_and_answer_has_an_example_that_fits_its_schema(name: str) -> None:
    validator = pytest.importorskip(
        "openapi_schema_validator", reason=lacking.python_package("openapi-schema-validator")
    )
    referencing = pytest.importorskip("referencing", reason=lacking.python_package("referencing"))
    whole = referencing.Resource(document(name), referencing.jsonschema.DRAFT4)
    registry = referencing.Registry().with_resource("urn:document", whole)
    found = list(contents(document(name)))
    assert len(found) > 6
    for where, content in found:
        if "/tres/ body" in where or where.endswith("/tres body"):
            continue  # no release of Slurm accepts one
        checked = validator.OAS30Validator(resolved(content["schema"]), registry=registry)
        assert [error.message for error in checked.iter_errors(content["example"])] == [], where


def test_the_tables_of_examples_name_operations_that_exist() -> None:
    routes = [*found_routes(), *found_routes(tuple(APART))]
    known = {f"{family} {route.method} {'/'.join(route.path)}" for family, route in routes}
    assert (BODIES.keys() | ANSWERS.keys()) - known == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_operation_says_which_errors_it_answers(name: str) -> None:
    for where, operation in operations(document(name)):
        answers = operation["responses"]
        assert all(answer["description"].endswith(".") for answer in answers.values()), where
        assert {"413", "415"} <= answers.keys() or "requestBody" not in operation, where
        assert "400" in answers or "parameters" not in operation, where
