"""However a request is framed, no second one comes out of it: behind nginx, and at restd-inet itself.

What would be smuggled is a request for a path that has MARK in it. restd-inet's log, which has a line for
every request it sees, shows whether it was.
"""

import contextlib
import itertools
import json
import os
import socket
import threading

import pytest
from cluster.conftest import reachable, running
from cluster.proxy import COOKIE, Rest, another, missing_nginx

from .hostile_framing import CHUNKED, CODINGS, LENGTHS, NO_CODING

__all__ = ["reachable"]

MARK = "SMUGGLED"
PATH = "/slurm/v0.0.35"
HIDDEN = f"GET {PATH}/job/{MARK} HTTP/1.1\r\nHost: p\r\n\r\n"
#: A body that is one in two framings: by length, and as chunks of which the last comes first.
ZERO = f"0\r\n\r\n{HIDDEN}"

JOB = {"environment": {"A": "b"}, "current_working_directory": "/tmp"}

#: By name: a Transfer-Encoding that one of two parsers may overlook, and a length of 0 that is none.
OBFUSCATED = {name: field.decode("latin-1") for name, (field, _) in CODINGS.items()}
OBFUSCATED["underscore"] = NO_CODING["underscore"].decode()
#: Those of which each is tried with each other.
TWICE = (
    "plain", "case", "space before the colon", "tab before the colon", "tab after it", "vertical tab",
    "form feed", "NUL",
)  # fmt: skip
ZERO_LENGTHS = {name: field.decode("latin-1").replace("5", "0") for name, field in LENGTHS.items()}
#: Bodies in chunks that are refused, and one whose end is clear.
CHUNKS = {
    case.name: case.request.partition(b"\r\n\r\n")[2].decode("latin-1")
    for case in CHUNKED
    if case.status == 400 or case.name == "trailer that frames"
}


@pytest.fixture(scope="module")
def rest(reachable):
    """A cluster of its own: restd-inet's log has no other requests."""
    if missing_nginx():
        pytest.skip(missing_nginx())
    with running(reachable, "--nodes", "1", "--no-accounting") as cluster:
        yield Rest(cluster)


@pytest.fixture(params=["nginx", "restd-inet"])
def way(rest, request):
    """Sends bytes to one of the two, with a good credential; the answers, and what restd-inet took it for."""
    through_nginx = request.param == "nginx"
    token = rest.cluster.token()
    credential = f"Cookie: {COOKIE}={rest.cookie()}" if through_nginx else f"X-SLURM-USER-TOKEN: {token}"
    port = rest.port(rest.proxy if through_nginx else rest.rest)

    def send(*heads, body="", patience=60):
        """patience: seconds for nginx's first answer, if there is to be one."""
        log = rest.log()
        text = "\r\n".join([*heads, credential, "", ""]) + body
        data = text.encode("latin-1")
        if through_nginx:
            answer = rest.exchange(data, port, timeout=0.3, patience=patience)
        else:
            answer = rest.exchange(data, port, timeout=60, half_close=True)
        # Another client's, on a connection that nginx may share with the bytes before.
        head = f"GET {PATH}/diag HTTP/1.1\r\nHost: p\r\nConnection: close\r\n{credential}\r\n\r\n"
        assert statuses(rest.exchange(head.encode(), port, timeout=60)) == [200]
        rest.cluster.wait(lambda: any(target.endswith("/diag") for _, target, _ in log.requests))
        return answer, log.requests

    send.through_nginx = through_nginx
    return send


def statuses(answer):
    """Of the answers on a connection."""
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def hidden(requests):
    return [request for request in requests if MARK in request[1]]


@pytest.mark.parametrize("name", OBFUSCATED)
@pytest.mark.parametrize("order", ["CL.TE", "TE.CL"])
def test_length_and_transfer_encoding(way, name, order):
    """The length covers all, or only the first chunk's size; the chunks end before the hidden request."""
    length = len(ZERO) if order == "CL.TE" else 4
    fields = [f"Content-Length: {length}", OBFUSCATED[name]]
    if order == "TE.CL":
        fields.reverse()
        body = f"{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n"
    else:
        body = ZERO
    answer, requests = way(f"POST {PATH}/ping HTTP/1.1", "Host: p", *fields, body=body)
    if name == "underscore" and order == "TE.CL":
        # No framing but the length of 4, for everybody: the rest is the client's own next request.
        assert statuses(answer)[0] == 400  # ping takes no body
        assert not (hidden(requests) and way.through_nginx)
        return
    assert hidden(requests) == []
    # Where nginx passes over a name that it does not know, the rest is a request without a cookie.
    second = statuses(answer)[1:2]
    assert second in ([], [400], [401] if way.through_nginx else []), answer


@pytest.mark.parametrize("one, other", list(itertools.permutations(TWICE, 2)))
def test_two_transfer_encodings(rest, one, other):
    """TE.TE, through nginx: one of them is to be overlooked by one of the two."""
    log = rest.log()
    fields = f"{OBFUSCATED[one]}\r\n{OBFUSCATED[other]}\r\nCookie: {COOKIE}={rest.cookie()}"
    head = f"POST {PATH}/ping HTTP/1.1\r\nHost: p\r\n{fields}\r\n\r\n"
    body = f"{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n"
    answer = rest.exchange((head + body).encode("latin-1"), timeout=0.2)
    assert hidden(log.requests) == []
    assert len(statuses(answer)) <= 1, answer


@pytest.mark.parametrize("name", ZERO_LENGTHS)
def test_lengths_that_are_none(way, name):
    field = ZERO_LENGTHS[name]
    answer, requests = way(f"POST {PATH}/ping HTTP/1.1", "Host: p", field, body=HIDDEN)
    assert hidden(requests) == []
    expected = ([400], [413], [200, 401]) if way.through_nginx else ([400],)
    assert statuses(answer) in expected, answer


