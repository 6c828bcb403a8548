"""What passes between the layers: a request, its answer, and who asks.

Nothing here knows bytes on a descriptor (serve), HTTP syntax (http.wire) or Slurm.
"""

from __future__ import annotations

import grp
import pwd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from restd_inet.problems import ApiWarning, Problem


class Peer:
    """The other end of the connection.

    kind: "pipe", "file", "terminal", "unix" (a Unix socket) or "inet" (a TCP socket).
    name: how it is logged: "pipe:[722494]", a file's path, "[::1]:50122".
    uid, gid: the owner of a pipe, file or terminal; SO_PEERCRED of a Unix socket; None elsewhere.
    mode: st_mode of a pipe, file or terminal; 0 elsewhere.
    """

    __slots__ = ("gid", "kind", "mode", "name", "uid")

    def __init__(
        self, kind: str, name: str, uid: int | None = None, gid: int | None = None, mode: int = 0
    ) -> None:
        self.kind = kind
        self.name = name
        self.uid = uid
        self.gid = gid
        self.mode = mode


class Credential:
    """Who a request acts as: found by an authentication method, for this request only.

    uid, gid: NOT_HERE for a user whom this machine does not know; slurmctld does.
    name: the user's name, "" where the method does not say. method: the one that found it.
    token: what libslurm is to sign with for this request; "" for the user of this process.
    proven: False for a token that slurmctld has yet to judge, before anything is answered.
    """

    __slots__ = ("gid", "method", "name", "proven", "token", "uid")

    #: As NO_VAL: slurmctld puts in the user whom the token names.
    NOT_HERE = 0xFFFFFFFE

    def __init__(self, uid: int, gid: int, name: str, method: str, token: str = "") -> None:
        self.uid = uid
        self.gid = gid
        self.name = name
        self.method = method
        self.token = token
        self.proven = True

    def user_name(self) -> str:
        """The user's name, "" if this machine does not know it."""
        try:
            return self.name or pwd.getpwuid(self.uid).pw_name
        except (KeyError, OverflowError):
            return ""

    def group_name(self) -> str:
        """The name of the user's group, "" if this machine does not know it."""
        try:
            return grp.getgrgid(self.gid).gr_name
        except (KeyError, OverflowError):
            return ""


class NeedsNewProcess(BaseException):
    """This process is one user's, and the request may be another's: a new process is to serve it.

    Not an Exception: no one between who finds out (auth) and who starts processes (serve) may answer it.
    """


class Request:
    """One request. The body is not read before someone calls `read`.

    target: as it was sent, for the log. path: its path, percent-decoded once, as segments
    ("/slurm/v1/job/7/" is ("slurm", "v1", "job", "7")). query: what follows "?", still encoded.
    headers: lower-case name → value; values of a repeated field are joined with ", " (RFC 9110 5.3).
    read: returns the whole body; raises Problem (400 truncated, 408, 413). Sends 100 Continue
    when the client waits for it, so it is called only when the answer depends on the body.
    client_gone: finds out whether nobody can take the answer any more.
    prepare: keeps an answer for when the process ends by itself (limit.REASON stands for the reason); None:
    that of before, for the log as who is known now.
    credential: who it acts as, once that is known; for the log.
    client: where it came from (Peer.name), for its answer. warnings: what of it was passed over.
    """

    __slots__ = (
        "client", "client_gone", "credential", "headers", "http_version", "method", "path", "prepare",
        "query", "read", "target", "warnings",
    )  # fmt: skip

    def __init__(
        self,
        method: str,
        target: str,
        path: tuple[str, ...],
        query: str,
        headers: dict[str, str],
        http_version: str,
        read: Callable[[], bytes],
    ) -> None:
        self.method = method
        self.target = target
        self.path = path
        self.query = query
        self.headers = headers
        self.http_version = http_version
        self.read = read
        self.client_gone: Callable[[], bool] = lambda: False
        self.prepare: Callable[[Response | None], None] = lambda answer: None
        self.credential: Credential | None = None
        self.client = ""
        self.warnings: list[ApiWarning] = []


class Response:
    """An answer. The body is one bytes object, or an iterable of them that is read once; its `close`, if it
    has one, is called if it is not read at all.

    failed: the answer instead of this one if its body cannot be made; None: plain text.
    """

    __slots__ = ("body", "failed", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes | Iterable[bytes] = b"",
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.failed: Callable[[Problem], Response] | None = None
