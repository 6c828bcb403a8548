"""local: the owner of the other end of the connection must be the user this process runs as.

Of a Unix socket the owner is the peer's uid (SO_PEERCRED). In privileged mode it may be any user, and the
process becomes that user. With --allow-root-peer root is served as the process's user, as by slurmrestd.
A pipe, FIFO or file must not be writable by others, who could write requests into it. A terminal may be
writable by its group (write(1), mode 0620): what the group writes goes to the screen, not to the input.
"""

from __future__ import annotations

import os
import pwd
import stat

from restd_inet.message import Credential
from restd_inet.problems import Problem, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from restd_inet.auth import Requirements
    from restd_inet.message import Peer, Request
    from restd_inet.settings import Settings

CREDENTIAL = ""
HOW = "as the owner of the pipe, file or Unix socket"
CHALLENGE = ""
SIGNS_RPC = False
NEEDS_ROOT = False
NOT_ROOT = ""
SECURITY_SCHEMES: dict[str, dict[str, str]] = {}
SECURITY: tuple[Requirements, Requirements] = ([], [{}])

_OTHERS = stat.S_IWGRP | stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID


def possible(peer: Peer) -> bool:
    """Not over TCP, whose peer has no owner."""
    return peer.uid is not None


def carries(headers: Mapping[str, str]) -> bool:
    """Never: the connection itself is the credential."""
    return False


def authenticate(request: Request, peer: Peer, settings: Settings) -> Credential | None:
    """The user of the process; None if the peer has no owner; Problem 401 if the owner is another user."""
    if peer.uid is None:
        return None
    # In privileged mode this process may have become a user; the process that was started is root's.
    uid, gid = (0, 0) if settings.privileged else (os.geteuid(), os.getegid())
    if settings.privileged and peer.kind == "unix" and peer.gid is not None:
        uid, gid = peer.uid, peer.gid
    allowed_root = settings.allow_root_peer and peer.kind == "unix" and peer.uid == 0
    if peer.uid != uid and not allowed_root:
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
    """Refuses the name of another user, whose request would otherwise be done as the process's user."""
    try:
        own = pwd.getpwuid(uid).pw_name
    except KeyError:
        own = f"uid {uid}"
    if name != own:
        raise Problem(
            401,
            f"X-SLURM-USER-NAME is {quoted(name)}, and without a token this request is {quoted(own)}'s",
        )


def preload() -> None:
    """Nothing is loaded late."""


def warm(settings: Settings) -> None:
    """Nothing is loaded late."""
