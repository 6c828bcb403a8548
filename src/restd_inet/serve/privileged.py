"""Privileged mode: the processes of one connection, each of which is one user's.

A keeper, root's, parses nothing. It starts a worker, root's too, that reads a request, authenticates it
and becomes its user (auth._identity) before it looks at the body. When the worker finds that a later
request may be another's, it gives back what it has read of it and ends; the keeper starts the next one
with that. So answers come in order, and no process has ever been two users'.
"""

from __future__ import annotations

import os
import signal

from restd_inet import load, log
from restd_inet.message import HandOver
from restd_inet.problems import Problem
from restd_inet.serve.connection import BROKEN, Connection, plain
from restd_inet.serve.signals import blocked, handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from restd_inet.message import Peer
    from restd_inet.serve.connection import Handle
    from restd_inet.settings import Settings

_FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_COUNT_BYTES = 4


def run(
    source: int,
    sink: int,
    peer: Peer,
    settings: Settings,
    answer: Handle,
    after_fork: Callable[[], None] = lambda: None,
) -> int:
    """Serves a connection as Connection.run does; after_fork is called in every worker."""
    # Root's own token is nobody else's, and libslurm must not prefer it to the user's credential.
    os.environ.pop("SLURM_JWT", None)
    return _Keeper(source, sink, peer, settings, answer, after_fork).run()


class _Keeper:
    def __init__(
        self,
        source: int,
        sink: int,
        peer: Peer,
        settings: Settings,
        answer: Handle,
        after_fork: Callable[[], None],
    ) -> None:
        self._ends = source, sink
        self._peer = peer
        self._settings = settings
        self._answer = answer
        self._after_fork = after_fork
        self._worker = 0
        self._told: set[int] = set()

    def run(self) -> int:
        handle({number: self._forwarder(number) for number in _FORWARDED})
        handle({signal.SIGCHLD: None})
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        left = bytes(_COUNT_BYTES)
        while True:
            try:
                status, left = self._one(left)
            except OSError as error:
                log.write(log.ERROR, f"cannot start a process for {self._peer.name}: {error.strerror}")
                problem = Problem(503, "there is no process to serve this request; try again", close=True)
                self._connection(bytes(_COUNT_BYTES)).abandon(plain(problem))
                return BROKEN
            if not left:
                return status
            if "jwt" in self._settings.auth:
                load.auth("_verify")  # once here instead of in every worker from now on

    def _one(self, begun: bytes) -> tuple[int, bytes]:
        """A worker's whole life: its exit status, and what it has left for the next."""
        with blocked():
            reader, writer = os.pipe()
            try:
                self._worker = pid = os.fork()
            except OSError:
                os.close(reader)
                os.close(writer)
                raise
            if not pid:
                os.close(reader)
                os._exit(self._work(begun, writer))
        os.close(writer)
        with open(reader, "rb") as pipe:
            left = pipe.read()
        with blocked():
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            self._worker = 0
        if status < 0:
            log.write(log.ERROR, f"{self._peer.name}: process {pid} was ended by signal {-status}")
            return BROKEN, b""
        return status, left

    def _forwarder(self, number: int) -> Callable[[], None]:
        def forward() -> None:
            self._told.add(number)
            if self._worker:
                os.kill(self._worker, number)

        return forward

    def _connection(self, begun: bytes) -> Connection:
        answered, received = int.from_bytes(begun[:_COUNT_BYTES], "big"), begun[_COUNT_BYTES:]
        return Connection(*self._ends, self._peer, self._settings, self._answer, received, answered)

    def _work(self, begun: bytes, writer: int) -> int:
        """The worker: serves until a request may be another user's; the exit status."""
        try:
            self._after_fork()
            connection = self._connection(begun)
            end = lambda: connection.finish(now=True)  # noqa: E731
            handle({signal.SIGTERM: end, signal.SIGINT: end, signal.SIGHUP: connection.finish})
            if self._told:
                connection.finish()
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            return connection.run()
        except HandOver:
            answered, received = connection.unserved()
            _write(writer, answered.to_bytes(_COUNT_BYTES, "big") + received)
            return 0
        except BaseException as error:
            log.write(log.ERROR, f"{self._peer.name}: internal error: {type(error).__name__}")
            return BROKEN


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
