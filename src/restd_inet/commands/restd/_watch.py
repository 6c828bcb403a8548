"""Lists as events, and answers that wait for a change.

Both look at images of the list (_images), and at what of them is new to the client (_fold).
"""

from __future__ import annotations

from time import monotonic, time

from restd_inet.commands import Call, Event, Result
from restd_inet.commands.restd import _images
from restd_inet.commands.restd._fold import Fold, Mark, request_digest
from restd_inet.commands.restd._wait import longest
from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, Protocol

    from restd_inet.commands.restd._images import Image, Source
    from restd_inet.schema.record import Record
    from restd_inet.slurm.results import Records

    class Listing(Protocol):
        """What is watched: see _lists.Listing."""

        record: Record
        key: str
        filters: Mapping[str, Any]
        load: Callable[[Call], Records]
        id: Callable[[Call], Callable[[Any], Any]]
        one: bool

        def chooser(self, call: Call) -> Callable[[Records], dict[Any, int]]: ...

        def result(self, call: Call, records: Records | None = None, id: str | None = None) -> Result: ...


#: Seconds between two looks at slurmctld, if the client does not say.
INTERVAL = 2.0
#: Seconds between two looks at the client.
LOOK = 1.0
#: Seconds without an event after which there is a heartbeat.
_HEARTBEAT = 15.0
#: Seconds for which a slurmctld that does not answer is waited for.
_OUTAGE = 600.0
_NOT_OURS = "the id is not one of this list with these parameters and this user"
_NOT_KNOWN = "what the records were at that id is not known any more"


def get(listing: Listing, call: Call) -> Result:
    return (
        Result(events=_Watch(listing, call).events()) if call.query.get("watch") else changed(listing, call)
    )


def images(listing: Listing, call: Call, since: int = 0, shared: bool = True) -> Source:
    """Where the images of a list come from. since: the time of that which the client has. shared: whether
    they may be those of all who watch.
    """

    def load(since: int) -> Records:
        call.since = since
        return listing.load(call)

    interval = max(call.query.get("interval", INTERVAL), call.held.interval)
    # One job is loaded by itself, and not the whole list. Of some tokens slurmctld alone knows when they end:
    # it has to be asked by them.
    credential = call.credential
    shared = shared and not listing.one and bool(credential.expires or not credential.token)
    return _images.source(call, listing.key, load, interval, since, shared)


def _fold(listing: Listing, call: Call) -> tuple[Fold, str]:
    query = call.query
    request = request_digest(call, listing.key, listing.filters)
    record = query.get("fields", listing.record)
    choose, id = listing.chooser(call), listing.id(call)
    return Fold(call, record, query["version"], choose, id, request), request


def changed(listing: Listing, call: Call) -> Result:
    """The list, once it is another than at `since`; Problem 304 if it is the same at the end of `wait`."""
    wait, fields = longest(call), []
    fold, request = _fold(listing, call)
    known = None
    if (since := call.query.get("since")) is not None:
        known = Mark.read(since)
        if known is None:
            raise Problem(400, f"since: expected the id of an event or of a list; found {quoted(since)}")
        fields = [("Last-Event-ID", since)]
        if known.request != request:
            known = None
    if wait and known:
        call.held.enter()
    end = monotonic() + wait
    # Who does not wait wants what is now.
    source = images(listing, call, known.at if known else 0, shared=bool(wait and known))
    while True:
        image = source.next(min(end, monotonic() + LOOK))
        if image:
            fold.empty()
            fold.take(image)
            if known is None or fold.total != known.total:
                return listing.result(call, image.records, fold.mark(image.at))
        # Who has closed its sending half may be gone: it gets its answer earlier.
        if monotonic() >= end or call.held.over() or call.held.silent():
            raise Problem(304, "nothing has changed", headers=fields)


class _Watch:
    """A list as events. None among them stands for a moment in which nothing happens."""

    def __init__(self, listing: Listing, call: Call) -> None:
        self._call = call
        self._one = listing.one
        self._fold, self._request = _fold(listing, call)
        self._source = images(listing, call)
        call.held.enter()
        while (image := self._source.next(monotonic() + LOOK)) is None:
            if call.held.over():
                raise Problem(503, "the process ends", headers=[("Retry-After", "1")])
        self._first = image
        self._stale_at = 0.0
        self._refused: Event | None = None

    def events(self) -> Iterator[Event | None]:
        held, image = self._call.held, self._first
        yield from self._begin(image)
        yield self._synced(image)
        yield None
        beat = monotonic() + _HEARTBEAT
        while not (ended := held.over()):
            new = list(self._end())
            if not new:
                for event in self._look(beat):
                    yield event
                    beat = monotonic() + _HEARTBEAT
                new = list(self._end())
            if not new and (monotonic() >= beat or held.silent()):
                beat = monotonic() + _HEARTBEAT
                yield Event("heartbeat")
            yield from new
            yield None
            if new:
                return
        if ended == held.ENDING:
            yield _said("end", "this process ends; connect again", 503)

    def _begin(self, image: Image) -> Iterator[Event]:
        """What the client does not have yet."""
        fold, since = self._fold, self._call.query.get("since")
        if since is not None:
            mark, reason = Mark.read(since), _NOT_OURS
            if mark is not None and mark.request == self._request:
                steps = (event for each in self._images(image) for event in fold.step(each))
                if not mark.total or any(fold.total == mark.total for _ in steps):
                    yield from steps
                    return
                reason = _NOT_KNOWN
            yield self._reset(reason)
        yield from fold.step(image)

    def _images(self, image: Image) -> Iterator[Image]:
        """What the client may have seen: the images that the source has kept, and the newest."""
        yield from getattr(self._source, "history", ())
        yield image

    def _look(self, until: float) -> Iterator[Event]:
        """What has changed, or that slurmctld does not answer."""
        try:
            image = self._source.next(min(until, monotonic() + LOOK))
        except Problem as problem:
            if problem.status < 500:  # the token has expired, or the user may not see it any more
                self._refused = _said("end", problem.text, problem.status)
            elif not self._stale_at:
                self._stale_at = monotonic()
                yield _said("stale", problem.text, problem.status)
            return
        if image is None:
            return
        again = bool(self._stale_at or image.reset)
        self._stale_at = 0.0
        if image.reset:
            yield self._reset(image.reset)
        yield from self._fold.step(image)
        if again:
            yield self._synced(image)

    def _end(self) -> Iterator[Event]:
        """The last event, if it is time for it."""
        expires = self._call.credential.expires
        if self._refused:
            yield self._refused
        elif expires and time() > expires:
            yield _said("end", "the token has expired", 401)
        elif self._stale_at and monotonic() > self._stale_at + _OUTAGE:
            yield _said("end", f"slurmctld has not answered for {_OUTAGE:g} seconds", 503)
        elif self._one and not len(self._fold):
            yield _said("end", "slurmctld does not have the job any more", 404)

    def _synced(self, image: Image) -> Event:
        return Event("synced", self._fold.mark(image.at), {"last_update": image.at})

    def _reset(self, reason: str) -> Event:
        self._fold.empty()
        return Event("reset", self._fold.mark(), {"reason": reason})


def _said(name: str, reason: str, status: int) -> Event:
    return Event(name, "", {"status": status, "reason": reason})
