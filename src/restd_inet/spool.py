"""Files without names, for what is too long for memory and must be whole before it can be used."""

from __future__ import annotations

import os

from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Bytes that are kept in memory; more go to a file.
SMALL = 1 << 20
_PIECE = 1 << 16


def nameless() -> int:
    """A file that ends with its descriptor, in TMPDIR or else on a disk. Raises Problem 500."""
    reason = ""
    for directory in filter(None, (os.environ.get("TMPDIR"), "/var/tmp", "/tmp")):
        try:
            return os.open(directory, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            reason = f"{directory}: {error.strerror}"
    raise Problem(500, f"there is no place for a temporary file: {reason}")


def collected(pieces: Iterable[bytes]) -> tuple[int, Iterable[bytes]]:
    """How many bytes they are, and they themselves, to be taken once. Raises OSError if there is no room."""
    held: list[bytes] = []
    length = 0
    pieces = iter(pieces)
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length > SMALL:
            break
    else:
        return length, held
    file = nameless()
    try:
        for piece in held:
            _write(file, piece)
        held.clear()
        for piece in pieces:
            length += len(piece)
            _write(file, piece)
    except BaseException:
        os.close(file)
        raise
    return length, _read(file, length)


def _write(file: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(file, view) :]


def _read(file: int, length: int) -> Iterator[bytes]:
    try:
        for offset in range(0, length, _PIECE):
            yield os.pread(file, min(_PIECE, length - offset), offset)
    finally:
        os.close(file)
