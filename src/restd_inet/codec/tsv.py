"""TSV (text/tab-separated-values): as CSV, without quotes: a tab, a line end and a backslash in a field are
\\t, \\n, \\r and \\\\."""

from __future__ import annotations

from restd_inet.codec._stream import chunks
from restd_inet.codec.csv import lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})


def encode(rows: Iterable[Any], columns: Iterable[str]) -> Iterator[bytes]:
    """Chunks of UTF-8."""
    return chunks(lines(rows, columns, escaped, "\t", "\n"))


def escaped(text: str) -> str:
    return text.translate(_ESCAPES)
