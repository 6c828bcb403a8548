"""Listen mode: the poller, the one process that asks slurmctld for what is watched.

It has images of the lists that connections' processes ask it for (slurm.shared_images), and loads each list
once in the shortest interval that they want, or later: loading takes a tenth of the time at most (pace). Once
slurmctld does not answer for one list, those who watch the others hear of it too.

It asks as the user of the listener, or as nobody where that is root, and hands out only what slurmctld shows
to everyone alike: with PrivateData in slurm.conf those who watch ask for themselves, as their users. Where it
cannot ask as itself, for lack of munge, it borrows the token of one who watches, until that one leaves.

It is started when somebody asks (serve.poller_door), and ends when nobody has watched for some seconds.
Should it be killed, those who watch notice the end of their channels and ask again, which starts another one;
they compare its first image with the last one that they had.
"""

from __future__ import annotations

import _socket
import os
import pwd
import resource
import select
import signal
from collections import deque
from time import monotonic, time

from restd_inet import lazy, log, process, slurm
from restd_inet.channel import receive
from restd_inet.pace import Pace
from restd_inet.problems import Problem
from restd_inet.slurm.image import KINDS
from restd_inet.slurm.image_maker import Maker, Range
from restd_inet.slurm.shared_images import ALONE, FAILED, IMAGE, KEPT, LEND, LENT, MESSAGE_BYTES, NEXT, send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from restd_inet.settings import Settings
    from restd_inet.slurm.client import Slurm
    from restd_inet.slurm.image_maker import Made
    from restd_inet.slurm.results import Records

#: Seconds without anybody who watches after which the poller ends.
IDLE_SECONDS = 5.0
#: Images that are kept for those who come back: how many, and their bytes.
_KEPT, _KEPT_BYTES = 32, 1 << 28
#: Seconds after which slurmctld is asked again whether it hides anything.
_CONF_SECONDS = 1.0
#: Bits of PrivateData that hide something of a list.
_HIDING = {
    "jobs": ("PRIVATE_DATA_JOBS",),
    "nodes": ("PRIVATE_DATA_NODES", "PRIVATE_DATA_PARTITIONS"),
    "partitions": ("PRIVATE_DATA_PARTITIONS",),
    "reservations": ("PRIVATE_DATA_RESERVATIONS",),
}
#: Statuses that say that slurmctld does not answer, whatever it is asked for.
_SILENT = (503, 504)
#: A file for each who watches, and some.
_FILES = 100


class _Watcher:
    """A process that asks. what: the list. ready: it waits for an image after `serial`. history: it wants
    those that were kept first. lends: whether it may have a token that slurmctld takes. asked_at: when it was
    asked for that.
    """

    __slots__ = ("asked_at", "channel", "history", "interval", "lends", "ready", "serial", "what")

    def __init__(self, channel: _socket.socket, what: str, interval: float, history: bool) -> None:
        self.channel = channel
        self.what = what
        self.interval = interval
        self.history = history
        self.ready = self.lends = True
        self.serial = 0
        self.asked_at = 0.0


class _List:
    """A list that is watched. due: when it is loaded next. since: the time of what was loaded last."""

    def __init__(self, library: Slurm, what: str, addresses: Range) -> None:
        self.what = what
        # No serial of an earlier poller's comes again.
        self._maker = Maker(library, KINDS[what], addresses, int(time() * 1000))
        self._load: Callable[[int], Records] = getattr(library, what)
        self.hiding = library.bits(_HIDING[what])
        self.watchers: set[_Watcher] = set()
        self.due = 0.0
        self.serial = 0
        self.kept: deque[Made] = deque()
        self._since = 0
        self._pace = Pace()

    @property
    def interval(self) -> float:
        return min((each.interval for each in self.watchers), default=0.0)

    def load(self) -> Made | None:
        """Asks slurmctld; the new image, None if nothing has changed. Raises Problem, OSError."""
        began, loaded = monotonic(), False
        try:
            records = self._load(self._since)
            made = self._maker.make(records)
            loaded = True
        except Problem as problem:
            if problem.status != 304:
                self.lost()
                raise
            made = None
        else:
            self._since = int(records.message.last_update)
        finally:
            now = monotonic()
            self.due = now + self._pace.pause(now - began, self.interval, loaded)
        return made

    def lost(self) -> None:
        """What was loaded is no more compared with what will be."""
        self._maker.lost()
        self._since = 0
        self.kept.clear()
        self.serial = 0

    def keep(self, made: Made) -> None:
        assert self._maker.last is not None
        self.serial = self._maker.last.serial
        self.kept.append(made)
        while len(self.kept) > _KEPT or (
            len(self.kept) > 1 and sum(each.size for each in self.kept) > _KEPT_BYTES
        ):
            self.kept.popleft()


