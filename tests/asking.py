"""Requests asked of the dispatcher in this process, with a FakeSlurm behind it."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from fake_slurm import FakeSlurm

import restd_inet.slurm
from restd_inet.app.dispatch import Dispatcher
from restd_inet.message import Peer, Request, Response
from restd_inet.settings import Settings

ME = os.geteuid()
OWN = Peer("pipe", "pipe:[1]", ME, 0, 0o600)
FOREIGN = Peer("pipe", "pipe:[2]", ME + 1, 0, 0o600)
JSON = {"content-type": "application/json"}


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    fake = FakeSlurm()
    fake.add_job(job_id=7, array_job_id=0, name="seven", job_state=1, array_task_id=0xFFFFFFFE)
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


@pytest.fixture
def no_slurm(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(settings: Settings) -> Any:
        raise AssertionError("libslurm was loaded")

    monkeypatch.setattr(restd_inet.slurm, "connect", connect)


def unread() -> bytes:
    raise AssertionError("the body was read")


def ask(
    method: str,
    target: str,
    body: Any = unread,
    headers: dict[str, str] | None = None,
    peer: Peer = OWN,
    settings: Settings | None = None,
) -> Response:
    path, _, query = target.partition("?")
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
    read = body if callable(body) else lambda: body
    headers = dict(headers or {})
    if body is not unread:
        headers.setdefault("content-length", "1" if callable(body) else str(len(body)))
    segments = tuple(segment for segment in path.split("/") if segment)
    request = Request(method, target, segments, query, headers, "1.1", read)
    answer = Dispatcher(settings or Settings(), pretty=False).handle(request, peer)
    answer.body = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
    return answer


def content(answer: Response) -> Any:
    return json.loads(answer.body if isinstance(answer.body, bytes) else b"".join(answer.body))


def text(answer: Response) -> str:
    return "".join(error["error"] for error in content(answer)["errors"])


def submission(**job: Any) -> dict[str, Any]:
    whole = {"environment": {"PATH": "/bin"}, "current_working_directory": "/tmp", **job}
    return {"job": whole, "script": "#!/bin/sh\nhostname\n"}
