"""Who may come in, and when: how many connections at once, how many of one source, how many a second."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Peer
    from restd_inet.settings import Settings

FOREVER = float("inf")
#: Between looks at the connections of other listening processes, which say nothing when one ends.
_LOOK_SECONDS = 0.1


class Gate:
    """The connections that are open, by the process that serves each."""

    def __init__(self, settings: Settings) -> None:
        self._most = settings.max_connections
        self._most_of_one = settings.max_per_source
        self._most_of_host = settings.max_per_source or of_one_host(settings.max_connections)
        self._rate = settings.accept_rate
        self._saved = float(max(self._rate, 1))  # connections that may be accepted at once
        self._counted_at = 0.0
        self._inside: dict[int, Peer] = {}
        self._sources: dict[str, int] = {}
        self._count: memoryview | list[int] = [0]
        self._elsewhere: list[memoryview] = []

    def share(self, count: memoryview, elsewhere: list[memoryview]) -> None:
        """Counts the connections of other listening processes too. count: where this one's are told."""
        self._count, self._elsewhere = count, elsewhere

    def __len__(self) -> int:
        return len(self._inside)

    @property
    def pids(self) -> list[int]:
        return list(self._inside)

    def wait(self, now: float) -> float:
        """Seconds until the next connection may be accepted; FOREVER: not before one has ended."""
        elsewhere = sum(count[0] for count in self._elsewhere)
        if len(self._inside) + elsewhere >= self._most:
            return _LOOK_SECONDS if elsewhere else FOREVER
        if not self._rate:
            return 0.0
        self._saved = min(float(self._rate), self._saved + (now - self._counted_at) * self._rate)
        self._counted_at = now
        return max(0.0, (1 - self._saved) / self._rate)

    def knock(self, peer: Peer) -> bool:
        """Counts a connection that was accepted. False: its source has as many as it may."""
        self._saved -= 1
        most = self._most_of_host if peer.kind == "inet" else self._most_of_one
        return not most or self._sources.get(source(peer), 0) < most

    def enter(self, pid: int, peer: Peer) -> None:
        self._inside[pid] = peer
        self._count[0] = len(self._inside)
        name = source(peer)
        self._sources[name] = self._sources.get(name, 0) + 1

    def leave(self, pid: int) -> Peer | None:
        """Whose connection has ended; None if that process served none."""
        peer = self._inside.pop(pid, None)
        self._count[0] = len(self._inside)
        if peer is not None:
            name = source(peer)
            self._sources[name] -= 1
            if not self._sources[name]:
                del self._sources[name]
        return peer


def of_one_host(most: int) -> int:
    """How many of all connections one host may have where nothing is said: others find a place beside it."""
    return max(2, most // 2)


def source(peer: Peer) -> str:
    """Whose connections are counted together: those of a host, or of a user of this machine."""
    return peer.name.rpartition(":")[0] if peer.kind == "inet" else f"uid {peer.uid}"
