"""What people see at a terminal: the first line, Ctrl-C, hints, requests, a broken installation."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from terminal import PROGRAM, terminal

import restd_inet

NO_SLURM = {"SLURM_CONF": "/nonexistent/slurm.conf", "PATH": os.environ["PATH"]}


def run(*arguments: str, data: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [PROGRAM, *arguments], input=data, capture_output=True, timeout=60, env={**NO_SLURM, **environment}
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


class TestAlone:
    def test_it_says_what_to_type(self) -> None:
        with terminal([PROGRAM], NO_SLURM) as shown:
            said = shown.until("\n")
            assert said.count("\n") == 1
            for word in ("empty line", "--help", "restd-inet get PATH"):
                assert word in said
            shown.type("GET /healthz HTTP/1.1\n\n")
            shown.until("200 OK")
            shown.until("\nok\n")

    def test_ctrl_c_ends_it_without_a_word(self) -> None:
        with terminal(["sh", "-c", f"{PROGRAM}; echo status $?"], NO_SLURM) as shown:
            before = shown.until("\n")
            shown.type("\x03")
            assert shown.end() in (0, 130)
            assert "Traceback" not in shown.output
            assert shown.output.removeprefix(before).replace("^C", "").strip() in ("", "status 130")

    def test_ctrl_c_is_130_for_a_shell(self) -> None:
        with terminal([PROGRAM], NO_SLURM) as shown:
            shown.until("\n")
            shown.type("\x03")
            assert shown.end() == 130

    def test_quiet_says_nothing(self) -> None:
        with terminal([PROGRAM, "-q"], NO_SLURM) as shown:
            shown.type("GET /healthz HTTP/1.1\n\n")
            assert "empty line" not in shown.until("200 OK")

    def test_on_a_pipe_there_is_no_such_line(self) -> None:
        done = run(data=b"")
        assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


MISTAKES = [
    (["--max-conections", "3"], 'did you mean "--max-connections"?', "restd-inet --help"),
    (["get", "jobs", "--hedaer", "x"], 'did you mean "--header"?', "restd-inet get --help"),
    (["token", "--lifspan", "3"], 'did you mean "--lifespan"?', "restd-inet token --help"),
    (["gett", "jobs"], 'did you mean "get"?', "restd-inet --help"),
    (["[::1:6820"], 'did you mean "[::1]:6820"?', ""),
    (["::1:6820"], 'did you mean "[::1]:6820"?', ""),
    (["[::1]"], 'did you mean "[::1]:6820"?', ""),
    (["localhost"], 'did you mean "localhost:6820"?', ""),
    (["6820"], 'did you mean ":6820"?', ""),
    (["/run/restd.sock"], 'did you mean "unix:/run/restd.sock"?', ""),
    (["get"], "expected one path", "restd-inet get --help"),
    (["get", "jobs", "nodes"], "found jobs nodes", ""),
    (["get", "jobs", "-q", "state"], "NAME=VALUE", ""),
    (["get", "jobs", "-H", "Accept"], "NAME: VALUE", ""),
    (["get", "jobs", "--json", "tidy"], "compact, pretty or auto", ""),
    (["get", "jobs", "--url", "localhost:6820"], "http://HOST:PORT", ""),
    (["get", "jobs", "--url", "http://localhost:x"], "--url", ""),
]


@pytest.mark.parametrize(("arguments", "hint", "help"), MISTAKES, ids=lambda value: str(value)[:30])
def test_a_mistake_gets_a_hint(arguments: list[str], hint: str, help: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert hint in done.stderr
    assert f"Try: {help}" in done.stderr
    assert done.stdout == ""


class TestGet:
    def test_the_body_alone_is_on_standard_output(self) -> None:
        done = run("get", "/healthz")
        assert (done.stdout, done.stderr, done.returncode) == ("ok\n", "", 0)

    def test_what_an_error_says_is_on_standard_error(self) -> None:
        done = run("get", "/nothing")
        assert (done.stdout, done.returncode) == ("", 22)
        assert done.stderr.startswith('restd-inet: 404 Not Found: there is nothing at "/nothing"')
        assert done.stderr.count("\n") == 1

    def test_so_is_what_slurm_says(self) -> None:
        done = run("get", "jobs")
        assert (done.stdout, done.returncode) == ("", 22)
        assert done.stderr.startswith("restd-inet: 503 Service Unavailable: ")
        assert "/nonexistent/slurm.conf" in done.stderr
        assert done.stderr.count("\n") == 1

    def test_a_path_without_a_slash_is_one_of_the_newest_version(self) -> None:
        assert '"/slurm/latest/nothing"' in run("get", "nothing").stderr

    def test_a_body_is_read_from_standard_input_a_file_or_the_command_line(self, tmp_path: Path) -> None:
        file = tmp_path / "job.json"
        file.write_text('{"jub": 1')
        for done in (
            run("post", "job/submit", data=b'{"jub": 1'),
            run("post", "job/submit", "-d", "-", data=b'{"jub": 1'),
            run("post", "job/submit", "-d", f"@{file}"),
            run("post", "job/submit", "-d", '{"jub": 1'),
        ):
            assert done.returncode == 22
            assert "400 Bad Request: line 1, column 10" in done.stderr

    def test_a_file_that_is_not_there_is_named(self) -> None:
        done = run("post", "job/submit", "-d", "@/nonexistent/job.json")
        assert done.returncode == 1
        assert done.stderr == "restd-inet: /nonexistent/job.json: No such file or directory\n"

    def test_help_has_examples_and_every_option(self) -> None:
        for name in ("get", "post", "delete"):
            done = run(name, "--help")
            assert done.returncode == 0
            for word in ("restd-inet post job/submit < job.json", "--url", "--query", "--header", "--data"):
                assert word in done.stdout

    def test_a_reader_that_has_read_enough_is_no_failure(self) -> None:
        command = f"{PROGRAM} get /openapi/all | head -c 10"
        done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, env=NO_SLURM)
        assert (len(done.stdout), done.stderr) == (10, b"")

    def test_a_full_disk_is_reported(self) -> None:
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [PROGRAM, "get", "/openapi"], stdout=full, stderr=subprocess.PIPE, timeout=60, env=NO_SLURM
            )
        assert (done.returncode, done.stderr) == (1, b"restd-inet: No space left on device\n")

    def test_on_a_terminal_json_is_laid_out(self) -> None:
        with terminal([PROGRAM, "get", "/nothing", "-H", "Accept: text/json"], NO_SLURM) as shown:
            assert shown.end() == 22


class Remote:
    """A server that keeps what it was sent and answers with bytes of the test's."""

    def __init__(self, listener: socket.socket, answer: bytes, more: Iterable[bytes] = ()) -> None:
        self.request = b""
        self._listener = listener
        self._answer = itertools.chain([answer], more)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client:
            while b"\r\n\r\n" not in self.request:
                self.request += client.recv(65536)
            for piece in self._answer:
                client.sendall(piece)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n" + b'{"a":"b"}'


