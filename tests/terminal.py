"""Programs on a pseudo-terminal, as people see them."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("restd-inet"))


class Terminal:
    """ours: the end of who types and reads. output: all that has been shown."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int) -> None:
        self.process = process
        self.ours = ours
        self.output = ""

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def until(self, text: str, seconds: float = 60.0) -> str:
        """What was shown so far, once the text is among it."""
        end = time.monotonic() + seconds
        while text not in self.output:
            assert self._read(end - time.monotonic()), f"{text!r} is not in {self.output!r}"
        return self.output

    def end(self, seconds: float = 60.0) -> int:
        """The exit status as a shell shows it, when all has been read."""
        end = time.monotonic() + seconds
        while self._read(end - time.monotonic()):
            pass
        status = self.process.wait(max(0.1, end - time.monotonic()))
        return status if status >= 0 else 128 - status

    def _read(self, seconds: float) -> bool:
        if not select.select([self.ours], [], [], max(0.0, seconds))[0]:
            return False
        data = b""
        with suppress(OSError):  # EIO: nobody has the other end any more
            data = os.read(self.ours, 65536)
        self.output += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@contextmanager
def terminal(
    command: Sequence[str], environment: Mapping[str, str] | None = None, stdout: int | None = None
) -> Iterator[Terminal]:
    """A program whose terminal is a new one. stdout: what it has instead for that."""

    def in_the_foreground() -> None:
        os.close(os.open(os.ttyname(0), os.O_RDWR))  # it becomes the controlling one
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored by what a shell starts in the background

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs,
        env=environment,
        start_new_session=True,
        preexec_fn=in_the_foreground,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
