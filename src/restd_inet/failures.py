"""Unexpected exceptions: their answer and their line in the log."""

from __future__ import annotations

import errno

from restd_inet import log
from restd_inet.problems import Problem

#: errno(3) of a lack of processes, threads, descriptors or memory.
_NONE_LEFT = (errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def unexpected(error: Exception) -> Problem:
    """Logs an exception; its Problem: 503 if the machine lacks a resource, else 500."""
    reason = _none_left(error)
    if reason:
        log.write(log.ERROR, f"this machine has run out of a resource: {reason}, {log.origin(error)}")
        text = f"this machine has run out of a resource: {reason}; try again in a moment"
        return Problem(503, text, headers=[("Retry-After", "1")])
    log.write(log.ERROR, f"internal error: {log.origin(error)}")
    return Problem(500, "internal error; see the log of restd-inet")


def _none_left(error: Exception) -> str:
    """The resource that has run out; "" if none has."""
    if isinstance(error, OSError) and error.errno in _NONE_LEFT:
        return error.strerror or str(error)
    if isinstance(error, RuntimeError) and "new thread" in str(error):  # _thread.start_new_thread
        return "no thread can be started"
    return "no memory" if isinstance(error, MemoryError) else ""
