"""schema.fields: each kind, as it writes at several versions and as it reads."""

from __future__ import annotations

from typing import Any

import pytest
from fake_slurm import FakeSlurm, ffi
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.schema.kinds import base
from restd_inet.schema.kinds.base import Formula, Kind, at
from restd_inet.schema.kinds.composite import Computed, Converter
from restd_inet.schema.kinds.numbers import (
    BOOL,
    BOOL16,
    DOUBLE,
    INT16,
    INT32,
    INT64,
    LIMIT32,
    PLAIN16,
    PLAIN32,
    TIME,
    U16,
    U32,
    U64,
    Bool,
    Int,
    Mebibytes,
    Moment,
)
from restd_inet.schema.kinds.strings import TEXT, Enum, Flags, Name
from restd_inet.schema.kinds.values import (
    INFINITE,
    MEM_PER_CPU,
    NO_VAL,
    TIMES,
    Deferred,
    Invalid,
    StructList,
    boolean,
    choice,
    integer,
    kind_of,
    spells_number,
    text,
)
from restd_inet.schema.record import Field
from restd_inet.schema.versions import V1, V35, V36, V38, V39, V45

SLURM = FakeSlurm()
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def dumped(kind: Kind, value: Any, version: int) -> Any:
    """What a kind writes for a member's value."""
    code = kind.dump(version, SLURM)
    if callable(code):
        return code(value)
    return eval(code, {"string": ffi.string, "x": value})


DUMPS = [
    (INT16, 0, V1, 0),
    (INT32, NO_VAL[32], V35, NO_VAL[32]),
    (Int(16, signed=True), -1, V1, -1),
    (U16, 0, V1, 0),
    (U16, 0xFFFD, V35, 0xFFFD),
    (U16, NO_VAL[16], V1, None),
    (U16, NO_VAL[16], V35, None),
    (U16, INFINITE[16], V1, None),
    (U16, INFINITE[16], V38, None),
    (U32, NO_VAL[32] - 1, V35, NO_VAL[32] - 1),
    (U32, NO_VAL[16], V35, NO_VAL[16]),
    (U32, NO_VAL[32], V35, None),
    (U32, INFINITE[32], V35, None),
    (U64, NO_VAL[64] - 1, V35, NO_VAL[64] - 1),
    (U64, NO_VAL[64], V35, None),
    (U64, NO_VAL[32], V35, NO_VAL[32]),
    (LIMIT32, 5, V35, 5),
    (LIMIT32, NO_VAL[32], V35, None),
    (LIMIT32, INFINITE[32], V1, "INFINITE"),
    (LIMIT32, INFINITE[32], V35, "INFINITE"),
    (LIMIT32, INFINITE[32], V36, -1),
    (LIMIT32, INFINITE[32], V38, -1),
    (LIMIT32, NO_VAL[32], V36, None),
    (DOUBLE, 1.5, V1, 1.5),
    (DOUBLE, float(NO_VAL[32]), V35, None),
    (TIME, 0, V1, 0),
    (TIME, 1700000000, V35, 1700000000),
    (BOOL, 0, V1, False),
    (BOOL, 1, V35, True),
    (BOOL16, 1, V35, True),
    (BOOL16, 0, V35, False),
    (BOOL16, NO_VAL[16], V35, None),
    (Bool(constants=(4, 8)), 8, V35, True),
    (Bool(constants=(4, 8)), 4, V35, False),
    (TEXT, ffi.NULL, V1, None),
    (TEXT, ffi.NULL, V35, ""),
    (TEXT, ffi.NULL, V39, ""),
    (TEXT, ffi.new("char[]", b"a"), V1, "a"),
    (TEXT, ffi.new("char[]", b""), V1, ""),
    (TEXT, ffi.new("char[]", "ä€".encode()), V35, "ä€"),
    (TEXT, ffi.new("char[]", b"\xff"), V35, "\udcff"),
    (Name("user_name"), 0, V1, "root"),
    (Name("user_name", 32), NO_VAL[32], V35, None),
    (Name("user_name"), 4294967290, V35, None),
    (Name("job_state"), 1, V35, "RUNNING"),
    (Name("job_reason"), 0, V35, "None"),
    (Formula({V1: "x + 1", V36: "[x]"}), 1, V35, 2),
    (Formula({V1: "x + 1", V36: "[x]"}), 1, V36, [1]),
]


@pytest.mark.parametrize(("kind", "value", "version", "expected"), DUMPS)
def test_a_member_is_written(kind: Kind, value: Any, version: int, expected: Any) -> None:
    written = dumped(kind, value, version)
    assert written == expected
    assert type(written) is type(expected)


