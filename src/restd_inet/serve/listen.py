"""Listen mode: opens the sockets, gives up root's rights if --user says so, and runs the supervisor."""

from __future__ import annotations

import os

from restd_inet import log, process, rights
from restd_inet.option_values import Usage
from restd_inet.process import NOT_ALLOWED
from restd_inet.serve import run_as
from restd_inet.serve.addresses import resolve
from restd_inet.serve.sockets import CannotListen, Listener, adopt, bind
from restd_inet.serve.supervisor import Supervisor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.serve.service import Service
    from restd_inet.settings import Settings

#: Under inetd with "wait", which starts restd-inet again at the next connection.
_INETD_IDLE_SECONDS = 60.0


def serve(settings: Settings, service: Service, inherited: list[int]) -> int:
    """Listens on the addresses of the settings and on sockets that were inherited; the exit status.

    Raises Usage.
    """
    refusal = "" if settings.user else rights.refusal(settings)
    listeners: list[Listener] = []
    try:
        names = resolve(settings.addresses)
        if refusal:
            raise CannotListen(refusal, NOT_ALLOWED)
        idle_exit = settings.idle_exit or (_INETD_IDLE_SECONDS if inherited == [0] else 0.0)
        listeners = adopt(_move_aside(inherited))
        run_as.check(settings)
        listeners += bind(names, settings.socket_mode, run_as.owner(settings.socket_owner))
        run_as.become(settings)
        if inherited == [0]:
            process.end_with_super_server()
        if refusal := rights.refusal(settings):
            raise CannotListen(refusal, NOT_ALLOWED)
    except (CannotListen, Usage) as error:
        for listener in listeners:
            listener.remove()
        if isinstance(error, Usage):
            raise
        log.write(log.ERROR, str(error))
        return error.status
    for listener in listeners:
        log.write(log.DEBUG2, f"listening on {listener.text}, fd {listener.socket.fileno()}")
    return Supervisor(settings, listeners, service, idle_exit if inherited else 0.0, bool(inherited)).run()


def _move_aside(inherited: list[int]) -> list[int]:
    """The listening sockets above 2; 0 and 1 are /dev/null, and so is 2 if it would reach a client."""
    moved = [os.dup(descriptor) if descriptor < 3 else descriptor for descriptor in inherited]
    null = os.open("/dev/null", os.O_RDWR)
    log.take_descriptor(inherited == [0] and _same(0, 2))
    if inherited == [0] and _same(0, 2):
        os.dup2(null, 2)
    os.dup2(null, 0)
    os.dup2(null, 1)
    if null > 2:
        os.close(null)
    return moved


def _same(one: int, other: int) -> bool:
    try:
        return os.path.samestat(os.fstat(one), os.fstat(other))
    except OSError:
        return False
