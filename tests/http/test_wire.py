"""http.wire: every case of wire_cases whole, byte by byte and pipelined; then what a table cannot say."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import h11
import pytest
import wire_cases
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_cases import (
    ACCEPTED,
    BAD,
    GOT,
    LIMITS,
    OK,
    PLAIN_GET,
    REFUSED,
    TRUNCATED,
    Case,
    get,
    post,
    talk,
    undated,
)

from restd_inet.http.response_head import http_date
from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Request, Response
from restd_inet.problems import Problem

EVERYTHING = ACCEPTED + REFUSED + TRUNCATED
BEFORE = get(b"GET /before HTTP/1.1")
BEFORE_ANSWER = wire_cases.answer(OK, b"GET /before - 1.1 \n")
AFTER_ANSWER = wire_cases.answer(OK, f"{GOT}\n".encode())


def modes(cases: tuple[Case, ...]) -> list[object]:
    """Each case on a socket (strict) and on a pipe (lenient), where it holds."""
    return [
        pytest.param(case, mode == "strict", id=f"{case.name}, {mode}")
        for case in cases
        for mode in ("strict", "lenient")
        if case.mode in ("both", mode)
    ]


def expected(case: Case, output: bytes) -> bytes:
    """The exact answer; of a refusal's text only a part is in the table."""
    connection = "" if case.goes_on else "close"
    if case in ACCEPTED:
        return wire_cases.answer(case.status, f"{case.text}\n".encode(), connection)
    body = output.partition(b"\r\n\r\n")[2]
    assert case.text in body.decode()
    return wire_cases.answer(case.status, body, "close", "text/plain; charset=utf-8")


every = pytest.mark.parametrize("case, strict", modes(EVERYTHING))


@every
def test_a_request_gets_its_answer(case: Case, strict: bool) -> None:
    output, wire = talk([case.request], strict)
    assert undated(output) == expected(case, output)
    assert wire.keep_alive == case.goes_on
    refused = case not in ACCEPTED
    assert wire.broken == (refused and case.status[:3] not in ("413", "417", "501"))


def test_the_texts_of_refusals_are_those_of_the_file() -> None:
    """Whole: the table of cases has parts of them."""
    found = set()
    for case in REFUSED + TRUNCATED:
        output, _ = talk([case.request], strict=case.mode != "lenient")
        found.add(output.rpartition(b"\r\n\r\n")[2].decode().rstrip("\n"))
    assert found == set((Path(__file__).parent / "refusals.txt").read_text().splitlines())


@every
def test_a_request_byte_by_byte_gets_the_same_answer(case: Case, strict: bool) -> None:
    pieces = [bytes((byte,)) for byte in case.request]
    output, _ = talk(pieces, strict)
    final = undated(output).replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")
    assert final == undated(talk([case.request], strict)[0])


@every
def test_a_request_behind_another_gets_the_same_answer(case: Case, strict: bool) -> None:
    alone, _ = talk([case.request], strict)
    output, _ = talk([BEFORE + case.request], strict)
    assert undated(output) == BEFORE_ANSWER + undated(alone)


@pytest.mark.parametrize("case, strict", modes(ACCEPTED + REFUSED))
def test_a_request_after_it_is_answered_only_if_the_connection_goes_on(case: Case, strict: bool) -> None:
    alone, _ = talk([case.request], strict)
    output, _ = talk([case.request + PLAIN_GET], strict)
    assert undated(output) == undated(alone) + (AFTER_ANSWER if case.goes_on else b"")


# Whether 100 Continue is sent depends on the cut.
CUTS = [case for case in EVERYTHING if case.mode != "strict" and b"Expect" not in case.request]


@settings(max_examples=3 * settings.default.max_examples)
@given(st.sampled_from(CUTS), st.sampled_from(CUTS), st.lists(st.integers(0, 1 << 16), max_size=12))
def test_any_cut_of_two_requests_gives_the_same_answers(first: Case, second: Case, cuts: list[int]) -> None:
    data = first.request + second.request
    at = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    pieces = [data[start:end] for start, end in pairwise(at)]
    output, wire = talk(pieces, strict=False)
    whole, whole_wire = talk([data], strict=False)
    assert (undated(output), wire.broken, wire.keep_alive) == (
        undated(whole), whole_wire.broken, whole_wire.keep_alive,
    )  # fmt: skip


KEPT = [case for case in CUTS if case in ACCEPTED and case.goes_on]


@given(st.lists(st.sampled_from(KEPT), min_size=2, max_size=6))
def test_requests_that_repeat_each_other_are_each_answered(cases: list[Case]) -> None:
    output, _ = talk([case.request for case in cases], strict=False)
    alone = [undated(talk([case.request], strict=False)[0]) for case in cases]
    assert undated(output) == b"".join(alone)