STATES = Enum(
    ("JOB_PENDING", "PENDING"),
    ("JOB_RUNNING", "RUNNING", V36),
    (77, "SEVENTY", V1, V35),
    ("NO_SUCH_CONSTANT", "never"),
)


@pytest.mark.parametrize(
    ("number", "version", "expected"),
    [
        (0, V1, "PENDING"),
        (1, V35, None),
        (1, V36, "RUNNING"),
        (1, V45, ["RUNNING"]),
        (77, V35, "SEVENTY"),
        (77, V36, None),
        (5, V36, None),
    ],
)
def test_an_enumeration_has_the_names_of_its_version(number: int, version: int, expected: Any) -> None:
    assert dumped(STATES, number, version) == expected


def test_an_enumeration_masks_and_says_what_it_does_not_know() -> None:
    kind = Enum(("NODE_STATE_DOWN", "down"), mask="NODE_STATE_BASE", other="invalid")
    drain = SLURM.constant("NODE_STATE_DRAIN")
    assert dumped(kind, SLURM.constant("NODE_STATE_DOWN") | drain, V35) == "down"
    assert dumped(kind, drain, V35) == "invalid"
    assert dumped(Enum((1, "one"), other=...), 7, V35) == 7


BITS = Flags((1, "A"), (6, "BC"), (8, "D", V36), ("NO_SUCH_CONSTANT", "never"), null=0xFFFE)


@pytest.mark.parametrize(
    ("number", "version", "expected"),
    [
        (0, V35, []),
        (1, V35, ["A"]),
        (2, V35, []),  # not all bits of a row
        (7, V1, ["A", "BC"]),
        (15, V35, ["A", "BC"]),
        (15, V36, ["A", "BC", "D"]),
        (16, V36, []),
        (0xFFFE, V35, None),
    ],
)
def test_flags_are_a_list(number: int, version: int, expected: Any) -> None:
    assert dumped(BITS, number, version) == expected


def test_flags_may_name_no_bit_at_all() -> None:
    assert dumped(Flags((1, "A"), zero="none"), 0, V35) == ["none"]
    assert dumped(Flags((1, "A"), zero="none"), 1, V35) == ["A"]


def test_two_records_do_not_share_a_list() -> None:
    """A writer may add to a list; Memo hands out one list for a number, so no caller may."""
    write = BITS.dump(V35, SLURM)
    assert callable(write)
    assert write(1) == write(1)


def test_a_computed_field_is_given_the_whole_struct() -> None:
    job = SLURM.struct("slurm_job_info_t")
    assert dumped(Computed({V1: "gres_detail"}), job, V35) == []


@pytest.mark.parametrize(
    ("kind", "at_v1", "at_v35"),
    [
        (INT32, 0, 0),
        (U32, None, None),
        (BOOL, False, False),
        (TEXT, None, ""),
        (BITS, [], []),
        (STATES, None, None),
        (Computed({V1: "gres_detail"}, empty=[]), [], []),
    ],
)
def test_a_member_the_release_lacks_has_its_kind_s_empty_value(kind: Kind, at_v1: Any, at_v35: Any) -> None:
    assert kind.empty_at(V1) == at_v1
    assert kind.empty_at(V35) == at_v35


