"""Privileged mode: a process of root becomes the user it has authenticated.

A process becomes one user, once, and cannot go back. It raises NeedsNewProcess for a request that may be
another user's, which serve.per_user then gives to a new process.
"""

from __future__ import annotations

import os
import pwd
from contextlib import suppress

from restd_inet import in_child, limit, log, process, slurm
from restd_inet.message import NeedsNewProcess
from restd_inet.problems import Problem
from restd_inet.process import SYSTEM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.message import Credential

PATH = "/usr/local/bin:/usr/bin:/bin"
#: The variables of root's environment that a user's process keeps: where Slurm is, nothing that directs it.
KEPT = ("SLURM_CONF", "TZ")
#: The uid by which the kernel shows a user of another user namespace whom it cannot map.
OVERFLOW_UID = 65534

_user: int | None = None


def check_still_root() -> None:
    """Raises NeedsNewProcess if this process has become a user, and cannot do what takes root."""
    if _user is not None:
        raise NeedsNewProcess


def become(credential: Credential, not_root: str) -> None:
    """Makes this process the user of the credential. Raises Problem 401 for a user it must not become.

    not_root: why it must not act as root; "" if it may.
    """
    global _user
    if _user not in (None, credential.uid):
        raise NeedsNewProcess
    entry = _entry(credential, not_root)
    credential.name = entry.pw_name
    if _user is not None:
        return
    parent = os.getppid()
    try:
        _switch(entry)
        process.end_with(parent)
        process.hide()
    except BaseException as error:
        # The change may be half done: this process must not do anything more.
        log.write(log.ERROR, f"cannot become {entry.pw_name}: {error}")
        text = "this process cannot become the user of the request; see the log of restd-inet"
        limit.end(b"503 Service Unavailable", text, SYSTEM)
    _user = entry.pw_uid
    slurm.forget_credential()


def _entry(credential: Credential, not_root: str) -> pwd.struct_passwd:
    """The user's passwd entry, which this host must have."""
    uid = credential.uid
    if uid == 0 and not_root:
        raise Problem(401, not_root)
    if uid == OVERFLOW_UID:
        raise Problem(401, f"uid {uid} is the overflow uid: it stands for users that this host does not know")
    try:
        return pwd.getpwuid(uid)
    except (KeyError, OverflowError):
        name = f'the user "{credential.name}"' if credential.name else f"uid {uid}"
        raise Problem(401, f"{name} is unknown to this machine") from None


def _switch(entry: pwd.struct_passwd) -> None:
    """As login(1) does it. For root only the environment changes."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(
        HOME=entry.pw_dir, USER=entry.pw_name, LOGNAME=entry.pw_name, SHELL=entry.pw_shell, PATH=PATH, **kept
    )
    os.chdir("/")
    os.umask(0o022)
    ids = entry.pw_uid, entry.pw_gid
    os.initgroups(entry.pw_name, entry.pw_gid)
    os.setresgid(ids[1], ids[1], ids[1])
    os.setresuid(ids[0], ids[0], ids[0])
    if os.getresuid() != (ids[0],) * 3 or os.getresgid() != (ids[1],) * 3:
        raise OSError("the system did not make the change")
    slurm.set_no_new_privs()
    if ids[0]:
        with suppress(OSError):
            os.setuid(0)
            raise AssertionError("the process could become root again")


def aside(function: Callable[..., bool], *arguments: Any) -> bool:
    """Runs a function that reads a key in a child process: this process, a user's soon, must not hold it."""
    failed = Problem(500, "the token could not be verified; see the log of restd-inet")
    return in_child.run(lambda: str(function(*arguments)), failed) == "True"
