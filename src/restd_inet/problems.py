"""Problem: the one exception that becomes an answer, and the table from Slurm's errors to statuses."""

from __future__ import annotations


class Problem(Exception):
    """A request that cannot be served, as reported to the client.

    status: the HTTP status (RFC 9110 section 15).
    text: what was wrong, where, and what was expected; one sentence or two, no secrets.
    number: Slurm's error number (slurm_errno.h), 0 if the error is not Slurm's.
    source: the libslurm call that failed, or "".
    reason: Slurm's own text for `number`; `text`, if there is none.
    headers: extra answer fields, e.g. [("Allow", "GET")].
    path: where in the request body, e.g. ("job", 1, "tasks"); None if it is not about a place in
    the body. dispatch adds line and column to it.
    more: problems that were found together with it, each an error of its own in the answer.
    """

    def __init__(
        self,
        status: int,
        text: str,
        *,
        number: int = 0,
        source: str = "",
        reason: str = "",
        headers: list[tuple[str, str]] | None = None,
        path: tuple[str | int, ...] | None = None,
    ) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text
        self.number = number
        self.source = source
        self.reason = reason or text
        self.headers = headers or []
        self.path = path
        self.more: list[Problem] = []


class Problems:
    """Mistakes of a body, answered together; as a context it adds a Problem 400 that is raised there.

    Not more than MOST: a body may have a million.
    """

    MOST = 10

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if not isinstance(error, Problem) or error.status != 400:
            return False
        self.add(error)
        return True

    def add(self, problem: Problem) -> None:
        self._found += [problem, *problem.more]
        problem.more = []
        if len(self._found) >= self.MOST:
            self.check()

    def check(self) -> None:
        """Raises the first, with the others, if there are any."""
        if self._found:
            first, *others = self._found[: self.MOST]
            first.more = others
            raise first


class ApiWarning:
    """A warning for the client about something in the request that was ignored.

    source: its place ("#/job/tsks/"), or the part of Slurm that gave the warning.
    """

    __slots__ = ("source", "text")

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source


class MoreUnknown(ApiWarning):
    """The warning for all unknown properties after the first MOST warnings, which it follows."""

    __slots__ = ("count",)
    MOST = 100

    def __init__(self) -> None:
        super().__init__("", "#/")
        self.count = 0

    @classmethod
    def add(cls, warnings: list[ApiWarning]) -> None:
        """Counts one more."""
        if len(warnings) == cls.MOST or not isinstance(warnings[cls.MOST], cls):
            warnings.insert(cls.MOST, cls())
        more = warnings[cls.MOST]
        assert isinstance(more, cls)
        more.count += 1
        noun = "property is" if more.count == 1 else "properties are"
        more.text = f"… and {more.count} more unknown {noun} ignored"


