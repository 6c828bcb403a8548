"""Shared by supervisor and worker: the service that answers, and the messages between them."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Protocol

from restd_inet import log
from restd_inet.process import UNAVAILABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from collections.abc import Iterator

    from restd_inet.message import Peer, Request, Response

#: Of what a process says about its connections, in memory that several see.
COUNT_BYTES = 8
_LONGEST_REASON = 1000
#: From the worker: it is ready; it cannot be (with the reason after it). From the supervisor: accept
#: connections; stop accepting.
READY = b"R"
CANNOT = b"C"
ADMIT = b"A"
RETIRE = b"H"


class Service(Protocol):
    """Answers requests: the dispatcher."""

    def warm(self) -> None:
        """Loads and initialises what requests need. Raises Problem."""

    def prewarm(self) -> Iterator[None]:
        """After `warm`: prepares what first requests would have to, a little with each step."""

    def stale(self) -> str:
        """Why this process must not go on, if what it was made of has changed; "" if not."""

    def slurm_user(self) -> int:
        """The uid of SlurmUser in slurm.conf, once warm."""

    def parameters(self) -> str:
        """SlurmrestdParameters of slurm.conf, once warm."""

    def tls(self) -> tuple[str, str]:
        """The path of slurm.conf, and TLSParameters in it, once warm."""

    def after_fork(self) -> None:
        """Separates a new process from its parent."""

    def rehearse(self) -> None:
        """In a spare process: goes the way of a request, without a client."""

    def handle(self, request: Request, peer: Peer) -> Response:
        """The answer to a request."""

    def poll(self, door: _socket.socket, shared: memoryview) -> int:
        """In a process of its own: asks slurmctld for those who watch; the exit status. Not every service has
        it. door, shared: see serve.poller_door.
        """


def failure(channel: _socket.socket, reason: str) -> int:
    """Says why there will be no worker, to the log and to the supervisor; the exit status."""
    cannot(channel, reason)
    return UNAVAILABLE


def cannot(channel: _socket.socket, reason: str) -> None:
    log.write(log.ERROR, reason)
    with suppress(OSError):
        channel.send(CANNOT + reason.encode("utf-8", "replace")[:_LONGEST_REASON])


def keep_only(*descriptors: int) -> None:
    """Closes all descriptors except 0, 1, 2 and these."""
    last = 2
    for descriptor in sorted(number for number in descriptors if number > 2):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))
