"""Shared by supervisor and worker: the service that answers, and the messages between them."""

from __future__ import annotations

import os
from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from restd_inet.message import Peer, Request, Response

#: From the worker: it is ready. From the supervisor: accept connections; stop accepting.
READY = b"R"
ADMIT = b"A"
RETIRE = b"H"


class Service(Protocol):
    """Answers requests: the dispatcher."""

    def warm(self) -> None:
        """Loads and initialises what requests need. Raises Problem."""

    def prewarm(self) -> Iterator[None]:
        """After `warm`: prepares what first requests would have to, a little with each step."""

    def slurm_user(self) -> int:
        """The uid of SlurmUser in slurm.conf, once warm."""

    def after_fork(self) -> None:
        """Separates a new process from its parent."""

    def handle(self, request: Request, peer: Peer) -> Response:
        """The answer to a request."""


def keep_only(*descriptors: int) -> None:
    """Closes all descriptors except 0, 1, 2 and these."""
    last = 2
    for descriptor in sorted(number for number in descriptors if number > 2):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))
