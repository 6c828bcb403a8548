"""Lists as lines: what /restd/ answers beside documents, and where the next page is."""

from __future__ import annotations

from urllib.parse import quote, unquote_plus

from restd_inet import codec
from restd_inet.app.parameters import OFFERED, not_offered
from restd_inet.http import negotiate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from restd_inet.message import Request
    from restd_inet.schema.answers import Answer, Envelope

#: Media type → the codec that has it.
LINES = {"application/x-ndjson": "ndjson", "text/csv": "csv", "text/tab-separated-values": "tsv"}
#: What a request that watches is answered as.
EVENTS = ("application/x-ndjson", "text/event-stream")
CONTENT_TYPES = {
    "text/csv": "text/csv; charset=utf-8; header=present",
    "text/tab-separated-values": "text/tab-separated-values; charset=utf-8",
}


def accept(field: str | None) -> str | None:
    """The media type of a list, documents first."""
    return negotiate.accept(field, (*OFFERED, *LINES, *EVENTS))


def chosen(media: str, request: Request, query: dict[str, Any]) -> str:
    """The same, of what the query asks for. Raises Problem 406.

    Who connects again to go on watching says from where on in a field of the header.
    """
    watching = bool(query.get("watch"))
    if watching:
        media = negotiate.accept(request.headers.get("accept"), EVENTS) or ""
        if "last-event-id" in request.headers:
            query["since"] = request.headers["last-event-id"]
    elif media not in OFFERED and media not in LINES:
        media = ""
    if not media:
        raise not_offered(EVENTS if watching else (*OFFERED, *LINES))
    return media


def body(media: str, answer: Answer, envelope: Envelope, records: Iterable[Any]) -> Iterator[bytes]:
    """The records alone."""
    rows, columns = answer.table(envelope, records)
    encoded: Iterator[bytes] = codec.get(LINES[media]).encode(rows, columns)
    return encoded


def content_type(media: str) -> str:
    """The field Content-Type of lines."""
    return CONTENT_TYPES.get(media, media)


def links(request: Request, records: Iterable[Any]) -> list[tuple[str, str]]:
    """The fields that say where the next page is (RFC 8288), and from where on to wait for a change."""
    next, id = getattr(records, "next", None), getattr(records, "id", None)
    found = [] if next is None else [("Link", f'<?{_query_after(request.query, next)}>; rel="next"')]
    return found if id is None else [*found, ("Last-Event-ID", id)]


def _query_after(query: str, next: int | str) -> str:
    """The same query with another `after`."""
    kept = [part for part in query.split("&") if unquote_plus(part.partition("=")[0]) != "after"]
    return "&".join([*filter(None, kept), f"after={quote(str(next), '', errors='surrogateescape')}"])
