"""A long run of restd-inet's listeners under many clients, with slurmctld restarted in between."""

import contextlib
import json
import pwd
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.cluster.cluster import identity
from tests.cluster.serving import accepts, free_port, get, running, until

CLIENTS = 30
USERS = ("fred", "pebbles")
#: For slurm.conf: whose answer it is shows, where nobody is an administrator (without accounting).
CONF = "PrivateData=jobs\n"
#: Seconds after its start in which slurmctld may still be away to some.
GRACE = 3.0
#: kB by which a listening process may grow between a tenth of the requests and their end.
GROWTH = 512


class Soak:
    """Two listeners: one for tokens on a port, one for the owner of a Unix socket's client."""

    def __init__(self, cluster, requests, restarts, progress):
        self.cluster = cluster
        self.requests = requests
        self.restarts = [requests * (turn + 1) // (restarts + 1) for turn in range(restarts)]
        self.progress = progress
        self.windows = []
        self.port = free_port()
        self.path = f"{cluster.jobs}/soak-{self.port}.sock"

    def run(self):
        """Raises AssertionError if anything was lost, mixed up, leaked or left."""
        with contextlib.ExitStack() as stack:
            log = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-"))) / "log"
            pids = []
            for method, address in (("jwt", f"127.0.0.1:{self.port}"), ("local", f"unix:{self.path}")):
                pids.append(self._listen(stack, log.with_name(method), method, address))
            until(lambda: accepts(self.port) and accepts(self.path), "listeners")
            parents = [pid for supervisor in pids for pid in (supervisor, *children(supervisor))]
            before = settled(parents)
            early, result = self._drive(parents)
            self._check(result)
            after = settled(parents)
            assert after == before, f"descriptors and children: {before} before, {after} after"
            late = [memory(pid) for pid in parents]
            assert all(b - a <= GROWTH for a, b in zip(early, late, strict=True)), (early, late)
            assert get(self.port, "/readyz") == (200, "ok\n")
            assert get(self.path, "/readyz") == (200, "ok\n")
            assert all(state(pid) != "Z" for pid in parents)
        away = len(result["away"])
        self.progress(f"{self.requests} requests, {away} told that slurmctld is away; kB: {early} → {late}")

    def _listen(self, stack, log, method, address):
        command = [f"{self.cluster.bin}/restd-inet", "-q", "-a", method, address]
        options = {"env": self.cluster.env(), "cwd": self.cluster.jobs, **identity(self.cluster.user)}
        return stack.enter_context(running(command, log, **options)).pid

    def _drive(self, parents):
        """Runs the clients; the memory of the parents at a tenth of the way, and the clients' result."""
        early, restarts = [], list(self.restarts)
        program = [sys.executable, Path(__file__).with_name("clients.py")]
        if self.cluster.bin != Path(sys.executable).parent:  # where the user may go
            program[0] = f"{self.cluster.bin}/python"
        options = {"env": self.cluster.env(), "cwd": self.cluster.jobs, **identity(self.cluster.user)}
        source = Path(program[1]).read_text()
        process = subprocess.Popen(
            [program[0], "-c", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        try:
            process.stdin.write(json.dumps({"requests": self.requests, "clients": self._clients()}) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                if line.startswith("{"):
                    return early, json.loads(line)
                done = int(line)
                if not early and done >= self.requests // 10:
                    early = [memory(pid) for pid in parents]
                if restarts and done >= restarts[0]:
                    restarts.pop(0)
                    self._restart(done)
                self.progress(f"{done} of {self.requests} requests", passing=True)
        finally:
            process.stdin.close()
            process.wait(120)
            process.stdout.close()
        raise AssertionError("the clients ended early")

    def _clients(self):
        """Each has a held job of its own: by token as either user, by the socket as the cluster's."""
        tokens = {user: self.cluster.token(user) for user in USERS}
        plans = []
        for number in range(CLIENTS):
            by_socket = number % 3 == 2
            user = self.cluster.user if by_socket else USERS[number % 3]
            name = f"soak-{number}"
            job = self.cluster.submit("--hold", "-J", name, "--wrap", "true", user=user)
            plans.append({
                "where": self.path if by_socket else self.port,
                "headers": {} if by_socket else {"X-SLURM-USER-TOKEN": tokens[user]},
                "uid": pwd.getpwnam(user).pw_uid,
                "job": job,
                "name": name,
                "keep": number % 2 == 0,
            })  # fmt: skip
        return plans

    def _restart(self, done):
        self.progress(f"{done} of {self.requests} requests: slurmctld is restarted")
        began = time.monotonic()
        self.cluster.stop("slurmctld")
        self.cluster.start("slurmctld")
        self.windows.append((began, time.monotonic() + GRACE))

    def _check(self, result):
        assert not result["wrong"], "\n".join(result["wrong"])
        assert result["requests"] == self.requests
        for began, ended, kind, status in result["away"]:
            inside = any(began < last and ended > first for first, last in self.windows)
            assert inside, f"{kind}: {status} while slurmctld was there"


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def state(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def memory(pid):
    """kB resident."""
    return int(re.search(r"\nVmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def settled(pids):
    """How many descriptors and children each has, once that stays so; dead children count too."""
    seen = []

    def stays():
        seen.append([(len(list(Path(f"/proc/{pid}/fd").iterdir())), len(children(pid))) for pid in pids])
        return len(seen) > 15 and all(now == seen[-1] for now in seen[-15:])

    until(stays, "rest", 30)
    return seen[-1]
