"""The other end of a request without --url: a child process that serves it, as it would from a pipe.

Its client is the user of this process, and needs neither a socket nor a token. Limits of time, and ends and
crashes of libslurm, are answered as on any connection.
"""

from __future__ import annotations

import _socket
import os

from restd_inet import log, process
from restd_inet.app.dispatch import Dispatcher
from restd_inet.message import Peer
from restd_inet.serve.connection import Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.settings import Settings


#: The children that have not been waited for; other children of this process are not its own.
_children: set[int] = set()


def start(settings: Settings, pretty: bool) -> _socket.socket:
    """Starts the child; this process's end of a socketpair(2) with it."""
    ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)

    def work() -> int:
        ours.close()
        return _serve(theirs.detach(), settings, pretty)

    _children.add(process.child(work, "the child process"))
    theirs.close()
    return ours


def finish() -> None:
    """Waits for the children: they have their log still to write."""
    _reap(0)


def reap() -> None:
    """Waits for those children that have ended."""
    _reap(os.WNOHANG)


def _reap(options: int) -> None:
    for pid in tuple(_children):
        try:
            ended, _ = os.waitpid(pid, options)
        except ChildProcessError:
            ended = pid
        if ended:
            _children.discard(pid)


def _serve(descriptor: int, settings: Settings, pretty: bool) -> int:
    log.take_descriptor(reaches_client=False)
    null = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1):  # libslurm may print
        os.dup2(null, standard)
    peer = Peer("pipe", f"process {os.getppid()}", os.geteuid(), os.getegid(), 0o600)
    return Connection(descriptor, descriptor, peer, settings, Dispatcher(settings, pretty).handle).run()
