"""inetd mode: one connection on descriptors 0 and 1: pipes, files, a terminal or a socket."""

from __future__ import annotations

import _socket
import os
import stat

from restd_inet import lazy, log, process
from restd_inet.message import Peer
from restd_inet.problems import Problem
from restd_inet.process import BROKEN, NOT_ALLOWED
from restd_inet.serve.connection import Connection, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.serve.connection import Handle, Penalty
    from restd_inet.settings import Settings


def serve(settings: Settings, handle: Handle) -> int:
    """Answers the connection on descriptors 0 and 1; the exit status (see Connection.run)."""
    source, sink = move_aside()
    try:
        peer = identify(source)
        if settings.privileged:
            run = lazy.module("restd_inet.serve.per_user").run
            status: int = run(source, sink, peer, settings, handle, penalty=_penalty(settings, peer))
            return status
        connection = Connection(source, sink, peer, settings, handle, penalty=_penalty(settings, peer))
        process.on_profile(connection.report)
    except OSError as error:  # a socket whose client has gone already
        log.write(log.ERROR, f"standard input: {error.strerror}")
        return BROKEN
    return connection.run()


def _penalty(settings: Settings, peer: Peer) -> Penalty | None:
    """Of one connection: what others of its source send is not known. Loaded at the first bad credential."""
    if peer.kind != "inet":
        return None
    made: list[Penalty] = []

    def delay(peer: Peer) -> float | None:
        if not made:
            made.append(lazy.module("restd_inet.serve.penalty").Penalties(settings).delay)
        return made[0](peer)

    return delay


def from_network() -> bool:
    """Whether descriptor 0 is an accepted connection; a socketpair(2) counts as a pipe."""
    if not stat.S_ISSOCK(os.fstat(0).st_mode):
        return False
    end = _socket.socket(fileno=0)
    try:
        return end.family != _socket.AF_UNIX or bool(end.getsockname())
    finally:
        end.detach()


def refuse(settings: Settings, reason: str) -> int:
    """Answers 500 without reading a request; the exit status."""
    source, sink = move_aside()
    log.write(log.ERROR, reason)
    try:
        problem = Problem(500, "restd-inet must not run as this user; see its log")
        nobody = lambda request, peer: plain(problem)  # noqa: E731
        Connection(source, sink, identify(source), settings, nobody).abandon(plain(problem))
    except OSError:
        pass  # the client has gone
    return NOT_ALLOWED


def move_aside() -> tuple[int, int]:
    """The connection's descriptors, moved above 2, where libslurm does not print to.

    0 and 1 become /dev/null. So does 2 if it is the connection, as under xinetd, and the log goes to syslog;
    otherwise the log gets a copy of 2.
    """
    null = os.open("/dev/null", os.O_RDWR)
    while null < 3:  # some of 0, 1, 2 were closed at the start
        os.set_inheritable(null, True)
        null = os.open("/dev/null", os.O_RDWR)
    source, sink = os.dup(0), os.dup(1)
    reaches_client = _is_connection(2, (source, sink))
    log.take_descriptor(reaches_client)
    if reaches_client:
        os.dup2(null, 2)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return source, sink


def _is_connection(descriptor: int, connection: tuple[int, ...]) -> bool:
    """Whether the descriptor is the connection's socket."""
    there = os.fstat(descriptor)
    return stat.S_ISSOCK(there.st_mode) and any(os.path.samestat(there, os.fstat(end)) for end in connection)


def identify(descriptor: int) -> Peer:
    """The peer at the other end of the input."""
    end = os.fstat(descriptor)
    name = _name(descriptor, end)
    if stat.S_ISSOCK(end.st_mode):
        copy = _socket.socket(fileno=os.dup(descriptor))
        try:
            return of_socket(copy, name)
        finally:
            copy.close()
    kind = "pipe" if stat.S_ISFIFO(end.st_mode) else "terminal" if os.isatty(descriptor) else "file"
    return Peer(kind, name, end.st_uid, end.st_gid, end.st_mode)


def of_socket(socket: _socket.socket, name: str = "") -> Peer:
    """The peer of a connected socket. name: for one without an address; by default its process id."""
    if socket.family == _socket.AF_UNIX:
        # struct ucred: three ints
        cred = socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
        pid, uid, gid = memoryview(cred).cast("i")
        path = socket.getpeername()
        if isinstance(path, bytes):  # an abstract name: NUL and what follows
            path = "@" + path[1:].decode("utf-8", "backslashreplace")
        return Peer("unix", f"unix:{path}" if path else name or f"unix:[pid {pid}]", uid, gid)
    host, port = socket.getpeername()[:2]
    host = host.removeprefix("::ffff:") if "." in host else host
    return Peer("inet", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def _name(descriptor: int, end: os.stat_result) -> str:
    """The path of a file, or "pipe:[722494]", as ls -l /proc/self/fd shows it."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}").replace("socket:", "unix:")
    except OSError:
        return f"inode:[{end.st_ino}]"
