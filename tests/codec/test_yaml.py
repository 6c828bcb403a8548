from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lacking
import pytest
from codec_values import INTEGERS, PHRASES, TEXTS, refusal
from hypothesis import example, given
from hypothesis import strategies as st
from places import REFERENCE
from ruamel.yaml import YAML

from restd_inet.codec import Limits, json, yaml
from restd_inet.codec._yaml_write import _MOST_LABELS
from restd_inet.problems import Problem

#: Answers of slurmrestd, kept beside the checkout.
CAPTURES = sorted((REFERENCE / "yaml").glob("*/*/*.yaml"))
ABSENT = pytest.param(
    Path(), marks=pytest.mark.skip(lacking.reference("what slurmrestd answered")), id="none"
)


def written(value: Any, dialect: int = 0, **style: bool) -> str:
    return b"".join(yaml.encode(value, dialect=dialect, **style)).decode()


def node(value: Any, dialect: int = 0) -> str:
    """How a value is written after "--- "."""
    return written(value, dialect).removeprefix("%YAML 1.1\n---").removesuffix("\n...\n").removeprefix(" ")


# Six decimals are written: these are exact.
REALS = st.integers(-(2**40), 2**40).map(lambda number: number / 64)
SCALARS = st.none() | st.booleans() | INTEGERS | REALS | TEXTS | PHRASES
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS | PHRASES, inner), max_leaves=20
)


@given(DOCUMENTS)
def test_what_is_written_reads_back_as_it_was(document: Any) -> None:
    assert document == yaml.decode(written(document).encode())


@given(DOCUMENTS)
def test_another_reader_reads_the_same(document: Any) -> None:
    assert document == YAML(typ="safe", pure=True).load(written(document))


@pytest.mark.parametrize("capture", CAPTURES or [ABSENT], ids=lambda path: "/".join(path.parts[-3:]))
def test_the_answers_of_slurmrestd_are_written_byte_for_byte(capture: Path) -> None:
    dialect = int(capture.parent.name.rpartition(".")[2])
    body = capture.read_bytes()
    if dialect <= 38:
        # In two accounting fields "" is a text, not a text that is not set: JSON has "" for both.
        body = body.replace(b"!!str\n", b"!!null null\n")
    assert body == written(yaml.decode(capture.read_bytes()), dialect).encode()


def test_the_answers_of_the_prototype_are_written_as_on_its_slides() -> None:
    answer = {"errors": [], "job_id": 115, "step_id": "BATCH", "job_submit_user_msg": None}
    assert written(answer, dialect=1) == (
        "%YAML 1.1\n"
        "---\n"
        "!!str errors: !!seq []\n"
        "!!str job_id: !!int 115\n"
        "!!str step_id: !!str BATCH\n"
        "!!str job_submit_user_msg: !!null null\n"
        "...\n"
    )


@pytest.mark.parametrize(
    ("dialect", "head"),
    [(0, "--- !!map\n"), (1, "---\n"), (35, "---\n"), (36, "--- !!map\n"), (45, "--- !!map\n")],
)
def test_the_document_has_a_tag_from_v0_0_36_on(dialect: int, head: str) -> None:
    assert written({"a": 1}, dialect) == f"%YAML 1.1\n{head}!!str a: !!int 1\n...\n"


@pytest.mark.parametrize(
    ("dialect", "text"), [(0, "!!str"), (1, "!!null null"), (38, "!!null null"), (39, "!!str"), (45, "!!str")]
)
def test_an_empty_text_is_null_up_to_v0_0_38(dialect: int, text: str) -> None:
    assert node([""], dialect).endswith(f"- {text}")


def test_nested_values_are_indented_as_by_libyaml() -> None:
    answer = {"a": {"b": [1, {"c": True, "d": []}, [2.5, [None]]], "e": {}}, "f": ["g"]}
    assert node(answer) == (
        "!!map\n"
        "!!str a: !!map\n"
        "  !!str b: !!seq\n"
        "  - !!int 1\n"
        "  - !!map\n"
        "    !!str c: !!bool true\n"
        "    !!str d: !!seq []\n"
        "  - !!seq\n"
        "    - !!float 2.500000\n"
        "    - !!seq\n"
        "      - !!null null\n"
        "  !!str e: !!map {}\n"
        "!!str f: !!seq\n"
        "- !!str g"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("yes", "yes"),
        ("-5", "-5"),
        ("a:b #c".replace(" ", ""), "a:b#c"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("it's", "it's"),
        ("*it's", "'*it''s'"),
        (" a", "' a'"),
        ("a ", "'a '"),
        ("-", "'-'"),
        ("--- a", "'--- a'"),
        (":", "':'"),
        ("a:", "'a:'"),
        ("a\nb", "'a\n\n  b'"),
        ("a \nb", '"a \\nb"'),
        ("a\tb", '"a\\tb"'),
        ("é\x7f\x85\xa0\u2028漢😀", '"\\xE9\\x7F\\N\\_\\L\\u6F22\\U0001F600"'),
        ('é"\\', '"\\xE9\\"\\\\"'),
    ],
)
def test_a_text_is_quoted_only_where_it_must_be(text: str, shown: str) -> None:
    assert node(text) == f"!!str {shown}"


