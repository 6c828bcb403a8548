"""A long run of restd-inet's listeners under many clients, while all that they rely on fails in turn."""

import collections
import contextlib
import json
import pwd
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.cluster import past
from tests.cluster.cluster import identity
from tests.cluster.serving import accepts, free_port, get, until
from tests.soak.faults import DISK_FULL, small_disk
from tests.soak.listener import Listener, children

CLIENTS = 30
USERS = ("fred", "pebbles")
#: For slurm.conf: whose answer it is shows, where nobody is an administrator.
CONF = "PrivateData=jobs\n"
#: What the clients ask for, in turn; `past` is of slurmdbd.
KINDS = ("job", "ping", "job", "diag", "job", "ping", "jobs")
KINDS_OF_ACCOUNTING = ("job", "ping", "past", "diag", "job", "past", "jobs")
#: Processes that wait for a connection and have served none.
MOST_SPARES = 4
#: Seconds after its end in which a fault may still show.
GRACE = 3.0
#: kB by which the supervisor and a warm process may grow.
GROWTH = 512
#: Copies of a job in the database: slurmdbd's answer about them does not fit into memory.
COPIES = 6000


class Soak:
    """Two listeners: one for tokens on a port, one for the owner of a Unix socket's client.

    faults: rows of tests.soak.faults, spread evenly over the requests.
    """

    history = "/slurmdb/v0.0.45/jobs"
    #: Of the listeners.
    options = ()

    def __init__(self, cluster, requests, faults, progress, accounting=False):
        self.cluster = cluster
        self.requests = requests
        self.faults = list(faults)
        self.places = [requests * (turn + 1) // (len(faults) + 1) for turn in range(len(faults))]
        self.progress = progress
        self.accounting = accounting
        self.windows = []
        self.listeners = []
        self.port = free_port()
        self.path = f"{cluster.jobs}/soak-{self.port}.sock"
        self.spool = f"{cluster.jobs}/spool"

    def run(self):
        """Raises AssertionError if anything was lost, mixed up, leaked or left."""
        began = time.monotonic()
        with contextlib.ExitStack() as stack:
            Path(self.spool).mkdir(exist_ok=True)
            Path(self.spool).chmod(0o1777)
            if DISK_FULL in self.faults:
                stack.enter_context(small_disk(self.spool))
            logs = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
            stack.callback(lambda: [listener.end() for listener in self.listeners if not listener.ended])
            for method, where in (("jwt", self.port), ("local", self.path)):
                self.listeners.append(self._listen(method, where, logs / method))
            until(lambda: accepts(self.port) and accepts(self.path), "listeners")
            clients = self._clients()
            before = self._settled()
            result = self._drive(clients)
            self._check(result)
            after = self._settled()
            assert after == before, f"descriptors and children: {before} before, {after} after"
            for listener in self.listeners:
                assert get(listener.where, "/readyz") == (200, "ok\n")
            self._check_memory()
            self._check_end()
        self._report(result, time.monotonic() - began)

    def _listen(self, method, where, log):
        address = f"127.0.0.1:{where}" if isinstance(where, int) else f"unix:{where}"
        limits = ("-v", "--slurm-timeout", "2", "--request-timeout", "20")
        command = [f"{self.cluster.bin}/restd-inet", *limits, *self.options, "-a", method, address]
        env = {**self.cluster.env(), "TMPDIR": self.spool}
        options = {"cwd": self.cluster.jobs, **identity(self.cluster.user)}
        return Listener(command, where, log, self.path, env, **options)

    def _clients(self):
        """Each has a held job of its own: by token as either user, by the socket as the cluster's."""
        tokens = {user: self.cluster.token(user) for user in USERS}
        self.token = tokens[USERS[0]]
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
                # pebbles is an administrator, where there is accounting.
                "sees_all": self.accounting and user == USERS[1],
                "kinds": KINDS_OF_ACCOUNTING if self.accounting else KINDS,
            })  # fmt: skip
        if self.accounting:
            last = plans[-1]["job"]
            self.cluster.wait(lambda: len(past.rows(self.cluster, f"-j {last}")) == 1)
        return plans

    def _remember(self):
        """A history that is long enough for a temporary file."""
        number = self.cluster.submit("-t", "5", "--wrap", "true")
        self.cluster.wait(lambda: past.ended(self.cluster, [number]), 60)
        past.copy(self.cluster, number, COPIES)

    def _drive(self, clients):
        """Runs the clients, and the faults between their requests; the clients' result."""
        if DISK_FULL in self.faults:
            self._remember()
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
        waiting = list(zip(self.places, self.faults, strict=True))
        try:
            process.stdin.write(json.dumps({"requests": self.requests, "clients": clients}) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                if line.startswith("{"):
                    for _, fault in waiting:  # the clients were faster
                        self._inflict(fault, self.requests)
                    return json.loads(line)
                done = int(line)
                for listener in self.listeners:
                    listener.watch_memory()
                if waiting and done >= waiting[0][0]:
                    self._inflict(waiting.pop(0)[1], done)
                self.progress(f"{done} of {self.requests} requests", passing=True)
        finally:
            process.stdin.close()
            process.stdout.close()
            process.kill()
            process.wait()
        raise AssertionError("the clients ended early")

    def _inflict(self, fault, done):
        self.progress(f"{done} of {self.requests} requests: {fault.name}")
        began = time.monotonic()
        fault.run(self)
        self.windows.append((began, time.monotonic() + GRACE, fault))

    def _check(self, result):
        logs = "".join(listener.log.path.read_text(errors="replace") for listener in self.listeners)
        said = [line for line in logs.splitlines() if "internal error" in line]
        assert not result["wrong"], "\n".join([*result["wrong"], *said])
        assert result["requests"] == self.requests
        self.told = collections.Counter()
        for began, ended, kind, what in result["odd"]:
            causes = [
                fault.name
                for first, last, fault in self.windows
                if began < last and ended > first and what in fault.allowed
            ]
            near = [fault.name for first, last, fault in self.windows if began < last and ended > first]
            assert causes, f"{kind}: {what} after {ended - began:.1f} s, during {near or 'no fault'}"
            self.told[causes[-1], what] += 1

    def _check_memory(self):
        self.grown = [line for listener in self.listeners for line in listener.growth()]
        short = self.requests < 5000
        assert short or len(self.grown) >= 2 * len(self.listeners), f"pids that were measured: {self.grown}"
        assert all(last - first <= GROWTH for _, first, last in self.grown), f"pid, kB, kB: {self.grown}"

    def _settled(self):
        """How many descriptors and children each has, once that stays so; dead children count too."""
        seen = []

        def stays():
            pids = [pid for listener in self.listeners for pid in (listener.pid, listener.warm())]
            seen.append([(len(list(Path(f"/proc/{pid}/fd").iterdir())), len(children(pid))) for pid in pids])
            return len(seen) > 15 and all(now == seen[-1] for now in seen[-15:])

        until(stays, "rest", 30)
        return seen[-1]

    def _check_end(self):
        """Nothing is left: no process, no socket, no temporary file."""
        for listener in self.listeners:
            assert listener.end() == 0, listener.log.path.read_text()[-2000:]
        left = [pid for listener in self.listeners for pid in listener.left()]
        assert not left, f"processes are left: {left}"
        assert not Path(self.path).exists()
        assert not accepts(self.port)
        assert list(Path(self.spool).iterdir()) == []

    def _report(self, result, seconds):
        self.progress(f"{self.requests} requests in {seconds:.0f} s, {len(self.windows)} faults")
        for (name, what), count in sorted(self.told.items(), key=str):
            self.progress(f"  {count} x {what} while {name}")
        sizes = ", ".join(f"{first} → {last}" for _, first, last in self.grown)
        self.progress(f"  kB of the processes that listen: {sizes}")


class Reused(Soak):
    """Processes that serve many connections, one after the other, of whichever user comes next."""

    options = ("--connections-per-process", "1000")

    def _settled(self):
        """Processes that have served wait for others: as many as there were connections at once."""
        settled = super()._settled()
        assert all(processes <= CLIENTS + MOST_SPARES for _, processes in settled), settled
