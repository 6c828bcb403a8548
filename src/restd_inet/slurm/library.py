"""The library: loaded and started, its constants and structs, and how a call's answer or error is taken.

Every call is a row of CALLS with its source. What a call gives is owned by a handle that frees it with the
matching function; a failed call is a SlurmError. Strings are UTF-8 with surrogateescape.
"""

from __future__ import annotations

import os
import re
from errno import ENOMEM
from time import monotonic, time

from restd_inet import lazy, limit
from restd_inet.problems import FIRST_OF_SLURM, STATUS_OF_ERROR, Problem, system_status
from restd_inet.schema.kinds.values import Deferred
from restd_inet.slurm import conf_files, jwt_refusal, outage
from restd_inet.slurm.calls import STANDS_FOR
from restd_inet.slurm.capabilities import Capabilities, bindings, check_release
from restd_inet.slurm.errors import HANGS, SlurmError, WrongRelease
from restd_inet.slurm.exit_guard import Guard
from restd_inet.slurm.lists import items
from restd_inet.slurm.results import JwtConfig, Records
from restd_inet.slurm.rpc_credential import Identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from restd_inet.settings import Settings

#: Seconds: MessageTimeout's default, slurm.conf(5).
_MESSAGE_TIMEOUT = 10

#: What libslurm prints over an answer that is no message of Slurm's; the number is that of no error.
_UNREADABLE = re.compile(r"unpack|[Rr]eceive fail")
_NOT_SLURMCTLD = "what answers at slurmctld's address is not slurmctld"
#: The error numbers of such an answer → what else may have happened.
_NO_MESSAGE = {
    "SLURM_PROTOCOL_INSANE_MSG_LENGTH": "",
    "SLURM_PROTOCOL_VERSION_ERROR": ", or is one of another release",
    "ESLURM_PROTOCOL_INCOMPLETE_PACKET": "",
    "SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT": ", or it closed the connection",
    "SLURM_COMMUNICATIONS_RECEIVE_ERROR": ", or it closed the connection",
    "SLURMCTLD_COMMUNICATIONS_RECEIVE_ERROR": ", or it closed the connection",
}

#: The error numbers by which a slurmctld that is down and one that hangs are told apart.
_CAUSES = {
    "SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT": HANGS,
    "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR": "it does not run, or its port cannot be reached",
    "SLURM_COMMUNICATIONS_CONNECTION_ERROR": "it does not run, or its port cannot be reached",
}

#: Up to 24.05 slurmctld answers suspend, resume and top so, whoever asks.
_MUNGE_TO_TOKEN = (
    "slurmctld signed its answer with munge, which a client with a token cannot read (Slurm before 24.11, "
    "for suspend, resume and top): it was done or refused; look at the state or the priority of the job"
)

#: Seconds: no record has changed since then, whatever the clocks say.
_AHEAD = 366 * 86400


