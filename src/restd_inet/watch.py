"""A time limit on work that cannot be interrupted: a wait within libslurm, or the reading of a body."""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: Exit status of a process that ends under a request: what follows that on the connection is not answered.
BROKEN = 1


class Watch:
    """Within `with`, calls `expired` when `seconds` have passed, in another thread, and ends the process."""

    def __init__(self, seconds: float, expired: Callable[[], None]) -> None:
        self._seconds = seconds
        self._expired = expired
        self._running = allocate_lock()

    def __enter__(self) -> None:
        self._running.acquire()
        start_new_thread(self._wait, ())

    def __exit__(self, *exception: object) -> None:
        self._running.release()

    def _wait(self) -> None:
        if not self._running.acquire(timeout=self._seconds):
            self._expired()
            os._exit(BROKEN)
