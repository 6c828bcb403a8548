"""Places in a document, and their form in messages: `line 3, column 14 (job[1].tasks): …`."""

from __future__ import annotations

from restd_inet.problems import Path, Problem, path_text, quoted


def line_column(text: str, position: int) -> tuple[int, int]:
    """Line and column, both from 1, of the character at this position."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def misplaced(line: int, column: int, path: Path, text: str) -> Problem:
    """The Problem for an error at a place."""
    within = f" ({path_text(path)})" if path else ""
    return Problem(400, f"line {line}, column {column}{within}: {text}")


def key_twice(line: int, column: int, path: Path, key: str) -> Problem:
    """The Problem for a key that a mapping has already."""
    within = path_text(path) or "the document"
    return Problem(400, f"line {line}, column {column}: the key {quoted(key)} appears twice in {within}")