def test_long_texts_are_folded_after_column_80() -> None:
    assert node({"a": "word " * 20 + "end"}) == (
        "!!map\n!!str a: !!str " + "word " * 13 + "word\n  " + "word " * 6 + "end"
    )


def test_long_keys_have_a_question_mark() -> None:
    assert node({"k" * 123: 1, "k" * 124: 2, "": 3, "a\nb": 4}) == (
        f"!!map\n!!str {'k' * 123}: !!int 1\n? !!str {'k' * 124}\n: !!int 2\n"
        "!!str '': !!int 3\n? !!str 'a\n\n  b'\n: !!int 4"
    )


def test_more_keys_than_are_kept_are_written_all() -> None:
    document = {f"key{number}": number for number in range(3 * _MOST_LABELS)}
    assert yaml.decode(written(document).encode()) == document


def test_a_byte_that_is_not_utf8_leaves_as_a_replacement_character() -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert node({name: name}) == '!!map\n!!str "caf\\uFFFD": !!str "caf\\uFFFD"'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_a_client_cannot_read_is_null(number: float) -> None:
    assert node([number]) == "!!seq\n- !!null null"


def libyaml_events(events: Any, value: Any, implicit: bool) -> Iterator[Any]:
    """The events that slurmrestd gives to libyaml. implicit: without tags."""
    tag = "tag:yaml.org,2002:"
    if isinstance(value, dict):
        yield events.MappingStartEvent(None, tag + "map", implicit)
        for key, item in value.items():
            yield from libyaml_events(events, key, implicit)
            yield from libyaml_events(events, item, implicit)
        yield events.MappingEndEvent()
    elif isinstance(value, list):
        yield events.SequenceStartEvent(None, tag + "seq", implicit)
        for item in value:
            yield from libyaml_events(events, item, implicit)
        yield events.SequenceEndEvent()
    else:
        kinds = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}
        text = {type(None): "null", bool: str(value).lower(), str: value}.get(type(value), str(value))
        text = f"{value:f}" if isinstance(value, float) else text
        yield events.ScalarEvent(None, tag + kinds[type(value)], (implicit, implicit), text)


@pytest.mark.parametrize("pretty", [True, False])
@pytest.mark.parametrize("tags", [True, False])
@given(document=DOCUMENTS)
@example(
    document={"a": [[1, [], {}], {"b": {"c": "d e"}}, {"x" * 130: [{"f": [2]}]}, {"y " * 70: {"g": ""}}]}
)
@example(document=[["word " * 40], {"text": "it's\t" * 40}])
def test_libyaml_writes_the_same(document: Any, tags: bool, pretty: bool) -> None:
    libyaml = pytest.importorskip("yaml", reason=lacking.python_package("PyYAML"))
    if not libyaml.__with_libyaml__:
        pytest.skip(lacking.machine("PyYAML is without libyaml", "pip install --force-reinstall PyYAML"))
    head = [
        libyaml.StreamStartEvent(encoding="utf-8"),
        libyaml.DocumentStartEvent(explicit=True, version=(1, 1)),
    ]
    tail = [libyaml.DocumentEndEvent(explicit=True), libyaml.StreamEndEvent()]
    events = [*head, *libyaml_events(libyaml, document, not tags), *tail]
    expected = libyaml.emit(events, Dumper=libyaml.CDumper, width=80 if pretty else -1)
    assert expected == written(document, tags=tags, pretty=pretty)
    assert expected == written(streamed(document), tags=tags, pretty=pretty)


