"""Requests that watch or wait, asked of the dispatcher in this process, while time passes without waiting."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import ME

from restd_inet.app.dispatch import Dispatcher
from restd_inet.commands.restd import _images, _one, _watch
from restd_inet.message import Held, Peer, Request, Response
from restd_inet.settings import Settings


class Scene(Held):
    """Time that passes with each look at the client: what happens then, step by step; then the end."""

    interval = 0.001

    def __init__(self, *steps: Any) -> None:
        self.steps = list(steps)
        self.entered = 0

    def enter(self) -> None:
        self.entered += 1

    def over(self) -> str:
        if not self.steps:
            return self.ENDING
        if step := self.steps.pop(0):
            step()
        return ""


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Nobody waits: time passes when it is asked for."""

    class Time:
        now = 1000.0

        def monotonic(self) -> float:
            self.now += 0.01
            return self.now

        def sleep(self, seconds: float) -> None:
            self.now += seconds

    time = Time()
    for module in (_images, _one, _watch):
        monkeypatch.setattr(module, "monotonic", time.monotonic)
    monkeypatch.setattr(_images.Polled.__init__, "__defaults__", (0, time.sleep))
    return time


def held(target: str, scene: Held, **headers: str) -> Response:
    path, _, query = target.partition("?")
    segments = tuple(segment for segment in path.split("/") if segment)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("GET", target, segments, query, fields, "1.1", bytes)
    request.held = scene
    answer = Dispatcher(Settings(), pretty=False).handle(request, Peer("pipe", "pipe:[1]", ME, 0, 0o600))
    answer.body = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
    return answer


def events(target: str, *steps: Any, **headers: str) -> list[dict[str, Any]]:
    answer = held(target, Scene(*steps), **headers)
    assert isinstance(answer.body, bytes)
    assert answer.status == 200, answer.body
    assert dict(answer.headers)["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.body.splitlines()]


def brief(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (event["event"], *(event[name] for name in ("key", "fields") if name in event)) for event in found
    ]
