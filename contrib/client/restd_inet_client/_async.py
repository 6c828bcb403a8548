"""The client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from restd_inet_client import _shared
from restd_inet_client._async_operations import VERSION, AsyncOperations
from restd_inet_client._local import Listener
from restd_inet_client._shared import Event, Token, Value


class AsyncClient(AsyncOperations):
    """Slurm's REST API. One client is for one event loop.

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
        transport = httpx.AsyncHTTPTransport(uds=_shared.socket_path(address), verify=verify)
        self._client = httpx.AsyncClient(transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections, and ends a restd-inet that was started."""
        await self._client.aclose()
        if self._listener:
            await asyncio.to_thread(self._listener.close)

    async def call(
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
                answer = await self._client.send(sent)
            except httpx.TransportError:
                if last:
                    raise
            if answer is not None and (last or not _shared.passing(answer, idempotency_key)):
                return _shared.content(answer, raw)
            await asyncio.sleep(_shared.wait_before(attempt, answer))
        raise AssertionError("the last attempt returns or raises")

    async def submit(
        self, script: str | bytes, *, idempotency_key: str | None = None, **options: Value
    ) -> dict[str, Any]:
        """Submits a batch script with its #SBATCH lines; options: parameters of POST job/submit."""
        body, headers = _shared.submission(script)
        key = idempotency_key or _shared.new_key()
        path = f"/restd/{VERSION}/job/submit"
        answer = await self.call("POST", path, options, body=body, idempotency_key=key, headers=headers)
        found: dict[str, Any] = answer
        return found

    async def pages(self, what: str, **query: Value) -> AsyncIterator[dict[str, Any]]:
        """The records of a list (jobs, nodes, accounting/jobs, …), page by page; limit: records of a page."""
        asked = {"limit": 1000, **query}
        key = what.rpartition("/")[2]
        while True:
            page = await self.call("GET", f"/restd/{VERSION}/{what}", asked)
            for record in page[key]:
                yield record
            if page.get("next") is None:
                return
            asked["after"] = page["next"]

    async def watch(self, what: str, **query: Value) -> AsyncIterator[Event]:
        """What changes of a list (jobs, nodes, partitions, reservations) or of job/<id>, for ever.

        When the connection ends, it connects again and goes on behind the last event. Raises Problem.
        """
        since = str(query.pop("since", "") or "")
        failures = 0
        while True:
            asked = {**query, "watch": 1, **({"since": since} if since else {})}
            try:
                async for event in self._events(what, asked):
                    failures = 0
                    since = event.id or since
                    yield event
                    if event.event == "end" and event.data.get("status") != 503:
                        return
            except httpx.TransportError:
                failures += 1
                if failures >= self._settings.attempts:
                    raise
            await asyncio.sleep(_shared.wait_before(max(failures, 1), None))

    async def _events(self, what: str, query: Mapping[str, Value]) -> AsyncIterator[Event]:
        headers = {"Accept": "application/x-ndjson"}
        path = f"/restd/{VERSION}/{what}"
        sent = _shared.request(self._client, self._settings, "GET", path, query, None, headers)
        sent.extensions["timeout"] = httpx.Timeout(_shared.WATCH_SECONDS).as_dict()
        answer = await self._client.send(sent, stream=True)
        try:
            if answer.status_code >= 400:
                await answer.aread()
                raise _shared.problem(answer)
            async for line in answer.aiter_lines():
                if line and (event := _shared.event(line)):
                    yield event
        finally:
            await answer.aclose()

    async def output(self, job_id: str | int, stream: str = "stdout", **query: Value) -> AsyncIterator[bytes]:
        """A job's stdout, stderr or script, as it comes; with follow=1 until the job has ended."""
        path = f"/restd/{VERSION}/job/{_shared.quote(job_id)}/{stream}"
        headers = {"Accept": "text/plain, application/json"}
        sent = _shared.request(self._client, self._settings, "GET", path, query, None, headers)
        if query.get("follow"):
            sent.extensions["timeout"] = httpx.Timeout(self._settings.timeout, read=None).as_dict()
        answer = await self._client.send(sent, stream=True)
        try:
            if answer.status_code >= 400:
                await answer.aread()
                raise _shared.problem(answer)
            async for piece in answer.aiter_bytes():
                yield piece
        finally:
            await answer.aclose()
