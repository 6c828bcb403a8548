"""serve.inet: real processes on pipes, files, terminals and sockets, with a handler of the test's own."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPResponse
from pathlib import Path

import pytest

import restd_inet

#: Where restd_inet is installed, with its modules in C.
SOURCE = str(Path(restd_inet.__file__).parents[1])

# The handler reads the body unless the path says otherwise, and answers with what it was given.
CHILD = """
import sys
sys.path.insert(0, {source!r})
from restd_inet import limit
from restd_inet.message import Response
from restd_inet.problems import Problem
from restd_inet.serve import inet
from restd_inet.serve.connection import plain
from restd_inet.settings import Settings
import os

TEXT = ("Content-Type", "text/plain")

def broken():
    yield b"x" * int(os.environ.get("BEFORE", "0"))
    raise RuntimeError("secret")

def abandoned(request):
    yield b"x" * 100000
    limit.end(b"503 Service Unavailable", "down")

def handle(request, peer):
    what = request.path[0] if request.path else ""
    if what == "missing":
        return Response(404, [TEXT], b"missing\\n")
    if what == "big":
        return Response(200, [TEXT], (b"x" * 1000 for _ in range(10000)))
    if what == "broken":
        return Response(200, [TEXT], broken())
    if what == "abandon-stream":
        return Response(200, [TEXT], abandoned(request))
    if what == "abandon":
        limit.end(b"503 Service Unavailable", "down")
    if what == "noise":
        os.write(1, b"noise on 1\\n")
        os.write(2, b"noise on 2\\n")
        return Response(200, [TEXT], str([os.readlink(f"/proc/self/fd/{{n}}") for n in (0, 1)]).encode())
    if what == "peer":
        who = f"{{peer.kind}} {{peer.name}} {{peer.uid}} {{peer.gid}} {{peer.mode:o}}"
        return Response(200, [TEXT], who.encode())
    try:
        body = request.read()
        assert request.read() is body
    except Problem as problem:
        return plain(problem)
    return Response(200, [TEXT], f"{{request.method}} {{len(body)}}\\n".encode())

