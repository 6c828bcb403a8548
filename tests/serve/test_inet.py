"""serve.inet: real processes on pipes, files, terminals and sockets, with a handler of the test's own."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest
from inet_process import CHILD, GET, SOURCE, Ends, body, command, everything, get, run, start, statuses

SLOW_READER = """
from restd_inet.message import Peer
from restd_inet.serve.connection import Connection
connection = Connection(
    0, 0, peer=Peer('pipe', 'parent', os.geteuid(), os.getegid(), 0o600),
    settings=Settings(request_timeout=0.1), handle=handle,
)
sys.exit(connection.run())
"""


class TestExitStatus:
    def test_is_0_when_all_requests_were_answered(self) -> None:
        done = run(GET + get("/missing") + GET)
        assert (statuses(done.stdout), done.returncode) == ([200, 404, 200], 0)

    def test_is_0_and_nothing_is_written_without_input(self) -> None:
        for data in (b"", b"\r\n", b"\n\n"):
            done = run(data)
            assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)

    def test_is_0_for_dev_null(self) -> None:
        done = subprocess.run(command(), stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)

    def test_is_0_when_standard_input_is_closed(self) -> None:
        done = subprocess.run(["sh", "-c", '"$@" <&-', "sh", *command()], capture_output=True, timeout=60)
        assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)

    def test_is_1_for_a_request_that_makes_no_sense(self) -> None:
        done = run(GET + b"nonsense\r\n\r\n" + GET)
        assert (statuses(done.stdout), done.returncode) == ([200, 400], 1)

    def test_is_1_for_a_body_that_ends_early(self) -> None:
        done = run(GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 37\r\n\r\n0123456789"))
        assert statuses(done.stdout) == [400]
        assert body(done.stdout) == b"the body ended at byte 10 of 37.\n"
        assert done.returncode == 1

    def test_is_0_for_a_body_that_is_too_large(self) -> None:
        done = run(GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 37\r\n\r\n") + b"x" * 37, max_body=36)
        assert (statuses(done.stdout), done.returncode) == ([413], 0)

    @pytest.mark.parametrize(
        "data, status",
        [(GET, 0), (GET + get("/missing") + GET, 22), (GET + b"nonsense\r\n\r\n", 22), (b"", 0)],
    )
    def test_is_22_for_an_error_answer_if_that_is_asked_for(self, data: bytes, status: int) -> None:
        assert run(data, fail=True).returncode == status


class TestShell:
    def test_bash_echo_is_served(self) -> None:
        script = 'echo -e "GET /slurm/v1/diag HTTP/1.1\\r\\n" | "$@"'
        done = subprocess.run(["bash", "-c", script, "bash", *command()], capture_output=True, timeout=60)
        assert (statuses(done.stdout), done.returncode) == ([200], 0)
        what = r"GET /slurm/v1/diag for pipe:\[\d+\]: 200, \d+ bytes, \d+ ms, v1"
        line = rf"[0-9-]{{10}}T[0-9:]{{8}}\.\d{{3}}Z restd-inet: {what}\n"
        assert re.fullmatch(line, done.stderr.decode())

    def test_the_error_explains_what_echo_of_dash_sent(self) -> None:
        script = 'echo -e "GET /slurm/v1/diag HTTP/1.1\\r\\n" | "$@"'
        done = subprocess.run(["dash", "-c", script, "dash", *command()], capture_output=True, timeout=60)
        assert (statuses(done.stdout), done.returncode) == ([400], 1)
        assert b"echo" in body(done.stdout)

    def test_a_file_is_served_blank_lines_and_all(self, tmp_path: Path) -> None:
        demo = tmp_path / "demo"
        demo.write_bytes(b"\nPOST /a HTTP/1.1\nContent-Length: 5\n\nhello\n\n" + get("/peer") + b"\n")
        with demo.open() as file:
            done = subprocess.run(command(), stdin=file, capture_output=True, timeout=60)
        assert (statuses(done.stdout), done.returncode) == ([200, 200], 0)
        who = f"file {demo} {os.getuid()} {os.getgid()} {demo.stat().st_mode:o}"
        assert done.stdout.endswith(who.encode())

    def test_the_log_names_the_path_without_host_and_who_is_asked_for(self) -> None:
        done = run(b"GET http://h:1/slurm/v1/x%2Fy?user=fred HTTP/1.1\r\n\n")
        assert b"GET /slurm/v1/x%2Fy for pipe:[" in done.stderr
        assert b"fred" not in done.stderr

    def test_a_malformed_request_is_logged_with_its_reason_and_the_time_since_its_first_byte(self) -> None:
        source, sink = os.pipe()
        process = subprocess.Popen(command(), stdin=source, stdout=-1, stderr=subprocess.PIPE)
        os.close(source)
        os.write(sink, b"GET ")
        while fcntl.ioctl(sink, termios.FIONREAD, bytes(4)) != bytes(4):
            time.sleep(0.01)
        time.sleep(0.2)  # the time that is to be logged
        os.write(sink, b"nonsense\r\n\r\n")
        os.close(sink)
        log = process.communicate(timeout=60)[1].decode()
        found = re.search(r"a malformed request for pipe:\S+: 400, \d+ bytes, (\d+) ms: (.*)\n", log)
        assert found, log
        assert int(found[1]) >= 200
        assert found[2].startswith("the request line has no version")

    def test_as_json_each_request_is_an_object(self) -> None:
        child = command()[-1].replace("sys.exit(inet", "log.use_json()\nsys.exit(inet")
        code = child.replace("import limit", "import limit, log")
        asked = b"DELETE /a?signal=9&token=x HTTP/1.1\r\nHost: h\r\nX-Request-ID: 7\r\n\r\n" + b"\x1b\r\n\r\n"
        done = subprocess.run(
            [sys.executable, "-I", "-c", code], input=asked, capture_output=True, timeout=60
        )
        first, second = map(json.loads, done.stderr.splitlines())
        assert {first.pop(name) for name in ("method", "path", "query")} == {"DELETE", "/a", "signal=9"}
        assert (first["status"], first["request_id"], first["level"]) == (200, "7", "info")
        assert (second["message"], second["status"]) == ("a malformed request", 400)
        assert "control character" in second["reason"]

    def test_a_reader_that_goes_away_ends_it_quietly(self) -> None:
        process = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(get("/big") + GET)
        process.stdin.flush()
        process.stdout.read(100)
        process.stdout.close()
        assert process.wait(60) == 1
        assert b"Traceback" not in process.stderr.read()
        process.stdin.close()
        process.stderr.close()

    def test_a_closed_stderr_is_no_place_for_files_to_land(self) -> None:
        script = ["sh", "-c", '"$@" 2>&-', "sh", *command()]
        done = subprocess.run(script, input=get("/noise"), capture_output=True, timeout=60)
        assert (statuses(done.stdout), done.returncode) == ([200], 0)
        assert b"noise" not in done.stdout

    def test_a_full_pipe_for_the_log_stops_nothing(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        with suppress(BlockingIOError):
            while True:
                os.write(writer, b"x" * 4096)
        os.set_blocking(writer, True)
        done = subprocess.run(command(), input=GET * 3, stdout=subprocess.PIPE, stderr=writer, timeout=60)
        os.close(reader)
        os.close(writer)
        assert (statuses(done.stdout), done.returncode) == ([200] * 3, 0)


class TestPeer:
    def test_a_pipe_is_named_by_its_inode(self) -> None:
        assert re.search(rb"pipe pipe:\[\d+\] \d+ \d+ 10600$", run(get("/peer")).stdout)

    def test_a_fifo_is_named_by_its_path(self, tmp_path: Path) -> None:
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        writer = os.open(fifo, os.O_RDWR)
        os.write(writer, get("/peer").replace(b"Host", b"Connection: close\r\nHost"))
        with fifo.open("rb") as file:
            done = subprocess.run(command(), stdin=file, capture_output=True, timeout=60)
        os.close(writer)
        assert f"pipe {fifo} {os.getuid()} ".encode() in done.stdout

    def test_a_terminal_is_served(self) -> None:
        ours, theirs = pty.openpty()
        name = os.ttyname(theirs)
        process = subprocess.Popen(command(), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        os.write(ours, b"GET /peer HTTP/1.0\n\n")
        assert f"terminal {name} ".encode() in process.communicate(timeout=60)[0]
        os.close(ours)
        os.close(theirs)

    def test_a_tcp_client_is_named_by_its_address(self, ends: Ends) -> None:
        client, server = ends
        with start(server, subprocess.DEVNULL):
            client.sendall(get("/peer"))
            client.shutdown(socket.SHUT_WR)
            assert body(everything(client)) == f"inet [::1]:{client.getsockname()[1]} None None 0".encode()

    def test_a_unix_client_is_known_by_its_credentials(self) -> None:
        client, server = socket.socketpair()
        with client, start(server, subprocess.DEVNULL):
            client.sendall(get("/peer"))
            client.shutdown(socket.SHUT_WR)
            output = everything(client)
        assert re.search(rb"unix unix:\[\d+\] %d %d 0$" % (os.getuid(), os.getgid()), output)


def test_a_program_that_has_started_the_server_may_read_slowly() -> None:
    """cli.server: its client is `| less` as often as not."""
    ours, theirs = socket.socketpair()
    code = CHILD.replace("sys.exit(inet.serve(Settings({settings}), handle))", SLOW_READER)
    command = [sys.executable, "-I", "-c", code.format(source=SOURCE)]
    with ours, subprocess.Popen(command, stdin=theirs, stderr=subprocess.PIPE) as process:
        theirs.close()
        ours.sendall(get("/big"))
        time.sleep(0.5)  # several times as long as a client of the network may take
        ours.shutdown(socket.SHUT_WR)
        assert b"".join(iter(lambda: ours.recv(65536), b"")).endswith(b"0\r\n\r\n")
        assert process.wait(60) == 0


class TestLateFailure:
    """A body that breaks while it is made, when the status has been chosen."""

    def test_is_answered_500_while_nothing_was_sent(self) -> None:
        done = run(get("/broken"))
        assert (statuses(done.stdout), done.returncode) == ([500], 1)
        assert b"secret" not in done.stdout
        assert re.search(rb"RuntimeError at .*:\d+\n", done.stderr)
        assert b"secret" not in done.stderr

    def test_can_be_sent_before_the_process_ends(self) -> None:
        done = run(GET + get("/abandon") + GET)
        assert (statuses(done.stdout), done.returncode) == ([200, 503], 69)
        assert done.stdout.endswith(b"Connection: close\r\n\r\ndown\n")
        assert b"GET /abandon for pipe:" in done.stderr

    def test_is_not_sent_in_the_middle_of_an_answer(self, ends: Ends) -> None:
        client, server = ends
        with start(server) as process:
            client.sendall(get("/abandon-stream"))
            output = everything(client)
            assert process.wait(60) == 69
        assert statuses(output) == [200]
        assert output.endswith(b"x")

    def test_leaves_a_stream_without_its_end(self, ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BEFORE", "100000")
        client, server = ends
        with start(server) as process:
            client.sendall(get("/broken") + GET)
            output = everything(client)
            assert process.wait(60) == 1
        assert statuses(output) == [200]
        assert not output.endswith(b"0\r\n\r\n")


def test_sigprof_logs_the_connection_and_ends_nothing() -> None:
    with subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=-1) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(GET)
        process.stdin.flush()
        while process.stdout.readline() != b"GET 0\n":
            pass
        process.send_signal(signal.SIGPROF)
        while b"; 1 requests answered before" not in (line := process.stderr.readline()):
            assert line
        assert f"process {process.pid}: " in line.decode()
        output, _ = process.communicate(GET, timeout=60)
        assert statuses(output) == [200]
        assert process.returncode == 0


def test_a_small_answer_is_one_write() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        process = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=theirs.fileno(), stderr=subprocess.DEVNULL
        )
        process.communicate(GET, timeout=60)
        # A packet is what one call wrote.
        assert ours.recv(65536).endswith(b"GET 0\n")


def test_a_process_imports_no_more_than_h11_does() -> None:
    script = (
        f"import sys; sys.path.insert(0, {SOURCE!r}); import h11; before = set(sys.modules); "
        "import restd_inet.serve.inet; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60)
    extra = {name for name in done.stdout.split() if not name.startswith("restd_inet")}
    # contextlib: h11 imports it up to Python 3.13.
    assert extra <= {"__future__", "_socket", "contextlib", "errno", "grp", "pwd", "select", "syslog"}
