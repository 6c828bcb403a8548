"""serve.per_user: the processes of one connection, by a handler of the test's own that acts as nobody.

As whom they act is tests/cluster/test_privileged.py's.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from inet_process import SOURCE, everything, statuses

#: The first segment of a path is the user; the second is what the handler does.
CHILD = """
import os, signal, sys, time
sys.path.insert(0, {source!r})
from restd_inet import log, process
from restd_inet.message import NeedsNewProcess, Peer, Response
from restd_inet.serve import per_user
from restd_inet.settings import Settings

served = None

def handle(request, peer):
    global served
    user, *rest = request.path
    if served not in (None, user):
        raise NeedsNewProcess
    served = user
    what = rest[0] if rest else ""
    if what in ("hang", "deaf"):
        if what == "deaf":
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        open(request.query + ".seen", "w").close()
        while os.path.exists(request.query):
            time.sleep(0.01)
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "env":
        return Response(200, [], str(os.environ.get("SLURM_JWT")).encode())
    return Response(200, [], f"{{user}} {{os.getpid()}} {{after}}\\n".encode())

after = 0
def after_fork():
    global after
    after += 1

process.start()
log.level = log.DEBUG
per_user._STOPPED_SECONDS = {stopped}
if {forks} is not None:
    fork, left = os.fork, [{forks}]
    def limited():
        if not left[0]:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        left[0] -= 1
        return fork()
    os.fork = limited
settings = Settings(shutdown_timeout={patience})
sys.exit(per_user.run(0, 0, Peer("unix", "the test", 0, 0), settings, handle, after_fork))
"""


class Keeper:
    def __init__(self, client: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self.client = client
        self.process = process

    def send(self, *paths: str, end: bool = True) -> None:
        self.client.sendall(b"".join(b"GET %b HTTP/1.1\r\nHost: h\r\n\r\n" % path.encode() for path in paths))
        if end:
            self.client.shutdown(socket.SHUT_WR)

    def worker(self) -> int:
        """The process that serves now."""
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def end(self) -> tuple[int, str]:
        """Exit status and log, once it has ended."""
        assert self.process.stderr is not None
        log = self.process.stderr.read().decode()
        return self.process.wait(60), log


@contextmanager
def keeper(stopped: float = 5, forks: int | None = None, patience: float = 5) -> Iterator[Keeper]:
    code = CHILD.format(source=SOURCE, stopped=stopped, forks=forks, patience=patience)
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    environment = {**os.environ, "SLURM_JWT": "root's own"}
    with ours:
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=theirs, stderr=subprocess.PIPE, env=environment
        )
        theirs.close()
        with process:
            try:
                yield Keeper(ours, process)
            finally:
                process.kill()


def answers(output: bytes) -> list[tuple[str, str]]:
    """(user, process) of each answer."""
    return re.findall(r"^(\w+) (\d+) 1$", output.decode(), re.MULTILINE)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_each_user_s_requests_are_answered_in_order_by_a_process_of_its_own() -> None:
    with keeper() as kept:
        kept.send("/fred", "/fred", "/barney", "/fred", "/fred")
        found = answers(everything(kept.client))
        assert kept.end()[0] == 0
    assert [user for user, _ in found] == ["fred", "fred", "barney", "fred", "fred"]
    first, second, third, fourth, fifth = (process for _, process in found)
    assert (first, fourth) == (second, fifth)
    assert len({first, third, fourth}) == 3


def test_what_a_process_has_read_too_much_is_the_next_one_s() -> None:
    """More than a pipe holds."""
    paths = ["/fred", *[f"/barney/{'x' * 1000}"] * 100]
    with keeper() as kept:
        kept.send(*paths)
        assert statuses(everything(kept.client)) == [200] * len(paths)
        assert kept.end()[0] == 0


def test_root_s_own_token_is_nobody_s() -> None:
    with keeper() as kept:
        kept.send("/fred/env")
        assert everything(kept.client).endswith(b"None")


def test_a_process_that_is_killed_ends_the_connection_with_a_line() -> None:
    with keeper() as kept:
        kept.send("/fred/kill", "/barney")
        assert everything(kept.client) == b""
        status, log = kept.end()
    assert status == 1
    assert re.search(r"the test: process \d+ was ended by signal 9\n", log)


@pytest.mark.parametrize("forks", [0, 1])
def test_without_a_process_the_request_is_answered_503(forks: int) -> None:
    with keeper(forks=forks) as kept:
        kept.send("/fred", "/barney")
        output = everything(kept.client)
        status, log = kept.end()
    assert statuses(output) == [200] * forks + [503]
    assert b"there is no process to serve this request; try again" in output
    assert status == 71
    assert "cannot start a process for the test: Resource temporarily unavailable" in log


def test_a_process_that_stays_stopped_is_killed() -> None:
    with keeper(stopped=0.2) as kept:
        kept.send("/fred", end=False)
        kept.client.recv(1000)
        worker = kept.worker()
        os.kill(worker, signal.SIGSTOP)
        assert everything(kept.client) == b""
        status, log = kept.end()
    assert status == 1
    assert f"the test: process {worker} was stopped or did not end: killed" in log
    assert f"the test: process {worker} was ended by signal 9" in log


def test_one_that_is_continued_in_time_goes_on() -> None:
    with keeper(stopped=60) as kept:
        kept.send("/fred", end=False)
        kept.client.recv(1000)
        worker = kept.worker()
        for _ in range(2):
            os.kill(worker, signal.SIGSTOP)
            until(lambda: Path(f"/proc/{worker}/stat").read_text().split()[2] == "T")
            os.kill(worker, signal.SIGCONT)
        kept.send("/fred")
        assert answers(everything(kept.client)) == [("fred", str(worker))]
        assert kept.end()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_reaches_the_process_and_the_request_is_finished(number: int, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    with keeper(patience=60) as kept:
        kept.send(f"/fred/hang?{gate}", end=False)
        until(Path(f"{gate}.seen").exists)
        kept.process.send_signal(number)
        gate.unlink()
        with suppress(OSError):  # the signal may come in the first request, or after it
            kept.send("/fred", end=False)
        output = everything(kept.client)
        assert kept.end()[0] == 0
    assert len(answers(output)) in (1, 2)
    assert statuses(output) == [200] * len(answers(output))


def test_one_that_ignores_sigterm_is_killed_in_time(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    with keeper(patience=0.3) as kept:
        kept.send(f"/fred/deaf?{gate}", end=False)
        until(Path(f"{gate}.seen").exists)
        kept.process.send_signal(signal.SIGTERM)
        assert everything(kept.client) == b""
        status, log = kept.end()
    assert status == 1
    assert "was stopped or did not end: killed" in log
