"""What a request does after one that has failed for lack of slurmctld or munged."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path
from typing import Any

import pytest

from restd_inet.slurm import diagnosis, outage
from restd_inet.slurm.errors import SlurmError

HOST = "127.0.0.1"


class Library:
    """slurm.conf's controllers; munged, if there is one."""

    def __init__(self, *controllers: str, munge: str = "", address: str = "") -> None:
        self.controllers = list(controllers)
        self.munge = munge
        self.address = address
        self.token: str | None = None
        self.identity = self
        self.guard = self

    def constant(self, name: str) -> int:
        return 1800

    def strerror(self, number: int) -> str:
        return "Unable to contact slurm controller"


@pytest.fixture(autouse=True)
def failed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A request has failed; what slurm.conf says is that of the Library."""

    def facts(library: Library) -> dict[str, Any]:
        auth = "auth/munge" if library.munge else "auth/none"
        return {
            "auth": auth, "munge": library.munge, "controllers": library.controllers, "port": PORT,
            "address": library.address,
        }  # fmt: skip

    monkeypatch.setattr(diagnosis, "facts", facts)
    monkeypatch.setattr(outage, "_failed", [0.0])
    outage.note()
    yield


with socket.create_server((HOST, 0)) as _taken:
    #: Of every slurmctld here.
    PORT = _taken.getsockname()[1]


def test_controllers_that_all_refuse_are_named_at_once() -> None:
    with pytest.raises(SlurmError) as caught:
        outage.check(Library(HOST, "127.0.0.2"), "slurm_load_jobs")  # type: ignore[arg-type]
    error = caught.value
    assert (error.status, error.number, error.source) == (503, 1800, "slurm_load_jobs")
    for host in (HOST, "127.0.0.2"):
        assert f"{host}:{PORT}: Connection refused" in error.text
    assert outage.noted()


def test_one_controller_that_takes_connections_is_enough() -> None:
    with socket.create_server(("127.0.0.2", PORT)):
        outage.check(Library(HOST, "127.0.0.2"), "")  # type: ignore[arg-type]
    assert not outage.noted()


def test_slurmctld_s_address_counts_where_there_is_one() -> None:
    with socket.create_server(("127.0.0.3", PORT)):
        outage.check(Library(HOST, address="127.0.0.3"), "")  # type: ignore[arg-type]
    assert not outage.noted()


def test_a_host_that_is_silent_counts_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "port_closed", lambda *arguments: diagnosis.SILENT)
    with pytest.raises(SlurmError, match=diagnosis.SILENT):
        outage.check(Library(HOST), "")
    outage._failed[0] -= 100
    outage.check(Library(HOST), "")
    assert not outage.noted()


@pytest.fixture
def munged(tmp_path: Path) -> Iterator[str]:
    """A munged that takes connections and does not answer."""
    path = str(tmp_path / "munge.socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        yield path


def test_munged_is_asked_first_unless_a_token_signs(munged: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "_LOOK", 0.1)
    library = Library(HOST, munge=munged)
    with pytest.raises(SlurmError, match="munged takes connections, but does not answer") as caught:
        outage.check(library, "")
    assert caught.value.status == 503
    library.token = "x"
    with pytest.raises(SlurmError, match="Connection refused"):
        outage.check(library, "")


# In a process that ends: munged is waited for in C.

WAITING = """
import os, socket, sys
from mmap import mmap
from restd_inet import limit
path, method, seconds, pause = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
limit._MUNGED_SECONDS = pause
room = mmap(-1, 8)
limit.failed(room)
limit.munged((sys.argv[5:] or [path])[0].encode())
limit.begin(1, False, method.encode())
limit.working(seconds, lambda: False, method == "GET")
end = socket.socket(socket.AF_UNIX)
end.connect(path)
sys.stdin.read()  # as libmunge waits, though for its answer
limit.stop()
os.write(1, b"went on, " + str(room[:] != bytes(8)).encode())
"""


def waiting(path: str, *arguments: object) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", WAITING, path, *map(str, arguments)]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("method", "status", "text"),
    [
        ("GET", b"503", b"munged takes connections, but does not answer: it hangs\n"),
        ("POST", b"504", b"it hangs; whether the request was done is not known\n"),
    ],
)
def test_a_request_that_waits_for_a_munged_that_hangs_is_answered(
    munged: str, method: str, status: bytes, text: bytes
) -> None:
    with waiting(munged, method, 300, 0.05) as process:
        answer = process.stdout.read()  # type: ignore[union-attr]
    assert answer.split()[1] == status
    assert answer.endswith(text)
    assert process.returncode == 1


def test_a_munged_that_answers_others_is_waited_for(tmp_path: Path) -> None:
    path = str(tmp_path / "munge.socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        with waiting(path, "GET", 300, 0.05) as process:
            own = listening.accept()[0]
            for _ in range(2):  # it looks again
                other = listening.accept()[0]
                assert other.recv(100).startswith(bytes.fromhex("00606d4b0402"))
                other.send(b"x")
                other.close()
            process.stdin.close()  # type: ignore[union-attr]
            assert process.stdout.read() == b"went on, False"  # type: ignore[union-attr]
            own.close()


def test_a_request_that_waits_for_something_else_has_its_time(munged: str, tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "other.socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(elsewhere)
        listening.listen()
        with waiting(elsewhere, "GET", 1.0, 0.05, munged) as process:
            answer = process.stdout.read()  # type: ignore[union-attr]
    assert answer.endswith(b"there was no answer within 1 s (--request-timeout)\n")


def test_looking_does_not_interrupt_what_the_request_waits_for(tmp_path: Path) -> None:
    """Of libslurm's waits not every one goes on after a signal."""
    wait = "import ctypes; print(ctypes.CDLL(None).poll(None, 0, 500), flush=True)"
    path = str(tmp_path / "munge.socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        program = WAITING.replace("sys.stdin.read()", wait)
        command = [sys.executable, "-c", program, path, "GET", "300", "0.05"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            for _ in range(2):
                end = listening.accept()[0]
                end.close()
            assert process.stdout.read() == b"0\nwent on, False"  # type: ignore[union-attr]


def test_a_failure_is_known_to_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    outage.share(mmap(-1, outage.ROOM))
    assert not outage.noted()
    pid = os.fork()
    if not pid:
        outage.note()
        os._exit(0)
    os.waitpid(pid, 0)
    assert outage.noted()
