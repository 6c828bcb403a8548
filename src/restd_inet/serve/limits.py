"""Limits on connections: how many at once, how many of one source, how many a second; 503 for the others."""

from __future__ import annotations

import _socket
from collections import deque
from contextlib import suppress
from time import monotonic

from restd_inet import lazy
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Peer
    from restd_inet.serve.forwarded import Clients
    from restd_inet.settings import Settings

FOREVER = float("inf")
#: Seconds between reads of the counters of other listening processes, which report no end of a connection.
_LOOK_SECONDS = 0.1

_ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Retry-After: %d\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
)
# A TCP connection that is closed while its request is on the way is reset, and the client may not see the
# answer. So refused connections stay open for a moment, up to a limit.
_LINGER_SECONDS = 1.0
_MOST_LINGERING = 64


class ConnectionLimiter:
    """Counts the open connections, by the process that serves each, and decides which may be added."""

    def __init__(self, settings: Settings) -> None:
        self._most = settings.max_connections
        self._most_of_one = settings.max_per_source
        self._most_of_host = settings.max_per_source or of_one_host(settings.max_connections)
        self._trusted = settings.trusted_proxy
        self._rate = settings.accept_rate
        self._saved = float(max(self._rate, 1))  # connections that may be accepted at once
        self._counted_at = 0.0
        self._peers: dict[int, Peer] = {}
        self._sources: dict[str, int] = {}
        self._count: memoryview | list[int] = [0]
        self._elsewhere: list[memoryview] = []

    def share(self, count: memoryview, elsewhere: list[memoryview]) -> None:
        """Makes the limit common to several listening processes.

        count: where this process publishes its number of connections. elsewhere: where the others do.
        """
        self._count, self._elsewhere = count, elsewhere

    def __len__(self) -> int:
        return len(self._peers)

    @property
    def pids(self) -> list[int]:
        return list(self._peers)

    def wait(self, now: float) -> float:
        """Seconds until the next connection may be accepted; FOREVER: not before one has ended."""
        elsewhere = sum(count[0] for count in self._elsewhere)
        if len(self._peers) + elsewhere >= self._most:
            return _LOOK_SECONDS if elsewhere else FOREVER
        if not self._rate:
            return 0.0
        self._saved = min(float(self._rate), self._saved + (now - self._counted_at) * self._rate)
        self._counted_at = now
        return max(0.0, (1 - self._saved) / self._rate)

    def admit(self, peer: Peer) -> bool:
        """Counts an accepted connection against the rate. False: its source has reached its limit."""
        self._saved -= 1
        if self._trusted:  # a proxy's clients are counted one by one, request by request
            module = lazy.module("restd_inet.serve.forwarded")
            if module.matches(module.of_peer(peer), self._trusted):
                return True
        most = self._most_of_host if peer.kind == "inet" else self._most_of_one
        return not most or self._sources.get(source(peer), 0) < most

    def add(self, pid: int, peer: Peer) -> None:
        """Adds a connection and the process that serves it."""
        self._peers[pid] = peer
        self._count[0] = len(self._peers)
        name = source(peer)
        self._sources[name] = self._sources.get(name, 0) + 1

    def remove(self, pid: int) -> Peer | None:
        """Removes the connection of a process that has ended; its peer, None if the process served none."""
        peer = self._peers.pop(pid, None)
        self._count[0] = len(self._peers)
        if peer is not None:
            name = source(peer)
            self._sources[name] -= 1
            if not self._sources[name]:
                del self._sources[name]
        return peer


def of_one_host(most: int) -> int:
    """The default of --max-per-source for a host: half, so that others can still connect."""
    return max(2, most // 2)


def refusal(client: str, clients: Clients | None, settings: Settings) -> Problem | None:
    """Counts a request of a client behind a proxy among those of all; the answer if it has too many."""
    most = settings.max_per_source or of_one_host(settings.max_connections)
    if not clients or clients.admit(client, most):
        return None
    if settings.metrics:
        metrics = lazy.module("restd_inet.metrics")
        metrics.count(metrics.REFUSALS, "max-per-source")
    text = f"there are too many requests of {client} (--max-per-source); try again in a second"
    return Problem(503, text, headers=[("Retry-After", "1")])


def source(peer: Peer) -> str:
    """The key by which connections are counted: a host, or a user of this machine."""
    return peer.name.rpartition(":")[0] if peer.kind == "inet" else f"uid {peer.uid}"


class Refusals:
    """Answers connections 503 without reading from them, and closes them; never blocks.

    text: the body of the answer. later: its Retry-After, seconds.
    """

    def __init__(self, text: bytes, later: int) -> None:
        self._later = later
        self.say(text)
        self._lingering: deque[tuple[float, _socket.socket]] = deque()

    def say(self, text: bytes) -> None:
        self._answer = _ANSWER % (self._later, len(text), text)

    def refuse(self, connection: _socket.socket, silently: bool = False) -> None:
        """silently: without the answer, for a client that speaks TLS."""
        with suppress(OSError):
            if not silently:
                connection.send(self._answer, _socket.MSG_DONTWAIT | _socket.MSG_NOSIGNAL)
            connection.shutdown(_socket.SHUT_WR)
        self._lingering.append((monotonic() + _LINGER_SECONDS, connection))
        if len(self._lingering) > _MOST_LINGERING:
            self._lingering.popleft()[1].close()

    def expire(self, now: float) -> float:
        """Closes the connections that have lingered long enough; seconds until the next is due."""
        while self._lingering and self._lingering[0][0] <= now:
            self._lingering.popleft()[1].close()
        return self._lingering[0][0] - now if self._lingering else FOREVER