PARSES = [
    (INT16, 0, 0),
    (INT16, 65535, 65535),
    (INT32, "17", 17),
    (INT32, " 17 ", 17),
    (INT32, "+17", 17),
    (INT32, 5.0, 5),
    (INT64, (1 << 64) - 1, (1 << 64) - 1),
    (Int(16, signed=True), -32768, -32768),
    (Int(16, signed=True), 32767, 32767),
    (U16, 0xFFFD, 0xFFFD),
    (U32, 0xFFFFFFFD, 0xFFFFFFFD),
    (U64, NO_VAL[64] - 1, NO_VAL[64] - 1),
    (TIME, (1 << 63) - 1, (1 << 63) - 1),
    (BOOL, True, 1),
    (BOOL16, "yes", 1),
    (BOOL16, "No", 0),
    (BOOL16, "TRUE", 1),
    (BOOL16, 0, 0),
    (Bool(constants=(4, 8)), True, 8),
    (TEXT, "a", "a"),
    (TEXT, "", ""),
    (TEXT, 5, "5"),
    (TEXT, 1.5, "1.5"),
    (TEXT, True, "true"),
    (TIME, 1793000000.5, 1793000000),
    (TIME, "1793000000.7", 1793000001),
    (TIME, 0, 0),
    (TIME, -5, -5),
    (TIME, 1 << 63, (1 << 63) - 1),
    (TIME, {"set": True, "number": 5.5}, 6),
    (U32, 1.5, 1),
    (U32, {"set": True, "number": 1.5}, 2),
    (PLAIN32, 1.5, 2),
    (U16, 0xFFFF, 0xFFFF),
    (U16, -2, 0xFFFE),
    (U16, (1 << 32) - 2, 0xFFFF),
    (U32, (1 << 32) - 2, (1 << 32) - 1),
    (U32, (1 << 64) - 1, (1 << 32) - 1),
    (U32, -2, (1 << 32) - 2),
    (U64, -1, (1 << 64) - 1),
    (PLAIN16, (1 << 32) - 2, 0xFFFE),
    (PLAIN32, -1, (1 << 32) - 2),
    (PLAIN32, (1 << 32) - 1, (1 << 32) - 1),
    (PLAIN32, (1 << 64) - 1, (1 << 32) - 2),
    (STATES, "pending", frozenset({"JOB_PENDING"})),
    (STATES, ["Running"], frozenset({"JOB_RUNNING"})),
    (Mebibytes("node"), 5, 5),
    (Mebibytes("cpu"), 5, MEM_PER_CPU | 5),
    (Mebibytes("cpu"), 0, 0),
    (Mebibytes("cpu"), -1, 0),
    (Mebibytes("cpu"), -2, NO_VAL[64]),
    (Mebibytes("cpu"), {"set": False}, NO_VAL[64]),
    (Mebibytes("cpu"), "infinite", 0),
    (Mebibytes("cpu"), MEM_PER_CPU - 1, (1 << 64) - 1),
    (Moment(), "now+1hour", Deferred("parse_time", "now+1hour")),
    (Moment(), 5, 5),
    (Moment(7), "", 7),
    (Moment(7), {"set": False}, 7),
    (Converter(len), "four", 4),
]


@pytest.mark.parametrize(("kind", "value", "expected"), PARSES)
def test_a_value_is_read(kind: Kind, value: Any, expected: Any) -> None:
    assert kind.parse(value) == expected


REFUSED = [
    (INT16, -1, "-1 is out of range: expected 0 to 65535"),
    (INT16, 65536, "65536 is out of range: expected 0 to 65535"),
    (Int(16, signed=True), -32769, "-32769 is out of range: expected -32768 to 32767"),
    (Int(16, signed=True), 32768, "32768 is out of range: expected -32768 to 32767"),
    (U16, 70000, "70000 is out of range: expected 0 to 65533"),
    (U32, 5000000000, "5000000000 is out of range: expected 0 to 4294967293"),
    (U32, -3, "-3 is out of range: expected 0 to 4294967293"),
    (TIME, [], f"expected {TIMES}; found a list"),
    (TIME, "soon", f'expected {TIMES}; found the text "soon"'),
    (INT32, True, "expected a whole number, found a boolean"),
    (INT32, [], "expected a whole number, found a list"),
    (INT32, {}, "expected a whole number, found an object"),
    (INT32, 1.5, "expected a whole number, found 1.5"),
    (INT32, "many", 'expected a whole number, found the text "many"'),
    (INT32, "", 'expected a whole number, found the text ""'),
    (INT32, "+-5", 'expected a whole number, found the text "+-5"'),
    (INT32, "--5", 'expected a whole number, found the text "--5"'),
    (INT32, "5-", 'expected a whole number, found the text "5-"'),
    (INT32, "٣", 'expected a whole number, found the text "٣"'),
    (INT32, "9" * 60, f"{'9' * 40}… is out of range: expected 0 to 4294967295"),
    (U32, "9" * 21, f"{'9' * 21} is out of range: expected 0 to 4294967293"),
    (U32, 10**30, f"{10**30} is out of range: expected 0 to 4294967293"),
    (BOOL, "maybe", "expected true or false, found a text"),
    (BOOL, 2, "expected true or false, found a number"),
    (BOOL, 1.0, "expected true or false, found a number"),
    (TEXT, ["a"], "expected a text, found a list"),
    (TEXT, {"a": 1}, "expected a text, found an object"),
    (STATES, ["pending", "running"], "expected one name, found a list of 2"),
    (STATES, [], "expected one name, found a list of 0"),
    (U32, {"set": True}, '"set" is true, but there is no "number"'),
    (U32, {}, 'expected a number, or "set", "infinite" and "number"; found an empty object'),
    (U32, {"nmber": 1}, 'expected a number, or "set", "infinite" and "number"; found "nmber"'),
    (Mebibytes("cpu"), MEM_PER_CPU, f"{1 << 63} is out of range: expected 0 to {(1 << 63) - 1}"),
    (Moment(), [], f"expected {TIMES}; found a list"),
    (STATES, "x", 'expected one of pending, running, seventy, never; found "x"'),
]


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED)
def test_a_value_is_refused_with_what_was_expected(kind: Kind, value: Any, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        kind.parse(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "function", [lambda v: integer(v, 0, 9), text, boolean, lambda v: choice(v, {"a": 1})]
)
@given(value=ANYTHING | st.from_regex(r"\A[+\-. 0-9]{1,6}\Z"))
def test_readers_raise_nothing_but_invalid(function: Any, value: Any) -> None:
    try:
        function(value)
    except Invalid as error:
        assert len(str(error)) < 500


@pytest.mark.parametrize("kind", [INT16, INT32, INT64, U16, U32, U64, TIME])
@given(number=st.integers(0, 0xFFFD))
def test_numbers_go_round(kind: Kind, number: int) -> None:
    for version in (V1, V35, V38):
        assert kind.parse(dumped(kind, number, version)) == number
        assert kind.parse(str(number)) == number


@given(word=st.text().filter(lambda word: "\0" not in word))
def test_texts_go_round(word: str) -> None:
    pointer = ffi.new("char[]", word.encode("utf-8", "surrogatepass"))
    for version in (V1, V35):
        written = dumped(TEXT, pointer, version)
        assert TEXT.parse(written).encode("utf-8", "surrogateescape") == word.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1, "a number"),
        (1.5, "a number"),
        ("", "a text"),
        ([], "a list"),
        ({}, "an object"),
    ],
)
def test_a_type_has_the_name_a_client_knows(value: object, name: str) -> None:
    assert kind_of(value) == name


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("5", True),
        (" +5 ", True),
        ("-1", True),
        ("Infinite", True),
        ("UNLIMITED", True),
        ("5G", False),
        ("", False),
    ],
)
def test_a_text_is_a_number_or_something_else(word: str, expected: bool) -> None:
    assert spells_number(word) is expected


