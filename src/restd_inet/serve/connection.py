"""One connection from its first byte to its last: reads and writes for http.wire, with time limits.

Time limits: if no request begins within `idle_timeout`, the connection is closed without an answer. A request
must arrive within `request_timeout` of its first byte, or it is answered 408; its answer must begin within
the same time, or it is answered 504. If Python code does not return, the timer of restd_inet.limit ends the
process. serve.output has the limits of writing.

While slurmdbd makes a long answer, the process checks whether the client is gone. The end of its input does
not mean that (`echo … |`, `nc -N`); it is gone if nobody can read the answer. For TCP, keep-alive probes find
out, usually within a minute.
"""

from __future__ import annotations

import _socket  # the C half of socket: socket.py alone costs a cold process 5 ms
import os
import select
from time import monotonic

from restd_inet import lazy, limit, log
from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Peer, Request, Response
from restd_inet.problems import Problem
from restd_inet.process import ANSWERED, BROKEN, FAILED
from restd_inet.serve import access_log
from restd_inet.serve.held import Held
from restd_inet.serve.output import Gone, Output, as_socket, probe, wait
from restd_inet.suppress import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.settings import Settings

    Handle = Callable[[Request, Peer], Response]
    #: Seconds by which the answer to a bad credential of a peer is delayed; None: it is the last one.
    Penalty = Callable[[Peer], float | None]

_READ_BYTES = 65536
# Small pieces of an answer are written together: this many bytes, and fewer pieces than IOV_MAX.
_WRITE_BYTES = 65536
_WRITE_PIECES = 512
_LINGER_SECONDS = 2.0
_SAFE = ("GET", "HEAD")