class Library:
    """The loaded library, without the calls that classes of their own add.

    CALLS: a call → the type of what it gives, the function that frees that, and where it is described.
    """

    CALLS: dict[str, tuple[str, str, str]] = {}  # noqa: RUF012  # a table

    # What does not change, made when it is first asked for.
    _jwt: dict[bool, JwtConfig] | None = None
    _tables: dict[int, dict[int | None, Any]] | None = None

    #: What lookups keep from one record to the next.
    cache: dict[str, Any]

    def __init__(self, settings: Settings, by_token: bool = False) -> None:
        bound = bindings()
        self.ffi, self.lib = bound.ffi, bound.lib
        self.capabilities = Capabilities(self.ffi, self.lib)
        self.string = self.ffi.string
        check_release(self.lib)
        self.guard = Guard(self.ffi, self.lib)
        if settings.conf:
            os.environ["SLURM_CONF"] = os.path.abspath(settings.conf)
        self._timeout = settings.slurm_timeout
        self._wait = settings.request_timeout
        self._started = False
        self.cache = {}
        self.proven = True  # slurmctld has accepted the token in use, or there is none to accept
        self.identity = Identity(self.lib, self._start, by_token, self.capabilities.has("restart"))

    def _start(self) -> None:
        if self._started:
            conf_files.check_again(self.conf_path)
            self.lib.slurm_fini()
            if self.capabilities.has("slurm_auth_fini"):  # a part of slurm_fini from 23.11 on
                self.lib.slurm_auth_fini()
        self._started, self._jwt = True, None
        self.guard.start(self.lib.slurm_init, self.ffi.NULL)
        by_munge = (self.text(self.conf.authtype) or "").endswith("munge")
        where = conf_files.munge_socket(self.text(self.conf.authinfo) or "") if by_munge else ""
        limit.munged(os.fsencode(where))
        if self._timeout:
            self.lib.compat_set_msg_timeout(min(max(round(self._timeout), 1), 0xFFFF))
        elif not self.lib.compat_get_msg_timeout():  # MessageTimeout=0: no wait would have an end
            self.lib.compat_set_msg_timeout(_MESSAGE_TIMEOUT)

    def limit_wait(self, seconds: int) -> None:
        """From now on slurmctld may be silent for so long."""
        self._timeout = float(seconds)
        self.lib.compat_set_msg_timeout(seconds)

    def warm(self) -> None:
        """Loads the plugins that jobs need, which libslurm does at the first one: to free it will do."""
        message, job = self._zeroed("job_info_msg_t"), self._zeroed("slurm_job_info_t")
        message.job_array, message.record_count = job, 1
        self.guard.call(self.lib.slurm_free_job_info_msg, message)

    def _zeroed(self, struct: str) -> Any:
        """Memory that libslurm may free."""
        size = self.ffi.sizeof(struct)
        memory = self.lib.slurm_xstrdup(b"x" * size)
        self.ffi.memmove(memory, bytes(size), size)
        return self.ffi.cast(f"{struct} *", memory)

    # What record tables ask (schema.kinds.base.Binding).

    def constant(self, name: str) -> int | None:
        """The value of a C constant; None if this release has none of that name."""
        return self.capabilities.constant(name)

    def members(self, struct: str) -> dict[str, str]:
        """The names of a struct's members; by the newest release's name the one that this release has."""
        return self.capabilities.members(struct)

    def text(self, pointer: Any) -> str | None:
        """A char pointer as str; None for NULL."""
        return self.string(pointer).decode("utf-8", "surrogateescape") if pointer else None

    def take_text(self, pointer: Any) -> str:
        """A text that libslurm hands over, which is freed here; "" for NULL."""
        text = self.text(pointer) or ""
        if pointer:
            self.lib.slurm_xfree(self.ffi.new("void **", pointer))
        return text

    def items(self, found: Any, type: str) -> list[Any]:
        """What a list of Slurm's holds: pointers of a type."""
        return list(items(self.ffi.cast, self.lib, found, self.ffi.typeof(type)))

    def function(self, name: str) -> Callable[[Any], Any]:
        """A lookup by its name (slurm.lookups), loaded when it is first asked for."""
        module = lazy.module("restd_inet.slurm.lookups").LOOKUPS[name]
        found = getattr(lazy.module(f"restd_inet.slurm.lookups.{module}"), name)
        bound: Callable[[Any], Any] = found.__get__(self)  # a method, as it were
        return bound

    @property
    def conf(self) -> Any:
        """slurm_conf_t: what libslurm has read of slurm.conf."""
        return self.lib.compat_conf()

    @property
    def cluster_name(self) -> str:
        """ClusterName of slurm.conf."""
        return self.text(self.conf.cluster_name) or ""

    @property
    def slurmrestd_parameters(self) -> str:
        """SlurmrestdParameters of slurm.conf; "" if this release has none."""
        return self.text(getattr(self.conf, "slurmrestd_params", self.ffi.NULL)) or ""

    @property
    def tls_parameters(self) -> str:
        """TLSParameters of slurm.conf; "" if this release has none."""
        return self.text(getattr(self.conf, "tls_params", self.ffi.NULL)) or ""

    @property
    def conf_path(self) -> str:
        """The path of slurm.conf."""
        return self.text(self.conf.slurm_conf) or ""

    @property
    def accounting_storage(self) -> str:
        """AccountingStorageType of slurm.conf."""
        return self.text(self.conf.accounting_storage_type) or ""

    @property
    def db(self) -> Any:
        """This request's connection to slurmdbd."""
        raise NotImplementedError

    def bits(self, names: Iterable[str]) -> int:
        """C constants, or-ed together. Raises Problem 501 for one that this release does not have."""
        bits = 0
        for name in names:
            bits |= self.capabilities.bits(name)
        return bits

    def resolve(self, value: Any) -> Any:
        """What only libslurm can work out of a client's text, worked out (schema.kinds.values.Deferred)."""
        return self.function(value.name)(value) if isinstance(value, Deferred) else value

    # Tokens.

    def jwt_config(self, own: bool = False) -> JwtConfig:
        """What slurm.conf says of tokens.

        own: by SlurmrestdHttpAuthParameters (26.11), if it is set, instead of AuthAltParameters.
        """
        if self._jwt is None:
            self._jwt = {}
        if own not in self._jwt:
            conf = self.conf
            parameters = ""
            if own and self.capabilities.has("slurm_conf_t.slurmrestd_http_auth_params"):
                parameters = self.text(conf.slurmrestd_http_auth_params) or ""
            self._jwt[own] = JwtConfig(
                self.text(conf.authalttypes) or "",
                self.text(conf.authtype) or "",
                parameters or self.text(conf.authalt_params) or "",
                self.text(conf.state_save_location) or "",
                conf.slurm_user_id,
            )
        return self._jwt[own]

    def prove(self) -> None:
        """Lets slurmctld judge the token in use, by an RPC that it verifies and that has no answer.

        A ping would prove nothing: slurmctld answers it to anyone.
        """
        try:
            self._load("slurm_load_partitions", int(time()) + _AHEAD, ..., 0)
        except SlurmError as error:
            if error.status == 401 and not self.jwt_config().enabled:
                error.text += "; AuthAltTypes of slurm.conf has no auth/jwt"
            if error.status != 304:
                raise
        self.proven = True

    # Calls.

    def _status(self, index: int) -> int:
        if not self.proven and self.conf.control_cnt == 1:
            self.prove()  # which shows that it answers
            return 0
        began = monotonic()
        rc = self.guard.call(self.lib.slurm_ping, index)
        if rc and monotonic() - began >= self.conf.msg_timeout:
            # slurm_ping gives the same number for silence and for a connection that broke.
            return int(self.constant("SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT") or rc)
        return int(rc if rc >= 0 else self.ffi.errno)

    def rpc(self, function: Callable[..., int], *arguments: Any) -> int:
        """What a function returns that asks slurmctld. Raises SlurmError if that is known to be in vain."""
        if outage.noted():
            name = getattr(function, "__name__", "")
            outage.check(self, STANDS_FOR.get(name, name))
        return self.guard.call(function, *arguments)

    def records(self, message: Any, array: Any, count: int) -> Records:
        """The structs of a message."""
        return Records(message, array, range(count))

    def strerror(self, number: int) -> str:
        """Slurm's text of an error number."""
        return self.text(self.lib.slurm_strerror(number)) or ""

    def refusal(
        self, status: int, error: str, text: str, source: str = "", path: tuple[str | int, ...] | None = None
    ) -> Problem:
        """A Problem that slurmrestd has as an error of Slurm's, by its name ("ESLURM_INVALID_QOS")."""
        number = self.constant(error) or 0
        reason = self.strerror(number) if number else ""
        return Problem(status, text, number=number, source=source, reason=reason, path=path)

    def missing(self, error: str, text: str, source: str) -> Problem:
        """The Problem of what a path names and is not there. error: the name of Slurm's."""
        number = self.constant(error) or 0
        return Problem(404, text, number=number, source=source, reason=self.strerror(number))

    def error(self, call: str, number: int) -> SlurmError:
        """The SlurmError of an error number."""
        call = STANDS_FOR.get(call, call)
        if self.identity.token is not None and "auth/munge" in self.guard.said:
            return SlurmError(502, _MUNGE_TO_TOKEN, number=number, source=call, reason=self.strerror(number))
        if "rotocol" in self.guard.said:
            text = lazy.module("restd_inet.slurm.releases").another_protocol(self.guard.said)
            if text:
                return WrongRelease(503, text, number=number, source=call)
        reason = text = self.strerror(number) or f"error {number}"
        status = self._by_number(STATUS_OF_ERROR).get(number)
        status = status or (system_status(number) if 0 <= number < FIRST_OF_SLURM else 422)
        if not number:  # such as a host name of slurm.conf that cannot be resolved
            status, text = 503, f"{call} failed"
        if number == self.constant("SLURM_ERROR") and self.guard.said:
            text = self.guard.said  # the number says nothing, but libslurm has logged why
        if status < 500:
            return SlurmError(status, text, number=number, source=call)
        used = self.identity.token
        if used is not None and number in map(self.constant, jwt_refusal.SIGNS) and not self.guard.said:
            status, text = 401, jwt_refusal.refusal(used, self.identity.is_clients)
        elif self.guard.munge:
            outage.note()
            status, text = 503, f"munged does not run or does not answer: {self.guard.munge}"
        elif self.guard.said:
            text = f"{text}: {self.guard.said}"
        elif not call.startswith("slurmdb") and (cause := self._by_number(_CAUSES).get(number)):
            if status == 503 and call != "slurm_ping":  # a ping is of one slurmctld among others
                outage.note()
            text = f"{text}: {cause}"
        return SlurmError(status, text, number=number, source=call, reason=reason)

    def _by_number(self, table: dict[str, Any]) -> dict[int | None, Any]:
        """A table of this package's by error numbers in place of their names."""
        if self._tables is None:
            self._tables = {}
        if id(table) not in self._tables:
            self._tables[id(table)] = {self.constant(name): value for name, value in table.items()}
        return self._tables[id(table)]

    def _load(self, call: str, *arguments: Any, empty: bool = False) -> Any:
        """What a call gives, owned. `...` among the arguments is where it takes the address for it.

        empty: it may give nothing, None here.
        """
        struct, free, _ = self.CALLS[call]
        out = self.ffi.new(f"{struct} **")
        given = [out if argument is ... else argument for argument in arguments]
        self._check(call, self.rpc(getattr(self.lib, call), *given))
        if out[0]:
            self.proven = True
            return self._owned(out[0], free)
        if empty:
            return None
        call = STANDS_FOR.get(call, call)
        raise SlurmError(502, f"{call} gave no answer", source=call)

    def _owned(self, pointer: Any, free: str) -> Any:
        return self.ffi.gc(pointer, getattr(self.lib, free))

    def _check(self, call: str, rc: int) -> None:
        """Most calls return -1 and set errno; some return the error number."""
        if rc:
            number = rc if rc > 0 else self.ffi.errno
            # libslurm ends the process if there is no memory, and sets ENOMEM for a length that cannot be.
            if number == ENOMEM:
                number = self.constant("SLURM_PROTOCOL_INSANE_MSG_LENGTH") or number
            error = self.error(call, number)
            other = self._by_number(_NO_MESSAGE).get(number)
            if other is None and number < 0 and _UNREADABLE.search(self.guard.printed):
                other = ", or speaks another protocol"
            plain = (
                error.status != 401 and error.text != _MUNGE_TO_TOKEN and not isinstance(error, WrongRelease)
            )
            if other is not None and plain:
                error.status, said = 502, self.guard.said or error.text
                error.text = f"{_NOT_SLURMCTLD}{other}: {said}"
            raise error
