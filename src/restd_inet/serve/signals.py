"""Signals as bytes on a pipe, so that poll(2) waits for signals and sockets together."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the C half: signal.py makes enumerations of its numbers
import os
import signal
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The signals that a listener's processes handle.
USED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGPROF)


class Signals:
    """Receives the signals of USED from now on. A process has one at a time."""

    def __init__(self) -> None:
        self.descriptor, self._written = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._written, warn_on_full_buffer=False)
        for number in USED:
            signal.signal(number, _note)

    def take(self) -> set[int]:
        """The signals received since the last call."""
        found: set[int] = set()
        with suppress(BlockingIOError):
            while data := os.read(self.descriptor, 4096):
                found.update(data)
        return found

    def leave(self) -> None:
        """In a new process: stops writing to the pipe of its parent."""
        signal.set_wakeup_fd(-1)
        os.close(self.descriptor)
        os.close(self._written)


@contextmanager
def blocked() -> Iterator[None]:
    """Blocks USED, for instance between fork and the new process's own handlers."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, USED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def handle(handlers: dict[int, Callable[[], None] | None]) -> None:
    """Sets the signal handlers of a process that serves a connection; None: the default action."""
    for number, function in handlers.items():
        _signal.signal(number, _signal.SIG_DFL if function is None else _calling(function))


def _note(number: int, frame: object) -> None:
    """Does nothing: the interpreter writes the number to the pipe."""


def _calling(function: Callable[[], None]) -> Callable[[int, object], None]:
    return lambda number, frame: function()
