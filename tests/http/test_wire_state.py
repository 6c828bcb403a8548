"""http.wire between the bytes: what is read, left and released, chunk by chunk; targets and answers alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from wire_cases import LIMITS, PLAIN_GET, get, post, talk

from restd_inet.http import response_head
from restd_inet.http import target as targets
from restd_inet.http.wire import _CHUNK_BYTES, Wire
from restd_inet.message import Response


class Body:
    """Of an answer: shows whether it was released."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter((b"one", b"two"))

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize(("method", "status"), [(b"HEAD", 200), (b"GET", 304), (b"GET", 204)])
def test_a_body_that_is_not_sent_is_released(method: bytes, status: int) -> None:
    body = Body()
    output, _ = talk([get(method + b" /a HTTP/1.1")], handle=lambda request: Response(status, [], body))
    assert (output.rpartition(b"\r\n\r\n")[2], body.closed) == (b"", 1)


@pytest.mark.parametrize(
    ("pieces", "chunks"),
    [
        ((b"x" * _CHUNK_BYTES, b"y"), (b"8000\r\n", b"1\r\n")),
        ((b"x" * (_CHUNK_BYTES - 1), b"y" * 11, b"z" * 10), (b"800a\r\n", b"a\r\n")),
    ],
)
def test_a_chunk_is_sent_once_it_is_large_enough(
    pieces: tuple[bytes, ...], chunks: tuple[bytes, ...]
) -> None:
    output, _ = talk([PLAIN_GET], handle=lambda request: Response(200, [], iter(pieces)))
    lines = re.findall(rb"(?:^|\r\n)([0-9a-fA-F]+\r\n)", output.partition(b"\r\n\r\n")[2])
    assert tuple(lines) == (*chunks, b"0\r\n")


def begun(data: bytes) -> Wire:
    """A connection that has given a request of this data."""
    wire = Wire(LIMITS)
    wire.receive(data)
    assert wire.request(bytes) is not None
    return wire


def test_nothing_is_left_to_read_after_a_request_without_a_body() -> None:
    assert not begun(PLAIN_GET).unread
    assert begun(post(b"Content-Length: 5", b"hel")).unread


def test_a_body_is_skipped_once_it_is_here() -> None:
    wire = begun(post(b"Content-Length: 5", b"hel"))
    assert not wire.skip()
    wire.receive(b"loGET")
    assert wire.skip()
    assert wire.unserved() == b"GET"


def test_what_is_handed_on_is_the_request_and_what_follows_it() -> None:
    wire = begun(PLAIN_GET + b"GET /b")
    assert wire.unserved() == PLAIN_GET + b"GET /b"
    assert wire.skip()
    assert wire.unserved() == b"GET /b"


def test_an_answer_may_come_between_requests() -> None:
    """408, after the last request was answered."""
    wire = begun(PLAIN_GET)
    assert wire.skip()
    wire.receive(b"GET /b")
    assert b"".join(wire.respond(Response(408, [], b"late"))).endswith(b"Connection: close\r\n\r\nlate")


@pytest.mark.parametrize(("length", "waits"), [(0, False), (1, True), (5, True)])
def test_a_client_that_waits_is_told_to_continue_if_there_is_a_body(length: int, waits: bool) -> None:
    wire = begun(post(b"Expect: 100-continue\r\nContent-Length: %d" % length))
    assert bool(wire.continue_()) is waits


def test_several_authorizations_are_all_given_to_the_method() -> None:
    """Which answers 401."""
    wire = Wire(LIMITS)
    wire.receive(get(b"GET /a HTTP/1.1", b"Authorization: Bearer a", b"Authorization: Bearer b"))
    request = wire.request(bytes)
    assert request is not None
    assert request.headers["authorization"] == "Bearer a, Bearer b"


@pytest.mark.parametrize(
    ("target", "local"),
    [
        ("/a?b#c", "/a?b#c"),
        ("http://h", "/"),
        ("http://h/a", "/a"),
        ("http://hX/a", "/a"),
        ("http://h?q", "/?q"),
        ("http://h#f", "/#f"),
        ("https://h/a?u=ftp://x/y", "/a?u=ftp://x/y"),
    ],
)
def test_the_host_of_a_target_is_left_out(target: str, local: str) -> None:
    assert targets.local(target) == local


def test_a_status_without_a_name_and_a_value_beyond_latin_1_are_sent() -> None:
    head = response_head.head(299, [("Warning", "\u6f22 \xe9")], None, None)
    assert head.startswith(b"HTTP/1.1 299 Unknown\r\n")
    assert head.endswith(b"\r\nWarning: ? \xe9\r\n\r\n")


def test_what_is_kept_of_a_head_is_for_the_same_head_alone() -> None:
    wire = Wire(LIMITS)

    def ask(target: bytes) -> dict[str, object]:
        wire.receive(get(b"GET " + target + b" HTTP/1.1"))
        request = wire.request(bytes)
        assert request is not None
        list(wire.respond(Response(200, [], b"")))
        assert wire.skip()
        return request.kept

    first = ask(b"/a")
    first["of"] = "/a"
    assert ask(b"/a") == {"of": "/a"}
    assert ask(b"/b") == {}
    assert ask(b"/a") == {}


class Known(Body):
    """A body whose length is known before it is read."""

    length = 6


@pytest.mark.parametrize(("method", "sent", "closed"), [(b"GET", b"onetwo", 0), (b"HEAD", b"", 1)])
def test_a_body_of_a_known_length_is_announced_also_where_it_is_not_sent(
    method: bytes, sent: bytes, closed: int
) -> None:
    body = Known()
    output, _ = talk([get(method + b" /a HTTP/1.1")], handle=lambda request: Response(200, [], body))
    head, _, rest = output.partition(b"\r\n\r\n")
    assert (rest, body.closed) == (sent, closed)
    assert b"Content-Length: 6" in head
    assert b"Transfer-Encoding" not in head


def test_each_piece_of_a_live_answer_is_a_chunk_and_an_empty_one_is_none() -> None:
    """An empty chunk would be the end."""
    pieces = (b"one", b"", b"x" * 26)

    def handle(request: object) -> Response:
        response = Response(200, [], iter(pieces))
        response.live = True
        return response

    output, _ = talk([PLAIN_GET], handle=handle)
    body = output.partition(b"\r\n\r\n")[2]
    assert body == b"3\r\none\r\n1a\r\n" + b"x" * 26 + b"\r\n0\r\n\r\n"
