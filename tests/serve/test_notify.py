"""serve.notify: what systemd is sent, and that a manager that is not there costs nothing."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from restd_inet.serve import notify


@pytest.fixture(params=["a path", "an abstract name"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as found:
        name = str(tmp_path / "notify") if request.param == "a path" else f"@restd-inet-test-{os.getpid()}"
        found.bind(name.replace("@", "\0", 1) if name[0] == "@" else name)
        found.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield found


def test_a_state_is_one_datagram(manager: socket.socket) -> None:
    notify.tell("READY=1")
    assert manager.recv(1000) == b"READY=1"


def test_a_reload_says_when_it_began(manager: socket.socket) -> None:
    before = time.monotonic_ns() // 1000
    notify.reloading()
    first, second = manager.recv(1000).decode().splitlines()
    assert first == "RELOADING=1"
    name, _, began = second.partition("=")
    assert name == "MONOTONIC_USEC"
    assert before <= int(began) <= time.monotonic_ns() // 1000


@pytest.mark.parametrize("where", ["", "relative", "/nonexistent/socket", "@nobody-listens-here"])
def test_without_a_manager_nothing_happens(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", where)
    notify.tell("READY=1")
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify.tell("READY=1")
