"""Exceptions that nobody expected: what becomes of them in an answer and in the log."""

from __future__ import annotations

import errno

from restd_inet import log
from restd_inet.problems import Problem

#: errno(3) where the machine has no process, thread, descriptor or memory left.
_NONE_LEFT = (errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def unexpected(error: Exception) -> Problem:
    """The Problem of any other exception, which is logged: 503 if the machine has run out of something."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    reason = _none_left(error)
    if reason:
        log.write(log.ERROR, f"this machine has run out of a resource: {reason}, {where}")
        text = f"this machine has run out of a resource: {reason}; try again in a moment"
        return Problem(503, text, headers=[("Retry-After", "1")])
    # Not what the exception says: that may hold a secret.
    log.write(log.ERROR, f"internal error: {type(error).__name__} {where}")
    return Problem(500, "internal error; see the log of restd-inet")


def _none_left(error: Exception) -> str:
    """What has run out; "" if that is not the reason."""
    if isinstance(error, OSError) and error.errno in _NONE_LEFT:
        return error.strerror or str(error)
    if isinstance(error, RuntimeError) and "new thread" in str(error):  # _thread.start_new_thread
        return "no thread can be started"
    return "no memory" if isinstance(error, MemoryError) else ""
