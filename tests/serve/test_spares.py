"""Processes that wait for a connection, and such as serve several, one after the other."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from listening import Listener, answer, ask, children, connect, listening, send, unix, wait

from restd_inet.serve.spares import usual

REHEARSAL = {"REHEARSAL": "GET /rehearsal HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"}


@contextlib.contextmanager
def spared(directory: Path, spares: int, **settings: object) -> Iterator[Listener]:
    with listening(
        directory, f"unix:{unix(directory)}", spare_processes=spares, env=REHEARSAL, **settings
    ) as listener:
        listener.wait(lambda: len(children(listener.server)) == spares, "spare processes")
        yield listener


def ready(listener: Listener, spares: int) -> set[int]:
    """The spare processes, once there are as many as there are to be."""
    listener.wait(lambda: len(children(listener.server)) == spares, "spare processes")
    return set(children(listener.server))


def pid_of(where: str) -> int:
    return int(ask(where, "/pid")[2])


@pytest.mark.parametrize(("processors", "expected"), [(1, 2), (3, 3), (256, 4)])
def test_there_are_as_many_as_processors_within_bounds(
    processors: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(processors)))
    assert usual() == expected


def test_a_spare_process_serves_one_connection_and_is_replaced(tmp_path: Path) -> None:
    with spared(tmp_path, 2) as listener:
        before = ready(listener, 2)
        wait(lambda: pid_of(unix(tmp_path)) in before, "a spare process that is ready")
        served = set()
        for _ in range(10):
            pid = pid_of(unix(tmp_path))
            assert pid not in served
            served.add(pid)
        ready(listener, 2)
        assert "rehearsal" not in listener.log


def test_more_connections_than_spare_processes_are_served(tmp_path: Path) -> None:
    with spared(tmp_path, 1), contextlib.ExitStack() as stack:
        clients = [stack.enter_context(connect(unix(tmp_path))) for _ in range(5)]
        for client in clients:
            send(client, "/pid")
        assert len({answer(client)[2] for client in clients}) == 5


def test_a_spare_process_is_no_connection(tmp_path: Path) -> None:
    """--max-connections counts those that serve."""
    with spared(tmp_path, 3, max_connections=1) as listener, connect(unix(tmp_path)) as first:
        send(first, "/pid")
        answer(first)
        with connect(unix(tmp_path)) as second:
            send(second, "/pid")
            listener.wait_log("1 connections are open; more have to wait")
            first.close()
            assert answer(second)[0] == 200


def test_a_spare_process_holds_nothing_of_the_worker_s(tmp_path: Path) -> None:
    with spared(tmp_path, 2) as listener:
        before = ready(listener, 2)
        wait(lambda: pid_of(unix(tmp_path)) in before, "a spare process that is ready")
        ready(listener, 2)
        kinds = ask(unix(tmp_path), "/fds")[2].split()
        assert kinds.count("socket") == 1  # the client's


def test_spare_processes_that_are_killed_are_replaced(tmp_path: Path) -> None:
    with spared(tmp_path, 2) as listener:
        for pid in ready(listener, 2):
            os.kill(pid, signal.SIGKILL)
            wait(lambda: not Path(f"/proc/{pid}").exists(), "end of a spare process")  # noqa: B023
        for _ in range(5):
            assert ask(unix(tmp_path), "/pid")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_they_end_with_the_listener(number: int, tmp_path: Path) -> None:
    with spared(tmp_path, 3) as listener:
        pids = ready(listener, 3)
        assert listener.end(number) == 0
        wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), "end of the spare processes")


def test_they_are_made_anew_when_slurm_conf_is_read_again(tmp_path: Path) -> None:
    with spared(tmp_path, 2) as listener:
        old = listener.server
        before = ready(listener, 2)
        listener.conf.write_text("second")
        listener.process.send_signal(signal.SIGHUP)
        listener.wait_log("slurm.conf was read again")
        listener.wait(lambda: not Path(f"/proc/{old}").exists(), "end of the old process")
        wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in before), "end of its spare processes")
        assert ask(unix(tmp_path), "/")[2] == "second"
        assert ready(listener, 2).isdisjoint(before)


# Several connections of a process.


def test_a_process_serves_so_many_connections_one_after_the_other(tmp_path: Path) -> None:
    with spared(tmp_path, 1, connections_per_process=3) as listener:
        (first,) = ready(listener, 1)
        wait(lambda: pid_of(unix(tmp_path)) == first, "a spare process that is ready")
        served = [first]
        while served[-1] == first:
            with connect(unix(tmp_path)) as client:
                send(client, "/pid", "Connection: close")
                served.append(int(answer(client)[2]))
                assert client.recv(1) == b""
            listener.wait(
                lambda: listener.log.count("connection closed") >= len(served), "end of the connection"
            )
        assert 1 <= served.count(first) <= 3
        assert not Path(f"/proc/{first}").exists() or served.count(first) < 3


def test_a_process_never_serves_two_connections_at_once(tmp_path: Path) -> None:
    with spared(tmp_path, 1, connections_per_process=1000):
        for _ in range(20):
            with connect(unix(tmp_path)) as one, connect(unix(tmp_path)) as other:
                send(one, "/pid")
                send(other, "/pid")
                assert answer(one)[2] != answer(other)[2]


def test_a_process_that_waits_again_is_no_connection(tmp_path: Path) -> None:
    with spared(tmp_path, 0, connections_per_process=1000, max_connections=1):
        for _ in range(20):
            assert ask(unix(tmp_path), "/pid")[0] == 200


def test_a_process_that_crashes_takes_its_own_connection_alone(tmp_path: Path) -> None:
    with spared(tmp_path, 1, connections_per_process=1000) as listener:
        for _ in range(3):
            with connect(unix(tmp_path)) as client:
                send(client, "/segv")
                with contextlib.suppress(EOFError, ConnectionError):
                    answer(client)
            assert ask(unix(tmp_path), "/pid")[0] == 200
        assert listener.log.count("ended by SIGSEGV") == 3 or "SIGSEGV" in listener.log


# Nothing of a connection is left for the next.

#: Connections of two users, who take turns; `make soak` has 10,000 of a real cluster.
INTERLEAVED = 300

FORGETS = """
import base64, gc, json, os, sys, _socket
sys.path[:0] = {path!r}
import restd_inet.slurm
from fake_slurm import FakeSlurm
from restd_inet import log
from restd_inet.app.warm import WarmDispatcher
from restd_inet.app.api import EVERYTHING
from restd_inet.message import Peer
from restd_inet.serve.child import Child
from restd_inet.settings import Settings

