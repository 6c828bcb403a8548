"""A listener in privileged mode, and clients of several users."""

import contextlib
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from .serving import free_port
from .typed import Answer, described, queued, request

SECRET = "root's own secret"
SLEEP = "#!/bin/bash\nsleep 600\n"
#: As fred: send stdin to a Unix socket, print what comes back.
CLIENT = """
import socket, sys
end = socket.socket(socket.AF_UNIX)
end.connect(sys.argv[1])
end.sendall(sys.stdin.buffer.read())
end.shutdown(socket.SHUT_WR)
while piece := end.recv(65536):
    sys.stdout.buffer.write(piece)
"""


class Listener:
    """restd-inet --privileged on a Unix socket and on ::1."""

    def __init__(self, cluster, directory, *options):
        self._cluster = cluster
        self.path = f"{directory}/rest.sock"
        self.port = free_port()
        self.log = Path(directory, "rest.log")
        # As NoNewPrivileges= of systemd has it.
        command = ["setpriv", "--no-new-privs", f"{cluster.bin}/restd-inet", "--privileged"]
        command += ["-vvvvvv", "--socket-mode", "0666", *options]
        env = {**cluster.env("root"), "SECRET": SECRET, "SLURM_JWT": "not a token"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, f"unix:{self.path}", f"[::1]:{self.port}"], env=env, stderr=log, cwd="/root"
            )
        cluster.wait(lambda: "listening on" in self.log.read_text())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def local(self, user, data):
        """The answers to bytes that a user sends to the Unix socket."""
        done = self._cluster.shell(
            f"{self._cluster.bin}/python -c '{CLIENT}' {self.path}", user=user, input=data
        )
        assert done.returncode == 0, done.stderr
        return parsed(done.stdout)

    def connect(self):
        return socket.create_connection(("::1", self.port), timeout=60)

    def remote(self, data):
        """The answers to bytes that somebody sends over TCP."""
        with self.connect() as end:
            end.sendall(data)
            end.shutdown(socket.SHUT_WR)
            return parsed(b"".join(iter(lambda: end.recv(65536), b"")))

    def processes(self):
        """pid → uids of what serves connections: the children of the listening process and theirs."""
        found = {}
        parents = {self.process.pid}
        for _ in range(4):
            for pid, parent, uids in every_process():
                if parent in parents:
                    parents.add(pid)
                    found[pid] = uids
        return found


def every_process():
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                lines = dict(
                    line.split(":", 1) for line in Path("/proc", entry, "status").read_text().splitlines()
                )
                yield int(entry), int(lines["PPid"]), tuple(map(int, lines["Uid"].split()))


def parsed(text):
    """The answers on a connection, chunked or not."""
    found = []
    while text:
        answer = Answer(text)
        if answer.headers.get("transfer-encoding") == "chunked":
            body, rest = b"", answer.body
            while size := int(rest.partition(b"\r\n")[0], 16):
                start = rest.index(b"\r\n") + 2
                body += rest[start : start + size]
                rest = rest[start + size + 2 :]
            answer.body, text = body, rest.partition(b"\r\n\r\n")[2]
        else:
            length = int(answer.headers.get("content-length", 0))
            text, answer.body = answer.body[length:], answer.body[:length]
        found.append(answer)
    return found


@pytest.fixture(scope="module")
def cluster(private_cluster):
    return private_cluster


@pytest.fixture(scope="module")
def listener(cluster):
    started = Listener(cluster, cluster.dir)
    yield started
    assert started.stop() == 0
    assert "Traceback" not in started.log.read_text()


@pytest.fixture(scope="module")
def tokens(cluster):
    return {user: cluster.token(user) for user in ("fred", "pebbles", "root", "slurm")}


HOST = "Host: cluster"


def submit(script=SLEEP, *headers, **job):
    document = {"job": described(**job), "script": script}
    return request("POST", "/slurm/v0.0.35/job/submit", document, HOST, *headers)


def ping(*headers):
    return request("GET", "/slurm/v0.0.35/ping", None, HOST, *headers)


def bearer(token):
    return f"Authorization: Bearer {token}"


def queued_user(cluster, job):
    return queued(cluster, "%u", f"--job={job}", user="slurm")[0]


def job_of(answers):
    (answer,) = answers
    assert answer.status == 200, answer.text
    return answer.json["job_id"]


@pytest.fixture(autouse=True)
def nobody_s_jobs_left(cluster):
    yield
    for user in ("fred", "pebbles", "root"):
        cluster.shell(f"scancel --user={user}", user=user)


def inetd(cluster, *options):
    """restd-inet --privileged on a TCP connection, and the client's end."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        client = socket.create_connection(server.getsockname()[:2], timeout=60)
        end, _ = server.accept()
    with end:
        process = subprocess.Popen(
            [f"{cluster.bin}/restd-inet", "--privileged", *options], stdin=end, stdout=end, stderr=end,
            env={**cluster.env("root"), "SECRET": SECRET},
        )  # fmt: skip
    return process, client
