"""What JSON and YAML have in common: limits, streams, and that every body is a document or a Problem."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from codec_values import INTEGERS, PHRASES, TEXTS, Small, records, refusal
from hypothesis import example, given
from hypothesis import strategies as st

from restd_inet.codec import json, yaml
from restd_inet.codec._stream import CHUNK
from restd_inet.problems import Problem

CODECS = {"json": json, "yaml": yaml}
BOTH = pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
WRITERS: dict[str, Callable[[Any], Iterable[bytes]]] = {
    "json": json.encode,
    "json, indented": partial(json.encode, pretty=True),
    "yaml": yaml.encode,
    "yaml of v1": partial(yaml.encode, dialect=1),
    "yaml of v0.0.38": partial(yaml.encode, dialect=38),
}
# Six decimals are written in YAML: these are exact.
REALS = st.integers(-(2**40), 2**40).map(lambda number: number / 64)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | INTEGERS | REALS | TEXTS | PHRASES,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS | PHRASES, inner),
    max_leaves=20,
)


def stream(value: Any) -> Any:
    """The value with an iterator for each list."""
    if isinstance(value, list):
        return (stream(item) for item in value)
    if isinstance(value, dict):
        return {key: stream(item) for key, item in value.items()}
    return value


@given(document=DOCUMENTS)
@example(document={"a": {"b": {"c": {"d": [1, {"e": []}]}}}})
@example(document=[[[{"a": [[1]]}]]])
def test_an_iterator_anywhere_is_written_as_a_list(document: Any) -> None:
    for name, write in WRITERS.items():
        assert b"".join(write(document)) == b"".join(write(stream(document))), name


@BOTH
def test_an_object_that_is_no_data_is_an_error_of_ours(codec: ModuleType) -> None:
    with pytest.raises(TypeError, match="a set has no place in an answer"):
        b"".join(codec.encode({"a": {1}}))


@pytest.mark.parametrize("size", [CHUNK - 2, CHUNK - 1, CHUNK, 3 * CHUNK])
@BOTH
def test_pieces_of_any_size_are_all_written(codec: ModuleType, size: int) -> None:
    """size: of all but the end of the document, which is a piece of its own."""
    around = sum(map(len, codec.encode("x"))) - len("x")
    end = len("\n" if codec is json else "...\n")
    text = "x" * (size - around + end)
    chunks = list(codec.encode(text))
    assert all(chunks)
    assert codec.decode(b"".join(chunks)) == text


@BOTH
def test_memory_does_not_grow_with_the_number_of_records(codec: ModuleType) -> None:
    peaks = []
    for count in (1_000, 10_000):
        tracemalloc.start()
        for chunk in codec.encode({"jobs": records(count)}):
            assert len(chunk) < 2 * 65536
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


DEEP = {json: (b"[[[[]]]]", b'{"a":{"b":{"c":{}}}}', b'{"a":[{"b":[]}]}')}
DEEP[yaml] = (b"[[[[]]]]", b"a:\n b:\n  c:\n   d: 1", b"a: [{b: []}]")
MANY = {json: (b"[1,2,3,4,5,6]", b'{"a":[1,2],"b":[3,4]}')}
MANY[yaml] = (b"[1,2,3,4,5,6]", b"a: [1, 2]\nb: [3, 4]\n")
LONG = {json: (b"12345", b"1.234", b"1e100"), yaml: (b"12345", b"1.234")}


@BOTH
def test_depth_is_limited(codec: ModuleType) -> None:
    for body in DEEP[codec]:
        assert "nested more than 3 levels deep" in refusal(codec, body, Small())
        assert codec.decode(body) is not None


@BOTH
def test_keys_and_elements_are_limited(codec: ModuleType) -> None:
    for body in MANY[codec]:
        assert "more than 5 keys and elements" in refusal(codec, body, Small())
        assert codec.decode(body) is not None


@BOTH
def test_the_length_of_a_number_is_limited(codec: ModuleType) -> None:
    for body in LONG[codec]:
        assert refusal(codec, body, Small()) == "line 1, column 1: a number of more than 4 characters"
        assert codec.decode(body[:4], Small()) is not None


@BOTH
@given(body=st.binary(max_size=30) | PHRASES.map(str.encode))
def test_no_body_gives_anything_but_a_document_or_a_problem(codec: ModuleType, body: bytes) -> None:
    try:
        codec.decode(body)
    except Problem as problem:
        assert problem.status == 400
