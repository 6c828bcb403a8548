"""What the log says of a request: a row of FIELDS for each thing, from which its text and its JSON are made.

What a client has chosen is bounded, and quoted where it stands between other fields. Of a query only the
parameters of SHOWN are there, and those of CHANGED if the request changes something; never a token.
"""

from __future__ import annotations

import os
from time import monotonic

from restd_inet import lazy, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Request

    Value = str | int | float


class Field:
    """A row. before, after: its text is between them. limit: bytes of a text. quoted: it stands in quotes."""

    __slots__ = ("after", "before", "limit", "name", "quoted")

    def __init__(self, name: str, before: str, after: str = "", limit: int = 0, quoted: bool = False) -> None:
        self.name = name
        self.before = before
        self.after = after
        self.limit = limit
        self.quoted = quoted


#: In the order of the text. All limits together are below the room that deadline.c has.
FIELDS = (
    Field("message", "", limit=60),
    Field("method", "", limit=30),
    Field("path", " ", limit=1200),
    Field("query", "?", limit=300),
    Field("client", " for ", limit=200),
    Field("proxy", " through ", limit=120),
    Field("user", " as ", limit=200),
    Field("status", ": "),
    Field("bytes", ", ", " bytes"),
    Field("ms", ", ", " ms"),
    Field("version", ", ", limit=20),
    Field("job_id", ", job "),
    Field("request_id", ", id ", limit=130),
    Field("trace_id", ", trace ", limit=40),
    Field("user_agent", ", agent ", limit=250, quoted=True),
    Field("reason", ": ", limit=800),
)

_NAMES = [field.name for field in FIELDS]
_AFTER_STATUS = frozenset(_NAMES[_NAMES.index("status") :])
#: As deadline.c has it.
_PLACE = b"\x1f"

#: Parameters that say what is selected and done.
SHOWN = frozenset((
    "signal", "flags", "update_time", "state", "step", "job_id", "job_state", "node", "node_list",
    "partition", "cluster", "qos", "start_time", "end_time", "submit_time", "usage_start", "usage_end",
    "time_start", "time_end", "skip_steps", "with_deleted", "with_usage", "only_defaults", "show_duplicates",
    "show_job_environment", "show_batch_script",
))  # fmt: skip
#: The same of a request that changes something; they may name people.
CHANGED = SHOWN | {"account", "accounts", "user", "users", "wckey", "name", "id", "parent_account"}

#: Header fields whose values the log never has.
SECRET = frozenset(("authorization", "proxy-authorization", "cookie", "x-slurm-user-token"))
_ID_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~:/+=@-")
_LONGEST_ID = 128
_LONGEST_VALUE = 64
_HEX = frozenset("0123456789abcdef")


class Entry:
    """What log and metrics say of the request of a connection; the same object for each that follows.

    values: what is known, by the names of FIELDS. began: when its first bytes came; 0.0 before.
    """

    def __init__(self, client: str, metrics: bool) -> None:
        self._client = client
        self._metrics = lazy.module("restd_inet.metrics") if metrics else None
        self._users: dict[int, str] = {}
        self._line = b""
        self._line_of: dict[str, Value] = {}
        self.begin("")

    def begin(self, message: str) -> None:
        """Before the next request. message: what stands for it until its head is read."""
        self.began = 0.0
        self._request: Request | None = None
        self.values: dict[str, Value] = {"message": message, "client": self._client}

    def take(self, request: Request) -> None:
        """The head of the request is read."""
        self._request = request
        self.values = {**of_request(request), "client": self._client}

    def line(self) -> bytes:
        """What `encoded` makes of what is known."""
        if (known := self._known()) != self._line_of:
            self._line_of, self._line = {**known}, encoded(known)
        return self._line

    def measure(self, waited: bool) -> None:
        """Stores what metrics count if this process ends. waited: for events, which is no time of work."""
        if self._metrics:
            self._metrics.begin(*self._labels(), waited)

    def answered(self, status: int, sent: int, reason: str, waited: bool) -> None:
        """Logs and counts the request; an answer of 500, 502, 503 or 504 is an error here."""
        seconds = monotonic() - self.began if self.began else 0.0
        if self._metrics:
            method, route, version = self._labels()
            self._metrics.request(method, route, status, version, None if waited else seconds)
        importance = log.ERROR if status >= 500 and status != 501 else log.INFO
        if importance > log.level:
            return
        values = self._known()
        values["status"], values["bytes"] = status, sent
        if self.began:
            values["ms"] = seconds * 1000
        if self._request is not None and self._request.job_id:
            values["job_id"] = self._request.job_id
        if status >= 400 and reason:
            values["reason"] = reason
        write(importance, values)

    def _labels(self) -> tuple[str, str, str]:
        """Method, route and version as metrics have them; "" if they are not known."""
        request = self._request
        if request is None:
            return "", "", ""
        return request.method, request.route, request.path[1] if "{version}" in request.route else ""

    def _known(self) -> dict[str, Value]:
        """`values`, with whom the request acts as once that is known."""
        credential = self._request.credential if self._request is not None else None
        if credential is not None:
            uid = credential.uid
            if credential.name:
                self.values["user"] = credential.name
            else:
                if uid not in self._users:
                    self._users[uid] = credential.user_name() or f"uid {uid}"
                self.values["user"] = self._users[uid]
        return self.values