def streamed(value: Any) -> Any:
    """The value with an iterator for every list."""
    if isinstance(value, dict):
        return {key: streamed(item) for key, item in value.items()}
    return iter([streamed(item) for item in value]) if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("text", "in_11", "in_12"),
    [
        ("yes", True, "yes"),
        ("off", False, "off"),
        ("y", "y", "y"),
        ("true", True, True),
        ("FALSE", False, False),
        ("~", None, None),
        ("", None, None),
        ("null", None, None),
        ("017", 15, 17),
        ("0o17", "0o17", 15),
        ("0x1F", 31, 31),
        ("0b11", 3, "0b11"),
        ("1_000", 1000, "1_000"),
        ("-12", -12, -12),
        ("+12", 12, 12),
        ("1.5", 1.5, 1.5),
        ("-.5", -0.5, -0.5),
        ("1e3", "1e3", 1000.0),
        ("1.0e+3", 1000.0, 1000.0),
        ("089", "089", 89),
        ("12:30:45", "12:30:45", "12:30:45"),
        ("1-00:00:00", "1-00:00:00", "1-00:00:00"),
        ("2026-01-01", "2026-01-01", "2026-01-01"),
        ("host[1-3]", "host[1-3]", "host[1-3]"),
        ("'017'", "017", "017"),
        ("! 017", "017", "017"),
        ("!!str 017", "017", "017"),
        ("!!str", "", ""),
        ("!!int 17", 17, 17),
        ("!!float 4.000000", 4.0, 4.0),
        ("!!float 4", 4.0, 4.0),
        ("!!float 017", 15.0, 17.0),
        ("!!bool true", True, True),
        ("!!null null", None, None),
        ("!!seq [1]", [1], [1]),
        ("!!map {}", {}, {}),
        ("&anchor 5", 5, 5),
        ("18446744073709551615", 2**64 - 1, 2**64 - 1),
        ("-9223372036854775808", -(2**63), -(2**63)),
        ('"\\ud83d\\ude00"', "😀", "😀"),
    ],
)
def test_a_value_means_what_its_version_of_yaml_says(text: str, in_11: Any, in_12: Any) -> None:
    for head, expected in (("%YAML 1.1\n---\n", in_11), ("", in_12), ("%YAML 1.2\n---\n", in_12)):
        value = yaml.decode(f"{head}a: {text}\n".encode())["a"]
        assert (type(expected), expected) == (type(value), value)


FAULTS = {
    b"": "the body is empty; expected a YAML document",
    b"# nothing\n": "the body is empty; expected a YAML document",
    b"---\n...\n": "the body is empty; expected a YAML document",
    b"job:\n  name: a\n  name: b\n": 'line 3, column 3: the key "name" appears twice in job',
    b"{a: 1, 'a': 2}": 'line 1, column 8: the key "a" appears twice in the document',
    b"job:\n- a: 1\n- b: *x\n": (
        "line 3, column 6 (job[1].b): the alias *x is not accepted; write the value itself"
    ),
    b"<<: {a: 1}": "line 1, column 1: the merge key << is not accepted; write the keys themselves",
    b"--- 1\n--- 2\n": "line 2, column 1: a second document; expected one",
    b"a: {1: 2}": 'line 1, column 5 (a): the key 1 is not a text; quote it: "1"',
    b"%YAML 1.1\n---\non: 2": 'line 3, column 1: the key on is not a text; quote it: "on"',
    b"? [a]\n: b": "line 1, column 3: a key must be a text, not a mapping or a sequence",
    b"a: !!binary aGk=": (
        "line 1, column 4 (a): the tag !!binary is not accepted here; "
        "expected !!str, !!int, !!float, !!bool, !!null or none"
    ),
    b"a: !!set {b}": (
        "line 1, column 4 (a): the tag !!set is not accepted here; expected !!map or none"
    ),
    b"a: !!str [b]": (
        "line 1, column 4 (a): the tag !!str is not accepted here; expected !!seq or none"
    ),
    b"!!python/object/new:os.system [id]": (
        "line 1, column 1: the tag !!python/object/new:os.system is not accepted here; "
        "expected !!seq or none"
    ),
    b"- !mine b": (
        'line 1, column 3 ([0]): the tag "!mine" is not accepted here; '
        "expected !!str, !!int, !!float, !!bool, !!null or none"
    ),
    b"a: !!int b": 'line 1, column 4 (a): "b" is not what its tag !!int says',
    b"%YAML 1.1\n---\na: 0x_": 'line 3, column 4 (a): "0x_" is not a number',
    b"a: .nan": "line 1, column 4 (a): .nan is not a number that can be written in JSON or held by Slurm",
    b"a: -.inf": "line 1, column 4 (a): -.inf is not a number that can be written in JSON or held by Slurm",
    b"a: 1e999": "line 1, column 4 (a): the number 1e999 is too large",
    b"a: 18446744073709551616": (
        "line 1, column 4 (a): the number 18446744073709551616 does not fit into 64 bits"
    ),
    b"a: " + b"9" * 5000: "line 1, column 4 (a): a number of more than 1000 characters",
    b'a: "b\\0"': "line 1, column 4 (a): a text with NUL: a C string cannot hold NUL",
    b'a: "\\ud800"': "line 1, column 4 (a): a text with half of a surrogate pair",
    b"a: b\xff": "line 1, column 5: the byte 0xFF is not UTF-8",
    b"a: b\n c: \x01": "line 2, column 5: YAML does not allow the character U+0001",
    b"a: b: c": "line 1, column 5: mapping values are not allowed here",
    b"a: [1, 2": (
        "line 1, column 9 (a[2]): while parsing a flow sequence, expected ',' or ']', but got '<stream end>'"
    ),
    b'a:\n- "\\U99999999"': "line 2, column 1 or after: not YAML that can be read",
}  # fmt: skip


