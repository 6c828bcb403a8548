"""Who is behind a proxy: X-Forwarded-For and Forwarded (RFC 7239), believed of --trusted-proxy alone.

The client is the last address that is no trusted proxy's. Where both fields are there and differ, one of them
may be the client's own: neither is believed. The processes of a listener count the requests of each such
client in shared memory: a place for each connection, with a number that stands for its client.
"""

from __future__ import annotations

import ipaddress
from mmap import mmap

from restd_inet.option_values import UNIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from restd_inet.message import Peer

_PLACE_BYTES = 8


def of_peer(peer: Peer) -> str:
    """The address of a TCP peer; UNIX for a Unix socket; "" for any other."""
    if peer.kind == "inet":
        return peer.name.rpartition(":")[0].strip("[]")
    return UNIX if peer.kind == "unix" else ""


def matches(address: str, networks: Sequence[object]) -> bool:
    """Whether an address is in one of the networks of an option."""
    if address in ("", UNIX):
        return address in networks if address else False
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(not isinstance(network, str) and mapped in network for network in networks)  # type: ignore[operator]


def client(peer: Peer, headers: Mapping[str, str], networks: Sequence[object]) -> str:
    """The address of the client behind a trusted proxy; "" if the peer is none, or says nothing valid."""
    if not matches(of_peer(peer), networks):
        return ""
    lists = []
    if "x-forwarded-for" in headers:
        lists.append(headers["x-forwarded-for"].split(","))
    if "forwarded" in headers:
        lists.append([_for(element) for element in headers["forwarded"].split(",")])
    found = {_last(addresses, networks) for addresses in lists}
    return found.pop() if len(found) == 1 else ""


def is_forwarded(headers: Mapping[str, str]) -> bool:
    return "x-forwarded-for" in headers or "forwarded" in headers


def _for(element: str) -> str:
    """The value of "for" in an element of Forwarded."""
    for pair in element.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            return value.strip('"')
    return ""


def _last(addresses: Sequence[str], networks: Sequence[object]) -> str:
    """The last address that is not trusted; "" if there is none, or one is not valid before it."""
    for text in reversed(addresses):
        address = _address(text.strip())
        if not address:
            return ""
        if not matches(address, networks):
            return address
    return ""


def _address(text: str) -> str:
    """An address without port and brackets, in its usual form; "" if it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


class Clients:
    """The clients behind proxies whose requests are worked on, in memory that all processes share."""

    def __init__(self, connections: int) -> None:
        self._memory = memoryview(mmap(-1, connections * _PLACE_BYTES)).cast("Q")
        self._place = 0

    def take(self, place: int) -> None:
        """In the process of a connection: its place."""
        self._place = place
        self._memory[place] = 0

    def admit(self, address: str, most: int) -> bool:
        """Counts a request. False: the client has `most` already, and this one is not counted."""
        packed = int.from_bytes(ipaddress.ip_address(address).packed, "big")
        number = (packed >> 64 ^ packed) & (1 << 64) - 1 or 1
        self._memory[self._place] = number
        if sum(each == number for each in self._memory) <= most:
            return True
        self.leave()
        return False

    def forget(self, place: int) -> None:
        """In the worker: the connection of that place has ended."""
        self._memory[place] = 0

    def leave(self) -> None:
        """The request is answered."""
        self._memory[self._place] = 0


#: Those of this listener; None without --trusted-proxy, and where a process serves standard input.
clients: Clients | None = None


def share(connections: int) -> Clients:
    """Makes the memory, before processes are forked."""
    global clients
    clients = Clients(connections)
    return clients