def text(values: dict[str, Value]) -> str:
    """The line as text."""
    return "".join([_piece(field, values[field.name]) for field in FIELDS if field.name in values])


def members(values: dict[str, Value]) -> str:
    """The line as members of a JSON object."""
    string = lazy.module("restd_inet.log_json").string
    return ",".join(
        f'"{field.name}":'
        + (string(value, field.limit) if isinstance(value := values[field.name], str) else _number(value))
        for field in FIELDS
        if field.name in values
    )


def encoded(values: dict[str, Value]) -> bytes:
    """What is known so far, for code that cannot call `write` (limit): status, bytes and time are put in."""
    if log.is_json():
        return members(values).encode("ascii")
    later = {name: value for name, value in values.items() if name in _AFTER_STATUS}
    before = {name: value for name, value in values.items() if name not in later}
    return log.line(text(before)) + _PLACE + log.line(text(later))


def write(importance: int, values: dict[str, Value]) -> None:
    if importance > log.level:
        return
    if log.is_json():
        log.write(importance, "", members(values))
    else:
        log.write(importance, text(values))


def _piece(field: Field, value: Value) -> str:
    if isinstance(value, float):
        value = f"{value:.0f}"
    elif isinstance(value, str):
        value = value if len(value) <= field.limit else value[: field.limit] + "…"
        if field.quoted:
            value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{field.before}{value}{field.after}"


def _number(value: int | float) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def of_request(request: Request) -> dict[str, Value]:
    """What the head of a request says; the rest is added as it is known."""
    if "log" not in request.kept:
        request.kept["log"] = _of_head(request)
    found: dict[str, Value] = {**request.kept["log"]}
    if request.id:
        found["request_id"] = request.id
    return found


def _of_head(request: Request) -> dict[str, Value]:
    found: dict[str, Value] = {"method": request.method, "path": _path(request.target)}
    if request.query and (query := _shown(request)):
        found["query"] = query
    if len(request.path) > 2 and _ID_CHARACTERS.issuperset(request.path[1]):
        found["version"] = request.path[1]
    if request.trace:
        found["trace_id"] = request.trace.split("-")[1]
    if agent := request.headers.get("user-agent", ""):
        found["user_agent"] = agent
    return found


def identify(request: Request, generate: bool) -> None:
    """Takes X-Request-ID and traceparent, if they are valid. generate: an id, if there is none."""
    headers = request.headers
    given = headers.get("x-request-id", "")
    if given and len(given) <= _LONGEST_ID and _ID_CHARACTERS.issuperset(given):
        request.id, request.id_given = given, True
    elif generate:
        request.id = os.urandom(8).hex()
    if "traceparent" in headers and _is_traceparent(headers["traceparent"]):
        request.trace = headers["traceparent"]


def answered(request: Request, status: int) -> list[tuple[str, str]]:
    """The fields of an answer by which its line is found: what was given; of an error here, an id anyway."""
    found = []
    if request.id and (request.id_given or status >= 500):
        found.append(("X-Request-ID", request.id))
    if request.trace:
        found.append(("traceparent", request.trace))
    return found


def log_head(client: str, request: Request) -> None:
    """The fields of a request, without the values of secret ones."""
    for name, value in request.headers.items():
        shown = "(not shown)" if name in SECRET else value
        log.write(log.DEBUG2, f"{client}: {name}: {shown[: _LONGEST_VALUE * 4]}")


def _is_traceparent(value: str) -> bool:
    """Trace Context section 3.2: version 00."""
    parts = value.split("-")
    return (
        [len(part) for part in parts] == [2, 32, 16, 2]
        and parts[0] == "00"
        and all(_HEX.issuperset(part) for part in parts)
        and bool(parts[1].strip("0") and parts[2].strip("0"))
    )


def _shown(request: Request) -> str:
    """The parameters of the query that may be shown, as sent: the target holds no control characters."""
    names = SHOWN if request.method in ("GET", "HEAD") else CHANGED
    parts = []
    for part in request.query.split("&"):
        name, _, value = part.partition("=")
        if name.lower() in names:
            cut = value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "..."
            parts.append(f"{name}={cut}")
    return "&".join(parts)


def _path(target: str) -> str:
    """The path as sent, without authority and query."""
    if not target.startswith("/") and "://" in target:
        target = "/" + target.partition("://")[2].partition("/")[2]
    return target.partition("?")[0]