sys.exit(inet.serve(Settings({settings}), handle))
"""

SLOW_READER = """
from restd_inet.message import Peer
from restd_inet.serve.connection import Connection
connection = Connection(
    0, 0, peer=Peer('pipe', 'parent', os.geteuid(), os.getegid(), 0o600),
    settings=Settings(request_timeout=0.1), handle=handle,
)
sys.exit(connection.run())
"""
Ends = tuple[socket.socket, socket.socket]
GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"


def command(**settings: object) -> list[str]:
    arguments = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    return [sys.executable, "-I", "-c", CHILD.format(source=SOURCE, settings=arguments)]


def run(data: bytes, **settings: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(**settings), input=data, capture_output=True, timeout=60)


def get(path: str) -> bytes:
    return GET.replace(b"/a", path.encode())


def statuses(output: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"^HTTP/1\.1 (\d{3}) ", output, re.MULTILINE)]


def body(output: bytes) -> bytes:
    return output.partition(b"\r\n\r\n")[2]


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a TCP connection: the client's, the server's."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        client = socket.create_connection(listener.getsockname()[:2])
        server, _ = listener.accept()
    client.settimeout(60)
    with client, server:
        yield client, server


def start(
    end: socket.socket, stderr: int | None = subprocess.PIPE, **settings: object
) -> subprocess.Popen[bytes]:
    """A process on a socket, which is closed here. Without `stderr` that is the socket too."""
    fd = end.fileno()
    error = fd if stderr is None else stderr
    process = subprocess.Popen(command(**settings), stdin=fd, stdout=fd, stderr=error)
    end.close()
    return process


def everything(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


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

    def test_dash_echo_is_told_what_is_wrong(self) -> None:
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


class TestSocket:
    """TCP connections, as xinetd hands them over."""

    def test_what_is_printed_does_not_reach_the_client(self, ends: Ends) -> None:
        client, server = ends
        with start(server, stderr=None) as process:
            client.sendall(get("/noise"))
            client.shutdown(socket.SHUT_WR)
            output = everything(client)
            assert process.wait(60) == 0
        assert statuses(output) == [200]
        assert b"noise" not in output
        assert body(output) == b"['/dev/null', '/dev/null']"

    def test_a_request_without_host_is_refused(self, ends: Ends) -> None:
        client, server = ends
        with start(server):
            client.sendall(b"GET /a HTTP/1.1\r\n\r\n")
            assert statuses(everything(client)) == [400]

    def test_a_big_answer_is_streamed_in_chunks(self, ends: Ends) -> None:
        client, server = ends
        with start(server):
            client.sendall(get("/big"))
            client.shutdown(socket.SHUT_WR)
            response = HTTPResponse(client)
            response.begin()
            assert response.getheader("Transfer-Encoding") == "chunked"
            assert response.read() == b"x" * 10_000_000

    def test_a_client_waits_for_100_continue(self, ends: Ends) -> None:
        client, server = ends
        with start(server):
            client.sendall(GET.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"))
            assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.sendall(b"hello")
            client.shutdown(socket.SHUT_WR)
            assert body(everything(client)) == b"GET 5\n"

    @pytest.mark.parametrize(
        "head, status, code",
        [
            (GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 1000000\r\n\r\n"), 413, 0),
            (GET.replace(b"Host:", b"Host"), 400, 1),
        ],
    )
    def test_a_refusal_arrives_though_the_client_goes_on_sending(
        self, ends: Ends, head: bytes, status: int, code: int
    ) -> None:
        client, server = ends
        with start(server, max_body=1000) as process:
            client.sendall(head)
            time.sleep(0.3)
            for _ in range(20):
                client.sendall(b"x" * 50000)
                time.sleep(0.02)
            client.shutdown(socket.SHUT_WR)
            assert statuses(everything(client)) == [status]
            assert process.wait(60) == code

    def test_a_client_that_resets_the_connection_ends_it_quietly(self, ends: Ends) -> None:
        client, server = ends
        with start(server) as process:
            client.sendall(get("/big"))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.recv(1)
            client.close()
            assert process.wait(60) == 1
            assert process.stderr and b"Traceback" not in process.stderr.read()

    def test_a_client_that_resets_the_connection_in_its_body_is_no_internal_error(self, ends: Ends) -> None:
        client, server = ends
        with start(server) as process:
            client.sendall(
                b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n"
            )
            assert client.recv(100).startswith(b"HTTP/1.1 100")
            client.sendall(b"half of it")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
            assert process.wait(60) == 1
            assert process.stderr
            log = process.stderr.read()
        assert b"internal error" not in log
        assert re.search(rb"POST /a for .*: 400, 0 bytes", log), log

    @pytest.mark.parametrize(("rate", "whole"), [(1, True), (100_000_000, False)])
    def test_a_client_that_reads_too_slowly_is_given_up(self, ends: Ends, rate: int, whole: bool) -> None:
        """Though each write is in time."""
        client, server = ends
        with start(server, request_timeout=1.0, min_rate=rate) as process:
            client.sendall(get("/big"))
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := client.recv(65536):
                answer += piece
                time.sleep(0.05)
            assert process.wait(60) == (0 if whole else 1)
        assert answer.endswith(b"\r\n0\r\n\r\n") is whole

    def test_a_slow_client_is_served_though_the_send_buffer_stays_full(self, ends: Ends) -> None:
        """The kernel lets nothing be written until a third of the buffer is free."""
        client, server = ends
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 400_000)
        with start(server, request_timeout=0.7) as process:
            client.sendall(get("/big"))
            client.shutdown(socket.SHUT_WR)
            answer = b""
            end = time.monotonic() + 3
            while piece := client.recv(2000 if time.monotonic() < end else 65536):
                answer += piece
                if time.monotonic() < end:
                    time.sleep(0.02)
            assert process.wait(60) == 0
        assert answer.endswith(b"\r\n0\r\n\r\n")

    def test_a_client_that_does_not_read_is_given_up(self, ends: Ends) -> None:
        client, server = ends
        with start(server, request_timeout=0.3) as process:
            client.sendall(get("/big"))
            assert process.wait(60) == 1


class TestTimes:
    def test_a_connection_without_a_request_is_closed_quietly(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, idle_timeout=0.2) as process:
            ours.sendall(b"\r\n")
            assert everything(ours) == b""
            assert process.wait(60) == 0

    def test_blank_lines_do_not_keep_a_connection_open(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, idle_timeout=0.5) as process:
            while not select.select([ours], [], [], 0.1)[0]:
                ours.sendall(b"\r\n")
            assert process.wait(60) == 0

    def test_a_request_that_does_not_arrive_is_answered_408(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, request_timeout=0.3) as process:
            ours.sendall(GET + GET[:20])
            assert statuses(everything(ours)) == [200, 408]
            assert process.wait(60) == 1

    def test_a_body_that_does_not_arrive_is_answered_408(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, request_timeout=0.3) as process:
            ours.sendall(GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\nhell"))
            assert statuses(everything(ours)) == [408]
            assert process.wait(60) == 1

    def test_a_request_that_trickles_in_is_answered_408(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, request_timeout=0.5) as process:
            for byte in GET * 10:
                if select.select([ours], [], [], 0.05)[0]:
                    break
                ours.sendall(bytes((byte,)))
            assert statuses(everything(ours)) == [408]
            assert process.wait(60) == 1


class TestLateFailure:
    """A body that breaks while it is made, when the status has been chosen."""

    def test_is_answered_500_while_nothing_was_sent(self) -> None:
        done = run(get("/broken"))
        assert (statuses(done.stdout), done.returncode) == ([500], 1)
        assert b"secret" not in done.stdout
        assert re.search(rb"RuntimeError at .*:\d+\n", done.stderr)
        assert b"secret" not in done.stderr

    def test_can_be_told_before_the_process_ends(self) -> None:
        done = run(GET + get("/abandon") + GET)
        assert (statuses(done.stdout), done.returncode) == ([200, 503], 69)
        assert done.stdout.endswith(b"Connection: close\r\n\r\ndown\n")
        assert b"GET /abandon for pipe:" in done.stderr

    def test_is_not_told_in_the_middle_of_an_answer(self, ends: Ends) -> None:
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
