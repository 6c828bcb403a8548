"""A limit of time on a request, which holds whoever has the interpreter: a timer and its handler are in C.

If nothing of an answer has been sent, the handler writes one that was prepared here: 504 at the end of the
time, 408 while the request arrives, 502 when libslurm crashes or calls exit(). Then it writes a line to the
log and ends the process. See libslurm_cffi/deadline/deadline.c.
"""

from __future__ import annotations

import os

from restd_inet import _deadline, log
from restd_inet.process import BROKEN, UNAVAILABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

#: Seconds by which the timer lets those limits pass that Python keeps itself.
GRACE = 1.0
#: After which it is first looked whether a request waits for munged.
_MUNGED_SECONDS = 2.0
#: Stands for the reason in the answer that is prepared, and for what is counted in the name of a counter.
REASON = "@reason@"

#: Where there is no request: takes the reason for which the process ends, before it does.
on_end: Callable[[str], None] | None = None
_seconds = 0.0
_client_gone: Callable[[], bool] | None = None

words = _deadline.words
counted = _deadline.counted
count_by = _deadline.count_by
spoken = _deadline.spoken
stop = _deadline.stop
again = _deadline.again
printed = _deadline.printed
publish = _deadline.publish
munged = _deadline.munged
failed = _deadline.failed


def idle(seconds: float) -> None:
    """Nothing has been asked: the process ends without a word."""
    _deadline.arm(seconds + GRACE, b"", b"")


def begin(descriptor: int, socket: bool, what: bytes) -> None:
    """A request begins. what: its name in the log; access_log.encoded makes it."""
    number, start, form = log.target()
    _deadline.begin(descriptor, socket, number, start, form, what)


def reading(seconds: float, allowed: float) -> None:
    """The request has these seconds left to arrive, of those that were allowed."""
    text = f"the request did not arrive within {allowed:g} seconds."
    _deadline.arm(max(seconds, 0.0) + GRACE, b"408 Request Timeout", text.encode())


def working(seconds: float, client_gone: Callable[[], bool], safe: bool) -> None:
    """The request is worked on. client_gone: finds out whether nobody can take an answer any more.

    safe: it changes nothing. If it waits for a munged that hangs, the answer to it comes within seconds: 503,
    or 504 if it may have changed something.
    """
    global _seconds, _client_gone
    _seconds, _client_gone = seconds, client_gone
    text = f"there was no answer within {seconds:g} s (--request-timeout)"
    _deadline.arm(seconds, b"504 Gateway Timeout", text.encode(), _MUNGED_SECONDS, safe)


def writing(seconds: float) -> None:
    """The time begins anew, as the client takes its answer."""
    _deadline.renew(seconds + GRACE)


def forget() -> None:
    """The connection has ended, and this process serves another: what belongs to it is dropped."""
    global _client_gone
    stop()
    _client_gone = None
    words(b"", b"", False, False, b"")


def end(status: bytes, reason: str, code: int = UNAVAILABLE) -> NoReturn:
    """Ends the process during its request, with this answer if nothing of one has been sent.

    code: the exit status.
    """
    _deadline.end(status, reason.encode("utf-8", "replace"), code)
    if on_end:  # there is no request
        on_end(reason)
    else:
        log.write(log.ERROR, reason)
    os._exit(code)


def renew() -> None:
    """What the request waits for is at work on it: its time begins anew; the process ends if nobody waits.

    From any thread.
    """
    if _client_gone and _client_gone():
        os._exit(BROKEN)
    _deadline.renew(_seconds)
