"""The whole queue again and again on one connection: the process that answers does not grow."""

import http.client
import socket
import subprocess

from tests.cluster.cluster import identity
from tests.soak.listener import memory

#: Records of the queue; an array of tasks that were changed one by one is as many.
JOBS = 20_000
TARGET = "/slurm/v0.0.35/jobs"
#: Listings after which a process has all that it keeps, and kB by which it may grow with each that follows:
#: 5 MB in 500.
FIRST, GROWTH = 5, 10


class Listings:
    def __init__(self, cluster, count, progress):
        self.cluster = cluster
        self.count = count
        self.progress = progress

    def run(self):
        """Raises AssertionError if the process grew, or an answer was not whole."""
        self._fill()
        fields = ("Host: localhost", f"X-SLURM-USER-TOKEN: {self.cluster.token()}", "", "")
        self.request = "\r\n".join((f"GET {TARGET} HTTP/1.1", *fields)).encode()
        ours, theirs = socket.socketpair()
        with ours, self._serve(theirs) as process:
            theirs.close()
            sizes, early = set(), 0
            for number in range(1, self.count + 1):
                sizes.add(self._ask(ours))
                if number == FIRST:
                    early = memory(process.pid)
                if number % 50 == 0:
                    self.progress(f"{number} of {self.count} listings of {JOBS} jobs", passing=True)
            late = memory(process.pid)
            ours.shutdown(socket.SHUT_WR)
            assert process.wait(60) == 0
        assert min(sizes) > JOBS * 500, sizes
        grown = f"{early} kB after {FIRST} listings, {late} kB after {self.count}"
        assert late - early < GROWTH * (self.count - FIRST), grown
        size = f"{max(sizes) >> 20} MB each"
        self.progress(f"{self.count} listings of {JOBS} jobs, {size}: {early} kB → {late} kB")

    def _fill(self):
        array = f"--array=0-{JOBS - 1}"
        job = self.cluster.submit("--hold", "-J", "many", "-t", "5", array, "--wrap", "true")
        done = self.cluster.shell(f"scontrol update JobId={job}_[1-{JOBS - 1}] Comment=split", timeout=300)
        assert done.returncode == 0, done.stderr

    def _serve(self, theirs):
        options = {"env": self.cluster.env(), "cwd": self.cluster.jobs, **identity(self.cluster.user)}
        command = [f"{self.cluster.bin}/restd-inet", "-q", "-a", "jwt", "--max-requests", "100000"]
        return subprocess.Popen(command, stdin=theirs, stdout=theirs, **options)

    def _ask(self, sock):
        """How many bytes of records an answer has."""
        sock.sendall(self.request)
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        assert answer.status == 200, answer.read()
        size = 0
        while piece := answer.read(1 << 20):
            size += len(piece)
        answer.close()
        return size