def test_a_head_that_is_sent_again_is_the_same_request() -> None:
    """The second is not parsed; neither a longer nor a shorter one is taken for it."""
    wire = Wire(Limits())
    found = []
    for target in ("/one", "/one", "/oneself", "/one", "/one"):
        wire.receive(get(f"GET {target} HTTP/1.1".encode(), f"X-Slurm-User-Token: {target}".encode()))
        request = wire.request(bytes)
        assert request is not None
        found.append((request.target, request.headers["x-slurm-user-token"], request.path))
        request.headers.clear()  # no two requests share them
        list(wire.respond(Response(200, [], b"")))
        assert wire.skip()
    one, other = ("/one", "/one", ("one",)), ("/oneself", "/oneself", ("oneself",))
    assert found == [one, one, other, one, one]


def test_no_input_is_a_normal_end() -> None:
    for nothing in ([], [b"\r\n"], [b"\n", b"\n"], [b"\r"]):
        output, wire = talk(nothing)
        assert (output, wire.ended, wire.broken) == (b"", True, False)


def test_headers_are_lower_case_and_repeated_fields_are_joined() -> None:
    seen: list[Request] = []

    def handle(request: Request) -> Response:
        seen.append(request)
        return Response(200, [])

    talk([get(b"GET http://h/a/?q HTTP/1.1", b"ACCEPT: a \t", b"Accept:\tb", b"X: \xe9")], handle=handle)
    request = seen[0]
    assert request.headers == {"host": "h", "accept": "a, b", "x": "é"}
    assert (request.target, request.path, request.query) == ("http://h/a/?q", ("a",), "q")


@pytest.mark.parametrize(
    "name, value",
    [
        ("Content-Type", "application/json"),
        ("Content-Encoding", "gzip"),
        ("Authorization", "Bearer a.b.c"),
        ("X-SLURM-USER-TOKEN", "a.b.c"),
        ("X-SLURM-USER-NAME", "fred"),
        ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("If-Range", '"a, b"'),
    ],
)
@pytest.mark.parametrize("lines", ["{0}: {1}\r\n{0}: {1} ", "{0}: {1}\r\n{0}:\t{1}\r\n{0}: {1}"])
def test_equal_values_of_a_singleton_are_one(name: str, value: str, lines: str) -> None:
    seen: list[Request] = []

    def handle(request: Request) -> Response:
        seen.append(request)
        return Response(200, [])

    talk([get(b"GET /a HTTP/1.1", lines.format(name, value).encode())], handle=handle)
    assert [request.headers[name.lower()] for request in seen] == [value]


@pytest.mark.parametrize("name", ["Content-Type", "X-SLURM-USER-TOKEN", "Authorization"])
def test_equal_values_that_a_proxy_has_joined_are_one(name: str) -> None:
    seen: list[Request] = []

    def handle(request: Request) -> Response:
        seen.append(request)
        return Response(200, [])

    talk([get(b"GET /a HTTP/1.1", name.encode() + b": b/c, b/c")], handle=handle)
    assert seen[0].headers[name.lower()] == "b/c"


def test_values_of_a_list_are_all_kept() -> None:
    seen: list[Request] = []

    def handle(request: Request) -> Response:
        seen.append(request)
        return Response(200, [])

    lines = (b'If-None-Match: "a"', b'If-None-Match: "b"', b'If-None-Match: "a"')
    talk([get(b"GET /a HTTP/1.1", *lines)], handle=handle)
    assert seen[0].headers["if-none-match"] == '"a", "b", "a"'


def test_http_1_0_is_kept_open_if_it_asks() -> None:
    request = b"GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
    output, _ = talk([request + request])
    assert undated(output) == 2 * wire_cases.answer(OK, b"GET /a - 1.0 \n", "keep-alive")


def test_the_last_answer_of_a_connection_closes_it() -> None:
    output, wire = talk([PLAIN_GET * 3], limits=Limits(requests=2))
    body = f"{GOT}\n".encode()
    assert undated(output) == wire_cases.answer(OK, body) + wire_cases.answer(OK, body, "close")
    assert not wire.keep_alive


