"""Text in, UTF-8 out: pieces leave in chunks of about 64 KiB, so memory does not grow with an answer.

Texts come from C as decode("utf-8", "surrogateescape") gave them: a byte that was not UTF-8 leaves as U+FFFD.
"""

from __future__ import annotations

from math import isfinite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

CHUNK = 65536

_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class Streamed(Exception):
    """A value has an iterator in it: it must be written piece by piece."""


def is_stream(value: object) -> bool:
    """Whether an iterator stands for a list here."""
    return hasattr(value, "__next__")


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for each byte that was not UTF-8."""
    return text if text.isascii() else text.translate(_SURROGATES)


def finite(value: Any) -> Any:
    """The value with null for NaN and the infinities, which JSON does not have."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value


def chunks(pieces: Iterable[str | bytes]) -> Iterator[bytes]:
    """Join small pieces and cut large ones; bytes are passed on as they are."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        if isinstance(piece, bytes):
            yield _utf8("".join(held))
            yield piece
            held.clear()
            size = 0
            continue
        held.append(piece)
        size += len(piece)
        if size >= CHUNK:
            data = _utf8("".join(held))
            held.clear()
            size = 0
            if len(data) < 2 * CHUNK:
                yield data
            else:
                yield from (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    if held:
        yield _utf8("".join(held))


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return without_surrogates(text).encode()
