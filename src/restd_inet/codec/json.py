"""JSON: answers are written record by record with the C encoder, or by libslurm_cffi's writer of structs.

An answer ends with a line break, compact or pretty; slurmrestd's ends without one. The modules that read
bodies are loaded for a body only.
"""

from __future__ import annotations

import json

from restd_inet import lazy
from restd_inet.codec import LIMITS
from restd_inet.codec._stream import Streamed, chunks, finite, is_stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from restd_inet.codec import Limits
    from restd_inet.problems import Path

#: A longer list that is not an iterator is written element by element too.
_WHOLE_LIST = 16


def decode(body: bytes, limits: Limits = LIMITS) -> Any:
    """The document; Problem 400 with line, column and path when there is none."""
    return lazy.module("restd_inet.codec._json_read").decode(body, limits)


def locate(body: bytes, path: Path) -> tuple[int, int] | None:
    """Line and column of the value at a path of a document that was decoded before."""
    place: tuple[int, int] | None = lazy.module("restd_inet.codec._json_read").locate(body, path)
    return place


def encode(value: Any, *, pretty: bool = False, dialect: int = 0) -> Iterable[bytes]:
    """Chunks of UTF-8; a tuple of them if all are made at once. JSON has no dialects.

    An iterator anywhere inside stands for a list, and makes the answer a stream.
    An iterator with a method `json` is asked for the compact text of its elements, in bytes.
    """
    text = None if pretty or is_stream(value) else _whole(value, _COMPACT)
    if text is None:
        return chunks(_pieces(value, pretty))
    return tuple(chunks((text, "\n")))


def line(value: Any) -> str:
    """A value on a line of its own."""
    return f"{_whole(value, _COMPACT)}\n"


def _pieces(value: Any, pretty: bool) -> Iterator[str | bytes]:
    yield from _value(value, _PRETTY, "\n", 0) if pretty else _value(value, _COMPACT, "", 0)
    yield "\n"


def _streamed(value: Any) -> Any:
    if is_stream(value):
        raise Streamed
    raise TypeError(f"a {type(value).__name__} has no place in an answer")


_COMPACT = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), default=_streamed
)
_PRETTY = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, indent=2, default=_streamed
)


def _value(value: Any, encoder: json.JSONEncoder, newline: str, depth: int) -> Iterator[str | bytes]:
    """The pieces of a value; `newline` is what starts its last line, "" when compact."""
    if not newline and hasattr(value, "json"):
        yield "["
        yield from value.json()
        yield "]"
        return
    # The two outermost levels are walked: that is where answers hold their records.
    if depth < 2 and isinstance(value, (dict, list, tuple)) and (not depth or len(value) > _WHOLE_LIST):
        yield from _walk(value, encoder, newline, depth)
        return
    text = None if is_stream(value) else _whole(value, encoder)
    if text is None:
        yield from _walk(value, encoder, newline, depth)
    else:
        yield text.replace("\n", newline) if newline else text


def _walk(value: Any, encoder: json.JSONEncoder, newline: str, depth: int) -> Iterator[str | bytes]:
    inner = newline + "  " if newline else ""
    if isinstance(value, dict):
        opening, closing, colon = "{", "}", ": " if newline else ":"
        members = ((encoder.encode(str(key)) + colon, item) for key, item in value.items())
    else:
        opening, closing = "[", "]"
        members = (("", item) for item in value)
    before = opening
    for label, item in members:
        yield before + inner + label
        yield from _value(item, encoder, inner, depth + 1)
        before = ","
    yield newline + closing if before == "," else opening + closing


def _whole(value: Any, encoder: json.JSONEncoder) -> str | None:
    """The text of a value, or None when an iterator is inside."""
    try:
        return encoder.encode(value)
    except Streamed:
        return None
    except ValueError:
        pass
    try:
        return encoder.encode(finite(value))
    except Streamed:
        return None
