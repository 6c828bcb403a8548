"""Files of variables, as EnvironmentFile= of systemd reads them, for super-servers that have nothing like it.

The variables go over those of the environment, those of a later file over those of an earlier one. The words
of SLURMRESTD_OPTIONS are a command line, as $SLURMRESTD_OPTIONS is in slurmrestd's unit.
"""

from __future__ import annotations

import os
import stat

from restd_inet import process
from restd_inet.option_values import Usage
from restd_inet.options import OPTIONS, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableMapping

    from restd_inet.options import Option

_OPTIONS, _LISTEN = "SLURMRESTD_OPTIONS", "SLURMRESTD_LISTEN"
_TOKEN = "SLURM_JWT"
#: Before the name of a file that may be missing.
_OPTIONAL = "-"
_COMMENT = ("#", ";")
#: What a backslash makes literal between double quotes.
_ESCAPED = '"\\`$'


def read(
    paths: Iterable[str], environment: MutableMapping[str, str]
) -> tuple[list[tuple[Option, str, str]], list[str]]:
    """Sets the variables of these files; the options and the addresses in SLURMRESTD_OPTIONS. Raises Usage.

    A super-server has its own addresses, and hands over a socket: those of the files do not count then.
    """
    found: dict[str, str] = {}
    for path in paths:
        found |= variables(_text(path))
    by_super_server = stat.S_ISSOCK(os.fstat(0).st_mode)
    if by_super_server:
        found.pop(_LISTEN, None)
    if found.get(_TOKEN):
        process.hide()
    environment.update(found)
    try:
        given, addresses = split(words(found.get(_OPTIONS, "")), OPTIONS)
    except Usage as error:
        raise Usage(f"{_OPTIONS}: {error}") from None
    if any(option.attribute == "environment_file" for option, _, _ in given):
        raise Usage(f"{_OPTIONS}: --environment-file can only be given on the command line")
    return given, [] if by_super_server else addresses


def variables(text: str) -> dict[str, str]:
    """The assignments in it. A line without "=", or with what is no name before it, says nothing."""
    found = {}
    name = ""
    characters = iter(text)
    for character in characters:
        if character == "\n":
            name = ""
        elif character == "=" and not name.startswith(_COMMENT):
            value = _value(characters)
            name = name.rstrip()
            if name.isascii() and name.isidentifier() and "\0" not in value:
                found[name] = value
            name = ""
        elif name or not character.isspace():
            name += character
    return found


def _value(characters: Iterator[str]) -> str:
    """A value, to the end of its line. Quotes count before the first character that is not in quotes."""
    value, quote, quotable = "", "", True
    kept = 0  # blanks at the end do not count, unless they are quoted
    for character in characters:
        if character == "\n" and not quote:
            break
        if character == quote:
            quote = ""
        elif character == "\\" and quote != "'":
            value += _escaped(next(characters, ""), quote)
            quotable, kept = bool(quote), len(value)
        elif quote:
            value += character
            kept = len(value)
        elif quotable and character in "'\"":
            quote = character
        elif not character.isspace():
            value += character
            quotable, kept = False, len(value)
        elif not quotable:
            value += character
    return value[:kept]


def _escaped(character: str, quote: str) -> str:
    """What a backslash and this character stand for."""
    if character == "\n":
        return ""
    return character if not quote or character in _ESCAPED else "\\" + character


def words(text: str) -> list[str]:
    """The words of a text; quotes and backslashes keep blanks."""
    found: list[str] = []
    word: str | None = None
    quote = ""
    characters = iter(text)
    for character in characters:
        if character == quote:
            quote = ""
        elif character == "\\" and quote != "'":
            word = (word or "") + next(characters, "")
        elif not quote and character in "'\"":
            quote, word = character, word or ""
        elif quote or not character.isspace():
            word = (word or "") + character
        elif word is not None:
            found.append(word)
            word = None
    return found if word is None else [*found, word]


def _text(path: str) -> str:
    optional = path.startswith(_OPTIONAL)
    path = path.removeprefix(_OPTIONAL)
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        if optional and isinstance(error, FileNotFoundError):
            return ""
        raise Usage(f"--environment-file: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Usage(f"--environment-file: {path}: expected text in UTF-8") from None
