"""Words as options, as getopt_long(3) reads them: names may be abbreviated, letters joined.

The argument of an option may stand in the next line's directive, and begin with "-", as with sbatch.
"""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.problems import quoted
from restd_inet.schema.batch.directives import bad_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from restd_inet.problems import Problem
    from restd_inet.schema.batch.directives import Word

#: Whether an option has an argument; an optional one is joined to it ("--nice=5", "-k5").
NONE, REQUIRED, OPTIONAL = "none", "required", "optional"


class Row:
    """An option: its long names, its letter, whether it has an argument, and what reads that."""

    __slots__ = ("argument", "letter", "names", "parse")

    def __init__(self, names: str, letter: str, argument: str, parse: Callable[[str | None], Any]) -> None:
        self.names = tuple(names.split())
        self.letter = letter
        self.argument = argument
        self.parse = parse


class Options:
    """The options that there are."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._names = {name: row for row in rows for name in row.names}
        self._letters = {row.letter: row for row in rows if row.letter}

    def read(
        self, words: Sequence[Word], operands: list[str] | None = None
    ) -> Iterator[tuple[Any, str | None, int]]:
        """Each option with its argument and line. operands: gets the words from the first one on that is no
        option, which are refused without it. Raises Problem 400."""
        rest = iter(words)
        for word, line in rest:
            is_option = word.startswith("-") and word != "-"
            if operands is not None and (word == "--" or not is_option):
                operands += [*([] if is_option else [word]), *(left for left, _ in rest)]
            elif word == "--":
                for left, where in rest:
                    raise bad_line(where, f"expected an option, found {quoted(left)}")
            elif word.startswith("--"):
                name, joined, value = word[2:].partition("=")
                row = self.named(name, line)
                yield row, self._argument(row, f"--{name}", value if joined else None, rest, line), line
            elif is_option:
                yield from self._of_letters(word, line, rest)
            else:
                raise bad_line(line, f"expected an option, such as --time=10; found {quoted(word)}")

    def _of_letters(
        self, word: str, line: int, rest: Iterator[Word]
    ) -> Iterator[tuple[Any, str | None, int]]:
        for at in range(1, len(word)):
            row = self._letters.get(word[at])
            if row is None:
                raise self.unknown(f"-{word[at]}", line)
            joined = word[at + 1 :] if row.argument != NONE else ""
            value = self._argument(row, f"-{word[at]}", joined or None, rest, line)
            yield row, value, line
            if joined or row.argument == REQUIRED:
                return

    def _argument(
        self, row: Row, flag: str, joined: str | None, rest: Iterator[Word], line: int
    ) -> str | None:
        """joined: what stands in the same word."""
        if joined is not None and row.argument == NONE:
            raise bad_line(line, f"{flag} has no argument; found {quoted(joined)}")
        if joined is None and row.argument == REQUIRED:
            joined, _ = next(rest, (None, 0))
            if joined is None:
                raise bad_line(line, f"{flag}: expected an argument")
        return joined

    def named(self, name: str, line: int) -> Any:
        """The option of a name, which may be abbreviated. Raises Problem 400."""
        if name in self._names:
            return self._names[name]
        rows = {id(row): row for full, row in self._names.items() if full.startswith(name)}
        if len(rows) == 1:
            return next(iter(rows.values()))
        if rows:
            full = sorted(full for full in self._names if full.startswith(name))
            raise bad_line(line, f"--{name} is ambiguous: --{', --'.join(full[:8])}")
        raise self.unknown(f"--{name}", line)

    def exactly(self, name: str) -> Any:
        """The option of a name that is written out. Raises Problem 400."""
        if name not in self._names:
            raise self.unknown(f"--{name}", 0)
        return self._names[name]

    def unknown(self, flag: str, line: int) -> Problem:
        known = self._names if flag.startswith("--") else {}
        near = lazy.module("restd_inet.nearest").hint(flag.removeprefix("--"), known, "--")
        return bad_line(line, f"unknown option {quoted(flag)}{near}")
