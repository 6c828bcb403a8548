"""What the layers pass to each other: a request, its answer, the peer and the credential.

Nothing here depends on descriptors (serve), HTTP syntax (http.wire) or Slurm.
"""

from __future__ import annotations

import grp
import pwd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from restd_inet.problems import ApiWarning, Problem


class Peer:
    """The other end of the connection.

    kind: "pipe", "file", "terminal", "unix" (a Unix socket) or "inet" (a TCP socket).
    name: for the log: "pipe:[722494]", a file's path, "[::1]:50122".
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
    """Whom a request acts as: the result of an authentication method, for this request only.

    uid, gid: NOT_HERE for a user that only slurmctld knows. name: the user's name, "" if the method does not
    give it. method: its name. token: with which libslurm signs its RPCs; "": as the user of this process.
    proven: False for a token that slurmctld has yet to verify, before anything is answered. expires: the time
    (time(2)) after which it is not valid any more; 0: it does not end, or slurmctld alone knows when.
    """

    __slots__ = ("expires", "gid", "method", "name", "proven", "token", "uid")

    #: As NO_VAL: slurmctld puts in the user whom the token names.
    NOT_HERE = 0xFFFFFFFE

    def __init__(self, uid: int, gid: int, name: str, method: str, token: str = "") -> None:
        self.uid = uid
        self.gid = gid
        self.name = name
        self.method = method
        self.token = token
        self.proven = True
        self.expires = 0

    def user_name(self) -> str:
        """The user's name, "" if this machine does not know it."""
        try:
            return self.name or pwd.getpwuid(self.uid).pw_name
        except (KeyError, OverflowError):
            return ""

    def group_name(self) -> str:
        """The name of the user's group, "" if this machine does not know it."""
        if self.gid == self.NOT_HERE:
            return ""
        try:
            return grp.getgrgid(self.gid).gr_name
        except (KeyError, OverflowError):
            return ""


class Held:
    """What a request that waits for events asks of its connection. This one has none, and never ends.

    interval: the least seconds between two looks at what is waited for. longest: the most seconds of waiting
    for an answer. door: the descriptor by which a process of a listener asks the poller (app.poller); -1:
    there is none.
    """

    #: Why a request is not to wait any longer: nobody can read its answer; this process is to end.
    GONE, ENDING = "GONE", "ENDING"

    interval = 1.0
    longest = 3600.0
    door = -1

    def enter(self) -> None:
        """Counts it among the requests that wait. Raises Problem 503 if there are too many."""

    def over(self) -> str:
        """GONE or ENDING; "" if it may wait on, and its time begins anew."""
        return ""

    def silent(self) -> bool:
        """Whether the client has closed its sending half, or all of its connection: it is not known which."""
        return False


class NeedsNewProcess(BaseException):
    """This process acts as one user, and the request may be another user's: it needs a new process.

    Not an Exception: only serve, which starts processes, may catch it.
    """


class Request:
    """One request. The body is not read before someone calls `read`.

    target: as sent, for the log. path: its path, percent-decoded once, as segments
    ("/slurm/v1/job/7/" is ("slurm", "v1", "job", "7")). query: what follows "?", still encoded.
    headers: lower-case name → value; values of a repeated field are joined with ", " (RFC 9110 5.3).
    read: returns the whole body; raises Problem (400 truncated, 408, 413). Sends 100 Continue
    when the client waits for it, so it is called only when the answer depends on the body.
    client_gone: whether nobody can read the answer any more.
    prepare: stores the answer that is sent if the process ends during the request (limit.REASON stands for
    the reason); None: updates what its log line says of the request.
    credential: whom it acts as, once that is known; for the log.
    client: where it came from (Peer.name), for the answer. warnings: about what was ignored.
    id, trace: of X-Request-ID and traceparent, "" without; id_given: it is the client's.
    job_id: of the job that it has submitted; 0 without. route: its operation's path, with {names}.
    held: for a request that waits. kept: what was worked out of the head alone, for the next request of the
    connection that has the same one.
    """

    __slots__ = (
        "client", "client_gone", "credential", "headers", "held", "http_version", "id", "id_given", "job_id",
        "kept", "method", "path", "prepare", "query", "read", "route", "target", "trace", "warnings",
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
        kept: dict[str, Any] | None = None,
    ) -> None:
        self.kept = {} if kept is None else kept
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
        self.client = self.id = self.trace = self.route = ""
        self.id_given = False
        self.job_id = 0
        self.held = Held()
        self.warnings: list[ApiWarning] = []


class Response:
    """An answer. The body is bytes, or an iterable of bytes that is read once; if it is not read, its `close`
    is called, if it has one. If it has a `length`, that many bytes come.

    failed: makes the answer that replaces this one if its body fails; None: plain text.
    reason: of an error, for the log. bad_credential: whether it refuses one that was sent with the request.
    live: the pieces of the body are made as things happen, and each is sent at once, as it is.
    """

    __slots__ = ("bad_credential", "body", "failed", "headers", "live", "reason", "status")

    def __init__(
        self,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes | Iterable[bytes] = b"",
        reason: str = "",
    ) -> None:
        self.reason = reason
        self.bad_credential = self.live = False
        self.status = status
        self.headers = headers
        self.body = body
        self.failed: Callable[[Problem], Response] | None = None

    def whole(self) -> bytes:
        """The body, read to its end and kept. Raises what making it raises."""
        if not isinstance(self.body, bytes):
            self.body = b"".join(self.body)
        return self.body
