"""Extensions of JSON that json-c, and so slurmrestd, has: comments, a comma after the last element, texts in
single quotes, and true, false and null in capitals."""

from __future__ import annotations

import re

_MARK = re.compile(r"[\"']|//|/\*|\b(?:true|false|null)\b", re.IGNORECASE | re.ASCII)
_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SINGLE = re.compile(r"[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL)
_ESCAPE_OR_QUOTE = re.compile(r'\\.|"', re.DOTALL)
_COMMA = re.compile(r'"|,(?=[ \t\r\n]*[\]}])')
_CLOSING = {"//": "\n", "/*": "*/"}


def strict(text: str) -> str:
    """The text as JSON: every character stays on its line, and in its column unless a text in single quotes
    before it has double quotes, which become escapes.

    A comment or a text without an end stays as it is.
    """
    return _without_commas(_replaced(text))


def _replaced(text: str) -> str:
    pieces: list[str] = []
    done = position = 0
    while mark := _MARK.search(text, position):
        start = mark.start()
        if mark[0] == '"':
            position = _end(text, start)
            continue
        if mark[0] == "'":
            quoted = _SINGLE.match(text, start + 1)
            if quoted is None:
                break
            position = quoted.end()
            pieces += text[done:start], '"', _ESCAPE_OR_QUOTE.sub(_escaped, quoted[0][:-1]), '"'
            done = position
            continue
        if mark[0] not in _CLOSING:
            position = mark.end()
            pieces += text[done:start], mark[0].lower()
            done = position
            continue
        closing = _CLOSING[mark[0]]
        end = text.find(closing, start + 2)
        if end < 0 and closing == "*/":
            break
        end = len(text) if end < 0 else end + len(closing)
        pieces += text[done:start], re.sub(r"[^\r\n]", " ", text[start:end])
        done = position = end
    return "".join(pieces) + text[done:]


def _escaped(found: re.Match[str]) -> str:
    return '\\"' if found[0] == '"' else found[0]


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
