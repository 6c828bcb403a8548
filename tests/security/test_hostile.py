"""What attacks a parser gets one answer, however it is cut into pieces and wherever it ends."""

from __future__ import annotations

import re
import socket

import pytest
from wire_cases import PLAIN_GET, echo, talk, undated

from restd_inet.http.wire import Wire
from restd_inet.message import Peer, Request, Response
from restd_inet.problems import Problem
from restd_inet.serve.connection import Connection, plain
from restd_inet.settings import Settings

from .hostile import Hostile
from .hostile_framing import CHUNKED, FRAMING
from .hostile_heads import ENDS, FIELDS, HOSTS, LINES, TARGETS

SUBJECTS = {
    "framing": FRAMING,
    "chunks": CHUNKED,
    "line": LINES,
    "target": TARGETS,
    "field": FIELDS,
    "host": HOSTS,
    "ends": ENDS,
}

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
#: Where a long input is cut: at each byte of its beginning and end, and at some between them.
EDGE, STEP = 120, 61

cases = pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{subject}: {case.name}")
        for subject, found in SUBJECTS.items()
        for case in found
    ],
)


def places(data: bytes) -> list[int]:
    if len(data) <= 2 * EDGE:
        return list(range(1, len(data)))
    return [*range(1, EDGE), *range(EDGE, len(data) - EDGE, STEP), *range(len(data) - EDGE, len(data))]


def ask(*pieces: bytes) -> tuple[list[str], bytes, Wire]:
    """What reached a handler whole, the answers, and the connection at its end."""
    seen: list[str] = []

    def handle(request: Request) -> Response:
        response = echo(request)
        seen.append(f"{request.method} {request.target} {request.headers} {response.body!r}")
        return response

    output, wire = talk(pieces, handle=handle)
    return seen, undated(output).replace(CONTINUE, b""), wire


def statuses(output: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([2-5]\d\d) ", output)]


@cases
def test_one_answer_and_the_next_request_only_if_the_connection_goes_on(case: Hostile) -> None:
    _, output, wire = ask(case.request)
    assert (statuses(output), wire.keep_alive) == ([case.status], case.goes_on)
    assert (b"\r\nConnection: close\r\n" in output) != case.goes_on or b"HTTP/1.0" in case.request
    _, both, _ = ask(case.request + PLAIN_GET)
    assert statuses(both) == [case.status] + [200] * case.goes_on


@cases
def test_the_same_answer_byte_by_byte_and_for_each_cut(case: Hostile) -> None:
    data = case.request
    _, output, wire = ask(data)
    cuts = [[data[at : at + 1] for at in range(len(data))], *([data[:at], data[at:]] for at in places(data))]
    for pieces in cuts:
        _, found, cut_wire = ask(*pieces)
        assert found == output, pieces
        assert (cut_wire.keep_alive, cut_wire.broken) == (wire.keep_alive, wire.broken), pieces


@cases
def test_the_same_answer_on_a_socket(case: Hostile) -> None:
    """Of a client that sends all, says that it has nothing more to send, and reads."""

    def handle(request: Request, peer: Peer) -> Response:
        try:
            return echo(request)
        except Problem as problem:
            return plain(problem)

    ours, theirs = socket.socketpair()
    limits = {"max_header": 1000, "max_target": 100, "max_body": 50, "max_requests": 10}
    with ours, theirs:
        theirs.sendall(case.request)
        theirs.shutdown(socket.SHUT_WR)
        settings, peer = Settings(**limits), Peer("unix", "unix:[1]")
        Connection(ours.fileno(), ours.fileno(), peer, settings, handle).run()
        output = b"".join(iter(lambda: theirs.recv(65536), b""))
    assert undated(output).replace(CONTINUE, b"") == ask(case.request)[1]


@cases
def test_an_end_at_each_byte_makes_no_other_request(case: Hostile) -> None:
    """What ends early is refused, or was whole before its end."""
    seen, _, _ = ask(case.request)
    for at in places(case.request):
        early, output, wire = ask(case.request[:at])
        assert early in ([], seen), case.request[:at]
        assert len(statuses(output)) <= 1
        assert statuses(output) or wire.ended