class TestContinue:
    request = post(b"Expect: 100-Continue\r\nContent-Length: 5")
    done = wire_cases.answer(OK, b"POST /p - 1.1 hello\n")

    def test_is_sent_when_the_body_is_asked_for(self) -> None:
        output, _ = talk([self.request, b"hello"])
        assert undated(output) == b"HTTP/1.1 100 Continue\r\n\r\n" + self.done

    def test_is_not_sent_when_the_body_is_there(self) -> None:
        assert undated(talk([self.request + b"he", b"llo"])[0]) == self.done
        chunked = self.request.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked")
        assert undated(talk([chunked + b"5", b"\r\nhello\r\n0\r\n\r\n"])[0]) == self.done

    def test_is_not_sent_when_the_body_is_not_asked_for(self) -> None:
        output, _ = talk([self.request.replace(b"/p", b"/unread"), b"hello"])
        assert output.startswith(b"HTTP/1.1 403 ")
        assert b"Connection: close\r\n" in output

    def test_is_not_sent_for_a_body_that_is_too_large(self) -> None:
        output, _ = talk([self.request.replace(b": 5", b": 51"), b"x" * 51])
        assert output.startswith(b"HTTP/1.1 413 ")

    def test_is_never_sent_to_http_1_0(self) -> None:
        output, _ = talk([self.request.replace(b"HTTP/1.1", b"HTTP/1.0"), b"hello"])
        assert output.startswith(b"HTTP/1.1 200 ")


