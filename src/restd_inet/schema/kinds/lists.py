"""Kinds of what one wants of a list: words of a filter, paths of fields (see schema.kinds.base)."""

from __future__ import annotations

from restd_inet.schema.kinds.base import Kind
from restd_inet.schema.kinds.values import Invalid, clip, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The words of one parameter, and their characters: those of a request target.
MOST, MOST_CHARACTERS = 1000, 65536
_LONGEST = 1e6


class Wanted:
    """Words of a filter. wanted: any of these, whatever if there are none. unwanted: none of these."""

    __slots__ = ("unwanted", "wanted")

    def __init__(self, words: list[str]) -> None:
        self.wanted = tuple(word for word in words if not word.startswith("!"))
        self.unwanted = tuple(word[1:] for word in words if word.startswith("!"))


class Words(Kind):
    """Words between commas that are not in brackets ("n[1,3],n7" are two), each once."""

    several = ",".join
    valued = True

    def parse(self, value: Any) -> Any:
        given = value if isinstance(value, list) else [value]
        words = [word.strip() for each in given for word in split(text(each))]
        words = list(dict.fromkeys(filter(None, words)))
        if not words:
            raise Invalid("expected a value, found an empty one")
        if len(words) > MOST:
            raise Invalid(f"expected at most {MOST} values, found {len(words)}")
        if (size := sum(map(len, words))) > MOST_CHARACTERS:
            raise Invalid(f"expected at most {MOST_CHARACTERS} characters, found {size}")
        return words

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string"}


class Filter(Words):
    """Words that are wanted, or with "!" are not."""

    def parse(self, value: Any) -> Wanted:
        words = super().parse(value)
        if "!" in words:
            raise Invalid('expected a value behind "!"')
        return Wanted(words)


class Seconds(Kind):
    """A time in seconds, with an optional fraction. low: the least."""

    valued = True

    def __init__(self, low: float) -> None:
        self.low = low

    def parse(self, value: Any) -> float:
        try:
            found = float(value) if isinstance(value, (str, int, float)) else -1.0
        except ValueError:
            found = -1.0
        if not self.low <= found <= _LONGEST:
            least = f"from {self.low:g} on" if self.low else "not below 0"
            raise Invalid(f'expected a number of seconds, {least}; found "{clip(str(value))}"')
        return found

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "number"}


class OneOf(Kind):
    """One of some words."""

    valued = True

    def __init__(self, *words: str) -> None:
        self.words = words

    def parse(self, value: Any) -> str:
        word = text(value)
        if word not in self.words:
            raise Invalid(f'expected one of {", ".join(self.words)}; found "{clip(word)}"')
        return word

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}


def split(listed: str) -> list[str]:
    """The parts between commas that are not in brackets."""
    parts: list[str] = []
    part: list[str] = []
    depth = 0
    for piece in listed.split(","):
        part.append(piece)
        depth = max(depth + piece.count("[") - piece.count("]"), 0)
        if not depth:
            parts.append(",".join(part))
            part = []
    return [*parts, ",".join(part)] if part else parts
