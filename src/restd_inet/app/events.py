"""Events as they happen: Server-Sent Events (text/event-stream) or NDJSON, sent at once.

In both an event is the same JSON object. Between events there is a heartbeat: a comment, or a line.
"""

from __future__ import annotations

from restd_inet import codec
from restd_inet.message import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from restd_inet.commands import Event

#: Bytes of events that are sent together, about.
_PIECE = 65536
#: Milliseconds until a browser connects again after the end of a stream.
_RETRY = 2000


def response(events: Iterable[Event | None], media: str) -> Response:
    """events: None among them stands for a moment in which nothing happens."""
    encode = _sse if media == "text/event-stream" else _ndjson
    # Proxies such as nginx would collect the events.
    headers = [("Content-Type", media), ("X-Accel-Buffering", "no")]
    answer = Response(200, headers, _together(encode(events)))
    answer.live = True
    return answer


def _object(event: Event) -> bytes:
    """An event as JSON, on one line."""
    id = {"id": event.id} if event.id else {}
    text = b"".join(codec.get("json").encode({"event": event.name, **id, **event.members})).rstrip()
    return b'%b,"record":%b}' % (text[:-1], event.record) if event.record else text


def _ndjson(events: Iterable[Event | None]) -> Iterator[bytes]:
    for event in events:
        yield b"" if event is None else _object(event) + b"\n"


def _sse(events: Iterable[Event | None]) -> Iterator[bytes]:
    yield b"retry: %d\n" % _RETRY  # of the first event: some clients take it alone for one
    for event in events:
        if event is None:
            yield b""
        elif event.name == "heartbeat":
            yield b": heartbeat\n\n"
        else:
            id = f"id: {event.id}\n" if event.id else ""
            yield b"event: %b\n%bdata: %b\n\n" % (event.name.encode(), id.encode(), _object(event))


def _together(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Texts joined; an empty one ends a piece."""
    piece: list[bytes] = []
    size = 0
    for text in texts:
        piece.append(text)
        size += len(text)
        if size and (not text or size >= _PIECE):
            yield b"".join(piece)
            piece, size = [], 0
    yield b"".join(piece)
