"""How long a request takes and how much of its answer has come, on the terminal that standard error is."""

from __future__ import annotations

import os
import signal
from time import monotonic

_FIRST_SECONDS = 2.0
_SECONDS = 0.5
_CLEAR = b"\r\x1b[K"
_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))


class Progress:
    """A line that is written anew while this is entered, once it has lasted two seconds."""

    def __init__(self, doing: str = "waiting for the answer") -> None:
        self.doing = doing
        self.bytes = 0
        self._began = monotonic()
        self._shown = False

    def __enter__(self) -> Progress:
        if os.isatty(2):
            signal.signal(signal.SIGALRM, lambda number, frame: self._show())
            signal.signal(signal.SIGINT, lambda number, frame: self._interrupted())
            signal.setitimer(signal.ITIMER_REAL, _FIRST_SECONDS, _SECONDS)
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    def end(self) -> None:
        """Shows nothing any more, and removes what is shown."""
        if os.isatty(2):
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.clear()

    def clear(self) -> None:
        """Removes what is shown, until the next time."""
        if self._shown:
            os.write(2, _CLEAR)
        self._shown = False

    def received(self, data: bytes) -> None:
        """A piece of the answer is about to be written: on a terminal it takes the place of the line."""
        self.bytes += len(data)
        if os.isatty(1):
            self.end()

    def _show(self) -> None:
        what = f"received {_size(self.bytes)}" if self.bytes else self.doing
        self._shown = True  # first: a signal's handler may run right after the line is written
        os.write(2, _CLEAR + f"restd-inet: {what}, {monotonic() - self._began:.0f} s".encode())

    def _interrupted(self) -> None:
        self.end()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)


def _size(count: int) -> str:
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"
