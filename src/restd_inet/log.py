"""The log, for the administrator: lines on a descriptor of its own, or to syslog.

Not the logging module: a cold process takes longer to import it than to answer a ping. serve, which moves the
descriptors, sets where the lines go. Never log a token, a script or an environment.

A line is written at once or not at all: no request waits for the reader of the log. Lines that cannot be
written are counted, by all processes together; the next line that can be is preceded by their number.

`set_levels` may give syslog lines beside the descriptor, with a level of its own.

A line is text or a JSON object (--log-format). It begins with the time (UTC), unless the journal or syslog
adds it; for both of them it has a priority.
"""

from __future__ import annotations

import _socket
import os
import select
import stat
import time

from restd_inet import _process, lazy
from restd_inet.suppress import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ERROR, INFO, VERBOSE, DEBUG, DEBUG2, DEBUG3, DEBUG4, DEBUG5 = range(8)

level = INFO
descriptor = 2
_NOWHERE = -1
#: Of what is within `level`: what the descriptor gets, and syslog beside it.
_level_here = DEBUG5
_level_of_syslog: int | None = None
_PRIORITIES = (3, 6, 7)  # ERROR, INFO, all others: those of syslog(3)
_for_journal = False
#: Whether a text begins with the time: not in what a sub-command says to who has typed it.
stamped = True
#: Makes a JSON object of a line: its time, importance, text, members; None: the log is text.
_object: Callable[[str, int, str, str], str] | None = None
#: For code that cannot call `write`: text without and with the time, and JSON.
PLAIN, STAMPED, JSON = range(3)
_socket_of_log: _socket.socket | None = None
_NAME = "restd-inet: "
#: PIPE_BUF: a pipe takes so many bytes whole, or none of them.
_LONGEST = 4096
_SYSLOG = "/dev/log"
_DAEMON = 3 << 3  # LOG_DAEMON
_AT_ONCE = _socket.MSG_DONTWAIT | _socket.MSG_NOSIGNAL
#: errno(3) if the reader does not read, the disk is full, or the machine lacks descriptors or memory:
#: EAGAIN, ENOMEM, ENFILE, EMFILE, ENOSPC, ENOBUFS, EDQUOT.
_LOST = (11, 12, 23, 24, 28, 105, 122)
#: Of a pipe that cannot be opened anew: a line that is moved into it takes a page, and a pipe has 16.
_PIPE_BYTES = 1 << 20
#: The longest that a line waits for a terminal that cannot be opened anew and has room for a part of it.
_TERMINAL_MILLISECONDS = 50


def take_descriptor(reaches_client: bool) -> None:
    """Uses a copy of descriptor 2 for the log, or syslog if 2 is the client's connection."""
    global descriptor, _for_journal, _socket_of_log
    if reaches_client:
        descriptor = _NOWHERE
        return
    there = os.fstat(2)
    # systemd.exec(5): the journal reads a priority at the beginning of a line.
    _for_journal = os.environ.get("JOURNAL_STREAM") == f"{there.st_dev}:{there.st_ino}"
    descriptor = _copy(there.st_mode)
    if stat.S_ISSOCK(there.st_mode):
        _socket_of_log = _socket.socket(fileno=descriptor)


def _copy(mode: int) -> int:
    """A copy of descriptor 2; opened anew if O_NONBLOCK is needed, which dup(2) would share."""
    if stat.S_ISFIFO(mode) or os.isatty(2):
        with suppress(OSError):  # it may belong to another user
            return os.open("/proc/self/fd/2", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    copy = os.dup(2)
    if stat.S_ISFIFO(mode):
        with suppress(OSError):
            _process.resize_pipe(copy, _PIPE_BYTES)
    return copy


def use_json() -> None:
    """From now on each line is a JSON object."""
    global _object
    _object = lazy.module("restd_inet.log_json").line


def is_json() -> bool:
    return _object is not None


def goes_to_syslog() -> bool:
    return descriptor == _NOWHERE


def target() -> tuple[int, bytes, int]:
    """The descriptor, -1 for syslog, the priority of an error there, and the form of a line: for code that
    cannot call `write`."""
    form = JSON if _object else PLAIN
    if descriptor == _NOWHERE:  # LOG_DAEMON, LOG_ERR; the number of the process follows
        return descriptor, b"<27>restd-inet[", form
    if _for_journal:
        return descriptor, b"<3>", form
    if _object or stamped:
        return descriptor, b"", form or STAMPED
    return descriptor, _NAME.encode(), PLAIN


def line(text: str) -> bytes:
    """A text as one line, for code that cannot call `write`."""
    return _one_line(text).encode("utf-8", "backslashreplace")


def timestamp() -> str:
    """The time as RFC 3339 has it, in UTC, with milliseconds."""
    now = time.time()
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03}Z"


