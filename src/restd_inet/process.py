"""What the kernel is told about this process: with whom it ends, and who may see its memory."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the C half of signal.py
import os
from time import monotonic, sleep

from restd_inet import _process, log
from restd_inet.suppress import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: Exit statuses; from 64 on those of sysexits.h. restd-inet(8) describes them.
ANSWERED = 0
BROKEN = 1  # the connection ended early, or its bytes were no request
USAGE = 2
FAILED = 22  # with --fail: an answer had a status of 400 or above
UNAVAILABLE = 69  # libslurm cannot work, or something is not installed
INTERNAL = 70
SYSTEM = 71  # an address, a process or a user cannot be had from the system
NOT_ALLOWED = 77  # this user must not serve the network
#: Those before which a process has logged the cause.
LOGGED = (BROKEN, UNAVAILABLE, INTERNAL, SYSTEM, NOT_ALLOWED)

_SIGKILL, _SIGTERM = 9, 15
_PAUSE_SECONDS = 0.01


def start() -> None:
    """In every mode: SIGINT ends it without a word, there are no core dumps, and descriptors 0, 1 and 2 are
    open, so that no file gets these numbers."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    try:
        _process.no_core_dumps()
        secret = bool(os.environ.get("SLURM_JWT"))
    except OSError:  # a sandbox does not let it
        secret = True
    if secret:
        hide()
    null = os.open("/dev/null", os.O_RDWR)
    while null < 3:
        os.set_inheritable(null, True)
        null = os.open("/dev/null", os.O_RDWR)
    os.close(null)


def on_profile(report: Callable[[], None]) -> None:
    """Calls this at SIGPROF, as slurmrestd logs the state of its connections then."""
    _signal.signal(_signal.SIGPROF, lambda number, frame: report())


def hide() -> None:
    """No core dump, and no access to this process's memory for its own user: it holds a secret."""
    _process.prctl(_process.PR_SET_DUMPABLE, 0)


def child(work: Callable[[], int], name: str) -> int:
    """Forks a process that ends with the status that `work` returns, or INTERNAL if anything fails: it never
    continues as its parent. It is killed when this process ends.

    name: of the process, for the log. Gives its number. Raises OSError if there cannot be one.
    """
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = INTERNAL
    try:
        end_with(parent)
        status = work()
    except BaseException as error:
        log.write(log.ERROR, f"{name}: internal error: {log.origin(error)}")
    finally:
        os._exit(status)


def end_with(parent: int) -> None:
    """Has this process killed when its parent ends. A change of user undoes that: call it again then."""
    _process.prctl(_process.PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:  # it ended before the call
        os._exit(BROKEN)


def end_with_super_server() -> None:
    """SIGTERM when xinetd or inetd ends, so that its next start finds the port free."""
    _process.prctl(_process.PR_SET_PDEATHSIG, _SIGTERM)


def adopt_orphans() -> None:
    """Makes this process the parent of every descendant whose own parent ends."""
    _process.prctl(_process.PR_SET_CHILD_SUBREAPER, 1)


def end_all(seconds: float) -> bool:
    """Kills all children, those that are adopted meanwhile too. False: some were left after so long."""
    end = monotonic() + seconds
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:  # there is none
            return True
        if pid:
            continue
        if monotonic() >= end:
            return False
        for child in _children():
            with suppress(ProcessLookupError):
                os.kill(child, _SIGKILL)
        sleep(_PAUSE_SECONDS)


def _children() -> list[int]:
    pid = os.getpid()
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []
