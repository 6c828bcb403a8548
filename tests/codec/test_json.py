from __future__ import annotations

import itertools
import json as stdlib_json
import math
from typing import Any

import pytest
from codec_values import INTEGERS, TEXTS, Small, records, refusal
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.codec import LIMITS, Limits, _json_scan, json


def written(value: Any, pretty: bool = False) -> str:
    """A document without the line feed at its end, which every one has."""
    text = b"".join(json.encode(value, pretty=pretty)).decode()
    assert text.endswith("\n")
    return text[:-1]


SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=30
)


@given(DOCUMENTS, st.booleans())
def test_what_is_written_reads_back_as_it_was(document: Any, pretty: bool) -> None:
    assert document == json.decode(written(document, pretty).encode())


@given(DOCUMENTS)
def test_pretty_answers_are_indented_by_two(document: Any) -> None:
    expected = stdlib_json.dumps(document, indent=2, ensure_ascii=False)
    assert expected == written(document, pretty=True)


def test_compact_answers_have_no_spaces() -> None:
    assert written({"errors": [], "job_id": 115}) == '{"errors":[],"job_id":115}'


@pytest.mark.parametrize("value", [None, True, 7, -1.5, "text", [], {}, (), iter(())])
def test_any_value_can_be_the_document(value: Any) -> None:
    expected = "[]" if hasattr(value, "__next__") or value == () else stdlib_json.dumps(value)
    assert expected == written(value)


def test_a_byte_that_is_not_utf8_leaves_as_a_replacement_character() -> None:
    name = b"caf\xe9 \xff".decode("utf-8", "surrogateescape")
    assert written({name: [name]}) == '{"caf\ufffd \ufffd":["caf\ufffd \ufffd"]}'


def test_characters_leave_as_themselves() -> None:
    assert written(["é 漢 😀"]) == '["é 漢 😀"]'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_say_is_null(number: float) -> None:
    answer = {"n": number, "l": [1, number], "jobs": iter([{"load": number, "more": iter([number])}])}
    assert written(answer) == '{"n":null,"l":[1,null],"jobs":[{"load":null,"more":[null]}]}'


def test_answers_come_in_chunks_of_about_64_kib() -> None:
    sizes = [len(chunk) for chunk in json.encode({"jobs": records(2000), "script": "x" * 1_000_000})]
    assert len(sizes) > 20
    assert max(sizes) < 2 * 65536
    assert min(sizes[:10]) >= 65536


def test_the_first_chunk_is_sent_before_the_last_record_is_made() -> None:
    endless = itertools.cycle([{"job_id": 1}])
    assert next(json.encode({"jobs": endless})).startswith(b'{"jobs":[{"job_id":1},')


