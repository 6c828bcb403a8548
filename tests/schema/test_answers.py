"""schema.answers: the shapes of documents."""

from __future__ import annotations

from typing import Any

import pytest

from restd_inet import installed
from restd_inet.problems import Problem
from restd_inet.schema.answers import (
    DONE,
    Answer,
    Envelope,
    bare,
    bare_list,
    by_host,
    by_name,
    errors,
    flat,
    meta_flat,
    meta_list,
    meta_named,
    named,
)
from restd_inet.schema.kinds.base import Formula
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V35, V36, V37, V38

PLAIN = Formula({V1: "x"})
THING = Record("thing", "", Field("name", PLAIN), Field("size", PLAIN, v1="length"))
HOST = Record("host", "", Field("hostname", PLAIN), Field("ping", PLAIN))


class Thing:
    def __init__(self, name: str, size: int = 0) -> None:
        self.name = self.hostname = name
        self.size = self.ping = size


def document(shape: Any, *things: Thing, version: int = V35, record: Record = THING) -> Any:
    return Answer(record, "things", {V1: shape}).document(Envelope(version), things, [])


A, B = Thing("a", 1), Thing("b", 2)
ROW_A, ROW_B = {"name": "a", "size": 1}, {"name": "b", "size": 2}


@pytest.mark.parametrize(
    ("shape", "things", "expected"),
    [
        (bare, (A,), ROW_A),
        (flat, (A,), {"errors": [], **ROW_A}),
        (flat, (), {"errors": []}),
        (named, (A,), {"errors": [], "things": ROW_A}),
        (by_name, (A, B), {"errors": [], "things": {"a": ROW_A, "b": ROW_B}}),
        (by_name, (), {"errors": [], "things": {}}),
    ],
)
def test_a_shape(shape: Any, things: tuple[Thing, ...], expected: Any) -> None:
    assert document(shape, *things) == expected


def test_a_list_is_made_as_it_is_written() -> None:
    made: list[str] = []

    class Late:
        def __init__(self, name: str) -> None:
            self._name = name
            self.size = 0

        @property
        def name(self) -> str:
            made.append(self._name)
            return self._name

    rows = document(bare_list, Late("a"), Late("b"))  # type: ignore[arg-type]
    assert made == []
    assert next(rows) == {"name": "a", "size": 0}
    assert made == ["a"]
    assert list(rows) == [{"name": "b", "size": 0}]


def test_by_host_has_each_record_twice_the_last_one_flat() -> None:
    assert document(by_host, A, B, record=HOST) == {
        "errors": [],
        "things": {"a": {"ping": 1}, "b": {"ping": 2}, "ping": 2},
    }


def test_errors_come_first() -> None:
    assert next(iter(document(flat, A))) == "errors"
    assert next(iter(document(by_name, A))) == "errors"


def test_a_record_has_the_names_of_its_version() -> None:
    assert document(bare, A, version=V1) == {"name": "a", "length": 1}


def test_a_shape_begins_at_a_version() -> None:
    answer = Answer(THING, "thing", {V1: bare, V35: named, V36: flat})
    assert answer.document(Envelope(V1), [A], []) == {"name": "a", "length": 1}
    assert answer.document(Envelope(V35), [A], []) == {"errors": [], "thing": ROW_A}
    assert answer.document(Envelope(V36), [A], []) == {"errors": [], **ROW_A}


@pytest.mark.parametrize("version", [V1, V35])
def test_a_failure_is_a_list_of_errors(version: int) -> None:
    problem = Problem(404, "there is none", number=2017, source="slurm_load_job")
    for answer in (DONE, Answer(THING, "things", {V1: bare_list})):
        assert answer.failure(Envelope(version), problem) == {
            "errors": [{"error": "there is none", "errno": 2017, "error_code": 2017}]
        }


META = {
    "plugin": {"type": "openapi/v0.0.38", "name": "Slurm OpenAPI v0.0.38"},
    "Slurm": {"version": {"major": 22, "micro": 8, "minor": 5}, "release": "22.05.8"},
}


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "release", lambda: "22.05.8")


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(
    ("shape", "things", "expected"),
    [
        (meta_list, (A, B), {"things": [ROW_A, ROW_B]}),
        (meta_list, (), {"things": []}),
        (meta_named, (A,), {"things": ROW_A}),
        (meta_named, (), {"things": {}}),
        (meta_flat, (A,), ROW_A),
        (meta_flat, (), {}),
    ],
)
def test_a_shape_with_meta(shape: Any, things: tuple[Thing, ...], expected: Any) -> None:
    found = document(shape, *things, version=V38)
    if shape is meta_list:
        found["things"] = list(found["things"])
    assert found == {"meta": META, "errors": [], **expected}


@pytest.mark.usefixtures("release")
def test_who_answers_has_a_name_in_each_version() -> None:
    plugins = {
        version: DONE.document(Envelope(version), [], [])["meta"]["plugin"] for version in (V36, V37, V38)
    }
    assert plugins == {
        V36: {"type": "openapi/v0.0.36", "name": "REST v0.0.36"},
        V37: {"type": "openapi/v0.0.37", "name": "Slurm OpenAPI v0.0.37"},
        V38: META["plugin"],
    }


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (V36, {"description": "there is none", "error": "Invalid job id specified"}),
        (V37, {"description": "there is none", "error": "Invalid job id specified"}),
        (V38, {"description": "there is none", "error": "Invalid job id specified"}),
    ],
)
def test_a_failure_from_v0_0_36_on_is_shaped_as_an_answer(version: int, expected: dict[str, str]) -> None:
    problem = Problem(
        404, "there is none", number=2017, source="slurm_load_job", reason="Invalid job id specified"
    )
    numbers = {"errno": 2017, "error_code": 2017, "error_number": 2017}
    expected = {**expected, "source": "slurm_load_job"}
    found = Answer(THING, {V1: "thing", V36: "things"}, {V1: flat, V36: meta_list}).failure(
        Envelope(version), problem
    )
    assert list(found) == ["meta", "errors", "things"]
    assert found["errors"] == [{**expected, **numbers}]
    assert list(found["things"]) == []
    assert list(DONE.failure(Envelope(version), problem)) == ["meta", "errors"]


def test_a_problem_without_slurm_s_words_has_its_own() -> None:
    (found,) = errors(V38, [Problem(400, "wrong")])
    assert (found["error"], found["description"], found["source"]) == ("wrong", "wrong", "")


def test_problems_of_a_part_stand_beside_the_records() -> None:
    answer = Answer(THING, "thing", {V1: flat})
    found = answer.document(Envelope(V35), [A], [Problem(422, "a warning", number=2042)])
    assert found == {"errors": errors(V35, [Problem(422, "a warning", number=2042)]), **ROW_A}
    assert found["errors"][0]["errno"] == 2042


def test_done_is_the_errors_alone() -> None:
    for version in (V1, V35):
        assert DONE.document(Envelope(version), [], []) == {"errors": []}