def test_equal_lengths_are_one(way):
    """RFC 9110 section 8.6: what follows is the client's own request. nginx refuses it."""
    answer, requests = way(f"POST {PATH}/ping HTTP/1.1", "Host: p", "Content-Length: 0, 0", body=HIDDEN)
    assert len(hidden(requests)) == (0 if way.through_nginx else 1)
    assert statuses(answer) == ([400] if way.through_nginx else [200, 403])


@pytest.mark.parametrize("name", CHUNKS)
def test_chunks_that_are_none(way, name):
    """Framing that one of two parsers may take for the end of the body."""
    fields = ["Host: p", "Content-Type: application/json", "Transfer-Encoding: chunked"]
    answer, requests = way(
        f"POST {PATH}/job/submit HTTP/1.1", *fields, body=CHUNKS[name] + HIDDEN, patience=1
    )
    if way.through_nginx:
        # It takes some for whole, and sends them on with a length; what follows has no cookie. Of others it
        # waits for the end.
        assert hidden(requests) == []
        assert statuses(answer) in ([], [400], [400, 401], [413])
    elif name == "trailer that frames":
        # Whole, and the trailer is passed over: what follows is the client's own.
        assert statuses(answer) == [400, 403]
        assert len(hidden(requests)) == 1
    else:
        assert hidden(requests) == []
        assert statuses(answer) == [400]


@pytest.mark.parametrize("path", [f"{PATH}/ping", f"{PATH}/nothing", "/nothing", f"{PATH}/job/submit"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "HEAD"])
def test_an_unread_body_is_no_request(way, method, path):
    """An answer that needs no body, or refuses it, on a connection that goes on."""
    length = f"Content-Length: {len(HIDDEN)}"
    answer, requests = way(f"{method} {path} HTTP/1.1", "Host: p", length, body=HIDDEN)
    assert hidden(requests) == []
    assert len(statuses(answer)) == 1


def test_a_body_of_somebody_who_is_not_let_in_is_no_request(rest):
    log = rest.log()
    head = f"POST {PATH}/job/submit HTTP/1.1\r\nHost: p\r\nContent-Length: {len(HIDDEN)}\r\n\r\n"
    for port in (rest.port(rest.proxy), rest.port(rest.rest)):
        answer = rest.exchange((head + HIDDEN).encode(), port, timeout=0.3, patience=60)
        assert statuses(answer) in ([401], [403])
    assert hidden(log.requests) == []


def test_an_upgrade_opens_no_tunnel(way):
    for fields in (
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"],
        ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 777"],
    ):
        answer, requests = way(
            f"POST {PATH}/ping HTTP/1.1", "Host: p", *fields, "Content-Length: 0", patience=1
        )
        assert 101 not in statuses(answer)
        assert hidden(requests) == []


@pytest.mark.parametrize("byte", ["\r\n", "\n", "\r", "\0", "%0d%0a", "%0D%0A%0D%0A"])
def test_a_target_that_breaks_the_line(way, byte):
    """nginx sends the target on as it is."""
    answer, requests = way(f"GET {PATH}/ping?x={byte}GET {PATH}/job/{MARK} HTTP/1.1", "Host: p", patience=1)
    assert len(requests) <= 2, requests
    assert all(target != f"{PATH}/job/{MARK}" for _, target, _ in requests)
    assert len(statuses(answer)) <= 1


def test_requests_in_a_row_are_each_its_own_users(rest):
    """Pipelined to nginx on one connection, with bodies that hold a request."""
    users = ["fred", "pebbles"] if os.geteuid() == 0 else [rest.cluster.user]
    order = users * 3
    log = rest.log()
    text = ""
    for number, user in enumerate(order):
        close = "Connection: close\r\n" if number == len(order) - 1 else ""
        cookie = f"Cookie: {COOKIE}={rest.cookie(user)}\r\n"
        body = json.dumps({"job": {**JOB, "name": str(number)}, "script": f"#!/bin/sh\n: '{HIDDEN}'"})
        text += f"POST {PATH}/job/submit HTTP/1.1\r\nHost: p\r\n{cookie}{close}"
        text += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    answer = rest.exchange(text.encode(), timeout=60)
    assert statuses(answer) == [200] * len(order)
    rest.cluster.wait(lambda: len(log.requests) >= len(order))
    assert [who.rpartition(" as ")[2] for _, _, who in log.requests] == order


def test_what_nginx_sends_on_has_a_length(rest):
    """Seen by a listener in restd-inet's place: chunks become a length, and nothing comes after the body."""
    seen = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            sock, _ = listener.accept()
            with sock:
                sock.settimeout(1)
                while not seen.endswith(b"}"):
                    seen.extend(sock.recv(65536))
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                with contextlib.suppress(TimeoutError):
                    seen.extend(sock.recv(65536))

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        with another(rest, [f"127.0.0.1:{listener.getsockname()[1]}"]) as port:
            body = json.dumps({"script": HIDDEN})
            chunks = f"{len(body):x}\r\n{body}\r\n0\r\nX-SLURM-USER-NAME: root\r\n\r\n"
            head = f"POST {PATH}/ping HTTP/1.1\r\nHost: p\r\nCookie: {COOKIE}={rest.cookie()}\r\n"
            text = f"{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}"
            assert statuses(rest.exchange(text.encode(), port, timeout=60)) == [200]
            server.join(60)
    head, _, rest_of_it = bytes(seen).partition(b"\r\n\r\n")
    assert f"\r\nContent-Length: {len(body)}".encode() in head
    assert b"transfer-encoding" not in head.lower() and b"root" not in head
    assert rest_of_it == body.encode()
