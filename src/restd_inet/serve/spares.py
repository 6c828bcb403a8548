"""Processes that wait for a connection, forked ahead of it.

A process that has just been forked copies some thousand pages while it serves its first request. A spare one
has rehearsed a request before its connection comes, without a client's byte, and so has that behind it. The
worker hands it the connection over a socket that the two share, and hears on it that the process is idle:
after the rehearsal, and after a connection if it may serve another (--connections-per-process).

It waits with all signals blocked: what arrives takes effect when the connection does. It ends when the worker
closes its end.
"""

from __future__ import annotations

import _socket
import os
import select
from contextlib import suppress

from restd_inet.channel import receive, send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: Of a process: it waits for a connection.
IDLE = b"I"
#: Seconds without an event after which the worker makes spare processes.
QUIET_SECONDS = 0.005
_PLACE_BYTES = 4
#: Without --spare-processes: as many as processors, at least and at most.
_LEAST, _MOST = 2, 4


def usual() -> int:
    """How many there are by default."""
    return min(max(len(os.sched_getaffinity(0)), _LEAST), _MOST)


class Spares:
    """The worker's side: the processes that wait, and those that will wait again."""

    def __init__(self, poll: select.poll) -> None:
        self._poll = poll
        self._channels: dict[int, _socket.socket] = {}  # by process
        self._pids: dict[int, int] = {}  # by descriptor
        self._ready: list[int] = []
        self._starting: set[int] = set()

    def __len__(self) -> int:
        return len(self._ready) + len(self._starting)

    def add(self, pid: int, channel: _socket.socket, serving: bool = False) -> None:
        """A new process, which says that it is idle when it is ready; serving: when it has served."""
        self._channels[pid] = channel
        self._pids[channel.fileno()] = pid
        if not serving:
            self._starting.add(pid)
        self._poll.register(channel, select.POLLIN)

    def owns(self, descriptor: int) -> bool:
        return descriptor in self._pids

    def hear(self, descriptor: int) -> int:
        """What a process says: its number if it is idle now, else 0: it has ended, or will in a moment."""
        pid = self._pids[descriptor]
        data = b""
        with suppress(OSError):
            data = self._channels[pid].recv(1, _socket.MSG_DONTWAIT)
        if data != IDLE:
            self.remove(pid)
            return 0
        self._starting.discard(pid)
        self._ready.append(pid)
        return pid

    def hand(self, connection: _socket.socket, place: int) -> int:
        """Gives a connection to a process that waits: its number; 0: there is none."""
        while self._ready:
            pid = self._ready.pop()
            try:
                send(self._channels[pid], place.to_bytes(_PLACE_BYTES, "big"), connection.fileno())
                return pid
            except OSError:  # it has ended
                self.remove(pid)
        return 0

    def remove(self, pid: int) -> bool:
        """Of a process that has ended. False: it was none of these."""
        channel = self._channels.pop(pid, None)
        if channel is None:
            return False
        del self._pids[channel.fileno()]
        self._poll.unregister(channel)
        channel.close()
        self._starting.discard(pid)
        if pid in self._ready:
            self._ready.remove(pid)
        return True

    def end(self) -> None:
        """Lets those that wait end, and the others when their connections have ended."""
        for pid in list(self._channels):
            self.remove(pid)


def serve(channel: _socket.socket, connections: int, each: Callable[[_socket.socket, int], None]) -> None:
    """The process's side: serves so many connections, one after the other.

    each: is given a connection and the place for its deadline (serve.overdue).
    """
    while connections and _say_idle(channel):
        data, descriptor = receive(channel, _PLACE_BYTES)
        if descriptor < 0:
            return
        connections -= 1
        if not connections:
            channel.close()
        each(_socket.socket(fileno=descriptor), int.from_bytes(data, "big"))


def _say_idle(channel: _socket.socket) -> bool:
    try:
        return channel.send(IDLE, _socket.MSG_NOSIGNAL) > 0
    except OSError:  # the worker has closed its end
        return False
