"""serve.tls: https:// addresses, with curl and openssl as clients."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import lacking
import pytest
from listening import (
    SOURCE,
    Listener,
    answer,
    command,
    connect,
    descendants,
    gone,
    listening,
    send,
    unix,
    wait,
)

pytestmark = [
    pytest.mark.skipif(not shutil.which(name), reason=lacking.program(name)) for name in ("curl", "openssl")
]
REUSED: dict[str, Any] = {
    "env": {"REHEARSAL": "GET / HTTP/1.1\r\nHost: h\r\n\r\n"},
    "connections_per_process": 4,
}
GET = "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with restd_cert.pem and restd_cert_key.pem."""
    found = tmp_path_factory.mktemp("pem")
    made(found)
    return found


def made(directory: Path, names: str = "subjectAltName=DNS:localhost,IP:127.0.0.1") -> None:
    files = ["-keyout", f"{directory}/restd_cert_key.pem", "-out", f"{directory}/restd_cert.pem"]
    kind = [
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        names,
    ]
    subprocess.run(["openssl", "req", *kind, *files], check=True, capture_output=True)


def serving(tmp_path: Path, pem: Path, **settings: Any) -> Any:
    files = {"tls_cert": f"{pem}/restd_cert.pem", "tls_key": f"{pem}/restd_cert_key.pem"}
    return listening(tmp_path, "https://localhost:0", f"unix:{tmp_path}/s", **{**files, **settings})


def curl(listener: Listener, pem: Path, *options: str) -> subprocess.CompletedProcess[str]:
    url = [option for option in options if option.startswith("https:")] or [
        f"https://localhost:{listener.ports[0]}/x"
    ]
    others = [option for option in options if option not in url]
    trust = ["--cacert", f"{pem}/restd_cert.pem", "--max-time", "50", "--noproxy", "*"]
    return subprocess.run(["curl", "-sS", *trust, *others, *url], capture_output=True, text=True, timeout=60)


def client(listener: Listener, pem: Path) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=f"{pem}/restd_cert.pem")
    plain = socket.create_connection(("localhost", listener.ports[0]), timeout=60)
    return context.wrap_socket(plain, server_hostname="localhost")


def relays(listener: Listener) -> list[int]:
    """Processes of the listener but for the worker, and those that wait."""
    return [pid for pid in descendants(listener.process.pid) if pid != listener.server]


