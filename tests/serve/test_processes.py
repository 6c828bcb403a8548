"""Which processes there are, with whom they end, and what of their surroundings changes nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import lacking
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
    gone,
    listening,
    send,
    wait,
)

from restd_inet import process

as_root = lacking.as_root
NOBODY = pwd.getpwnam("nobody")
#: Processes that a user may have.
MANY = resource.getrlimit(resource.RLIMIT_NPROC)[0]


@pytest.fixture
def anybodys() -> Iterator[Path]:
    """A directory that every user may enter, unlike tmp_path."""
    with tempfile.TemporaryDirectory(dir="/tmp") as where:
        os.chmod(where, 0o755)
        yield Path(where)


def unix(directory: Path) -> str:
    return f"{directory}/s"


def limit(pid: int, processes: int) -> None:
    """RLIMIT_NPROC of a process of nobody's, set as nobody."""
    arguments = ["prlimit", f"--pid={pid}", f"--nproc={processes}:"]
    subprocess.run(arguments, check=True, user=NOBODY.pw_uid, group=NOBODY.pw_gid)


def accepts(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(path) == 0


@contextlib.contextmanager
def busy(tmp_path: Path, connections: int = 3, **settings: object) -> Iterator[tuple[Listener, list[int]]]:
    """A listener with requests that do not end, and all its processes."""
    gate = tmp_path / "gate"
    gate.touch()
    with listening(tmp_path, f"unix:{tmp_path}/s", **settings) as listener, contextlib.ExitStack() as stack:
        gates = [Path(f"{gate}{number}") for number in range(connections)]
        for each in gates:
            each.symlink_to(gate)
            send(stack.enter_context(connect(unix(tmp_path))), f"/slow?{each}")
        # A process that is stopped before it works on its request has another deadline, or no parent's death.
        wait(lambda: all(os.path.exists(f"{each}.seen") for each in gates), "requests")
        assert len(children(listener.server)) == connections
        yield listener, [listener.process.pid, *descendants(listener.process.pid)]


class TestEnding:
    """Nothing is left after an end."""

    def ended(self, pids: list[int]) -> None:
        wait(lambda: all(map(gone, pids)), "end of every process")

    def test_a_second_sigterm_leaves_no_process(self, tmp_path: Path) -> None:
        with busy(tmp_path) as (listener, pids):
            listener.process.send_signal(signal.SIGTERM)
            # Two at once are one: it has taken the first when its socket is closed.
            wait(lambda: not accepts(unix(tmp_path)), "end of the socket")
            listener.process.send_signal(signal.SIGTERM)
            assert listener.process.wait(60) == 0
            assert all(map(gone, pids))

    @pytest.mark.parametrize("stopped", [False, True])
    def test_the_supervisor_s_end_leaves_no_process(self, tmp_path: Path, stopped: bool) -> None:
        with busy(tmp_path) as (listener, pids):
            for pid in pids[1:] if stopped else ():
                os.kill(pid, signal.SIGSTOP)
            listener.end(signal.SIGKILL)
            self.ended(pids)

    def test_a_listening_process_takes_its_connections_with_it(self, tmp_path: Path) -> None:
        with busy(tmp_path) as (listener, pids):
            server, before = listener.server, children(listener.server)
            os.kill(before[0], signal.SIGSTOP)
            os.kill(server, signal.SIGKILL)
            self.ended(before)
            wait(lambda: listener.server not in (0, server), "another listening process")
            assert ask(unix(tmp_path), "/x")[0] == 200
            # The orphans were waited for, too.
            assert not [pid for pid in pids[1:] if os.path.exists(f"/proc/{pid}")]

    def test_a_connection_that_is_stopped_does_not_outlast_sigterm(self, tmp_path: Path) -> None:
        with busy(tmp_path, shutdown_timeout=0.3) as (listener, pids):
            os.kill(children(listener.server)[0], signal.SIGSTOP)
            assert listener.end() == 0
            self.ended(pids)


#: What fails in a new process, and where.
FAILURES = {
    "a defect": "def work(): raise ValueError('secret')",
    "an exit": "def work(): sys.exit(0)",
    "an interrupt": "def work(): raise KeyboardInterrupt",
    "no memory": "def work(): raise MemoryError",
    "before it works": "process.end_with = 1",
    "the log too": "log.write = 1\ndef work(): raise ValueError",
}


class TestForked:
    @pytest.mark.parametrize("failure", FAILURES)
    def test_a_process_ends_where_it_was_forked_whatever_fails(self, failure: str) -> None:
        script = f"""
import os, sys
sys.path.insert(0, {SOURCE!r})
from restd_inet import log, process
def work(): return 0
{FAILURES[failure]}
try:
    pid = process.child(work, "the child")
finally:
    print("on", os.getpid(), flush=True)
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
        done = subprocess.run(
            [sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60
        )
        assert re.fullmatch(r"on \d+\nstatus 70\n", done.stdout), done.stderr
        assert "secret" not in done.stderr

    def test_its_status_is_what_its_work_gives(self) -> None:
        assert os.waitstatus_to_exitcode(os.waitpid(process.child(lambda: 7, "a child"), 0)[1]) == 7


class TestReload:
    def test_no_process_accepts_before_the_supervisor_knows(self, tmp_path: Path) -> None:
        """So a reload at that moment ends no process that has connections."""
        hold = tmp_path / "hold"
        hold.touch()
        (tmp_path / "conf").write_text(f"waits {hold}")
        listener = Listener(tmp_path, command(f"unix:{tmp_path}/s"))
        try:
            wait(lambda: listener.server, "listening process")
            fresh = listener.server
            listener.process.send_signal(signal.SIGSTOP)
            hold.unlink()
            with connect(unix(tmp_path)) as client:
                send(client, "/pid")
                client.settimeout(0.5)
                with pytest.raises(TimeoutError):
                    client.recv(1)
                assert children(fresh) == []
                listener.process.send_signal(signal.SIGHUP)
                listener.process.send_signal(signal.SIGCONT)
                client.settimeout(60)
                assert answer(client)[0] == 200
        finally:
            listener.process.send_signal(signal.SIGCONT)
            listener.end()

    @as_root
    def test_without_processes_in_the_middle_of_another_goes_on(self, anybodys: Path) -> None:
        hold = anybodys / "hold"
        hold.touch()
        with listening(anybodys, "127.0.0.1:0", user="nobody", security="") as listener:
            port, supervisor = listener.ports[0], listener.process.pid
            listener.conf.write_text(f"waits {hold}")
            listener.process.send_signal(signal.SIGHUP)
            wait(lambda: len(children(supervisor)) == 2, "another listening process")
            limit(supervisor, 0)
            listener.process.send_signal(signal.SIGHUP)
            listener.wait_log("continuing with the previous configuration")
            assert ask(port, "/x")[2] == "first"
            limit(supervisor, MANY)
            hold.unlink()
            listener.conf.write_text("second")
            listener.process.send_signal(signal.SIGHUP)
            wait(lambda: ask(port, "/x")[2] == "second", "second")


def test_max_connections_is_exact_on_several_addresses(tmp_path: Path) -> None:
    addresses = [f"unix:{tmp_path}/{name}" for name in "sabc"]
    with listening(tmp_path, *addresses, max_connections=2) as listener:
        server = listener.server
        os.kill(server, signal.SIGSTOP)
        clients = [connect(f"{tmp_path}/{name}") for name in "sabc"]
        for client in clients:
            send(client, "/x", "Connection: close")
        os.kill(server, signal.SIGCONT)
        assert [answer(client)[0] for client in clients] == [200] * 4
        for client in clients:
            client.close()
        listener.wait_log("connection closed", 4)
        inside = 0
        for line in listener.log.splitlines():
            inside += ("connection accepted" in line) - ("connection closed" in line)
            assert inside <= 2, listener.log


def test_max_connections_is_exact_while_a_reload_has_two_listening_processes(tmp_path: Path) -> None:
    with listening(tmp_path, f"unix:{tmp_path}/s", max_connections=2) as listener:
        held = [connect(unix(tmp_path)) for _ in range(2)]
        listener.wait_log("connection accepted", 2)
        listener.conf.write_text("second")
        listener.process.send_signal(signal.SIGHUP)
        listener.wait_log("was read again")
        with connect(unix(tmp_path)) as third:
            send(third, "/x")
            third.settimeout(0.5)
            with pytest.raises(TimeoutError):
                third.recv(1)
            held[0].close()
            third.settimeout(60)
            assert answer(third)[2] == "second"
            # What a process had open is not counted when it has ended.
            os.kill(min(children(listener.process.pid)), signal.SIGKILL)
            wait(lambda: ask(unix(tmp_path), "/x")[0] == 200, "place")
        held[1].close()


class TestDescriptors:
    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
    def test_closed_ones_change_nothing(self, tmp_path: Path, closed: str) -> None:
        shell = ["/bin/sh", "-c", f'exec "$0" "$@" {closed}']
        listener = Listener(tmp_path, [*shell, *command(f"unix:{tmp_path}/s")])
        try:
            wait(lambda: accepts(unix(tmp_path)), "listener")
            status, _, links = ask(unix(tmp_path), "/fds")
            assert (status, links.split().count("socket")) == (200, 1)
            listener.conf.write_text("second")
            listener.process.send_signal(signal.SIGHUP)
            wait(lambda: ask(unix(tmp_path), "/x")[2] == "second", "second")
        finally:
            assert listener.end() == 0

    def test_a_directory_that_is_gone_changes_nothing(self, tmp_path: Path) -> None:
        where = tmp_path / "where"
        where.mkdir()
        with listening(tmp_path, f"unix:{tmp_path}/s", options={"cwd": where}) as listener:
            where.rmdir()
            assert ask(unix(tmp_path), "/x")[0] == 200
            listener.conf.write_text("second")
            listener.process.send_signal(signal.SIGHUP)
            wait(lambda: ask(unix(tmp_path), "/x")[2] == "second", "second")


class TestCoreDumps:
    def test_there_are_none(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener, connect(unix(tmp_path)) as client:
            send(client, "/x")
            answer(client)
            pids = [listener.process.pid, *descendants(listener.process.pid)]
            assert len(pids) == 3
            for pid in pids:
                limits = Path(f"/proc/{pid}/limits").read_text()
                assert "Max core file size        0                    0 " in limits

    def test_a_secret_is_no_other_process_s(self) -> None:
        """What belongs to root in /proc is that of a process that cannot be looked into, or dumped."""
        script = (
            f"import os, sys; sys.path.insert(0, {SOURCE!r}); from restd_inet import process; "
            "see = lambda: os.stat('/proc/self/environ').st_uid; "
            "print(see()); process.hide(); print(see())"
        )
        user: dict[str, object] = {} if os.geteuid() else {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid}
        done = subprocess.run(  # type: ignore[call-overload]
            [sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60, **user
        )
        assert done.stdout.split() == [str(NOBODY.pw_uid if user else os.geteuid()), "0"], done.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def full_pipe() -> tuple[int, int]:
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 1 << 20)  # no process can make it larger
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    return reader, writer


def full_socket() -> tuple[int, int]:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            theirs.send(b"x" * 4096)
    theirs.setblocking(True)
    return ours.detach(), theirs.detach()


def full_terminal() -> tuple[int, int]:
    ours, theirs = os.openpty()
    os.set_blocking(theirs, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(theirs, b"x" * 4096)
    os.set_blocking(theirs, True)
    return ours, theirs


FULL = {"pipe": full_pipe, "socket": full_socket, "terminal": full_terminal}


class TestBlockedLog:
    """Nobody reads standard output and standard error, and nothing comes from standard input."""

    def everything(self, reader: int) -> str:
        os.set_blocking(reader, False)
        found = b""
        with contextlib.suppress(OSError):
            while piece := os.read(reader, 65536):
                found += piece
        return found.decode(errors="replace").lstrip("x")

    @pytest.mark.parametrize("kind", FULL)
    @pytest.mark.parametrize("user", ["", pytest.param("nobody", marks=as_root)])
    def test_serves_and_ends_all_the_same(self, anybodys: Path, kind: str, user: str) -> None:
        """Also where the descriptor is another user's, who may not open it."""
        reader, writer = FULL[kind]()
        (anybodys / "conf").write_text("first")
        started: dict[str, object] = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid} if user else {}
        port = free_port()
        process = subprocess.Popen(  # type: ignore[call-overload]
            command(f"127.0.0.1:{port}"),
            stdin=reader,
            stdout=writer,
            stderr=writer,
            env={**os.environ, "CONF": str(anybodys / "conf")},
            **started,
        )
        try:
            wait(lambda: children(process.pid), "listening process")
            assert {ask(port, "/x")[0] for _ in range(80)} == {200}
            said = self.everything(reader)  # there is somebody after all
            assert ask(port, "/x")[0] == 200
            process.terminate()
            assert process.wait(60) == 0
            assert os.get_blocking(writer), "the flags of a descriptor that is not ours alone"
            said += self.everything(reader)
            counts = re.findall(r"restd-inet: (\d+) lines of the log were lost here", said)
            assert sum(map(int, counts)) > 30, said
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            os.close(reader)
            os.close(writer)


class TestOverdue:
    """Who cannot keep its own limits is ended from outside."""

    def test_a_stopped_connection_is_killed_after_its_time_and_counted(self, tmp_path: Path) -> None:
        with busy(tmp_path, connections=2, request_timeout=0.5) as (listener, _):
            stopped = children(listener.server)
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            wait(lambda: not children(listener.server), "end of the stopped processes")
            listener.wait_log("did not end within 5 s of its deadline: killed; 2 so far")
            (tmp_path / "gate").unlink()
            assert ask(unix(tmp_path), "/x")[0] == 200

    def test_one_that_waits_for_a_request_is_killed_after_its_time(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", idle_timeout=0.2) as listener:
            with connect(unix(tmp_path)):
                wait(lambda: len(children(listener.server)) == 1, "connection")
                os.kill(children(listener.server)[0], signal.SIGSTOP)
                wait(lambda: not children(listener.server), "end of the stopped process")
            listener.wait_log("killed; 1 so far")
