"""What a request costs, by what starts restd-inet; slurmrestd beside it, with the same RPCs.

`python -m tests.bench.listeners` prints the table of contrib/README.md.
"""

import contextlib
import functools
import os
import re
import select
import shutil
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import PROGRAMS, VERSIONS, Bench, progress
from tests.bench.report import Row, report
from tests.cluster.cluster import Cluster, identity, missing_programs, reachable_bin, short_dir
from tests.cluster.serving import accepts, free_port, running, until

CLIENTS = 8
SECONDS = 2
#: Of each program, in turn.
RUNS = 4
LATENCY_RUNS = 40
STORM = 2000
COMMANDS = ("ping", "diag", "job/{job}")
#: Seconds between connections that come one after the other: spare processes are made in them.
PAUSE = 0.03
#: Seconds in which a new listener prepares what first requests need.
PREWARMING = 4
NO_SPARES = ("--spare-processes", "0")
REUSED = ("--connections-per-process", "1000")


def main():
    missing = missing_programs()
    if missing or not shutil.which("slurmrestd"):
        sys.exit(f"this needs {missing or 'slurmrestd'}; type: contrib/packages")
    directory = short_dir()
    cluster = Cluster(directory, reachable_bin(directory))
    try:
        cluster.up("--nodes", "2")
        table(Bench(cluster))
    finally:
        cluster.down()
        shutil.rmtree(directory, ignore_errors=True)


def table(measured):
    """Prints latencies, rates, memory and a storm. measured: a Bench."""
    cluster = measured.cluster
    job = cluster.submit("--hold", "--wrap", "true")
    bench = Listeners(cluster, job)
    report(measured.title, bench.rows())
    print(f"| {measured.title}: a ping, one after the other, started by | ms |\n| --- | --- |")
    for name, starter, keep in bench.ways():
        with starter() as (program, port):
            figure = statistics.median(bench.latencies(program, port, keep))
        print(f"| {name} | {figure * 1000:.1f} |", flush=True)
    bench.storm()


