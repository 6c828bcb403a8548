"""The client without asyncio. Made by contrib/client/generate.py from _async.py; do not edit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from restd_inet_client import _shared
from restd_inet_client._local import Listener
from restd_inet_client._operations import VERSION, Operations
from restd_inet_client._shared import Event, Token, Value


class Client(Operations):
    """Slurm's REST API. One client is for one thread at a time.

    url: http://host:port, https://… or unix:/path; without one a restd-inet is started for this client, as
    the user of this process. token: a text, or a function that gives one; without it SLURM_JWT, on the
    network. user: on behalf of whom, for those who may. timeout: seconds of silence. attempts: how often a
    request is sent that may be sent again: GET, and POST with an Idempotency-Key, which each has that can.
    """

    def __init__(
        self,
        url: str = "",
        *,
        token: Token = None,
        user: str = "",
        timeout: float = 70.0,
        attempts: int = 4,
        verify: Any = True,
    ) -> None:
        self._listener = None if url else Listener()
        address = self._listener.url if self._listener else url
        self._settings = _shared.settings(address, token, user, timeout, attempts)
        transport = httpx.HTTPTransport(uds=_shared.socket_path(address), verify=verify)
        self._client = httpx.Client(transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections, and ends a restd-inet that was started."""
        self._client.close()
        if self._listener:
            self._listener.close()

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, Value] | None = None,
        *,
        body: Mapping[str, Any] | bytes | None = None,
        idempotency_key: str | None = None,
        raw: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Sends a request; its document, or with raw its bytes. Raises Problem and httpx.TransportError."""
        more = dict(headers or {})
        if idempotency_key is not None:
            more["Idempotency-Key"] = f'"{idempotency_key}"'
        again = _shared.repeatable(method, idempotency_key)
        for attempt in range(1, self._settings.attempts + 1):
            last = attempt == self._settings.attempts or not again
            sent = _shared.request(self._client, self._settings, method, path, query, body, more)
            answer = None
            try:
                answer = self._client.send(sent)
            except httpx.TransportError:
                if last:
                    raise
            if answer is not None and (last or not _shared.passing(answer, idempotency_key)):
                return _shared.content(answer, raw)
            time.sleep(_shared.wait_before(attempt, answer))
        raise AssertionError("the last attempt returns or raises")

    def submit(
        self, script: str | bytes, *, idempotency_key: str | None = None, **options: Value
    ) -> dict[str, Any]:
        """Submits a batch script with its #SBATCH lines; options: parameters of POST job/submit."""
        body, headers = _shared.submission(script)
        key = idempotency_key or _shared.new_key()
        path = f"/restd/{VERSION}/job/submit"
        answer = self.call("POST", path, options, body=body, idempotency_key=key, headers=headers)
        found: dict[str, Any] = answer
        return found

    def pages(self, what: str, **query: Value) -> Iterator[dict[str, Any]]:
        """The records of a list (jobs, nodes, accounting/jobs, …), page by page; limit: records of a page."""
        asked = {"limit": 1000, **query}
        key = what.rpartition("/")[2]
        while True:
            page = self.call("GET", f"/restd/{VERSION}/{what}", asked)
            yield from page[key]
            if page.get("next") is None:
                return
            asked["after"] = page["next"]

    def watch(self, what: str, **query: Value) -> Iterator[Event]:
        """What changes of a list (jobs, nodes, partitions, reservations) or of job/<id>, for ever.

        When the connection ends, it connects again and goes on behind the last event. Raises Problem.
        """
        since = str(query.pop("since", "") or "")
        failures = 0
        while True:
            asked = {**query, "watch": 1, **({"since": since} if since else {})}
            try:
                for event in self._events(what, asked):
                    failures = 0
                    since = event.id or since
                    yield event
                    if event.event == "end" and event.data.get("status") != 503:
                        return
            except httpx.TransportError:
                failures += 1
                if failures >= self._settings.attempts:
                    raise
            time.sleep(_shared.wait_before(max(failures, 1), None))

    def _events(self, what: str, query: Mapping[str, Value]) -> Iterator[Event]:
        headers = {"Accept": "application/x-ndjson"}
        path = f"/restd/{VERSION}/{what}"
        sent = _shared.request(self._client, self._settings, "GET", path, query, None, headers)
        sent.extensions["timeout"] = httpx.Timeout(_shared.WATCH_SECONDS).as_dict()
        answer = self._client.send(sent, stream=True)
        try:
            if answer.status_code >= 400:
                answer.read()
                raise _shared.problem(answer)
            for line in answer.iter_lines():
                if line and (event := _shared.event(line)):
                    yield event
        finally:
            answer.close()

    def output(self, job_id: str | int, stream: str = "stdout", **query: Value) -> Iterator[bytes]:
        """A job's stdout, stderr or script, as it comes; with follow=1 until the job has ended."""
        path = f"/restd/{VERSION}/job/{_shared.quote(job_id)}/{stream}"
        headers = {"Accept": "text/plain, application/json"}
        sent = _shared.request(self._client, self._settings, "GET", path, query, None, headers)
        if query.get("follow"):
            sent.extensions["timeout"] = httpx.Timeout(self._settings.timeout, read=None).as_dict()
        answer = self._client.send(sent, stream=True)
        try:
            if answer.status_code >= 400:
                answer.read()
                raise _shared.problem(answer)
            yield from answer.iter_bytes()
        finally:
            answer.close()
