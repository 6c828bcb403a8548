"""Lists as lines: what /restd/ answers beside documents, and where the next page is."""

from __future__ import annotations

from urllib.parse import quote, unquote_plus

from restd_inet import codec
from restd_inet.app.parameters import OFFERED
from restd_inet.http import negotiate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from restd_inet.message import Request
    from restd_inet.schema.answers import Answer, Envelope

#: Media type → the codec that has it.
LINES = {"application/x-ndjson": "ndjson", "text/csv": "csv", "text/tab-separated-values": "tsv"}
CONTENT_TYPES = {
    "text/csv": "text/csv; charset=utf-8; header=present",
    "text/tab-separated-values": "text/tab-separated-values; charset=utf-8",
}


def accept(field: str | None) -> str | None:
    """The media type of a list, documents first."""
    return negotiate.accept(field, (*OFFERED, *LINES))


def body(media: str, answer: Answer, envelope: Envelope, records: Iterable[Any]) -> Iterator[bytes]:
    """The records alone."""
    rows, columns = answer.table(envelope, records)
    encoded: Iterator[bytes] = codec.get(LINES[media]).encode(rows, columns)
    return encoded


def content_type(media: str) -> str:
    """The field Content-Type of lines."""
    return CONTENT_TYPES.get(media, media)


def links(request: Request, records: Iterable[Any]) -> list[tuple[str, str]]:
    """The field that says where the next page is (RFC 8288), if there is one."""
    next = getattr(records, "next", None)
    return [] if next is None else [("Link", f'<?{_query_after(request.query, next)}>; rel="next"')]


def _query_after(query: str, next: int | str) -> str:
    """The same query with another `after`."""
    kept = [part for part in query.split("&") if unquote_plus(part.partition("=")[0]) != "after"]
    return "&".join([*filter(None, kept), f"after={quote(str(next), '', errors='surrogateescape')}"])
