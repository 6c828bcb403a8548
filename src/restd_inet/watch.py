"""A time limit on work that cannot be interrupted: a wait within libslurm, or the reading of a body.

One thread in a process watches its requests, one after another. It sleeps, and a request costs it
nothing: it need not be told of one, since no request that begins while it sleeps can end its time
before it wakes.
"""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread
from time import monotonic, sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: Exit status of a process that ends under a request: what follows that on the connection is not answered.
BROKEN = 1


class Watch:
    """Within `with`, calls `expired` when `seconds` have passed, in another thread, and ends the process.

    left_alone: finds out whether nobody can take an answer any more.
    """

    def __init__(self, seconds: float, expired: Callable[[], None], left_alone: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._expired = expired
        self._left_alone = left_alone
        self._deadline = 0.0

    def __enter__(self) -> None:
        self._begin()
        _watcher(self._seconds).current = self

    def __exit__(self, *exception: object) -> None:
        watcher = _watcher(self._seconds)
        # Waits for ever if the watcher is at work: the process is about to end.
        with watcher.lock:
            watcher.current = None

    def _begin(self) -> None:
        self._deadline = monotonic() + self._seconds

    def renew(self) -> None:
        """Its time begins anew; the process ends if nobody waits."""
        if self._left_alone():
            os._exit(BROKEN)
        self._begin()

    def left(self) -> float:
        """Seconds until it expires."""
        return self._deadline - monotonic()

    def end(self) -> None:
        """Expires."""
        self._expired()
        os._exit(BROKEN)


class _Watcher:
    """The thread. seconds: the time of every watch."""

    def __init__(self, seconds: float) -> None:
        self.pid = os.getpid()
        self.seconds = seconds
        self.lock = allocate_lock()
        self.current: Watch | None = None
        start_new_thread(self._run, ())

    def _run(self) -> None:
        while _watchers.get(self.seconds) is self:
            current = self.current
            sleep(min(max(current.left(), 0.0), self.seconds) if current else self.seconds)
            with self.lock:
                if self.current and self.current.left() <= 0:
                    self.current.end()


_watchers: dict[float, _Watcher] = {}


def renew() -> None:
    """What this process's request waits for is at work on it: its time begins anew. From any thread."""
    for watcher in _watchers.values():
        current = watcher.current if watcher.pid == os.getpid() else None
        if current:
            current.renew()


def _watcher(seconds: float) -> _Watcher:
    """This process's: a fork does not take threads along."""
    found = _watchers.get(seconds)
    if found is None or found.pid != os.getpid():
        found = _watchers[seconds] = _Watcher(seconds)
    return found
