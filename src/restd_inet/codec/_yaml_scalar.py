"""The values of YAML scalars, in version 1.1 and in version 1.2 (core schema).

Sexagesimal numbers and timestamps of 1.1 are not read as such: 12:30:45 is a time limit and 2026-01-01 a
start time, both texts to Slurm.
"""

from __future__ import annotations

import re

from restd_inet.codec import LARGEST_INTEGER, SMALLEST_INTEGER
from restd_inet.problems import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.codec import Limits

    Scalar = str | int | float | bool | None

STANDARD = "tag:yaml.org,2002:"
_SCALAR_TAGS = "!!str, !!int, !!float, !!bool, !!null"


class Refused(Exception):
    """The error of a scalar; it becomes a Problem where the place is known."""


def shown(tag: str) -> str:
    """A tag as it is written."""
    return "!!" + tag.removeprefix(STANDARD) if tag.startswith(STANDARD) else quoted(tag)


class Rules:
    """One version of YAML: an expression for each kind of plain scalar, tried in order."""

    def __init__(self, version: str, *, true: str, false: str, integer: str, real: str) -> None:
        self.version = version
        self.is_true = re.compile(true).fullmatch
        self.kinds = {
            "null": re.compile("~|null|Null|NULL|").fullmatch,
            "bool": re.compile(f"{true}|{false}").fullmatch,
            "int": re.compile(integer).fullmatch,
            "float": re.compile(rf"{real}|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)").fullmatch,
        }

    def value(self, text: str, tag: str | None, plain: bool, limits: Limits) -> Scalar:
        """The value of a scalar by its tag; by its form when it is plain and has none."""
        if tag is None and plain:
            for kind, is_kind in self.kinds.items():
                if is_kind(text):
                    return self._convert(text, kind, limits)
        elif tag not in (None, "!", STANDARD + "str"):
            return self._convert(text, self._kind_of_tag(text, tag), limits)
        return _holdable(text)

    def _kind_of_tag(self, text: str, tag: str) -> str:
        kind = tag.removeprefix(STANDARD)
        if not tag.startswith(STANDARD) or kind not in self.kinds:
            raise Refused(f"the tag {shown(tag)} is not accepted here; expected {_SCALAR_TAGS} or none")
        if self.kinds[kind](text) or (kind == "float" and self.kinds["int"](text)):
            return kind
        raise Refused(f"{quoted(text)} is not what its tag {shown(tag)} says")

    def _convert(self, text: str, kind: str, limits: Limits) -> Scalar:
        if kind == "null":
            return None
        if kind == "bool":
            return self.is_true(text) is not None
        if len(text) > limits.max_number_digits:
            raise Refused(f"a number of more than {limits.max_number_digits} characters")
        if kind == "float":
            return _real(str(self._integer(text)) if self.kinds["int"](text) else text)
        value = self._integer(text)
        if not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            raise Refused(f"the number {text[:40]} does not fit into 64 bits")
        return value

    def _integer(self, text: str) -> int:
        digits = text.replace("_", "").lstrip("+-").lower()
        # 1.1 marks an octal number with 0 alone, 1.2 with 0o.
        if self.version == "1.1" and digits.isdigit() and digits.startswith("0"):
            digits = "0o" + digits
        try:
            value = int(digits, 0) if digits[:1] == "0" and not digits.isdigit() else int(digits)
        except ValueError:
            raise Refused(f"{quoted(text)} is not a number") from None
        return -value if text.startswith("-") else value


def _real(text: str) -> float:
    digits = text.replace("_", "").lower()
    if digits.endswith((".inf", ".nan")):
        raise Refused(f"{text} is not a number that can be written in JSON or held by Slurm")
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Refused(f"the number {text[:40]} is too large")
    return value


def _holdable(text: str) -> str:
    """The text, if a C string can hold it."""
    if "\0" in text:
        raise Refused("a text with NUL: a C string cannot hold NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        # JSON, which is YAML too, escapes what is beyond U+FFFF as a pair.
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise Refused("a text with half of a surrogate pair") from None
    return text


YAML_11 = Rules(
    "1.1",
    true="yes|Yes|YES|true|True|TRUE|on|On|ON",
    false="no|No|NO|false|False|FALSE|off|Off|OFF",
    integer=r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)",
    real=r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?",
)
YAML_12 = Rules(
    "1.2",
    true="true|True|TRUE",
    false="false|False|FALSE",
    integer=r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    real=r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
)