#: Slurm's error (slurm_errno.h) → status, for errors that are not about the content of the request.
#: All others are 422: Slurm refused the request.
STATUS_OF_ERROR = {
    "SLURM_NO_CHANGE_IN_DATA": 304,
    "ESLURM_ACCESS_DENIED": 403,
    "ESLURM_USER_ID_MISSING": 403,
    "ESLURM_GROUP_ID_MISSING": 403,
    "ESLURM_INVALID_JOB_ID": 404,
    "ESLURM_REST_EMPTY_RESULT": 404,
    "ESLURM_ALREADY_DONE": 409,
    "ESLURM_CLUSTER_DELETED": 409,
    "ESLURM_DUPLICATE_JOB_ID": 409,
    "ESLURM_JOB_FINISHED": 409,
    "ESLURM_JOB_NOT_RUNNING": 409,
    "ESLURM_JOB_PENDING": 409,
    "ESLURM_JOB_SUSPENDED": 409,
    "ESLURM_NODES_BUSY": 409,
    "ESLURM_PARTITION_IN_USE": 409,
    "ESLURM_RESERVATION_BUSY": 409,
    "ESLURM_RESERVATION_NAME_DUP": 409,
    "ESLURM_RESERVATION_OVERLAP": 409,
    "ESLURM_JOBS_RUNNING_ON_ASSOC": 409,
    "ESLURM_NO_REMOVE_DEFAULT_ACCOUNT": 409,
    "ESLURM_NO_REMOVE_DEFAULT_QOS": 409,
    "ESLURM_TRANSITION_STATE_NO_UPDATE": 409,
    "SLURM_PROTOCOL_AUTHENTICATION_ERROR": 502,
    "SLURM_PROTOCOL_INSANE_MSG_LENGTH": 502,
    "SLURM_PROTOCOL_VERSION_ERROR": 502,
    "SLURM_UNEXPECTED_MSG_ERROR": 502,
    "SLURM_COMMUNICATIONS_SEND_ERROR": 502,
    "SLURM_COMMUNICATIONS_RECEIVE_ERROR": 502,
    "SLURM_COMMUNICATIONS_SHUTDOWN_ERROR": 502,
    "SLURMCTLD_COMMUNICATIONS_SEND_ERROR": 502,
    "SLURMCTLD_COMMUNICATIONS_RECEIVE_ERROR": 502,
    "SLURMCTLD_COMMUNICATIONS_SHUTDOWN_ERROR": 502,
    "SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT": 502,
    "ESLURM_PROTOCOL_INCOMPLETE_PACKET": 502,
    "ESLURM_AUTH_CRED_INVALID": 502,
    "ESLURM_AUTH_NET_ERROR": 502,
    "ESLURM_AUTH_BADARG": 502,
    "SLURM_COMMUNICATIONS_CONNECTION_ERROR": 503,
    "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR": 503,
    "SLURM_COMMUNICATIONS_MISSING_SOCKET_ERROR": 503,
    "ESLURM_DB_CONNECTION": 503,
    "ESLURM_DB_CONNECTION_INVALID": 503,
    "ESLURM_IN_STANDBY_MODE": 503,
    "ESLURM_IN_STANDBY_USE_BACKUP": 503,
    "SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT": 504,
}

#: Slurm's own error numbers begin here (slurm_errno.h); smaller ones are errno(3)'s.
FIRST_OF_SLURM = 1000
#: errno(3) → status, for errors of a daemon or the network: ENOENT (munge's socket), EPIPE, ENETDOWN,
#: ENETUNREACH, ENETRESET, ECONNABORTED, ECONNRESET, ENOTCONN and ESHUTDOWN (the connection ended before it
#: was used), ETIMEDOUT, ECONNREFUSED, EHOSTDOWN, EHOSTUNREACH.
_OF_PEERS = {
    2: 503, 32: 502, 100: 503, 101: 503, 102: 502, 103: 502, 104: 502, 107: 502, 108: 502, 110: 504, 111: 503,
    112: 503, 113: 503,
}  # fmt: skip
#: The same for resources this machine lacks: EAGAIN, ENOMEM, ENFILE, EMFILE, EFBIG, ENOSPC, ENOBUFS, EDQUOT.
_OF_RESOURCES = {11: 503, 12: 503, 23: 503, 24: 503, 27: 503, 28: 503, 105: 503, 122: 503}
#: The same for errors that slurmctld returns for a request: E2BIG, EEXIST, EINVAL, ERANGE.
_OF_REQUESTS = {7: 422, 17: 422, 22: 422, 34: 422}
_OF_SYSTEM = {**_OF_PEERS, **_OF_RESOURCES, **_OF_REQUESTS}
#: EPERM, EIO, EACCES, EROFS, and the resources: errors of this machine, even in a call of slurmdbd.
OURS = frozenset({1, 5, 13, 30, *_OF_RESOURCES} - {11})


def system_status(number: int) -> int:
    """The status of an errno(3); 500 for one that is in no table."""
    return _OF_SYSTEM.get(number, 500)


Path = tuple["str | int", ...]


def quoted(text: str, limit: int = 60) -> str:
    """A client's text, quoted for a message: shortened, on one line, without control characters."""
    if len(text) > limit:
        text = text[:limit] + "…"
    return '"' + repr(text)[1:-1] + '"'


def path_text(path: Path) -> str:
    """A place in a document: ("job", 1, "tasks") is job[1].tasks; "" is the whole document."""
    if len(path) > 16:
        return path_text(path[:8]) + "…"
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif len(step) <= 60 and step.replace("-", "_").isidentifier():
            parts.append("." + step)
        else:
            parts.append(f"[{quoted(step)}]")
    return "".join(parts).removeprefix(".")
