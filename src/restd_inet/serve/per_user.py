"""Privileged mode: the processes of one connection; each acts as one user.

A keeper runs as root and parses nothing. It starts a worker, as root, which reads a request, authenticates it
and becomes its user (auth._become_user) before it reads the body. If a later request may be another user's,
the worker returns the bytes it has read of it and ends, and the keeper starts the next worker with them. So
answers are in order, and no process is ever two users.

The user may send signals to the worker, so the keeper does not rely on it: it kills a worker that stays
stopped, and one that does not end in time when asked to. A worker ends with its keeper.
"""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from time import monotonic

from restd_inet import lazy, log, process
from restd_inet.message import NeedsNewProcess
from restd_inet.problems import Problem
from restd_inet.process import BROKEN, SYSTEM
from restd_inet.serve.connection import Connection, plain
from restd_inet.serve.limits import FOREVER
from restd_inet.serve.signals import Signals, blocked, handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from restd_inet.message import Peer
    from restd_inet.serve.connection import Handle, Penalty
    from restd_inet.settings import Settings

_FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_COUNT_BYTES = 4
_READ_BYTES = 65536
#: How long a worker may be stopped (SIGSTOP), in total.
_STOPPED_SECONDS = 5.0


def run(
    source: int,
    sink: int,
    peer: Peer,
    settings: Settings,
    answer: Handle,
    after_fork: Callable[[], None] = lambda: None,
    penalty: Penalty | None = None,
) -> int:
    """Serves a connection as Connection.run does; after_fork is called in every worker."""
    # Root's own token must not be used for other users; libslurm would prefer it to their credentials.
    os.environ.pop("SLURM_JWT", None)
    return _Keeper(source, sink, peer, settings, answer, after_fork, penalty).run()


class _Keeper:
    def __init__(
        self,
        source: int,
        sink: int,
        peer: Peer,
        settings: Settings,
        answer: Handle,
        after_fork: Callable[[], None],
        penalty: Penalty | None,
    ) -> None:
        self._penalty = penalty
        self._ends = source, sink
        self._peer = peer
        self._settings = settings
        self._answer = answer
        self._after_fork = after_fork
        self._told: set[int] = set()
        self._end_at = FOREVER
        self._signals = Signals()

    def run(self) -> int:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        left = bytes(_COUNT_BYTES)
        while True:
            try:
                status, left = self._one(left)
            except OSError as error:
                log.write(log.ERROR, f"cannot start a process for {self._peer.name}: {error.strerror}")
                problem = Problem(503, "there is no process to serve this request; try again")
                self._connection(bytes(_COUNT_BYTES)).abandon(plain(problem))
                return SYSTEM
            if not left:
                return status
            # Imported once here instead of in every worker from now on.
            for name in self._settings.auth:
                lazy.module("restd_inet.auth").method(name).preload()

    def _one(self, begun: bytes) -> tuple[int, bytes]:
        """Runs one worker: its exit status, and the bytes it left for the next."""
        with blocked():
            reader, writer = os.pipe()

            def work() -> int:
                os.close(reader)
                return self._work(begun, writer)

            try:
                pid = process.child(work, self._peer.name)
            except OSError:
                os.close(reader)
                raise
            finally:
                os.close(writer)
        os.set_blocking(reader, False)
        try:
            status, left = self._attend(pid, reader)
        finally:
            os.close(reader)
        if status < 0:
            log.write(log.ERROR, f"{self._peer.name}: process {pid} was ended by signal {-status}")
            return BROKEN, b""
        return status, left

    def _attend(self, worker: int, reader: int) -> tuple[int, bytes]:
        """Waits for a worker, and kills it if it is late: its exit status, and what it has written."""
        poll = select.poll()
        poll.register(self._signals.descriptor, select.POLLIN)
        poll.register(reader, select.POLLIN)
        left, stopped_until, stop_seconds = b"", FOREVER, _STOPPED_SECONDS
        while True:
            due = min(self._end_at, stopped_until)
            events = poll.poll(None if due == FOREVER else max(0.0, due - monotonic()) * 1000)
            if monotonic() >= due:
                log.write(
                    log.ERROR, f"{self._peer.name}: process {worker} was stopped or did not end: killed"
                )
                os.kill(worker, signal.SIGKILL)
                self._end_at = stopped_until = FOREVER
            if any(descriptor == reader for descriptor, _ in events):
                piece = _read(reader)
                left += piece
                if not piece:  # its end; that of the worker follows
                    poll.unregister(reader)
            self._forward(worker)
            pid, status = os.waitpid(worker, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
            if pid and os.WIFSTOPPED(status):
                stopped_until = min(stopped_until, monotonic() + stop_seconds)
            elif pid and os.WIFCONTINUED(status):
                stop_seconds = min(stop_seconds, stopped_until - monotonic())
                stopped_until = FOREVER
            elif pid:
                while piece := _read(reader):
                    left += piece
                return os.waitstatus_to_exitcode(status), left

    def _forward(self, worker: int) -> None:
        """Forwards the signals that were received."""
        numbers = self._signals.take()
        if signal.SIGPROF in numbers:
            os.kill(worker, signal.SIGPROF)
        for number in numbers & set(_FORWARDED):
            self._told.add(number)
            os.kill(worker, number)
            if number != signal.SIGHUP:
                patience = self._settings.shutdown_timeout or self._settings.request_timeout
                self._end_at = min(self._end_at, monotonic() + patience)

    def _connection(self, begun: bytes) -> Connection:
        answered, received = int.from_bytes(begun[:_COUNT_BYTES], "big"), begun[_COUNT_BYTES:]
        source, sink = self._ends
        return Connection(
            source, sink, self._peer, self._settings, self._answer, received, answered, self._penalty
        )

    def _work(self, begun: bytes, writer: int) -> int:
        """The worker: serves until a request may be another user's; the exit status."""
        try:
            self._signals.leave()
            handle({signal.SIGCHLD: None})
            self._after_fork()
            connection = self._connection(begun)
            end = lambda: connection.finish(now=True)  # noqa: E731
            handle({signal.SIGTERM: end, signal.SIGINT: end, signal.SIGHUP: connection.finish})
            handle({signal.SIGPROF: connection.report})
            if self._told:
                connection.finish()
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            return connection.run()
        except NeedsNewProcess:
            answered, received = connection.unserved()
            _write(writer, answered.to_bytes(_COUNT_BYTES, "big") + received)
            return 0


def _read(descriptor: int) -> bytes:
    """What can be read now; b"" if nothing can, and at the end."""
    with suppress(BlockingIOError):
        return os.read(descriptor, _READ_BYTES)
    return b""


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
