"""The file of a Unix socket: made with its owner and mode, and removed.

A user who may write to a directory, or to one above it, can replace a file there by a link, which chown(2)
and chmod(2) would follow. In such a directory the socket is bound in a private one and linked from there.
"""

from __future__ import annotations

import _socket
import os
import stat
from contextlib import suppress

#: Of listen(2); net.core.somaxconn limits it further.
BACKLOG = 4096
_PRIVATE = 0o700
_NAME = "socket"


class SocketFile:
    """A path whose directory is kept open, so that a rename does not change it. path: as typed, absolute.

    Raises OSError.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        directory, self._name = os.path.split(path)
        self._trusted = trusted(directory)
        self._directory = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self._inode = (0, 0)

    def close(self) -> None:
        os.close(self._directory)

    def status(self) -> os.stat_result:
        """lstat(2) of the path."""
        return os.stat(self._name, dir_fd=self._directory, follow_symlinks=False)

    def unlink(self) -> None:
        os.unlink(self._name, dir_fd=self._directory)

    def remove(self) -> None:
        """Unlinks the file if it is still this socket's and the directory permits it."""
        with suppress(OSError):
            if self._identity() == self._inode:
                self.unlink()

    def listen(self, socket: _socket.socket, mode: int | None, owner: tuple[int, int]) -> None:
        """Makes the file, with its owner and mode before anyone can connect."""
        if self._trusted:
            self._bind_in_place(socket, mode, owner)
        else:
            self._bind_aside(socket, mode, owner)
        self._inode = self._identity()

    def _identity(self) -> tuple[int, int]:
        found = self.status()
        return found.st_dev, found.st_ino

    def _bind_in_place(self, socket: _socket.socket, mode: int | None, owner: tuple[int, int]) -> None:
        socket.bind(self.path)
        try:
            _give(self._name, self._directory, mode, owner)
            socket.listen(BACKLOG)
        except OSError:
            self.unlink()
            raise

    def _bind_aside(self, socket: _socket.socket, mode: int | None, owner: tuple[int, int]) -> None:
        private = f".{self._name[:32]}.{os.urandom(8).hex()}"
        os.mkdir(private, _PRIVATE, dir_fd=self._directory)
        flags = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        inside = os.open(private, flags, dir_fd=self._directory)
        try:
            found = os.fstat(inside)  # another directory may have replaced it
            if (found.st_uid, found.st_mode & 0o777) != (os.geteuid(), _PRIVATE):
                raise PermissionError(1, "another user changes its directory")
            socket.bind(f"/proc/self/fd/{inside}/{_NAME}")
            _give(_NAME, inside, mode, owner)
            socket.listen(BACKLOG)
            # Unlike rename(2), link(2) replaces no file.
            os.link(_NAME, self._name, src_dir_fd=inside, dst_dir_fd=self._directory, follow_symlinks=False)
        finally:
            with suppress(OSError):
                os.unlink(_NAME, dir_fd=inside)
            os.close(inside)
            with suppress(OSError):
                os.rmdir(private, dir_fd=self._directory)


def _give(name: str, directory: int, mode: int | None, owner: tuple[int, int]) -> None:
    """Sets owner and mode, in a directory where no other user can replace the file."""
    if owner != (-1, -1):
        os.chown(name, *owner, dir_fd=directory, follow_symlinks=False)
    if mode is not None:
        os.chmod(name, mode, dir_fd=directory)


def trusted(directory: str) -> bool:
    """Whether only root and this user can replace files of a directory, the directory, or one above it."""
    if os.path.realpath(directory) != os.path.normpath(directory):
        return False  # a symbolic link may be another user's, or skip directories of others
    path = os.path.normpath(directory)
    while True:
        found = os.stat(path)
        others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX
        if found.st_uid not in (0, os.geteuid()) or others_write:
            return False
        if path == os.path.dirname(path):
            return True
        path = os.path.dirname(path)
