"""Programs that serve on a port of the loopback or a Unix socket, and requests to them."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import time

from .cluster import identity


class Client(http.client.HTTPConnection):
    """To a port of a host, or to the path of a Unix socket."""

    def __init__(self, where, host="127.0.0.1"):
        super().__init__(host, where if isinstance(where, int) else 80, timeout=60)
        self.where = where

    def connect(self):
        if isinstance(self.where, int):
            super().connect()
        else:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(60)
            self.sock.connect(self.where)


def get(where, target, token=None, host="127.0.0.1", method="GET"):
    """The status of the answer, and its document or text."""
    client = Client(where, host)
    try:
        client.request(method, target, headers={"X-SLURM-USER-TOKEN": token} if token else {})
        answer = client.getresponse()
        text = answer.read().decode()
        media = answer.getheader("Content-Type", "")
        return answer.status, json.loads(text) if media.startswith("application/json") and text else text
    finally:
        client.close()


#: Below the clusters' ports and those that the kernel gives to outgoing connections.
PORTS = range(10000, 20000)


def free_port():
    """A port that nothing listens on, on either family, and that no other process of tests takes."""
    while True:
        port = random.SystemRandom().choice(PORTS)  # others are made the same in every process by hypothesis
        with (
            contextlib.suppress(OSError),
            socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True),
        ):
            return port


def accepts(where, host="127.0.0.1"):
    client = Client(where, host)
    try:
        client.connect()
    except OSError:
        return False
    finally:
        client.close()
    return True


@contextlib.contextmanager
def running(arguments, log, **options):
    """A program in a session of its own while the block lasts; its output goes to the file `log`."""
    with open(log, "wb") as file:
        process = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            **options,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # What inetd has started with "wait" outlives it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)


def until(condition, what, timeout=60):
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, f"no {what} after {timeout} s"
        time.sleep(0.02)
    return found


@contextlib.contextmanager
def jwt_listening(cluster, tmp_path, *arguments):
    """restd-inet with tokens alone, listening on a port."""
    port = free_port()
    options = {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}
    command = [f"{cluster.bin}/restd-inet", "-a", "jwt", *arguments, f"localhost:{port}"]
    with running(command, tmp_path / "log", **options):
        until(lambda: accepts(port), "listener")
        yield port
