"""Listen mode: the worker, which accepts connections and forks a process for each.

It has imported what requests need and initialised libslurm, but never reads from a client, so that a child
starts without any descriptor, secret or partial request of another client. Some children are
forked ahead, and wait for a connection (serve.spares).
"""

from __future__ import annotations

import _socket
import errno
import gc
import os
import select
import signal
from time import monotonic

from restd_inet import lazy, log, process
from restd_inet.channel import pair
from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Peer, Response
from restd_inet.process import LOGGED
from restd_inet.serve import watchers
from restd_inet.serve.child import TLS, Child
from restd_inet.serve.inet import of_socket
from restd_inet.serve.limits import FOREVER, ConnectionLimiter, Refusals, of_one_host
from restd_inet.serve.overdue import PATIENCE, Overdue
from restd_inet.serve.poller_door import Door
from restd_inet.serve.service import ADMIT, READY, RETIRE, Service
from restd_inet.serve.signals import Signals, blocked
from restd_inet.serve.spares import QUIET_SECONDS, Spares, serve, usual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from restd_inet.serve.sockets import Listener
    from restd_inet.settings import Settings

_SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN)
_RETRY_SECONDS = 0.2
_SAY_SECONDS = 60.0
_TOO_MANY = b"there are too many connections; try again in a second.\n"


