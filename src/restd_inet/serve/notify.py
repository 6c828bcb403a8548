"""What systemd is told of a listener's state: sd_notify(3) with NOTIFY_SOCKET."""

from __future__ import annotations

import _socket
import os
import time
from contextlib import suppress

#: A manager that does not read is not waited for.
_SECONDS = 1.0


def tell(state: str) -> None:
    """Sends a state, such as "READY=1"; does nothing when nobody wants to know."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if where[:1] not in ("/", "@"):
        return
    address = "\0" + where[1:] if where[0] == "@" else where
    socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
    socket.settimeout(_SECONDS)
    with suppress(OSError):
        socket.sendto(state.encode(), address)
    socket.close()


def reloading() -> None:
    """Says that READY=1 will follow; systemd wants to know since when."""
    tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
