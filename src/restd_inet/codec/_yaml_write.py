"""Writes YAML 1.1 as libyaml does with explicit tags, a width of 80 and no Unicode: slurmrestd's settings.

A node's text starts after what leads to it ("---", "key:", "-") and ends its own line. In a mapping at
indent i, values that are mappings are at i + 2 and sequences at i: libyaml does not indent those.
"""

from __future__ import annotations

import math
import re

from restd_inet.codec._stream import Streamed, chunks, is_stream, without_surrogates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_WIDTH = 80
_NULL = " !!null null\n"

#: libyaml writes longer keys as "? key"; the tag counts.
_SIMPLE_KEY = 128 - len("!!str")

#: yaml_emitter_analyze_scalar's block_plain_allowed, for a text of printable ASCII.
_is_plain = re.compile(
    r"(?!---|\.\.\.|[-?:](?: |\Z))[$()+\--9;-<=?A-Z\\^-_a-z~:](?:[!-9;-~]|:(?! |\Z)| ++(?!#|\Z))*"
).fullmatch
_is_printable = re.compile(r"[\n -~]*").fullmatch

#: The other line breaks of YAML 1.1: a key with one is not a simple key.
_other_break = re.compile("[\r\x85\u2028\u2029]").search

_special = re.compile(r"[^ !#-\[\]-~]")
_ESCAPES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip

#: Keys repeat from record to record; this many are kept.
_MOST_LABELS = 4096


def encode(value: Any, *, pretty: bool = False, dialect: int = 0) -> Iterator[bytes]:
    """Chunks of UTF-8; an iterator anywhere inside stands for a list. YAML is always pretty.

    dialect: the number of the API version; 0 where there is none, which is written as the newest.
    """
    return chunks(_document(value, dialect))


def _document(value: Any, dialect: int) -> Iterator[str]:
    # Up to v0.0.38 a text that is not set is null in YAML where JSON has "".
    writer = _Writer(empty_is_null=0 < dialect <= 38)
    yield "%YAML 1.1\n---"
    if not isinstance(value, (dict, list, tuple)) and not is_stream(value):
        yield writer.scalar(value, 3, 2)
    else:
        pieces = writer.walk(value, 0, 0, 0)
        # Before v0.0.36 the document itself has no tag.
        yield next(pieces)[len(" !!map") if 0 < dialect < 36 else 0 :]
        yield from pieces
    yield "...\n"


