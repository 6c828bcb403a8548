"""A function run in a child process, of whose work nothing else stays in this one."""

from __future__ import annotations

import os

from restd_inet import log, process
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def run(function: Callable[[], str], failed: Problem) -> str:
    """What the function returns. Raises the function's Problem, or `failed` for any other end.

    The child always ends here: whatever fails in it, it must not go on as its parent.
    """
    reader, writer = os.pipe()
    try:
        pid = process.fork()
    except BaseException:
        os.close(reader)
        os.close(writer)
        raise
    if not pid:
        try:
            os.close(reader)
            _write(writer, _outcome(function))
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        status, _, text = pipe.read().decode("utf-8", "surrogateescape").partition(" ")
    os.waitpid(pid, 0)
    if status == "0":
        return text
    raise Problem(int(status), text) if text else failed


def _outcome(function: Callable[[], str]) -> bytes:
    """ "0" and the result, or a status and a text; nothing for what only the log may say."""
    try:
        text = f"0 {function()}"
    except Problem as problem:
        text = f"{problem.status} {problem.text}"
    except BaseException as error:
        log.write(log.ERROR, f"a child process failed: {type(error).__name__}")
        text = ""
    return text.encode("utf-8", "surrogateescape")


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
