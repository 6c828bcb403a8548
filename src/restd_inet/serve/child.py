"""Listen mode: the process of a connection, a child of the worker, from its start to its end.

It begins with the worker's memory and keeps no descriptor but its own. It may have rehearsed a request before
its connection comes, and serves later ones if it may (serve.spares).
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # as in serve.signals
import _socket
import os
import signal

from restd_inet import lazy, limit, log
from restd_inet.message import Peer
from restd_inet.serve import watchers
from restd_inet.serve.connection import Connection
from restd_inet.serve.inet import of_socket
from restd_inet.serve.penalty import Penalties
from restd_inet.serve.service import Service, keep_only
from restd_inet.serve.signals import USED, handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.serve.overdue import Overdue
    from restd_inet.serve.poller_door import Door
    from restd_inet.settings import Settings

#: Beside the place of a connection's deadline: its client speaks TLS.
TLS = 1 << 30


class Child:
    """What every child of a worker does; made before the first is forked.

    overdue: the memory where a child publishes its deadline. tls: whether a listener speaks TLS.
    rehearsal: the request of `rehearse`; b"" if there can be no spare processes.
    """

    def __init__(
        self, settings: Settings, service: Service, overdue: Overdue, door: Door | None, tls: bool
    ) -> None:
        self._settings = settings
        self._service = service
        self._overdue = overdue
        self._door = door
        self._penalties = Penalties(settings)
        self._tls = lazy.module("restd_inet.serve.tls") if tls else None
        self._tls_files = self._tls.Files(settings, *service.tls()) if self._tls else None
        module = lazy.module("restd_inet.serve.forwarded") if settings.trusted_proxy else None
        self.clients = module.share(settings.max_connections) if module else None
        watchers.share(settings.max_connections)
        self._metrics = lazy.module("restd_inet.metrics") if settings.metrics else None
        self.rehearsal = b"" if settings.privileged else getattr(service, "rehearsal", b"")

    def part(self, *descriptors: int) -> None:
        """In a new process: closes all descriptors except these and the log's."""
        signal.set_wakeup_fd(-1)
        door = self._door.descriptor if self._door else 0
        keep_only(*descriptors, door, log.descriptor)
        if self._metrics:
            self._metrics.count(self._metrics.PROCESSES)
        self._service.after_fork()

    def take_place(self, place: int) -> None:
        """In the process of a connection: what it publishes, it publishes there."""
        limit.publish(self._overdue.memory(place))
        watchers.take(place)
        if self.clients:
            self.clients.take(place)

    def rehearse(self) -> None:
        """In a spare process: a request of nobody's, so that a first one of somebody's is a second."""
        one, other = _socket.socketpair()
        other.sendall(self.rehearsal)
        level, log.level = log.level, log.ERROR - 1
        if self._metrics:
            self._metrics.on = False
        try:
            descriptor = one.detach()
            nobody = Peer("inet", "nobody")
            Connection(descriptor, descriptor, nobody, self._settings, self._service.handle).run()
            os.close(descriptor)
            self._service.rehearse()
        finally:
            log.level = level
            if self._metrics:
                self._metrics.on = True
            other.close()
            self.forget()

    def serve_handed(self, connection: _socket.socket, place: int) -> None:
        """In a spare process: a connection, from its first byte to its last."""
        tls, place = divmod(place, TLS)
        self.take_place(place)
        try:
            peer = of_socket(connection)
        except OSError:  # the client has gone
            connection.close()
            return
        descriptor = connection.detach()
        self.serve(descriptor, peer, bool(tls))
        _signal.pthread_sigmask(_signal.SIG_BLOCK, USED)
        os.close(descriptor)
        self.forget()

    def serve(self, descriptor: int, peer: Peer, tls: bool) -> int:
        """Serves one connection; the exit status, which a client that misbehaves does not change."""
        if not tls or self._tls is None:
            return self._serve_plain(descriptor, peer)
        relay = self._tls.start(descriptor, self._tls_files, self._settings, peer)
        status = self._serve_plain(descriptor, peer)
        self._tls.wait(relay)
        return status

    def _serve_plain(self, descriptor: int, peer: Peer) -> int:
        if self._settings.privileged:
            ends = descriptor, descriptor
            privileged = lazy.module("restd_inet.serve.per_user")
            handle_, after_fork = self._service.handle, self._service.after_fork
            privileged.run(*ends, peer, self._settings, handle_, after_fork, self._penalties.delay)
            return 0
        connection = Connection(
            descriptor, descriptor, peer, self._settings, self._service.handle, penalty=self._penalties.delay
        )
        end = lambda: connection.finish(now=True)  # noqa: E731
        handle({signal.SIGTERM: end, signal.SIGINT: end, signal.SIGHUP: connection.finish})
        handle({signal.SIGCHLD: None, signal.SIGPROF: connection.report})
        _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
        connection.run()
        return 0

    def forget(self) -> None:
        """Nothing of a connection is left for the next."""
        handle(dict.fromkeys((signal.SIGTERM, signal.SIGINT, signal.SIGHUP)))
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        limit.forget()
        forget = getattr(self._service, "forget", None)
        if forget:
            forget()
