"""restd-inet submit: what it sends, and what it does with what comes back."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from restd_inet.cli import submit
from restd_inet.codec import multipart
from restd_inet.option_values import Usage

SUBMITTED = b'{"job_id": 7, "warnings": [], "errors": []}'


def answer(status: str, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class Server:
    """Gives each connection the next of some answers; b"" ends it without one. requests: what it was sent."""

    def __init__(self, path: Path, answers: list[bytes]) -> None:
        self.requests: list[bytes] = []
        self.url = f"unix:{path}"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, args=(answers,), daemon=True)
        self._thread.start()

    def _serve(self, answers: list[bytes]) -> None:
        for each in answers:
            connection, _ = self._listener.accept()
            with connection:
                data = b""
                while not (head := re.search(rb"(?i)content-length: (\d+)", data)) or len(
                    data.partition(b"\r\n\r\n")[2]
                ) < int(head[1]):
                    data += connection.recv(65536)
                self.requests.append(data)
                connection.sendall(each)
        self._listener.close()

    def header(self, name: str) -> list[str]:
        found = [re.search(rf"(?im)^{name}: (.*?)\r$", data.decode("latin-1")) for data in self.requests]
        return [match[1] if match else "" for match in found]

    def parts(self) -> dict[str, multipart.Part]:
        head, _, body = self.requests[-1].partition(b"\r\n\r\n")
        boundary = re.search(rb"boundary=(\S+)", head)
        assert boundary
        return multipart.decode(body, boundary[1].decode())

    @property
    def target(self) -> str:
        return self.requests[-1].split()[1].decode()


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", str(tmp_path))
    monkeypatch.setattr(submit, "_PAUSE", 0.0)
    monkeypatch.delenv("SLURM_JWT", raising=False)
    (tmp_path / "job.sh").write_text("#!/bin/sh\nhostname\n")
    yield lambda *answers: Server(tmp_path / "socket", list(answers))


def run(server: Server, *arguments: str) -> int:
    return submit.main(["submit", "--url", server.url, *arguments])


def test_a_script_goes_as_it_is_with_its_options_beside_it(serve: Any, tmp_path: Path, capsys: Any) -> None:
    server = serve(answer("200 OK", SUBMITTED))
    assert run(server, "-p", "long", "-Ht5", "--comment=a b", "job.sh", "-n", "x&y") == 0
    assert capsys.readouterr().out == "Submitted batch job 7\n"
    where = str(tmp_path)
    assert server.target == (
        f"/restd/latest/job/submit?partition=long&hold&time=5&comment=a%20b&submit_dir={where}"
        f"&argv={where}/job.sh&argv=-n&argv=x%26y"
    )
    parts = server.parts()
    assert parts["script"].content == b"#!/bin/sh\nhostname\n"
    assert parts.keys() == {"script"}


def test_a_child_of_its_shell_s_is_not_waited_for(serve: Any, capsys: Any) -> None:
    """`exec` keeps the children of the shell before it."""
    server = serve(answer("200 OK", SUBMITTED))
    with subprocess.Popen(["sleep", "600"]) as child:
        try:
            assert run(server, "job.sh") == 0
        finally:
            child.kill()


def test_wrap_makes_the_script_of_sbatch(serve: Any, capsys: Any) -> None:
    server = serve(answer("200 OK", SUBMITTED))
    assert run(server, "--parsable", "--wrap", "hostname; date", "-J", "mine") == 0
    assert capsys.readouterr().out == "7\n"
    assert server.parts()["script"].content.endswith(b"sbatch --wrap.\n\nhostname; date\n")
    assert "?job-name=wrap&job-name=mine&" in server.target


@pytest.mark.parametrize(
    ("export", "sent"),
    [("ALL", {"A", "B"}), ("A", {"A"}), ("A,C=1", {"A"}), ("NONE", None), ("NIL", None), ("", None)],
)
def test_only_what_export_names_is_sent(serve: Any, monkeypatch: Any, export: str, sent: Any) -> None:
    for name in ("A", "B", "SLURM_JWT"):
        monkeypatch.setenv(name, "1")
    server = serve(answer("200 OK", SUBMITTED))
    assert run(server, *([f"--export={export}"] if export else []), "job.sh") == 0
    parts = server.parts()
    if sent is None:
        assert "environment" not in parts
        return
    names = {pair.partition("=")[0] for pair in json.loads(parts["environment"].content)}
    assert names & {"A", "B", "SLURM_JWT"} == sent
    assert {"SLURM_UMASK", "SLURM_RLIMIT_CORE"} <= names
    assert server.header("X-SLURM-USER-TOKEN") == ["1"]


LOST = b""
BUSY = answer("409 Conflict", b'{"errors": []}', "Retry-After: 0\r\n")


@pytest.mark.parametrize(
    "lost",
    [[LOST], [BUSY], [answer("503 Service Unavailable", b"{}")], [LOST, LOST, BUSY]],
    ids=["no answer", "it still runs", "slurmctld is down", "three times"],
)
def test_what_has_no_answer_is_sent_again_with_the_same_key(serve: Any, lost: list[bytes]) -> None:
    server = serve(*lost, answer("200 OK", SUBMITTED))
    assert run(server, "job.sh") == 0
    keys = server.header("Idempotency-Key")
    assert len(keys) == len(lost) + 1
    assert len({*keys}) == 1
    assert re.fullmatch(r'"[0-9a-f]{32}"', keys[0])


def test_it_gives_up(serve: Any, capsys: Any) -> None:
    server = serve(*[LOST] * 4)
    assert run(server, "job.sh") == 1
    assert "the connection ended" in capsys.readouterr().err
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "last",
    [[answer(f"{status} x", b"{}")] * 4 for status in (502, 503, 504)]
    + [[BUSY] * 4, [LOST] * 4, [answer("500 x", b"{}")], [LOST]],
    ids=["502", "503", "504", "it still runs", "no answer", "500", "the server is gone"],
)
def test_where_no_answer_says_what_became_of_the_job_it_may_be_there(
    serve: Any, capsys: Any, last: list[bytes]
) -> None:
    server = serve(*last)
    assert run(server, "job.sh") == 1
    said = capsys.readouterr().err
    assert "the job may have been submitted" in said
    assert f"restd-inet get --url {server.url} '/restd/latest/jobs?user=me'" in said


def test_what_was_not_sent_was_not_submitted(serve: Any, tmp_path: Path, capsys: Any) -> None:
    assert submit.main(["submit", "--url", f"unix:{tmp_path}/none", "job.sh"]) == 1
    assert "may have been" not in capsys.readouterr().err


def test_a_test_without_an_answer_submitted_nothing(serve: Any, capsys: Any) -> None:
    server = serve(*[answer("504 x", b"{}")] * 4)
    assert run(server, "--test-only", "job.sh") == 1
    assert capsys.readouterr().err == "restd-inet: 504 x: {}\n"


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "422 Unprocessable Content"])
def test_what_is_refused_is_not_sent_again(serve: Any, capsys: Any, status: str) -> None:
    server = serve(answer(status, b'{"errors": [{"error": "line 2: no"}]}'))
    assert run(server, "job.sh") == 22
    assert capsys.readouterr().err == f"restd-inet: {status}: line 2: no\n"


def test_a_server_without_keys_is_sent_none(serve: Any, capsys: Any) -> None:
    text = b'{"errors": [{"error": "Idempotency-Key: keys cannot be stored (--state-directory): x"}]}'
    server = serve(answer("503 Service Unavailable", text), answer("200 OK", SUBMITTED))
    assert run(server, "job.sh") == 0
    assert server.header("Idempotency-Key")[1] == ""
    assert "sent without one" in capsys.readouterr().err


def test_a_test_says_when_the_job_would_start(serve: Any, capsys: Any) -> None:
    document = {"dry_run": {"start_time": {"number": 86400}, "nodes": "n1", "partition": "long"}}
    server = serve(answer("200 OK", json.dumps(document).encode()))
    assert run(server, "--test-only", "job.sh") == 0
    assert re.fullmatch(
        r"The job would start at 1970-01-0\dT\S+ on n1 in partition long\n", capsys.readouterr().out
    )


def test_a_file_is_looked_for_here_and_then_in_path(serve: Any, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "far.sh").write_text("#!/bin/sh\n")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    assert submit.Arguments(["submit", "far.sh"]).file == f"{tmp_path}/bin/far.sh"
    assert submit.Arguments(["submit", "job.sh"]).file == f"{tmp_path}/job.sh"
    assert submit.Arguments(["submit", "./far.sh"]).file == f"{tmp_path}/./far.sh"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--tsk=1"], 'unknown option "--tsk"'),
        (["-n"], "-n: expected an argument"),
        (["--wait", "job.sh"], "--wait is not supported"),
        (["--wrap=x", "job.sh"], "--wrap is for a command without a script; found job.sh"),
    ],
)
def test_a_wrong_command_line_is_said(arguments: list[str], text: str) -> None:
    with pytest.raises(Usage) as caught:
        submit.main(["submit", *arguments])
    assert str(caught.value).startswith(f"submit: {text}")
