"""The state directory: files of a user that outlive a process, which no other user can read or forge.

Each user has a directory of its own in it, of mode 0700, whose owner is whom this process runs as. Nothing
follows a symbolic link below the state directory. All Problems are 503 and name the directory.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import stat
from contextlib import suppress

from restd_inet import log
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from restd_inet.settings import Settings

#: Of services, and of root.
SYSTEM = "/var/lib/restd-inet"
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
#: By its time one knows what the file system takes for now, which may be another machine's.
_CLOCK = ".clock"

#: Privileged mode: the user's directory, which root has opened; the Problem if it could not.
_kept: tuple[int, int | Problem] | None = None


def path(settings: Settings) -> str:
    """The state directory: that of --state-directory, /var/lib/restd-inet if this user owns it, or one in the
    user's home."""
    if settings.state_directory:
        return os.path.abspath(settings.state_directory)
    user = os.geteuid()
    with suppress(OSError):
        if not user or os.stat(SYSTEM).st_uid == user:
            return SYSTEM
    if not user:
        return SYSTEM
    base = os.environ.get("XDG_STATE_HOME", "")
    return os.path.join(base if base.startswith("/") else os.path.join(_home(), ".local/state"), "restd-inet")


def _home() -> str:
    try:
        return os.environ.get("HOME") or pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        return "/nonexistent"


def keep(settings: Settings, uid: int) -> bool:
    """Privileged mode: opens the directory of a user whom this process will become; False if it has become a
    user without it. A failure is raised by `open_user`."""
    global _kept
    if _kept is not None and _kept[0] == uid:
        return True
    if os.geteuid():
        return False
    if _kept is not None and isinstance(_kept[1], int):
        os.close(_kept[1])
    try:
        _kept = uid, _user_directory(path(settings), f"keys-{uid}", uid)
    except Problem as problem:
        _kept = uid, problem
    return True


def open_user(settings: Settings, name: str) -> int:
    """A descriptor of a user's directory, which is made if need be; the caller closes it. Raises Problem."""
    if _kept is not None:
        found = _kept[1]
        if isinstance(found, Problem):
            raise found
        return os.dup(found)
    return _user_directory(path(settings), f"keys-{name}", os.geteuid())


def check(settings: Settings) -> str:
    """Why files cannot be kept in the state directory; "" if they can. It is not made."""
    directory = path(settings)
    there = os.path.exists(directory)
    while not os.path.exists(directory):
        directory = os.path.dirname(directory)
    if not os.access(directory, os.W_OK | os.X_OK):
        return f"{directory} cannot be written"
    try:
        if there:
            os.close(_state_directory(directory))
    except Problem as problem:
        return problem.text
    return ""


def _state_directory(directory: str) -> int:
    """The state directory, made if need be. Raises Problem if others could replace what is in it."""
    try:
        if not os.path.isdir(directory):
            os.makedirs(directory, 0o700)
        opened = os.open(directory, _DIRECTORY)
    except OSError as error:
        _refuse(directory, error.strerror or str(error))
    found = os.fstat(opened)
    others = found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX
    if others or (found.st_uid not in (0, os.geteuid()) and not found.st_mode & stat.S_ISVTX):
        os.close(opened)
        _refuse(directory, "expected the owner to be root or the user of this process, and to write alone")
    return opened


def _user_directory(directory: str, name: str, uid: int) -> int:
    """The directory of a user in it. uid: the owner that it is to have."""
    state = _state_directory(directory)
    try:
        with suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=state)
            os.fsync(state)
        opened = os.open(name, _DIRECTORY | os.O_NOFOLLOW, dir_fd=state)
        if os.fstat(opened).st_uid == 0 != uid:
            os.fchown(opened, uid, -1)  # made by root for a user
    except OSError as error:
        _refuse(f"{directory}/{name}", error.strerror or str(error))
    finally:
        os.close(state)
    found = os.fstat(opened)
    if found.st_uid != uid or found.st_mode & 0o077:
        os.close(opened)
        _refuse(f"{directory}/{name}", f"expected a directory of uid {uid} and mode 0700")
    return opened


