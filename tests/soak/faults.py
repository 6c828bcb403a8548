"""What happens to a soak while it runs: each fault, and the errors that clients may get while it lasts."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.cluster.serving import get, until

#: What an answer may be, beside what was asked for: a status of 502 to 504, or DOWN in the answer to a ping;
#: "closed": the connection ends before the answer does.
NOTHING = frozenset()
AWAY = frozenset((502, 503, 504, "down"))
KILLED = frozenset((503, "closed"))
#: Seconds of a fault.
LASTS = 1.5
#: Of the file system for temporary files.
DISK_BYTES = 32 << 20
#: More than an unread pipe of a log takes.
LINES = 1200


class Fault:
    """A row: what it is called, what it does to a Soak, and the errors that clients may get then."""

    def __init__(self, name, run, allowed):
        self.name = name
        self.run = run
        self.allowed = allowed


def stopped(daemon):
    def run(soak):
        soak.cluster.stop(daemon)
        time.sleep(LASTS)
        soak.cluster.start(daemon)

    return Fault(f"{daemon} is stopped", run, AWAY)


def frozen(daemon):
    def run(soak):
        soak.cluster.freeze(daemon)
        time.sleep(2 * LASTS)
        soak.cluster.thaw(daemon)

    return Fault(f"{daemon} is frozen", run, AWAY)


def killed(daemon):
    def run(soak):
        soak.cluster.kill(daemon)
        soak.cluster.start(daemon)

    return Fault(f"{daemon} is killed", run, AWAY)


def hung_up(soak):
    for listener in soak.listeners:
        old = listener.warm()
        os.kill(listener.pid, signal.SIGHUP)
        until(lambda old=old, listener=listener: listener.warm() not in (None, old), "new warm process")


def warm_killed(soak):
    for listener in soak.listeners:
        old = listener.warm()
        os.kill(old, signal.SIGKILL)
        until(lambda old=old, listener=listener: listener.warm() not in (None, old), "new warm process")


def child_killed(soak):
    """Of a connection: only its client may notice."""
    for listener in soak.listeners:
        with contextlib.suppress(IndexError, ProcessLookupError):
            os.kill(listener.connections()[0], signal.SIGKILL)


def disk_full(soak):
    """An answer of slurmdbd that needs a file is 507 and names the directory; all else goes on."""
    filler = Path(soak.spool, "filler")
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    try:
        for _ in range(3):
            status, document = get(soak.port, soak.history, soak.token)
            text = str(document)
            assert status == 507 and soak.spool in text, f"{status}: {text[:500]}"
    finally:
        filler.unlink()
    status, document = get(soak.port, soak.history, soak.token)
    assert status == 200, document


def log_blocked(soak):
    """Nobody reads standard error until lines are lost; then the log says how many."""
    for listener in soak.listeners:
        listener.log.stop_reading()
        for _ in range(LINES):
            assert get(listener.where, "/healthz") == (200, "ok\n")
        listener.log.go_on_reading()

        def counted(listener=listener):
            get(listener.where, "/healthz")  # lost lines are counted before the next one
            return any("lines of the log were lost here" in line for line in listener.log.lines_since_stop())

        until(counted, "word about lost lines")


HUNG_UP = Fault("SIGHUP", hung_up, NOTHING)
WARM_KILLED = Fault("the warm processes are killed", warm_killed, KILLED)
CHILD_KILLED = Fault("a connection's process is killed", child_killed, KILLED)
DISK_FULL = Fault("the disk for temporary files is full", disk_full, NOTHING)
LOG_BLOCKED = Fault("nobody reads the log", log_blocked, NOTHING)

#: On a cluster without accounting, in a second or two each.
FEW = (stopped("slurmctld"), HUNG_UP, killed("munged"), WARM_KILLED)
#: Of `make soak`; the warm processes that serve the last half are not replaced.
ALL = (
    WARM_KILLED, HUNG_UP, CHILD_KILLED,
    *(fault(daemon) for daemon in ("slurmctld", "munged", "slurmdbd") for fault in (stopped, frozen, killed)),
    HUNG_UP, WARM_KILLED, CHILD_KILLED,
    *(fault(daemon) for daemon in ("slurmctld", "munged", "slurmdbd") for fault in (killed, frozen)),
    DISK_FULL, LOG_BLOCKED,
)  # fmt: skip


@contextlib.contextmanager
def small_disk(directory):
    """A file system of DISK_BYTES at the directory; needs root."""
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=1777", "soak", directory], check=True
    )
    try:
        yield
    finally:
        subprocess.run(["umount", directory], check=True)
