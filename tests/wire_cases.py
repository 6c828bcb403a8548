"""Requests and the answers they must get: one table for whole, cut and pipelined delivery.

`talk` is a connection without descriptors: what serve.connection does, in one function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Request, Response
from restd_inet.problems import Problem
from restd_inet.serve.connection import plain

TEXT = ("Content-Type", "text/plain")
LIMITS = Limits(header_bytes=1000, target_bytes=100, body_bytes=50, requests=10)
Handle = Callable[[Request], Response]


def echo(request: Request) -> Response:
    """Answers with what was understood; paths choose a handler that does not read the body, or streams."""
    if request.path[:1] == ("unread",):
        return Response(403, [TEXT], b"no\n")
    if request.path[:1] == ("stream",):
        return Response(200, [TEXT], iter((b"one ", b"", b"two ", b"three\n")))
    body = request.read()
    words = (request.method, "/" + "|".join(request.path), request.query or "-", request.http_version)
    return Response(200, [TEXT], " ".join(words).encode() + b" " + body + b"\n")


def talk(
    pieces: Iterable[bytes],
    strict: bool = True,
    chunked: bool = True,
    limits: Limits = LIMITS,
    handle: Handle = echo,
) -> tuple[bytes, Wire]:
    """Everything a client gets that sends `pieces` and then ends its input."""
    wire = Wire(limits, strict, chunked)
    out = bytearray()
    source = iter([*(piece for piece in pieces if piece), b""])

    def read() -> bytes:
        nonlocal out
        body = bytearray()
        while (piece := wire.body()) != b"":
            if piece is None:
                out += wire.continue_()
                wire.receive(next(source))
            else:
                body += piece
        return bytes(body)

    def send(response: Response) -> None:
        nonlocal out
        for piece in wire.respond(response):
            out += piece

    while wire.keep_alive:
        try:
            while (request := wire.request(read)) is None:
                if wire.ended:
                    return bytes(out), wire
                wire.receive(next(source))
        except Problem as problem:
            send(plain(problem))
            break
        try:
            response = handle(request)
        except Problem as problem:
            response = plain(problem)
        send(response)
        try:
            while wire.keep_alive and not wire.skip():
                wire.receive(next(source))
        except Problem:
            break
    return bytes(out), wire


def undated(output: bytes) -> bytes:
    return re.sub(rb"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", b"Date: now\r\n", output)


def answer(status: str, body: bytes, connection: str = "", media_type: str = "text/plain") -> bytes:
    """The bytes of an answer of known length, its Date replaced."""
    last = f"Connection: {connection}\r\n" if connection else ""
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: {media_type}\r\n"
        f"Date: now\r\n{last}\r\n"
    ).encode() + body


class Case:
    """A request and its answer.

    status, text: of the answer; the text of a refusal need only be contained in it.
    mode: "strict" or "lenient" if the case is about one of them.
    goes_on: whether a request after it is answered.
    """

    def __init__(
        self,
        name: str,
        request: bytes,
        status: str,
        text: str,
        mode: str = "both",
        goes_on: bool | None = None,
    ) -> None:
        self.name = name
        self.request = request
        self.status = status
        self.text = text
        self.mode = mode
        self.goes_on = status[0] == "2" if goes_on is None else goes_on


def get(line: bytes, *fields: bytes, host: bytes = b"Host: h") -> bytes:
    return b"\r\n".join([line, *([host] if host else []), *fields, b"", b""])


def post(fields: bytes, body: bytes = b"") -> bytes:
    return get(b"POST /p HTTP/1.1", *fields.split(b"\r\n")) + body


def fields(*lines: bytes, host: bytes = b"Host: h") -> bytes:
    return get(b"GET /a HTTP/1.1", *lines, host=host)


def chunks(body: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked", body)


PLAIN_GET = get(b"GET /a HTTP/1.1")
LAST = b"0\r\n\r\n"  # the last chunk
OK, BAD, FORBIDDEN = "200 OK", "400 Bad Request", "403 Forbidden"
TOO_LARGE, LONG_TARGET, LONG_HEAD = (
    "413 Content Too Large", "414 URI Too Long", "431 Request Header Fields Too Large"
)  # fmt: skip
UNEXPECTED, UNKNOWN = "417 Expectation Failed", "501 Not Implemented"
GOT = "GET /a - 1.1 "

ACCEPTED = (
    Case("plain", PLAIN_GET, OK, GOT),
    Case("unknown method", get(b"BREW /a HTTP/1.1"), OK, "BREW /a - 1.1 "),
    Case("method with a hyphen", get(b"M-SEARCH /a HTTP/1.1"), OK, "M-SEARCH /a - 1.1 "),
    Case("later minor version", get(b"GET /a HTTP/1.7"), OK, GOT),
    Case("query", get(b"GET /a?b=%2F&c HTTP/1.1"), OK, "GET /a b=%2F&c 1.1 "),
    Case("trailing slash", get(b"GET /a/ HTTP/1.1"), OK, GOT),
    Case("repeated slashes", get(b"GET //a///b// HTTP/1.1"), OK, "GET /a|b - 1.1 "),
    Case("root", get(b"GET / HTTP/1.1"), OK, "GET / - 1.1 "),
    Case("absolute form", get(b"GET http://localhost/a?q HTTP/1.1"), OK, "GET /a q 1.1 "),
    Case("absolute form, capitals and port", get(b"GET HTTPS://[::1]:80/a HTTP/1.1"), OK, GOT),
    Case("absolute form without path", get(b"GET http://h?q HTTP/1.1"), OK, "GET / q 1.1 "),
    Case("OPTIONS *", get(b"OPTIONS * HTTP/1.1"), OK, "OPTIONS / - 1.1 "),
    Case("encoded slash", get(b"GET /a%2Fb/c HTTP/1.1"), OK, "GET /a/b|c - 1.1 "),
    Case("decoded once", get(b"GET /%2541 HTTP/1.1"), OK, "GET /%41 - 1.1 "),
    Case("encoded space", get(b"GET /a%20b HTTP/1.1"), OK, "GET /a b - 1.1 "),
    Case("encoded no-break space", get(b"GET /%C2%A0 HTTP/1.1"), OK, "GET /\xa0 - 1.1 "),
    Case("a later HTTP/1", get(b"GET /a HTTP/1.5"), OK, GOT),
    Case("target at the limit", get(b"GET /" + b"a" * 99 + b" HTTP/1.1"), OK, f"GET /{'a' * 99} - 1.1 "),
    Case("header at the limit", fields(b"A: " + b"a" * (1000 - len(fields(b"A: ")))), OK, GOT),
    Case("length at the limit", post(b"Content-Length: 50", b"x" * 50), OK, "POST /p - 1.1 " + "x" * 50),
    Case("UTF-8 path", get(b"GET /%C3%a9x HTTP/1.1"), OK, "GET /éx - 1.1 "),
    Case("Content-Type without body", fields(b"Content-Type: application/json"), OK, GOT),
    Case("length", post(b"Content-Length: 5", b"hello"), OK, "POST /p - 1.1 hello"),
    Case("length with zeros before", post(b"Content-Length: 0005", b"hello"), OK, "POST /p - 1.1 hello"),
    Case("length 0", post(b"Content-Length: 0"), OK, "POST /p - 1.1 "),
    Case("equal lengths", post(b"Content-Length: 5\r\nContent-Length: 5", b"hello"), OK,
         "POST /p - 1.1 hello"),
    Case("list of equal lengths", post(b"Content-Length: 5, 5", b"hello"), OK, "POST /p - 1.1 hello"),
    Case("equal hosts", fields(b"host: h"), OK, GOT),
    Case("equal media types", fields(b"Content-Type: text/yaml", b"Content-Type: Text/YAML"), OK, GOT),
    Case("equal expectations", post(b"Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5",
                                    b"hello"), OK, "POST /p - 1.1 hello"),
    Case("equal hosts and lengths behind bare line feeds", b"POST /p HTTP/1.1\nHost: h\nHost: h\n"
         b"Content-Length: 5\nContent-Length: 5\n\nhello", OK, "POST /p - 1.1 hello"),
    Case("chunks behind bare line feeds", b"POST /p HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n"
         b"5\r\nhello\r\n0\r\n\r\n", OK, "POST /p - 1.1 hello"),
    Case("body of a GET", fields(b"Content-Length: 2") + b"hi", OK, GOT + "hi"),
    Case(
        "chunks",
        post(b"Transfer-Encoding: Chunked", b'3\r\nhel\r\n02;a; b=c ;d="e;\xff"\r\nlo\r\n0\r\n\r\n'),
        OK,
        "POST /p - 1.1 hello",
    ),
    Case(
        "trailer fields",
        chunks(b"5\r\nhello\r\n0\r\nHost: x\r\nContent-Length: 9\r\n\r\n"),
        OK,
        "POST /p - 1.1 hello",
    ),
    Case("empty chunked body", chunks(b"0\r\n\r\n"), OK, "POST /p - 1.1 "),
    Case("blank lines before", b"\r\n\n\r\n" + PLAIN_GET, OK, GOT),
    Case("bare line feeds", b"GET /a HTTP/1.1\nHost: h\n\n", OK, GOT),
    Case("no space after a colon", b"GET /a HTTP/1.1\r\nHost:h\r\nA:\r\n\r\n", OK, GOT),
    Case("empty host", b"GET /a HTTP/1.1\r\nHost:\r\n\r\n", OK, GOT),
    Case("any host", b"GET /a HTTP/1.1\r\nHost: [::1]:7272\r\n\r\n", OK, GOT),
    Case("bytes above 127 in a value", fields(b"A: \xe9\xff"), OK, GOT),
    Case("HTTP/1.0", b"GET /a HTTP/1.0\r\n\r\n", OK, "GET /a - 1.0 ", goes_on=False),
    Case("Connection: close", fields(b"Connection: x, Close"), OK, GOT, goes_on=False),
    Case(
        "HTTP/1.0 keep-alive and close",
        b"GET /a HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
        OK,
        "GET /a - 1.0 ",
        goes_on=False,
    ),
    Case("no host", b"GET /a HTTP/1.1\r\n\r\n", OK, GOT, "lenient"),
    Case("what bash's echo -e sends", b"GET /a HTTP/1.1\r\n\n", OK, GOT, "lenient"),
    Case("the same with a field", b"GET /a HTTP/1.1\r\nAccept: */*\r\n\n", OK, GOT, "lenient"),
    Case("unread body", get(b"POST /unread HTTP/1.1", b"Content-Length: 40") + PLAIN_GET[:40].ljust(40),
         FORBIDDEN, "no", goes_on=True),
    Case("unread chunks", get(b"POST /unread HTTP/1.1", b"Transfer-Encoding: chunked") +
         b"5\r\nhello\r\n0\r\n\r\n", FORBIDDEN, "no", goes_on=True),
    Case("unread body that is too large", get(b"POST /unread HTTP/1.1", b"Content-Length: 51"),
         FORBIDDEN, "no"),
    Case("unread body that the client withholds",
         get(b"POST /unread HTTP/1.1", b"Content-Length: 5", b"Expect: 100-continue"), FORBIDDEN, "no"),
)  # fmt: skip

REFUSED = (
    Case("two lengths", post(b"Content-Length: 5\r\nContent-Length: 6", b"hello!"), BAD, "more than one"),
    Case("list of two lengths", post(b"Content-Length: 5, 6", b"hello!"), BAD, "not a number"),
    Case("lengths that are equal as numbers", post(b"Content-Length: 5\r\nContent-Length: 05", b"hello"),
         BAD, "more than one"),
    Case("list of equal lengths and another", post(b"Content-Length: 5, 5\r\nContent-Length: 6", b"hello!"),
         BAD, "more than one"),
    Case("negative length", post(b"Content-Length: -5"), BAD, "not a number"),
    Case("signed length", post(b"Content-Length: +5", b"hello"), BAD, "not a number"),
    Case("length in words", post(b"Content-Length: five", b"hello"), BAD, "not a number"),
    Case("length with underscore", post(b"Content-Length: 1_0", b"hellohello"), BAD, "not a number"),
    Case("hexadecimal length", post(b"Content-Length: 0x5", b"hello"), BAD, "not a number"),
    Case("length in other digits", post(b"Content-Length: \xd9\xa5", b"hello"), BAD, "not a number"),
    Case("empty length", post(b"Content-Length:"), BAD, "not a number"),
    Case("huge length", post(b"Content-Length: " + b"9" * 40), BAD, "not a number"),
    Case("large length", post(b"Content-Length: 51", b"x" * 51), TOO_LARGE, "larger than 50"),
    Case("large chunk", chunks(b"33\r\nhello"), TOO_LARGE, "larger than 50"),
    Case("large chunks", chunks(b"a\r\n0123456789\r\n" * 6), TOO_LARGE, "50"),
    Case("length and chunks", post(b"Content-Length: 5\r\nTransfer-Encoding: chunked", LAST), BAD, "both"),
    Case("chunks and length", post(b"Transfer-Encoding: chunked\r\nContent-Length: 5", LAST), BAD, "both"),
    Case("length and unknown coding", post(b"Transfer-Encoding: x\r\nContent-Length: 5"), BAD, "both"),
    Case("length with a no-break space", post(b"Content-Length: 5, 5\xa0", b"hello"), BAD, "not a number"),
    Case("length between letters", post(b"Content-Length: X5X", b"hello"), BAD, "not a number"),
    Case("list of a length and letters", post(b"Content-Length: 5, X5", b"hello"), BAD, "not a number"),
    Case("length of 18 digits", post(b"Content-Length: " + b"9" * 18), TOO_LARGE, "larger than 50"),
    Case("length of 19 digits", post(b"Content-Length: " + b"9" * 19), BAD, "not a number"),
    Case("coding with a no-break space", post(b"Transfer-Encoding: chunked\xa0"), UNKNOWN, "only supported"),
    Case("Xchunked", post(b"Transfer-Encoding: XchunkedX"), UNKNOWN, "only supported transfer coding"),
    Case("chunked twice after gzip", post(b"Transfer-Encoding: gzip, chunked, chunked"), BAD, "once"),
    Case("gzip", post(b"Transfer-Encoding: gzip, chunked"), UNKNOWN, "only supported transfer coding"),
    Case("identity", post(b"Transfer-Encoding: identity"), UNKNOWN, "only supported transfer coding"),
    Case("xchunked", post(b"Transfer-Encoding: xchunked"), UNKNOWN, "only supported transfer coding"),
    Case("chunked with parameter", post(b"Transfer-Encoding: chunked;a=b"), UNKNOWN, "supported transfer"),
    Case("chunked not last", post(b"Transfer-Encoding: chunked, gzip"), BAD, "last"),
    Case("chunked twice", post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), BAD, "once"),
    Case("empty coding", post(b"Transfer-Encoding:"), BAD, "chunked must"),
    Case("chunks in HTTP/1.0", b"POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", BAD, "HTTP/1.0"),
    Case("folded line", fields(b"A: b\r\n c"), BAD, "folded"),
    Case("fold at the start", get(b"GET /a HTTP/1.1\r\n A: b"), BAD, "folded"),
    Case("space before colon", fields(b"A : b"), BAD, "space before its colon"),
    Case("no colon", fields(b"hello"), BAD, "no colon"),
    Case("no name", fields(b": b"), BAD, "no name"),
    Case("bad name", fields(b"A(: b"), BAD, "header name"),
    Case("NUL in a name", fields(b"A\0: b"), BAD, "header name"),
    Case("NUL in a value", fields(b"A: b\0c"), BAD, "control character"),
    Case("bare CR in a value", fields(b"A: b\rB: c"), BAD, "control character"),
    Case("doubled CR", fields(b"A: b\r\r\nB: c"), BAD, "control character"),
    Case("vertical tab", fields(b"Transfer-Encoding: \x0bchunked"), BAD, "control character"),
    Case("bare CR in the request line", b"GET /a\rHTTP/1.1\r\n\r\n", BAD, "control character"),
    Case("HTTP/9.9", get(b"GET /a HTTP/9.9"), BAD, "only HTTP/1.1"),
    Case("HTTP/2.0", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", BAD, "only HTTP/1.1"),
    Case("HTTP/1.10", get(b"GET /a HTTP/1.10"), BAD, "only HTTP/1.1"),
    Case("http/1.1", get(b"GET /a http/1.1"), BAD, "not a method, a target"),
    Case("HTTP/0.9", b"GET /a\r\n\r\n", BAD, "no version"),
    Case("two spaces", get(b"GET  /a HTTP/1.1"), BAD, "not a method, a target"),
    Case("space after the version", get(b"GET /a HTTP/1.1 "), BAD, "not a method, a target"),
    Case("leading space", get(b" GET /a HTTP/1.1"), BAD, "begins with a space"),
    Case("lower-case method", get(b"get /a HTTP/1.1"), BAD, "capitals"),
    Case("method not a token", get(b"G[T /a HTTP/1.1"), BAD, "not a method, a target"),
    Case("dash's echo -e", b"-e GET /a HTTP/1.1\r\n\n", BAD, "does not know the option"),
    Case("echo without -e", b"GET /a HTTP/1.1\\r\\n\n", BAD, "backslash"),
    Case("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), BAD, "TLS"),
    Case("raw UTF-8 in the target", get("GET /é HTTP/1.1".encode()), BAD, "percent-encoded"),
    Case("relative target", get(b"GET a HTTP/1.1"), BAD, "begins with '/'"),
    Case("ftp target", get(b"GET ftp://h/a HTTP/1.1"), BAD, "begins with '/'"),
    Case("URL without host", get(b"GET http:///a HTTP/1.1"), BAD, "no host"),
    Case("GET *", get(b"GET * HTTP/1.1"), BAD, "OPTIONS"),
    Case("CONNECT", get(b"CONNECT h:80 HTTP/1.1"), UNKNOWN, "proxy"),
    Case("fragment", get(b"GET /a#b HTTP/1.1"), BAD, "fragment"),
    Case("bad percent", get(b"GET /a%zz HTTP/1.1"), BAD, "hexadecimal"),
    Case("short percent", get(b"GET /a%4 HTTP/1.1"), BAD, "hexadecimal"),
    Case("percent at the end", get(b"GET /a% HTTP/1.1"), BAD, "hexadecimal"),
    Case("signed percent", get(b"GET /a%+1 HTTP/1.1"), BAD, "hexadecimal"),
    Case("encoded NUL", get(b"GET /a%00 HTTP/1.1"), BAD, "control character"),
    Case("encoded line feed", get(b"GET /a%0A HTTP/1.1"), BAD, "control character"),
    Case("encoded DEL", get(b"GET /a%7F HTTP/1.1"), BAD, "control character"),
    Case("encoded C1 control", get(b"GET /a%C2%85 HTTP/1.1"), BAD, "control character"),
    Case("not UTF-8", get(b"GET /a%ff HTTP/1.1"), BAD, "not UTF-8"),
    Case("overlong UTF-8", get(b"GET /%c0%af HTTP/1.1"), BAD, "not UTF-8"),
    Case("dot-dot", get(b"GET /a/../b HTTP/1.1"), BAD, "'..'"),
    Case("encoded dot-dot", get(b"GET /a/%2e%2E/b HTTP/1.1"), BAD, "'..'"),
    Case("dot", get(b"GET /./b HTTP/1.1"), BAD, "'..'"),
    Case("long target", get(b"GET /" + b"a" * 100 + b" HTTP/1.1"), LONG_TARGET, "100 bytes"),
    Case("endless target", b"GET /" + b"a" * 5000, LONG_TARGET, "100 bytes"),
    Case("large header", fields(b"A: " + b"a" * 1000), LONG_HEAD, "1000"),
    Case("endless header", b"GET /a HTTP/1.1\r\n" + b"A: b\r\n" * 500, LONG_HEAD, "1000"),
    Case("other expectation", post(b"Expect: 200-ok\r\nContent-Length: 5"), UNEXPECTED, "100-continue"),
    Case("two hosts", fields(b"Host: g"), BAD, "more than one Host"),
    Case("two media types", post(b"Content-Type: text/yaml\r\nContent-Type: application/json"), BAD,
         "more than one Content-Type"),
    Case("two content codings", post(b"Content-Encoding: gzip\r\nContent-Encoding: br"), BAD,
         "more than one Content-Encoding"),
    Case("two tokens", fields(b"X-SLURM-USER-TOKEN: a", b"X-SLURM-USER-TOKEN: b"), BAD, "more than one"),
    Case("two tokens that differ in case", fields(b"X-SLURM-USER-TOKEN: a", b"X-SLURM-USER-TOKEN: A"), BAD,
         "more than one"),
    Case("two names", fields(b"X-SLURM-USER-NAME: a", b"X-SLURM-USER-NAME: b"), BAD, "more than one"),
    Case("two dates", fields(b"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
                             b"If-Modified-Since: Mon, 07 Nov 1994 08:49:37 GMT"), BAD, "more than one"),
    Case("two expectations", post(b"Expect: 100-continue\r\nExpect: 200-ok\r\nContent-Length: 5"), BAD,
         "more than one Expect"),
    Case("no host", b"GET /a HTTP/1.1\r\n\r\n", BAD, "requires a Host", "strict"),
    Case("host with a path", fields(host=b"Host: h/a"), BAD, "not a host"),
    Case("host with a user", fields(host=b"Host: u@h"), BAD, "not a host"),
    Case("list of hosts", fields(host=b"Host: h h"), BAD, "not a host"),
    Case("chunk size not hexadecimal", chunks(b"5x\r\nhello\r\n0\r\n\r\n"), BAD, "chunk size"),
    Case("chunk size with prefix", chunks(b"0x5\r\nhello\r\n0\r\n\r\n"), BAD, "chunk size"),
    Case("chunk size with sign", chunks(b"+5\r\nhello\r\n0\r\n\r\n"), BAD, "chunk size"),
    Case("chunk size with space", chunks(b"5 \r\nhello\r\n0\r\n\r\n"), BAD, "chunk size"),
    Case("no chunk size", chunks(b"\r\nhello\r\n0\r\n\r\n"), BAD, "chunk size"),
    Case("huge chunk size", chunks(b"1" * 17 + b"\r\nhello"), BAD, "chunk size"),
    Case("chunk line ends with LF", chunks(b"5\nhello\r\n0\r\n\r\n"), BAD, "chunk size"),
    Case("bare CR in an extension", chunks(b"5;a\rb\r\nhello\r\n0\r\n\r\n"), BAD, "chunk size"),
    Case("bare semicolon", chunks(b"5;\r\nhello\r\n0\r\n\r\n"), BAD, "chunk size"),
    Case("long chunk line", chunks(b"5;a=" + b"b" * 5000), BAD, "4096"),
    Case("chunk longer than its size", chunks(b"4\r\nhello\r\n0\r\n\r\n"), BAD, "longer than its size"),
    Case("bad trailer", chunks(b"0\r\nhello\r\n\r\n"), BAD, "trailer"),
    Case("trailer line ends with LF", chunks(b"0\r\nA: b\n\r\n"), BAD, "CR LF"),
    Case("trailer ends with LF", chunks(b"0\r\nA: b\r\n\n"), BAD, "CR LF"),
    Case("chunked body ends with LF", chunks(b"0\r\n\n"), BAD, "CR LF"),
    Case("last chunk ends with LF", chunks(b"0\n\r\n"), BAD, "chunk size"),
    Case("chunk data ends with LF", chunks(b"5\r\nhello\n0\r\n\r\n"), BAD, "longer than its size"),
    Case("large trailer", chunks(b"0\r\n" + b"A: b\r\n" * 200), LONG_HEAD, "trailer"),
)  # fmt: skip

# The input ends where it must not.
TRUNCATED = (
    Case("in the request line", b"GET /a HT", BAD, "within the header, after 9 bytes"),
    Case("after the request line", b"GET /a HTTP/1.1\r\n", BAD, "blank line that ends the header is missing"),
    Case("after a field", b"GET /a HTTP/1.1\nHost: h\n", BAD, "blank line that ends the header is missing"),
    Case("in a field", b"GET /a HTTP/1.1\r\nHost: h", BAD, "within the header"),
    Case("in a body", post(b"Content-Length: 37", b"0123456789"), BAD, "the body ended at byte 10 of 37"),
    Case("before a body", post(b"Content-Length: 37"), BAD, "the body ended at byte 0 of 37"),
    Case("in a chunk", chunks(b"5\r\nhel"), BAD, "before its last chunk"),
    Case("before the last chunk", chunks(b"5\r\nhello\r\n"), BAD, "before its last chunk"),
    Case("before the trailer's end", chunks(b"0\r\n"), BAD, "before its last chunk"),
)  # fmt: skip
