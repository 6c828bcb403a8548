"""serve.inet in a process of its own, with a handler of the tests' own."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

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
