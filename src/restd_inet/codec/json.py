"""JSON: read by the C decoder and, only after it found a fault, by _json_scan, which says what and where.

Answers are written record by record with the C encoder. A compact answer has no line break at its end, as
slurmrestd's; a pretty one ends with one.
"""

from __future__ import annotations

import json
import math

from restd_inet.codec import LARGEST_INTEGER, LIMITS, SMALLEST_INTEGER
from restd_inet.codec._json_scan import check, explain, find
from restd_inet.codec._place import line_column
from restd_inet.codec._stream import Streamed, chunks, is_stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from restd_inet.codec import Limits
    from restd_inet.problems import Path

MEDIA_TYPES = ("application/json", "text/json")

#: A longer list that is not an iterator is written element by element too.
_WHOLE_LIST = 16


def decode(body: bytes, limits: Limits = LIMITS) -> Any:
    """The document; Problem 400 with line, column and path when there is none."""
    try:
        return _decode(body.decode(), limits)
    except (ValueError, RecursionError):
        raise explain(body, limits) from None


def locate(body: bytes, path: Path) -> tuple[int, int] | None:
    """Line and column of the value at a path of a document that was decoded before."""
    try:
        text = body.decode()
        position = find(text, path)
    except (ValueError, IndexError, RecursionError):
        return None
    return None if position is None else line_column(text, position)


def encode(value: Any, *, pretty: bool = False, dialect: int = 0) -> Iterator[bytes]:
    """Chunks of UTF-8; an iterator anywhere inside stands for a list. JSON has no dialects."""
    return chunks(_pieces(value, pretty))


def _pieces(value: Any, pretty: bool) -> Iterator[str]:
    if not pretty:
        yield from _value(value, _COMPACT, "", 0)
        return
    yield from _value(value, _PRETTY, "\n", 0)
    yield "\n"


def _decode(text: str, limits: Limits) -> Any:
    """The document; ValueError for whatever explain() will find in it."""
    # Each key and each element follows a comma or opens its container: no more of them than this.
    if text.count(",") + text.count("[") + text.count("{") > limits.max_items:
        check(text, limits)
    digits = limits.max_number_digits

    def integer(number: str) -> int:
        if len(number) > digits or not SMALLEST_INTEGER <= (value := int(number)) <= LARGEST_INTEGER:
            raise ValueError
        return value

    def real(number: str) -> float:
        if len(number) > digits or math.isinf(value := float(number)):
            raise ValueError
        return value

    document = json.loads(
        text, object_pairs_hook=_mapping, parse_int=integer, parse_float=real, parse_constant=_constant
    )
    _check_depth(document, limits.max_depth)
    if "\\u" in text:
        # What a C string cannot hold can only have come by an escape; writing it again shows it.
        json.dumps(document, ensure_ascii=False).encode()
        if "\\u0000" in text and _has_nul(document):
            raise ValueError
    return document


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError
    return result


def _constant(name: str) -> None:
    raise ValueError


def _check_depth(document: Any, limit: int) -> None:
    level = [document] if isinstance(document, (dict, list)) else []
    depth = 0
    while level:
        depth += 1
        if depth > limit:
            raise ValueError
        level = [
            child
            for container in level
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, (dict, list))
        ]


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


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


def _value(value: Any, encoder: json.JSONEncoder, newline: str, depth: int) -> Iterator[str]:
    """The pieces of a value; `newline` is what starts its last line, "" when compact."""
    # The two outermost levels are walked: that is where answers hold their records.
    if depth < 2 and isinstance(value, (dict, list, tuple)) and (not depth or len(value) > _WHOLE_LIST):
        yield from _walk(value, encoder, newline, depth)
        return
    text = None if is_stream(value) else _whole(value, encoder)
    if text is None:
        yield from _walk(value, encoder, newline, depth)
    else:
        yield text.replace("\n", newline) if newline else text


def _walk(value: Any, encoder: json.JSONEncoder, newline: str, depth: int) -> Iterator[str]:
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
        return encoder.encode(_finite(value))
    except Streamed:
        return None


def _finite(value: Any) -> Any:
    """The value with null for NaN and the infinities, which JSON cannot say."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
