"""schema.compile and schema.parse: tables at a version, as they write structs and read documents."""

from __future__ import annotations

import traceback
from contextlib import suppress
from typing import Any

import pytest
from fake_slurm import FakeSlurm, ffi
from hypothesis import given, note
from hypothesis import strategies as st

from restd_inet.nearest import distance, hint
from restd_inet.problems import Problem, path_text, quoted
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.base import Kind
from restd_inet.schema.kinds.composite import Computed, Converter
from restd_inet.schema.kinds.numbers import BOOL16, INT32, U16, U32, Int, Number
from restd_inet.schema.kinds.strings import TEXT, Flags
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Deferred, Invalid
from restd_inet.schema.parse import parse
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.job_desc import JOB_DESC
from restd_inet.schema.versions import V1, V35, V36, V37, V38, V39
from restd_inet.slurm.structs import OwnedStruct

SLURM = FakeSlurm()


class Plain:
    """A struct of a test's own: any attributes."""

    def __init__(self, **members: Any) -> None:
        self.__dict__.update(members)


def refused(
    record: Record, document: object, path: tuple[str | int, ...] = (), version: int = V35
) -> Problem:
    with pytest.raises(Problem) as caught:
        parse(record, version, document, path)
    assert caught.value.status == 400
    return caught.value


# Writing.


def test_rows_are_written_in_their_order_under_the_names_of_the_version() -> None:
    record = Record("ordered", "", Field("b", INT32, "second"), Field("a", INT32, "first", v1="a1"))
    struct = Plain(a=1, b=2)
    assert list(dumper(record, V35, None)(struct).items()) == [("second", 2), ("first", 1)]
    assert list(dumper(record, V1, None)(struct).items()) == [("second", 2), ("a1", 1)]


def test_a_path_makes_nested_objects() -> None:
    record = Record(
        "nested",
        "",
        Field("max_nodes", U32, "maximum_nodes", {V39: "maximums.nodes"}),
        Field("name", INT32),
        Field("max_cpus", U32, "maximum_cpus", {V39: "maximums.per.cpus"}),
        Field("max_time", U32, "maximum_time", {V39: "maximums.time"}),
    )
    struct = Plain(max_nodes=4, name=0, max_cpus=8, max_time=NO_VAL[32])
    assert dumper(record, V36, None)(struct) == {
        "maximum_nodes": 4,
        "name": 0,
        "maximum_cpus": 8,
        "maximum_time": None,
    }
    assert dumper(record, V39, None)(struct) == {
        "maximums": {
            "nodes": {"set": True, "infinite": False, "number": 4},
            "per": {"cpus": {"set": True, "infinite": False, "number": 8}},
            "time": {"set": False, "infinite": False, "number": 0},
        },
        "name": 0,
    }


def test_each_record_has_objects_of_its_own() -> None:
    record = Record("own", "", Field("a", INT32, "x.y"))
    dump = dumper(record, V35, None)
    first, second = dump(Plain(a=1)), dump(Plain(a=2))
    assert (first, second) == ({"x": {"y": 1}}, {"x": {"y": 2}})


def test_a_field_that_a_version_does_not_have_is_not_written() -> None:
    record = Record("gone", "", Field("a", INT32, "a", {V36: None}), Field("b", INT32, since=V36))
    assert dumper(record, V35, None)(Plain(a=1)) == {"a": 1}
    assert dumper(record, V36, None)(Plain(b=2)) == {"b": 2}


def test_a_member_that_the_release_lacks_gives_its_kind_s_empty_value() -> None:
    record = Record(
        "lacking",
        "node_info_t",
        Field("name", TEXT),
        Field("no_such_text", TEXT),
        Field("no_such_number", U32),
        Field("no_such_count", INT32, "deep.count"),
        Field("no_such_flags", Flags((1, "A"))),
    )
    node = SLURM.struct("node_info_t", name="host1")
    assert dumper(record, V35, SLURM)(node) == {
        "name": "host1",
        "no_such_text": "",
        "no_such_number": None,
        "deep": {"count": 0},
        "no_such_flags": [],
    }
    assert dumper(record, V1, SLURM)(node)["no_such_text"] is None