class Server:
    """channel: a socket to the supervisor; its end means that the supervisor has ended.

    idle_exit: seconds without a connection after which to exit; 0: never.
    """

    def __init__(
        self,
        settings: Settings,
        listeners: list[Listener],
        service: Service,
        channel: _socket.socket,
        idle_exit: float,
    ) -> None:
        for wrong in settings.read_parameters(service.parameters()):
            log.write(log.ERROR, wrong)
        self._settings = settings
        self._service = service
        self._channel = channel
        self._idle_exit = idle_exit
        self._idle_since = monotonic()
        self._listeners = {listener.socket.fileno(): listener for listener in listeners}
        self._limiter = ConnectionLimiter(settings)
        self._overdue = Overdue(settings)
        self._refresh: Callable[[], None] | None = getattr(service, "refresh", None)
        self._metrics = lazy.module("restd_inet.metrics") if settings.metrics else None
        self._refusals = Refusals(_TOO_MANY, 1)
        self._signals = Signals()
        self._poll = select.poll()
        self._spares = Spares(self._poll)
        watched = hasattr(service, "poll")
        self._door = Door(service, settings.metrics, self._poll) if watched else None
        tls = any(each.tls for each in listeners)
        self._child = Child(settings, service, self._overdue, self._door, tls)
        self._most_spares = 0
        if self._child.rehearsal:
            self._most_spares = usual() if settings.spare_processes < 0 else settings.spare_processes
        # In privileged mode a process is one user's, and whose a connection is shows when it is read.
        reusable = not settings.privileged and getattr(service, "reusable", False)
        self._connections = settings.connections_per_process if reusable else 1
        self._busy_at = 0.0  # when there was an event
        self._spare_at = 0.0  # not before: one has failed
        self._admitted = False
        self._accepting = False
        self._leaving = False
        self._kill_at = FOREVER
        self._rest_until = 0.0  # accept or fork failed for lack of a resource
        self._said: dict[str, float] = {}

    def share(self, count: memoryview, elsewhere: list[memoryview]) -> None:
        """Makes the limit of connections common to several workers; see ConnectionLimiter.share."""
        self._limiter.share(count, elsewhere)

    def say_share(self) -> None:
        """Logs a default limit before any host is refused by it."""
        most = self._settings.max_connections
        inet = any(listener.socket.family != _socket.AF_UNIX for listener in self._listeners.values())
        if inet and not self._settings.max_per_source:
            share = f"{of_one_host(most)} of {most} connections may be of one host"
            log.write(log.INFO, f"{share}; raise --max-per-source for a proxy or a balancer in front")

    def run(self) -> int:
        """Accepts until it has to stop and the last connection has ended; the exit status."""
        self._poll.register(self._signals.descriptor, select.POLLIN)
        self._poll.register(self._channel, select.POLLIN)
        prewarm_http()
        if self._metrics:
            self._metrics.accepts()
            lazy.module("restd_inet.slurm.exit_guard").observe = self._metrics.call
        self._channel.send(READY)
        prewarming, unfinished = self._service.prewarm(), True
        while not (self._leaving and not len(self._limiter)):
            now = monotonic()
            timeout = self._prepare(now)
            if unfinished:
                timeout = 0.0
                unfinished = self._prewarm_step(prewarming)
            elif self._accepting and len(self._spares) < self._most_spares:
                timeout = min(timeout, self._replenish(now))
            events = self._poll.poll(None if timeout == FOREVER else max(0.0, timeout) * 1000)
            if events:
                self._busy_at = monotonic()
            for descriptor, _ in events:
                if descriptor == self._signals.descriptor:
                    self._take_signals()
                elif descriptor == self._channel.fileno():
                    self._take_order()
                elif self._spares.owns(descriptor):
                    self._hear_child(descriptor)
                elif self._door and descriptor == self._door.file:
                    self._door.start(self._child.part)
                elif descriptor not in self._listeners:
                    continue  # a spare process's, which has just ended
                elif self._accepting and self._limiter.wait(monotonic()) <= 0:
                    self._accept(self._listeners[descriptor])
        return 0

    def _prewarm_step(self, steps: Iterator[None]) -> bool:
        """Takes the next step; False after the last one, or if one fails."""
        try:
            next(steps)
            return True
        except StopIteration:
            pass
        except Exception as error:
            log.write(log.ERROR, f"prewarming failed: {type(error).__name__}: {error}")
        gc.freeze()
        log.write(log.VERBOSE, f"process {os.getpid()} has prewarmed")
        return False

    def _prepare(self, now: float) -> float:
        """Starts or stops accepting, runs timers; returns the seconds until the next."""
        self._end_overdue(now)
        due = [self._refusals.expire(now), self._kill_at - now, self._overdue.wait(now)]
        if self._admitted and not self._leaving:
            wait = max(self._limiter.wait(now), self._rest_until - now)
            self._set_accepting(wait <= 0)
            due.append(wait if wait > 0 else FOREVER)
            if wait == FOREVER:
                self._say_sometimes(log.INFO, f"{len(self._limiter)} connections are open; more have to wait")
        if self._idle_exit and self._admitted and not len(self._limiter) and not self._leaving:
            due.append(self._idle_since + self._idle_exit - now)
            if due[-1] <= 0:
                log.write(log.VERBOSE, f"no connection for {self._idle_exit:g} s: exiting")
                self._leave()
        if self._kill_at <= now:
            self._kill_at = FOREVER
            self._tell_children(signal.SIGKILL)
            return FOREVER
        return min(due)

    def _end_overdue(self, now: float) -> None:
        """Kills processes that have passed their deadline: they are stopped, or wait in the kernel."""
        for pid in self._overdue.find(now):
            what = f"process {pid} did not end within {PATIENCE:g} s of its deadline: killed"
            log.write(log.ERROR, f"{what}; {self._overdue.ended} so far")
            os.kill(pid, signal.SIGKILL)

    def _set_accepting(self, accepting: bool) -> None:
        if accepting != self._accepting:
            self._accepting = accepting
            for descriptor in self._listeners:
                if accepting:
                    self._poll.register(descriptor, select.POLLIN)
                else:
                    self._poll.unregister(descriptor)

    def _accept(self, listener: Listener) -> None:
        try:
            descriptor, _ = listener.socket._accept()  # type: ignore[attr-defined]
        except OSError as error:
            if error.errno in _SHORT and not isinstance(error, BlockingIOError):
                self._rest(f"cannot accept connections: {error.strerror}")
            return  # otherwise another process accepted it, or the client has gone
        connection = _socket.socket(fileno=descriptor)
        if stale := self._service.stale():
            self._say_sometimes(log.ERROR, f"{stale}: every request is answered 503")
        try:
            peer = of_socket(connection)
        except OSError:  # the client has gone
            connection.close()
            return
        if not self._limiter.admit(peer):
            self._say_sometimes(log.INFO, f"too many connections (--max-per-source) of {peer.name}")
            self._refuse(connection, listener, "max-per-source")
        elif not self._start(connection, peer, listener.tls):
            self._refuse(connection, listener, "no-process")

    def _refuse(self, connection: _socket.socket, listener: Listener, reason: str) -> None:
        self._refusals.refuse(connection, silently=listener.tls)
        if self._metrics:
            self._metrics.count(self._metrics.REFUSALS, reason)

    def _count_connections(self, more: int) -> None:
        if self._metrics:
            self._metrics.count(self._metrics.CONNECTIONS, amount=more)

    def _replenish(self, now: float) -> float:
        """Makes a spare process if nothing has happened for a moment; the seconds until it is time."""
        wait = max(self._busy_at + QUIET_SECONDS, self._rest_until, self._spare_at) - now
        if wait > 0:
            return wait
        ours, theirs = pair()

        def work() -> int:
            self._child.part(theirs.fileno())
            self._child.rehearse()
            serve(theirs, self._connections, self._child.serve_handed)
            return 0

        with blocked():
            try:
                self._spares.add(process.child(work, "a spare process"), ours)
            except OSError as error:
                ours.close()
                self._rest(f"cannot start a spare process: {error.strerror}")
        theirs.close()
        return 0.0

    def _hear_child(self, descriptor: int) -> None:
        """A spare process is ready, or has served a connection."""
        pid = self._spares.hear(descriptor)
        peer = self._limiter.remove(pid)
        if peer is not None:
            self._give_place_back(pid)
            self._count_connections(-1)
            self._idle_since = monotonic()
            log.write(log.DEBUG, f"{peer.name}: connection closed, process {pid} waits for another")

    def _start(self, connection: _socket.socket, peer: Peer, tls: bool) -> bool:
        """Starts a process for a connection, or gives it to one that waits. False if there is none now."""
        self._read_again()
        place = self._overdue.take(monotonic())
        named = place + TLS * tls
        pid = self._spares.hand(connection, named) or self._new_process(connection, peer, place, tls)
        if not pid:
            return False
        connection.close()
        self._limiter.add(pid, peer)
        self._overdue.add(pid, place)
        self._count_connections(1)
        log.write(log.DEBUG, f"{peer.name}: connection accepted, process {pid}")
        return True

    def _read_again(self) -> None:
        """Lets the service read what may have changed; the connection is served in any case."""
        if self._refresh is not None:
            try:
                self._refresh()
            except Exception as error:
                self._say_sometimes(log.ERROR, f"what may have changed was not read: {error}")

    def _new_process(self, connection: _socket.socket, peer: Peer, place: int, tls: bool) -> int:
        """A process that serves the connection, and later ones if it may: its number; 0 for none."""
        child = self._child
        reused = self._connections > 1
        ours, theirs = pair() if reused else (None, None)

        def work() -> int:
            if theirs is None:
                descriptor = connection.detach()
                child.take_place(place)
                child.part(descriptor)
                return child.serve(descriptor, peer, tls)
            own = connection.detach()
            child.part(own, theirs.fileno())
            child.serve_handed(_socket.socket(fileno=own), place + TLS * tls)
            serve(theirs, self._connections - 1, child.serve_handed)
            return 0

        with blocked():
            try:
                pid = process.child(work, peer.name)
            except OSError as error:
                self._overdue.give_back(place)
                self._rest(f"cannot start a process for {peer.name}: {error.strerror}")
                pid = 0
        if theirs is not None and ours is not None:
            theirs.close()
            if pid:
                self._spares.add(pid, ours, serving=True)
            else:
                ours.close()
        return pid

    def _give_place_back(self, pid: int) -> None:
        place = self._overdue.place(pid)
        watchers.forget(place)
        if self._child.clients and place >= 0:
            self._child.clients.forget(place)
        self._overdue.remove(pid)

    def _take_signals(self) -> None:
        numbers = self._signals.take()
        if signal.SIGCHLD in numbers:
            self._reap()
        if signal.SIGTERM in numbers or signal.SIGINT in numbers:
            self._stop()
        if signal.SIGPROF in numbers:
            self._report()

    def _report(self) -> None:
        """Logs the state of the connections; each process adds that of its own."""
        what = "ending" if self._leaving else "accepting" if self._accepting else "not accepting"
        spare = f"{len(self._spares)} spare processes" if self._most_spares else "no spare processes"
        most = self._settings.max_connections
        log.write(
            log.INFO, f"process {os.getpid()}: {len(self._limiter)} of {most} connections, {spare}, {what}"
        )
        self._tell_children(signal.SIGPROF)

    def _take_order(self) -> None:
        """Reads a message of the supervisor; at the end of the channel it has ended."""
        order = self._channel.recv(1)
        if order == ADMIT:
            self._admitted = True
            self._idle_since = monotonic()
        elif order == RETIRE:
            self._leave()
            self._tell_children(signal.SIGHUP)
        else:
            self._poll.unregister(self._channel)
            self._stop()

    def _stop(self) -> None:
        """Stops accepting and ends the connections; those that take too long are killed."""
        self._leave()
        patience = self._settings.shutdown_timeout or self._settings.request_timeout
        self._kill_at = min(self._kill_at, monotonic() + patience)
        self._tell_children(signal.SIGTERM)

    def _leave(self) -> None:
        self._leaving = True
        self._set_accepting(False)
        self._spares.end()
        for listener in self._listeners.values():
            listener.socket.close()

    def _tell_children(self, number: int) -> None:
        for pid in self._limiter.pids:
            os.kill(pid, number)  # not reaped yet, so the pid is not reused

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            self._ended(pid, os.waitstatus_to_exitcode(status))

    def _ended(self, pid: int, status: int) -> None:
        if self._door and self._door.ended(pid, status):
            return
        if self._spares.remove(pid) and status:
            self._spare_at = monotonic() + _SAY_SECONDS
        peer = self._limiter.remove(pid)
        self._give_place_back(pid)
        if peer is None:
            return
        self._count_connections(-1)
        if self._metrics and status:
            cause = signal.Signals(-status).name if status < 0 else f"status {status}"
            self._metrics.count(self._metrics.FAILED, cause)
        self._idle_since = monotonic()
        if status < 0 and not (self._leaving and status == -signal.SIGKILL):
            name = signal.Signals(-status).name
            log.write(log.ERROR, f"{peer.name}: process {pid} was ended by {name}")
        elif status > 0 and status not in LOGGED:
            log.write(log.ERROR, f"{peer.name}: process {pid} ended with status {status}")
        log.write(log.DEBUG, f"{peer.name}: connection closed, process {pid}")

    def _rest(self, reason: str) -> None:
        self._rest_until = monotonic() + _RETRY_SECONDS
        self._say_sometimes(log.ERROR, reason)

    def _say_sometimes(self, importance: int, text: str) -> None:
        """Logs a text that may occur thousands of times a second at most once a minute."""
        now = monotonic()
        kind = text[:16]
        if now >= self._said.get(kind, 0.0):
            self._said[kind] = now + _SAY_SECONDS
            log.write(importance, text)


def prewarm_http() -> None:
    """Fills the caches of h11 and re by a first request."""
    wire = Wire(Limits())
    wire.receive(b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n")
    wire.request(bytes)
    list(wire.respond(Response(200, [("Content-Type", "text/plain")], b"")))
    wire.skip()
