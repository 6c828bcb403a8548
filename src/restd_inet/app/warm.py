"""The dispatcher of a listener: loaded and initialised once, for the processes that are forked from it."""

from __future__ import annotations

import grp
import os
import pwd
from mmap import mmap

from restd_inet import auth, codec, commands, installed, lazy, log, slurm
from restd_inet.app.dispatch import Dispatcher
from restd_inet.commands import Result, Route
from restd_inet.message import Credential, Request
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE
from restd_inet.schema.compile import dumper
from restd_inet.schema.records.meta import META
from restd_inet.schema.records.problem import PROBLEM
from restd_inet.schema.records.warning import WARNING
from restd_inet.schema.versions import NAMES
from restd_inet.slurm import outage
from restd_inet.suppress import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from collections.abc import Iterator
    from types import ModuleType

    from restd_inet.app.api import Served
    from restd_inet.settings import Settings

#: An operation that does nothing.
_REHEARSAL = Route("GET", "rehearsal", lambda call: Result(()), DONE)


class WarmDispatcher(Dispatcher):
    """What serve.service.Service describes."""

    def __init__(self, settings: Settings, served: Served) -> None:
        super().__init__(settings, False, served)
        self._commands: list[ModuleType] = []
        self._slurm_user: int | None = None

    def warm(self) -> None:
        """Imports and initialises what most requests need. Raises Problem."""
        outage.share(mmap(-1, outage.ROOM))
        self._warm()
        try:
            slurm.reserve_images()
        except Problem as problem:  # who watches asks slurmctld itself
            log.write(log.ERROR, problem.text)
        self._loaded = installed.Loaded()

    def _warm(self) -> None:
        for name in ("json", "form"):
            codec.get(name)
        self._commands = list(commands.every(self._served.builtin))
        if self._settings.privileged:
            os.environ.pop("SLURM_JWT", None)  # root's own token must not be used for others
            lazy.module("restd_inet.auth._become_user")
        if self._each_starts_libslurm():
            failed = Problem(503, "libslurm ended the process")
            self._slurm_user = int(
                lazy.module("restd_inet.in_child").run(lambda: str(self._user_of_slurm()), failed)
            )
            for name in self._settings.auth:
                auth.method(name).preload()
            return
        by_token = self._by_token()
        library = slurm.connect(self._settings, by_token)
        if by_token:
            library.identity.warm()
        else:
            library.ping()  # libslurm loads its plugins at the first RPC, successful or not
        library.warm()
        for name in self._settings.auth:
            auth.method(name).warm(self._settings)

    def refresh(self) -> None:
        """Before each connection: reads again what may have changed since `warm`, such as keys."""
        if self._slurm_user is None:
            for name in self._settings.auth:
                refresh = getattr(auth.method(name), "refresh", None)
                if refresh is not None:
                    refresh(self._settings)

    def poll(self, door: _socket.socket, shared: memoryview) -> int:
        """The process that asks slurmctld for those who watch."""
        return int(lazy.module("restd_inet.app.poller").Poller(self._settings, door, shared).run())

    def _signs_rpcs(self) -> list[bool]:
        """Of each method: whether its requests are signed with the client's credential."""
        privileged = self._settings.privileged
        return [auth.method(name).SIGNS_RPC and not privileged for name in self._settings.auth]

    def _each_starts_libslurm(self) -> bool:
        """Whether each process starts libslurm itself, because this release cannot change how it signs."""
        return any(self._signs_rpcs()) and slurm.starts_once()

    def prewarm(self) -> Iterator[None]:
        """After `warm`: compiles what first requests would have to, a little with each step."""
        _load_name_services()
        yield
        if self._slurm_user is not None:
            return
        library = slurm.connect(self._settings)
        routes = [route for module in self._commands for route in getattr(module, "ROUTES", ())]
        routes += [route for added in self._served.plugin_routes.values() for route in added]
        for version in reversed(self._served.numbers):
            for record in (META, PROBLEM, WARNING):
                dumper(record, version, None)
            for route in routes:
                record = route.answer.record
                if record is None or not route.since <= version <= route.until:
                    continue
                if not record.struct or library.capabilities.has(record.struct):
                    dumper(record, version, library)
                    yield

    def _by_token(self) -> bool:
        """Whether to start libslurm for RPCs signed by token; a child whose request differs loses 1 ms."""
        signs = self._signs_rpcs()
        remote = any(not address.startswith("unix:") for address in self._settings.addresses)
        return any(signs) and (remote or all(signs))

    def slurm_user(self) -> int:
        """The uid of SlurmUser in slurm.conf."""
        return self._user_of_slurm() if self._slurm_user is None else self._slurm_user

    def _user_of_slurm(self) -> int:
        return slurm.connect(self._settings).jwt_config().slurm_user

    def parameters(self) -> str:
        """SlurmrestdParameters of slurm.conf, once warm; Slurm 26.11 and newer have them."""
        return "" if self._slurm_user is not None else slurm.connect(self._settings).slurmrestd_parameters

    def tls(self) -> tuple[str, str]:
        """The path of slurm.conf, and TLSParameters in it, once warm; Slurm 25.05 and newer have them."""
        if self._slurm_user is None:
            library = slurm.connect(self._settings)
            return library.conf_path, library.tls_parameters
        failed = Problem(503, "libslurm ended the process")
        found = lazy.module("restd_inet.in_child").run(self._tls_by_child, failed)
        conf, _, parameters = found.partition("\n")
        return conf, parameters

    def _tls_by_child(self) -> str:
        library = slurm.connect(self._settings)
        return f"{library.conf_path}\n{library.tls_parameters}"

    def after_fork(self) -> None:
        """Separates a new process from the worker that forked it."""
        slurm.after_fork()

    @property
    def rehearsal(self) -> bytes:
        """A request that spare processes answer before their connection comes: one of nobody's, refused."""
        path = f"/slurm/{NAMES[max(self._served.numbers)]}/ping"
        expired = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjEsImlhdCI6MSwic3VuIjoibm9ib2R5In0.x"
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\r\nAccept: */*\r\n"
        return f"{head}X-SLURM-USER-TOKEN: {expired}\r\nConnection: close\r\n\r\n".encode()

    def rehearse(self) -> None:
        """What follows the authentication of a request, without a user and without an RPC."""
        if self._each_starts_libslurm():
            return  # only the request itself shows how
        version, token = max(self._served.numbers), "x" * self._by_token()
        nobody = Credential(Credential.NOT_HERE, Credential.NOT_HERE, "nobody", "rehearsal", token)
        request = Request("GET", "/", ("slurm", NAMES[version]), "", {}, "1.1", bytes)
        request.credential = nobody
        self._perform(request, nobody, "application/json", version, _REHEARSAL, {}, {}, None)
        slurm.release()

    @property
    def reusable(self) -> bool:
        """Whether a process may serve several connections: not where libslurm can be started but once."""
        return not self._each_starts_libslurm()

    def forget(self) -> None:
        """A connection has ended, and the process serves another: nothing of it is left."""
        self._prepared = {kind: answer for kind, answer in self._prepared.items() if not kind[3]}
        self._library = None
        slurm.forget()


def _load_name_services() -> None:
    """Asks for a user and a group that nobody has: the C library tries all sources of nsswitch.conf(5), and
    loads their modules, which each process that is forked would do else."""
    for ask in (pwd.getpwuid, grp.getgrgid):
        with suppress(KeyError):
            ask(Credential.NOT_HERE)
