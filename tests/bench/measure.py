"""How the figures of `make bench` are taken: real processes, real pipes, the user of the cluster."""

import json
import os
import subprocess
import sys
import tempfile
import time

from tests.cluster import past
from tests.cluster.cluster import identity

PROGRAMS = ("restd-inet", "slurmrestd")
#: What both are asked, by the release of Slurm: the version that most of its clients speak.
VERSIONS = {(22, 5): "v0.0.38", (24, 11): "v0.0.42", (26, 5): "v0.0.44"}


def progress(text):
    print(f"==> {text}", flush=True)


#: What a client that polls its own jobs asks.
SOME = "/restd/latest/jobs?user=me&fields=job_id,job_state&limit=100"


class Bench:
    def __init__(self, cluster):
        self.cluster = cluster
        self.version = VERSIONS[cluster.slurm]
        self.title = f"Slurm {cluster.slurm[0]}.{cluster.slurm[1]:02}, {self.version}"

    def alternate(self, runs, measure, warm=1):
        """What `measure` gives for each program, run by run in turn, after `warm` runs that fill caches."""
        results = {program: [] for program in PROGRAMS}
        for run in range(runs + warm):
            for program, figures in results.items():
                figure = measure(program)
                if run >= warm:
                    figures.append(figure)
        return results

    def request(self, path, accept="application/json"):
        """path: below the version, or all of it."""
        target = path if path.startswith("/") else f"/slurm/{self.version}/{path}"
        return f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n".encode()

    def start(self, program, source, sink):
        cluster = self.cluster
        return subprocess.Popen(
            [program], stdin=source, stdout=sink, stderr=subprocess.DEVNULL,
            env=cluster.env(), cwd=cluster.jobs, **identity(cluster.user),
        )  # fmt: skip

    def once(self, program, path, *accept):
        """Of one request in a process of its own: seconds, kB of memory, bytes, seconds of processor."""
        source, feed = os.pipe()
        os.fchown(source, *self.owner())
        os.write(feed, self.request(path, *accept))
        os.close(feed)
        began = time.perf_counter()
        process = self.start(program, source, subprocess.PIPE)
        os.close(source)
        size = 0
        first = b""
        while data := process.stdout.read(1 << 20):
            first = first or data
            size += len(data)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        if not first.startswith(b"HTTP/1.1 200"):
            sys.exit(f"{program} answered {first[:200]!r}")
        return seconds, usage.ru_maxrss, size, usage.ru_utime + usage.ru_stime

    def cold_ping(self, program):
        return self.once(program, "ping")

    def list_jobs(self, program):
        return self.once(program, "jobs")

    def list_in_yaml(self, program):
        return self.once(program, "jobs", "application/x-yaml")

    def list_some(self, program):
        """A hundred of the user's own jobs, two fields of each; slurmrestd has only the whole list."""
        return self.once(program, SOME if program == "restd-inet" else "jobs")

    def list_past(self, program):
        return self.once(program, f"/slurmdb/{self.version}/jobs")

    def keep_alive(self, program, exchanges):
        """(requests per second,) over one pipe, each sent when the one before it is answered."""
        source, feed = os.pipe()
        os.fchown(source, *self.owner())
        answer, sink = os.pipe()
        process = self.start(program, source, sink)
        os.close(source)
        os.close(sink)
        request = self.request("ping")
        with os.fdopen(answer, "rb") as answers:
            exchange(feed, request, answers)
            began = time.perf_counter()
            for _ in range(exchanges):
                exchange(feed, request, answers)
            seconds = time.perf_counter() - began
            os.close(feed)
        process.wait()
        return (exchanges / seconds,)

    def owner(self):
        user = identity(self.cluster.user)
        return (user["user"], user["group"]) if user else (os.geteuid(), os.getegid())

    def remember(self, jobs):
        """Puts jobs with steps into the accounting database."""
        number = self.cluster.submit("-n2", "-t5", "--comment=bench", "--wrap", "srun true")
        self.cluster.wait(lambda: past.ended(self.cluster, [number]))
        past.copy(self.cluster, number, jobs)
        found = int(self.cluster.shell("sacct -S 2020-01-01 -X -n | wc -l").stdout)
        if found < jobs:
            sys.exit(f"slurmdbd has {found} jobs, not {jobs}")

    def fill(self, jobs):
        """Puts held jobs into the queue, through one pipe."""
        body = json.dumps({
            "script": "#!/bin/bash\ntrue\n",
            "job": {
                "account": "test", "name": "bench", "hold": True, "tasks": 2, "comment": "a comment",
                "constraints": "fast", "current_working_directory": "/tmp",
                "standard_out": "/tmp/%j.out", "environment": {"PATH": "/bin:/usr/bin"},
            },
        }).encode()  # fmt: skip
        head = "POST /slurm/v0.0.35/job/submit HTTP/1.1\r\nContent-Type: application/json\r\n"
        request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        with tempfile.TemporaryFile() as file:
            os.fchown(file.fileno(), *self.owner())
            os.fchmod(file.fileno(), 0o600)
            file.write(request * jobs)
            file.seek(0)
            command = ["restd-inet", "-q", "--fail", "--max-requests", str(jobs + 1)]
            cluster = self.cluster
            done = subprocess.run(
                command, stdin=file, stdout=subprocess.DEVNULL, env=cluster.env(), **identity(cluster.user)
            )  # fmt: skip
        if done.returncode:
            sys.exit(f"restd-inet could not submit {jobs} jobs: exit status {done.returncode}")


def exchange(feed, request, answers):
    os.write(feed, request)
    length = 0
    while (line := answers.readline()) not in (b"\r\n", b"\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    answers.read(length)