@pytest.mark.parametrize(("body", "text"), FAULTS.items())
def test_a_fault_is_named_with_its_place(body: bytes, text: str) -> None:
    assert text == re.sub(r"(?<=column )\d+(?= or after)", "1", refusal(yaml, body))


@pytest.mark.parametrize("piece", [b"[", b"{a: ", b"- ", b"[{a: ", b"? "])
def test_deep_nesting_is_refused(piece: bytes) -> None:
    assert re.search("nested more than 64 levels|a key must be a text", refusal(yaml, piece * 5000))


BODY = """%YAML 1.1
---
job:
- tasks: 1
- {x é: "é", tasks: a}
- !!map
  !!str tasks: !!str b
n: [
 1]
""".encode()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (3, 1)),
        (("job",), (4, 1)),
        (("job", 0), (4, 3)),
        (("job", 0, "tasks"), (4, 10)),
        (("job", 1), (5, 3)),
        (("job", 1, "x é"), (5, 9)),
        (("job", 1, "tasks"), (5, 21)),
        (("job", 2, "tasks"), (7, 16)),
        (("n", 0), (9, 2)),
        (("job", 3), None),
        (("n", "a"), None),
        (("none",), None),
    ],
)
def test_a_value_is_found_by_its_path(path: tuple[str | int, ...], place: tuple[int, int] | None) -> None:
    assert place == yaml.locate(BODY, path)


@pytest.mark.parametrize("body", [b"", b"[", b"\xff", b"a: *b"])
def test_nothing_is_found_in_what_is_no_document(body: bytes) -> None:
    assert yaml.locate(body, ("a", 1)) is None


def test_what_takes_longer_than_json_has_limits_of_its_own() -> None:
    class Few(Limits):
        max_yaml = 40
        max_yaml_items = 3

    assert yaml.decode(b"[1, 2, 3]", Few()) == [1, 2, 3]
    with pytest.raises(Problem) as many:
        yaml.decode(b"[1, 2, 3, 4]", Few())
    assert (many.value.status, "--max-yaml-items" in many.value.text) == (400, True)
    with pytest.raises(Problem) as large:
        yaml.decode(b"a: " + b"b" * 38, Few())
    assert (large.value.status, "--max-yaml" in large.value.text) == (413, True)


# Long lists, whose JSON is made in C (slurm.json_writer), become YAML in C.


class Rows:
    """A list as an answer holds it: its records one by one, or their JSON in pieces of some records."""

    def __init__(self, records: list[Any], piece: int = 3) -> None:
        self._records = iter(records)
        self._pieces = [records[start : start + piece] for start in range(0, len(records), piece)]

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._records)

    def json(self) -> Iterator[bytes]:
        for number, piece in enumerate(self._pieces, 1):
            text = b",".join(b"".join(json.encode(record)).removesuffix(b"\n") for record in piece)
            yield text + (b"," if number < len(self._pieces) else b"")


LINES = st.text(st.sampled_from(" :#-'\"\\,.\nabé\t\x7f😀?[]{}!&*%@`|>\u2028"), max_size=200)


@given(
    st.lists(DOCUMENTS | LINES | st.dictionaries(LINES, LINES), max_size=8),
    st.sampled_from([1, 35, 38, 39, 45]),
    st.booleans(),
    st.booleans(),
)
def test_a_list_in_c_is_that_of_python(records: list[Any], dialect: int, pretty: bool, tags: bool) -> None:
    def text(value: Any) -> str:
        return written(value, dialect, pretty=pretty, tags=tags)

    assert text(Rows(records)) == text(records)
    assert text({"jobs": Rows(records), "errors": []}) == text({"jobs": records, "errors": []})


@pytest.mark.parametrize(
    "text", ["", "-", "---", "--- a", "...", ":", "a:", "a: b", "a#", "a #b", "?", "? a", "~", "x" * 300]
)
@pytest.mark.parametrize("more", ["", " ", " and so on" * 9, "'", "\n"])
def test_a_text_in_c_is_that_of_python(text: str, more: str) -> None:
    records = [text + more, {text + more: [more + text, {}, [], None, -0.0, 1e300, 2**64 - 1]}]
    assert written(Rows(records)) == written(records)


@pytest.mark.parametrize(
    "broken",
    [b'"', b'"\\', b'"\\u12', b"{", b'{"a"', b'{"a":', b"[", b"[1", b"tru", b"1 2", b"x", b"]", b"[" * 200],
)
def test_what_is_no_json_is_no_yaml(broken: bytes) -> None:
    rows = Rows([])
    rows.json = lambda: iter([broken])  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="not the JSON"):
        written(rows)
