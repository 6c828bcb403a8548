"""Delays of the answers to bad credentials, by source: from the third in a second on, and longer each time.

Only the answer to a bad credential waits, in the process that made it; requests with good ones are answered
at once, of the same source too. What is known of a source is in memory that all processes of a worker share,
without a lock: two of them at one moment may count as one. The number of processes that wait is limited;
another bad credential is answered at once then, and its connection closed.
"""

from __future__ import annotations

from mmap import mmap
from time import monotonic

from restd_inet.serve.limits import source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Peer
    from restd_inet.settings import Settings

#: Bad credentials within so many seconds of which the last is delayed: this one and two before it.
WINDOW = 1.0
#: Seconds of the first delay, which doubles, and of the longest.
FIRST, LONGEST = 0.25, 4.0
#: Seconds without a bad credential after which a source begins anew.
CALM = 30.0
#: One in so many connections may wait.
SHARE = 4
_SOURCES = 1024
_TRIED = 8
#: Of a source, numbers of C's double: who it is, when it sent the last two, and how many have been delayed.
_WHO, _LAST, _BEFORE, _DELAYED = range(4)
_FIELDS = 4
_DOUBLE = 8
_WHO_BITS = (1 << 52) - 1


class Penalties:
    """What sources have sent. One object for all processes that are forked from its own."""

    def __init__(self, settings: Settings) -> None:
        self._which = settings.auth_penalty
        self._longest = min(LONGEST, settings.request_timeout / 2)
        places = max(1, settings.max_connections // SHARE)
        self._sources = memoryview(mmap(-1, _SOURCES * _FIELDS * _DOUBLE)).cast("d")
        self._until = memoryview(mmap(-1, places * _DOUBLE)).cast("d")

    def delay(self, peer: Peer) -> float | None:
        """Counts a bad credential. Seconds that its answer waits; None: too many wait already."""
        if not self._applies(peer):
            return 0.0
        now = monotonic()
        first = self._place(source(peer), now)
        entry = self._sources[first : first + _FIELDS]
        calm = now - entry[_LAST] > CALM
        frequent = now - entry[_BEFORE] <= WINDOW
        delayed = 0.0 if calm else entry[_DELAYED]
        delayed += bool(delayed) or frequent
        entry[_BEFORE], entry[_LAST], entry[_DELAYED] = entry[_LAST], now, delayed
        if not delayed:
            return 0.0
        seconds = min(self._longest, FIRST * 2 ** min(delayed - 1, 16))
        return seconds if self._wait(now, seconds) else None

    def _applies(self, peer: Peer) -> bool:
        if self._which == "remote":
            return peer.kind == "inet" and not peer.name.startswith(("127.", "[::1]"))
        return self._which == "all"

    def _place(self, name: str, now: float) -> int:
        """Where the source is: its own place, or another's that is calm or has sent the least."""
        who = float((hash(network(name)) & _WHO_BITS) or 1)
        places = [(int(who) + step) % _SOURCES * _FIELDS for step in range(_TRIED)]
        for place in places:
            if self._sources[place + _WHO] == who:
                return place
        place = min(places, key=lambda place: self._weight(place, now))
        self._sources[place + _WHO] = who
        self._sources[place + _LAST] = self._sources[place + _BEFORE] = now - CALM - WINDOW
        self._sources[place + _DELAYED] = 0.0
        return place

    def _weight(self, place: int, now: float) -> tuple[bool, float, float]:
        """What speaks for keeping the source of a place."""
        last, delayed = self._sources[place + _LAST], self._sources[place + _DELAYED]
        return now - last <= CALM, delayed, last

    def _wait(self, now: float, seconds: float) -> bool:
        """Takes a place among those that wait, which is free again when the time is over."""
        for place, until in enumerate(self._until):
            if until <= now:
                self._until[place] = now + seconds
                return True
        return False


def network(name: str) -> str:
    """The source that an address belongs to: of IPv6 the network of 64 bits, of which a host has all."""
    if not name.startswith("["):
        return name
    head, gap, _ = name.strip("[]").partition("::")
    groups = head.split(":") if head else []
    return ":".join([*groups, *(["0"] * 4 if gap else [])][:4])
