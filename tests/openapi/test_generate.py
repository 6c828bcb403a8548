"""specs/: the OpenAPI documents are current and valid, and say what slurmrestd's of the same version say."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import lacking
import pytest
from openapi_compare import facts, orders
from openapi_expected import EXPECTED
from places import REFERENCE, SPECS

from restd_inet.app.plugins import of
from restd_inet.openapi.generate import APART as FAMILIES
from restd_inet.openapi.generate import documents, documents_apart, text
from restd_inet.openapi.refs import inline_enums, minimize_refs
from restd_inet.openapi.subset import PAGES, assembled, made
from restd_inet.pages.openapi import Found
from restd_inet.schema.kinds.composite import NULL
from restd_inet.schema.versions import NAMES
from restd_inet.settings import Settings

validator = pytest.importorskip(
    "openapi_spec_validator", reason=lacking.python_package("openapi-spec-validator")
)
#: Documents that slurmrestd itself gave, where this checkout has them beside it.
PUBLISHED = REFERENCE / "openapi"
RELEASES = {
    "v0.0.35": "v0.0.35",
    "v0.0.36": "22.05.8",
    "v0.0.37": "22.05.8",
    "v0.0.38": "22.05.8",
    "v0.0.40": "24.11.5",
    "v0.0.41": "24.11.5.get",
    "v0.0.42": "26.05.5",
    "v0.0.43": "26.05.5",
    "v0.0.44": "26.05.5",
    "v0.0.45": "26.05.5",
}
VERSIONS = list(NAMES.values())
reference = pytest.mark.skipif(not PUBLISHED.is_dir(), reason=lacking.reference("what slurmrestd documents"))


@cache
def of_versions() -> dict[str, Any]:
    """The document of each version, made from the tables when a test asks."""
    return dict(documents())


@cache
def of_families() -> dict[str, Any]:
    return dict(documents_apart())


@cache
def of_all() -> dict[str, Any]:
    return assembled([of_versions()[name] for name in reversed(VERSIONS)])


@pytest.mark.parametrize("name", [*VERSIONS, *FAMILIES])
def test_the_committed_document_is_that_of_the_tables(name: str) -> None:
    committed = (SPECS / f"{name}.json").read_text(encoding="utf-8")
    assert committed == text({**of_versions(), **of_families()}[name]), (
        "a table or a route has changed: run `make specs`"
    )


@pytest.mark.parametrize("name", [*VERSIONS, *FAMILIES, "all"])
def test_the_document_is_valid(name: str) -> None:
    document = {**of_versions(), **of_families()}.get(name, of_all())
    assert [str(error)[:300] for error in validator.OpenAPIV30SpecValidator(document).iter_errors()] == []


def test_names_of_operations_are_unique_over_all_versions() -> None:
    names = [operation["operationId"] for _, operation in operations(of_all())]
    assert sorted(names) == sorted(set(names))


@cache
def differences(name: str) -> list[str]:
    """Lines that one of the documents has and the other has not."""
    theirs = facts(json.loads((PUBLISHED / f"{RELEASES[name]}.json").read_text()), name)
    ours = facts(of_versions()[name], name)
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
@pytest.mark.parametrize("name", [name for name in RELEASES if name != "v0.0.35"])
def test_words_and_parameters_are_in_slurmrestds_order(name: str) -> None:
    """Parameters are arguments by position in some clients. What only one document has does not matter."""
    theirs = orders(json.loads((PUBLISHED / f"{RELEASES[name]}.json").read_text()), name)
    ours = orders(of_versions()[name], name)
    assert len(ours.keys() & theirs.keys()) > 40
    for place in sorted(ours.keys() & theirs.keys()):
        common = set(ours[place]) & set(theirs[place])
        found, expected = ([word for word in words[place] if word in common] for words in (ours, theirs))
        assert found == expected, place


@reference
def test_every_reason_explains_something() -> None:
    lines = [(name, line) for name in RELEASES for line in differences(name)]
    assert [row for row in EXPECTED if not any(explains(row, name, line) for name, line in lines)] == []


def test_all_is_all_of_them() -> None:
    paths = [path for name in VERSIONS for path in of_versions()[name]["paths"]]
    schemas = [schema for name in VERSIONS for schema in of_versions()[name]["components"]["schemas"]]
    assert sorted(of_all()["paths"]) == sorted([*paths, *PAGES])
    assert sorted(of_all()["components"]["schemas"]) == sorted(schemas)


@pytest.mark.parametrize("version", ["v0.0.36", "v0.0.37", "v0.0.38"])
def test_operations_of_a_version_alone_have_the_names_of_its_own_document(version: str) -> None:
    """-s v0.0.36,dbv0.0.36: clients have methods of these names."""
    served = of(Settings(plugins=f"{version},db{version}"))
    found = Found("listed", served.listed, served).made(served)
    named = {where: operation["operationId"] for where, operation in operations(of_versions()[version])}
    assert named == {
        where: operation["operationId"]
        for where, operation in operations(found)
        if not where.startswith("get /openapi")
    }


def test_operations_of_versions_with_the_same_names_are_distinct() -> None:
    served = of(Settings(plugins="v0.0.36,v0.0.37,v0.0.38"))
    found = dict(operations(Found("listed", served.listed, served).made(served)))
    for version in ("v0.0.36", "v0.0.37", "v0.0.38"):
        name = found[f"post /slurm/{version}/job/submit"]["operationId"]
        assert name == f"slurm_{version.replace('.', '_')}_submit_job"


def test_the_document_names_the_paths_where_it_is() -> None:
    assert list(of_all()["paths"])[-3:] == ["/openapi", "/openapi.json", "/openapi.yaml"]


@pytest.mark.parametrize("version", ["v0.0.42", "v0.0.45"])
def test_what_may_be_null_is_documented_as_clients_read_it(version: str) -> None:
    job = of_versions()[version]["components"]["schemas"][f"{version}_job_info"]["properties"]
    assert job["job_resources"]["anyOf"] == [{"$ref": f"#/components/schemas/{version}_job_res"}, NULL]


@pytest.mark.parametrize("name", VERSIONS)
def test_nothing_stands_beside_a_reference(name: str) -> None:
    """OpenAPI 3.0: beside a reference nothing counts, and "nullable" only beside a type."""
    waiting: list[Any] = [of_versions()[name]]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            assert "$ref" not in part or len(part) == 1, part
            assert "nullable" not in part or isinstance(part["type"], str), part
        waiting.extend(part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())


def test_every_operation_says_what_a_client_without_a_token_gets() -> None:
    for name in VERSIONS:
        status = "403" if name in ("v1", "v0.0.35") else "401"
        for where, operation in operations(of_versions()[name]):
            assert status in operation["responses"], where


def test_fields_say_their_units() -> None:
    node = of_versions()["v0.0.45"]["components"]["schemas"]["v0.0.45_node"]["properties"]
    assert node["real_memory"]["description"] == "Memory of the node, in MiB."
    assert node["boot_time"]["description"] == "When it was booted (Unix time)."


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_what_is_in_place_can_be_had_by_name() -> None:
    """-d v0.0.41+prefer_refs, of slurmrestd 24.11"""
    served = of(Settings(plugins="slurmctld", parsers="v0.0.41+prefer_refs"))
    found = made([str(SPECS / "v0.0.41.json")], False, served)
    schemas = found["components"]["schemas"]
    nodes = schemas["v0.0.41_openapi_nodes_resp"]["properties"]["nodes"]
    assert nodes == {"allOf": [{"$ref": "#/components/schemas/v0.0.41_nodes"}], "description": "Nodes."}
    assert "v0.0.41_node_states" in schemas
    assert not [path for path in found["paths"] if path.startswith("/slurmdb/")]


#: A reference of which more is said.
WORD = {"anyOf": [{"$ref": "#/components/schemas/words"}, NULL], "description": "Here."}
SMALL = {
    "paths": {
        "/a": {"get": {"answer": {"$ref": "#/components/schemas/shared"}}},
        "/b": {"get": {"answer": {"$ref": "#/components/schemas/shared"}}},
        "/c": {"get": {"answer": {"$ref": "#/components/schemas/once", "description": "Here."}}},
    },
    "components": {
        "schemas": {
            "shared": {"type": "object", "properties": {"word": WORD}},
            "once": {"type": "object", "properties": {}},
            "words": {"type": "array", "items": {"type": "string", "enum": ["A"]}},
        }
    },
}


def test_enumerations_in_place() -> None:
    schemas = inline_enums(SMALL)["components"]["schemas"]
    assert sorted(schemas) == ["once", "shared"]
    assert schemas["shared"]["properties"]["word"]["items"]["enum"] == ["A"]


def test_what_operations_do_not_have_themselves_is_in_place() -> None:
    found = minimize_refs(SMALL)
    assert list(found["components"]["schemas"]) == ["shared", "once"]
    assert found["paths"] == SMALL["paths"]
    assert found["components"]["schemas"]["shared"]["properties"]["word"] == {
        "type": "array",
        "items": {"type": "string", "enum": ["A"]},
        "description": "Here.",
        "nullable": True,
    }


@reference
@pytest.mark.parametrize("release", ["24.05.8", "24.11.5"])
def test_clients_of_v41_have_the_models_of_slurmrestds(release: str) -> None:
    served = json.loads((PUBLISHED / f"{release}.get.json").read_text())["components"]["schemas"]
    names = {name for name in served if name.startswith("v0.0.41_")}
    assert len(names) == 38
    assert set(of_versions()["v0.0.41"]["components"]["schemas"]) == names


def test_what_is_ours_alone_is_in_no_document_of_a_version() -> None:
    """A client generated from those has the same methods and models with and without it."""
    assert list(of_families()) == ["restd"]
    assert all(path.startswith("/restd/") for path in of_families()["restd"]["paths"])
    for document in (*of_versions().values(), of_all()):
        assert not [path for path in document["paths"] if "/restd/" in path]
        assert not [name for name in document["components"]["schemas"] if "restd" in name]


def test_every_post_of_restd_takes_an_idempotency_key_and_no_other_document_has_one() -> None:
    for path, item in of_families()["restd"]["paths"].items():
        if operation := item.get("post"):
            named = {parameter["name"]: parameter["in"] for parameter in operation["parameters"]}
            assert named["Idempotency-Key"] == "header", path
            assert "Idempotency-Replayed" in operation["responses"]["200"]["headers"], path
            assert {"400", "409", "422", "429", "503"} <= operation["responses"].keys(), path
        assert not any("Idempotency-Key" in json.dumps(item[method]) for method in item if method != "post")
    for document in of_versions().values():
        if document is not of_families()["restd"]:
            assert "Idempotency-Key" not in json.dumps(document)


def test_the_document_of_restd_has_what_is_served() -> None:
    served = of(Settings(plugins="restd,slurmctld", parsers="v0.0.41+prefer_refs,v0.0.44"))
    document = Found("restd", (), served).made(served)
    listed = [path.split("/")[2] for path in document["paths"] if path.split("/")[3:] == ["jobs"]]
    assert listed == ["v0.0.44", "v0.0.41"]
    assert document["info"]["version"] == "v0.0.44, v0.0.41"
    assert [str(error)[:300] for error in validator.OpenAPIV30SpecValidator(document).iter_errors()] == []
