"""Whether slurm.conf and what it includes can be read: libslurm waits a minute for a file that cannot.

It reads them when it starts, and when it is started anew: for a request that is signed in another way than
the last one. Meanwhile a file may have gone, or the process may have become another user. Also where munged
listens, which slurm.conf may say.
"""

from __future__ import annotations

import os

from restd_inet.problems import Problem, quoted

_INCLUDE = b"include"
_DEEPEST = 9
#: In a name that is not a path as it stands.
_NO_PATH = ("%", "*")
#: Where munged listens if AuthInfo does not say it.
_MUNGE_SOCKETS = ("/run/munge/munge.socket.2", "/var/run/munge/munge.socket.2")


def check(path: str) -> None:
    """Raises Problem 503 with the file and the reason."""
    if not path:
        raise Problem(503, "SLURM_CONF is empty; expected the path of slurm.conf, or that it is not set")
    _check(path, "slurm.conf cannot be read", _DEEPEST)


def check_again(path: str) -> None:
    """The same of the slurm.conf that libslurm has read before, unless slurmctld has sent it."""
    if path and not path.startswith("/proc/"):
        check(path)


def _check(path: str, failure: str, depth: int) -> None:
    """A file, and what it includes, so deep. failure: what it is if it cannot be read."""
    data = _read(path, failure)
    if not depth or _INCLUDE not in data.lower():
        return
    for line in data.splitlines():
        words = line.split(None, 2)
        if len(words) < 2 or words[0].lower() != _INCLUDE:
            continue
        name = words[1].partition(b"#")[0].decode("utf-8", "surrogateescape")
        if not name or any(sign in name for sign in _NO_PATH):
            continue
        if depth < _DEEPEST and not name.startswith("/"):
            continue  # releases differ in what it is relative to
        included = os.path.join(os.path.dirname(path), name)
        _check(included, f"a file that {quoted(path, 200)} includes cannot be read", depth - 1)


def _read(path: str, failure: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        reason = error.strerror or str(error)
    raise Problem(503, f"{failure}: {quoted(path, 200)}: {reason}")


def munge_socket(auth_info: str) -> str:
    """Where munged listens, by AuthInfo of slurm.conf."""
    named = next((part[7:] for part in auth_info.split(",") if part.startswith("socket=")), "")
    return named or next(filter(os.path.exists, _MUNGE_SOCKETS), _MUNGE_SOCKETS[0])
