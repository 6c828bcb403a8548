"""--environment-file: files of variables as systemd reads them, and SLURMRESTD_OPTIONS in them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.environment_file import variables, words
from restd_inet.option_values import Usage
from restd_inet.settings import read

ASSIGNMENTS = [
    ("A=b\nC=d\n", {"A": "b", "C": "d"}),
    ("A=b", {"A": "b"}),
    ("  A = b c  \n", {"A": "b c"}),
    ("A=b\r\nC=\r\n", {"A": "b", "C": ""}),
    ("# A=b\n; C=d\n\n  # E=f\nG=h # no comment", {"G": "h # no comment"}),
    ("# A=b \\\nC=d", {"C": "d"}),
    ("A\nB=c", {"B": "c"}),
    ("export A=b\n9=x\n=y\nÄ=z\nB=c", {"B": "c"}),
    ("A=b\nA=c", {"A": "c"}),
    ("A='b  c\nd \\' \nE=\"f\ng\"\n", {"A": "b  c\nd \\", "E": "f\ng"}),
    ('A="b\\"c\\\\d\\$e\\n\\\nf"', {"A": 'b"c\\d$e\\nf'}),
    ("A=b \\\n c\\ d\\'e\\  \nF=g", {"A": "b  c d'e ", "F": "g"}),
    ("A='b'\"c\" d'e' \nF=g", {"A": "bcd'e'", "F": "g"}),
    ("A=b=c", {"A": "b=c"}),
    ("A=b\0c\nD=e", {"D": "e"}),
    ("A='b", {"A": "b"}),
    ("A=b\\", {"A": "b"}),
]


@pytest.mark.parametrize(("text", "found"), ASSIGNMENTS)
def test_assignments(text: str, found: dict[str, str]) -> None:
    assert variables(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("  -v \t--json  pretty\n", ["-v", "--json", "pretty"]),
        ("-f '/a b/c' \"\" x'y'\"z\"", ["-f", "/a b/c", "", "xyz"]),
        ('a\\ b \'c\\d\' "e\\"f"', ["a b", "c\\d", 'e"f']),
        ("'a b", ["a b"]),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text("A=\\'\" \n#;b"))
def test_any_text_is_read(text: str) -> None:
    for name, value in variables(text).items():
        assert name.isidentifier()
        assert words(value) is not None


def test_a_file_goes_over_the_environment_and_a_later_one_over_an_earlier(tmp_path: Path) -> None:
    first, second = tmp_path / "default", tmp_path / "sysconfig"
    first.write_text("SLURMRESTD_JSON=pretty\nSLURM_CONF=/first\nSLURMRESTD_LISTEN=:1\nX=1\n")
    second.write_text('SLURM_CONF=/second\nSLURMRESTD_OPTIONS="-v --json compact :2"\n')
    environment = {"SLURM_CONF": "/before", "SLURMRESTD_MAX_CONNECTIONS": "7"}
    files = [f"--environment-file={path}" for path in (first, second, "-/nonexistent")]
    settings = read(["--json", "pretty", ":3", *files, "-v"], environment)
    assert (settings.conf, settings.json, settings.max_connections) == ("/second", "compact", 7)
    assert (settings.verbose, settings.addresses) == (2, [":1", ":3", ":2"])
    assert environment["X"] == "1"  # libslurm reads the environment, too


@pytest.mark.parametrize(
    ("content", "path", "reason"),
    [
        (None, "{}", "--environment-file: {}: No such file or directory"),
        (b"", "{}/..", "--environment-file: {}/..: "),
        (b"A=\xff", "-{}", "--environment-file: {}: expected text in UTF-8"),
        (b"SLURMRESTD_OPTIONS=--no-such", "{}", "SLURMRESTD_OPTIONS: option --no-such not recognized"),
        (b"SLURMRESTD_OPTIONS='--environment-file x'", "{}", "SLURMRESTD_OPTIONS: --environment-file can"),
        (b"SLURMRESTD_JSON=x", "{}", "SLURMRESTD_JSON: expected"),
    ],
)
def test_what_is_wrong_is_named(content: bytes | None, path: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Usage) as caught:
        read(["--environment-file", path.format(file)], {})
    assert str(caught.value).startswith(reason.format(file))


def test_a_super_server_s_socket_is_served_instead_of_the_file_s_addresses(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("SLURMRESTD_LISTEN=:no-such-port\nSLURMRESTD_OPTIONS=-v nowhere:no-such-port\n")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        ours.shutdown(socket.SHUT_WR)
        done = subprocess.run(
            [sys.executable, "-m", "restd_inet", "--environment-file", file],
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            timeout=60,
            env={"PATH": os.environ["PATH"]},
        )
        assert done.returncode == 0, done.stderr
        assert ours.recv(65536).startswith(b"HTTP/1.1 200 ")
