"""What ends the program: one line on standard error, no traceback; a client on standard input gets 503.

It imports nothing that may be missing.
"""

from __future__ import annotations

import _socket
import os
import stat
import sys

from restd_inet.suppress import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

_ANSWER = (
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: {}\r\nConnection: close\r\n\r\n{}"
)
_SYSLOG = "/dev/log"
_PRIORITY = "<27>"  # LOG_DAEMON, LOG_ERR


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """sys.excepthook."""
    if isinstance(error, KeyboardInterrupt):
        return
    if isinstance(error, ImportError):
        text = f"cannot start: {error}; install restd-inet again"
    elif isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    else:
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
        text = f"internal error: {kind.__name__}: {error}{where}"
    fail(text)


def fail(text: str) -> None:
    """Says why the program ends. Under a super-server standard error is the client's connection, too."""
    client = _network_client()
    if client and os.path.samestat(os.fstat(0), os.fstat(2)):
        _log(text)
    elif sys.stderr:
        sys.stderr.write(f"restd-inet: {text}\n")
    if client:
        _answer(client, text)


def _network_client() -> _socket.socket | None:
    """The connection that standard input is; the first that waits, if that is a listening socket."""
    try:
        if not stat.S_ISSOCK(os.fstat(0).st_mode):
            return None
        end = _socket.socket(fileno=os.dup(0))
        if end.getsockopt(_socket.SOL_SOCKET, _socket.SO_ACCEPTCONN):
            end.setblocking(False)
            return _socket.socket(fileno=end._accept()[0])  # type: ignore[attr-defined]
        # A socketpair(2) is as good as a pipe.
        return end if end.family != _socket.AF_UNIX or end.getsockname() else None
    except OSError:
        return None


def _log(text: str) -> None:
    with suppress(OSError):
        log = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
        log.sendto(f"{_PRIORITY}restd-inet[{os.getpid()}]: {text}".encode(), _socket.MSG_DONTWAIT, _SYSLOG)


def _answer(client: _socket.socket, text: str) -> None:
    body = f"restd-inet cannot serve: {text}\n"
    with suppress(OSError):
        client.settimeout(1.0)
        client.sendall(_ANSWER.format(len(body.encode()), body).encode())
        client.shutdown(_socket.SHUT_WR)
        while client.recv(65536):  # or a reset may take the answer away
            pass
