"""Listening sockets: bound to addresses or inherited, and the files that Unix sockets leave."""

from __future__ import annotations

import _socket
import errno
import os
import stat
from contextlib import suppress

from restd_inet import log
from restd_inet.serve.addresses import Address, show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: More connections than this wait only if net.core.somaxconn lets them.
_BACKLOG = 4096
#: A name may have addresses of a family that this machine does not have.
_NO_SUCH_FAMILY = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)


class CannotListen(Exception):
    """An address cannot be had; the text says which, and why."""


class Listener:
    """One listening socket. path: the file of a Unix socket that is ours to remove, else ""."""

    __slots__ = ("_inode", "path", "socket", "text")

    def __init__(self, socket: _socket.socket, text: str, path: str = "") -> None:
        self.socket = socket
        self.text = text
        self.path = path
        self._inode = _inode(path)

    def remove(self) -> None:
        """Removes the file, if it is still this socket's and the directory lets us."""
        if self.path and _inode(self.path) == self._inode:
            with suppress(OSError):
                os.unlink(self.path)


def bind(names: Iterable[list[Address]], mode: int | None, owner: tuple[int, int]) -> list[Listener]:
    """Sockets listening on the addresses of each name. Raises CannotListen.

    mode, owner: of the files of Unix sockets; None and -1 leave them as the umask and the process
    make them.
    """
    found: list[Listener] = []
    for addresses in names:
        mine: list[Listener] = []
        for index, address in enumerate(addresses):
            try:
                mine.append(_bind(address, mode, owner))
            except OSError as error:
                last = index == len(addresses) - 1
                if error.errno not in _NO_SUCH_FAMILY or (last and not mine):
                    raise CannotListen(f"cannot listen on {address.text}: {error.strerror}") from None
                log.write(log.VERBOSE, f"not listening on {address.text}: {error.strerror}")
        found += mine
    return found


def adopt(descriptors: Iterable[int]) -> list[Listener]:
    """Sockets that were inherited. They stay open in nobody who is started from here."""
    found = []
    for descriptor in descriptors:
        socket = _socket.socket(fileno=descriptor)
        socket.setblocking(False)
        found.append(Listener(socket, show(socket.family, socket.getsockname())))
    return found


def _bind(address: Address, mode: int | None, owner: tuple[int, int]) -> Listener:
    socket = _socket.socket(address.family, _socket.SOCK_STREAM)
    os.set_inheritable(socket.fileno(), False)
    socket.setblocking(False)
    try:
        if address.family == _socket.AF_UNIX:
            return _bind_file(socket, address, mode, owner)
        socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
        if address.family == _socket.AF_INET6:  # 0.0.0.0 has a socket of its own
            socket.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, 1)
        socket.bind(address.where)
        socket.listen(_BACKLOG)
    except (OSError, CannotListen):
        socket.close()
        raise
    return Listener(socket, show(address.family, socket.getsockname()))


def _bind_file(
    socket: _socket.socket, address: Address, mode: int | None, owner: tuple[int, int]
) -> Listener:
    """A socket file gets its owner and mode before anyone can connect: listen(2) comes last."""
    path = address.where
    _remove_stale(path, address.text)
    socket.bind(path)
    try:
        if owner != (-1, -1):
            os.chown(path, *owner)
        if mode is not None:
            os.chmod(path, mode)
        socket.listen(_BACKLOG)
    except OSError:
        os.unlink(path)
        raise
    return Listener(socket, address.text, path)


def _remove_stale(path: str, text: str) -> None:
    """Removes the socket of a process that has ended; anything else there is an error."""
    try:
        is_socket = stat.S_ISSOCK(os.lstat(path).st_mode)
    except FileNotFoundError:
        return
    if not is_socket:
        raise CannotListen(f"cannot listen on {text}: there is a file of that name that is no socket")
    probe = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        probe.setblocking(False)
        probe.connect(path)
    except ConnectionRefusedError:
        log.write(log.VERBOSE, f"{text}: replaced the socket of a process that has ended")
        os.unlink(path)
        return
    except BlockingIOError:  # its backlog is full: someone has it
        pass
    finally:
        probe.close()
    raise CannotListen(f"cannot listen on {text}: another process listens there")


def _inode(path: str) -> tuple[int, int]:
    try:
        found = os.lstat(path)
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino
