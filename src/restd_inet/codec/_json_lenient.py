"""Extensions of JSON that json-c, and so slurmrestd, has: comments, and a comma after the last element."""

from __future__ import annotations

import re

_MARK = re.compile(r'"|//|/\*')
_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_COMMA = re.compile(r'"|,(?=[ \t\r\n]*[\]}])')
_CLOSING = {"//": "\n", "/*": "*/"}


def strict(text: str) -> str:
    """The text with spaces for these, so that every other character is where it was.

    A comment without an end stays as it is.
    """
    return _without_commas(_without_comments(text))


def _without_comments(text: str) -> str:
    pieces: list[str] = []
    done = position = 0
    while mark := _MARK.search(text, position):
        start = mark.start()
        if mark[0] == '"':
            position = _end(text, start)
            continue
        closing = _CLOSING[mark[0]]
        end = text.find(closing, start + 2)
        if end < 0 and closing == "*/":
            break
        end = len(text) if end < 0 else end + len(closing)
        pieces += text[done:start], re.sub(r"[^\r\n]", " ", text[start:end])
        done = position = end
    return "".join(pieces) + text[done:]


def _without_commas(text: str) -> str:
    pieces: list[str] = []
    done = position = 0
    last = ""  # the end of what stands before, but spaces
    while mark := _COMMA.search(text, position):
        start = mark.start()
        if mark[0] == '"':
            position = _end(text, start)
            continue
        last = text[position:start].rstrip(" \t\r\n")[-1:] or text[max(position - 1, 0) : position]
        if last and last not in "[{,:":
            pieces += text[done:start], " "
            done = start + 1
        position = start + 1
    return "".join(pieces) + text[done:]


def _end(text: str, start: int) -> int:
    """The end of the string that starts here; of the text, if it has none."""
    found = _STRING.match(text, start + 1)
    return found.end() if found else len(text)
