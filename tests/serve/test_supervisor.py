"""serve.supervisor: how processes end, fail, crash and are replaced; a reload."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from listening import (
    Listener,
    answer,
    ask,
    children,
    command,
    connect,
    descendants,
    listening,
    send,
    unix,
    wait,
)


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

    def test_at_the_start_it_is_reported_and_ends_the_process(self, tmp_path: Path) -> None:
        (tmp_path / "conf").write_text("dies")
        env = {**os.environ, "CONF": str(tmp_path / "conf")}
        done = subprocess.run(command("127.0.0.1:0"), capture_output=True, text=True, timeout=60, env=env)
        assert done.returncode == 70
        assert re.search(r"the listening process \d+ ended with status 3 at its start", done.stderr)

    def test_who_has_connected_before_that_end_gets_the_reason(self, tmp_path: Path) -> None:
        (tmp_path / "conf").write_text(f"waits {tmp_path}/hold bad")
        (tmp_path / "hold").touch()
        listener = Listener(tmp_path, command(f"unix:{tmp_path}/s", "127.0.0.1:0"))
        listener.wait_log(", fd ", 2)
        with connect(unix(tmp_path)) as local, connect(*listener.ports) as remote:
            for client in (local, remote):
                send(client, "/x")
            (tmp_path / "hold").unlink()
            for client in (local, remote):
                status, _, text = answer(client)
                assert (status, text) == (503, "restd-inet cannot serve: the file is bad\n")
        assert listener.process.wait(60) == 69

    def test_later_clients_get_503_until_it_can_start(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", "127.0.0.1:0") as listener:
            listener.conf.write_text("bad")
            os.kill(listener.server, signal.SIGKILL)
            for pause in (1, 2):  # seconds, longer each time
                listener.wait_log(f"starting another in {pause} s")
                for where in (unix(tmp_path), *listener.ports):
                    status, head, text = ask(where, "/x")
                    assert (status, "Retry-After: 30" in head) == (503, True)
                    assert text == "restd-inet cannot serve: the file is bad\n"
            listener.conf.write_text("second")
            wait(lambda: ask(unix(tmp_path), "/x")[2] == "second", "second")

    def test_a_reload_does_not_wait_for_the_next_attempt(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", env={"PAUSE": "600"}) as listener:
            listener.conf.write_text("bad")
            os.kill(listener.server, signal.SIGKILL)
            listener.wait_log("starting another in 600 s")
            listener.conf.write_text("second")
            listener.process.send_signal(signal.SIGHUP)
            wait(lambda: ask(unix(tmp_path), "/x")[2] == "second", "second")
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

    def test_that_does_not_count_after_one_that_was_steady(self, tmp_path: Path) -> None:
        """Though it did not end by itself: a reload has replaced it."""
        environment = {"PAUSE": "600", "STEADY": "5"}
        with listening(tmp_path, f"unix:{tmp_path}/s", env=environment) as listener:
            os.kill(listener.server, signal.SIGKILL)
            wait(lambda: ask(unix(tmp_path), "/x")[0] == 200, "answer")
            time.sleep(5)
            listener.process.send_signal(signal.SIGHUP)
            listener.wait_log("slurm.conf was read again")
            os.kill(listener.server, signal.SIGKILL)
            wait(lambda: ask(unix(tmp_path), "/x")[0] == 200, "answer")
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


class TestStopped:
    """A signal has stopped the listening process."""

    def test_it_is_killed_and_replaced(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", env={"STOPPED": "0.2"}) as listener:
            server = listener.server
            os.kill(server, signal.SIGSTOP)
            assert ask(unix(tmp_path), "/x")[0] == 200
            assert f"the listening process {server} is stopped for 0.2 s: killed" in listener.log
            assert not os.path.exists(f"/proc/{server}")

    def test_it_is_not_ended_if_it_is_continued(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", env={"STOPPED": "2"}) as listener:
            server = listener.server
            os.kill(server, signal.SIGSTOP)
            wait(lambda: ") T " in Path(f"/proc/{server}/stat").read_text(), "stop")
            os.kill(server, signal.SIGCONT)
            time.sleep(2.5)
            assert ask(unix(tmp_path), "/x")[0] == 200
            assert listener.server == server

    def test_after_a_reload_the_old_one_ends(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", env={"STOPPED": "1"}) as listener:
            server = listener.server
            os.kill(server, signal.SIGSTOP)
            listener.conf.write_text("second")
            listener.process.send_signal(signal.SIGHUP)
            listener.wait_log("slurm.conf was read again")
            wait(lambda: not os.path.exists(f"/proc/{server}"), "end of the first", 20)
            assert ask(unix(tmp_path), "/x")[2] == "second"
            assert f"the listening process {server} is stopped" in listener.log

    def test_sigterm_ends_all(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s", env={"STOPPED": "1"}) as listener:
            server = listener.server
            os.kill(server, signal.SIGSTOP)
            assert listener.end(timeout=20) == 0
            assert f"the listening process {server} is stopped" in listener.log
            assert not os.path.exists(f"/proc/{server}")


class TestReload:
    def test_reads_the_configuration_again(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            with connect(unix(tmp_path)) as old:
                send(old, "/x")
                assert answer(old)[2] == "first"
                listener.conf.write_text("second")
                listener.process.send_signal(signal.SIGHUP)
                wait(lambda: ask(unix(tmp_path), "/x")[2] == "second", "second")
                send(old, "/x")  # a connection is not dropped: it gets 503 with Retry-After
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
