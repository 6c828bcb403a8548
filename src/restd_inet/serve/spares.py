"""Processes that are started before there is a connection for them: half of its price is paid in advance.

A spare has been told nothing yet and knows nobody. It is handed one connection, serves it and ends.
"""

from __future__ import annotations

import _socket
import os
import sys
from collections import deque
from contextlib import suppress

from restd_inet.serve.signals import blocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_COUNT = 4


class Spares:
    """serve: what a spare does with the channel to here; its result is the exit status."""

    def __init__(self, serve: Callable[[_socket.socket], int]) -> None:
        self._serve = serve
        self._waiting: deque[tuple[int, _socket.socket]] = deque()

    @property
    def short(self) -> bool:
        return len(self._waiting) < _COUNT

    def add(self) -> None:
        """Starts one. Raises OSError."""
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            with blocked():  # and they stay so in the spare, until it serves
                pid = os.fork()
                if not pid:
                    os._exit(self._serve(theirs))
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._waiting.append((pid, ours))

    def hand(self, connection: _socket.socket) -> int:
        """Gives a connection to a spare; its process id, or 0 if there is none."""
        while self._waiting:
            pid, channel = self._waiting.popleft()
            rights = connection.fileno().to_bytes(4, sys.byteorder)
            with suppress(OSError):  # it was ended by somebody
                flags = _socket.MSG_NOSIGNAL
                channel.sendmsg([b"C"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)], flags)
                channel.close()
                return pid
            channel.close()
        return 0

    def ended(self, pid: int) -> None:
        """Forgets one that has ended without a connection."""
        for entry in list(self._waiting):
            if entry[0] == pid:
                self._waiting.remove(entry)
                entry[1].close()

    def dismiss(self) -> None:
        """Ends them all: nothing more will come."""
        while self._waiting:
            self._waiting.popleft()[1].close()


def receive(channel: _socket.socket) -> int | None:
    """In a spare: waits for its connection; None if there will be none."""
    _, rights, _, _ = channel.recvmsg(1, _socket.CMSG_SPACE(4))
    channel.close()
    return int.from_bytes(rights[0][2][:4], sys.byteorder) if rights else None
