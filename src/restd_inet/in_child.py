"""A function run in a child process, of whose work nothing else stays in this one."""

from __future__ import annotations

import os

from restd_inet import process
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def run(function: Callable[[], str], failed: Problem) -> str:
    """What the function returns. Raises the function's Problem, or `failed` for any other end."""
    reader, writer = os.pipe()

    def work() -> int:
        os.close(reader)
        _write(writer, _outcome(function))
        return 0

    try:
        pid = process.child(work, "a child process")
    except BaseException:
        os.close(reader)
        raise
    finally:
        os.close(writer)
    with open(reader, "rb") as pipe:
        status, _, text = pipe.read().decode("utf-8", "surrogateescape").partition(" ")
    os.waitpid(pid, 0)
    if status == "0":
        return text
    raise Problem(int(status), text) if text else failed


def _outcome(function: Callable[[], str]) -> bytes:
    """ "0" and the result, or a status and a text."""
    try:
        text = f"0 {function()}"
    except Problem as problem:
        text = f"{problem.status} {problem.text}"
    return text.encode("utf-8", "surrogateescape")


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
