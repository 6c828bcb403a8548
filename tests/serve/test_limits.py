"""serve.limits and what the system limits: connections, processes, descriptors, slow clients."""

from __future__ import annotations

import contextlib
import os
import pwd
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from listening import (
    SOURCE,
    Listener,
    answer,
    ask,
    children,
    connect,
    listening,
    send,
    unix,
    wait,
)

#: Processes that a user may have.
MANY = resource.getrlimit(resource.RLIMIT_NPROC)[0]
NOBODY = pwd.getpwnam("nobody")
#: Serves standard input in privileged mode, where there is no process to be had.
ALONE = f"""
import os, sys
sys.path.insert(0, {SOURCE!r})
from restd_inet.serve import inet
from restd_inet.settings import Settings
def fork():
    raise BlockingIOError("no process")
os.fork = fork
sys.exit(inet.serve(Settings(privileged=True), None))
"""


class TestLimits:
    def test_more_than_max_connections_wait(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", max_connections=2) as listener:
            held = [connect(unix(tmp_path)) for _ in range(2)]
            listener.wait_log("connection accepted", 2)
            third = connect(unix(tmp_path))
            send(third, "/x")
            third.settimeout(0.3)
            with pytest.raises(TimeoutError):
                third.recv(1)
            third.settimeout(60)
            held[0].close()
            assert answer(third)[0] == 200
            held[1].close()
            third.close()
            assert "2 connections are open; more have to wait" in listener.log

    def test_more_than_max_per_source_get_503_with_retry_after(self, tmp_path: Path) -> None:
        with listening(tmp_path, "127.0.0.1:0", max_per_source=2) as listener:
            port = listener.ports[0]
            held = [connect(port) for _ in range(2)]
            listener.wait_log("connection accepted", 2)
            status, head, _ = ask(port, "/x")
            assert (status, "Retry-After: 1" in head) == (503, True)
            with socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)) as client:
                send(client, "/x")
                assert answer(client)[0] == 200
            for client in held:
                client.close()
            wait(lambda: ask(port, "/x")[0] == 200, "place")

    def test_a_host_does_not_use_up_all_connections_alone(self, tmp_path: Path) -> None:
        with listening(tmp_path, "127.0.0.1:0", f"unix:{tmp_path}/s", max_connections=6) as listener:
            port = listener.ports[0]
            listener.wait_log("3 of 6 connections may be of one host")
            held = [connect(port) for _ in range(3)]
            for client in held:
                client.sendall(b"GET / HTTP/1.1\r\nX")
            listener.wait_log("connection accepted", 3)
            assert ask(port, "/x")[0] == 503
            with socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)) as client:
                send(client, "/x")
                assert answer(client)[0] == 200
            # The users of this machine have no such limit.
            held += [connect(unix(tmp_path)) for _ in range(2)]
            assert ask(unix(tmp_path), "/x")[0] == 200
            for client in held:
                client.close()

    def test_accept_rate(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", accept_rate=10):
            began = time.monotonic()
            assert {ask(unix(tmp_path), "/x")[0] for _ in range(20)} == {200}
            assert time.monotonic() - began > 0.7  # load makes it only longer

    def test_running_out_of_descriptors_ends_nothing(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            used = set(map(int, os.listdir(f"/proc/{listener.server}/fd")))
            limit = next(number for number in range(1024) if number not in used)
            resource.prlimit(listener.server, resource.RLIMIT_NOFILE, (limit, 1024))
            with connect(unix(tmp_path)) as client:
                send(client, "/x")
                listener.wait_log("cannot accept connections: Too many open files")
                resource.prlimit(listener.server, resource.RLIMIT_NOFILE, (1024, 1024))
                assert answer(client)[0] == 200


class TestWithoutProcesses:
    """The kernel gives no new process: RLIMIT_NPROC, which counts for a user other than root."""

    @contextlib.contextmanager
    def limited(self, tmp_path: Path) -> Iterator[Listener]:
        os.chmod(tmp_path, 0o755)
        settings = {} if os.geteuid() else {"user": "nobody", "security": ""}
        with listening(tmp_path, "127.0.0.1:0", env={"CONF": "/etc/hostname"}, **settings) as listener:
            yield listener

    def limit(self, pid: int, processes: int) -> None:
        """As the process's own user, who may do that without any right."""
        user: dict[str, object] = {} if os.geteuid() else {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid}
        command = ["prlimit", f"--pid={pid}", f"--nproc={processes}:"]
        subprocess.run(command, check=True, **user)  # type: ignore[call-overload]

    def test_of_a_connection_its_client_gets_an_error_and_others_are_served(self, tmp_path: Path) -> None:
        with self.limited(tmp_path) as listener, connect(listener.ports[0]) as other:
            send(other, "/x")
            answer(other)
            server = listener.server
            self.limit(server, 0)
            status, head, _ = ask(listener.ports[0], "/x")
            assert (status, "Retry-After: 1" in head) == (503, True)
            send(other, "/x")
            assert answer(other)[0] == 200
            assert "cannot start a process for 127.0.0.1:" in listener.log
            self.limit(server, MANY)
            assert ask(listener.ports[0], "/x")[0] == 200
            assert listener.server == server

    def test_of_a_listening_process_clients_get_an_error(self, tmp_path: Path) -> None:
        with self.limited(tmp_path) as listener:
            supervisor = listener.process.pid
            self.limit(supervisor, 0)
            os.kill(listener.server, signal.SIGKILL)
            listener.wait_log("cannot start a listening process: ")
            assert ask(listener.ports[0], "/x")[0] == 503
            self.limit(supervisor, MANY)
            wait(lambda: ask(listener.ports[0], "/x")[0] == 200, "answer")

    def test_of_a_user_its_client_gets_an_error(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            send(ours, "/x")
            done = subprocess.run(
                [sys.executable, "-I", "-c", ALONE], stdin=theirs, stdout=theirs, timeout=60
            )
            assert (done.returncode, answer(ours)[0]) == (71, 503)


class TestSlowClients:
    def test_do_not_keep_others_out_for_long(self, tmp_path: Path) -> None:
        limits = {"max_connections": 20, "request_timeout": 1.0, "idle_timeout": 1.0}
        with listening(tmp_path, f"unix:{tmp_path}/s", **limits):
            slow = [connect(unix(tmp_path)) for _ in range(30)]
            for client in slow[::2]:
                client.sendall(b"GET / HTTP/1.1\r\nX")
            assert ask(unix(tmp_path), "/x")[0] == 200
            for client in slow:
                client.close()

    def test_hostile_chunk_extensions_leave_no_place_taken(self, tmp_path: Path) -> None:
        """A quoted string that never ends well: each of as many clients as may come is refused, and stays."""
        head = b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        hostile = head + b"1" + b';a=""' * 60 + b"!\r\nx\r\n0\r\n\r\n"
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener, contextlib.ExitStack() as stack:
            for _ in range(124):
                stack.enter_context(connect(unix(tmp_path))).sendall(hostile)
            listener.wait_log("connection accepted", 124)
            wait(lambda: not children(listener.server), "end of every connection")
            assert ask(unix(tmp_path), "/x")[0] == 200
