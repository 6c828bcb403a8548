"""Lines of the log as JSON objects, for --log-format json: one object a line, in ASCII.

What a client chooses stands in strings only, whose control characters are escaped, and is cut to a limit: a
line is never cut, and so always whole.
"""

from __future__ import annotations

import os
from _json import encode_basestring_ascii

#: The names of log's levels.
LEVELS = ("error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5")
#: Bytes of a text: with the rest of its line less than a pipe takes whole.
_TEXT_BYTES = 3500


def line(timestamp: str, importance: int, text: str, members: str = "") -> str:
    """An object. members: what it has in place of the text."""
    level = LEVELS[min(importance, len(LEVELS) - 1)]
    content = members or f'"message":{string(text, _TEXT_BYTES)}'
    return f'{{"time":"{timestamp}","level":"{level}","pid":{os.getpid()},{content}}}'


def string(text: str, limit: int) -> str:
    """A JSON string of at most so many bytes within its quotes."""
    found = encode_basestring_ascii(text[:limit])
    while len(found) > limit + 2:
        text = text[: min(len(text), limit) * limit // len(found)]
        found = encode_basestring_ascii(text)
    return found
