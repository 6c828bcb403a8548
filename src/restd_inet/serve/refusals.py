"""Connections that are refused before a byte of them is read."""

from __future__ import annotations

import _socket
from collections import deque
from contextlib import suppress
from time import monotonic

from restd_inet.serve.limits import FOREVER

_ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Retry-After: %d\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
)
# Closed while its request is on the way, a TCP connection is reset, and the client may not see the
# answer: so it is kept for a moment, but not too many are.
_SECONDS = 1.0
_MOST = 64


class Refusals:
    """Answers 503 and closes, without waiting for anyone.

    text: why. later: seconds after which to try again.
    """

    def __init__(self, text: bytes, later: int) -> None:
        self._answer = _ANSWER % (later, len(text), text)
        self._kept: deque[tuple[float, _socket.socket]] = deque()

    def refuse(self, connection: _socket.socket) -> None:
        with suppress(OSError):
            connection.send(self._answer, _socket.MSG_DONTWAIT | _socket.MSG_NOSIGNAL)
            connection.shutdown(_socket.SHUT_WR)
        self._kept.append((monotonic() + _SECONDS, connection))
        if len(self._kept) > _MOST:
            self._kept.popleft()[1].close()

    def expire(self, now: float) -> float:
        """Closes what is due; seconds until the next is."""
        while self._kept and self._kept[0][0] <= now:
            self._kept.popleft()[1].close()
        return self._kept[0][0] - now if self._kept else FOREVER
