"""A listener with a service of the test's own, as a real process; and its clients."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import restd_inet

#: Where restd_inet is installed, with its modules in C.
SOURCE = str(Path(restd_inet.__file__).parents[1])

# A configuration "waits FILE" is read when the file is gone; "waits FILE bad" is bad then.
# PAUSE=SECONDS is the time between two attempts to start, STEADY that after which one has succeeded.
# STOPPED=SECONDS is the time after which a stopped process is killed.
# DELAY=SECONDS is that of each answer to a bad credential that is delayed; /bad is one.
# /slow makes a file named as its query and ".seen", and answers when that of its query is gone; /pid and /fds
# tell of the process. /live answers until it is over, and after its first byte only if its client is silent.
CHILD = """
import os, signal, sys, time
sys.path.insert(0, {source!r})
from restd_inet import log, metrics, process
from restd_inet.message import Response
from restd_inet.problems import Problem
from restd_inet.serve import listen, penalty, supervisor, systemd
from restd_inet.option_values import Usage
from restd_inet.settings import Settings

TEXT = [("Content-Type", "text/plain")]

process.start()

class Service:
    generation = "none"
    refreshed = 0
    rehearsal = os.environ.get("REHEARSAL", "").encode()
    reusable = bool(rehearsal)
    def warm(self):
        text = open(os.environ["CONF"]).read()
        if text == "bad":
            raise Problem(503, "the file is bad")
        if text == "dies":
            os._exit(3)
        while text.startswith("waits ") and os.path.exists(text.split()[1]):
            time.sleep(0.01)
        if text.endswith(" bad"):
            raise Problem(503, "the file is bad")
        self.generation = text
    def prewarm(self):
        yield
        if self.generation == "unwarmed":
            raise ValueError("a wrong note")
    def stale(self):
        return os.environ.get("STALE", "")
    def parameters(self):
        return os.environ.get("PARAMETERS", "")
    def tls(self):
        return os.environ["CONF"], os.environ.get("TLS_PARAMETERS", "")
    def slurm_user(self):
        return int(os.environ.get("SLURM_USER", "-1"))
    def after_fork(self):
        pass
    def rehearse(self):
        pass
    def refresh(self):
        if os.environ.get("REFRESH"):
            raise OSError(os.environ["REFRESH"])
        self.refreshed += 1
    def handle(self, request, peer):
        what = request.path[0] if request.path else ""
        if what == "slow":
            open(request.query + ".seen", "w").close()
            while os.path.exists(request.query):
                time.sleep(0.01)
        if what == "live":
            def body():
                yield b"x"
                while not request.held.over():
                    time.sleep(0.05)
                    if request.held.silent():
                        yield b"x"
            answer = Response(200, TEXT, body())
            answer.live = True
            return answer
        if what == "bad":
            refusal = Response(401, TEXT, b"no")
            refusal.bad_credential = True
            return refusal
        if what == "segv":
            os.kill(os.getpid(), signal.SIGSEGV)
        if what == "exit":
            os._exit(7)
        if what == "raise":
            raise KeyboardInterrupt
        if what == "noise":
            os.write(1, b"noise")
            os.write(2, b"noise")
        text = {{
            "pid": lambda: str(os.getpid()),
            "refreshed": lambda: str(self.refreshed),
            "fds": lambda: " ".join(sorted(os.readlink(f"/proc/self/fd/{{n}}").split(":")[0]
                for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{{n}}"))),
            "metrics": metrics.text,
            "who": lambda: f"{{os.getuid()}} {{os.getgid()}} {{sorted(os.getgroups())}} {{peer.name}}",
        }}.get(what, lambda: self.generation)()
        return Response(200, TEXT, text.encode())

if "PAUSE" in os.environ:
    supervisor._PAUSE_SECONDS = supervisor._LONGEST_PAUSE = float(os.environ["PAUSE"])
if "STEADY" in os.environ:
    supervisor._STEADY_SECONDS = float(os.environ["STEADY"])
if "STOPPED" in os.environ:
    supervisor._STOPPED_SECONDS = float(os.environ["STOPPED"])
if "DELAY" in os.environ:
    penalty.FIRST = penalty.LONGEST = float(os.environ["DELAY"])
settings = Settings({settings})
settings.addresses = {addresses!r}
log.level = 7
try:
    sys.exit(listen.serve(settings, Service(), systemd.listeners(os.environ)))
except Usage as error:
    sys.exit(f"usage: {{error}}")
"""


def command(*addresses: str, **settings: object) -> list[str]:
    # Tests are often run by root.
    settings.setdefault("security", "disable_user_check")
    arguments = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    script = CHILD.format(source=SOURCE, settings=arguments, addresses=list(addresses))
    return [sys.executable, "-I", "-c", script]


def gone(pid: int) -> bool:
    """Whether it has ended; a zombie that no process has waited for has, too."""
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


class Listener:
    """A running one. log: what it has said."""

    def __init__(self, directory: Path, arguments: list[str], **options: object) -> None:
        self.file = directory / "log"
        self.conf = directory / "conf"
        if not self.conf.exists():
            self.conf.write_text("first")
        environment = {**os.environ, "CONF": str(self.conf), **dict(options.pop("env", {}))}  # type: ignore[call-overload]
        with open(self.file, "wb") as log:
            self.process = subprocess.Popen(  # type: ignore[call-overload]
                arguments, stdin=subprocess.DEVNULL, stderr=log, env=environment, **options
            )

    @property
    def log(self) -> str:
        return self.file.read_text()

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Until the condition holds, or cannot hold any more: the listener has ended."""
        held: object = False

        def over() -> bool:
            nonlocal held
            held = condition()
            return bool(held) or self.process.poll() is not None

        wait(over, what)
        assert held, f"no {what}; the listener ended with {self.process.returncode}:\n{self.log}"

    def wait_log(self, words: str, times: int = 1) -> None:
        self.wait(lambda: self.log.count(words) >= times, f"{words!r} in the log")

    def ready(self) -> Listener:
        self.wait(self.is_ready, "the listener")
        return self

    def is_ready(self) -> bool:
        return any(", fd " not in line for line in self.log.splitlines() if "listening on" in line)

    @property
    def server(self) -> int:
        """The warm process; the newest, if there are several."""
        return max(children(self.process.pid), default=0)

    @property
    def ports(self) -> list[int]:
        return [int(port) for port in re.findall(r"listening on \S+:(\d+), fd", self.log)]

    def end(self, number: int = signal.SIGTERM, timeout: float = 60) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout)


@contextlib.contextmanager
def listening(directory: Path, *addresses: str, **settings: object) -> Iterator[Listener]:
    environment = settings.pop("env", {})
    options = settings.pop("options", {})
    listener = Listener(directory, command(*addresses, **settings), env=environment, **options)  # type: ignore[arg-type]
    try:
        yield listener.ready()
    finally:
        if listener.process.poll() is None:
            listener.process.terminate()
            try:
                listener.process.wait(60)
            except subprocess.TimeoutExpired:
                for pid in descendants(listener.process.pid):
                    os.kill(pid, signal.SIGKILL)
                listener.process.kill()
                listener.process.wait()


def children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants(pid: int) -> list[int]:
    return [p for child in children(pid) for p in (*descendants(child), child)]


def wait(condition: Callable[[], object], what: str, timeout: float = 60) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"no {what} after {timeout} s"
        time.sleep(0.01)


def connect(where: str | int) -> socket.socket:
    """To the path of a Unix socket, or a port of the loopback."""
    if isinstance(where, int):
        client = socket.create_connection(("127.0.0.1", where))
    else:
        client = socket.socket(socket.AF_UNIX)
        client.connect(where)
    client.settimeout(60)
    return client


def send(client: socket.socket, target: str, *fields: str) -> None:
    client.sendall("\r\n".join((f"GET {target} HTTP/1.1", "Host: h", *fields, "", "")).encode())


def answer(client: socket.socket) -> tuple[int, str, str]:
    """One answer: status, head, body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65536)
        if not piece:
            raise EOFError(data)
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"Content-Length: (\d+)", head)
    while found and len(body) < int(found[1]):
        body += client.recv(65536)
    return int(head.split()[1]), head.decode(), body.decode()


def ask(where: str | int, target: str, *fields: str) -> tuple[int, str, str]:
    with connect(where) as client:
        send(client, target, *fields)
        return answer(client)


def unix(directory: Path) -> str:
    """The path of the socket that most tests listen on."""
    return f"{directory}/s"