class Listeners:
    def __init__(self, cluster, job):
        self.cluster = cluster
        self.job = job
        self.token = cluster.token()
        self.log = Path(tempfile.mkdtemp(prefix="rl-"))

    def rows(self):
        """The rates of eight clients and the latency of a new connection, run by run in turn."""
        with contextlib.ExitStack() as stack:
            ours, reused, theirs = (
                stack.enter_context(self.listen(*program))[1]
                for program in (("restd-inet",), ("restd-inet", *REUSED), ("slurmrestd",))
            )
            time.sleep(PREWARMING)
            found = [self._compared("a new connection, after a pause", "ms", ours, theirs, self._new)]
            for keep in (True, False):
                for command in COMMANDS:
                    what = f"`{command.format(job='{id}')}`, eight clients, "
                    what += "connections kept" if keep else "a connection for each request"
                    load = functools.partial(self._load, command=command, keep=keep)
                    found.append(self._compared(what, "/s", ours, theirs, load))
                    if not keep:
                        what = "the same with `--connections-per-process 1000`"
                        found.append(self._compared(what, "/s", reused, theirs, load))
        return found

    def _compared(self, what, unit, ours, theirs, measure):
        """ours, theirs: ports."""
        progress(what)
        runs = {program: [] for program in PROGRAMS}
        for run in range(RUNS + 1):
            for program, port in zip(PROGRAMS, (ours, theirs), strict=True):
                figure = measure(program, port)
                if run:  # the first fills caches
                    runs[program].append(figure)
        return Row(what, unit, runs)

    def _new(self, program, port):
        return statistics.median(self.latencies(program, port, False)) * 1000

    def _load(self, program, port, command, keep):
        data = self.request(program, command, keep)
        times, failed, seconds = drive(port, data, keep, CLIENTS, SECONDS)
        if failed:
            progress(f"{program}: {failed} of {failed + len(times)} requests failed")
        return len(times) / seconds

    def ways(self):
        return [
            ("slurmrestd by xinetd (nowait)", lambda: self.xinetd("slurmrestd", "no"), False),
            ("slurmrestd, listening", lambda: self.listen("slurmrestd"), False),
            ("slurmrestd, listening, keep-alive", lambda: self.listen("slurmrestd"), True),
            ("restd-inet by xinetd, nowait", lambda: self.xinetd("restd-inet", "no"), False),
            ("restd-inet by xinetd, wait", lambda: self.xinetd("restd-inet", "yes"), False),
            ("restd-inet by systemd, Accept=yes", lambda: self.systemd("--accept", "--inetd"), False),
            ("restd-inet by systemd, Accept=no", self.systemd, False),
            ("restd-inet, listening, spare processes", lambda: self.listen("restd-inet"), False),
            ("  none (--spare-processes 0)", lambda: self.listen("restd-inet", *NO_SPARES), False),
            ("  reused (--connections-per-process 1000)", lambda: self.listen("restd-inet", *REUSED), False),
            ("restd-inet, listening, keep-alive", lambda: self.listen("restd-inet"), True),
        ]

    def request(self, program, command, keep):
        target = f"/slurm/{VERSIONS[self.cluster.slurm]}/{command.format(job=self.job)}"
        lines = [f"GET {target} HTTP/1.1", "Host: localhost", f"X-SLURM-USER-TOKEN: {self.token}"]
        lines += [f"X-SLURM-USER-NAME: {self.cluster.user}"]
        return "\r\n".join([*lines, *([] if keep else ["Connection: close"]), "", ""]).encode()

    def options(self):
        return {"env": self.env(), "cwd": self.cluster.jobs, **identity(self.cluster.user)}

    def env(self):
        # slurmrestd takes tokens only with this in its environment.
        return {**self.cluster.env(), "SLURM_JWT": self.token}

    def command(self, program):
        if program == "slurmrestd":
            return [shutil.which("slurmrestd"), "-a", "rest_auth/jwt"]
        return [f"{self.cluster.bin}/restd-inet", "-q", "-a", "jwt", "--max-requests", "1000000"]

    @contextlib.contextmanager
    def served(self, program, command, port, **options):
        with running(command, self.log / "log", **options) as process:
            until(lambda: accepts(port), program)
            self.pid = process.pid
            yield program, port

    def listen(self, program, *options):
        port = free_port()
        command = [*self.command(program), *options, f"127.0.0.1:{port}"]
        return self.served(program, command, port, **self.options())

    def systemd(self, *arguments):
        port = free_port()
        names = [f"--setenv={name}" for name in self.env()]
        command = ["systemd-socket-activate", *arguments, *names, f"--listen=127.0.0.1:{port}"]
        return self.served("restd-inet", [*command, *self.command("restd-inet")], port, **self.options())

    def xinetd(self, program, wait):
        port = free_port()
        server, *arguments = self.command(program)
        environment = " ".join(f"{name}={value}" for name, value in self.env().items())
        lines = ["type = UNLISTED", "socket_type = stream", "protocol = tcp", f"port = {port}"]
        lines += [f"wait = {wait}", f"user = {self.cluster.user}", "cps = 10000 1", "instances = UNLIMITED"]
        lines += [f"server = {server}", f"server_args = {' '.join(arguments)}", f"env = {environment}"]
        conf = self.log / "xinetd.conf"
        conf.write_text("service rest\n{\n" + "\n".join(lines) + "\n}\n")
        return self.served(program, ["xinetd", "-f", conf, "-dontfork"], port)

    def latencies(self, program, port, keep):
        """Seconds from connect to the end of the answer; with `keep`, from the request."""
        found = []
        data = self.request(program, "ping", keep)
        client = None
        for _ in range(LATENCY_RUNS + 3):
            began = time.perf_counter()
            if client is None or not keep:
                time.sleep(PAUSE)
                began = time.perf_counter()
                client = socket.create_connection(("127.0.0.1", port), timeout=30)
            client.sendall(data)
            answer = b""
            # Under xinetd slurmrestd's log goes to the client, before the answer.
            with contextlib.suppress(ConnectionResetError):
                while not complete(answer) and (piece := client.recv(65536)):
                    answer += piece
            if b"HTTP/1.1 200 " in answer:
                found.append(time.perf_counter() - began)
            if not keep:
                client.close()
        assert len(found) > LATENCY_RUNS // 2, f"{program} hardly answers"
        return found[3:]

    def storm(self):
        print(
            f"\n{f'{STORM} connections at once, ping':44}{'seconds':>8}{'failed':>8}{'MB, all processes':>20}"
        )
        for program in PROGRAMS:
            with self.listen(program) as (_, port):
                data = self.request(program, "ping", False)
                times, failed, seconds = drive(port, data, False, 500, 600, STORM)
                until(lambda: len(family(self.pid)) <= 6, "end of the connections")
                size = sum(memory(pid) for pid in family(self.pid))
            print(f"{program:44}{seconds:8.1f}{failed + STORM - len(times):8}{size:20.1f}", flush=True)


def drive(port, data, keep, clients, seconds, most=1 << 60):
    """Times of requests by so many clients at once, failures, and how long it took."""
    poll, open_, times, failed = select.epoll(), {}, [], 0

    def connect():
        client = socket.create_connection(("127.0.0.1", port), timeout=60)
        client.sendall(data)
        open_[client.fileno()] = [client, b"", time.perf_counter()]
        poll.register(client, select.EPOLLIN)

    began = time.perf_counter()
    for _ in range(clients):
        connect()
    while time.perf_counter() < began + seconds and len(times) + failed < most and open_:
        for descriptor, _ in poll.poll(1):
            state = open_[descriptor]
            try:
                piece = state[0].recv(1 << 20)
            except OSError:
                piece = b""
            state[1] += piece
            if not complete(state[1]) and piece:
                continue
            if b" 200 " in state[1][:16] and complete(state[1]):
                times.append(time.perf_counter() - state[2])
            else:
                failed += 1
            if keep and piece and b"onnection: close" not in state[1]:
                state[1], state[2] = b"", time.perf_counter()
                state[0].sendall(data)
                continue
            poll.unregister(descriptor)
            state[0].close()
            del open_[descriptor]
            if len(times) + failed + len(open_) < most:
                connect()
    took = time.perf_counter() - began
    for client, _, _ in open_.values():
        client.close()
    return times, failed, took


def complete(answer):
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
    if not end:
        return False
    return len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")


def family(pid):
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return []
    return [pid, *(other for child in found for other in family(int(child)))]


def memory(pid):
    """MB that are this process's share (PSS); none of one that has ended since."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(re.search(r"\nPss: +(\d+)", text)[1]) / 1024


if __name__ == "__main__":
    progress(f"listeners; {os.cpu_count()} CPUs")
    main()
