"""serve.worker: real processes and sockets, with a service of the test's own."""

from __future__ import annotations

import grp
import os
import re
import signal
import socket
import stat
import subprocess
import threading
from pathlib import Path

import lacking
import pytest
from listening import (
    answer,
    ask,
    children,
    command,
    connect,
    listening,
    send,
    unix,
    wait,
)


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

    def test_a_stale_process_says_so(self, tmp_path: Path) -> None:
        env = {"STALE": "restd-inet was replaced"}
        with listening(tmp_path, f"unix:{tmp_path}/s", env=env) as listener:
            ask(unix(tmp_path), "/x")
            listener.wait_log("restd-inet was replaced: every request is answered 503")

    @lacking.as_root
    def test_in_privileged_mode_a_keeper_starts_the_process_of_a_request(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", privileged=True) as listener:
            pid = int(ask(unix(tmp_path), "/pid")[2])
            keeper = re.findall(r"connection accepted, process (\d+)", listener.log)
            assert len(keeper) == 1
            assert pid not in (int(keeper[0]), listener.server)
            listener.wait_log("connection closed")


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
            assert done.returncode == 71
            assert "another process listens there" in done.stderr
            connect(unix(tmp_path)).close()

    def test_nor_is_a_file(self, tmp_path: Path) -> None:
        Path(unix(tmp_path)).write_text("precious")
        done = subprocess.run(command(f"unix:{tmp_path}/s"), capture_output=True, text=True, timeout=60)
        assert (done.returncode, "is not a socket" in done.stderr) == (71, True)
        assert Path(unix(tmp_path)).read_text() == "precious"

    @lacking.as_root
    def test_mode_and_owner(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", socket_mode=0o660, socket_owner="nobody:adm"):
            found = os.stat(unix(tmp_path))
            assert stat.S_IMODE(found.st_mode) == 0o660
            assert found.st_uid == 65534
            assert found.st_gid != 0


class TestWho:
    @lacking.as_root
    def test_root_is_refused_unless_it_is_asked_for(self, tmp_path: Path) -> None:
        for settings in ({"security": ""}, {"security": "become_user"}):
            done = subprocess.run(
                command("127.0.0.1:0", **settings), capture_output=True, text=True, timeout=60
            )
            assert (done.returncode, "refusing to listen as root" in done.stderr) == (77, True)

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
        assert (done.returncode, "refusing to listen as SlurmUser" in done.stderr) == (77, True)

    @lacking.as_root
    def test_privileges_are_dropped_with_all_groups(self, tmp_path: Path) -> None:
        os.chmod(tmp_path, 0o755)
        settings = {"user": "nobody", "group": "adm", "security": ""}
        with listening(tmp_path, "127.0.0.1:0", env={"CONF": "/etc/hostname"}, **settings) as listener:
            uid, gid, groups = ask(listener.ports[0], "/who")[2].split(" ", 2)
            assert (uid, groups.split("]")[0]) == ("65534", "[")
            assert int(gid) == grp.getgrnam("adm").gr_gid
            for line in ("Uid:\t65534\t65534\t65534\t65534", "CapEff:\t0000000000000000"):
                assert line in Path(f"/proc/{listener.server}/status").read_text()

    def test_an_address_in_use_is_reported(self, tmp_path: Path) -> None:
        with listening(tmp_path, "127.0.0.1:0") as listener:
            typed = f"127.0.0.1:{listener.ports[0]}"
            done = subprocess.run(command(typed), capture_output=True, text=True, timeout=60)
            assert done.returncode == 71
            assert f"cannot listen on {typed}: Address already in use" in done.stderr

    def test_what_cannot_start_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "conf").write_text("bad")
        env = {**os.environ, "CONF": str(tmp_path / "conf")}
        done = subprocess.run(command("127.0.0.1:0"), capture_output=True, text=True, timeout=60, env=env)
        assert (done.returncode, "the file is bad" in done.stderr) == (69, True)


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


class TestSigprof:
    """SIGPROF logs the state of the connections, as with slurmrestd."""

    def test_each_connection_is_logged_and_goes_on(self, tmp_path: Path) -> None:
        held = tmp_path / "held"
        held.touch()
        with (
            listening(tmp_path, f"unix:{tmp_path}/s", max_connections=9) as listener,
            connect(unix(tmp_path)) as idle,
            connect(unix(tmp_path)) as busy,
        ):
            send(idle, "/x")
            answer(idle)
            send(busy, f"/slow?{held}")
            wait(Path(f"{held}.seen").exists, "request at work")

            def idle_said() -> bool:
                # The process of the idle connection may be a step behind its answer.
                listener.process.send_signal(signal.SIGPROF)
                return ": waiting for a request of " in listener.log

            wait(idle_said, "a connection that waits, in the log")
            listener.wait_log(": GET /slow")
            listener.wait_log("2 of 9 connections, ")
            assert "1 requests answered before" in listener.log
            held.unlink()
            assert answer(busy)[0] == 200
            send(idle, "/x")
            assert answer(idle)[0] == 200

    def test_a_process_that_waits_for_a_second_connection_lives(self, tmp_path: Path) -> None:
        options = {"env": {"REHEARSAL": "GET / HTTP/1.1\r\nHost: h\r\n\r\n"}, "connections_per_process": 3}
        with listening(tmp_path, f"unix:{tmp_path}/s", spare_processes=1, **options) as listener:
            pid = int(ask(unix(tmp_path), "/pid")[2])
            os.kill(pid, signal.SIGPROF)
            listener.process.send_signal(signal.SIGPROF)
            listener.wait_log(" of 124 connections, ")
            assert ask(unix(tmp_path), "/x")[0] == 200
            assert "SIGPROF" not in listener.log


class TestParameters:
    """SlurmrestdParameters of slurm.conf."""

    def test_max_connections_holds_unless_it_was_given(self, tmp_path: Path) -> None:
        env = {"PARAMETERS": "conmgr_max_connections=1,conmgr_threads=3"}
        with listening(tmp_path, f"unix:{tmp_path}/s", env=env) as listener, connect(unix(tmp_path)) as first:
            send(first, "/x")
            answer(first)
            listener.wait_log("1 connections are open; more have to wait")
            listener.process.send_signal(signal.SIGPROF)
            listener.wait_log("1 of 1 connections")
        (tmp_path / "given").mkdir()
        with listening(tmp_path / "given", f"unix:{tmp_path}/s", env=env, max_connections=2) as listener:
            listener.process.send_signal(signal.SIGPROF)
            listener.wait_log("0 of 2 connections")

    def test_a_wrong_one_is_logged(self, tmp_path: Path) -> None:
        env = {"PARAMETERS": "conmgr_read_timeout=soon"}
        with listening(tmp_path, f"unix:{tmp_path}/s", env=env) as listener:
            assert "SlurmrestdParameters: conmgr_read_timeout: expected a number of seconds" in listener.log


class TestReadAgain:
    """What a service reads again, such as keys."""

    def test_before_each_connection(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s"):
            for number in range(1, 4):
                assert ask(unix(tmp_path), "/refreshed")[2] == str(number)

    def test_a_failure_is_logged_and_the_connection_served(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", env={"REFRESH": "no such key"}) as listener:
            for _ in range(3):
                assert ask(unix(tmp_path), "/refreshed")[2] == "0"
            listener.wait_log("what may have changed was not read: no such key")
