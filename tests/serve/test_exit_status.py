"""The program's exit status says why it ended; restd-inet(8) and --help list the statuses."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import lacking
import pytest

import restd_inet
from restd_inet import process
from restd_inet.options import usage

SOURCE = str(Path(restd_inet.__file__).parents[1])
MAN = Path(__file__).parents[2] / "contrib/man/restd-inet.8"
GET = b"GET /slurm/v0.0.39/ping HTTP/1.1\r\nHost: h\r\n\r\n"
STATUSES = (
    process.ANSWERED,
    process.BROKEN,
    process.USAGE,
    process.FAILED,
    process.UNAVAILABLE,
    process.INTERNAL,
    process.SYSTEM,
    process.NOT_ALLOWED,
)


def run(
    *options: str, input: bytes = b"", before: str = "", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    code = (
        f"import sys; sys.path.insert(0, {SOURCE!r})\n{before}\nfrom restd_inet.__main__ import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-I", "-c", code, *options],
        input=input,
        capture_output=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], **environment},
    )


def test_each_status_is_one_cause_s() -> None:
    assert len(set(STATUSES)) == len(STATUSES)
    assert set(process.LOGGED) < set(STATUSES)


def test_the_man_page_and_the_help_have_all_of_them() -> None:
    section = MAN.read_text().partition(".SH EXIT STATUS")[2].partition(".SH ")[0]
    assert [int(each) for each in re.findall(r"\.TP\n\.B (\d+)\n", section)] == list(STATUSES)
    said = usage().partition("Exit status: ")[2]
    assert [int(each) for each in re.findall(r"(?:^|; |\n) ?(\d+) ", said)] == list(STATUSES)
    assert "22 with --fail" in said


def test_a_request_that_ends_early_is_1() -> None:
    assert run("-q", input=GET[:-4]).returncode == 1


def test_usage_is_2() -> None:
    assert run("--no-such-option").returncode == 2


def test_a_failed_request_is_22_only_with_fail() -> None:
    missing = GET.replace(b"/ping", b"/nothing")
    assert run("-q", input=missing).returncode == 0
    assert run("-q", "--fail", input=missing).returncode == 22


def test_a_libslurm_that_ends_the_process_is_69(tmp_path: Path) -> None:
    """Behind the answer, which says why."""
    conf = tmp_path / "slurm.conf"
    conf.write_text(f"ClusterName=x\nSlurmctldHost=localhost\nPluginDir={tmp_path}/none\n")
    done = run("-q", input=GET + GET, SLURM_CONF=str(conf))
    assert done.stdout.startswith(b"HTTP/1.1 503 ")
    assert b"libslurm cannot work" in done.stdout
    assert (done.returncode, done.stdout.count(b"HTTP/1.1 ")) == (69, 1)


def test_a_listener_without_slurm_conf_is_69() -> None:
    unchecked = {"SLURMRESTD_SECURITY": "disable_user_check", "SLURM_CONF": "/nonexistent/slurm.conf"}
    done = run("127.0.0.1:0", **unchecked)
    assert (done.returncode, b"slurm.conf cannot be read" in done.stderr) == (69, True)


def test_a_listener_that_fails_internally_is_70() -> None:
    before = "from restd_inet.app.warm import WarmDispatcher; WarmDispatcher.warm = lambda self: 1 / 0"
    done = run("127.0.0.1:0", before=before, SLURMRESTD_SECURITY="disable_user_check")
    assert (done.returncode, b"internal error: ZeroDivisionError" in done.stderr) == (70, True)


def test_an_address_in_use_is_71() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(f"127.0.0.1:{port}", SLURMRESTD_SECURITY="disable_user_check")
    assert (done.returncode, b"Address already in use" in done.stderr) == (71, True)


@lacking.as_root
def test_root_before_the_network_is_77() -> None:
    done = run("127.0.0.1:0")
    assert (done.returncode, b"refusing to listen as root" in done.stderr) == (77, True)


def test_a_connection_that_root_does_not_serve_is_logged_as_refused() -> None:
    code = (
        f"import os, sys; sys.path.insert(0, {SOURCE!r}); os.geteuid = lambda: 0\n"
        "from restd_inet.__main__ import main; main()"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        connection, (host, port) = server.accept()
    with client, connection:
        done = subprocess.run(
            [sys.executable, "-I", "-c", code], stdin=connection, stdout=connection, stderr=-1, timeout=60
        )
        connection.close()
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 500 ")
    line = f"refused an unread request for {host}:{port}: 500, {len(answer)} bytes: "
    assert line in done.stderr.decode()


@pytest.mark.parametrize(
    ("security", "status"), [("disable_user_check", 1), ("", 77 if os.geteuid() == 0 else 1)]
)
def test_a_client_that_is_gone_before_the_start_is_one_line_in_the_log(security: str, status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        connection, _ = server.accept()
    with connection:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()  # a reset
        code = f"import sys; sys.path.insert(0, {SOURCE!r}); from restd_inet.__main__ import main; main()"
        done = subprocess.run(
            [sys.executable, "-I", "-c", code],
            stdin=connection,
            stdout=connection,
            stderr=subprocess.PIPE,
            timeout=60,
            env={"PATH": os.environ["PATH"], "SLURMRESTD_SECURITY": security},
        )
    assert done.returncode == status
    assert len(done.stderr.splitlines()) == 1
    if status == 1:
        assert b"standard input: Transport endpoint is not connected" in done.stderr
