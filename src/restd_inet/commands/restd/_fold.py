"""What a client that watches a list has of it, and what of an image is new to it.

Of the client's records digests are kept, and their sum: it is the same for the same records, however they
came about, and is the id of that state. A client that has lost its connection shows the id of the last event
that it got: what leads from there to now are the events that follow when the images are gone through again.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from restd_inet.commands import Event
from restd_inet.schema.compile import dumper
from restd_inet.slurm.results import Records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from restd_inet.commands import Call
    from restd_inet.commands.restd._images import Image
    from restd_inet.schema.record import Record
    from restd_inet.slurm.image import Shown

    #: The records of an image that fit, in their order: id → index.
    Choose = Callable[[Records], Mapping[Any, int]]

_BYTES = 12
_MODULUS = 1 << 8 * _BYTES
_MARK = re.compile(r"([0-9a-f]{1,15})-([0-9a-f]{8})-([0-9a-f]{1,24})")
#: Numbers that may be unset are values, not objects.
_NUMBER = {"set", "infinite", "number"}


class Mark:
    """The id of a state: the time of its image, whose it is, the sum of its digests.

    at: slurmctld's time of the image that it is all of; 0 for a state on the way to one. request: the digest
    of what was asked, by whom.
    """

    __slots__ = ("at", "request", "total")

    def __init__(self, at: int, request: str, total: int) -> None:
        self.at = at
        self.request = request
        self.total = total

    def __str__(self) -> str:
        return f"{self.at:x}-{self.request}-{self.total:x}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """None for what is no id of ours."""
        match = _MARK.fullmatch(text)
        return cls(int(match[1], 16), match[2], int(match[3], 16)) if match else None


def request_digest(call: Call, what: str, filters: Iterable[str]) -> str:
    """What is asked, by whom: of the ids that clients show those count that are of the same request.

    what: the name of the collection. filters: their names.
    """
    query, credential = call.query, call.credential
    chosen = [(name, query[name].wanted, query[name].unwanted) for name in sorted(filters) if name in query]
    fields = query["fields"].paths if "fields" in query else None
    place = what, query["version"], sorted(call.parameters.items())
    whole = (credential.uid, credential.name, place, chosen, fields)
    return blake2b(repr(whole).encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


class Fold:
    """The records of a client; at first it has none.

    record, version: as they are written. choose: those of an image. id: of a struct. request: see Mark.
    """

    def __init__(
        self,
        call: Call,
        record: Record,
        version: int,
        choose: Choose,
        id: Callable[[Any], Any],
        request: str,
    ) -> None:
        self._slurm = call.slurm
        self._dump = dumper(record, version, call.slurm)
        self._texts = call.slurm.texts(record, version)
        self._choose = choose
        self._id = id
        self._request = request
        self._digests: dict[Any, int] = {}
        self._kept: Image | None = None  # what the client has is of it
        self._places: Mapping[Any, int] | None = {}  # of the client's records in it; None: not known
        self.total = 0

    def empty(self) -> None:
        """The client has no records any more."""
        self._digests, self._kept, self._places, self.total = {}, None, {}, 0

    def __len__(self) -> int:
        return len(self._digests)

    def mark(self, at: int = 0) -> str:
        """The id of the client's state. at: of the image that it is all of."""
        return str(Mark(at, self._request, self.total))

    def take(self, image: Image) -> None:
        """Goes to an image, without events."""
        for key, _, digest in self._new(image.records, self._chosen(image.records)):
            self._put(key, digest)

    def step(self, image: Image) -> Iterator[Event]:
        """Goes to an image: what is new in it, record by record."""
        kept, shown = self._kept, image.shown
        if kept is not None and shown is not None and shown.follows(kept.shown):
            yield from self._step_to_next(image, kept.records.array, shown)
        else:
            chosen = self._chosen(image.records)
            gone = [key for key in self._digests if key not in chosen]
            yield from self._events(image, chosen, gone, self._old)
            self._places = chosen
        self._kept = image  # its structs live as long

    def _step_to_next(self, image: Image, old: Any, shown: Shown) -> Iterator[Event]:
        """The same, of an image that says what of it is new: nothing else of it is looked at."""
        records, before = image.records, dict(shown.fresh)
        chosen = self._chosen(Records(records.message, records.array, list(before)))
        fresh = map(self._id, (records.array[index] for index in before))
        gone = [*map(self._id, (old[place] for place in shown.removed))]
        gone += [key for key in fresh if key not in chosen]
        gone = [key for key in gone if key in self._digests]
        yield from self._events(image, chosen, gone, lambda key: old[before[chosen[key]]])
        self._places = None

    def _events(
        self, image: Image, chosen: Mapping[Any, int], gone: Iterable[Any], old: Callable[[Any], Any]
    ) -> Iterator[Event]:
        """chosen: the records to look at. gone: keys. old: a record as it was, by its key."""
        for key in gone:
            self._remove(key)
            yield Event("removed", self.mark(), {"key": key})
        for key, text, digest in self._new(image.records, chosen):
            known = key in self._digests
            self._put(key, digest)
            members: dict[str, Any] = {"key": key}
            if known:
                after = image.records.array[chosen[key]]
                members["fields"] = list(changed(self._dump(old(key)), self._dump(after)))
            yield Event("changed" if known else "added", self.mark(), members, text)

    def _old(self, key: Any) -> Any:
        """A record of the client as it was in the image before."""
        assert self._kept is not None
        if self._places is None:
            self._places = self._choose(self._kept.records)
        return self._kept.records.array[self._places[key]]

    def _chosen(self, records: Records) -> Mapping[Any, int]:
        self._slurm.cache.clear()  # what is kept of the structs of another message
        return self._choose(records)

    def _new(self, records: Records, chosen: Mapping[Any, int]) -> Iterator[tuple[Any, bytes, int]]:
        """Id, text and digest of the records that the client does not have as they are."""
        texts = self._texts.of(Records(records.message, records.array, list(chosen.values())))
        for key, text in zip(chosen, texts, strict=True):
            digest = _digest(key, text)
            if self._digests.get(key) != digest:
                yield key, text, digest

    def _put(self, key: Any, digest: int) -> None:
        self.total = (self.total - self._digests.get(key, 0) + digest) % _MODULUS
        self._digests[key] = digest

    def _remove(self, key: Any) -> None:
        self.total = (self.total - self._digests.pop(key)) % _MODULUS


def changed(before: dict[str, Any], after: dict[str, Any], path: str = "") -> Iterator[str]:
    """The paths, as `fields=` takes them, at which two records differ."""
    for name in {**before, **after}:
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        whole = f"{path}{name}"
        if isinstance(one, dict) and isinstance(other, dict) and one.keys() != _NUMBER:
            yield from changed(one, other, f"{whole}.")
        else:
            yield whole


def _digest(key: Any, text: bytes) -> int:
    found = blake2b(repr(key).encode("utf-8", "surrogateescape"), digest_size=_BYTES)
    found.update(text)
    return int.from_bytes(found.digest(), "big")
