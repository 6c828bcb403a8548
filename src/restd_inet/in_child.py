"""A function run in a child process, of whose work nothing else stays in this one."""

from __future__ import annotations

import os
import select
from time import monotonic

from restd_inet import limit, process
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Task:
    """A function at work in a child process, while this one goes on.

    failed: the Problem for any end but the function's own. Raises OSError if there cannot be a process.
    """

    def __init__(self, function: Callable[[], str], failed: Problem) -> None:
        self._failed = failed

        def work(writer: int) -> None:
            limit.on_end = lambda reason: _write(writer, _failure(503, reason))
            _write(writer, _outcome(function))

        self._pid, self._reader = _start(work)

    def done(self) -> bool:
        """Whether `result` does not wait."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        return bool(poll.poll(0))

    def result(self) -> str:
        """What the function returns. Raises the function's Problem, or `failed`."""
        with open(self._reader, "rb") as pipe:
            status, _, text = pipe.read().decode("utf-8", "surrogateescape").partition(" ")
        os.waitpid(self._pid, 0)
        if status == "0":
            return text
        raise Problem(int(status), text) if text else self._failed

    def end(self) -> None:
        """Kills the process, in place of `result`."""
        os.kill(self._pid, 9)
        os.close(self._reader)
        os.waitpid(self._pid, 0)


def run(function: Callable[[], str], failed: Problem) -> str:
    """What the function returns. Raises the function's Problem, or `failed` for any other end."""
    return Task(function, failed).result()


def lines(work: Callable[[Callable[[str], None]], None], seconds: float) -> tuple[list[str], str]:
    """What a function that may hang or end its process has said so far, line by line, and how it ended.

    work: is given what says a line. The end is "" if it returned, a reason if something was raised or if
    libslurm ended the process, "late" if it was killed after so many seconds.
    """

    def run(writer: int) -> None:
        def ended(reason: str) -> None:
            _write(writer, b"!" + _encoded(reason) + b"\n")

        limit.on_end = ended
        try:
            work(lambda line: _write(writer, b" " + _encoded(line) + b"\n"))
            ended("")
        except Problem as problem:
            ended(problem.text)
        except Exception as error:
            ended(f"{type(error).__name__}: {error}")

    pid, reader = _start(run)
    data, late = _read(reader, monotonic() + seconds)
    os.close(reader)
    os.kill(pid, 9)
    _, status = os.waitpid(pid, 0)
    said = data.decode("utf-8", "surrogateescape").splitlines()
    ends = [line[1:] for line in said if line.startswith("!")]
    end = ends[0] if ends else "late" if late else f"the process ended with status {status}"
    return [line[1:] for line in said if line.startswith(" ")], end


def _start(work: Callable[[int], None]) -> tuple[int, int]:
    """Forks a process that writes into a pipe: its number, and where to read. Raises OSError."""
    reader, writer = os.pipe()

    def run() -> int:
        os.close(reader)
        work(writer)
        return 0

    try:
        return process.child(run, "a child process"), reader
    except BaseException:
        os.close(reader)
        raise
    finally:
        os.close(writer)


def _read(reader: int, until: float) -> tuple[bytes, bool]:
    """What comes until the line that is the end, or until a time; whether that has passed."""
    data, poll = b"", select.poll()
    poll.register(reader, select.POLLIN)
    while poll.poll(max(0.0, until - monotonic()) * 1000):
        piece = os.read(reader, 65536)
        data += piece
        if not piece or b"\n!" in b"\n" + data:
            return data, False
    return data, True


def _outcome(function: Callable[[], str]) -> bytes:
    """ "0" and the result, or a status and a text."""
    try:
        return _encoded(f"0 {function()}")
    except Problem as problem:
        return _failure(problem.status, problem.text)


def _failure(status: int, text: str) -> bytes:
    return _encoded(f"{status} {text}")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
