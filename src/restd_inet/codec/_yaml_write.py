"""Writes YAML 1.1 as libyaml does with explicit tags, a width of 80 and no Unicode: slurmrestd's settings.

Without tags a text such as 12 or true is not quoted, as slurmrestd has it: it reads as a number or a boolean.
A node's text starts after what leads to it ("---", "key:", "-") and ends its own line. In a mapping at
indent i, values that are mappings are at i + 2 and sequences at i: libyaml does not indent those.

The same rules, with tags, are in yaml_list.c, for long lists whose JSON is made without an object for each
record: a test compares both.
"""

from __future__ import annotations

import math
import re

from restd_inet import lazy
from restd_inet.codec._stream import Streamed, chunks, is_stream, without_surrogates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_WIDTH = 80
_UNFOLDED = 1 << 62

#: libyaml writes longer keys as "? key"; the tag counts.
_SIMPLE_KEY = 128

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


def encode(value: Any, *, pretty: bool = True, dialect: int = 0, tags: bool = True) -> Iterator[bytes]:
    """Chunks of UTF-8; an iterator anywhere inside stands for a list.

    pretty: long texts are folded. dialect: the number of the API version; 0 where there is none, which is
    written as the newest.
    """
    return chunks(_document(value, dialect, tags, _WIDTH if pretty else _UNFOLDED))


def _document(value: Any, dialect: int, tags: bool, width: int) -> Iterator[str | bytes]:
    # Up to v0.0.38 a text that is not set is null in YAML where JSON has "".
    writer = _Writer(empty_is_null=0 < dialect <= 38, width=width, tags=tags)
    yield "%YAML 1.1\n---"
    if not isinstance(value, (dict, list, tuple)) and not is_stream(value):
        yield writer.scalar(value, 3, 2)
    else:
        pieces = writer.walk(value, 0, 0, 0)
        # Before v0.0.36 the document itself has no tag.
        yield next(pieces)[len(" !!map") if tags and 0 < dialect < 36 else 0 :]
        yield from pieces
    yield "...\n"


