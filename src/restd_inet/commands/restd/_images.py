"""Images of slurmctld's lists, for those who watch them: each is a whole answer, which differs from the last.

A source gives the newest image that it has not given yet. `source` is the one place that chooses who asks
slurmctld: the process of the connection itself (Polled). What is watched is found by comparing two images, so
that an image which is passed over loses no change.
"""

from __future__ import annotations

from time import monotonic, sleep

from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from restd_inet.commands import Call
    from restd_inet.slurm.results import Records

    #: Loads the records that changed since a time of slurmctld's, 0 for all. Raises Problem 304 if none has.
    Load = Callable[[int], Records]

    class Source(Protocol):
        """Where images come from."""

        def next(self, until: float) -> Image | None:
            """The newest image that was not given yet; None if there is none until then (CLOCK_MONOTONIC).

            Raises Problem if slurmctld cannot be asked; the next call tries again when it is time.
            """


#: The share of the time that loading may take: a tenth.
_SHARE = 10.0
AFTER_OUTAGE = "slurmctld did not answer for some time"
RESTARTED = "slurmctld was restarted"


class Image:
    """A list at a time.

    serial: grows from image to image of a source. at: slurmctld's time of it, 0 if it has none. records: an
    array of structs, indexes into it, and the message that they are of, as of slurm.results. reset: why it
    may not be compared with the image before it; "" if it may.
    """

    __slots__ = ("at", "records", "reset", "serial")

    def __init__(self, serial: int, at: int, records: Records, reset: str = "") -> None:
        self.serial = serial
        self.at = at
        self.records = records
        self.reset = reset


class Polled:
    """Images that this process loads itself, every `interval` seconds.

    since: the time of an image that the client has: until something changes there is none. pause: waits.
    After a load that took more than a tenth of the interval the next one is later. After one that failed all
    is loaded.
    """

    def __init__(
        self, load: Load, interval: float, since: int = 0, pause: Callable[[float], None] = sleep
    ) -> None:
        self._load = load
        self._interval = interval
        self._since = since
        self._pause = pause
        self._serial = 0
        self._due = 0.0
        self._lost = False
        self._backfill = 0

    def next(self, until: float) -> Image | None:
        while True:
            wait = min(self._due, until) - monotonic()
            if wait > 0:
                self._pause(wait)
            if monotonic() < self._due:
                return None
            image = self._ask()
            if image or monotonic() >= until:
                return image

    def _ask(self) -> Image | None:
        began = monotonic()
        self._due = began + self._interval
        try:
            records = self._load(self._since)
        except Problem as problem:
            if problem.status != 304:
                self._lost, self._since = True, 0
                raise
            return None
        self._due = began + max(self._interval, _SHARE * (monotonic() - began))
        message = records.message
        at = int(getattr(message, "last_update", 0))
        reset = AFTER_OUTAGE if self._lost else ""
        if message:
            reset = reset or self._restarted(at, int(getattr(message, "last_backfill", 0)))
        self._lost, self._since = False, at
        self._serial += 1
        return Image(self._serial, at, records, reset)

    def _restarted(self, at: int, backfill: int) -> str:
        """RESTARTED if slurmctld's times went back. backfill: when that scheduler last ran."""
        back = at < self._since or backfill < self._backfill
        self._backfill = backfill
        return RESTARTED if back else ""


def source(call: Call, what: str, load: Load, interval: float, since: int = 0) -> Source:
    """Where the images of a collection come from, for a request.

    what: the name of the collection ("jobs"). load: asks slurmctld in this process, as the user of the call,
    for no more than what the filters of the call need. Any other source gives the whole list.
    """
    return Polled(load, interval, since)
