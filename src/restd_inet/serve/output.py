"""The sending half of a connection: writes within time limits.

A client on a socket that takes nothing of its answer for `request_timeout`, or later less than `min_rate`
bytes a second, is disconnected. It has taken what its kernel has acknowledged. The reader of a pipe is not,
nor the process that started this one: `| less` occupies only its user's process.
"""

from __future__ import annotations

import _socket
import os
import select
import stat
from time import monotonic

from restd_inet import _process, limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.settings import Settings

#: How often in `request_timeout` the kernel is asked what a client has taken.
_LOOKS = 20
#: Of TCP's keep-alive probes: seconds of silence before the first and between them; how many.
_PROBES = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 6}


class Gone(Exception):
    """The client does not read its answer; there is nobody to send another one to."""


class Output:
    """Where the answers of a connection are written to.

    sink: the descriptor; socket: the same, if it is one. impatient: whether the client may be disconnected.
    sent: bytes of the current answer.
    """

    def __init__(self, sink: int, socket: _socket.socket | None, impatient: bool, settings: Settings) -> None:
        self._sink = sink
        self._socket = socket
        self._impatient = impatient
        self._settings = settings
        self.sent = 0
        self._waited = 0.0  # seconds until the client took them
        self._backlog = 0  # bytes of earlier answers that the client had not taken

    def begin(self) -> None:
        """Another answer follows."""
        self.sent, self._waited = 0, 0.0
        self._backlog = _process.queued(self._sink) if self._impatient else 0

    def send(self, batch: list[bytes]) -> None:
        """Writes pieces of the answer."""
        limit.spoken()
        self.sent += self.write(batch)

    def write(self, batch: list[bytes]) -> int:
        """Writes all pieces, in as few calls as possible; the number of bytes."""
        views = [memoryview(piece) for piece in batch if piece]
        size, written = sum(map(len, views)), 0
        while views:
            if self._impatient:
                self._wait_for_room(written)
            else:
                limit.stop()
                wait(self._sink, select.POLLOUT, None)
            try:
                if self._socket:
                    count = self._socket.sendmsg(views, (), _socket.MSG_DONTWAIT | _socket.MSG_NOSIGNAL)
                else:
                    count = os.writev(self._sink, views)
            except BlockingIOError:
                continue
            except OSError as error:
                raise Gone(str(error)) from None
            views = _after(views, count)
            written += count
        if not self._impatient:
            limit.again(self._settings.request_timeout)
        return size

    def _wait_for_room(self, written: int) -> None:
        """Waits until the socket can be written to, as long as the network client takes its answer.

        A full send buffer becomes writable only when a large part of it is free; what the client takes until
        then shows in the length of the queue. written: bytes, beside those of before.
        """
        seconds, rate = self._settings.request_timeout, self._settings.min_rate
        given = self._backlog + self.sent + written
        began = progress = monotonic()
        queued = _process.queued(self._sink)
        while True:
            end = progress + seconds
            slow = "the client does not read its answer (--request-timeout)"
            last = began - self._waited + seconds + max(0, given - queued) / rate
            if last < end:
                end, slow = last, "the client reads its answer too slowly (--min-rate)"
            now = monotonic()
            if end <= now:
                raise Gone(slow)
            limit.writing(end - now)
            if wait(self._sink, select.POLLOUT, min(end, now + seconds / _LOOKS)):
                break
            before, queued = queued, _process.queued(self._sink)
            if queued < before:
                progress = monotonic()
        self._waited += monotonic() - began


def as_socket(descriptor: int) -> _socket.socket | None:
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return None
    return _socket.socket(fileno=descriptor)


def probe(socket: _socket.socket) -> None:
    """Enables TCP keep-alive probes."""
    socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_KEEPALIVE, 1)
    for name, number in _PROBES.items():
        socket.setsockopt(_socket.IPPROTO_TCP, getattr(_socket, name), number)


def wait(descriptor: int, event: int, end: float | None) -> bool:
    """Whether the descriptor was ready before `end`."""
    poll = select.poll()
    poll.register(descriptor, event)
    if end is None:
        return bool(poll.poll())
    return bool(poll.poll(max(0.0, end - monotonic()) * 1000))


def _after(views: list[memoryview], count: int) -> list[memoryview]:
    """The views without their first `count` bytes."""
    for index, view in enumerate(views):
        if count < len(view):
            return [view[count:], *views[index + 1 :]]
        count -= len(view)
    return []
