"""specs/: the OpenAPI documents are current and valid, and say what slurmrestd's of the same version say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from restd_inet.openapi import documents, text
from restd_inet.openapi_flags import inline_enums, minimize_refs

from .openapi_compare import facts
from .openapi_expected import EXPECTED

ROOT = Path(__file__).resolve().parent.parent
SPECS = ROOT / "specs"
#: Documents that slurmrestd itself gave, where this checkout has them beside it.
REFERENCE = ROOT.parent / "shared" / "reference" / "openapi"
RELEASES = {
    "v0.0.35": "v0.0.35",
    "v0.0.36": "22.05.8",
    "v0.0.37": "22.05.8",
    "v0.0.38": "22.05.8",
    "v0.0.40": "24.11.5",
    "v0.0.41": "24.11.5",
    "v0.0.42": "26.05.5",
    "v0.0.43": "26.05.5",
    "v0.0.44": "26.05.5",
    "v0.0.45": "26.05.5",
}
DOCUMENTS: dict[str, Any] = dict(documents())
reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="slurmrestd's documents are not here")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_committed_document_is_that_of_the_tables(name: str) -> None:
    committed = (SPECS / f"{name}.json").read_text(encoding="utf-8")
    assert committed == text(DOCUMENTS[name]), "a table or a route has changed: run `make specs`"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_valid(name: str) -> None:
    assert [str(error)[:300] for error in OpenAPIV30SpecValidator(DOCUMENTS[name]).iter_errors()] == []


def test_names_of_operations_are_unique_over_all_versions() -> None:
    names = [operation["operationId"] for _, operation in operations(DOCUMENTS["all"])]
    assert sorted(names) == sorted(set(names))


def differences(name: str) -> list[str]:
    """Lines that one of the documents has and the other has not."""
    theirs = facts(json.loads((REFERENCE / f"{RELEASES[name]}.json").read_text()), name)
    ours = facts(DOCUMENTS[name], name)
    lines = [f"+{line}" for line in ours - theirs] + [f"-{line}" for line in theirs - ours]
    return sorted(
        (line.replace(f"db{name}_", "db:").replace(f"{name}_", "") for line in lines),
        key=lambda line: line[1:],
    )


def explains(row: tuple[range, str, str], name: str, line: str) -> bool:
    return int(name.rpartition(".")[2]) in row[0] and re.fullmatch(row[1], line) is not None


@reference
@pytest.mark.parametrize("name", RELEASES)
def test_every_difference_from_slurmrestds_document_has_a_reason(name: str) -> None:
    assert [
        line for line in differences(name) if not any(explains(row, name, line) for row in EXPECTED)
    ] == []


@reference
def test_every_reason_explains_something() -> None:
    lines = [(name, line) for name in RELEASES for line in differences(name)]
    assert [row for row in EXPECTED if not any(explains(row, name, line) for name, line in lines)] == []


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


SMALL = {
    "paths": {
        "/a": {"get": {"answer": {"$ref": "#/components/schemas/shared"}}},
        "/b": {"get": {"answer": {"$ref": "#/components/schemas/shared"}}},
        "/c": {"get": {"answer": {"$ref": "#/components/schemas/once", "description": "Here."}}},
    },
    "components": {
        "schemas": {
            "shared": {"type": "object", "properties": {"word": {"$ref": "#/components/schemas/words"}}},
            "once": {"type": "object", "properties": {}},
            "words": {"type": "array", "items": {"type": "string", "enum": ["A"]}},
        }
    },
}


def test_enumerations_in_place() -> None:
    schemas = inline_enums(SMALL)["components"]["schemas"]
    assert sorted(schemas) == ["once", "shared"]
    assert schemas["shared"]["properties"]["word"]["items"]["enum"] == ["A"]


def test_what_one_operation_has_is_in_place() -> None:
    found = minimize_refs(SMALL)
    assert list(found["components"]["schemas"]) == ["shared"]
    assert found["paths"]["/a"] == SMALL["paths"]["/a"]
    assert found["paths"]["/c"]["get"]["answer"] == {
        "type": "object",
        "properties": {},
        "description": "Here.",
    }
    assert found["components"]["schemas"]["shared"]["properties"]["word"]["type"] == "array"
