"""Listen mode: the supervisor, which holds the listening sockets and does nothing else.

It starts a worker (serve.worker) that accepts on them, and at SIGHUP a second one, which reads slurm.conf
again. When the second is ready, the first stops accepting and ends with its last connection, and the second
begins to accept: no socket is closed and no connection is dropped. If the second cannot start, the first
continues. A worker that ends by itself is replaced at once; if that happens repeatedly, there are pauses, in
which clients are answered 503. A worker that a signal has stopped (SIGSTOP) is killed.

Every process ends with its parent. One that does not becomes a child of the supervisor, which ends when it
has no children left.
"""

from __future__ import annotations

import _socket
import os
import select
import signal
from contextlib import suppress
from mmap import mmap
from time import monotonic

from restd_inet import installed, lazy, limit, log, process, rights
from restd_inet.problems import Problem
from restd_inet.process import INTERNAL, LOGGED, NOT_ALLOWED, SYSTEM, UNAVAILABLE
from restd_inet.serve import notify
from restd_inet.serve.limits import FOREVER, Refusals
from restd_inet.serve.service import (
    ADMIT,
    CANNOT,
    COUNT_BYTES,
    READY,
    RETIRE,
    Service,
    cannot,
    failure,
    keep_only,
)
from restd_inet.serve.signals import Signals, blocked
from restd_inet.serve.sockets import Listener
from restd_inet.serve.worker import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.settings import Settings

#: Added to the time that requests have to end, so that their processes can end themselves.
_GRACE_SECONDS = 2.0
#: How long to wait for processes after SIGKILL.
_LAST_SECONDS = 2.0
#: After so long a worker that is stopped is killed.
_STOPPED_SECONDS = 5.0
#: Pauses between attempts to start a worker: the first, and the longest.
_PAUSE_SECONDS, _LONGEST_PAUSE = 1.0, 30.0
#: After so long a worker counts as stable, and the pauses begin anew.
_STEADY_SECONDS = 10.0
_NOT_NOW = b"restd-inet cannot serve at the moment; see its log.\n"
_MESSAGE_BYTES = 4096


class _Process:
    """A worker. channel: a socket to it. count: its open connections, in shared memory; file: of that."""

    __slots__ = ("channel", "count", "file", "pid")

    def __init__(self, pid: int, channel: _socket.socket, count: memoryview, file: int) -> None:
        self.pid = pid
        self.channel = channel
        self.count = count
        self.file = file

    def ended(self) -> None:
        self.channel.close()
        self.count[0] = 0
        os.close(self.file)


