"""What both clients have in common: requests, answers, errors, and what is tried again."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote as _quote
from urllib.parse import urlsplit

import httpx

#: A value of a query: several are joined with commas.
Value = str | int | float | bool | Sequence[str | int] | None
#: A token, or what gives one when a request is sent.
Token = str | Callable[[], str] | None

#: Statuses of answers after which the same request may succeed: a limit, or a daemon that is not there.
PASSING = frozenset((429, 503))
#: The same key is at work elsewhere.
CONFLICT = 409
#: Seconds before the second attempt; each later wait is twice as long, and none longer than the last.
FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0
#: Between heartbeats of a watch the server is silent for 15 seconds.
WATCH_SECONDS = 45.0


class Problem(Exception):
    """An answer that is an error.

    status: of HTTP. errors: of the document. document: the whole of it, {} if it was none.
    """

    def __init__(self, status: int, text: str, document: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status
        self.document = dict(document or {})
        self.errors: list[dict[str, Any]] = list(self.document.get("errors") or ())


@dataclass(frozen=True)
class Event:
    """What a watch says. event: added, changed, removed, synced, reset, stale or end.

    key: the number or name of the record. fields: the paths that have changed. data: the whole event.
    """

    event: str
    id: str = ""
    key: str | int | None = None
    record: dict[str, Any] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Settings:
    """What each request needs. headers: those of every request."""

    url: str
    token: Token
    user: str
    timeout: float
    attempts: int

    def headers(self) -> dict[str, str]:
        token = self.token() if callable(self.token) else self.token
        found = {"Accept": "application/json"}
        if token:
            found["X-SLURM-USER-TOKEN"] = token
        if self.user:
            found["X-SLURM-USER-NAME"] = self.user
        return found


def settings(url: str, token: Token, user: str, timeout: float, attempts: int) -> Settings:
    """With the token of SLURM_JWT for a server on the network. Raises ValueError."""
    local = url.startswith("unix:")
    if not local and urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"url: expected http://…, https://… or unix:/path; found {url!r}")
    if token is None and not local:
        token = os.environ.get("SLURM_JWT")
    return Settings(url, token, user, timeout, max(1, attempts))


def base(url: str) -> str:
    """The part of a request's URL before its path."""
    return "http://localhost" if url.startswith("unix:") else url.rstrip("/")


def socket_path(url: str) -> str | None:
    return url.removeprefix("unix:") if url.startswith("unix:") else None


def new_key() -> str:
    """An Idempotency-Key (a string of RFC 8941)."""
    return str(uuid.uuid4())


def quote(part: str | int) -> str:
    """A segment of a path."""
    return _quote(str(part), safe="")


def parameters(query: Mapping[str, Value] | None) -> dict[str, str]:
    """A query as it is sent; what is None is left out."""
    return {name: _text(value) for name, value in (query or {}).items() if value is not None}


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (str, int, float)):
        return str(value)
    return ",".join(str(each) for each in value or ())


def request(
    client: httpx.Client | httpx.AsyncClient,
    settings: Settings,
    method: str,
    path: str,
    query: Mapping[str, Value] | None,
    body: Mapping[str, Any] | bytes | None,
    headers: Mapping[str, str],
) -> httpx.Request:
    """A request of httpx."""
    sent = settings.headers() | dict(headers)
    content = None
    if isinstance(body, bytes):
        content = body
    elif body is not None:
        content = json.dumps(body).encode()
        sent["Content-Type"] = "application/json"
    return client.build_request(
        method,
        base(settings.url) + path,
        params=parameters(query),
        content=content,
        headers=sent,
        timeout=_timeout(settings, query),
    )


def _timeout(settings: Settings, query: Mapping[str, Value] | None) -> float:
    """Seconds of silence; longer than a request that waits takes."""
    wait = (query or {}).get("wait")
    return settings.timeout + (float(wait) if isinstance(wait, (str, int, float)) else 0.0)


def repeatable(method: str, key: str | None) -> bool:
    """Whether a request may be sent again although it may have had its effect."""
    return method in ("GET", "HEAD") or key is not None


def wait_before(attempt: int, answer: httpx.Response | None) -> float:
    """Seconds before another attempt; attempt: the number of those that were made."""
    said = answer.headers.get("Retry-After", "") if answer is not None else ""
    seconds = float(said) if said.isdecimal() else FIRST_WAIT * 2.0 ** (attempt - 1)
    return min(seconds, LONGEST_WAIT)


def passing(answer: httpx.Response, key: str | None) -> bool:
    """Whether the same request may succeed later."""
    at_work = key is not None and answer.status_code == CONFLICT and "Retry-After" in answer.headers
    return at_work or answer.status_code in PASSING


def content(answer: httpx.Response, raw: bool) -> Any:
    """The document of an answer, or its bytes. Raises Problem."""
    if answer.status_code >= 400:
        raise problem(answer)
    if answer.status_code == 304:
        return b"" if raw else {}
    return answer.content if raw else answer.json()


def problem(answer: httpx.Response) -> Problem:
    """The error that an answer is."""
    try:
        document = answer.json()
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    errors = document.get("errors") or ()
    said = [each.get("error") or each.get("description") or "" for each in errors if isinstance(each, dict)]
    text = "; ".join(filter(None, said)) or answer.text.strip() or answer.reason_phrase
    return Problem(answer.status_code, text, document)


def event(line: str) -> Event | None:
    """An event of a line; None of a heartbeat."""
    data = json.loads(line)
    if data.get("event") == "heartbeat":
        return None
    return Event(
        data["event"],
        data.get("id", ""),
        data.get("key"),
        data.get("record") or {},
        data.get("fields") or [],
        data,
    )


def submission(script: str | bytes) -> tuple[bytes, dict[str, str]]:
    """The body of a script, and its field."""
    sent = script.encode() if isinstance(script, str) else script
    return sent, {"Content-Type": "text/x-shellscript"}
