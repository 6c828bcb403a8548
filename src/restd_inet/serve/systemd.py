"""Listening sockets inherited from systemd, or from inetd with "wait"."""

from __future__ import annotations

import _socket
import os
import stat

from restd_inet.option_values import Usage
from restd_inet.problems import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping

_FIRST = 3  # sd_listen_fds(3)


def listeners(environment: MutableMapping[str, str]) -> list[int]:
    """Their descriptors; none if this process was started for one connection or a pipe.

    Removes the variables of sd_listen_fds(3), which are for this process only. Raises Usage if they name
    descriptors that are not open.
    """
    handed = _from_systemd(environment)
    found = [descriptor for descriptor in handed if _listens(descriptor)]
    if handed and not found:
        _adopt(handed)
    return found or ([0] if _listens(0) else [])


def _from_systemd(environment: MutableMapping[str, str]) -> list[int]:
    pid, text = environment.pop("LISTEN_PID", ""), environment.pop("LISTEN_FDS", "")
    environment.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()) or not text:
        return []
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Usage(f"LISTEN_FDS: expected a number of descriptors; found {quoted(text)}")
    descriptors = range(_FIRST, _FIRST + int(text))
    for descriptor in descriptors:
        try:
            os.set_inheritable(descriptor, False)
        except OSError:
            raise Usage(f"LISTEN_FDS is {text}, but descriptor {descriptor} is not open") from None
    return list(descriptors)


def _adopt(handed: list[int]) -> None:
    """Puts a connection that systemd has accepted on 0 and 1, unless it is there."""
    if not _is_socket(0) and _is_socket(handed[0]):
        os.dup2(handed[0], 0)
        os.dup2(handed[0], 1)
    for descriptor in handed:
        os.close(descriptor)


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _listens(descriptor: int) -> bool:
    if not _is_socket(descriptor):
        return False
    socket = _socket.socket(fileno=descriptor)
    try:
        return bool(socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_ACCEPTCONN))
    finally:
        socket.detach()
