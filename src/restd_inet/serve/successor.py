"""A listening process of a restd-inet that was installed after its supervisor had started.

The supervisor's own modules are those of before. It executes the program anew, which becomes the listening
process instead of a supervisor: it finds its sockets and its channel by numbers in an environment variable.
"""

from __future__ import annotations

import _socket
import os
import signal
import sys
from mmap import mmap

from restd_inet import lazy, limit, log, rights
from restd_inet.problems import Problem
from restd_inet.serve.service import COUNT_BYTES, Service, cannot, failure
from restd_inet.serve.sockets import adopt
from restd_inet.serve.worker import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import NoReturn

    from restd_inet.serve.sockets import Listener
    from restd_inet.settings import Settings

VARIABLE = "RESTD_INET_SUCCESSOR"
#: In it, before the number of a socket whose clients speak TLS, and before that of the file where another
#: listening process counts its connections.
_TLS, _COUNT = "tls:", "count:"


def execute(channel: int, counts: list[int], listeners: list[Listener], idle_exit: float) -> NoReturn:
    """Makes this process the program that is installed now. Raises OSError.

    counts: files where connections are counted, this process's first.
    """
    sockets = [listener.socket.fileno() for listener in listeners]
    for descriptor in (channel, *counts, *sockets):
        os.set_inheritable(descriptor, True)
    numbers = (channel, counts[0], int(log.goes_to_syslog()), *sockets)
    tls = [f"{_TLS}{listener.socket.fileno()}" for listener in listeners if listener.tls]
    others = [f"{_COUNT}{count}" for count in counts[1:]]
    os.environ[VARIABLE] = " ".join([str(idle_exit), *map(str, numbers), *tls, *others])
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def serve(settings: Settings, service: Service, environment: MutableMapping[str, str]) -> int:
    """Listens in the place of the one before; the exit status."""
    idle_exit, *words = environment.pop(VARIABLE).split()
    number, count, to_syslog, *sockets = (int(word) for word in words if ":" not in word)
    tls = _numbers(words, _TLS)
    others = _numbers(words, _COUNT)
    for descriptor in (number, count, *sockets, *others):
        os.set_inheritable(descriptor, False)
    log.take_descriptor(reaches_client=bool(to_syslog))
    channel = _socket.socket(fileno=number)
    if settings.metrics:  # the counters begin anew
        lazy.module("restd_inet.metrics").share()
    limit.on_end = lambda reason: cannot(channel, reason)
    try:
        service.warm()
        if refusal := rights.refusal(settings, service.slurm_user()):
            raise Problem(500, refusal)
        server = Server(settings, adopt(sockets, tls), service, channel, float(idle_exit))
    except Problem as problem:
        return failure(channel, problem.text)
    limit.on_end = None
    server.share(_memory(count), [_memory(other) for other in others])
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    return server.run()


def _numbers(words: list[str], kind: str) -> list[int]:
    return [int(word.removeprefix(kind)) for word in words if word.startswith(kind)]


def _memory(file: int) -> memoryview:
    memory = memoryview(mmap(file, COUNT_BYTES)).cast("Q")
    os.close(file)
    return memory
