"""Range, If-Range and If-None-Match (RFC 9110 sections 13.1.2, 13.1.5 and 14.2) for a body of known bytes.

Several ranges, and what is no range of bytes, are ignored, as section 14.2 allows.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_ONE = re.compile(r"bytes=[ \t]*(?:(\d{1,19})-(\d{0,19})|-(\d{1,19}))[ \t]*", re.ASCII | re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


class Unsatisfiable(Exception):
    """No byte of the body is in the range."""


def wanted(headers: Mapping[str, str], size: int, tag: str) -> tuple[int, int] | None:
    """The first byte that is asked for, and the one after the last; None for the whole body.

    tag: the strong entity tag of the body, with its quotes. Raises Unsatisfiable.
    """
    found = _ONE.fullmatch(headers.get("range", ""))
    if found is None or headers.get("if-range", tag).strip() != tag:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        if not int(suffix):
            raise Unsatisfiable
        return (max(0, size - int(suffix)), size) if size else None
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return int(first), min(int(last) + 1, size) if last else size


def unchanged(headers: Mapping[str, str], tag: str) -> bool:
    """Whether the client has what the tag is of: by If-None-Match, which compares weakly."""
    field = headers.get("if-none-match", "").strip()
    return field == "*" or tag in _TAG.findall(field)
