"""Signals as bytes on a pipe, so that poll(2) waits for them and for sockets at once."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Those that a listener's processes react to.
USED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


class Signals:
    """Takes the signals of USED from now on. There is one in a process at a time."""

    def __init__(self) -> None:
        self.descriptor, self._written = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._written, warn_on_full_buffer=False)
        for number in USED:
            signal.signal(number, _note)

    def take(self) -> set[int]:
        """Those that came since the last time."""
        found: set[int] = set()
        with suppress(BlockingIOError):
            while data := os.read(self.descriptor, 4096):
                found.update(data)
        return found

    def leave(self) -> None:
        """In a new process: its signals are no business of the process it comes from."""
        signal.set_wakeup_fd(-1)
        os.close(self.descriptor)
        os.close(self._written)


@contextmanager
def blocked() -> Iterator[None]:
    """None of USED arrives within: between fork and the new process's own handlers, say."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, USED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def handle(handlers: dict[int, Callable[[], None] | None]) -> None:
    """Handlers of a process that serves a connection; None is what the system does."""
    for number, function in handlers.items():
        signal.signal(number, signal.SIG_DFL if function is None else _calling(function))


def _note(number: int, frame: object) -> None:
    """The interpreter has written the number to the pipe."""


def _calling(function: Callable[[], None]) -> Callable[[int, object], None]:
    return lambda number, frame: function()
