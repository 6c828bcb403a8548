"""The slow, exact reader of JSON: after the fast one has refused a body it finds the error and its place.

It accepts what codec.json accepts; its answer is a Problem, never a document.
"""

from __future__ import annotations

import json
import math
from json.decoder import scanstring  # type: ignore[attr-defined]  # json.scanner's, not in the stubs

from restd_inet.codec import LARGEST_INTEGER, SMALLEST_INTEGER
from restd_inet.codec._json_lenient import strict
from restd_inet.codec._place import key_twice, line_column, misplaced
from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from restd_inet.codec import Limits
    from restd_inet.problems import Path

_DECODER = json.JSONDecoder(strict=False)
_DIGITS = "0123456789"
_HEX = "0123456789abcdefABCDEF"
_CONSTANTS = ("NaN", "Infinity", "-Infinity")


def explain(body: bytes, limits: Limits) -> Problem:
    """The error of a body that the fast decoder refused."""
    # A byte that is not UTF-8 becomes a lone surrogate, and is reported where it stands.
    text = body.decode("utf-8", "surrogateescape")
    try:
        fault = Scan(text, limits).fault()
    except RecursionError:
        fault = None
    return fault or Problem(400, "the body is not a JSON document that can be read")


def check(text: str, limits: Limits) -> None:
    """Raises the Problem of a text, before memory is used for its elements."""
    fault = Scan(text, limits).fault()
    if fault:
        raise fault


def find(text: str, path: Path) -> int | None:
    """The position of the value at a path, in a text that is known to be a document."""
    position = _space(text, 0)
    for step in path:
        inside = _member(text, position, step) if isinstance(step, str) else _element(text, position, step)
        if inside is None:
            return None
        position = inside
    return position


def _space(text: str, position: int) -> int:
    while text[position : position + 1] in (" ", "\n", "\r", "\t"):
        position += 1
    return position


def _skip(text: str, position: int) -> int:
    return _space(text, _DECODER.raw_decode(text, position)[1])


def _member(text: str, position: int, name: str) -> int | None:
    if text[position] != "{":
        return None
    position = _space(text, position + 1)
    while text[position] == '"':
        key, position = scanstring(text, position + 1, False)
        position = _space(text, _space(text, position) + 1)
        if key == name:
            return position
        position = _skip(text, position)
        position = _space(text, position + 1) if text[position] == "," else position
    return None


def _element(text: str, position: int, index: int) -> int | None:
    if text[position] != "[":
        return None
    position = _space(text, position + 1)
    while text[position] != "]":
        if not index:
            return position
        index -= 1
        position = _skip(text, position)
        position = _space(text, position + 1) if text[position] == "," else position
    return None