def test_a_value_is_looked_at_once_however_often_its_kind_names_it() -> None:
    class Counting:
        asked = 0

        @property
        def a(self) -> int:
            self.asked += 1
            return 3

    struct = Counting()
    record = Record("once", "", Field("a", Number(32, {V1: "INFINITE"})))
    assert dumper(record, V35, None)(struct) == {"a": 3}
    assert struct.asked == 1


def test_names_are_quoted_whatever_they_hold() -> None:
    record = Record("odd", "", Field("a", INT32, "min nodes per 'job'\\\n\""))
    assert dumper(record, V35, None)(Plain(a=1)) == {"min nodes per 'job'\\\n\"": 1}


def test_a_function_is_given_the_member_or_the_whole_struct() -> None:
    class Doubled(Kind):
        def dump(self, version: int, binding: Any) -> Any:
            return lambda x: x * 2

    assert dumper(Record("doubled", "", Field("a", Doubled())), V35, None)(Plain(a=4)) == {"a": 8}
    whole = Record(
        "whole", "slurm_job_info_t", Field("gres_detail_cnt", Computed({V1: "gres_detail"}, ["none"]), "gres")
    )
    assert dumper(whole, V35, SLURM)(SLURM.struct("slurm_job_info_t")) == {"gres": ["none"]}
    details = [ffi.new("char[]", b"gpu(IDX:0)"), ffi.NULL]
    job = SLURM.struct("slurm_job_info_t", gres_detail_cnt=2)
    job.gres_detail_str = pointers = ffi.new("char *[]", details)
    assert dumper(whole, V35, SLURM)(job) == {"gres": ["gpu(IDX:0)", ""]}
    assert pointers


# Reading.

READ = Record(
    "read",
    "",
    Field("account", TEXT),
    Field("features", TEXT, "constraints", aliases=("constraint",)),
    Field("count", U16),
    Field("old", INT32, "old_name", {V36: "new_name"}),
    Field(None, Converter(lambda value: {"low": 1, "bits": frozenset({"A"})}), "pair"),
    Field(None, Converter(lambda value: {"bits": frozenset({"B"})}), "bit"),
    Field("low", INT32),
    Field("begin", Converter(lambda value: Deferred("parse_time", value))),
    Field("gone", INT32, until=V1),
)


def test_what_a_document_does_not_say_is_absent() -> None:
    assert parse(READ, V35, {}) == {}
    assert parse(READ, V35, {"account": None}) == {}
    assert parse(READ, V35, {"account": "a", "count": 5}) == {"account": "a", "count": 5}


def test_aliases_are_understood() -> None:
    assert parse(READ, V35, {"constraint": "gpu"}) == {"features": "gpu"}
    assert parse(READ, V1, {"constraint": "gpu"}) == {"features": "gpu"}


def test_names_are_those_of_the_version() -> None:
    assert parse(READ, V35, {"old_name": 1}) == {"old": 1}
    assert parse(READ, V36, {"new_name": 1}) == {"old": 1}
    assert "unknown property" in refused(READ, {"old_name": 1}, version=V36).text
    assert parse(READ, V1, {"gone": 1}) == {"gone": 1}
    assert "unknown property" in refused(READ, {"gone": 1}).text


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"acount": "a"}, 'acount: unknown property; did you mean "account"?'),
        ({"ACOUNT": "a"}, 'ACOUNT: unknown property; did you mean "account"?'),
        ({"constrain": "a"}, 'constrain: unknown property; did you mean "constraint"?'),
        ({"zzzzzz": "a"}, "zzzzzz: unknown property"),
        ({"": "a"}, '[""]: unknown property'),
        ({"a b": "a"}, '["a b"]: unknown property'),
        ({"x" * 400: 1}, f'["{"x" * 60}…"]: unknown property'),
        ({"count": 70000}, "count: 70000 is out of range: expected 0 to 65533"),
        ({"count": []}, "count: expected a whole number, found a list"),
        ({"account": {}}, "account: expected a text, found an object"),
        ({"low": 2, "pair": 1}, "pair: cannot be given together with low"),
        ({"pair": 1, "low": 2}, "low: cannot be given together with pair"),
        ({"constraint": "a", "constraints": "b"}, "constraints: cannot be given together with constraint"),
        ([], "the document: expected an object, found a list"),
        (None, "the document: expected an object, found null"),
        ("text", "the document: expected an object, found a text"),
    ],
)
def test_a_document_is_refused_with_the_place(document: Any, text: str) -> None:
    problem = refused(READ, document)
    assert problem.text == text
    assert problem.path == ((list(document)[-1],) if isinstance(document, dict) else ())


