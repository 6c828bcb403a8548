"""What supervisor and worker have in common: the service they start, and the messages between them."""

from __future__ import annotations

import os
from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from restd_inet.message import Peer, Request, Response

#: From the worker: it can serve. From the supervisor: it is to accept, or to stop accepting.
READY = b"R"
ADMIT = b"A"
RETIRE = b"H"


class Service(Protocol):
    """What answers requests: the dispatcher."""

    def warm(self) -> None:
        """Loads and initialises what requests need. Raises Problem."""

    def prewarm(self) -> Iterator[None]:
        """After `warm`: does what first requests would have to do, a little with each step."""

    def slurm_user(self) -> int:
        """The uid of SlurmUser in slurm.conf, once warm."""

    def after_fork(self) -> None:
        """Parts from the process that this one comes from."""

    def handle(self, request: Request, peer: Peer) -> Response:
        """The answer to a request."""


def keep_only(*descriptors: int) -> None:
    """Closes all but 0, 1, 2 and these."""
    last = 2
    for descriptor in sorted(number for number in descriptors if number > 2):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))
