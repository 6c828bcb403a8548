"""A listener of restd-inet under a soak: its processes, their memory, and its log, which is a pipe."""

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

#: In the environment of each of its processes, so that those that are left are found.
MARK = "RESTD_INET_SOAK"
#: A new warm process grows until it says this: it prewarms a step at a time, between connections.
GROWN_UP = re.compile(rb"process (\d+) has prewarmed\n")


class Log:
    """Reads the pipe into a file, or lets it be."""

    def __init__(self, path):
        self.path = Path(path)
        self.grown_up = set()  # numbers of processes
        self.reader, self.writer = os.pipe()
        self._read = threading.Event()
        self._read.set()
        self._thread = threading.Thread(target=self._copy)
        self._thread.start()

    def _copy(self):
        rest = b""
        with open(self.path, "wb") as file:
            while self._read.wait() and (data := os.read(self.reader, 65536)):
                file.write(data)
                file.flush()
                rest += data
                self.grown_up.update(map(int, GROWN_UP.findall(rest)))
                rest = rest.rpartition(b"\n")[2]
        os.close(self.reader)

    def stop_reading(self):
        """The pipe holds one page from now on: some lines fill it."""
        self._read.clear()
        self._size = fcntl.fcntl(self.reader, fcntl.F_GETPIPE_SZ)
        with contextlib.suppress(OSError):  # it holds more at the moment
            fcntl.fcntl(self.reader, fcntl.F_SETPIPE_SZ, 4096)
        self._stopped_at = self.path.stat().st_size

    def go_on_reading(self):
        fcntl.fcntl(self.reader, fcntl.F_SETPIPE_SZ, self._size)
        self._read.set()

    def lines_since_stop(self):
        with open(self.path, "rb") as file:
            file.seek(self._stopped_at)
            return file.read().decode(errors="replace").splitlines()

    def close(self):
        self._read.set()
        self._thread.join()


class Listener:
    """A supervisor, its warm process and the processes of connections. where: its port or path."""

    def __init__(self, command, where, log, mark, env, **options):
        self.where = where
        self.log = Log(log)
        self.mark = f"{MARK}={mark}"
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.log.writer,
            start_new_session=True,
            env={**env, MARK: mark},
            **options,
        )
        os.close(self.log.writer)
        self.pid = self.process.pid
        self.ended = False
        self._memory = {}  # pid → [kB, …]

    def warm(self):
        """The process that accepts: the supervisor's newest child; None while there is none."""
        return max(children(self.pid), key=started, default=None)

    def connections(self):
        warm = self.warm()
        return children(warm) if warm else []

    def watch_memory(self):
        """Notes the memory of the supervisor, and of the warm process of now if it has prewarmed."""
        for pid in (self.pid, self.warm()):
            if pid in (self.pid, *self.log.grown_up) and (size := memory(pid)):
                self._memory.setdefault(pid, []).append(size)

    def growth(self):
        """By how many kB each process grew: (pid, first, last)."""
        return [(pid, sizes[0], sizes[-1]) for pid, sizes in self._memory.items() if len(sizes) > 10]

    def end(self):
        """SIGTERM; the exit status."""
        self.ended = True
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()
            self.process.wait()
            self.log.close()

    def left(self):
        """Processes that are still there."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and self.mark.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def started(pid):
    """When, in ticks since the machine's start."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return 0


def memory(pid):
    """kB resident; 0 of a process that has ended."""
    try:
        found = re.search(r"\nVmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0
