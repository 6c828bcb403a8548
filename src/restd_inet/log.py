"""Lines for the administrator, on a descriptor of their own, or to syslog.

Not the logging module: importing it costs a cold process more than answering a ping. Whoever moves
descriptors about (serve) says where the lines go. Never log a token, a script or an environment.
"""

from __future__ import annotations

import os
import syslog
from contextlib import suppress

ERROR, INFO, VERBOSE, DEBUG, DEBUG2, DEBUG3, DEBUG4, DEBUG5 = range(8)

level = INFO
descriptor = 2
_NOWHERE = -1
_PRIORITIES = (3, 6, 7)  # ERROR, INFO, all others: those of syslog(3)
_for_journal = False


def take_descriptor(reaches_client: bool) -> None:
    """Keeps a copy of descriptor 2 for the log; syslog instead, if 2 is the client's connection."""
    global descriptor, _for_journal
    if reaches_client:
        descriptor = _NOWHERE
        syslog.openlog("restd-inet", syslog.LOG_PID, syslog.LOG_DAEMON)
        return
    descriptor = os.dup(2)
    there = os.fstat(2)
    # systemd.exec(5): then a line may begin with its priority.
    _for_journal = os.environ.get("JOURNAL_STREAM") == f"{there.st_dev}:{there.st_ino}"


def after_fork() -> None:
    """Drops the connection to syslog: whoever closes descriptors would close it unseen."""
    syslog.closelog()
    if descriptor == _NOWHERE:
        syslog.openlog("restd-inet", syslog.LOG_PID, syslog.LOG_DAEMON)


def write(importance: int, text: str) -> None:
    """Writes one line if `importance` is within the level asked for. Never raises."""
    if importance > level:
        return
    # A target or a path may hold control characters: a log line stays one line.
    line = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    priority = _PRIORITIES[min(importance, len(_PRIORITIES) - 1)]
    if descriptor == _NOWHERE:
        syslog.syslog(priority, line.encode("utf-8", "backslashreplace").decode())
        return
    start = f"<{priority}>" if _for_journal else "restd-inet: "
    with suppress(OSError):
        os.write(descriptor, f"{start}{line}\n".encode("utf-8", "backslashreplace"))