class _Writer:
    """The state of one document: the rule for "" and the keys that were written."""

    def __init__(self, *, empty_is_null: bool) -> None:
        self.empty_is_null = empty_is_null
        self.labels: dict[tuple[str, int], str] = {}

    def walk(self, value: Any, indent: int, sequence: int, depth: int) -> Iterator[str]:
        """A container, entry by entry; its tag is in the first piece."""
        tag, empty = (" !!map", " {}\n") if isinstance(value, dict) else (" !!seq", " []\n")
        before = tag + "\n"
        for label, item, inner, inner_sequence in self.entries(value, indent, sequence):
            yield before
            before = ""
            parts = [label]
            # The two outermost levels are walked: that is where answers hold their records.
            if not is_stream(item) and (depth or not isinstance(item, (list, tuple, dict))):
                try:
                    self.node(item, inner, inner_sequence, _column(label), parts)
                    yield "".join(parts)
                    continue
                except Streamed:
                    pass
            yield label
            yield from self.walk(item, inner, inner_sequence, depth + 1)
        if before:
            yield tag + empty

    def entries(self, value: Any, indent: int, sequence: int) -> Iterator[tuple[str, Any, int, int]]:
        """The text before each value, the value, and its indents as a mapping and as a sequence."""
        if isinstance(value, dict):
            for key, item in value.items():
                yield self.label(key, indent), item, indent + 2, indent
        else:
            dash = " " * sequence + "-"
            for item in value:
                yield dash, item, sequence + 2, sequence + 2

    def node(self, value: Any, indent: int, sequence: int, column: int, parts: list[str]) -> None:
        """Append a value without iterators to `parts`; Streamed when there is one."""
        if isinstance(value, dict):
            parts.append(" !!map\n" if value else " !!map {}\n")
            for key, item in value.items():
                label = self.label(key, indent)
                parts.append(label)
                self.node(item, indent + 2, indent, _column(label), parts)
        elif isinstance(value, (list, tuple)):
            parts.append(" !!seq\n" if value else " !!seq []\n")
            dash = " " * sequence + "-"
            for item in value:
                parts.append(dash)
                self.node(item, sequence + 2, sequence + 2, sequence + 1, parts)
        else:
            parts.append(self.scalar(value, column, indent))

    def label(self, key: str, indent: int) -> str:
        """A key up to where its value starts, with the indent before it."""
        label = self.labels.get((key, indent))
        if label is None:
            pad = " " * indent
            text = without_surrogates(key)
            if len(text.encode()) <= _SIMPLE_KEY and "\n" not in text and not _other_break(text):
                label = f"{pad}!!str{_text(text, 0, 0, simple_key=True)}:"
            else:
                column = indent + len("? !!str")
                label = f"{pad}? !!str{_text(text, column, indent + 2)}\n{pad}:"
            if len(self.labels) >= _MOST_LABELS:
                self.labels.clear()
            self.labels[key, indent] = label
        return label

    def scalar(self, value: Any, column: int, indent: int) -> str:
        if isinstance(value, str):
            if not value and self.empty_is_null:
                return _NULL
            return f" !!str{_text(value, column + len(' !!str'), indent)}\n"
        if value is None:
            return _NULL
        if value is True or value is False:
            return " !!bool true\n" if value else " !!bool false\n"
        if isinstance(value, int):
            return f" !!int {value:d}\n"
        if isinstance(value, float):
            return f" !!float {value:f}\n" if math.isfinite(value) else _NULL
        if is_stream(value):
            raise Streamed
        raise TypeError(f"a {type(value).__name__} has no place in an answer")


def _column(label: str) -> int:
    return len(label) - label.rfind("\n") - 1


def _text(value: str, column: int, indent: int, simple_key: bool = False) -> str:
    """The text after "!!str": a space and the text, plain if it may be, else in single or in double quotes.

    column: after the tag. indent: of the lines that a long text is folded into; a simple key is not folded.
    """
    if not value:
        return " ''" if simple_key else ""
    short = simple_key or column + len(value) < _WIDTH - 2
    if _is_plain(value):
        return " " + value if short or " " not in value else " " + _fold(value, column + 1, indent, "")
    if _is_printable(value) and " \n" not in value and "\n " not in value:
        if "\n" not in value and (short or " " not in value):
            return " '" + value.replace("'", "''") + "'"
        return " '" + _fold(value, column + 2, indent, "'") + "'"
    value = without_surrogates(value)
    if simple_key or " " not in value:
        return ' "' + _special.sub(_escape, value) + '"'
    return ' "' + _fold(value, column + 2, indent, '"') + '"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char in _ESCAPES:
        return "\\" + _ESCAPES[char]
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _fold(value: str, column: int, indent: int, quote: str) -> str:
    """libyaml's yaml_emitter_write_…_scalar in all three styles: lines break at a space after column 80."""
    pad = " " * indent
    out: list[str] = []
    last = len(value) - 1
    after_space = after_break = False
    for index, char in enumerate(value):
        if char == " ":
            more = value[index + 1 : index + 2] == " "
            at_edge = quote and index in (0, last)
            if column > _WIDTH and not after_space and not at_edge and (quote == '"' or not more):
                out.append("\n" + pad + ("\\" if more else ""))
                column = indent + more
            else:
                out.append(" ")
                column += 1
            after_space = True
        elif char == "\n" and quote == "'":
            out.append("\n" if after_break else "\n\n")
            column = 0
            after_break = True
        else:
            if after_break:
                out.append(pad)
                column = indent
            piece = _special.sub(_escape, char) if quote == '"' else char * (1 + (char == quote))
            out.append(piece)
            column += len(piece)
            after_space = after_break = False
    if after_break:
        out.append(pad)
    return "".join(out)
