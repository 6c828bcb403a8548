"""The directives of a batch script: which lines have them, and the words of each, as sbatch(1) reads them.

A directive begins a line; those of sbatch end at the first line that is neither blank nor a comment. A word
ends at white space outside quotes; a backslash takes away the meaning of the next character; # begins a
comment. Nothing continues on the next line.
"""

from __future__ import annotations

import re

from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    #: A word, and the number of its line.
    Word = tuple[str, int]

#: isspace(3) in the C locale.
SPACE = " \t\n\v\f\r"
#: Begins the next component of a heterogeneous job; the rest of its line is not read.
_HETJOB = re.compile(r"(?:hetjob|packjob)(?![^ \t\n\v\f\r])", re.IGNORECASE | re.ASCII)
_MOST_WORDS = 10_000
#: MAX_HET_JOB_COMPONENTS of slurmctld.
_MOST_COMPONENTS = 128
#: Of lines that do not begin with "#", after which sbatch looks for no foreign directive any more.
_FOREIGN_LINES = 100


def bad_line(line: int, text: str, status: int = 400) -> Problem:
    """What is wrong in a line of the script; 0 for what is not said in one."""
    return Problem(status, f"line {line}: {text}" if line else text)


def check(script: str) -> None:
    """Raises Problem 400 for what sbatch refuses as a script."""
    if not script.strip(SPACE):
        raise Problem(400, "the script is empty: expected a batch script, such as #!/bin/sh and commands")
    if not script.startswith("#!"):
        found = quoted(script.partition("\n")[0])
        raise bad_line(1, f"expected #! and the path of an interpreter, such as #!/bin/sh; found {found}")
    if (at := script.find("\0")) >= 0:
        raise bad_line(_line_of(script, at), "a script cannot have NUL characters")
    if (at := script.find("\r\n")) >= 0:
        text = "the line ends with CR LF, as on Windows; expected LF alone (dos2unix removes the CR)"
        raise bad_line(_line_of(script, at), text)


def _line_of(script: str, at: int) -> int:
    return script.count("\n", 0, at) + 1


def components(script: str, keep_spaces: bool) -> list[list[Word]]:
    """The words of sbatch's directives, of each component of the job.

    keep_spaces: whether a backslash before a space makes it part of the word (from Slurm 24.05 on).
    """
    found: list[list[Word]] = [[]]
    for number, line in _lines(script):
        magic = next((magic for magic in ("#SBATCH", "#SLURM") if line.startswith(magic)), "")
        if not magic:
            if line.lstrip(SPACE)[:1] not in ("", "#"):
                break
            continue
        rest = line[len(magic) :].lstrip(SPACE)
        if _HETJOB.match(rest):
            found.append([])
        found[-1] += ((word, number) for word in words(rest, number, keep_spaces))
        _check_size(found, number)
    return found


def foreign(script: str, magic: str, keep_spaces: bool) -> list[Word] | None:
    """The words of the lines that begin with another system's magic word; None if there are none."""
    found: list[Word] | None = None
    others = 0
    for number, line in _lines(script):
        if line.startswith(magic):
            found = [] if found is None else found
            found += ((word, number) for word in words(line[len(magic) :], number, keep_spaces))
            _check_size([found], number)
        elif not line.startswith("#"):
            others += 1
            if others > _FOREIGN_LINES:
                break
    return found


def _check_size(found: list[list[Word]], line: int) -> None:
    if len(found) > _MOST_COMPONENTS:
        raise bad_line(line, f"expected at most {_MOST_COMPONENTS} components of a heterogeneous job")
    if len(found[-1]) > _MOST_WORDS:
        raise bad_line(line, f"expected at most {_MOST_WORDS} words in directives")


def _lines(script: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, one after the other: most of a script is never read."""
    start, number = 0, 1
    while start < len(script):
        end = script.find("\n", start)
        end = len(script) if end < 0 else end
        yield number, script[start:end]
        start, number = end + 1, number + 1


def words(text: str, line: int, keep_spaces: bool) -> Iterator[str]:
    """The words of a directive. Raises Problem 400."""
    at = 0
    while True:
        word, at = _word(text, at, line, keep_spaces)
        if not word:  # an empty one, such as "", ends the line
            return
        yield word


def _word(text: str, at: int, line: int, keep_spaces: bool) -> tuple[str, int]:
    """The next word from a place on, and the place behind it; "" for none."""
    while at < len(text) and text[at] in SPACE:
        at += 1
    if _HETJOB.match(text, at):
        return "", at
    if text.startswith(":", at):
        raise bad_line(line, f'unexpected ":" in {quoted(text)}')
    found: list[str] = []
    quote, escaped = "", False
    while at < len(text) and (quote or text[at] not in SPACE):
        char = text[at]
        at += 1
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
            if not keep_spaces or text[at : at + 1] != " ":
                continue
            char, at, escaped = " ", at + 1, False
        elif quote:
            if char == quote:
                quote = ""
                continue
        elif char in "\"'":
            quote = char
            continue
        elif char == "#":
            at -= 1
            break
        found.append(char)
    if quote:
        raise bad_line(line, f"unmatched {quote} in {quoted(text)}")
    return "".join(found), at
