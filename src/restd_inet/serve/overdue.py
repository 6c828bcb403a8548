"""Finds processes that have passed their deadline, which each publishes in shared memory."""

from __future__ import annotations

from mmap import mmap

from restd_inet.limit import GRACE
from restd_inet.serve.limits import FOREVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.settings import Settings

#: Seconds past its deadline after which a process is killed.
PATIENCE = 5.0
#: Seconds between checks: a process may publish an earlier deadline at any time.
LOOK = 1.0
_BYTES = 8  # a double


class Overdue:
    """The deadline of each process, in CLOCK_MONOTONIC seconds; 0: it has none."""

    def __init__(self, settings: Settings) -> None:
        self._memory = mmap(-1, settings.max_connections * _BYTES)
        self._deadlines = memoryview(self._memory).cast("d")
        self._free = list(range(settings.max_connections))
        self._places: dict[int, int] = {}
        self._first = settings.idle_timeout + GRACE
        self._look_at = FOREVER
        self.ended = 0

    def take(self, now: float) -> int:
        """Reserves a place in the memory for a new process."""
        place = self._free.pop()
        self._deadlines[place] = now + self._first
        self._look_at = min(self._look_at, now + LOOK)
        return place

    def memory(self, place: int) -> memoryview:
        """The part of the memory where the process of that place publishes its deadline."""
        return memoryview(self._memory)[place * _BYTES : (place + 1) * _BYTES]

    def add(self, pid: int, place: int) -> None:
        self._places[pid] = place

    def place(self, pid: int) -> int:
        """The place of a process; -1 without one."""
        return self._places.get(pid, -1)

    def remove(self, pid: int) -> None:
        self.give_back(self._places.pop(pid, -1))

    def give_back(self, place: int) -> None:
        if place >= 0:
            self._free.append(place)

    def wait(self, now: float) -> float:
        """Seconds until the next check."""
        return self._look_at - now

    def find(self, now: float) -> list[int]:
        """The processes to kill; each is returned once."""
        if now < self._look_at:
            return []
        found = []
        self._look_at = now + LOOK if self._places else FOREVER
        for pid, place in self._places.items():
            end = self._deadlines[place] + PATIENCE
            if end == PATIENCE:
                continue
            if end <= now:
                self._deadlines[place] = 0.0
                found.append(pid)
        self.ended += len(found)
        return found