def test_a_problem_has_the_whole_path() -> None:
    problem = refused(READ, {"count": -3}, ("job", 1))
    assert problem.text == "job[1].count: -3 is out of range: expected 0 to 65533"
    assert problem.path == ("job", 1, "count")
    assert refused(READ, 7, ("job", 1)).text == "job[1]: expected an object, found a number"


def test_flags_of_several_properties_are_joined() -> None:
    assert parse(READ, V35, {"pair": 1, "bit": 1}) == {"low": 1, "bits": frozenset({"A", "B"})}


def test_a_library_value_knows_its_place() -> None:
    found = parse(READ, V35, {"begin": "now"}, ("job",))["begin"]
    assert found == Deferred("parse_time", "now")
    assert found.path == ("job", "begin")


def test_the_place_of_a_library_value_within_several_members() -> None:
    members = parse(JOB_DESC, V35, {"gpus": "2"}, ("job",))
    assert members["tres_per_job"].path == ("job", "gpus")


NAMES = st.text(max_size=12) | st.sampled_from(["account", "constraint", "count", "low", "pair", "begin"])


@given(document=st.dictionaries(NAMES, st.none() | st.integers() | st.text() | st.lists(st.integers())))
def test_reading_raises_nothing_but_problem(document: dict[str, Any]) -> None:
    try:
        members = parse(READ, V35, document)
    except Problem as problem:
        assert problem.status == 400
        assert len(problem.text) < 400
    else:
        assert len(members) <= len(document) + 1


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("", "abc", 3),
        ("kitten", "sitting", 3),
        ("abc", "acb", 2),
        ("same", "same", 0),
    ],
)
def test_distance(a: str, b: str, expected: int) -> None:
    assert distance(a, b) == expected


@pytest.mark.parametrize(
    ("name", "near"), [("-1", ""), ("foo", ""), ("x", ""), ("usr", "user"), ("tim", "time")]
)
def test_of_a_near_name_most_letters_are_the_same(name: str, near: str) -> None:
    assert hint(name, ["lp", "qos", "user", "time"]) == (f'; did you mean "{near}"?' if near else "")


@given(st.text(max_size=20), st.text(max_size=20))
def test_distance_is_symmetric(a: str, b: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("job",), "job"),
        (("job", 1, "tasks"), "job[1].tasks"),
        ((0,), "[0]"),
        (("a-b",), "a-b"),
        (("a b", "c"), '["a b"].c'),
        (("x" * 61,), f'["{"x" * 60}…"]'),
        (("a\n",), '["a\\n"]'),
        (tuple("abcdefghijklmnopqrst"), "a.b.c.d.e.f.g.h…"),
    ],
)
def test_a_path_is_shown_as_a_client_writes_it(path: tuple[str | int, ...], text: str) -> None:
    assert path_text(path) == text


def test_quoted_text_is_on_one_line() -> None:
    assert quoted("a\nb\x1b[31m") == '"a\\nb\\x1b[31m"'
    assert len(quoted("x" * 1000)) < 70


# Both ways: what a job description's plain rows write, they read.


def _goes_both_ways(field: Field) -> bool:
    kind = type(field.kind_at(V38))
    return kind.dump is not Kind.dump and kind.parse is not Kind.parse