FAULTS = {
    b"": "the body is empty; expected a JSON document",
    b" \r\n\t": "the body is empty; expected a JSON document",
    b'{"job":\n {"tasks": }}': 'line 2, column 12 (job.tasks): expected a value, found "}"',
    b'{"job": [{}, {"tasks": x}]}': 'line 1, column 24 (job[1].tasks): expected a value, found "x"',
    b'{"a b": {"c": [1 2]}}': 'line 1, column 18 (["a b"].c): expected "," or "]", found "2"',
    "{\"é\": \"ü\", 'b: 1}".encode(): "line 1, column 12: expected a key in double quotes, found \"'\"",
    b'{"a": \'b}': "line 1, column 7 (a): this text has no closing single quote",
    b"['it\\'s']": "line 1, column 5 ([0]): \\' does not start a JSON escape",
    b"{'a': 1, \"a\": 2}": 'line 1, column 10: the key "a" appears twice in the document',
    b"{'a': TRUE} x": 'line 1, column 13: expected the end of the document, found "x"',
    b"[None]": 'line 1, column 2 ([0]): expected a value, found "N"',
    b"[nan]": 'line 1, column 2 ([0]): expected a value, found "n"',
    b'{"a" 1}': 'line 1, column 6 (a): expected ":" after the key, found "1"',
    b'{"a": 1,,}': 'line 1, column 9: expected a key in double quotes, found ","',
    b"{,}": 'line 1, column 2: expected a key in double quotes, found ","',
    b'{"a":,}': 'line 1, column 6 (a): expected a value, found ","',
    b'{"a": 1, // one\n "b": }': 'line 2, column 7 (b): expected a value, found "}"',
    b'{/* a\n b */ "a": x}': 'line 2, column 12 (a): expected a value, found "x"',
    b'[1, /* 2]': 'line 1, column 5 ([1]): expected a value, found "/"',
    b'{"a": 1} // and\n{}': 'line 2, column 1: expected the end of the document, found "{"',
    b'{"a": 1, "a": 2,}': 'line 1, column 10: the key "a" appears twice in the document',
    b"[NaN,]": "line 1, column 2 ([0]): expected a number, found NaN, which JSON does not have",
    b'{"a": 1': 'line 1, column 8: expected "," or "}", found the end of the body',
    b"[,]": 'line 1, column 2 ([0]): expected a value, found ","',
    b"{} x": 'line 1, column 4: expected the end of the document, found "x"',
    b"[01]": 'line 1, column 3: expected "," or "]", found "1"',
    b"[1.]": 'line 1, column 4 ([0]): expected a digit, found "]"',
    b"[1e+]": 'line 1, column 5 ([0]): expected a digit, found "]"',
    b"-": "line 1, column 2: expected a digit, found the end of the body",
    b"[NaN]": "line 1, column 2 ([0]): expected a number, found NaN, which JSON does not have",
    b"[-Infinity]": "line 1, column 2 ([0]): expected a number, found -Infinity, which JSON does not have",
    b'{"job": {"name": 1,\n"name": 2}}': 'line 2, column 1: the key "name" appears twice in job',
    b'{"a": 1, "\\u0061": 2}': 'line 1, column 10: the key "a" appears twice in the document',
    b"[18446744073709551616]": (
        "line 1, column 2 ([0]): the number 18446744073709551616 does not fit into 64 bits"
    ),
    b"[-9223372036854775809]": (
        "line 1, column 2 ([0]): the number -9223372036854775809 does not fit into 64 bits"
    ),
    b"[1e999]": "line 1, column 2 ([0]): the number 1e999 is too large",
    b"[" + b"9" * 5000 + b"]": "line 1, column 2 ([0]): a number of more than 1000 characters",
    b'{"a": "b\\u0000"}': (
        "line 1, column 9 (a): a text with NUL (\\u0000): a C string cannot hold NUL"
    ),
    b'{"\\u0000": 1}': "line 1, column 3: a text with NUL (\\u0000): a C string cannot hold NUL",
    b'["\\ud800"]': "line 1, column 3 ([0]): \\ud800 is half of a surrogate pair",
    b'["a", {"b": ["\\u0000"]}]': (
        "line 1, column 15 ([1].b[0]): a text with NUL (\\u0000): a C string cannot hold NUL"
    ),
    b'["\\ud83d\\ude00", x]': 'line 1, column 18 ([1]): expected a value, found "x"',
    b'["\\ud83d\\ud83d"]': "line 1, column 3 ([0]): \\ud83d is half of a surrogate pair",
    b'["\\udc00\\ud800"]': "line 1, column 3 ([0]): \\udc00 is half of a surrogate pair",
    b'["a\\qb"]': "line 1, column 4 ([0]): \\q does not start a JSON escape",
    b'["\\n\\u12"]': "line 1, column 5 ([0]): \\u does not start a JSON escape",
    b'["a': "line 1, column 2 ([0]): this text has no closing double quote",
    b'["a\\': "line 1, column 2 ([0]): this text has no closing double quote",
    b'["\\u00e9': "line 1, column 2 ([0]): this text has no closing double quote",
    b'["a\0b"]': "line 1, column 4 ([0]): a text with NUL: a C string cannot hold NUL",
    b"\xef\xbb\xbf{}": "line 1, column 1: expected a value, found a byte order mark",
    b'{"a": "b\xff"}': "line 1, column 9 (a): found the byte 0xFF, which is not UTF-8",
    b"\xff\xfe{": "line 1, column 1: expected a value, found the byte 0xFF, which is not UTF-8",
    b"[" * 100_000: "nested more than 64 levels deep",
    b'{"a":' * 100_000: "nested more than 64 levels deep",
}  # fmt: skip


@pytest.mark.parametrize(("body", "text"), FAULTS.items())
def test_a_fault_is_named_with_its_place(body: bytes, text: str) -> None:
    assert refusal(json, body).endswith(text)
    assert refusal(json, body) == text or "nested" in text


