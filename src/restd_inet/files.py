"""Regular files, opened with the rights of this process, and what is read of one.

No link of /proc that stands for a descriptor is followed (openat2(2), RESOLVE_NO_MAGICLINKS): this process
may hold descriptors that its user has no right to. What is not a regular file is not opened for reading: a
FIFO may keep a reader waiting, and to open a device may do anything.
"""

from __future__ import annotations

import os
import stat
from errno import ELOOP, ENOSYS

from restd_inet import _process
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes that are read at a time.
PIECE = 65536
_FLAGS = os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
_KINDS = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
    stat.S_IFDIR: "a directory",
    stat.S_IFSOCK: "a socket",
}


class NotRegular(Exception):
    """What is there is no regular file; the text says what it is."""


class RegularFile:
    """An open file. size: when it was opened. tag: of inode, size and time of modification then.

    Raises OSError, NotRegular.
    """

    __slots__ = ("descriptor", "identity", "size", "tag")

    def __init__(self, path: str) -> None:
        self.descriptor = -1
        encoded = os.fsencode(path)
        place = _open(encoded, os.O_PATH | os.O_CLOEXEC)
        try:
            _check(os.fstat(place))
        finally:
            os.close(place)
        self.descriptor = _open(encoded, os.O_RDONLY | _FLAGS)
        found = os.fstat(self.descriptor)
        try:
            _check(found)  # it may be another one by now
        except NotRegular:
            self.close()
            raise
        self.identity = found.st_dev, found.st_ino
        self.size = found.st_size
        self.tag = f"{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}"

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __del__(self) -> None:
        self.close()

    def read(self, offset: int, most: int = PIECE) -> bytes:
        """Some bytes from there on; b"" at the end."""
        return os.pread(self.descriptor, most, offset)


class InMemory:
    """The same of bytes that are in memory. tag: which they have."""

    __slots__ = ("_bytes", "size", "tag")

    def __init__(self, data: bytes, tag: str) -> None:
        self._bytes = data
        self.size = len(data)
        self.tag = tag

    def close(self) -> None:
        pass

    def read(self, offset: int, most: int = PIECE) -> bytes:
        return self._bytes[offset : offset + most]


class Part:
    """The bytes of a file from `start` to before `end`, read as they are sent; then the file is closed.

    length: how many they are, so that they can be announced. Raises Problem if the file became shorter.
    """

    __slots__ = ("_file", "_start", "length")

    def __init__(self, file: RegularFile | InMemory, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self.length = end - start

    def __iter__(self) -> Iterator[bytes]:
        offset, left = self._start, self.length
        try:
            while left:
                piece = self._file.read(offset, min(left, PIECE))
                if not piece:
                    raise Problem(503, "the file became shorter while it was sent; try again")
                yield piece
                offset, left = offset + len(piece), left - len(piece)
        finally:
            self.close()

    def close(self) -> None:
        self._file.close()


def last_lines(file: RegularFile | InMemory, count: int) -> int:
    """Where the last so many lines of a file begin, as tail(1) has it: a line may lack its end."""
    end = file.size
    if not count or not end:
        return end
    wanted = count + (file.read(end - 1, 1) == b"\n")
    while end:
        begin = max(0, end - PIECE)
        piece = file.read(begin, end - begin)
        found = piece.count(b"\n")
        if found >= wanted:
            at = len(piece)
            for _ in range(wanted):
                at = piece.rindex(b"\n", 0, at)
            return begin + at + 1
        wanted, end = wanted - found, begin
    return 0


def _open(path: bytes, flags: int) -> int:
    try:
        return _process.open_unmagic(path, flags)
    except OSError as error:
        if error.errno != ENOSYS:
            raise
    return _open_by_name(path, flags)


def _open_by_name(path: bytes, flags: int) -> int:
    """Before Linux 5.6: by the name that all links lead to, which must be that of what was opened."""
    name = os.path.realpath(path)
    descriptor = os.open(name, flags | os.O_NOFOLLOW)
    is_link = stat.S_ISLNK(os.fstat(descriptor).st_mode)  # O_PATH opens one
    if is_link or os.readlink(b"/proc/self/fd/%d" % descriptor) != name:
        os.close(descriptor)
        raise OSError(ELOOP, os.strerror(ELOOP))
    return descriptor


def _check(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotRegular(_KINDS.get(stat.S_IFMT(found.st_mode), "no regular file"))
