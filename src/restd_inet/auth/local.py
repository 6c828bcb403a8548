"""local: whoever owns the other end is the user this process runs as.

The peer's uid must be the process's. A pipe, FIFO or file must be writable by nobody else, or what
comes out of it may not be its owner's word. A Unix socket has SO_PEERCRED. A terminal's group may
write to it (write(1), mode 0620): that reaches the screen, never the input.
"""

from __future__ import annotations

import os
import stat

from restd_inet.message import Credential
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Peer, Request

_OTHERS = stat.S_IWGRP | stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID


def authenticate(request: Request, peer: Peer) -> Credential | None:
    """The process's own user; None if the peer has no owner; Problem 403 if it is another's."""
    if peer.uid is None:
        return None
    uid = os.geteuid()
    if peer.uid != uid:
        raise Problem(403, f"{peer.name} belongs to uid {peer.uid}, and this process runs as uid {uid}")
    wrong = peer.mode & (_OTHERS & ~stat.S_IWGRP if peer.kind == "terminal" else _OTHERS)
    if wrong & (stat.S_IWGRP | stat.S_IWOTH):
        raise Problem(403, f"others may write to {peer.name}; it must be its owner's alone (chmod go-w)")
    if wrong:
        raise Problem(403, f"{peer.name} has a set-uid or set-gid bit; expected neither (chmod ug-s)")
    return Credential(uid, os.getegid(), "", "local")
