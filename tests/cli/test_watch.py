"""restd-inet watch, with a server of the test's own at the other end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from restd_inet.cli import watch
from restd_inet.option_values import Usage

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"
ADDED = {"event": "added", "id": "0-a-1", "key": 7, "record": {"job_id": 7, "job_state": ["PENDING"]}}
REFUSED = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(b'{"errors":[{"description":"the token has expired"}]}'),
    b'{"errors":[{"description":"the token has expired"}]}',
)


def lines(*events: dict[str, Any]) -> bytes:
    return HEAD + b"".join(json.dumps(event).encode() + b"\n" for event in events)


@contextmanager
def serving(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """One answer for each connection: the URL, and the requests."""
    requests: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            client, _ = listener.accept()
            with client:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += client.recv(65536)
                requests.append(request)
                client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        thread.join(60)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_RETRY", 0.01)
    monkeypatch.setenv("SLURM_JWT", "a.b.c")


def test_it_goes_on_behind_the_last_event_that_was_whole(capfd: pytest.CaptureFixture[str]) -> None:
    half = json.dumps({**ADDED, "id": "0-a-2"}).encode()[:-9]
    end = {"event": "end", "status": 404, "reason": "gone"}
    with serving(lines(ADDED) + half, lines(end)) as (url, requests):
        assert watch.main(["watch", "job/7", "--url", url]) == 0
    assert b"Last-Event-ID" not in requests[0]
    assert b"\r\nX-SLURM-USER-TOKEN: a.b.c\r\n" in requests[0]
    assert b"\r\nLast-Event-ID: 0-a-1\r\n" in requests[1]
    shown = capfd.readouterr()
    assert [json.loads(line) for line in shown.out.splitlines()] == [ADDED, end]
    assert shown.err == "restd-inet: ended: gone\n"


def test_a_child_of_its_shell_s_is_not_waited_for() -> None:
    """`exec` keeps the children of the shell before it."""
    with serving(REFUSED) as (url, _), subprocess.Popen(["true"]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        watch.main(["watch", "jobs", "--url", url])
        assert os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)


@pytest.mark.parametrize("end", [REFUSED, lines({"event": "end", "status": 401, "reason": "expired"})])
def test_a_token_that_is_refused_ends_it(end: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(lines(ADDED), end) as (url, _):
        assert watch.main(["watch", "jobs", "--url", url]) == 22
    assert "expired" in capfd.readouterr().err


def test_a_server_that_ends_is_asked_again(capfd: pytest.CaptureFixture[str]) -> None:
    ends = {"event": "end", "status": 503, "reason": "this process ends; connect again"}
    down = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nlater"
    last = {"event": "end", "status": 404, "reason": "gone"}
    with serving(lines(ADDED, ends), down, lines(last)) as (url, requests):
        assert watch.main(["watch", "jobs", "--url", url]) == 0
    assert len(requests) == 3
    assert "503 later; connecting again" in capfd.readouterr().err


def test_options_are_parameters(capfd: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "-u",
        "me",
        "-t",
        "PENDING,RUNNING",
        "-q",
        "qos=high",
        "--fields",
        "job_id",
        "--interval",
        "5",
    ]
    with serving(REFUSED) as (url, requests):
        watch.main(["watch", "jobs", *arguments, "--url", url])
    query = "watch=1&user=me&state=PENDING,RUNNING&qos=high&fields=job_id&interval=5"
    assert requests[0].startswith(f"GET /restd/latest/jobs?{query} HTTP/1.1\r\n".encode())


@pytest.mark.parametrize(
    "arguments", [[], ["jbs"], ["jobs", "nodes"], ["jobs", "-q", "x"], ["jobs", "--interval", "-1"]]
)
def test_a_mistake_is_said(arguments: list[str]) -> None:
    with pytest.raises(Usage, match=r"^watch: "):
        watch.main(["watch", *arguments])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (["IDLE", "DRAIN"], "IDLE,DRAIN"),
        ({"set": True, "infinite": False, "number": 5}, "5"),
        ({"set": True, "infinite": True, "number": 0}, "unlimited"),
        ({"set": False, "infinite": False, "number": 0}, ""),
        ("a\x1b[2Jb\nc", "a?[2Jb?c"),
    ],
)
def test_a_cell_of_the_table_has_nothing_that_a_terminal_obeys(value: Any, text: str) -> None:
    assert watch._text(value) == text
