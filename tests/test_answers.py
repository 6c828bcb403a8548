"""schema.answers: the shapes of documents."""

from __future__ import annotations

from typing import Any

import pytest

from restd_inet.problems import Problem
from restd_inet.schema.answers import (
    DONE,
    Answer,
    bare,
    bare_list,
    by_host,
    by_name,
    errors,
    failure,
    flat,
    named,
)
from restd_inet.schema.fields import Field, Formula, Record
from restd_inet.schema.versions import V1, V35, V36

PLAIN = Formula({V1: "x"})
THING = Record("thing", "", Field("name", PLAIN), Field("size", PLAIN, v1="length"))
HOST = Record("host", "", Field("hostname", PLAIN), Field("ping", PLAIN))


class Thing:
    def __init__(self, name: str, size: int = 0) -> None:
        self.name = self.hostname = name
        self.size = self.ping = size


def document(shape: Any, *things: Thing, version: int = V35, record: Record = THING) -> Any:
    return Answer(record, "things", {V1: shape}).document(version, things, [], None)


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
    assert answer.document(V1, [A], [], None) == {"name": "a", "length": 1}
    assert answer.document(V35, [A], [], None) == {"errors": [], "thing": ROW_A}
    assert answer.document(V36, [A], [], None) == {"errors": [], **ROW_A}


@pytest.mark.parametrize("version", [V1, V35])
def test_a_failure_is_a_list_of_errors(version: int) -> None:
    problem = Problem(404, "there is none", number=2017, source="slurm_load_job")
    assert failure(version, problem) == {
        "errors": [{"error": "there is none", "errno": 2017, "error_code": 2017}]
    }


def test_problems_of_a_part_stand_beside_the_records() -> None:
    answer = Answer(THING, "thing", {V1: flat})
    found = answer.document(V35, [A], [Problem(422, "a warning", number=2042)], None)
    assert found == {"errors": errors(V35, [Problem(422, "a warning", number=2042)]), **ROW_A}
    assert found["errors"][0]["errno"] == 2042


def test_done_is_the_errors_alone() -> None:
    for version in (V1, V35):
        assert DONE.document(version, [], [], None) == {"errors": []}