class TestFraming:
    stream = b"one two three\n"

    def test_a_stream_is_chunked_on_a_socket(self) -> None:
        output, wire = talk([get(b"GET /stream HTTP/1.1")])
        assert undated(output) == (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\nDate: now\r\n\r\n"
            b"e\r\none two three\n\r\n0\r\n\r\n"
        )
        assert wire.keep_alive

    def test_a_long_stream_has_many_chunks(self) -> None:
        pieces = [b"%5d" % n for n in range(20000)]
        output, _ = talk([PLAIN_GET], handle=lambda _: Response(200, [], iter(pieces)))
        head, _, rest = output.partition(b"\r\n\r\n")
        assert b"Transfer-Encoding: chunked" in head
        body = b""
        count = 0
        while not rest.startswith(b"0\r\n"):
            size, _, rest = rest.partition(b"\r\n")
            body += rest[: int(size, 16)]
            rest = rest[int(size, 16) :].removeprefix(b"\r\n")
            count += 1
        assert (body, rest) == (b"".join(pieces), b"0\r\n\r\n")
        assert 2 <= count <= 10

    def test_a_stream_has_a_length_on_a_pipe(self) -> None:
        output, _ = talk([get(b"GET /stream HTTP/1.1")], chunked=False)
        assert undated(output) == wire_cases.answer(OK, self.stream)

    def test_a_stream_to_http_1_0_ends_with_the_connection(self) -> None:
        output, wire = talk([b"GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + PLAIN_GET])
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: now\r\nConnection: close\r\n\r\n"
        assert undated(output) == head + self.stream
        assert not wire.keep_alive

    def test_a_list_has_a_length_everywhere(self) -> None:
        output, _ = talk([PLAIN_GET], handle=lambda _: Response(200, [wire_cases.TEXT], [b"a", b"b"]))
        assert undated(output) == wire_cases.answer(OK, b"ab")

    def test_head_has_the_length_of_get_and_no_body(self) -> None:
        output, _ = talk([get(b"HEAD /a HTTP/1.1")])
        assert undated(output) == wire_cases.answer(OK, b"HEAD /a - 1.1 \n").removesuffix(b"HEAD /a - 1.1 \n")

    def test_head_of_a_stream_reads_none_of_it(self) -> None:
        def endless() -> object:
            raise AssertionError("read")
            yield b""

        output, _ = talk(
            [get(b"HEAD /a HTTP/1.1") + get(b"BREW /a HTTP/1.1")],
            chunked=True,
            handle=lambda request: Response(200, [], endless() if request.method == "HEAD" else b"x"),  # type: ignore[arg-type]
        )
        assert undated(output).startswith(b"HTTP/1.1 200 OK\r\nDate: now\r\n\r\nHTTP/1.1 200 OK\r\n")

    def test_head_on_a_pipe_has_the_length_that_get_would_have(self) -> None:
        output, _ = talk(
            [get(b"HEAD /a HTTP/1.1")],
            chunked=False,
            handle=lambda request: Response(200, [], iter([b"ab", b"c"])),
        )
        assert undated(output) == b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nDate: now\r\n\r\n"

    @pytest.mark.parametrize("status", [204, 304])
    def test_statuses_without_a_body_have_none(self, status: int) -> None:
        output, _ = talk([PLAIN_GET], handle=lambda _: Response(status, [("ETag", '"x"')], b"body"))
        assert output.endswith(b'GMT\r\nETag: "x"\r\n\r\n')
        assert b"Content-Length" not in output

    def test_a_handler_cannot_set_the_framing_or_end_a_line(self) -> None:
        allow = ("Allow", "GET\r\nSet-Cookie: a")
        headers = [("Connection", "x"), ("content-length", "9"), allow, wire_cases.TEXT]
        output, _ = talk([PLAIN_GET], handle=lambda _: Response(200, headers, b"body"))
        assert undated(output) == (
            b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: text/plain\r\nDate: now\r\n"
            b"Allow: GET  Set-Cookie: a\r\n\r\nbody"
        )

    def test_a_failed_body_can_be_answered_otherwise_while_nothing_was_sent(self) -> None:
        def broken() -> object:
            raise Problem(503, "down")
            yield b""

        wire = Wire(LIMITS, strict=False, chunked=False)
        wire.receive(PLAIN_GET)
        assert wire.request(lambda: b"") is not None
        with pytest.raises(Problem):
            list(wire.respond(Response(200, [], broken())))  # type: ignore[arg-type]
        wire.fail(Problem(503, "down"))
        assert b"".join(wire.respond(Response(503, [], b"down"))).startswith(b"HTTP/1.1 503 ")


def test_a_body_that_breaks_while_it_is_skipped_gets_no_second_answer() -> None:
    request = get(b"POST /unread HTTP/1.1", b"Transfer-Encoding: chunked") + b"zz\r\n" + PLAIN_GET
    output, wire = talk([request])
    assert output.count(b"HTTP/1.1 ") == 1
    assert wire.broken


def test_unread_chunks_beyond_the_limit_end_the_connection() -> None:
    request = get(b"POST /unread HTTP/1.1", b"Transfer-Encoding: chunked") + b"a\r\n0123456789\r\n" * 6
    output, wire = talk([request + b"0\r\n\r\n" + PLAIN_GET])
    assert output.count(b"HTTP/1.1 ") == 1
    assert not wire.keep_alive


def test_a_large_body_is_read_whole() -> None:
    body = bytes(range(256)) * 4096
    sizes: list[int] = []

    def handle(request: Request) -> Response:
        received = request.read()
        assert received in (body, b"")
        sizes.append(len(received))
        return Response(200, [])

    head = get(b"POST /p HTTP/1.1", b"Content-Length: %d" % len(body))
    data = head + body + PLAIN_GET
    pieces = [data[at : at + 65536] for at in range(0, len(data), 65536)]
    talk(pieces, limits=Limits(), handle=handle)
    assert sizes == [len(body), 0]


def test_the_date_is_an_imf_fixdate() -> None:
    assert http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert http_date(951782400) == "Tue, 29 Feb 2000 00:00:00 GMT"


def test_what_the_default_limits_are() -> None:
    limits = Limits()
    assert (limits.header_bytes, limits.target_bytes, limits.body_bytes, limits.requests) == (
        131072, 65536, 52428800, 1000,
    )  # fmt: skip


def test_a_refusal_is_a_bad_request() -> None:
    assert talk([b"\r\n\r\n\0"])[0].startswith(f"HTTP/1.1 {BAD}\r\n".encode())


def test_a_body_of_too_many_chunks_is_refused_wherever_it_is_cut() -> None:
    limits = Limits(chunks=3)
    for size in (1, 7, 1000):
        wire = Wire(limits)
        data = POST_CHUNKED + b"1\r\na\r\n" * 4 + b"0\r\n\r\n"
        with pytest.raises(Problem) as refused:
            for at in range(0, len(data), size):
                wire.receive(data[at : at + size])
                wire.request(bytes) if wire._head is None else None
                while wire._head is not None and wire.body():
                    pass
        assert (refused.value.status, "--max-chunks" in refused.value.text) == (413, True)


def test_the_extensions_of_chunks_are_bounded_together() -> None:
    wire = Wire(Limits(header_bytes=200))
    wire.receive(POST_CHUNKED + b"1;a=bcdefghijklmnopqrstuvwxyz\r\na\r\n" * 8 + b"0\r\n\r\n")
    wire.request(bytes)
    with pytest.raises(Problem) as refused:
        while wire.body():
            pass
    assert (refused.value.status, "extensions" in refused.value.text) == (431, True)


POST_CHUNKED = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_what_h11_alone_refuses_is_an_error_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that http.head accepts today; a later h11 may have more rules."""

    def refuse(parser: object) -> None:
        raise h11.RemoteProtocolError("a new rule", error_status_hint=431)

    monkeypatch.setattr(h11.Connection, "next_event", refuse)
    wire = Wire(LIMITS)
    wire.receive(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
    with pytest.raises(Problem) as caught:
        wire.request(bytes)
    assert (caught.value.status, wire.keep_alive) == (431, False)
    assert caught.value.text == "the request is malformed: a new rule."
