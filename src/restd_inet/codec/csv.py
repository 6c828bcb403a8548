"""CSV (RFC 4180): a header, and a record a line; in a field the value at a path of the record.

A list of numbers and texts is one field, with commas in it; what is more than that is compact JSON. A number
that is not set is an empty field, one without limit "Infinity". A field may have any character in it.
"""

from __future__ import annotations

import re

from restd_inet.codec import json
from restd_inet.codec._stream import chunks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

_NUMBER = {"set", "infinite", "number"}
_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')


def encode(rows: Iterable[Any], columns: Iterable[str]) -> Iterator[bytes]:
    """Chunks of UTF-8."""
    return chunks(lines(rows, columns, quoted, ",", "\r\n"))


def lines(
    rows: Iterable[Any], columns: Iterable[str], field: Callable[[str], str], separator: str, end: str
) -> Iterator[str]:
    """The lines of a table. field: how a text is written in it."""
    names = list(columns)
    paths = [name.split(".") for name in names]
    yield separator.join(map(field, names)) + end
    for row in rows:
        yield separator.join([field(_text(_at(row, path))) for path in paths]) + end


def quoted(text: str) -> str:
    """A field of RFC 4180."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _at(value: Any, path: list[str]) -> Any:
    """The value at a path; of a list, the values of its objects."""
    for depth, name in enumerate(path):
        if isinstance(value, list):
            return [_at(item, path[depth:]) for item in value]
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict) and value.keys() == _NUMBER:
        return "Infinity" if value["infinite"] else str(value["number"]) if value["set"] else ""
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        return ",".join(map(_text, value))
    return json.line(value).rstrip("\n")
