"""Listen mode: the door to the poller (app.poller), which the worker starts when somebody asks for something.

Processes of connections ask over a socket that all of them have. Without a poller the worker hears of it
first, and leaves what was asked to the one that it starts.
"""

from __future__ import annotations

import _socket
import select
import signal
from contextlib import suppress
from mmap import mmap

from restd_inet import lazy, log, process
from restd_inet.channel import pair
from restd_inet.message import Held
from restd_inet.serve.signals import blocked, handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from restd_inet.serve.service import Service

_SHARED_BYTES = 16


class Door:
    """descriptor: by which processes ask; they must keep it. file: where the worker hears that they do.

    metrics: whether there are any.
    """

    def __init__(self, service: Service, metrics: bool, poll: select.poll) -> None:
        self._service = service
        self._metrics = lazy.module("restd_inet.metrics") if metrics else None
        self._poll = poll
        self._asked, self._asks = pair()
        #: How many watch, and the place of the next image.
        self._shared = memoryview(mmap(-1, _SHARED_BYTES)).cast("Q")
        self._pid = 0
        self.file = self._asked.fileno()
        self.descriptor = Held.door = self._asks.fileno()
        poll.register(self.file, select.POLLIN)

    def start(self, part: Callable[[int], None]) -> None:
        """Somebody asks. part: closes in the new process what is not its own."""

        def work() -> int:
            part(self.file)
            for number in (signal.SIGHUP, signal.SIGPROF):
                signal.signal(number, signal.SIG_IGN)
            handle(dict.fromkeys((signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)))
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            return self._service.poll(self._asked, self._shared)

        with blocked():
            try:
                self._pid = process.child(work, "the poller")
            except OSError as error:
                log.write(log.ERROR, f"cannot start the poller: {error.strerror}")
                return self._refuse()
        self._poll.unregister(self.file)
        log.write(log.VERBOSE, f"process {self._pid} asks slurmctld for those who watch")

    def ended(self, pid: int, status: int) -> bool:
        """A process has ended. False: it was not the poller."""
        if pid != self._pid:
            return False
        self._pid = 0
        if self._metrics:
            self._metrics.count(self._metrics.WATCHERS, amount=-self._shared[0])
        self._shared[0] = 0
        self._poll.register(self.file, select.POLLIN)
        if status:
            log.write(log.ERROR, f"process {pid}, the poller, ended with status {status}")
        if status > 0:  # what it could not do the next one cannot do
            self._refuse()
        return True

    def _refuse(self) -> None:
        """Those who ask see the ends of their channels, which came with what they asked."""
        with suppress(BlockingIOError):
            while True:
                self._asked.recv(1, _socket.MSG_DONTWAIT)