class _Writer:
    """The state of one document: the rule for "" and the keys that were written.

    width: the column after which a text is folded.
    """

    def __init__(self, *, empty_is_null: bool, width: int, tags: bool) -> None:
        self.empty_is_null = empty_is_null
        self.width = width
        self.tags = tags
        self.null = self.tag("null") + " null\n"
        self.str = self.tag("str")
        self.bool, self.int, self.float = map(self.tag, ("bool", "int", "float"))
        self.map, self.seq = map(self.tag, ("map", "seq"))
        self.labels: dict[tuple[str, int], str] = {}

    def tag(self, name: str) -> str:
        return f" !!{name}" if self.tags else ""

    def opening(self, value: Any, filled: bool, inline: bool) -> str:
        """What a container starts with. inline: after a dash, where without a tag its first entry follows."""
        tag, empty = (self.map, " {}\n") if isinstance(value, dict) else (self.seq, " []\n")
        if not filled:
            return tag + empty
        return " " if inline and not tag else tag + "\n"

    def walk(
        self, value: Any, indent: int, sequence: int, depth: int, inline: bool = False
    ) -> Iterator[str | bytes]:
        """A container, entry by entry; its tag is in the first piece."""
        if self.tags and hasattr(value, "json"):
            yield from self.rows(value.json(), sequence)
            return
        before = self.opening(value, True, inline)
        cut = (indent if isinstance(value, dict) else sequence) if before == " " else 0
        for label, item, inner, inner_sequence in self.entries(value, indent, sequence):
            yield before
            before = ""
            parts = [label[cut:]]
            after_dash = not isinstance(value, dict) or "\n" in label
            cut = 0
            # The two outermost levels are walked: that is where answers hold their records.
            if not is_stream(item) and (depth or not isinstance(item, (list, tuple, dict))):
                try:
                    self.node(item, inner, inner_sequence, _column(label), parts, after_dash)
                    yield "".join(parts)
                    continue
                except Streamed:
                    del parts[1:]
            yield parts[0]
            yield from self.walk(item, inner, inner_sequence, depth + 1, after_dash)
        if before:
            yield self.opening(value, False, inline)

    def rows(self, pieces: Iterator[bytes], sequence: int) -> Iterator[str | bytes]:
        """A list, by the JSON of its elements."""
        write = lazy.module("restd_inet.codec._yaml_list").rows
        opening = self.seq + "\n"
        for piece in pieces:
            if opening:
                yield opening
                opening = ""
            yield write(piece, sequence, self.width, self.empty_is_null, self.label, self.text)
        if opening:
            yield self.seq + " []\n"

    def entries(self, value: Any, indent: int, sequence: int) -> Iterator[tuple[str, Any, int, int]]:
        """The text before each value, the value, and its indents as a mapping and as a sequence."""
        if isinstance(value, dict):
            for key, item in value.items():
                label = self.label(key, indent)
                yield label, item, indent + 2, self.sequence(label, indent)
        else:
            dash = " " * sequence + "-"
            for item in value:
                yield dash, item, sequence + 2, sequence + 2

    def sequence(self, label: str, indent: int) -> int:
        """The indent of a sequence after a label of a mapping."""
        return indent if self.tags or "\n" not in label else indent + 2

    def node(
        self, value: Any, indent: int, sequence: int, column: int, parts: list[str], inline: bool
    ) -> None:
        """Append a value without iterators to `parts`; Streamed when there is one."""
        if isinstance(value, dict):
            parts.append(opening := self.opening(value, bool(value), inline))
            cut = indent if opening == " " else 0
            for key, item in value.items():
                label = self.label(key, indent)
                parts.append(label[cut:])
                cut = 0
                place = self.sequence(label, indent)
                self.node(item, indent + 2, place, _column(label), parts, "\n" in label)
        elif isinstance(value, (list, tuple)):
            parts.append(opening := self.opening(value, bool(value), inline))
            dash = " " * sequence + "-"
            cut = sequence if opening == " " else 0
            for item in value:
                parts.append(dash[cut:])
                cut = 0
                self.node(item, sequence + 2, sequence + 2, sequence + 1, parts, True)
        else:
            parts.append(self.scalar(value, column, indent))

    def label(self, key: str, indent: int) -> str:
        """A key up to where its value starts, with the indent before it."""
        label = self.labels.get((key, indent))
        if label is None:
            pad = " " * indent
            tag = self.str[1:]
            text = without_surrogates(key)
            if len(text.encode()) <= _SIMPLE_KEY - len(tag) and "\n" not in text and not _other_break(text):
                label = f"{pad}{tag}{self.text(text, 0, 0, simple_key=True)[not tag :]}:"
            else:
                column = indent + len("?" + self.str)
                label = f"{pad}?{self.str}{self.text(text, column, indent + 2)}\n{pad}:"
            if len(self.labels) >= _MOST_LABELS:
                self.labels.clear()
            self.labels[key, indent] = label
        return label

    def scalar(self, value: Any, column: int, indent: int) -> str:
        if isinstance(value, str):
            if not value and self.empty_is_null:
                return self.null
            return f"{self.str}{self.text(value, column + len(self.str), indent)}\n"
        if value is None:
            return self.null
        if value is True or value is False:
            return f"{self.bool} true\n" if value else f"{self.bool} false\n"
        if isinstance(value, int):
            return f"{self.int} {value:d}\n"
        if isinstance(value, float):
            return f"{self.float} {value:f}\n" if math.isfinite(value) else self.null
        if is_stream(value):
            raise Streamed
        raise TypeError(f"a {type(value).__name__} has no place in an answer")

    def text(self, value: str, column: int, indent: int, simple_key: bool = False) -> str:
        """The text after the tag: a space and the text, plain if it may be, else in single or double quotes.

        column: after the tag. indent: of the lines that a long text is folded into; a simple key is not.
        """
        if not value:
            return " ''" if simple_key else ""
        width = self.width
        short = simple_key or column + len(value) < width - 2
        if _is_plain(value):
            folded = not short and " " in value
            return " " + (_fold(value, column + 1, indent, "", width) if folded else value)
        if _is_printable(value) and " \n" not in value and "\n " not in value:
            if "\n" not in value and (short or " " not in value):
                return " '" + value.replace("'", "''") + "'"
            return " '" + _fold(value, column + 2, indent, "'", width) + "'"
        value = without_surrogates(value)
        if simple_key or " " not in value:
            return ' "' + _special.sub(_escape, value) + '"'
        return ' "' + _fold(value, column + 2, indent, '"', width) + '"'


def _column(label: str) -> int:
    return len(label) - label.rfind("\n") - 1


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char in _ESCAPES:
        return "\\" + _ESCAPES[char]
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _fold(value: str, column: int, indent: int, quote: str, width: int) -> str:
    """libyaml's yaml_emitter_write_…_scalar in all three styles: lines break at a space after column 80."""
    pad = " " * indent
    out: list[str] = []
    last = len(value) - 1
    after_space = after_break = False
    for index, char in enumerate(value):
        if char == " ":
            more = value[index + 1 : index + 2] == " "
            at_edge = quote and index in (0, last)
            if column > width and not after_space and not at_edge and (quote == '"' or not more):
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
