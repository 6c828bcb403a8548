"""How many requests watch or wait at once: in memory that all processes of a listener share.

There is a place for each connection, with a number that stands for its source. Where a process serves
standard input there is no such memory, and no limit.
"""

from __future__ import annotations

from mmap import mmap

from restd_inet.serve.limits import of_one_host, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Peer
    from restd_inet.settings import Settings

_PLACE_BYTES = 8

_memory: memoryview | None = None
_place = 0


def share(connections: int) -> None:
    """Makes the memory, before processes are forked."""
    global _memory
    _memory = memoryview(mmap(-1, connections * _PLACE_BYTES)).cast("Q")


def take(place: int) -> None:
    """In the process of a connection: its place."""
    global _place
    _place = place
    leave()


def forget(place: int) -> None:
    """In the worker: the connection of that place has ended."""
    if _memory is not None and place >= 0:
        _memory[place] = 0


def admit(peer: Peer, client: str, settings: Settings) -> str:
    """Counts a request; the option that forbids it, which is not counted then, or "".

    client: the address of a client behind a proxy. What counts as a source is a host or a user, as with
    connections; users of this machine have no limit of their own by default.
    """
    if _memory is None:
        return ""
    number = hash(client or source(peer)) & (1 << 64) - 1 or 1
    _memory[_place] = number
    most = settings.max_watchers or max(1, settings.max_connections // 2)
    of_one = settings.max_watchers_per_source
    if not of_one and (client or peer.kind == "inet"):
        of_one = of_one_host(most)
    refused = ""
    if sum(map(bool, _memory)) > most:
        refused = "--max-watchers"
    elif of_one and sum(each == number for each in _memory) > of_one:
        refused = "--max-watchers-per-source"
    if refused:
        leave()
    return refused


def leave() -> None:
    """The request is answered."""
    forget(_place)
