"""local: whoever owns the other end is the user this process runs as.

The peer's uid must be the process's; in privileged mode the peer of a Unix socket may be anyone, whom
this process is to become. With --allow-root-peer root, as the peer of a Unix socket, is served as the
process's user, as by slurmrestd. A pipe, FIFO or file must be writable by nobody else, or what
comes out of it may not be its owner's word. A Unix socket has SO_PEERCRED. A terminal's group may
write to it (write(1), mode 0620): that reaches the screen, never the input.
"""

from __future__ import annotations

import os
import pwd
import stat

from restd_inet.message import Credential
from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Peer, Request
    from restd_inet.settings import Settings

_OTHERS = stat.S_IWGRP | stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID


def authenticate(request: Request, peer: Peer, settings: Settings) -> Credential | None:
    """The process's own user; None if the peer has no owner; Problem 401 if it is another's."""
    if peer.uid is None:
        return None
    # In privileged mode this process may be a user's by now; the one that was started is root's.
    uid, gid = (0, 0) if settings.privileged else (os.geteuid(), os.getegid())
    if settings.privileged and peer.kind == "unix" and peer.gid is not None:
        uid, gid = peer.uid, peer.gid
    root_is_welcome = settings.allow_root_peer and peer.kind == "unix" and peer.uid == 0
    if peer.uid != uid and not root_is_welcome:
        raise Problem(401, f"{peer.name} belongs to uid {peer.uid}, and this process runs as uid {uid}")
    wrong = peer.mode & (_OTHERS & ~stat.S_IWGRP if peer.kind == "terminal" else _OTHERS)
    if wrong & (stat.S_IWGRP | stat.S_IWOTH):
        raise Problem(401, f"others may write to {peer.name}; it must be its owner's alone (chmod go-w)")
    if wrong:
        raise Problem(401, f"{peer.name} has a set-uid or set-gid bit; expected neither (chmod ug-s)")
    name = request.headers.get("x-slurm-user-name")
    if name is not None:
        _check_name(name, uid)
    return Credential(uid, gid, name or "", "local")


def _check_name(name: str, uid: int) -> None:
    """Who asks for another than himself is not to get his own jobs cancelled instead."""
    try:
        own = pwd.getpwuid(uid).pw_name
    except KeyError:
        own = f"uid {uid}"
    if name != own:
        raise Problem(
            401,
            f"X-SLURM-USER-NAME is {quoted(name)}, and without a token this request is {quoted(own)}'s",
        )
