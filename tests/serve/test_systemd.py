"""serve.systemd: what systemd says of sockets, and what is there."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import restd_inet

#: Where restd_inet is installed, with its modules in C.
SOURCE = str(Path(restd_inet.__file__).parents[1])
SCRIPT = f"""
import os, sys
sys.path.insert(0, {SOURCE!r})
from restd_inet.serve import systemd
from restd_inet.option_values import Usage
try:
    print(systemd.listeners(os.environ), "LISTEN_FDS" in os.environ)
except Usage as error:
    sys.exit(f"usage: {{error}}")
"""
#: The environment says that the descriptors are meant for this process.
MINE = 'LISTEN_PID=$$ exec "$0" "$@"'


def found(count: str, sockets: list[socket.socket], shell: str = MINE) -> subprocess.CompletedProcess[str]:
    """What a process that has these sockets as its descriptors 3, 4, ... makes of LISTEN_FDS."""
    moves = "".join(f"{3 + index}<&{kept.fileno()} " for index, kept in enumerate(sockets))
    return subprocess.run(
        ["bash", "-c", f"exec {moves}; {shell}" if moves else shell, sys.executable, "-I", "-c", SCRIPT],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        env={**os.environ, "LISTEN_FDS": count}, pass_fds=[kept.fileno() for kept in sockets],
    )  # fmt: skip


@pytest.fixture
def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def test_a_listening_socket(listener: socket.socket) -> None:
    assert found("1", [listener]).stdout == "[3] False\n"


def test_what_is_meant_for_another_process(listener: socket.socket) -> None:
    done = found("7", [listener], 'LISTEN_PID=1 exec "$0" "$@"')
    assert (done.stdout, done.stderr) == ("[] False\n", "")


@pytest.mark.parametrize("count", ["70", "999999999"])
def test_descriptors_that_are_not_there(listener: socket.socket, count: str) -> None:
    done = found(count, [listener])
    assert done.returncode == 1
    assert re.fullmatch(rf"usage: LISTEN_FDS is {count}, but descriptor \d+ is not open\n", done.stderr)


@pytest.mark.parametrize("count", ["x", "-1", "1.0", " 1", "1" * 5000, "\u0663"])
def test_what_is_no_number(listener: socket.socket, count: str) -> None:
    done = found(count, [listener])
    assert done.returncode == 1
    assert done.stderr.startswith("usage: LISTEN_FDS: expected a number of descriptors; found ")


def test_the_program_ends_as_after_any_other_usage_error() -> None:
    program = [sys.executable, "-m", "restd_inet"]
    done = subprocess.run(
        ["bash", "-c", MINE, *program],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        env={**os.environ, "LISTEN_FDS": "1"},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "restd-inet: LISTEN_FDS is 1, but descriptor 3 is not open\nTry: restd-inet --help\n"
    )


def test_a_connection_that_systemd_has_accepted_becomes_0_and_1() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        done = found("1", [theirs])
        theirs.close()
        ours.settimeout(60)
        assert ours.recv(100) == b"[] False\n"  # what it printed on 1
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
