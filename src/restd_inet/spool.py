"""Unnamed temporary files, for data that is too long for memory and needed as a whole."""

from __future__ import annotations

import errno
import io
import os

from restd_inet import log
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Bytes that are kept in memory; more go to a file.
SMALL = 1 << 20
_PIECE = 1 << 16
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Spool:
    """An unnamed file in TMPDIR, /var/tmp or /tmp. Raises Problem 507 or 500, which names the directory."""

    __slots__ = ("_directory", "_file")

    def __init__(self) -> None:
        failures = []
        for directory in filter(None, (os.environ.get("TMPDIR"), "/var/tmp", "/tmp")):
            try:
                descriptor = os.open(directory, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
            except OSError as error:
                failures.append((directory, error))
                continue
            self._directory = directory
            self._file = io.FileIO(descriptor, "r+")
            return
        raise _no_room(*failures)

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()

    def reserve(self, size: int) -> None:
        """Allocates so many bytes, if the file system can."""
        try:
            os.posix_fallocate(self.fileno(), 0, size)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise _no_room((self._directory, error)) from None

    def write(self, piece: bytes) -> None:
        """Appends the piece."""
        view = memoryview(piece)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise _no_room((self._directory, error)) from None

    def pieces(self, length: int) -> Iterator[bytes]:
        """The first `length` bytes; closes the file at their end."""
        try:
            for offset in range(0, length, _PIECE):
                yield os.pread(self.fileno(), min(_PIECE, length - offset), offset)
        finally:
            self.close()


def _no_room(*failures: tuple[str, OSError]) -> Problem:
    reasons = "; ".join(f"{directory}: {error.strerror}" for directory, error in failures)
    full = any(error.errno in _FULL for _, error in failures)
    text = f"a temporary file cannot be written (TMPDIR): {reasons}"
    log.write(log.ERROR, text)
    return Problem(507 if full else 500, text)


def collected(pieces: Iterable[bytes]) -> tuple[int, Iterable[bytes]]:
    """The number of bytes, and the pieces, which can be read once. Raises Problem if there is no room."""
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
    spool = Spool()
    for piece in held:
        spool.write(piece)
    held.clear()
    for piece in pieces:
        length += len(piece)
        spool.write(piece)
    return length, spool.pieces(length)
