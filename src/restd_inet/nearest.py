"""The known name that a wrong one was meant to be."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 64


def hint(name: str, known: Iterable[str], prefix: str = "") -> str:
    """The known name that is nearest to a wrong one, as the end of a message; "" if none is near."""
    best = min(known, key=lambda other: distance(name.lower(), other), default="")
    shorter = min(len(name), len(best))
    # Of a short name at most half of the letters may be wrong.
    if best and distance(name.lower(), best) <= max(min(2, shorter // 2), shorter // 3):
        return f'; did you mean "{prefix}{best}"?'
    return ""


def distance(a: str, b: str) -> int:
    """How many letters must be added, dropped or changed to make a into b (Levenshtein)."""
    a = a[:_LONGEST]
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        left = row
        row = [i + 1]
        for j, other in enumerate(b):
            row.append(min(left[j] + (letter != other), left[j + 1] + 1, row[j] + 1))
    return row[-1]
