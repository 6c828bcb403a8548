"""Privileged mode's part in authentication: a process of root becomes the user it has authenticated.

A process becomes one user, once, and without a way back. A request that may be another's is not looked
at after that: NeedsNewProcess gives it to a new process (serve.per_user).
"""

from __future__ import annotations

import os
import pwd
from contextlib import suppress

from restd_inet import in_child, log, process, slurm
from restd_inet.auth import carries_token
from restd_inet.limit import BROKEN
from restd_inet.message import NeedsNewProcess
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.message import Credential, Request

PATH = "/usr/local/bin:/usr/bin:/bin"
#: What a user's process keeps of root's environment: where Slurm is, and nothing that steers it.
KEPT = ("SLURM_CONF", "TZ")
#: Whom the kernel names where it does not know: a client in another user namespace.
OVERFLOW_UID = 65534

_user: int | None = None


def begin(request: Request) -> None:
    """To be called before a request is authenticated.

    Only root can read the key of a token, and a process that has become a user is not root any more.
    """
    if _user is not None and carries_token(request.headers):
        raise NeedsNewProcess


def become(credential: Credential, request: Request) -> None:
    """Makes this process the user of the credential. Raises Problem 401 for one whom it must not become."""
    global _user
    if _user not in (None, credential.uid):
        raise NeedsNewProcess
    entry = _entry(credential)
    credential.name = entry.pw_name
    if _user is not None:
        return
    parent = os.getppid()
    try:
        _switch(entry)
        process.end_with(parent)
        process.hide()
    except BaseException as error:
        # Half root and half not: nothing may happen in this process any more.
        log.write(log.ERROR, f"cannot become {entry.pw_name}: {error}")
        request.on_fatal("this process cannot become the user of the request; see the log of restd-inet")
        os._exit(BROKEN)
    _user = entry.pw_uid
    slurm.forget_credential()


def _entry(credential: Credential) -> pwd.struct_passwd:
    """The user, who must be one of this machine's."""
    uid = credential.uid
    if uid == 0 and credential.method != "local":
        raise Problem(401, "root is not served by token here: name another user in X-SLURM-USER-NAME")
    if uid == OVERFLOW_UID:
        raise Problem(401, f"uid {uid} is the overflow uid: it stands for users that this host does not know")
    try:
        return pwd.getpwuid(uid)
    except (KeyError, OverflowError):
        name = f'the user "{credential.name}"' if credential.name else f"uid {uid}"
        raise Problem(401, f"{name} is unknown to this machine") from None


def _switch(entry: pwd.struct_passwd) -> None:
    """As login(1) does it. Root's own request stays root's, with an environment as clean."""
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
            raise AssertionError("there is a way back to root")


def aside(function: Callable[..., bool], *arguments: Any) -> bool:
    """A function that reads a key, in a process of its own: this one, soon a user's, never holds it."""
    failed = Problem(500, "the token could not be verified; see the log of restd-inet")
    return in_child.run(lambda: str(function(*arguments)), failed) == "True"
