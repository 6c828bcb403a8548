"""HTTP/1.1 on one connection, without I/O: bytes in, Request out; Response in, bytes out.

1. h11 gets bytes only after `head` and `body` have found where this request's part of them ends.
2. What follows a request is read only after its answer is complete and its body read to the end; where that
   cannot be, the answer says "Connection: close" and nothing more is read. http.state has these rules.

h11 parses requests. Answers are written here: h11 would close HTTP/1.0 connections and choose the order of
the fields.
"""

from __future__ import annotations

import re

import h11

from restd_inet.http import response_head, state
from restd_inet.http.body import Chunks, Length, too_large
from restd_inet.http.head import Head, malformed, request_line
from restd_inet.http.state import CONNECTION, REQUEST, after
from restd_inet.message import Request, Response
from restd_inet.problems import Problem
from restd_inet.spool import collected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_BLANK_LINES = re.compile(rb"(?:\r?\n)+")
_END_OF_HEAD = re.compile(rb"\n\r?\n")
# Bytes of a request line for method and version, beside the target.
_LINE_SLACK = 64
_CHUNK_BYTES = 32768
# Refusals after which the client may try again on a new connection; the others that close mean broken bytes.
_NOT_BROKEN = (413, 417, 501)


class Limits:
    """How much a client may send before it is refused (431, 414, 413), and requests per connection."""

    __slots__ = ("body_bytes", "chunks", "header_bytes", "requests", "target_bytes")

    def __init__(
        self,
        header_bytes: int = 131072,
        target_bytes: int = 65536,
        body_bytes: int = 52428800,
        requests: int = 1000,
        chunks: int = 100_000,
    ) -> None:
        self.header_bytes = header_bytes
        self.target_bytes = target_bytes
        self.body_bytes = body_bytes
        self.requests = requests
        self.chunks = chunks


