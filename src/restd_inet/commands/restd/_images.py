"""Images of slurmctld's lists, for those who watch them: each is a whole answer, which differs from the last.

A source gives the newest image that it has not given yet. `source` is the one place that chooses who asks
slurmctld: the process of the connection itself (Polled), or the poller of a listener, for all who watch
(Shared). What is watched is found by comparing two images, so that an image which is passed over loses no
change.
"""

from __future__ import annotations

from time import monotonic, sleep

from restd_inet import lazy
from restd_inet.pace import Pace
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from restd_inet.commands import Call
    from restd_inet.slurm.image import Shown
    from restd_inet.slurm.results import Records

    #: Loads the records that changed since a time of slurmctld's, 0 for all. Raises Problem 304 if none has.
    Load = Callable[[int], Records]

    class Source(Protocol):
        """Where images come from."""

        def next(self, until: float) -> Image | None:
            """The newest image that was not given yet; None if there is none until then (CLOCK_MONOTONIC).

            Raises Problem if slurmctld cannot be asked; the next call tries again when it is time.
            """


AFTER_OUTAGE = "slurmctld did not answer for some time"
RESTARTED = "slurmctld was restarted"


class Image:
    """A list at a time.

    serial: grows from image to image of a source. at: slurmctld's time of it, 0 if it has none. records: an
    array of structs, indexes into it, and the message that they are of, as of slurm.results. reset: why it
    may not be compared with the image before it; "" if it may. shown: says what of it is new; None: nothing
    does.
    """

    __slots__ = ("at", "records", "reset", "serial", "shown")

    def __init__(
        self, serial: int, at: int, records: Records, reset: str = "", shown: Shown | None = None
    ) -> None:
        self.serial = serial
        self.at = at
        self.records = records
        self.reset = reset
        self.shown = shown


class Polled:
    """Images that this process loads itself, every `interval` seconds.

    since: the time of an image that the client has: until something changes there is none. pause: waits.
    After loads that took more than a tenth of the interval the next one is later (pace). After one that
    failed all is loaded.
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
        self._times = Times()
        self._pace = Pace()

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
        began, loaded = monotonic(), False
        try:
            records = self._load(self._since)
            loaded = True
        except Problem as problem:
            if problem.status != 304:
                self._lost, self._since = True, 0
                raise
            return None
        finally:
            now = monotonic()
            self._due = now + self._pace.pause(now - began, self._interval, loaded)
        restarted = self._times.restarted(records.message)
        reset = AFTER_OUTAGE if self._lost else restarted
        self._lost, self._since = False, self._times.at
        self._serial += 1
        return Image(self._serial, self._since, records, reset)


class Times:
    """slurmctld's times in its messages. at: of the last one."""

    def __init__(self) -> None:
        self.at = 0
        self._backfill = 0

    def restarted(self, message: Any) -> str:
        """RESTARTED if they went back: that of the message, or that when the backfill scheduler last ran."""
        before = self.at, self._backfill
        self.at = int(getattr(message, "last_update", 0))
        if not message:
            return ""
        self._backfill = int(getattr(message, "last_backfill", 0))
        return RESTARTED if self.at < before[0] or self._backfill < before[1] else ""


class Shared:
    """Images of the poller. alone: where they come from if it has none for this process.

    since: the time of an image that the client has: older ones are not given. history: what the poller had
    before the first one, the oldest first.
    """

    def __init__(self, call: Call, what: str, interval: float, since: int, alone: Source) -> None:
        self._module = lazy.module("restd_inet.slurm.shared_images")
        self._images = self._module.SharedImages(
            call.slurm, call.held.door, what, interval, history=True, credential=call.credential
        )
        self._since = since
        self._alone = alone
        self._is_alone = False
        self._last: Shown | None = None
        self._times = Times()

    @property
    def history(self) -> list[Image]:
        return [self._image(shown) for shown in self._images.kept]

    def next(self, until: float) -> Image | None:
        if self._is_alone:
            return self._alone.next(until)
        try:
            while True:
                shown = self._images.next(until)
                if shown is None:
                    return None
                image = self._image(shown, self._times.restarted(shown.records.message))
                if self._last is not None and shown.epoch != self._last.epoch:
                    image.reset = AFTER_OUTAGE
                self._last = shown
                if image.at >= self._since:
                    return image
        except self._module.Alone:
            self._is_alone = True
            return self._alone.next(until)

    def _image(self, shown: Shown, reset: str = "") -> Image:
        at = int(shown.records.message.last_update)
        return Image(shown.serial, at, shown.records, reset, shown)


def source(call: Call, what: str, load: Load, interval: float, since: int = 0, shared: bool = True) -> Source:
    """Where the images of a collection come from, for a request.

    what: the name of the collection ("jobs"). load: asks slurmctld in this process, as the user of the call,
    for no more than what the filters of the call need. Any other source gives the whole list. shared: whether
    there may be one.
    """
    polled = Polled(load, interval, since)
    return Shared(call, what, interval, since, polled) if shared and call.held.door >= 0 else polled