LENIENT = {
    b'{"a": 1,}': {"a": 1},
    b"[1, 2,\n]": [1, 2],
    b'{"a": [1,], "b": {"c": "d",},}': {"a": [1], "b": {"c": "d"}},
    b'// first\n{"a": 1 /* one */, /* two\n */ "b": 2, // last\n} // end': {"a": 1, "b": 2},
    b'{"a": 1} /* end */': {"a": 1},
    b'{"script": "#!/bin/sh\n\techo a, ] // b /* c\n",}': {"script": "#!/bin/sh\n\techo a, ] // b /* c\n"},
    b'["\\"// no comment", "a",]': ['"// no comment', "a"],
    b'["a\tb"]': ["a\tb"],
    b"{'a': 'b'}": {"a": "b"},
    b"{'a': 'say \"hi\" \\\\ \\\" // no',}": {"a": 'say "hi" \\ " // no'},
    b"['', \"it's\", 'a,]', /* it's */ 'None']": ["", "it's", "a,]", "None"],
    b"[True, FALSE, Null, 'True', \"NULL\"]": [True, False, None, "True", "NULL"],
}


@pytest.mark.parametrize("body", LENIENT)
def test_what_json_c_takes_beside_json_is_read(body: bytes) -> None:
    assert json.decode(body) == LENIENT[body]


def test_what_python_cannot_read_is_refused_without_a_place() -> None:
    """Where --max-depth allows more than Python's stack."""

    class Deep(Limits):
        max_depth = 1_000_000

    assert refusal(json, b"[" * 200_000, Deep()) == "the body is not a JSON document that can be read"


def test_a_place_is_found_behind_comments_and_last_commas() -> None:
    body = b'{/* "b": 0 */ "a": [1,],\n // "b"\n "b": {"c": [1, 2,],},}'
    assert json.locate(body, ("b", "c", 1)) == (3, 17)
    assert json.locate(body, ("a", 0)) == (1, 21)
    body = b"{'a': 'say \"hi\"\\n',\n 'b': {'c': True}}"
    assert json.locate(body, ("b", "c")) == (2, 13)


@pytest.mark.parametrize("mark", [b"/*", b"//", b"/*/", b",", b", ", b'"', b"'", b"TRUE", b"[,", b"/* */"])
def test_many_marks_are_read_in_linear_time(mark: bytes) -> None:
    """A reader that goes back for each of them would not end."""
    assert refusal(json, b"[1" + mark * 300_000)


def test_commas_in_texts_are_not_counted() -> None:
    assert json.decode(b'[",,,,[[[{{{"]', Small()) == [",,,,[[[{{{"]


def test_containers_next_to_each_other_are_not_depth() -> None:
    assert json.decode(b"[[], [], [], []]", Small()) == [[], [], [], []]


@pytest.mark.parametrize("number", [-(2**63), 2**63, 2**64 - 1])
def test_integers_of_64_bits_are_kept(number: int) -> None:
    assert number == json.decode(b"%d" % number)


def test_surrogate_pairs_are_one_character() -> None:
    assert json.decode(b'["\\ud83d\\uDE00"]') == ["😀"]


PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        "\\u0000",
        "\\ud800",
        "\\udc00",
        "0",
        "-",
        ".",
        "e",
        "1",
        " ",
        "\n",
        "\t",
        "true",
        "null",
        "NaN",
        '"a":1',
        "\0",
        "\ufeff",
        "é",
        "9" * 25,
        "1e400",
        "\\q",
        "\\u12",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_exact_reader_and_the_fast_one_agree(text: str) -> None:
    fault = _json_scan.Scan(text, LIMITS).fault()
    if fault is None:
        json.decode(text.encode())
    else:
        assert fault.text == refusal(json, text.encode())


BODY = '{"job":\n [{"tasks": 1},\n  {"x é": "é", "tasks" : "a"}], "n": 1}'.encode()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("job",), (2, 2)),
        (("job", 0), (2, 3)),
        (("job", 0, "tasks"), (2, 13)),
        (("job", 1, "x é"), (3, 11)),
        (("job", 1, "tasks"), (3, 26)),
        (("n",), (3, 38)),
        (("job", 2), None),
        (("job", "tasks"), None),
        (("n", 0), None),
        (("none",), None),
    ],
)
def test_a_value_is_found_by_its_path(path: tuple[str | int, ...], place: tuple[int, int] | None) -> None:
    assert place == json.locate(BODY, path)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a"', b"[1", b'{"a":x}'])
def test_nothing_is_found_in_what_is_no_document(body: bytes) -> None:
    assert json.locate(body, ("a", 1)) is None