class Supervisor:
    """current: the worker that accepts. fresh: its successor, starting. retired: workers that end."""

    def __init__(
        self,
        settings: Settings,
        listeners: list[Listener],
        service: Service,
        idle_exit: float,
        inherited: bool = False,
    ) -> None:
        self._settings = settings
        self._listeners = listeners
        self._service = service
        self._idle_exit = idle_exit
        self._inherited = inherited
        if settings.metrics:
            lazy.module("restd_inet.metrics").share()
        self._packages = installed.stamp()
        self._troubled = False  # the last process could not start
        self._renewed = False  # a newer program than this one serves
        self._idle_since = monotonic()
        self._signals = Signals()
        self._current: _Process | None = None
        self._fresh: _Process | None = None
        self._retired: dict[int, _Process] = {}
        self._stopped: dict[int, float] = {}  # workers that a signal has stopped, and when to kill them
        self._started = False
        self._stopping = False
        self._status: int | None = None
        self._restart_at = FOREVER
        self._kill_at = FOREVER
        self._ready_at = 0.0
        self._pause = 0.0  # before the next attempt
        self._refusing = False
        self._refusals = Refusals(_NOT_NOW, int(_LONGEST_PAUSE))

    def run(self) -> int:
        """Runs until SIGTERM or SIGINT, or until the first worker cannot start; the exit status."""
        process.adopt_orphans()
        self._begin()
        while self._status is None:
            now = monotonic()
            kill_at = min(self._kill_at, *self._stopped.values(), FOREVER)
            due = min(self._restart_at - now, kill_at - now, self._refusals.expire(now))
            if self._refusing and self._idle_exit:
                due = min(due, self._idle_since + self._idle_exit - now)
                if self._idle_since + self._idle_exit <= now:
                    self._status = UNAVAILABLE  # whoever has started it may do so again
                    break
            self._wait(None if due == FOREVER else max(0.0, due) * 1000)
            if self._restart_at <= monotonic():
                self._begin()
            if self._kill_at <= monotonic():
                self._kill_at = FOREVER
                log.write(log.ERROR, "the listening process has not ended in time: killed")
                self._tell_all(signal.SIGKILL)
            self._end_stopped()
        if not self._started:
            self._refuse_waiting()
        for listener in self._listeners:
            listener.remove()
        if not process.end_all(_LAST_SECONDS):
            log.write(log.ERROR, f"processes were left after SIGKILL and {_LAST_SECONDS:g} s")
        return self._status

    def _wait(self, milliseconds: float | None) -> None:
        poll = select.poll()
        poll.register(self._signals.descriptor, select.POLLIN)
        fresh = self._fresh
        if fresh is not None:
            poll.register(fresh.channel, select.POLLIN)
        if self._refusing:
            for listener in self._listeners:
                poll.register(listener.socket, select.POLLIN)
        ready = [descriptor for descriptor, _ in poll.poll(milliseconds)]
        for listener in self._listeners:
            if listener.socket.fileno() in ready:
                self._refuse(listener)
        if fresh is not None and fresh.channel.fileno() in ready:
            self._hear(fresh)
        if self._signals.descriptor in ready:
            self._take_signals()

    def _take_signals(self) -> None:
        numbers = self._signals.take()
        if signal.SIGTERM in numbers or signal.SIGINT in numbers:
            self._stop()
        elif signal.SIGHUP in numbers and not self._stopping:
            self._reload()
        if signal.SIGPROF in numbers:
            self._report()
        if signal.SIGCHLD in numbers:
            self._reap()

    def _report(self) -> None:
        """Logs the state of the workers; each adds that of its connections."""
        accepts = f"process {self._current.pid} accepts" if self._current else "no process accepts"
        others = f", {len(self._retired)} end" if self._retired else ""
        log.write(log.INFO, f"{accepts} connections{others}; on {self._where()}")
        for each in (self._current, *self._retired.values()):
            if each is not None:
                os.kill(each.pid, signal.SIGPROF)  # not reaped yet, so the pid is not reused

    def _where(self) -> str:
        return ", ".join(listener.text for listener in self._listeners)

    def _refuse(self, listener: Listener) -> None:
        """Answers a client 503 while there is no worker."""
        self._idle_since = monotonic()
        try:
            descriptor, _ = listener.socket._accept()  # type: ignore[attr-defined]
            self._refusals.refuse(_socket.socket(fileno=descriptor), silently=listener.tls)
            if self._settings.metrics:
                metrics = lazy.module("restd_inet.metrics")
                metrics.count(metrics.REFUSALS, "no-process")
        except BlockingIOError:  # the client has gone
            return
        except OSError as error:  # a resource has run out: clients wait for the next attempt
            log.write(log.ERROR, f"cannot accept connections: {error.strerror}")
            self._refusing = False

    def _refuse_waiting(self) -> None:
        """Answers 503 to those who have connected before the end of a listener that could not start."""
        for listener in self._listeners:
            with suppress(OSError):
                while True:
                    descriptor, _ = listener.socket._accept()  # type: ignore[attr-defined]
                    self._refusals.refuse(_socket.socket(fileno=descriptor), silently=listener.tls)
            listener.socket.close()
        while (due := self._refusals.expire(monotonic())) != FOREVER:
            select.poll().poll(max(0.0, due) * 1000)

    def _begin(self) -> None:
        """Starts a worker."""
        self._restart_at = FOREVER
        self._refusing = False
        ours, theirs = _pair()
        file = os.memfd_create("count")
        os.truncate(file, COUNT_BYTES)
        count = memoryview(mmap(file, COUNT_BYTES)).cast("Q")
        with blocked():
            try:
                pid = process.child(lambda: self._become_server(theirs, count, file), "a listening process")
            except OSError as error:
                os.close(file)
                log.write(log.ERROR, f"cannot start a listening process: {error.strerror}")
                return self._cannot_start(SYSTEM)
        theirs.close()
        self._fresh = _Process(pid, ours, count, file)

    def _become_server(self, channel: _socket.socket, count: memoryview, file: int) -> int:
        try:
            self._signals.leave()
            sockets = [listener.socket.fileno() for listener in self._listeners]
            others = [each for each in (self._current, *self._retired.values()) if each is not None]
            counts = [each.file for each in others]
            keep_only(channel.fileno(), file, log.descriptor, *counts, *sockets)
            if self._renewed or installed.stamp() != self._packages:
                return self._succeed(channel, [file, *counts])
            for each in (file, *counts):
                os.close(each)
            limit.on_end = lambda reason: cannot(channel, reason)
            self._service.warm()
            refusal = rights.refusal(self._settings, self._service.slurm_user())
            if refusal:
                log.write(log.ERROR, refusal)
                return NOT_ALLOWED
            server = Server(self._settings, self._listeners, self._service, channel, self._idle_exit)
            server.share(count, [each.count for each in others])
            if not self._started:
                server.say_share()
            limit.on_end = None
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            return server.run()
        except Problem as problem:
            return failure(channel, problem.text)

    def _succeed(self, channel: _socket.socket, counts: list[int]) -> int:
        """The program that is installed now takes this process; or why it does not."""
        try:
            successor = lazy.module("restd_inet.serve.successor")
            successor.execute(channel.fileno(), counts, self._listeners, self._idle_exit)
        except OSError as error:
            return failure(channel, f"the program that is installed now cannot be started: {error}")
        return UNAVAILABLE

    def _hear(self, fresh: _Process) -> None:
        """The new worker is ready, or has ended."""
        message = b""
        with suppress(OSError):
            message = fresh.channel.recv(_MESSAGE_BYTES)
        if message != READY:
            reason = message[1:] if message[:1] == CANNOT else b""
            self._refusals.say(b"restd-inet cannot serve: " + reason + b"\n" if reason else _NOT_NOW)
            self._troubled = True
            notify.tell(f"STATUS=cannot serve: {reason.decode('utf-8', 'replace') or 'see the log'}")
            return self._ended(*os.waitpid(fresh.pid, 0))
        self._fresh = None
        if self._current is not None:
            with suppress(OSError):  # it has just ended by itself
                self._current.channel.send(RETIRE)
            self._retired[self._current.pid] = self._current
            self._forgive()
            log.write(log.INFO, self._what_was_reread())
        elif not self._started:
            log.write(log.INFO, f"listening on {self._where()}")
        with suppress(OSError):
            fresh.channel.send(ADMIT)
        self._started = True
        self._current = fresh
        self._ready_at = monotonic()
        notify.tell("READY=1")
        if self._troubled:
            notify.tell("STATUS=")
        self._troubled = False

    def _what_was_reread(self) -> str:
        if not self._renewed and installed.stamp() == self._packages:
            return "slurm.conf was read again"
        self._renewed = True
        return "restd-inet was installed anew: the new program serves now"

    def _cannot_start(self, status: int) -> None:
        """status: why; it becomes this process's exit status if no listening process has ever started."""
        if not self._started and (not self._inherited or status == NOT_ALLOWED):
            self._status = status
        elif self._current is not None:
            log.write(
                log.ERROR, "slurm.conf could not be read again; continuing with the previous configuration"
            )
            notify.tell("READY=1")
        elif not self._stopping:
            if not self._started:
                notify.tell("READY=1")  # it answers 503, with the reason
            self._begin_later()

    def _begin_later(self) -> None:
        """At once after the first failure, after a longer pause with each that follows."""
        pause = self._pause
        self._pause = min(max(_PAUSE_SECONDS, 2 * pause), _LONGEST_PAUSE)
        self._restart_at = monotonic() + pause
        self._refusing = pause > 0
        if pause:
            log.write(log.ERROR, f"there is no listening process; starting another in {pause:g} s")

    def _forgive(self) -> None:
        """When the current process is replaced: if it was steady, what failed before it does not count."""
        if monotonic() - self._ready_at >= _STEADY_SECONDS:
            self._pause = 0.0

    def _reload(self) -> None:
        if self._fresh is not None:  # it may have read the file before it was changed
            os.kill(self._fresh.pid, signal.SIGKILL)  # it has accepted nothing yet
            self._retired[self._fresh.pid] = self._fresh
            self._fresh = None
        notify.reloading()
        self._begin()

    def _stop(self) -> None:
        """Ends all workers; at the second signal, without waiting for requests."""
        patience = self._settings.shutdown_timeout or self._settings.request_timeout
        self._kill_at = monotonic() if self._stopping else monotonic() + patience + _GRACE_SECONDS
        self._stopping = True
        self._restart_at = FOREVER
        self._refusing = False
        notify.tell("STOPPING=1")
        for listener in self._listeners:
            listener.socket.close()
        self._tell_all(signal.SIGTERM)
        self._finish()

    def _tell_all(self, number: int) -> None:
        for pid in self._workers():
            os.kill(pid, number)

    def _workers(self) -> list[int]:
        workers = (self._current, self._fresh, *self._retired.values())
        return [each.pid for each in workers if each is not None]

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
            except ChildProcessError:
                break
            if not pid:
                break
            if os.WIFSTOPPED(status):
                if pid in self._workers():
                    self._stopped[pid] = monotonic() + _STOPPED_SECONDS
            elif os.WIFCONTINUED(status):
                self._stopped.pop(pid, None)
            else:
                self._ended(pid, status)
        self._finish()

    def _end_stopped(self) -> None:
        """Kills workers that are stopped: they accept nothing and end at no other signal."""
        if self._stopped and min(self._stopped.values()) <= monotonic():
            self._reap()  # if this process was stopped with them, they were continued meanwhile
        for pid, kill_at in self._stopped.items():
            if kill_at <= monotonic():
                self._stopped[pid] = FOREVER
                log.write(
                    log.ERROR, f"the listening process {pid} is stopped for {_STOPPED_SECONDS:g} s: killed"
                )
                os.kill(pid, signal.SIGKILL)  # not reaped yet, so the pid is not reused

    def _ended(self, pid: int, wait_status: int) -> None:
        status = os.waitstatus_to_exitcode(wait_status)
        self._stopped.pop(pid, None)
        gone = self._retired.pop(pid, None)
        if gone is not None:
            self._forget_connections(gone)
            gone.ended()
        elif self._fresh is not None and pid == self._fresh.pid:
            self._fresh.ended()
            self._fresh = None
            if status not in LOGGED and not self._stopping:
                log.write(log.ERROR, f"the listening process {pid} ended with status {status} at its start")
            self._cannot_start(status if status in LOGGED else INTERNAL)
        elif self._current is not None and pid == self._current.pid:
            self._forget_connections(self._current)
            self._current.ended()
            self._current = None
            if self._stopping:
                return
            if not status:  # idle
                return self._stop()
            log.write(log.ERROR, f"the listening process {pid} ended with status {status}; starting another")
            self._forgive()
            if self._fresh is None:
                self._begin_later()

    def _forget_connections(self, worker: _Process) -> None:
        """They have ended with the worker, which could not count that."""
        if self._settings.metrics and worker.count[0]:
            metrics = lazy.module("restd_inet.metrics")
            metrics.count(metrics.CONNECTIONS, amount=-int(worker.count[0]))

    def _finish(self) -> None:
        if self._stopping and not (self._current or self._fresh or self._retired):
            self._status = 0


def _pair() -> tuple[_socket.socket, _socket.socket]:
    ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
    for end in (ours, theirs):
        os.set_inheritable(end.fileno(), False)
    return ours, theirs
