"""Content codings of answers (RFC 9110 section 8.4): gzip, and zstd where Python has it.

A client asks for them by Accept-Encoding. A body is coded as it is made, if it is larger than SMALLEST: only
so much of it is made before the head leaves.
"""

from __future__ import annotations

import re
import zlib

from restd_inet import lazy
from restd_inet.http import negotiate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from restd_inet.message import Response

#: Bytes of a body that are sent as they are.
SMALLEST = 32768
#: The least work: JSON of jobs shrinks to a tenth by it, and to a fourteenth by the most.
_LEVEL = 1
_GZIP = 16 + zlib.MAX_WBITS


def _gzip() -> Any:
    return zlib.compressobj(_LEVEL, wbits=_GZIP)


def _zstd() -> Any:
    return lazy.module("compression.zstd").ZstdCompressor(_LEVEL)


def _codings() -> dict[str, Callable[[], Any]]:
    """Name → what makes an encoder, the preferred first."""
    try:
        lazy.module("compression.zstd")
    except ImportError:  # from Python 3.14 on, if it was built with it
        return {"gzip": _gzip}
    return {"zstd": _zstd, "gzip": _gzip}


def apply(accepted: str, response: Response) -> None:
    """Codes the body of an answer if the client wants it and it is large. May raise what the body raises."""
    if any(name == "Content-Encoding" for name, _ in response.headers):
        return
    known = _codings() if accepted.strip().lower() not in ("", "identity") else {}
    # Without a coding is the last choice, unless it has a larger weight.
    offers = [f"coding/{name}" for name in (*known, "identity")]
    name = (negotiate.accept(_ranges(accepted), offers) or "").partition("/")[2]
    if name not in known:
        return
    _vary(response)
    first, rest = _beginning(response.body)
    if sum(map(len, first)) <= SMALLEST:
        response.body = b"".join(first)
        return
    response.headers = [_weak(field) for field in response.headers]
    response.headers.append(("Content-Encoding", name))
    response.body = Coded(known[name](), first, rest, response.body)


_CODING = re.compile(r"([\w-]+|\*)[ \t]*(;.*)?", re.ASCII)


def _ranges(accepted: str) -> str:
    """Accept-Encoding in the syntax of Accept, with its weights; identity alone if it says nothing."""
    parts = [found for part in accepted.lower().split(",") if (found := _CODING.fullmatch(part.strip()))]
    ranges = [f"{'*/*' if part[1] == '*' else f'coding/{part[1]}'}{part[2] or ''}" for part in parts]
    return ", ".join(ranges) or "coding/identity"


def _beginning(body: bytes | Iterable[bytes]) -> tuple[list[bytes], Iterator[bytes]]:
    """The pieces of a body until they are large enough, or all of them; and the others."""
    pieces = iter((body,) if isinstance(body, bytes) else body)
    first: list[bytes] = []
    size = 0
    for piece in pieces:
        first.append(piece)
        size += len(piece)
        if size > SMALLEST:
            break
    return first, pieces


def _vary(response: Response) -> None:
    fields = [value for name, value in response.headers if name == "Vary"]
    others = [(name, value) for name, value in response.headers if name != "Vary"]
    response.headers = [*others, ("Vary", ", ".join([*fields, "Accept-Encoding"]))]


def _weak(field: tuple[str, str]) -> tuple[str, str]:
    """A strong entity tag is that of other bytes."""
    name, value = field
    return (name, f"W/{value}") if name == "ETag" and not value.startswith("W/") else field


class Coded:
    """A body, coded. whole: the body whose beginning was taken, which is closed if it has not been read."""

    def __init__(self, encoder: Any, first: list[bytes], rest: Iterator[bytes], whole: Any) -> None:
        self._encoder = encoder
        self._first = first
        self._rest = rest
        self._whole = whole

    def __iter__(self) -> Iterator[bytes]:
        encoder = self._encoder
        while self._first:
            if piece := encoder.compress(self._first.pop(0)):
                yield piece
        for chunk in self._rest:
            if piece := encoder.compress(chunk):
                yield piece
        yield encoder.flush()

    def close(self) -> None:
        close = getattr(self._whole, "close", None)
        if close:
            close()