class Wire:
    """One connection's HTTP.

    strict: require what RFC 9112 requires of a network client (Host); without, people may type requests into
    a pipe. chunked: send bodies of unknown length in chunks; without, collect them, in a file if they are
    long, and send a Content-Length. answered: how many requests were answered.

    The order of calls: `receive` and `request` until there is a request; `continue_`, `receive` and `body` if
    its body is wanted; `respond`; then, if `keep_alive`, `receive` and `skip` until the rest of the body is
    gone, and from the start.
    """

    def __init__(self, limits: Limits, strict: bool = True, chunked: bool = True) -> None:
        self._limits = limits
        self._strict = strict
        self._chunked = chunked
        self.answered = 0
        self._request_state = state.IDLE
        self._connection_state = state.OPEN
        # What was received and not yet taken; `_searched` bytes of it have no end of the head.
        self._in = bytearray()
        self._searched = 0
        self._start: tuple[bytes, bytes, int] | None = None  # the request line, once it is complete
        self._input_ended = False
        # The current request.
        self._raw = b""  # its head, as received
        self._head: Head | None = None
        self._bound: Length | Chunks = Length(0)
        self._parser: h11.Connection | None = None
        # The last head of a request without a body, to know it again: see `_take_known_head`.
        self._known: tuple[bytes, Head] | None = None
        self._failure: Problem | None = None

    def receive(self, data: bytes) -> None:
        """Takes what was read; b"" is the end of the input."""
        if data:
            self._in += data
        else:
            self._input_ended = True

    @property
    def keep_alive(self) -> bool:
        """Whether another request may follow the answer."""
        return self._connection_state != state.CLOSING

    @property
    def broken(self) -> bool:
        """Whether the client's bytes were not understood to their end, or an answer failed."""
        return self._request_state == state.BROKEN

    @property
    def started(self) -> bool:
        """Whether the client has sent a part of a request that is not answered yet."""
        # A carriage return may be the first half of a blank line.
        return self._request_state != state.IDLE or bytes(self._in[:2]) not in (b"", b"\r")

    @property
    def unread(self) -> bool:
        """Whether the client may still be sending what will not be read."""
        read = self._request_state in (state.IDLE, state.COMPLETE) and not self._in
        return not self._input_ended and not read

    @property
    def ended(self) -> bool:
        """Whether the input ended between requests, where it may."""
        return self._input_ended and not self.started

    def finish(self) -> None:
        """Makes the next answer the last. May be called from a signal handler."""
        self._connection_state = after(CONNECTION, self._connection_state, state.FINISH)

    def close(self) -> None:
        """No other request is read."""
        self._connection_state = after(CONNECTION, self._connection_state, state.CLOSE)

    def _happened(self, event: str) -> None:
        self._request_state = after(REQUEST, self._request_state, event)

    def request(self, read: Callable[[], bytes]) -> Request | None:
        """The next request; None if more input is needed or the input has ended."""
        try:
            head = self._take_known_head()
            if head is None:
                head = self._take_head()
                if head is None:
                    return None
                self._parse(head)
        except Problem as problem:
            raise self.fail(problem) from None
        self._head = head
        version = "1.1" if head.minor else "1.0"
        headers = {**head.headers}
        return Request(head.method, head.target, head.path, head.query, headers, version, read, head.kept)

    def _take_known_head(self) -> Head | None:
        """Takes a head off the buffer that has the same bytes as the one before; None for any other.

        Clients that keep a connection mostly ask again what they have asked, and to check the head, here and
        in h11, is a sixth of the time of a short request. The bytes are compared whole, so that a request
        gets nothing, such as a token, that it has not sent itself.
        """
        if self._known is None or self._request_state != state.IDLE:
            return None
        raw, head = self._known
        if not self._in.startswith(raw):
            return None
        del self._in[: len(raw)]
        self._raw = raw
        self._searched, self._start = 0, None
        self._happened(state.HEAD_ONLY)
        return head

    def _take_head(self) -> Head | None:
        """Takes the next head off the buffer; None if it is not complete.

        The order of the checks is the order of the bytes, so that a request gets the same answer
        however it was cut into pieces.
        """
        buffer = self._in
        # RFC 9112 section 2.2: editors and old clients put blank lines between requests.
        blank = _BLANK_LINES.match(buffer)
        if blank is not None:
            del buffer[: blank.end()]
        if not self.started:
            return None
        start = self._start = self._start or self._request_line()
        match = _END_OF_HEAD.search(buffer, max(0, self._searched - 2))
        size = match.end() if match else len(buffer)
        if size > self._limits.header_bytes:
            raise malformed(f"the request's header is larger than {self._limits.header_bytes} bytes.", 431)
        if match is None or start is None:
            self._searched = size
            if self._input_ended:
                raise self._truncated()
            return None
        lines = bytes(buffer[:size]).split(b"\n")[1:-2]
        self._raw = bytes(buffer[:size])
        del buffer[:size]
        self._searched, self._start = 0, None
        return Head(start, [line.removesuffix(b"\r") for line in lines], self._strict)

    def _request_line(self) -> tuple[bytes, bytes, int] | None:
        """The request line, once it is complete; refused as soon as it cannot become a valid one."""
        limit = self._limits.target_bytes
        if self._in[0] <= 0x20:
            return request_line(bytes(self._in[:1]), limit)
        end = self._in.find(b"\n", self._searched, limit + _LINE_SLACK)
        if end >= 0:
            return request_line(bytes(self._in[:end]).removesuffix(b"\r"), limit)
        if len(self._in) >= limit + _LINE_SLACK:
            raise malformed(f"the request target is longer than {limit} bytes.", 414)
        return None

    def _truncated(self) -> Problem:
        if self._in.endswith(b"\n"):
            return malformed("the blank line that ends the header is missing.")
        return malformed(f"the input ended within the header, after {len(self._in)} bytes.")

    def _parse(self, head: Head) -> None:
        """Gives the checked head to h11, which may still refuse it."""
        self._parser = h11.Connection(h11.SERVER, self._limits.header_bytes + _LINE_SLACK)
        self._parser.receive_data(head.canonical())
        self._event()
        if head.chunked:
            self._bound = Chunks(self._limits.body_bytes, self._limits.header_bytes, self._limits.chunks)
        else:
            self._bound = Length(head.length)
        has_body = head.chunked or head.length
        self._known = None if has_body else (self._raw, head)
        self._happened((state.HEAD_WAITING if head.expects else state.HEAD) if has_body else state.HEAD_ONLY)

    def _event(self) -> object:
        assert self._parser is not None
        try:
            return self._parser.next_event()
        except h11.RemoteProtocolError as error:
            raise malformed(f"the request is malformed: {error}.", error.error_status_hint) from None

    def unserved(self) -> bytes:
        """The current request, of whose body nothing was asked for, and what was received after its head."""
        return self._raw + bytes(self._in)

    def continue_(self) -> bytes:
        """The interim answer for which the client waits before it sends the body (RFC 9110 10.1.1)."""
        if self._request_state != state.WAITING:
            return b""
        self._happened(state.WANTED)
        # Not if the body is on its way already.
        return b"" if self._in else b"HTTP/1.1 100 Continue\r\n\r\n"

    def _too_large(self) -> bool:
        return isinstance(self._bound, Length) and self._bound.total > self._limits.body_bytes

    def body(self) -> bytes | None:
        """The next piece of the body; b"" at its end; None if more input is needed."""
        try:
            return self._next_piece()
        except Problem as problem:
            raise self.fail(problem) from None

    def _next_piece(self) -> bytes | None:
        if self._failure is not None:
            raise self._failure
        if self._request_state == state.COMPLETE:
            return b""
        if self._too_large():
            raise too_large(self._limits.body_bytes)
        while True:
            event = self._event()
            if isinstance(event, h11.Data):
                return bytes(event.data)
            if isinstance(event, h11.EndOfMessage):
                self._happened(state.END)
                return b""
            piece = self._bound.take(self._in)
            if piece:
                self._happened(state.DATA)
                assert self._parser is not None
                self._parser.receive_data(piece)
            elif self._input_ended:
                raise self._bound.truncated()
            else:
                return None

    def fail(self, problem: Problem) -> Problem:
        """Notes that nothing is read any more after this; the problem is what is answered."""
        self._failure = problem
        self._happened(state.REFUSE if problem.status in _NOT_BROKEN else state.BREAK)
        self.close()
        return problem

    def respond(self, response: Response) -> Iterable[bytes]:
        """The answer as bytes, head first. May be called again if none of them were sent."""
        head = self._head
        self.answered += 1
        if not self._may_go_on():
            self.close()
        framing, pieces = self._envelope(response)
        connection = None if self.keep_alive else "close"
        if self.keep_alive and head is not None and head.minor == 0:
            connection = "keep-alive"
        start = response_head.head(response.status, response.headers, framing, connection)
        return _prefixed(start, pieces)

    def _may_go_on(self) -> bool:
        if self._connection_state != state.OPEN or self.answered >= self._limits.requests:
            return False
        if self._head is None or not self._head.keep_alive:
            return False
        # A client that was refused without 100 Continue may or may not send its body: its next bytes are
        # ambiguous.
        if self._request_state == state.BODY:
            return not self._too_large()
        return self._request_state == state.COMPLETE

    def _envelope(self, response: Response) -> tuple[tuple[str, str] | None, Iterable[bytes]]:
        """RFC 9112 section 6: the field that says where the answer's body ends, and its pieces."""
        body = response.body
        if response.status in (204, 304):
            _drop(body)
            return None, ()
        bodiless = self._head is not None and self._head.method == "HEAD"
        if isinstance(body, bytes):
            body = [body] if body else []
        elif (known := getattr(body, "length", None)) is not None:
            if bodiless:
                _drop(body)
            return ("Content-Length", str(known)), () if bodiless else body
        elif not isinstance(body, (list, tuple)):
            if bodiless and (self._chunked or response.live):
                _drop(body)
                return None, ()
            if self._head is not None and (self._chunked or response.live):
                return self._stream(body, response.live)
            if not bodiless:
                length, body = collected(body)
                return ("Content-Length", str(length)), body
        length = sum(map(len, body))
        return ("Content-Length", str(length)), () if bodiless else body

    def _stream(self, body: Iterable[bytes], live: bool) -> tuple[tuple[str, str] | None, Iterable[bytes]]:
        """live: each piece is a chunk."""
        assert self._head is not None
        if self._head.minor == 0 or not self._chunked:
            self.close()
            return None, body
        return ("Transfer-Encoding", "chunked"), _live(body) if live else _chunked(body)

    def skip(self) -> bool:
        """After an answer: discards the unread body. False if more input is needed."""
        while piece := self.body():
            pass
        if piece is None:
            return False
        self._happened(state.NEXT)
        self._head = None
        self._raw = b""
        return True


def _drop(body: bytes | Iterable[bytes]) -> None:
    """Releases what a body holds that will not be read."""
    close = getattr(body, "close", None)
    if close:
        close()


def _prefixed(start: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield start
    yield from pieces


def _chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """RFC 9112 section 7.1; small pieces are joined into larger chunks."""
    chunk: list[bytes] = []
    size = 0
    for piece in pieces:
        if piece:
            chunk.append(piece)
            size += len(piece)
        if size >= _CHUNK_BYTES:
            yield from (b"%x\r\n" % size, *chunk, b"\r\n")
            chunk, size = [], 0
    if size:
        yield from (b"%x\r\n" % size, *chunk, b"\r\n")
    yield b"0\r\n\r\n"


def _live(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if piece:
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
