"""Conditional GET: weak entity tags of answers, and 304 (RFC 9110 sections 8.8.3 and 13.1.2).

Of slurmctld's lists the tag is the time of its answer: slurmctld itself tells whether anything has changed
since, and sends nothing if not. Of jobs that are streamed from slurmdbd it is a digest of slurmdbd's message.
Elsewhere it is a digest of the records, which are written once for it, a piece at a time, so that memory does
not grow with them. A tag also tells whose answer it is, and to which request.
"""

from __future__ import annotations

import hashlib
import re

from restd_inet import codec
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from restd_inet.commands import Call
    from restd_inet.message import Credential, Request
    from restd_inet.schema.answers import Answer, Envelope

_TAG = re.compile(r'(?:W/)?"([0-9a-f]+)-([0-9a-f]+)"')


class Condition:
    """What a client has. since: the time of its answer; 0 if it has none that is of use."""

    def __init__(self, request: Request, credential: Credential) -> None:
        whose = (credential.uid, credential.name, request.target, request.headers.get("accept", ""))
        self._key = _digest([repr(whose).encode("utf-8", "surrogateescape")])[:12]
        field = request.headers.get("if-none-match", "").strip()
        self._any = field == "*"
        self._has = {value for value, key in _TAG.findall(field) if key == self._key}
        times = [int(value, 16) for value in self._has if len(value) < 16]
        self.since = max(times, default=0)

    def unchanged(self) -> Problem:
        """The 304 of a list that has not changed since then."""
        return Problem(304, "nothing has changed", headers=[("ETag", self._tag(f"{self.since:x}"))])

    def tagged(
        self, call: Call, answer: Answer, envelope: Envelope, records: Iterable[Any]
    ) -> list[tuple[str, str]]:
        """The field with the tag of an answer, if it can have one. Raises Problem 304."""
        value = self._value(call, answer, envelope, records)
        # Within one second there may be two answers of one time.
        if self._any or (value in self._has and not call.dated):
            raise Problem(304, "nothing has changed", headers=[("ETag", self._tag(value))] if value else [])
        return [("ETag", self._tag(value))] if value else []

    def _value(self, call: Call, answer: Answer, envelope: Envelope, records: Iterable[Any]) -> str:
        if call.dated:
            return f"{getattr(getattr(records, 'message', None), 'last_update', 0):x}"
        counts = getattr(records, "counts", None)
        if counts is not None:
            return _digest([repr((counts.total, counts.groups)).encode("utf-8", "surrogateescape")])
        digest = getattr(records, "digest", None)
        if digest is not None:
            return str(digest())
        if answer.record is None or iter(records) is records:  # which could be read once only
            return ""
        rows, _ = answer.table(envelope, records)
        further = repr(getattr(records, "next", None)).encode("utf-8", "surrogateescape")
        return _digest([further, *codec.get("json").encode(rows)])

    def _tag(self, value: str) -> str:
        return f'W/"{value}-{self._key}"'


def _digest(pieces: Iterable[bytes]) -> str:
    found = hashlib.blake2b(digest_size=16)
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()
