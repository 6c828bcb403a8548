"""Calls into libslurm, made so that a request is answered even if libslurm ends the process.

libslurm prints errors to descriptor 2 and calls exit() on fatal ones. So descriptor 2 is a file in memory,
whose lines go to the log, and exit() calls `_exiting`: the request gets the answer that was prepared for the
end of its process (restd_inet.limit), with what libslurm printed. Its status is 503 if libslurm could not
start, for example without a slurm.conf or a plugin; 502 in any other call.
"""

from __future__ import annotations

import os
import re
from time import monotonic

from restd_inet import lazy, limit, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: The status of a request, and what is said before libslurm's reason.
_AT_START = b"503 Service Unavailable", "libslurm cannot work: "
#: What libslurm says at its end if there is no slurm.conf, after four lines about how it looked for one.
_NO_CONF = "Could not establish a configuration source"
_MUNGE = re.compile(r"Munge encode failed: (.*?)(?: \(Did you start munged\?\))?$")
_IN_CALL = b"502 Bad Gateway", "libslurm ended the process (exit): "

#: What precedes the text of a line: names of C functions, which are internal; of plugins, and addresses.
_PART = re.compile(r"(?:error: )?[a-z0-9]*_\w*(?:\(\))?: |(?P<kept>[a-z_]+/\w+: |\[[^ ]+\] )")


#: Takes the name of each call, its seconds, and whether it failed; set where that is counted.
observe: Callable[[str, float, bool], None] | None = None


class Guard:
    """said: the last few errors that libslurm printed during the last call, as a client may read them.

    printed: the same with the names of C functions. munge: why munged gave no credential, "" if it did.
    """

    def __init__(self, ffi: Any, lib: Any) -> None:
        self.said = self.printed = self.munge = ""
        self._end = _IN_CALL
        self._lib = lib
        self._file = _capture_stderr()
        ffi.def_extern("compat_on_exit")(self._exiting)

    def renew(self) -> None:
        """In a new process: the file that libslurm prints to is shared with the old one."""
        self._file = _capture_stderr()

    def start(self, function: Callable[..., int], *arguments: Any) -> None:
        """A call by which libslurm starts."""
        self._end = _AT_START
        self.call(function, *arguments)
        self._end = _IN_CALL

    def call(self, function: Callable[..., int], *arguments: Any) -> int:
        """What the function returns; ffi.errno is that of the function."""
        began = monotonic() if observe or log.level >= log.DEBUG else 0.0
        self._lib.compat_arm_exit()
        result: Any = 0
        try:
            result = function(*arguments)
            return result  # type: ignore[no-any-return]
        finally:
            self._lib.compat_disarm_exit()
            if began:
                self._measure(function, monotonic() - began, isinstance(result, int) and result != 0)
            lines = self._log_printed()
            reasons = _reasons(lines, "error: ")
            self.munge = next((found[1] for line in lines if (found := _MUNGE.search(line))), "")
            self.printed = "; ".join(reasons)
            self.said = _shown(reasons)

    def _measure(self, function: Callable[..., int], seconds: float, failed: bool) -> None:
        name = getattr(function, "__name__", "a call of libslurm")
        log.write(log.DEBUG, f"{name}: {seconds * 1000:.1f} ms")
        if observe:
            observe(name, seconds, failed)

    def _exiting(self) -> None:
        """exit() was called within libslurm: what it printed says why."""
        status, start = self._end
        lines = self._printed()
        if any(_NO_CONF in line for line in lines):
            limit.end(status, lazy.module("restd_inet.slurm.diagnosis").no_conf())
        for line in lines:
            log.write(log.INFO, line)
        reasons = _reasons(lines, "fatal: ")[-1:] + _reasons(lines, "error: ")
        limit.end(status, start + (_shown(reasons) or "it gave no reason"))

    def _log_printed(self) -> list[str]:
        """Logs what libslurm has printed since the last time."""
        lines = self._printed()
        for line in lines:
            log.write(log.INFO, line)
        return lines

    def _printed(self) -> list[str]:
        size = os.lseek(self._file, 0, os.SEEK_CUR)
        if not size:
            return []
        lines = os.pread(self._file, size, 0).decode("utf-8", "replace").splitlines()
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        return lines


def _reasons(lines: list[str], level: str) -> list[str]:
    """What the lines of this level say, the last of them, each once."""
    found = [line.partition(level)[2].rstrip(".") for line in lines if level in line]
    return list(dict.fromkeys(found))[-3:]


def _shown(reasons: list[str]) -> str:
    """Reasons for a client: without names of C functions, each once."""
    return "; ".join(dict.fromkeys(map(_without_functions, reasons)))


def _without_functions(text: str) -> str:
    start, end = "", 0
    while part := _PART.match(text, end):
        start, end = start + (part["kept"] or ""), part.end()
    return start + text[end:]


def _capture_stderr() -> int:
    """Points descriptor 2, on which libslurm prints, at a file in memory; the log keeps the old one."""
    if log.descriptor == 2:
        log.take_descriptor(reaches_client=False)
    file = os.memfd_create("libslurm")
    os.dup2(file, 2, inheritable=False)
    os.close(file)
    limit.printed(2)
    return 2