def test_a_live_answer_ends_with_its_client(tmp_path: Path, pem: Path) -> None:
    with serving(tmp_path, pem) as listener:
        with client(listener, pem) as one:
            one.sendall(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
            assert one.recv(1000).startswith(b"HTTP/1.1 200 ")
            assert len(relays(listener)) == 2
        wait(lambda: not relays(listener), "end of the processes")


class TestClients:
    def test_curl_is_served(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem) as listener:
            done = curl(listener, pem, "-i")
            assert done.returncode == 0, done.stderr + listener.log
            assert done.stdout.startswith("HTTP/1.1 200 OK")
            assert done.stdout.endswith("first")
            assert f"listening on https://127.0.0.1:{listener.ports[-1]}" in listener.log

    def test_curl_keeps_a_connection(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem) as listener:
            url = f"https://localhost:{listener.ports[0]}/pid"
            done = curl(listener, pem, url, url)
            assert done.returncode == 0
            assert done.stdout[: len(done.stdout) // 2] == done.stdout[len(done.stdout) // 2 :]

    @pytest.mark.parametrize(("version", "served"), [("1_3", True), ("1_2", True), ("1_1", False)])
    def test_openssl_s_client_speaks_tls_1_2_and_newer(
        self, tmp_path: Path, pem: Path, version: str, served: bool
    ) -> None:
        with serving(tmp_path, pem) as listener:
            where = ["-connect", f"localhost:{listener.ports[0]}", "-CAfile", f"{pem}/restd_cert.pem"]
            # openssl of today does not speak TLS 1.1 at its default security level.
            old = [] if served else ["-cipher", "DEFAULT@SECLEVEL=0"]
            done = subprocess.run(
                ["openssl", "s_client", f"-tls{version}", *old, "-ign_eof", "-verify_return_error", *where],
                input=GET,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert ("HTTP/1.1 200 OK" in done.stdout) == served, done.stderr
            if not served:
                listener.wait_log("no TLS: ")

    def test_a_client_without_sni_is_served(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem) as listener:
            done = curl(listener, pem, f"https://127.0.0.1:{listener.ports[-1]}/x")
            assert done.stdout == "first", done.stderr

    def test_pipelined_requests_are_answered_in_order(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem) as listener, client(listener, pem) as tls:
            tls.sendall(GET.replace("Connection: close\r\n", "").encode() * 2 + GET.encode())
            data = b""
            while piece := tls.recv(65536):
                data += piece
            assert data.count(b"HTTP/1.1 200 OK") == 3

    def test_the_end_is_said_to_the_client(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem) as listener, client(listener, pem) as tls:
            tls.suppress_ragged_eofs = False
            tls.sendall(GET.encode())
            while tls.recv(65536):  # SSLEOFError without close_notify
                pass


class TestProcesses:
    def test_nothing_is_left_after_a_connection(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem, spare_processes=0) as listener:
            with client(listener, pem) as tls:
                send(tls, "/x")
                answer(tls)
                assert len(relays(listener)) == 2
            wait(lambda: not relays(listener), "end of the processes")

    def test_a_process_serves_several_connections(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem, **REUSED, spare_processes=0) as listener:
            pids = set()
            for count in range(1, 4):
                pids.add(curl(listener, pem, f"https://localhost:{listener.ports[0]}/pid").stdout)
                listener.wait_log("waits for another", count)
            assert len(pids) == 1, listener.log
            with connect(unix(tmp_path)) as plain:  # without TLS too
                send(plain, "/pid")
                assert answer(plain)[2] in pids

    def test_a_spare_process_serves(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem, **REUSED, spare_processes=1) as listener:
            url = f"https://localhost:{listener.ports[0]}/pid"

            def served() -> bool:
                before = relays(listener)
                return int(curl(listener, pem, url).stdout) in before

            wait(served, "spare process that serves")

    def test_the_process_that_serves_has_no_socket_of_the_client(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem) as listener:
            links = curl(listener, pem, f"https://localhost:{listener.ports[0]}/fds").stdout.split()
            assert links.count("socket") == 1, links

    def test_a_crash_is_answered_nothing_and_leaves_nothing(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem) as listener:
            done = curl(listener, pem, f"https://localhost:{listener.ports[0]}/exit")
            assert done.returncode != 0
            wait(lambda: not relays(listener), "end of the processes")

    def test_the_supervisor_s_end_leaves_none_even_if_they_are_stopped(
        self, tmp_path: Path, pem: Path
    ) -> None:
        with serving(tmp_path, pem) as listener, client(listener, pem) as tls:
            send(tls, "/x")
            answer(tls)
            pids = descendants(listener.process.pid)
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            listener.end(signal.SIGKILL)
            wait(lambda: all(map(gone, pids)), "end of every process")

    def test_what_has_read_the_key_cannot_be_looked_into(self, tmp_path: Path, pem: Path) -> None:
        script = f"""
import ctypes, sys
sys.path.insert(0, {SOURCE!r})
from restd_inet.serve.tls import Files
from restd_inet.settings import Settings
PR_GET_DUMPABLE = 3
dumpable = lambda: ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
files = Files(Settings(tls_cert="{pem}/restd_cert.pem", tls_key="{pem}/restd_cert_key.pem"), "", "")
print(dumpable())  # it was checked in another process
files.context()
print(dumpable())
"""
        done = subprocess.run(
            [sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout.split() == ["1", "0"], done.stderr

    def test_a_request_at_work_is_answered_at_the_end(self, tmp_path: Path, pem: Path) -> None:
        held = tmp_path / "held"
        held.touch()
        with serving(tmp_path, pem) as listener, client(listener, pem) as tls:
            send(tls, f"/slow?{held}")
            wait(Path(f"{held}.seen").exists, "request at work")
            listener.process.send_signal(signal.SIGTERM)
            held.unlink()
            assert answer(tls)[0] == 200
            assert listener.process.wait(60) == 0


class TestLimits:
    def test_a_request_that_takes_too_long_is_answered_504(self, tmp_path: Path, pem: Path) -> None:
        held = tmp_path / "held"
        held.touch()
        with serving(tmp_path, pem, request_timeout=1.0) as listener, client(listener, pem) as tls:
            send(tls, f"/slow?{held}")
            assert answer(tls)[0] == 504

    def test_a_request_that_does_not_arrive_is_answered_408(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem, request_timeout=1.0) as listener, client(listener, pem) as tls:
            tls.sendall(b"GET /x HTT")
            assert answer(tls)[0] == 408

    def test_a_handshake_has_a_limit(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem, request_timeout=1.0) as listener:
            with socket.create_connection(("localhost", listener.ports[0]), timeout=60) as silent:
                silent.sendall(b"\x16\x03\x01")
                assert silent.recv(1) == b""
            listener.wait_log("no TLS handshake within 1 seconds")
            wait(lambda: not relays(listener), "end of the processes")

    def test_a_client_that_does_not_speak_tls_is_closed(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem) as listener:
            with socket.create_connection(("localhost", listener.ports[0]), timeout=60) as plain:
                plain.sendall(GET.encode())
                data = b""
                with contextlib.suppress(ConnectionResetError):
                    while piece := plain.recv(65536):
                        data += piece
            assert b"HTTP/" not in data
            listener.wait_log("no TLS: HTTP_REQUEST")
            assert curl(listener, pem).stdout == "first"

    def test_the_limit_of_one_host_holds(self, tmp_path: Path, pem: Path) -> None:
        with serving(tmp_path, pem, max_per_source=1) as listener, client(listener, pem) as tls:
            send(tls, "/x")
            answer(tls)
            with socket.create_connection(("localhost", listener.ports[0]), timeout=60) as second:
                assert second.recv(1) == b""
            listener.wait_log("too many connections (--max-per-source)")


class TestFiles:
    def test_slurm_conf_names_them(self, tmp_path: Path, pem: Path) -> None:
        names = f"restd_cert_file={pem}/restd_cert.pem,restd_cert_key_file={pem}/restd_cert_key.pem"
        settings = {"tls_cert": "", "tls_key": "", "env": {"TLS_PARAMETERS": f"ctld_cert_file=/x,{names}"}}
        with serving(tmp_path, pem, **settings) as listener:
            assert curl(listener, pem).stdout == "first"

    def test_without_names_they_are_beside_slurm_conf(self, tmp_path: Path, pem: Path) -> None:
        for file in pem.iterdir():
            shutil.copy(file, tmp_path)
        with serving(tmp_path, pem, tls_cert="", tls_key="") as listener:
            assert curl(listener, pem).stdout == "first"

    def test_renewed_ones_are_used_from_the_next_connection_on(self, tmp_path: Path) -> None:
        made(tmp_path)
        with serving(tmp_path, tmp_path) as listener:
            assert curl(listener, tmp_path).returncode == 0
            made(tmp_path)
            assert curl(listener, tmp_path).stdout == "first"

    @pytest.mark.parametrize(
        ("file", "change", "said"),
        [
            ("restd_cert.pem", "rm", r"the certificate for TLS, .*cannot be read: No such file"),
            ("restd_cert_key.pem", "rm", r"the key for TLS, .*cannot be read: No such file"),
            ("restd_cert_key.pem", "chmod 0644", r"has the mode 0644: others can read or change it"),
            ("restd_cert.pem", "chmod 0646", r"has the mode 0646: others can change it"),
            ("restd_cert_key.pem", "truncate -s 0", r"do not fit: "),
        ],
    )
    def test_what_is_wrong_is_said_at_the_start(
        self, tmp_path: Path, pem: Path, file: str, change: str, said: str
    ) -> None:
        for each in pem.iterdir():
            shutil.copy(each, tmp_path)
        subprocess.run([*change.split(), tmp_path / file], check=True)
        (tmp_path / "conf").write_text("first")
        done = subprocess.run(
            command("https://localhost:0"),
            env={**os.environ, "CONF": f"{tmp_path}/conf"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 69
        assert re.search(said, done.stderr), done.stderr
        assert "restd_cert" in done.stderr