def _one_line(text: str) -> str:
    """The text with control characters, which a target or a path may hold, escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def origin(error: BaseException) -> str:
    """An exception's type and where it was raised. Not its text, which may hold a secret."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + where


def _name() -> str:
    return f"{timestamp()} {_NAME}" if stamped else _NAME


def write(importance: int, text: str, members: str = "") -> None:
    """Writes one line if `importance` is within `level`. Never raises, never waits.

    members: what a JSON object has in place of the text.
    """
    if importance > level:
        return
    here = _level_here
    if _level_of_syslog is not None:
        if descriptor == _NOWHERE:
            here = _level_of_syslog
        elif importance <= _level_of_syslog and not _put(importance, text, members, to_syslog=True):
            _process.add_lost(1)
    if importance <= here and not (tell_lost() and _put(importance, text, members)):
        _process.add_lost(1)


def set_levels(here: int, syslog: int | None) -> None:
    """How much is written to the descriptor, and to syslog, to which nothing is written for None unless there
    is no descriptor."""
    global level, _level_here, _level_of_syslog
    level = here if syslog is None else max(here, syslog)
    _level_here, _level_of_syslog = here, syslog


def tell_lost() -> bool:
    """Writes how many lines were lost, if any. False: that line cannot be written either."""
    count = _process.take_lost()
    if not count or _put(ERROR, f"{count} lines of the log were lost here: they could not be written"):
        return True
    _process.add_lost(count)
    return False


def _put(importance: int, text: str, members: str = "", to_syslog: bool = False) -> bool:
    """Writes a line. False: it cannot be written now, but may later."""
    priority = _PRIORITIES[min(importance, len(_PRIORITIES) - 1)]
    line = _object(timestamp(), importance, text, members) if _object else _one_line(text)
    try:
        if to_syslog or descriptor == _NOWHERE:
            _send_to_syslog(priority, line)
            return True
        start = f"<{priority}>" if _for_journal else "" if _object else _name()
        data = _cut(f"{start}{line}\n".encode("utf-8", "backslashreplace"))
        if _socket_of_log:
            _socket_of_log.send(data, _AT_ONCE)
            return True
        return _write_now(data)
    except OSError as error:
        return error.errno not in _LOST


def _write_now(data: bytes) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    if not poll.poll(0):
        return False
    mode = os.fstat(descriptor).st_mode
    if not os.get_blocking(descriptor) or not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        os.write(descriptor, data)
    elif stat.S_ISFIFO(mode):
        _splice(data)  # another process may fill the pipe after poll(2)
    else:  # a terminal of another user's, which may have room for a part of the line only
        return _process.write_briefly(descriptor, data, _TERMINAL_MILLISECONDS) == len(data)
    return True


def _splice(data: bytes) -> None:
    """Writes to a pipe without waiting, even if its descriptor blocks."""
    reader, writer = os.pipe()
    try:
        os.write(writer, data)
        os.splice(reader, descriptor, len(data), flags=os.SPLICE_F_NONBLOCK)
    finally:
        os.close(reader)
        os.close(writer)


def _send_to_syslog(priority: int, line: str) -> None:
    """As syslog(3), without waiting."""
    now = time.strftime("%b %e %H:%M:%S")
    data = f"<{_DAEMON | priority}>{now} restd-inet[{os.getpid()}]: {line}"
    end = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
    try:
        end.sendto(_cut(data.encode("utf-8", "backslashreplace")), _AT_ONCE, _SYSLOG)
    finally:
        end.close()


def _cut(data: bytes) -> bytes:
    if len(data) <= _LONGEST:
        return data
    return data[: _LONGEST - 5].decode("utf-8", "ignore").encode() + b"...\n"
