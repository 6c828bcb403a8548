"""A request is answered when its process crashes, and when another program answers for slurmctld."""

import os
import signal
import socket
import threading

import pytest

from .test_faults import DIAG, FAST, Session, connected, frozen
from .typed import request, send

__all__ = ["frozen"]

V44 = "v0.0.44"


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS])
def test_a_process_that_crashes_in_a_call_of_libslurm_answers(cluster, frozen, number):
    session = Session(cluster, "--slurm-timeout", "60")
    session.send(request("GET", f"/slurm/{V44}/diag"))
    cluster.wait(lambda: connected(session.process.pid))
    session.process.send_signal(number)
    answer = session.receive()
    assert (answer.status, answer.headers["connection"]) == (502, "close")
    assert f"({number.name})" in answer.json["errors"][0]["description"]
    assert f": 502, {len(answer.body)} bytes" not in session.process.stderr.readline().decode()
    assert session.close() == -number


def test_a_process_that_is_held_in_a_call_of_libslurm_answers_in_time(cluster, frozen):
    """Stopped in the call, and with SIGTERM blocked as libslurm's threads may have it: the timer goes on."""
    session = Session(cluster, "--slurm-timeout", "60", "--request-timeout", "1")
    answer = session.ask(DIAG)
    assert answer.status == 504
    assert session.close() == 1


#: What a port has that is not slurmctld's.
OTHERS = [
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.2p1\r\n",
    b"\0\0\0\x10" + bytes(range(16)),
    b"\0\0\1\0" + b"\x26\0" + b"\xff" * 254,
    b"",
]


@pytest.fixture
def another(cluster):
    """Something else on slurmctld's port; the slurm.conf that says so."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        directory = cluster.shell("mktemp -d").stdout.decode().strip()
        conf = f"{directory}/slurm.conf"
        with open(cluster.conf) as file:
            lines = [line for line in file if not line.startswith("SlurmctldPort")]
        with open(conf, "w") as file:
            file.writelines([*lines, f"SlurmctldPort={server.getsockname()[1]}\n"])
        os.chmod(directory, 0o755)
        threading.Thread(target=talk, args=(server,), daemon=True).start()
        yield conf
    cluster.shell(f"rm -r {directory}")


def talk(server):
    """Echoes, turns bytes round and says other things, in turn."""
    number = 0
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client:
            client.settimeout(5)
            try:
                asked = client.recv(65536)
                kinds = [*OTHERS, asked, asked[:40] + asked[:39:-1]]
                client.sendall(kinds[number % len(kinds)])
            except OSError:
                pass
        number += 1


def test_what_is_not_slurmctld_leaves_no_request_without_an_answer(cluster, another):
    for path in ("diag", "jobs", "ping"):
        for _ in range(7):
            done = send(cluster, request("GET", f"/slurm/{V44}/{path}"), *FAST, "-f", another)
            assert done.answer.status in (200, 422, 502, 503, 504), done.answer.text
            assert done.answer.json["errors"] or path == "ping"