def test_what_is_equal_is_given_once() -> None:
    """Two names of a property may be given together with one value."""
    first, again = (StructList("t", [{"a": 1}], path) for path in (("x",), ("y",)))
    assert first == again
    assert first not in (StructList("t", [{"a": 2}]), StructList("u", [{"a": 1}]), [{"a": 1}])
    assert Deferred("tres", "a") not in (Deferred("tres", "b"), Deferred("user_id", "a"), "a")


def test_styles_are_those_in_force() -> None:
    styles = {V1: "a", V36: "b", V39: "c"}
    assert [at(styles, version) for version in (V1, V35, V36, V38, V39, V45)] == [
        "a",
        "a",
        "b",
        "b",
        "c",
        "c",
    ]


def test_a_field_has_a_name_at_each_version() -> None:
    field = Field("max_nodes", U32, "maximum_nodes", {V39: "maximums.nodes", V45: None}, v1="max")
    names = [field.name_at(version) for version in (V1, V35, V38, V39, V45)]
    assert names == ["max", "maximum_nodes", "maximum_nodes", "maximums.nodes", None]


def test_a_field_is_called_as_its_member_without_a_name() -> None:
    assert Field("name", TEXT).name_at(V1) == "name"
    assert Field("name", TEXT).name_at(V45) == "name"


def test_a_field_has_a_first_and_a_last_version() -> None:
    field = Field("name", TEXT, since=V35, until=V36)
    assert [field.name_at(version) for version in (V1, V35, V36, V38)] == [None, "name", "name", None]


def test_a_library_value_is_equal_by_what_it_asks() -> None:
    assert Deferred("parse_time", "now") == Deferred("parse_time", "now")
    assert Deferred("parse_time", "now") != Deferred("parse_time", "noon")
    assert Deferred("parse_time", "now") != "now"


def test_a_kind_without_a_direction_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Kind"):
        Kind().dump(V1, SLURM)
    with pytest.raises(NotImplementedError, match="Formula"):
        base.Formula({V1: "x"}).parse("A")


def test_a_memo_works_each_number_out_once() -> None:
    asked: list[int] = []
    memo = base.Memo(lambda number: asked.append(number) or number)
    assert [memo[1], memo[1], memo[2]] == [1, 1, 2]
    assert asked == [1, 2]