class Connection:
    """The requests of one peer, answered in order.

    source, sink: descriptors to read and write; a socket is both.
    handle: returns the answer to a request; raises nothing but NeedsNewProcess, which `run` passes on.
    received, answered: the bytes another process has read of the next request, and how many it has answered.
    penalty: for answers to bad credentials; None: they are not delayed.
    """

    def __init__(
        self,
        source: int,
        sink: int,
        peer: Peer,
        settings: Settings,
        handle: Handle,
        received: bytes = b"",
        answered: int = 0,
        penalty: Penalty | None = None,
    ) -> None:
        self._penalty = penalty
        self._source = source
        self._sink = sink
        self._peer = peer
        self._settings = settings
        self._handle = handle
        self._socket = as_socket(sink)
        if self._socket and self._socket.family in (_socket.AF_INET, _socket.AF_INET6):
            probe(self._socket)
        strict = peer.kind in ("unix", "inet")
        self._wire = Wire(_limits(settings), strict, chunked=self._socket is not None)
        if received:
            self._wire.receive(received)
        self._wire.answered = answered
        self._impatient = self._socket is not None and peer.kind != "pipe"
        self._out = Output(sink, self._socket, self._impatient, settings)
        socket = self._socket is not None
        self._held = Held(source, sink, socket, peer, settings, lambda: self.finish(now=True))
        self._deadline = 0.0
        self._request: Request | None = None
        self._entry = access_log.Entry(peer.name, settings.metrics)
        self._lost = False
        self._refused = False
        self._ending = False
        self._unread = False  # answered before a request was read

    def run(self) -> int:
        """Answers requests until the input ends; the exit status: ANSWERED, BROKEN, or FAILED with --fail."""
        try:
            while self._exchange():
                pass
        except (Gone, OSError) as error:
            self._lost = True
            log.write(log.VERBOSE, f"{self._peer.name}: {error}")
        self._close()
        limit.stop()
        if self._refused and self._settings.fail:
            return FAILED
        return BROKEN if self._lost or self._wire.broken else ANSWERED

    def unserved(self) -> tuple[int, bytes]:
        """For another process: how many requests were answered, and the bytes read of the next."""
        return self._wire.answered, self._wire.unserved()

    def finish(self, now: bool = False) -> None:
        """Makes the next answer the last; `now`: ends the connection unless a request has begun.

        May be called from a signal handler.
        """
        self._wire.finish()
        self._held.ending = True
        if now:
            self._ending = True
            if self._request is None and not self._wire.started and self._socket:
                with suppress(OSError):
                    self._socket.shutdown(_socket.SHUT_RD)

    def report(self) -> None:
        """Logs the state of the connection. May be called from a signal handler."""
        request, now = self._request, monotonic()
        if request is not None:
            entry, sent = self._entry, self._out.sent
            state = f"{access_log.text(entry.values)}, since {now - entry.began:.0f} s, {sent} bytes sent"
        else:
            state = "receiving a request" if self._wire.started else "waiting for a request"
            state += f" of {self._peer.name}"
        log.write(log.INFO, f"process {os.getpid()}: {state}; {self._wire.answered} requests answered before")

    def _exchange(self) -> bool:
        """One request and its answer. False if it was the last."""
        self._deadline = 0.0
        self._request = None
        self._entry.begin("a malformed request")
        self._out.begin()
        idle = 0.0 if self._ending else self._settings.idle_timeout
        idle_end = monotonic() + idle
        limit.idle(idle)
        body = _Body(self)
        try:
            if self._wire.started:
                self._start_clock()
            while (request := self._wire.request(body.read)) is None:
                if self._wire.ended or not self._fill(idle_end):
                    return False
        except Problem as problem:
            self._answer(plain(problem))
            return False
        self._request = request
        request.client_gone, request.prepare = self._client_gone, self._prepare
        request.held = self._held
        access_log.identify(request, generate=self._impatient)
        self._entry.take(request)
        if log.level >= log.DEBUG2:
            access_log.log_head(self._peer.name, request)
        self._held.begin()
        refusal = self._behind_proxy(request) if self._settings.trusted_proxy else None
        self._prepare(None)
        self._work()
        response = refusal or self._handle(request, self._peer)
        if response.bad_credential and self._penalty is not None:
            self._delay(self._penalty(self._peer))
        self._answer(response)
        self._leave_source()
        return self._wire.keep_alive and self._skip()

    def _leave_source(self) -> None:
        """The request does not count for its client any more."""
        self._held.leave()
        if self._settings.trusted_proxy and (clients := forwarded().clients):
            clients.leave()

    def _behind_proxy(self, request: Request) -> Response | None:
        """Names the client behind a proxy in the log; the refusal of one that has too many requests."""
        module = forwarded()
        client = module.client(self._peer, request.headers, self._settings.trusted_proxy)
        if not client:
            return None
        self._entry.values |= {"client": client, "proxy": self._peer.name}
        self._held.client = client
        refusal = lazy.module("restd_inet.serve.limits").refusal(client, module.clients, self._settings)
        return plain(refusal) if refusal else None

    def _skip(self) -> bool:
        """Reads and discards a body that the handler did not read."""
        self._deadline = 0.0  # the time that the answer took does not count
        limit.reading(self._settings.request_timeout, self._settings.request_timeout)
        try:
            while not self._wire.skip():
                self._fill()
        except Problem as problem:
            log.write(log.INFO, f"{self._peer.name}: after the answer: {problem.text}")
            return False
        return True

    def read_body(self) -> bytes:
        """The whole body of the current request."""
        limit.reading(self._deadline - monotonic(), self._settings.request_timeout)
        pieces: list[bytes] = []
        while piece := self._wire.body():
            pieces.append(piece)
        if piece is None and (interim := self._wire.continue_()):
            self._out.write([interim])
        while piece != b"":
            if piece:
                pieces.append(piece)
            else:
                self._fill()
            piece = self._wire.body()
        self._work()
        return b"".join(pieces)

    def _work(self) -> None:
        safe = self._request is not None and self._request.method in _SAFE
        limit.working(self._settings.request_timeout, self._client_gone, safe)

    def _delay(self, seconds: float | None) -> None:
        """Waits before the answer to a bad credential, as long as there is a client."""
        if seconds is None:
            self._wire.finish()
        elif seconds:
            log.write(log.VERBOSE, f"{self._peer.name}: bad tokens: the answer waits for {seconds:g} s")
            self._work()
            wait(self._sink, 0, monotonic() + seconds)

    def _prepare(self, response: Response | None) -> None:
        """Stores the answer that the timer sends if it ends the process during the request."""
        request = self._request
        media, document, bodiless = "", b"", request is not None and request.method == "HEAD"
        if response is not None:
            media = dict(response.headers).get("Content-Type", "")
            document = response.body if isinstance(response.body, bytes) else b""
        quoted = not media.startswith("text/plain")
        if media and request is not None:
            media += "".join(f"\r\n{name}: {value}" for name, value in access_log.answered(request, 504))
        limit.words(media.encode("latin-1"), document, quoted, bodiless, self._entry.line())
        self._entry.measure(self._held.waited)

    def abandon(self, response: Response) -> None:
        """Sends an answer without reading a request: the process is about to end."""
        self._wire.close()
        self._unread = True
        self._entry.begin("refused an unread request")
        if self._out.sent:
            log.write(log.ERROR, "the process ends before the answer is complete")
            return
        try:
            self._answer(response)
        except (Gone, OSError) as error:
            log.write(log.VERBOSE, f"{self._peer.name}: {error}")
        self._close()

    def _client_gone(self) -> bool:
        """Whether nobody can read the answer."""
        poll = select.poll()
        poll.register(self._sink, 0)  # POLLHUP and POLLERR are always reported
        gone = bool(poll.poll(0))
        if gone:
            log.write(log.INFO, f"{self._peer.name}: the client closed the connection before the answer")
        return gone

    def _start_clock(self) -> None:
        if not self._deadline:
            seconds = self._settings.request_timeout
            now = monotonic()
            self._deadline = now + seconds
            self._entry.began = self._entry.began or now
            limit.begin(self._sink, self._socket is not None, access_log.encoded(self._entry.values))
            self._entry.measure(False)
            limit.reading(seconds, seconds)

    def _fill(self, idle_end: float = 0.0) -> bool:
        """Reads once. False if no request has begun and nothing came until `idle_end`."""
        begun = self._wire.started
        if begun:
            self._start_clock()
        end = self._deadline if begun else idle_end
        if (begun and end <= monotonic()) or not wait(self._source, select.POLLIN, end):
            if not begun:
                return False
            seconds = self._settings.request_timeout
            raise self._wire.fail(Problem(408, f"the request did not arrive within {seconds:g} seconds."))
        try:
            data = os.read(self._source, _READ_BYTES)
        except BlockingIOError:  # another process reads from this descriptor, too
            return True
        except OSError as error:  # nothing more comes; an answer may not arrive either
            log.write(log.VERBOSE, f"{self._peer.name}: {error}")
            self._lost = True
            data = b""
        self._wire.receive(data)
        if self._wire.started:
            self._start_clock()
        return True

    def _answer(self, response: Response) -> None:
        """Sends an answer; if its body fails before anything was sent, the answer for that failure."""
        reason = ""
        try:
            self._send(response)
        except Gone:
            raise
        except Exception as error:
            problem: Problem = (
                error if isinstance(error, Problem) else lazy.module("restd_inet.failures").unexpected(error)
            )
            log.write(log.ERROR, f"the answer could not be made: {problem.text}")
            reason = problem.text
            if self._out.sent:
                raise Gone("the answer is incomplete") from error
            response = (response.failed or plain)(self._wire.fail(problem))
            self._send(response)
        finally:
            self._refused = self._refused or response.status >= 400
            said = response.reason or reason
            self._entry.answered(response.status, self._out.sent, said, self._held.waited)

    def _send(self, response: Response) -> None:
        batch: list[bytes] = []
        size = 0
        if self._request is not None and (fields := access_log.answered(self._request, response.status)):
            response.headers = [*response.headers, *fields]
        for piece in self._wire.respond(response):
            batch.append(piece)
            size += len(piece)
            if response.live or size >= _WRITE_BYTES or len(batch) >= _WRITE_PIECES:
                self._out.send(batch)
                batch, size = [], 0
        self._leave_source()  # before the client knows that it is answered
        self._out.send(batch)

    def _close(self) -> None:
        """Closes the connection. Reads what is still sent: unread input would make TCP reset it too early."""
        if not self._socket:
            return
        limit.idle(_LINGER_SECONDS)
        try:
            self._socket.shutdown(_socket.SHUT_WR)
            end = monotonic() + _LINGER_SECONDS
            while self._wire.unread and not self._lost and wait(self._source, select.POLLIN, end):
                if not os.read(self._source, _READ_BYTES):
                    break
        except OSError:
            pass  # the client was faster
        self._socket.detach()


class _Body:
    """Request.read: reads the body once and keeps it."""

    __slots__ = ("_bytes", "_connection")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._bytes: bytes | None = None

    def read(self) -> bytes:
        if self._bytes is None:
            self._bytes = self._connection.read_body()
        return self._bytes


def _limits(settings: Settings) -> Limits:
    return Limits(
        settings.max_header,
        settings.max_target,
        settings.max_body,
        settings.max_requests,
        settings.max_chunks,
    )


def forwarded() -> Any:
    return lazy.module("restd_inet.serve.forwarded")


def plain(problem: Problem) -> Response:
    """The answer in plain text, for a request whose API version is not known."""
    headers = [("Content-Type", "text/plain; charset=utf-8"), *problem.headers]
    return Response(problem.status, headers, f"{problem.text}\n".encode(), problem.text)
