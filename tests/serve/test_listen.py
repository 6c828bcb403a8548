"""serve.supervise and serve.listen: real processes and sockets, with a service of the test's own."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import resource
import signal
import socket
import stat
import subprocess
import sys
import threading
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
    command,
    connect,
    descendants,
    listening,
    send,
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


def unix(directory: Path) -> str:
    return f"{directory}/s"


class TestConnections:
    def test_each_has_a_process_of_its_own(self, tmp_path: Path) -> None:
        with listening(tmp_path, "127.0.0.1:0", f"unix:{tmp_path}/s") as listener:
            pids = {ask(where, "/pid")[2] for where in (listener.ports[0], unix(tmp_path)) for _ in range(3)}
            assert len(pids) == 6
            with connect(unix(tmp_path)) as client:
                found = set()
                for _ in range(3):
                    send(client, "/pid")
                    found.add(answer(client)[2])
            assert len(found) == 1

    def test_a_process_holds_no_other_descriptor(self, tmp_path: Path) -> None:
        addresses = "127.0.0.1:0", f"unix:{tmp_path}/s"
        with listening(tmp_path, *addresses), connect(unix(tmp_path)) as other:
            send(other, "/x")
            answer(other)
            links = ask(unix(tmp_path), "/fds")[2].split()
        # 0, 1, 2 and the log; the connection.
        assert links.count("socket") == 1, links
        assert links.count("/dev/null") == 2, links
        assert set(links) == {"socket", "/dev/null", str(tmp_path / "log")}, links

    def test_ipv6_and_ipv4_have_sockets_of_their_own(self, tmp_path: Path) -> None:
        with listening(tmp_path, "[::1]:0", ":0") as listener:
            assert ask(listener.ports[1], "/x")[0] == 200
            with socket.create_connection(("::1", listener.ports[0])) as client:
                send(client, "/x")
                assert answer(client)[0] == 200
            assert re.search(r"connection accepted", listener.log)

    def test_opened_and_closed_are_logged_with_the_peer(self, tmp_path: Path) -> None:
        with listening(tmp_path, "127.0.0.1:0") as listener:
            with connect(listener.ports[0]) as client:
                name = f"127.0.0.1:{client.getsockname()[1]}"
                send(client, "/x?secret")
                answer(client)
            listener.wait_log(f"{name}: connection closed")
            assert re.search(rf"{name}: connection accepted, process \d+", listener.log)
            assert re.search(rf"GET /x for {name}: 200, \d+ bytes, \d+ ms", listener.log)
            assert "secret" not in listener.log

    def test_a_storm_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            server = listener.server
            before = len(os.listdir(f"/proc/{server}/fd"))
            bad: list[object] = []

            def clients() -> None:
                for _ in range(50):
                    status = ask(unix(tmp_path), "/x")[0]
                    if status != 200:
                        bad.append(status)

            threads = [threading.Thread(target=clients) for _ in range(10)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert bad == []
            wait(lambda: not children(server), "end of the children, reaped")
            assert len(os.listdir(f"/proc/{server}/fd")) == before


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

    def test_more_than_max_per_source_are_told_to_come_back(self, tmp_path: Path) -> None:
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
            assert 0.7 < time.monotonic() - began < 30

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

    def test_of_a_connection_its_client_is_told_and_others_are_served(self, tmp_path: Path) -> None:
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

    def test_of_a_listening_process_clients_are_told(self, tmp_path: Path) -> None:
        with self.limited(tmp_path) as listener:
            supervisor = listener.process.pid
            self.limit(supervisor, 0)
            os.kill(listener.server, signal.SIGKILL)
            listener.wait_log("cannot start a listening process: ")
            assert ask(listener.ports[0], "/x")[0] == 503
            self.limit(supervisor, MANY)
            wait(lambda: ask(listener.ports[0], "/x")[0] == 200, "answer")

    def test_of_a_user_its_client_is_told(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            send(ours, "/x")
            done = subprocess.run(
                [sys.executable, "-I", "-c", ALONE], stdin=theirs, stdout=theirs, timeout=60
            )
            assert (done.returncode, answer(ours)[0]) == (1, 503)


class TestEnding:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_running_requests_end_first(self, tmp_path: Path, number: int) -> None:
        gate = tmp_path / "gate"
        gate.touch()
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            with connect(unix(tmp_path)) as busy, connect(unix(tmp_path)) as idle:
                send(idle, "/x")
                answer(idle)
                send(busy, f"/slow?{gate}")
                wait(lambda: os.path.exists(f"{gate}.seen"), "request")
                listener.process.send_signal(number)
                assert idle.recv(1) == b""
                with pytest.raises(OSError):
                    connect(unix(tmp_path))
                assert listener.process.poll() is None
                gate.unlink()
                status, head, _ = answer(busy)
                assert (status, "Connection: close" in head) == (200, True)
            assert listener.process.wait(60) == 0
            assert not os.path.exists(unix(tmp_path))

    def test_requests_have_no_more_than_shutdown_timeout(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        gate.touch()
        with listening(tmp_path, f"unix:{tmp_path}/s", shutdown_timeout=0.5) as listener:
            with connect(unix(tmp_path)) as busy:
                send(busy, f"/slow?{gate}")
                listener.wait_log("connection accepted")
                everyone = descendants(listener.process.pid)
                assert listener.end() == 0
                assert busy.recv(1) == b""
            assert not [pid for pid in everyone if os.path.exists(f"/proc/{pid}")]

    def test_a_server_that_dies_is_replaced(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            os.kill(listener.server, signal.SIGKILL)
            assert ask(unix(tmp_path), "/x")[0] == 200
            assert "ended with status -9; starting another" in listener.log

    def test_a_supervisor_that_dies_takes_all_with_it(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            server = listener.server
            listener.end(signal.SIGKILL)
            wait(lambda: not os.path.exists(f"/proc/{server}/exe"), "end")


class TestFailing:
    """The listening process cannot start, or ends again and again."""

    def test_at_the_start_it_is_said_and_over(self, tmp_path: Path) -> None:
        (tmp_path / "conf").write_text("dies")
        env = {**os.environ, "CONF": str(tmp_path / "conf")}
        done = subprocess.run(command("127.0.0.1:0"), capture_output=True, text=True, timeout=60, env=env)
        assert done.returncode == 1
        assert re.search(r"the listening process \d+ ended with status 3 at its start", done.stderr)

    def test_later_clients_are_told_until_it_can_start(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", "127.0.0.1:0") as listener:
            listener.conf.write_text("bad")
            os.kill(listener.server, signal.SIGKILL)
            for pause in (1, 2):  # seconds, longer each time
                listener.wait_log(f"starting another in {pause} s")
                for where in (unix(tmp_path), *listener.ports):
                    status, head, text = ask(where, "/x")
                    assert (status, "Retry-After: 30" in head, "log" in text) == (503, True, True)
            listener.conf.write_text("second")
            wait(lambda: ask(unix(tmp_path), "/x")[2] == "second", "second")

    def test_a_reload_does_not_wait_for_the_next_attempt(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            listener.conf.write_text("bad")
            os.kill(listener.server, signal.SIGKILL)
            listener.wait_log("starting another in 4 s")
            listener.conf.write_text("second")
            listener.process.send_signal(signal.SIGHUP)
            wait(lambda: ask(unix(tmp_path), "/x")[2] == "second", "second", timeout=4)
            assert len(children(listener.process.pid)) == 1

    def test_one_that_ends_soon_after_its_start_has_failed_too(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            for times, pause in enumerate((0, 1, 2), 1):
                wait(lambda: ask(unix(tmp_path), "/x")[0] == 200, "answer")
                os.kill(listener.server, signal.SIGKILL)
                listener.wait_log("ended with status -9", times)
                if pause:
                    listener.wait_log(f"starting another in {pause} s")
            listener.end()

    def test_a_failed_prewarming_ends_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "conf").write_text("unwarmed")
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            listener.wait_log("prewarming failed: ValueError: a wrong note")
            assert ask(unix(tmp_path), "/x")[0] == 200
            assert "starting another" not in listener.log


class TestCrashes:
    @pytest.mark.parametrize(("target", "words"), [("/segv", "was ended by SIGSEGV"), ("/exit", "status 7")])
    def test_leave_one_line(self, tmp_path: Path, target: str, words: str) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            if target == "/segv":
                assert ask(unix(tmp_path), target)[0] == 502
            else:
                with pytest.raises(EOFError):
                    ask(unix(tmp_path), target)
            listener.wait_log("connection closed")
            assert listener.log.count(words) == 1
            assert ask(unix(tmp_path), "/x")[0] == 200
            assert "Traceback" not in listener.log


class TestReload:
    def test_reads_the_configuration_again(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            with connect(unix(tmp_path)) as old:
                send(old, "/x")
                assert answer(old)[2] == "first"
                listener.conf.write_text("second")
                listener.process.send_signal(signal.SIGHUP)
                wait(lambda: ask(unix(tmp_path), "/x")[2] == "second", "second")
                send(old, "/x")  # a connection is not dropped: it is told to come again
                status, head, body = answer(old)
                assert (status, body, "Connection: close" in head) == (200, "first", True)
            wait(lambda: len(children(listener.process.pid)) == 1, "end of the first")

    @pytest.mark.parametrize("text", ["bad", "dies"])
    def test_that_fails_changes_nothing(self, tmp_path: Path, text: str) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            listener.conf.write_text(text)
            listener.process.send_signal(signal.SIGHUP)
            listener.wait_log("continuing with the previous configuration")
            assert ("the file is bad" in listener.log) == (text == "bad")
            assert ask(unix(tmp_path), "/x")[2] == "first"
            listener.conf.write_text("third")
            listener.process.send_signal(signal.SIGHUP)
            wait(lambda: ask(unix(tmp_path), "/x")[2] == "third", "third")

    def test_under_load_fails_no_request(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            stop = threading.Event()
            bad: list[object] = []

            def once() -> None:
                while not stop.is_set():
                    try:
                        bad.extend(s for s in [ask(unix(tmp_path), "/x")[0]] if s != 200)
                    except Exception as error:
                        bad.append(error)

            def keep() -> None:
                while not stop.is_set():
                    with connect(unix(tmp_path)) as client:
                        head = ""
                        while "Connection: close" not in head and not stop.is_set():
                            try:
                                send(client, "/x")
                                head = answer(client)[1]
                            except Exception as error:
                                bad.append(error)
                                return

            threads = [threading.Thread(target=function) for function in (once, once, keep, keep)]
            for thread in threads:
                thread.start()
            for times in range(1, 6):
                listener.process.send_signal(signal.SIGHUP)
                listener.wait_log("was read again", times)
            stop.set()
            for thread in threads:
                thread.join()
            assert bad == []


class TestUnixSockets:
    def test_a_stale_one_is_replaced(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(unix(tmp_path))
        with listening(tmp_path, f"unix:{tmp_path}/s"):
            assert ask(unix(tmp_path), "/x")[0] == 200

    def test_a_live_one_is_not(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as live:
            live.bind(unix(tmp_path))
            live.listen()
            done = subprocess.run(command(f"unix:{tmp_path}/s"), capture_output=True, text=True, timeout=60)
            assert done.returncode == 1
            assert "another process listens there" in done.stderr
            connect(unix(tmp_path)).close()

    def test_nor_is_a_file(self, tmp_path: Path) -> None:
        Path(unix(tmp_path)).write_text("precious")
        done = subprocess.run(command(f"unix:{tmp_path}/s"), capture_output=True, text=True, timeout=60)
        assert (done.returncode, "is not a socket" in done.stderr) == (1, True)
        assert Path(unix(tmp_path)).read_text() == "precious"

    @pytest.mark.skipif(os.geteuid() != 0, reason="changes an owner")
    def test_mode_and_owner(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", socket_mode=0o660, socket_owner="nobody:adm"):
            found = os.stat(unix(tmp_path))
            assert stat.S_IMODE(found.st_mode) == 0o660
            assert found.st_uid == 65534
            assert found.st_gid != 0


class TestWho:
    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
    def test_root_is_refused_unless_it_is_asked_for(self, tmp_path: Path) -> None:
        for settings in ({"security": ""}, {"security": "become_user"}):
            done = subprocess.run(
                command("127.0.0.1:0", **settings), capture_output=True, text=True, timeout=60
            )
            assert (done.returncode, "refusing to listen as root" in done.stderr) == (1, True)

    def test_slurm_user_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "conf").write_text("x")
        done = subprocess.run(
            command(
                "127.0.0.1:0",
                security="",
                **({} if os.geteuid() else {"user": "nobody"}),
            ),
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "CONF": "/etc/hostname", "SLURM_USER": str(os.geteuid() or 65534)},
        )
        assert (done.returncode, "refusing to listen as SlurmUser" in done.stderr) == (1, True)

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
    def test_privileges_are_dropped_with_all_groups(self, tmp_path: Path) -> None:
        os.chmod(tmp_path, 0o755)
        settings = {"user": "nobody", "group": "adm", "security": ""}
        with listening(tmp_path, "127.0.0.1:0", env={"CONF": "/etc/hostname"}, **settings) as listener:
            uid, gid, groups = ask(listener.ports[0], "/who")[2].split(" ", 2)
            assert (uid, groups.split("]")[0]) == ("65534", f"[{gid}")
            for line in ("Uid:\t65534\t65534\t65534\t65534", "CapEff:\t0000000000000000"):
                assert line in Path(f"/proc/{listener.server}/status").read_text()

    def test_an_address_in_use_is_said(self, tmp_path: Path) -> None:
        with listening(tmp_path, "127.0.0.1:0") as listener:
            typed = f"127.0.0.1:{listener.ports[0]}"
            done = subprocess.run(command(typed), capture_output=True, text=True, timeout=60)
            assert done.returncode == 1
            assert f"cannot listen on {typed}: Address already in use" in done.stderr

    def test_what_cannot_start_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "conf").write_text("bad")
        env = {**os.environ, "CONF": str(tmp_path / "conf")}
        done = subprocess.run(command("127.0.0.1:0"), capture_output=True, text=True, timeout=60, env=env)
        assert (done.returncode, "the file is bad" in done.stderr) == (1, True)


class TestSlowClients:
    def test_do_not_keep_others_out_for_long(self, tmp_path: Path) -> None:
        limits = {"max_connections": 20, "request_timeout": 1.0, "idle_timeout": 1.0}
        with listening(tmp_path, f"unix:{tmp_path}/s", **limits):
            slow = [connect(unix(tmp_path)) for _ in range(30)]
            for client in slow[::2]:
                client.sendall(b"GET / HTTP/1.1\r\nX")
            began = time.monotonic()
            assert ask(unix(tmp_path), "/x")[0] == 200
            assert time.monotonic() - began < 30
            for client in slow:
                client.close()


class TestInherited:
    def serve(
        self, tmp_path: Path, listener: socket.socket, where: int, **settings: object
    ) -> subprocess.Popen[bytes]:
        (tmp_path / "conf").write_text("first")

        def move() -> None:
            os.dup2(listener.fileno(), where)
            if where == 3:
                os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))

        arguments = command(**settings)
        if where == 3:
            arguments = ["/bin/sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"', *arguments]
        return subprocess.Popen(
            arguments,
            stdin=listener if where == 0 else subprocess.DEVNULL,
            stdout=listener if where == 0 else None,
            stderr=listener if where == 0 else open(tmp_path / "log", "wb"),
            pass_fds=(3,) if where == 3 else (),
            preexec_fn=move if where == 3 else None,
            env={**os.environ, "CONF": str(tmp_path / "conf")},
        )

    @pytest.mark.parametrize("where", [0, 3])
    def test_a_listening_socket_is_served_until_idle(self, tmp_path: Path, where: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            process = self.serve(tmp_path, listener, where, idle_exit=0.5)
            port = listener.getsockname()[1]
            with connect(port) as client:
                send(client, "/noise", "Connection: close")
                status, _, body = answer(client)
                assert (status, body) == (200, "first")
                assert client.recv(10) == b""
            assert {ask(port, "/x")[0] for _ in range(3)} == {200}
            assert process.wait(60) == 0