fake = FakeSlurm()
fake.cache = {{}}
restd_inet.slurm.connect = lambda settings, *more, **options: fake
log.level = -1
settings = Settings(auth=["jwt"], security="disable_user_check")
dispatcher = WarmDispatcher(settings, EVERYTHING)
child = Child.__new__(Child)
child._settings, child._service = settings, dispatcher
from restd_inet.serve.connection import Connection

class Identity:
    # Whose token signs, as slurm.rpc_credential has it.
    token, is_clients = None, False

    def assume(self, token, name):
        self.token = token
        asked.append(name)
        return True

    def release(self):
        self.token = None

    own = release

fake.identity, asked = Identity(), []
restd_inet.slurm._slurm = fake
fake.end_database = lambda commit: None
prove = lambda: setattr(fake, "proven", True)
fake.prove = prove

def token(user, secret):
    parts = json.dumps({{"alg": "HS256"}}), json.dumps({{"exp": 1 << 34, "sun": user}})
    encoded = [base64.urlsafe_b64encode(part.encode()).decode().strip("=") for part in parts]
    return ".".join([*encoded, secret])

def connection(secret, name=""):
    one, other = _socket.socketpair()
    head = "GET /slurm/v0.0.45/ping HTTP/1.1\\r\\nHost: h\\r\\n"
    head += "X-SLURM-USER-NAME: " + (name or "name-of-" + secret) + "\\r\\n"
    other.sendall((head + "X-SLURM-USER-TOKEN: " + secret + "\\r\\nConnection: close\\r\\n\\r\\n").encode())
    descriptor = one.detach()
    peer = Peer("inet", "client-of-" + secret.rpartition(".")[2])
    Connection(descriptor, descriptor, peer, settings, dispatcher.handle).run()
    os.close(descriptor)
    child.forget()
    return other.recv(65536)

def left(needle):
    seen, todo, found = set(), gc.get_objects(), []
    while todo:
        it = todo.pop()
        if id(it) in seen or it is needle:
            continue
        seen.add(id(it))
        if isinstance(it, (str, bytes, bytearray)):
            if (needle if isinstance(it, str) else needle.encode()) in it:
                found.append(it)
        else:
            todo += gc.get_referents(it)
    return [it for it in found if it is not FIRST]

FIRST = "-".join(["secret", "of", "the", "first"])
assert b" 401 " in connection(FIRST)
gc.collect()
print(left(FIRST))
users = ("root", "nobody")
for number in range({connections}):
    FIRST, user = f"SecretOfConnection{{number}}Of", users[number % 2]
    answer = connection(token(user, FIRST), user)
    assert b" 200 " in answer and f'"user":"{{user}}"'.encode() in answer, answer
    assert f"client-of-SecretOfConnection{{number}}Of".encode() in answer, answer
    assert asked.pop() == user and not asked and fake.identity.token is None
    assert b"Of" not in answer.replace(FIRST.encode(), b""), answer  # nothing of another's
    del answer
    if number % ({connections} // 10) == 0:
        gc.collect()
        assert left(FIRST) == [], left(FIRST)
"""


def test_no_object_of_a_connection_is_left_for_the_next() -> None:
    """Its token, the name that it gave and its address are in no object of the process, and in no answer to
    another, though two users take turns."""
    here = Path(__file__).parents[1]
    import restd_inet

    path = [str(Path(restd_inet.__file__).parents[1]), str(here)]
    script = FORGETS.format(path=path, connections=INTERLEAVED)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "[]\n"
    assert gc.isenabled()
