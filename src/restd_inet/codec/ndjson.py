"""NDJSON (application/x-ndjson): a record a line, as compact JSON."""

from __future__ import annotations

from restd_inet.codec import json
from restd_inet.codec._stream import chunks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


def encode(rows: Iterable[Any], columns: Iterable[str]) -> Iterator[bytes]:
    """Chunks of UTF-8. Rows with a method `lines` are asked for the text of their lines."""
    lines: Iterator[bytes] = rows.lines() if hasattr(rows, "lines") else chunks(map(json.line, rows))
    return lines