# "gres" is no member: the command makes tres_per_node of it.
BOTH = Record(
    "both ways",
    JOB_DESC.struct,
    *(
        field
        for field in JOB_DESC.fields
        if field.since < V39 and field.member != "gres" and _goes_both_ways(field)
    ),
)
TEXTS = st.none() | st.text(min_size=1, max_size=20).filter(lambda word: "\0" not in word)


def _content(field: Field) -> st.SearchStrategy[Any]:
    """What a member of a job may hold, unset included.

    Numbers without limit (INFINITE) are left out: up to v0.0.38 a plain number or null cannot say so.
    """
    kind = field.kind_at(V38)
    if kind is BOOL16:
        return st.sampled_from([0, 1, NO_VAL[16]])
    if isinstance(kind, Number):
        return st.integers(0, kind.no_val)
    if isinstance(kind, Int):
        return st.integers(kind.low, kind.high)
    assert kind is TEXT
    return TEXTS


def _shown(struct: Any) -> dict[str, Any]:
    values = {field.member: getattr(struct, field.member or "") for field in BOTH.fields}
    return {
        member: SLURM.text(value) if isinstance(value, ffi.CData) else value
        for member, value in values.items()
    }


STRUCTS = st.fixed_dictionaries({field.member: _content(field) for field in BOTH.fields})


def test_most_rows_of_a_job_description_go_both_ways() -> None:
    assert len(BOTH.fields) >= 35


def _said(version: int, members: dict[str, Any]) -> dict[str, Any]:
    """Those members that are set, and that the version has."""
    known = {field.member for field in BOTH.fields if field.name_at(version)}
    return {member: value for member, value in members.items() if value is not None and member in known}


@given(members=STRUCTS)
def test_what_is_written_is_read_again(members: dict[str, Any]) -> None:
    """Values → struct → document → members → struct: the same values."""
    for version in (V1, V35, V36, V37, V38):
        note(f"version {version}")
        _goes_round(version, members)


def _goes_round(version: int, members: dict[str, Any]) -> None:
    original = OwnedStruct(SLURM, "job_desc_msg_t", _said(version, members))
    document = dumper(BOTH, version, SLURM)(original.struct)
    if version != V1:
        # v1 says null for a text that is not there; later versions an empty text, which is read as one.
        document = {name: value for name, value in document.items() if value != ""}
    read = parse(BOTH, version, document)
    again = OwnedStruct(SLURM, "job_desc_msg_t", read)
    assert _shown(again.struct) == _shown(original.struct)
    assert dumper(BOTH, version, SLURM)(again.struct) == dumper(BOTH, version, SLURM)(original.struct)


@given(members=STRUCTS)
def test_reading_what_is_written_gives_the_same_document(members: dict[str, Any]) -> None:
    for version in (V1, V35, V36, V37, V38):
        note(f"version {version}")
        written = OwnedStruct(SLURM, "job_desc_msg_t", _said(version, members))
        document = dumper(BOTH, version, SLURM)(written.struct)
        again = OwnedStruct(SLURM, "job_desc_msg_t", parse(BOTH, version, document))
        assert dumper(BOTH, version, SLURM)(again.struct) == document


@given(number=st.integers(0, INFINITE[32] + 1))
def test_a_number_fits_or_is_refused(number: int) -> None:
    """Nothing that was read overflows its member."""
    for field in BOTH.fields:
        kind = field.kind_at(V38)
        if isinstance(kind, (Number, Int)):
            with suppress(Invalid):
                OwnedStruct(SLURM, "job_desc_msg_t", {field.member or "": kind.parse(number)})


def test_a_failure_in_a_compiled_function_is_shown_with_its_line() -> None:
    record = Record("traced", "", Field("size", INT32, "sizes.first"))
    try:
        dumper(record, V35, None)(object())
    except AttributeError:
        shown = traceback.format_exc()
    assert 'File "traced at v0.0.35"' in shown
    assert "= p.size" in shown
