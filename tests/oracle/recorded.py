"""What slurmrestd was recorded to answer to bad and unusual requests, and the same asked of restd-inet."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from collections.abc import Iterator
from typing import Any, NamedTuple

from cluster.cluster import identity
from cluster.serving import accepts, free_port, running, until
from places import REFERENCE

ERRORS = REFERENCE / "errors"
#: Of 26.11 there is no record; a user should get the same as on 26.05.
FILES = {
    (22, 5): "22.05.8.json",
    (24, 11): "24.11.5.json",
    (26, 5): "26.05.5.json",
    (26, 11): "26.05.5.json",
}
#: Of the command line, of files, and of daemons that are down: tests of their own ask these.
ELSEWHERE = re.compile(
    r"args: |slurmctld down|slurmdbd down|no accounting storage|file mode|.*\(slurmctld stopped\)"
    r"|.*very long|many headers"  # recorded in part
    r"|url: slurmdb wrong prefix"  # a path of later versions
)


class Case(NamedTuple):
    """A request and the first status that slurmrestd gave; 0: none."""

    group: str
    name: str
    text: str
    theirs: int


def cases(slurm: tuple[int, ...]) -> list[Case]:
    """Those of a release; none if they are not here."""
    path = ERRORS / FILES.get(slurm, "none")
    if not path.is_file():
        return []
    found = [one for one in json.loads(path.read_text()) if not ELSEWHERE.match(one["name"])]
    complete = next(one["request_text"] for one in found if one["name"] == "body: type with charset")
    room = int(re.findall(r"Content-Length: (\d+)", complete)[0]) - len(complete.partition("\r\n\r\n")[2])
    return [
        # A directory was given a shorter name in the records, not in their lengths.
        Case(
            one["group"],
            one["name"],
            (one["request_text"] or "").replace("/opt/ref", "/opt/ref" + "-" * room),
            _status(one),
        )
        for one in found
        if not one.get("slurmrestd_args") and "request_file_mode" not in one
    ]


def _status(one: dict[str, Any]) -> int:
    answers = one["answers"]
    return int(answers[0]["status"] or 0) if answers else 0


def statuses(output: bytes) -> list[int]:
    """Of every answer; those before the final one (1xx) too."""
    found = []
    while output.startswith(b"HTTP/"):
        head, _, output = output.partition(b"\r\n\r\n")
        found.append(int(head.split()[1]))
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        chunked = re.search(rb"(?i)\r\ntransfer-encoding: *chunked", head)
        output = output.partition(b"0\r\n\r\n")[2] if chunked else output[int(length[1]) if length else 0 :]
    return found


def over_stdin(cluster: Any, tokens: dict[str, str], case: Case) -> list[int]:
    done = cluster.shell("cat | restd-inet -q", input=_bytes(case.text, tokens))
    return statuses(done.stdout)


@contextlib.contextmanager
def listening(cluster: Any) -> Iterator[int]:
    """The port of a restd-inet that takes tokens only."""
    port = free_port()
    command = [f"{cluster.bin}/restd-inet", "-a", "jwt", f"127.0.0.1:{port}"]
    log = f"{cluster.jobs}/listening.log"
    with running(command, log, env=cluster.env(), cwd=cluster.jobs, **identity(cluster.user)):
        until(lambda: accepts(port), "listener")
        yield port


def over_tcp(port: int, tokens: dict[str, str], case: Case) -> list[int]:
    # The records have no Host, which HTTP/1.1 wants, and restd-inet on sockets.
    text = re.sub(r"(?m)( HTTP/1\.1\r?\n)", r"\1Host: localhost\r\n", case.text)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        sock.sendall(_bytes(text, tokens))
        sock.shutdown(socket.SHUT_WR)
        output = b""
        while data := sock.recv(1 << 16):
            output += data
    return statuses(output)


def tokens_of(cluster: Any) -> dict[str, str]:
    """What the records call tokens; the one that lasted a second will have ended in two."""
    tokens = {f"token of {user}": cluster.token(user) for user in ("fred", "pebbles", "root")}
    tokens["token of fred that lasted 1 second"] = cluster.token("fred", 1)
    good = tokens["token of fred"]
    tokens["token of fred, one letter changed"] = good[:-8] + ("A" if good[-8] != "A" else "B") + good[-7:]
    return tokens


def _bytes(text: str, tokens: dict[str, str]) -> bytes:
    # What is beyond ASCII was recorded byte by byte.
    return re.sub(r"<(token [^>]*)>", lambda found: tokens[found[1]], text).encode("latin-1", "replace")