def _refuse(where: str, reason: str) -> NoReturn:
    text = f"Idempotency-Key: keys cannot be stored (--state-directory): {where}: {reason}"
    log.write(log.ERROR, text)
    raise Problem(503, text)


def failed(error: OSError) -> NoReturn:
    """Raises the Problem of a file that cannot be written or read."""
    _refuse("a file in it", error.strerror or str(error))


def now(directory: int) -> float:
    """The time of the file system that a directory is on."""
    os.close(os.open(_CLOCK, _FILE | os.O_CREAT, 0o600, dir_fd=directory))
    os.utime(_CLOCK, dir_fd=directory, follow_symlinks=False)
    return os.stat(_CLOCK, dir_fd=directory, follow_symlinks=False).st_mtime


class LockedFile:
    """A file of a directory under its lock, which ends with the process that has it. created: it was not
    there before."""

    __slots__ = ("_directory", "_name", "created", "descriptor")

    def __init__(self, directory: int, name: str, descriptor: int, created: bool) -> None:
        self._directory = directory
        self._name = name
        self.descriptor = descriptor
        self.created = created

    def read(self) -> bytes:
        return content(self.descriptor)

    def age(self, now: float) -> float:
        """Seconds since it was last written."""
        return now - os.fstat(self.descriptor).st_mtime

    def append(self, data: bytes) -> None:
        """Writes to its end, and waits until that is on the disk; the first time its name, too."""
        end = os.lseek(self.descriptor, 0, os.SEEK_END)
        view = memoryview(data)
        while view:
            view = view[os.write(self.descriptor, view) :]
        os.fsync(self.descriptor)
        if not end:
            os.fsync(self._directory)

    def cut(self, length: int = 0) -> None:
        """Leaves so many bytes of it."""
        os.ftruncate(self.descriptor, length)

    def remove(self) -> None:
        os.unlink(self._name, dir_fd=self._directory)

    def close(self) -> None:
        """Gives the lock back."""
        fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        os.close(self.descriptor)


def content(descriptor: int) -> bytes:
    """All of a file."""
    pieces, offset = [], 0
    while piece := os.pread(descriptor, 1 << 20, offset):
        pieces.append(piece)
        offset += len(piece)
    return b"".join(pieces)


def lock(directory: int, name: str, create: bool = True) -> LockedFile | bytes | None:
    """A file under its lock; what it has if another process has the lock; None if it is not there.

    create: makes it if it is not there.
    """
    while True:
        try:
            opened, created = _open(directory, name, create)
        except FileNotFoundError:
            return None
        try:
            # Whoever made it may wait: others have the lock of an empty file for a moment only.
            fcntl.flock(opened, fcntl.LOCK_EX | (0 if created else fcntl.LOCK_NB))
        except BlockingIOError:
            try:
                return content(opened)
            finally:
                os.close(opened)
        found = os.fstat(opened)
        with suppress(FileNotFoundError):
            named = os.stat(name, dir_fd=directory, follow_symlinks=False)
            if os.path.samestat(named, found):
                return LockedFile(directory, name, opened, created)
        os.close(opened)  # it was removed, or another one has its name


def _open(directory: int, name: str, create: bool) -> tuple[int, bool]:
    """A descriptor of a file, and whether it is new."""
    while True:
        if create:
            with suppress(FileExistsError):
                return os.open(name, _FILE | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=directory), True
        try:
            opened = os.open(name, _FILE, dir_fd=directory)
        except FileNotFoundError:
            if not create:
                raise
            continue
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            os.close(opened)
            raise PermissionError(1, "a file in it is not this user's")
        return opened, False


def sweep(directory: int, seconds: float) -> None:
    """Removes the files that were last written so many seconds ago, and that nobody uses."""
    clock = now(directory)
    for name in os.listdir(directory):
        with suppress(OSError):
            old = clock - os.stat(name, dir_fd=directory, follow_symlinks=False).st_mtime >= seconds
            found = lock(directory, name, create=False) if old and not name.startswith(".") else None
            if isinstance(found, LockedFile):
                try:
                    if found.age(clock) >= seconds:
                        found.remove()
                finally:
                    found.close()
