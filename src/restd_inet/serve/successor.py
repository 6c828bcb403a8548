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

from restd_inet import log, rights
from restd_inet.problems import Problem
from restd_inet.serve.service import COUNT_BYTES, Service, failure
from restd_inet.serve.sockets import adopt
from restd_inet.serve.worker import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import NoReturn

    from restd_inet.settings import Settings

VARIABLE = "RESTD_INET_SUCCESSOR"


def execute(channel: int, count: int, sockets: list[int], idle_exit: float) -> NoReturn:
    """Makes this process the program that is installed now. Raises OSError."""
    for descriptor in (channel, count, *sockets):
        os.set_inheritable(descriptor, True)
    numbers = (channel, count, int(log.goes_to_syslog()), *sockets)
    os.environ[VARIABLE] = f"{idle_exit} {' '.join(map(str, numbers))}"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def serve(settings: Settings, service: Service, environment: MutableMapping[str, str]) -> int:
    """Listens in the place of the one before; the exit status."""
    idle_exit, *words = environment.pop(VARIABLE).split()
    number, count, to_syslog, *sockets = map(int, words)
    for descriptor in (number, count, *sockets):
        os.set_inheritable(descriptor, False)
    log.take_descriptor(reaches_client=bool(to_syslog))
    channel = _socket.socket(fileno=number)
    try:
        service.warm()
        if refusal := rights.refusal(settings, service.slurm_user()):
            raise Problem(500, refusal)
    except Problem as problem:
        return failure(channel, problem.text)
    server = Server(settings, adopt(sockets), service, channel, float(idle_exit))
    server.share(memoryview(mmap(count, COUNT_BYTES)).cast("Q"), [])
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    return server.run()
