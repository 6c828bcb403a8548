"""Reads JSON with the C decoder; after an error _json_scan reads it again and finds the place."""

from __future__ import annotations

import json
import math

from restd_inet.codec import LARGEST_INTEGER, LIMITS, SMALLEST_INTEGER
from restd_inet.codec._json_lenient import strict
from restd_inet.codec._json_scan import check, explain, find
from restd_inet.codec._place import line_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.codec import Limits
    from restd_inet.problems import Path


def decode(body: bytes, limits: Limits = LIMITS) -> Any:
    """The document; Problem 400 with line, column and path when there is none."""
    try:
        return _decode_lenient(body.decode(), limits)
    except (ValueError, RecursionError):
        raise explain(body, limits) from None


def _decode_lenient(text: str, limits: Limits) -> Any:
    try:
        return _decode(text, limits)
    except ValueError:
        if (plain := strict(text)) == text:
            raise
        return _decode(plain, limits)


def locate(body: bytes, path: Path) -> tuple[int, int] | None:
    """Line and column of the value at a path of a document that was decoded before."""
    try:
        text = strict(body.decode())
        position = find(text, path)
    except (ValueError, IndexError, RecursionError):
        return None
    return None if position is None else line_column(text, position)


def _decode(text: str, limits: Limits) -> Any:
    """The document; ValueError for every error that explain() finds."""
    if "\0" in text:
        raise ValueError
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
        text,
        object_pairs_hook=_mapping,
        parse_int=integer,
        parse_float=real,
        parse_constant=_constant,
        strict=False,  # json-c takes line ends and tabs in texts
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