class TestUrl:
    @pytest.fixture
    def listener(self) -> Iterator[socket.socket]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            yield listener

    @staticmethod
    def url(listener: socket.socket) -> str:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def test_the_token_of_the_environment_goes_along(self, listener: socket.socket) -> None:
        remote = Remote(listener, OK)
        url = self.url(listener)
        done = run(
            "get", "jobs", "-q", "state=A B", "--url", f"{url}/api/", SLURM_JWT="tkn", SLURM_USER="fred"
        )
        assert (done.stdout, done.returncode) == ('{"a":"b"}\n', 0), done.stderr
        lines = remote.request.decode().split("\r\n")
        assert lines[0] == "GET /api/slurm/latest/jobs?state=A%20B HTTP/1.1"
        assert {"X-SLURM-USER-TOKEN: tkn", "X-SLURM-USER-NAME: fred"} <= set(lines)
        assert f"Host: {url.removeprefix('http://')}" in lines

    def test_a_field_of_one_s_own_replaces_ours(self, listener: socket.socket) -> None:
        remote = Remote(listener, OK)
        run("get", "jobs", "--url", self.url(listener), "-H", "accept: text/yaml", "-H", "X-Own: 1")
        lines = remote.request.decode().split("\r\n")
        assert [line for line in lines if line.lower().startswith("accept:")] == ["accept: text/yaml"]
        assert "X-Own: 1" in lines

    def test_without_a_token_none_is_sent(self, listener: socket.socket) -> None:
        remote = Remote(listener, OK)
        run("get", "jobs", "--url", self.url(listener), SLURM_USER="fred")
        assert b"x-slurm" not in remote.request.lower()

    def test_a_unix_socket(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "s"))
            listener.listen()
            Remote(listener, OK)
            done = run("get", "jobs", "--url", f"unix:{tmp_path}/s")
            assert done.stdout == '{"a":"b"}\n'

    @pytest.mark.parametrize(
        ("answer", "text"),
        [
            (b"", "the connection ended"),
            (OK[:-3], "the connection ended"),
            (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "the answer is not HTTP"),
        ],
    )
    def test_an_answer_that_is_none(self, listener: socket.socket, answer: bytes, text: str) -> None:
        Remote(listener, answer)
        done = run("get", "jobs", "--url", self.url(listener))
        assert done.returncode == 1
        assert text in done.stderr
        assert done.stderr.startswith(f"restd-inet: {self.url(listener)}: ")
        assert "Traceback" not in done.stderr

    def test_a_long_answer_is_not_held(self, listener: socket.socket) -> None:
        """400 MB by a process that may have 300."""
        size = 400 << 20
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
        Remote(listener, head, itertools.repeat(b"x" * (1 << 20), 400))
        command = f"ulimit -v {300 << 10}; {PROGRAM} get jobs --url {self.url(listener)} | wc -c"
        done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120, env=NO_SLURM)
        assert (int(done.stdout), done.stderr) == (size + 1, b"")

    def test_nobody_there(self) -> None:
        done = run("get", "jobs", "--url", "unix:/nonexistent/socket")
        assert done.returncode == 1
        assert done.stderr == "restd-inet: unix:/nonexistent/socket: No such file or directory\n"

    def test_on_a_terminal_json_is_laid_out(self, listener: socket.socket) -> None:
        Remote(listener, OK)
        with terminal([PROGRAM, "get", "jobs", "--url", self.url(listener)], NO_SLURM) as shown:
            assert shown.end() == 0
            assert shown.output == '{\n  "a": "b"\n}\n'

    def test_what_takes_long_shows_that_it_goes_on(self, listener: socket.socket) -> None:
        with terminal([PROGRAM, "get", "jobs", "--url", self.url(listener)], NO_SLURM) as shown:
            client, _ = listener.accept()
            with client:
                shown.until("waiting for the answer")
                client.sendall(OK)
                assert shown.end() == 0
        assert shown.output.endswith('\r\x1b[K{\n  "a": "b"\n}\n')

    def test_ctrl_c_meanwhile_removes_that_and_is_130(self, listener: socket.socket) -> None:
        with terminal([PROGRAM, "get", "jobs", "--url", self.url(listener)], NO_SLURM) as shown:
            client, _ = listener.accept()
            with client:
                shown.until("waiting for the answer")
                shown.type("\x03")
                assert shown.end() == 130
        assert shown.output.endswith("\r\x1b[K")


@pytest.mark.parametrize("missing", ["h11", "restd_inet/_process.abi3.so", "restd_inet/settings.py"])
@pytest.mark.parametrize("arguments", [[], ["get", "jobs"], ["token"], ["--help"]], ids=str)
def test_a_broken_installation_is_one_line(missing: str, arguments: list[str], tmp_path: Path) -> None:
    """No traceback, whatever is missing."""
    package = Path(restd_inet.__file__).parent
    shutil.copytree(package, tmp_path / "restd_inet", ignore=shutil.ignore_patterns("specs", "__pycache__"))
    if missing == "h11":
        (tmp_path / "h11.py").write_text("raise ModuleNotFoundError(\"No module named 'h11'\", name='h11')")
    else:
        (tmp_path / missing).unlink()
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from restd_inet.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *arguments],
        capture_output=True,
        text=True,
        input="",
        cwd="/",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("restd-inet: cannot start: ")
    assert done.stderr.count("\n") == 1
