"""Reports a listener's state to systemd: sd_notify(3) with NOTIFY_SOCKET."""

from __future__ import annotations

import _socket
import os
import time
from contextlib import suppress

#: The longest wait for a manager that does not read.
_SECONDS = 1.0


def tell(state: str) -> None:
    """Sends a state, such as "READY=1", if NOTIFY_SOCKET is set."""
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
    """Reports that a reload has begun, and when; READY=1 must follow."""
    tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
