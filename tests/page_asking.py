"""Paths without a version, asked of the dispatcher as anyone may."""

from __future__ import annotations

from restd_inet.app.api import EVERYTHING, Served
from restd_inet.app.dispatch import Dispatcher
from restd_inet.message import Peer, Request, Response
from restd_inet.settings import Settings

STRANGER = Peer("inet", "192.0.2.1:4242")


def ask(target: str, method: str = "GET", served: Served = EVERYTHING, **headers: str) -> Response:
    path = tuple(part for part in target.partition("?")[0].split("/") if part)
    fields = {name.lower().replace("_", "-"): value for name, value in headers.items()}
    request = Request(method, target, path, "", fields, "1.1", lambda: b"")
    answer = Dispatcher(Settings(auth=("jwt",)), pretty=False, served=served).handle(request, STRANGER)
    answer.body = b"".join([answer.body] if isinstance(answer.body, bytes) else answer.body)
    return answer


def field(answer: Response, name: str) -> str:
    return dict(answer.headers).get(name, "")


def body(answer: Response) -> bytes:
    assert isinstance(answer.body, bytes)
    return answer.body
