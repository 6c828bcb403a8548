"""schema.kinds.lists: what a client wants of a list, read or refused with what was expected."""

from __future__ import annotations

from typing import Any

import pytest

from restd_inet.schema.kinds.base import Kind
from restd_inet.schema.kinds.lists import MOST, Filter, OneOf, Seconds, Words
from restd_inet.schema.kinds.values import Invalid
from restd_inet.schema.versions import V45

READ = [
    (Words(), "a", ["a"]),
    (Words(), "b,a", ["b", "a"]),
    (Words(), " a , ,b,", ["a", "b"]),
    (Words(), "a,b,a", ["a", "b"]),
    (Words(), "n[1,3],n7", ["n[1,3]", "n7"]),
    (Words(), "n[1,3]-[2,4],n7", ["n[1,3]-[2,4]", "n7"]),
    (Words(), "n],a", ["n]", "a"]),
    (Words(), "n[[1],2],a", ["n[[1],2]", "a"]),
    (Words(), ["a,b", "c", 7], ["a", "b", "c", "7"]),
    (Words(), ",".join(map(str, range(MOST))), [str(number) for number in range(MOST)]),
    (Seconds(0), "0", 0.0),
    (Seconds(0), "1.5", 1.5),
    (Seconds(0.5), 0.5, 0.5),
    (Seconds(0), 1000000, 1e6),
    (OneOf("up", "down"), "down", "down"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), READ)
def test_a_value_is_read(kind: Kind, value: Any, expected: Any) -> None:
    assert kind.parse(value) == expected


@pytest.mark.parametrize(
    ("value", "wanted", "unwanted"),
    [
        ("a,b", ("a", "b"), ()),
        ("!a,b,!c", ("b",), ("a", "c")),
        ("!!a", (), ("!a",)),
    ],
)
def test_a_filter_tells_what_is_wanted_from_what_is_not(
    value: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]
) -> None:
    found = Filter().parse(value)
    assert (found.wanted, found.unwanted) == (wanted, unwanted)


REFUSED = [
    (Words(), "", "expected a value, found an empty one"),
    (Words(), " , ,", "expected a value, found an empty one"),
    (Words(), [], "expected a value, found an empty one"),
    (Words(), None, "expected a text, found null"),
    (Words(), ",".join(map(str, range(MOST + 1))), "expected at most 1000 values, found 1001"),
    (Words(), "a" * 65537, "expected at most 65536 characters, found 65537"),
    (Filter(), "a,!", 'expected a value behind "!"'),
    (Seconds(0), "-1", 'expected a number of seconds, not below 0; found "-1"'),
    (Seconds(0), "soon", 'expected a number of seconds, not below 0; found "soon"'),
    (Seconds(0.5), 0.4, 'expected a number of seconds, from 0.5 on; found "0.4"'),
    (Seconds(0), 1000001, 'expected a number of seconds, not below 0; found "1000001"'),
    (Seconds(0), "nan", 'expected a number of seconds, not below 0; found "nan"'),
    (Seconds(0), None, 'expected a number of seconds, not below 0; found "None"'),
    (OneOf("up", "down"), "Up", 'expected one of up, down; found "Up"'),
    (OneOf("up", "down"), [], "expected a text, found a list"),
]


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED)
def test_a_value_is_refused_with_what_was_expected(kind: Kind, value: Any, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        kind.parse(value)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (Words(), {"type": "string"}),
        (Filter(), {"type": "string"}),
        (Seconds(0), {"type": "number"}),
        (OneOf("up", "down"), {"type": "string", "enum": ["up", "down"]}),
    ],
)
def test_a_kind_is_documented(kind: Kind, schema: dict[str, Any]) -> None:
    assert kind.schema(V45) == schema