class Scan:
    """One walk over one text; `path` is the current place."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = strict(text)
        self.limits = limits
        self.path: list[str | int] = []
        self.items = 0

    def fault(self) -> Problem | None:
        """The first error, or None."""
        position = _space(self.text, 0)
        if position == len(self.text):
            return Problem(400, "the body is empty; expected a JSON document")
        try:
            position = _space(self.text, self.value(position))
            if position < len(self.text):
                self.fail(position, f"expected the end of the document, found {self.found(position)}")
        except Problem as problem:
            return problem
        return None

    def fail(self, position: int, text: str) -> NoReturn:
        raise misplaced(*line_column(self.text, position), tuple(self.path), text)

    def found(self, position: int) -> str:
        if position >= len(self.text):
            return "the end of the body"
        char = self.text[position]
        if "\udc80" <= char <= "\udcff":
            return f"the byte 0x{ord(char) - 0xDC00:02X}, which is not UTF-8"
        return "a byte order mark" if char == "\ufeff" else quoted(char)

    def value(self, position: int) -> int:
        """The end of the value that starts here."""
        text = self.text
        char = text[position : position + 1]
        if char == '"':
            return self.string(position)[1]
        if char == "{":
            return self.mapping(position)
        if char == "[":
            return self.sequence(position)
        for word in _CONSTANTS:
            if text.startswith(word, position):
                self.fail(position, f"expected a number, found {word}, which JSON does not have")
        if char and char in "-0123456789":
            return self.number(position)
        for word in ("true", "false", "null"):
            if text.startswith(word, position):
                return position + len(word)
        if char == "'":
            self.fail(position, "this text has no closing single quote")
        self.fail(position, f"expected a value, found {self.found(position)}")

    def enter(self, position: int, step: str | int) -> None:
        self.path.append(step)
        self.items += 1
        if self.items > self.limits.max_items:
            self.fail(position, f"more than {self.limits.max_items} keys and elements")

    def deeper(self, position: int, depth: int) -> None:
        if depth > self.limits.max_depth:
            self.fail(position, f"nested more than {self.limits.max_depth} levels deep")

    def mapping(self, position: int) -> int:
        text = self.text
        self.deeper(position, len(self.path) + 1)
        keys: set[str] = set()
        position = _space(text, position + 1)
        while text[position : position + 1] != "}" or keys:
            if text[position : position + 1] != '"':
                self.fail(position, f"expected a key in double quotes, found {self.found(position)}")
            key, end = self.string(position)
            if key in keys:
                raise key_twice(*line_column(text, position), tuple(self.path), key)
            keys.add(key)
            self.enter(position, key)
            end = _space(text, end)
            if text[end : end + 1] != ":":
                self.fail(end, f'expected ":" after the key, found {self.found(end)}')
            position = _space(text, self.value(_space(text, end + 1)))
            self.path.pop()
            if text[position : position + 1] != ",":
                break
            position = _space(text, position + 1)
        return self.close(position, "}")

    def sequence(self, position: int) -> int:
        text = self.text
        self.deeper(position, len(self.path) + 1)
        index = 0
        position = _space(text, position + 1)
        while text[position : position + 1] != "]" or index:
            self.enter(position, index)
            position = _space(text, self.value(position))
            self.path.pop()
            index += 1
            if text[position : position + 1] != ",":
                break
            position = _space(text, position + 1)
        return self.close(position, "]")

    def close(self, position: int, bracket: str) -> int:
        if self.text[position : position + 1] != bracket:
            self.fail(position, f'expected "," or "{bracket}", found {self.found(position)}')
        return position + 1

    def string(self, position: int) -> tuple[str, int]:
        """The text of the string that starts here, and its end."""
        try:
            result, end = scanstring(self.text, position + 1, False)
        except json.JSONDecodeError as error:
            if error.msg.startswith("Unterminated"):
                self.fail(position, "this text has no closing double quote")
            escape = self.text.find("\\", position)
            while escape >= 0 and (width := _escape_width(self.text, escape)):
                escape = self.text.find("\\", escape + width)
            if escape < 0:
                self.fail(position, "this text has no closing double quote")
            sign = self.text[escape : escape + 2]
            self.fail(escape, f"{sign if sign.isprintable() else quoted(sign)} does not start a JSON escape")
        self.holdable(position, end)
        return result, end

    def holdable(self, position: int, end: int) -> None:
        """Refuse what a C string cannot hold."""
        text = self.text
        try:
            text[position:end].encode()
        except UnicodeEncodeError as error:
            self.fail(position + error.start, f"found {self.found(position + error.start)}")
        if (nul := text.find("\0", position, end)) >= 0:
            self.fail(nul, "a text with NUL: a C string cannot hold NUL")
        position = text.find("\\", position, end)
        while position >= 0:
            width = _escape_width(text, position)
            code = int(text[position + 2 : position + 6], 16) if width == 6 else None
            if code == 0:
                self.fail(position, "a text with NUL (\\u0000): a C string cannot hold NUL")
            if code and 0xD800 <= code < 0xE000:
                if code >= 0xDC00 or not _is_low_surrogate(text, position + 6):
                    self.fail(position, f"\\u{code:04x} is half of a surrogate pair")
                width = 12
            position = text.find("\\", position + width, end)

    def number(self, position: int) -> int:
        text = self.text
        end = position + (text[position] == "-")
        end = end + 1 if text[end : end + 1] == "0" else self.digits(end)
        whole = True
        if text[end : end + 1] == ".":
            end = self.digits(end + 1)
            whole = False
        if text[end : end + 1] in ("e", "E"):
            end += 1
            end = self.digits(end + (text[end : end + 1] in ("+", "-")))
            whole = False
        if end - position > self.limits.max_number_digits:
            self.fail(position, f"a number of more than {self.limits.max_number_digits} characters")
        number = text[position:end]
        if whole and not SMALLEST_INTEGER <= int(number) <= LARGEST_INTEGER:
            self.fail(position, f"the number {number[:40]} does not fit into 64 bits")
        if not whole and math.isinf(float(number)):
            self.fail(position, f"the number {number[:40]} is too large")
        return end

    def digits(self, position: int) -> int:
        end = position
        while end < len(self.text) and self.text[end] in _DIGITS:
            end += 1
        if end == position:
            self.fail(position, f"expected a digit, found {self.found(position)}")
        return end


def _escape_width(text: str, position: int) -> int:
    """The length of the escape that starts with this backslash; 0 if it is none."""
    sign = text[position + 1 : position + 2]
    if sign != "u":
        return 2 if sign in '"\\/bfnrt' else 0
    digits = text[position + 2 : position + 6]
    return 6 if len(digits) == 4 and all(digit in _HEX for digit in digits) else 0


def _is_low_surrogate(text: str, position: int) -> bool:
    return text[position : position + 3].lower() == "\\ud" and text[position + 3] in "cdefCDEF"