class Poller:
    """door: where it is asked. shared: how many watch, and the place of the next image (Range), in memory
    that the worker sees.
    """

    def __init__(self, settings: Settings, door: _socket.socket, shared: memoryview) -> None:
        self._settings = settings
        self._door = door
        self._shared = shared
        self._poll = select.poll()
        self._watchers: dict[int, _Watcher] = {}
        self._lists: dict[str, _List] = {}
        self._conf_at = 0.0
        self._conf_since = self._hidden = 0
        self._own = True  # it asks as itself
        self._lender: _Watcher | None = None
        self._token = self._name = self._why = ""

    def run(self) -> int:
        """Until nobody has watched for some seconds; the exit status."""
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self._most = min(self._settings.max_connections, hard - _FILES)
        # Should libslurm not return, this process ends, and those who watch notice it.
        self._patience = int(self._settings.request_timeout) + 1
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        try:
            self._library = slurm.connect(self._settings)
            self._library.identity.own()
            _become_nobody()
            self._addresses = Range(self._library, self._shared[1:])
        except Problem as problem:
            log.write(log.INFO, f"those who watch ask slurmctld themselves: {problem.text}")
            self._most = 0
        self._poll.register(self._door, select.POLLIN)
        self._serve()
        return 0

    def _serve(self) -> None:
        idle_at = monotonic() + IDLE_SECONDS
        while self._watchers or monotonic() < idle_at:
            self._wait(min((each.due for each in self._lists.values() if each.watchers), default=idle_at))
            for each in list(self._lists.values()):
                if each.watchers and each.due <= monotonic():
                    self._look(each)
            if self._watchers:
                idle_at = monotonic() + IDLE_SECONDS

    def _wait(self, until: float) -> None:
        for descriptor, _ in self._poll.poll(max(0.0, until - monotonic()) * 1000 + 1):
            if descriptor == self._door.fileno():
                self._admit()
            elif descriptor in self._watchers:  # one before may have let it go
                self._hear(self._watchers[descriptor])

    def _admit(self) -> None:
        """Somebody asks for a list."""
        try:
            data, descriptor = receive(self._door, MESSAGE_BYTES)
        except OSError:
            return
        if descriptor < 0:
            return
        channel = _socket.socket(fileno=descriptor)
        what, interval, history = data.decode().split()
        if len(self._watchers) >= self._most or what not in KINDS:
            send(channel, ALONE)
            channel.close()
            return
        if what not in self._lists:
            self._lists[what] = _List(self._library, what, self._addresses)
        found = self._lists[what]
        watcher = _Watcher(channel, what, float(interval), history == "1")
        self._watchers[descriptor] = watcher
        found.watchers.add(watcher)
        found.due = min(found.due, monotonic() + watcher.interval)
        self._counted(1)
        self._poll.register(descriptor, select.POLLIN)
        # What was loaded longer ago than the interval is not what is.
        if found.due > monotonic():
            self._give(found)

    def _hear(self, watcher: _Watcher) -> None:
        """Somebody is ready for another image, or has gone."""
        try:
            data, _ = receive(watcher.channel, MESSAGE_BYTES)
        except OSError:
            data = b""
        if data[:1] == LENT:
            return self._borrow(watcher, data[1:].decode())
        if data != NEXT:
            return self._leave(watcher)
        watcher.ready = True
        self._give(self._lists[watcher.what])

    def _leave(self, watcher: _Watcher) -> None:
        descriptor = watcher.channel.fileno()
        self._poll.unregister(descriptor)
        del self._watchers[descriptor]
        self._lists[watcher.what].watchers.discard(watcher)
        watcher.channel.close()
        if watcher is self._lender:
            self._give_back()
        self._counted(-1)

    def _counted(self, more: int) -> None:
        self._shared[0] += more
        _count_watchers(self._settings, more)

    def _give(self, found: _List, changed: bool = False) -> None:
        """Hands out the newest image to those who are ready and do not have it.

        changed: it was loaded just now.
        """
        waiting = [each for each in found.watchers if each.ready and each.serial < found.serial]
        if not waiting and not changed:
            return
        try:
            if self._hides(found, always=changed):
                return
        except Problem as problem:
            return self._failed(found, problem)
        for watcher in waiting:
            for made in list(found.kept)[:-1] if watcher.history else ():
                _hand(watcher, KEPT, made)
            watcher.serial, watcher.ready, watcher.history = found.serial, False, False
            _hand(watcher, IMAGE, found.kept[-1])

    def _look(self, found: _List) -> None:
        """Asks slurmctld for a list, and hands out what is new."""
        result = "failed"
        signal.alarm(self._patience)
        try:
            if not self._signs(found):
                return
            made = found.load()
            result = "changed" if made else "unchanged"
            if made:
                found.keep(made)
            self._give(found, changed=made is not None)
        except Problem as problem:
            self._failed(found, problem)
        except OSError as error:
            self._why = f"no image of {found.what}: {error.strerror}"
            self._refuse(found)
        finally:
            signal.alarm(0)
            _count_poll(self._settings, found.what, result)

    def _failed(self, found: _List, problem: Problem) -> None:
        """slurmctld does not answer, which all are told; or does not answer this process, and so they ask."""
        self._why = problem.text
        if self._library.guard.munge or problem.status == 401:
            self._own = False
            if self._lender:
                self._lender.lends = False
            self._give_back()
            return self._ask_for_token(found)
        if problem.status < 500:
            return self._refuse(found)
        text = f"{problem.status} {problem.number} {problem.text}".encode("utf-8", "replace")
        # The next look is at another list: this one may fail for a reason of its own.
        self._lists[found.what] = self._lists.pop(found.what)
        for each in self._lists.values() if problem.status in _SILENT else (found,):
            each.lost()
            each.due = monotonic() + each.interval
            for watcher in each.watchers:
                if watcher.ready:
                    watcher.ready, watcher.serial = False, 0
                    send(watcher.channel, FAILED + text[: MESSAGE_BYTES - 1])

    def _signs(self, found: _List) -> bool:
        """Whether slurmctld can be asked now, as this process or by a token; else a token is asked for."""
        if self._own:
            return True
        if not self._lender:
            self._ask_for_token(found)
            return False
        try:
            if self._library.identity.assume(self._token, self._name):
                return True
        except Problem as problem:  # this release cannot change how it signs
            self._why = problem.text
        self._give_back()
        self._refuse(found)
        return False

    def _ask_for_token(self, found: _List) -> None:
        lenders = [each for each in found.watchers if each.lends]
        if not lenders:
            return self._refuse(found)
        lender = min(lenders, key=lambda each: each.asked_at)  # one may be busy with a client that is slow
        lender.asked_at = monotonic()
        found.due = lender.asked_at + found.interval
        send(lender.channel, LEND)

    def _borrow(self, watcher: _Watcher, lent: str) -> None:
        found = self._lists[watcher.what]
        if not lent:
            watcher.lends = False
            return self._ask_for_token(found)
        process.hide()
        self._lender, found.due = watcher, 0.0
        self._name, self._token = lent.split("\n", 1)

    def _give_back(self) -> None:
        """The token is used no more."""
        self._library.identity.release()
        self._lender, self._token, self._name = None, "", ""

    def _refuse(self, found: _List) -> None:
        """Lets all who watch a list ask slurmctld themselves."""
        if self._why:
            log.write(log.INFO, f"those who watch ask slurmctld themselves: {self._why}")
        for watcher in list(found.watchers):
            send(watcher.channel, ALONE)
            self._leave(watcher)

    def _hides(self, found: _List, always: bool = False) -> bool:
        """Whether slurmctld hides something of a list from somebody; then those who watch it are let go.

        always: asks slurmctld, however long ago it was asked last. Raises Problem.
        """
        now = monotonic()
        if always or now > self._conf_at + _CONF_SECONDS:
            self._conf_at = now
            try:
                conf = self._library.ctl_conf(self._conf_since)
                self._hidden, self._conf_since = int(conf.private_data), int(conf.last_update)
                if "fed_display" in (self._library.text(conf.fed_params) or ""):
                    self._hidden = -1
            except Problem as problem:
                if problem.status != 304:
                    raise
        if not self._hidden & found.hiding:
            return False
        found.lost()
        self._refuse(found)
        return True


def _hand(watcher: _Watcher, word: bytes, made: Made) -> None:
    send(watcher.channel, word + b"%d %d" % (made.address, made.size), made.file)


def _become_nobody() -> None:
    """Root asks as nobody, to whom slurmctld does not show more than to others."""
    if os.geteuid():
        return
    parent = os.getppid()
    entry = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
    os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
    process.end_with(parent)
    process.hide()


def _count_watchers(settings: Settings, more: int) -> None:
    if settings.metrics:
        metrics = lazy.module("restd_inet.metrics")
        metrics.count(metrics.WATCHERS, amount=more)


def _count_poll(settings: Settings, what: str, result: str) -> None:
    if settings.metrics:
        metrics = lazy.module("restd_inet.metrics")
        metrics.count(metrics.POLLS, what, result)
