"""Releases of Slurm that do not fit together: the one this was built for, and the one that is here."""

from __future__ import annotations

import os
import re

from restd_inet import installed
from restd_inet.problems import Problem
from restd_inet.schema.versions import NUMBERS

_BY_NUMBER = {number: release for release, number in NUMBERS.items()}
_LIBRARY = re.compile(r"libslurm\.so\.(\d+)")
#: How libslurm names the version in the header of a message; before 26.05 in its first words.
_PROTOCOL = re.compile(r"(?i)invalid protocol version (\d+)|protocol_version (\d+) not supported")
_DIRECTORIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")


def not_loaded(error: ImportError) -> Problem:
    """Why the bindings cannot be loaded."""
    needed = _LIBRARY.search(str(error))
    if needed and "cannot open shared object" in str(error):
        here = sorted(number for number in _installed() if number != int(needed[1]))
        if not here:
            return _mismatch(f"there is no libslurm here ({needed[0]})")
        return _mismatch(f"found libslurm {_named(here[-1])}")
    if "_libslurm" in str(error) and "libslurm.so" not in str(error):
        return Problem(
            503, f"this installation of restd-inet is not whole ({error}): install restd-inet again"
        )
    return _mismatch(f"what libslurm is here does not fit ({error})")


def check(number: int) -> None:
    """Raises the Problem of a libslurm whose number is another release's."""
    if installed.series() in NUMBERS:
        raise _mismatch(f"found libslurm {_named(number)}")


def another_protocol(said: str) -> str:
    """What is to be said if a daemon of another release than libslurm's has answered; "" if none has.

    A version of the protocol is the number of a release and a byte of 0; any other is no daemon's of Slurm.
    """
    found = _PROTOCOL.search(said)
    number, byte = divmod(int(found[1] or found[2]), 256) if found else (0, 0)
    if not number or byte:
        return ""
    return _text(f"the protocol of the daemon that answered is that of Slurm {_named(number)}")


def _mismatch(found: str) -> Problem:
    return Problem(503, _text(found))


def _text(found: str) -> str:
    return f"built for Slurm {installed.series()}; {found}: install restd-inet again"


def _named(number: int) -> str:
    return _BY_NUMBER.get(number, f"with the number {number}")


def _installed() -> set[int]:
    """The numbers of the libraries that are there."""
    places = [*os.environ.get("LD_LIBRARY_PATH", "").split(":"), *_DIRECTORIES]
    places += [f"/usr/lib/{name}" for name in _names("/usr/lib") if name.endswith("-linux-gnu")]
    return {
        int(found[1]) for place in places for name in _names(place) if (found := _LIBRARY.fullmatch(name))
    }


def _names(directory: str) -> list[str]:
    try:
        return os.listdir(directory) if directory else []
    except OSError:
        return []
