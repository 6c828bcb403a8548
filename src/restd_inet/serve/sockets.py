"""Listening sockets: bound to addresses, or inherited."""

from __future__ import annotations

import _socket
import errno
import os
import stat

from restd_inet import log
from restd_inet.process import SYSTEM
from restd_inet.serve.addresses import Address, show
from restd_inet.serve.socket_files import BACKLOG, SocketFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: A host name may have addresses of a family that this machine lacks.
_NO_SUCH_FAMILY = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)


class CannotListen(Exception):
    """A socket cannot be made; the text says for which address, and why. status: the exit status."""

    def __init__(self, text: str, status: int = SYSTEM) -> None:
        super().__init__(text)
        self.status = status


class Listener:
    """One listening socket. file: of a Unix socket, which `remove` unlinks. tls: its clients speak TLS."""

    __slots__ = ("_file", "socket", "text", "tls")

    def __init__(
        self, socket: _socket.socket, text: str, file: SocketFile | None = None, tls: bool = False
    ) -> None:
        self.socket = socket
        self.text = text
        self.tls = tls
        self._file = file

    def remove(self) -> None:
        """Closes the socket and unlinks its file."""
        self.socket.close()
        if self._file:
            self._file.remove()


def bind(names: Iterable[list[Address]], mode: int | None, owner: tuple[int, int]) -> list[Listener]:
    """Sockets that listen on the addresses of each name. Raises CannotListen.

    mode, owner: of the files of Unix sockets; None and -1 leave the defaults.
    """
    found: list[Listener] = []
    try:
        for addresses in names:
            found += _bind_all(addresses, mode, owner)
    except CannotListen:
        for listener in found:
            listener.remove()
        raise
    return found


def _bind_all(addresses: list[Address], mode: int | None, owner: tuple[int, int]) -> list[Listener]:
    """Sockets on the addresses of one name, but not of a family that this machine lacks if it has others."""
    mine: list[Listener] = []
    try:
        for index, address in enumerate(addresses):
            try:
                mine.append(_bind(address, mode, owner))
            except OSError as error:
                last = index == len(addresses) - 1
                if error.errno not in _NO_SUCH_FAMILY or (last and not mine):
                    raise CannotListen(f"cannot listen on {address.text}: {error.strerror}") from None
                log.write(log.VERBOSE, f"not listening on {address.text}: {error.strerror}")
    except CannotListen:
        for listener in mine:
            listener.remove()
        raise
    return mine


def adopt(descriptors: Iterable[int], tls: Iterable[int] = ()) -> list[Listener]:
    """Inherited sockets, closed on exec. tls: those whose clients speak TLS."""
    found = []
    for descriptor in descriptors:
        socket = _socket.socket(fileno=descriptor)
        socket.setblocking(False)
        speaks = descriptor in tls
        found.append(Listener(socket, show(socket.family, socket.getsockname(), speaks), tls=speaks))
    return found


def taken(address: Address) -> str:
    """Why an address cannot be listened on now; "" if it can. A Unix socket's file is not made."""
    try:
        if address.family != _socket.AF_UNIX:
            _bind(address, None, (-1, -1)).remove()
            return ""
        probe = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            probe.settimeout(1.0)
            probe.connect(address.where)
            return "another process listens there"
        finally:
            probe.close()
    except FileNotFoundError:
        there = os.path.isdir(os.path.dirname(address.where))
        return "" if there else f"{os.path.dirname(address.where)}: there is no such directory"
    except ConnectionRefusedError:
        return ""  # the file of a process that has ended
    except OSError as error:
        return error.strerror or str(error)


def _bind(address: Address, mode: int | None, owner: tuple[int, int]) -> Listener:
    socket = _socket.socket(address.family, _socket.SOCK_STREAM)
    os.set_inheritable(socket.fileno(), False)
    socket.setblocking(False)
    try:
        if address.family == _socket.AF_UNIX:
            return _bind_file(socket, address, mode, owner)
        socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
        if address.family == _socket.AF_INET6:  # 0.0.0.0 gets its own socket
            socket.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, 1)
        socket.bind(address.where)
        socket.listen(BACKLOG)
    except (OSError, CannotListen):
        socket.close()
        raise
    return Listener(socket, show(address.family, socket.getsockname(), address.tls), tls=address.tls)


def _bind_file(
    socket: _socket.socket, address: Address, mode: int | None, owner: tuple[int, int]
) -> Listener:
    file = SocketFile(address.where)
    try:
        _remove_stale(file, address.text)
        file.listen(socket, mode, owner)
    except (OSError, CannotListen):
        file.close()
        raise
    return Listener(socket, address.text, file)


def _remove_stale(file: SocketFile, text: str) -> None:
    """Unlinks a socket on which no process listens; any other file is an error."""
    try:
        is_socket = stat.S_ISSOCK(file.status().st_mode)
    except FileNotFoundError:
        return
    if not is_socket:
        raise CannotListen(f"cannot listen on {text}: a file of that name exists and is not a socket")
    probe = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        probe.setblocking(False)
        probe.connect(file.path)
    except ConnectionRefusedError:
        log.write(log.VERBOSE, f"{text}: replaced the socket of a process that has ended")
        file.unlink()
        return
    except BlockingIOError:  # its backlog is full: a process has it
        pass
    finally:
        probe.close()
    raise CannotListen(f"cannot listen on {text}: another process listens there")
