"""http.body: where a body ends, and its limits to the byte."""

from __future__ import annotations

import pytest

from restd_inet.http.body import Chunks, Length
from restd_inet.problems import Problem


def taken(chunks: Chunks, data: bytes) -> bytes:
    """What is passed on of data that arrives at once."""
    buffer = bytearray(data)
    out = b""
    while piece := chunks.take(buffer):
        out += piece
    assert not buffer
    return out


def refusal(chunks: Chunks, data: bytes) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        taken(chunks, data)
    return caught.value.status, caught.value.text


def test_a_body_of_a_length_takes_no_byte_more() -> None:
    buffer = bytearray(b"helloGET /")
    length = Length(5)
    assert (length.take(buffer), buffer, length.take(buffer)) == (b"hello", b"GET /", b"")
    assert length.truncated().text == "the body ended at byte 5 of 5."


def test_chunks_end_with_their_trailer() -> None:
    buffer = bytearray(b"A;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\nGET /")
    chunks = Chunks(10, 100, 2)
    out = b""
    while not out.endswith(b"T: v\r\n\r\n"):
        out += chunks.take(buffer)
    assert (out, buffer) == (b"a\r\n0123456789\r\n0\r\nT: v\r\n\r\n", b"GET /")
    assert chunks.truncated().text == "the body ended before its last chunk, after 10 announced bytes."


def test_sizes_are_hexadecimal_in_any_case() -> None:
    assert taken(Chunks(100, 10, 9), b"1E\r\n" + b"x" * 30 + b"\r\n") == b"1e\r\n" + b"x" * 30 + b"\r\n"


def test_the_sum_of_the_chunks_is_limited() -> None:
    assert taken(Chunks(10, 10, 9), b"5\r\nhello\r\n5\r\nhello\r\n")
    assert refusal(Chunks(9, 10, 9), b"5\r\nhello\r\n5\r\nhello\r\n") == (
        413,
        "the body is larger than 9 bytes.",
    )


def test_the_number_of_chunks_is_limited_the_last_counts() -> None:
    data = b"1\r\nx\r\n1\r\nx\r\n0\r\n\r\n"
    assert taken(Chunks(10, 10, 3), data)
    assert refusal(Chunks(10, 10, 2), data) == (413, "the body has more than 2 chunks (--max-chunks).")


def test_extensions_are_limited_together() -> None:
    data = b"1;ab=c\r\nx\r\n1;d\r\nx\r\n"  # 5 and 2 bytes
    assert taken(Chunks(10, 7, 9), data) == b"1\r\nx\r\n1\r\nx\r\n"
    assert refusal(Chunks(10, 6, 9), data) == (431, "the extensions of the body's chunks are too large.")


def test_the_trailer_is_limited_with_its_line_ends() -> None:
    data = b"0\r\nA: b\r\nC:\r\n\r\n"  # 6, 4 and 2 bytes
    assert taken(Chunks(10, 12, 9), data) == data
    assert refusal(Chunks(10, 11, 9), data) == (431, "the trailer section is too large.")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"A: b\n", "a line of the trailer section does not end with CR LF."),
        (b"\n", "a line of the trailer section does not end with CR LF."),
        (b"A\r\n", "a line of the trailer section is not 'Name: value'."),
        (b"A:b\x00\r\n", "a line of the trailer section is not 'Name: value'."),
    ],
)
def test_a_line_of_the_trailer_is_a_field(line: bytes, text: str) -> None:
    assert refusal(Chunks(10, 100, 9), b"0\r\n" + line) == (400, text)


def test_a_line_is_waited_for_up_to_its_limit() -> None:
    begun = b"1;a=" + b"b" * 4091
    buffer = bytearray(begun)
    chunks = Chunks(10, 9000, 9)
    assert (chunks.take(buffer), len(buffer)) == (b"", 4095)
    buffer += b"b"
    with pytest.raises(
        Problem, match=r"^\(400, 'a chunk size or trailer line is longer than 4096 bytes\.'\)$"
    ):
        chunks.take(buffer)
    assert taken(Chunks(10, 9000, 9), begun[:-2] + b"\r\nx\r\n") == b"1\r\nx\r\n"


def test_what_follows_a_chunk_is_waited_for() -> None:
    buffer = bytearray(b"2\r\nhi\r")
    chunks = Chunks(10, 10, 9)
    assert [chunks.take(buffer) for _ in range(3)] == [b"2\r\n", b"hi", b""]
    buffer += b"\n"
    assert chunks.take(buffer) == b"\r\n"
