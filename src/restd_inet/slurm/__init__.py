"""libslurm, and nothing else of the project touches it: load, check, own, free.

Every call is a row of calls.CALLS with its source. What a call gives is owned by a handle that frees it
with the matching function; a failed call is a SlurmError. Strings are UTF-8 with surrogateescape.

    admin           nodes, partitions, reservations and configuration, changed
    calls           the table of calls
    exit_guard      calls that are answered whatever libslurm does
    job_filter      jobs chosen by id or by what they are like
    jobs            jobs: read, submit, change, signal, requeue
    json_writer     long lists written by libslurm_cffi's writer
    jwt_refusal     why slurmctld refused a token
    lists           libslurm's lists
    results         what calls give
    rpc_credential  with whose credential RPCs are signed
    structs         C structs filled from members
    lookups         what record tables ask by name
    slurmdbd        calls of slurmdbd
"""

from __future__ import annotations

import os
import re
from errno import ENOMEM
from time import monotonic, time

from restd_inet import lazy
from restd_inet.problems import FIRST_OF_SLURM, STATUS_OF_ERROR, Problem, quoted, system_status
from restd_inet.schema.kinds.values import Library
from restd_inet.slurm import admin, jwt_refusal
from restd_inet.slurm.calls import CALLS, SINCE, STANDS_FOR
from restd_inet.slurm.exit_guard import Guard
from restd_inet.slurm.jobs import JobCalls
from restd_inet.slurm.results import Keys, Ping, Records
from restd_inet.slurm.rpc_credential import Identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from restd_inet.message import Credential
    from restd_inet.settings import Settings
    from restd_inet.slurm.lookups.deferred import Lookups
    from restd_inet.slurm.slurmdbd.connection import Database

_FUTURE = 1 << 40
#: Seconds: MessageTimeout's default, slurm.conf(5).
_MESSAGE_TIMEOUT = 10


class SlurmError(Problem):
    """A call that failed. number: Slurm's or the system's errno; text: Slurm's own; source: the call."""


#: What a site must install before tokens can be used.
NO_JWT = "libslurm cannot use tokens here: its plugin auth/jwt is missing (Debian: slurm-wlm-jwt-plugin)"

#: What libslurm prints over an answer that is no message of Slurm's; the number is that of no error.
_UNREADABLE = re.compile(r"unpack|[Rr]eceive fail")

#: Seconds: no record has changed since then, whatever the clocks say.
_AHEAD = 366 * 86400


class Slurm(admin.Administration, JobCalls):
    """The loaded library. There is one in a process: see `connect`."""

    def __init__(self, settings: Settings, last_words: Callable[[str], None], by_token: bool = False) -> None:
        bound = lazy.bindings()
        self.ffi, self.lib = bound.ffi, bound.lib
        self.string = self.ffi.string
        self.guard = Guard(self.ffi, self.lib, last_words)
        self._lookups: Lookups | None = None
        if settings.conf:
            os.environ["SLURM_CONF"] = os.path.abspath(settings.conf)
        self._timeout = settings.slurm_timeout
        self._wait = settings.request_timeout
        self._started = False
        self.proven = True  # slurmctld has accepted the token in use, or there is none to accept
        self.identity = Identity(self.lib, self._start, by_token)
        self._database: Database | None = None

    @property
    def db(self) -> Database:
        """This request's connection to slurmdbd, opened if it has none. Raises SlurmError, Problem 503."""
        if self._database is None:
            self._database = lazy.library("slurmdbd.connection").Database(self)
        return self._database

    def end_database(self, commit: bool) -> None:
        """Commits what was written to slurmdbd; or ends the connection, and rolls back what was not."""
        database = self._database
        if database is None:
            return
        if commit:
            database.commit()
        else:
            self._database = None
            database.close()

    def _start(self) -> None:
        if self._started:
            self.lib.slurm_fini()
            if hasattr(self.lib, "slurm_auth_fini"):  # a part of slurm_fini from 23.11 on
                self.lib.slurm_auth_fini()
        self._started = True
        self.guard.call(self.lib.slurm_init, self.ffi.NULL)
        if self._timeout:
            self.lib.compat_set_msg_timeout(min(max(round(self._timeout), 1), 0xFFFF))
        elif not self.lib.compat_get_msg_timeout():  # MessageTimeout=0: no wait would have an end
            self.lib.compat_set_msg_timeout(_MESSAGE_TIMEOUT)

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
        value: int | None = getattr(self.lib, name, None)
        return value

    def knows(self, struct: str) -> bool:
        """Whether this release has a struct of that name."""
        try:
            self.ffi.typeof(struct)
        except self.ffi.error:
            return False
        return True

    def members(self, struct: str) -> frozenset[str]:
        """The names of a struct's members."""
        return frozenset(name for name, _ in self.ffi.typeof(struct).fields)

    def text(self, pointer: Any) -> str | None:
        """A char pointer as str; None for NULL."""
        return self.string(pointer).decode("utf-8", "surrogateescape") if pointer else None

    def function(self, name: str) -> Callable[[Any], Any]:
        """A function of Lookups, loaded when the first is asked for."""
        if self._lookups is None:
            self._lookups = lazy.library("lookups.deferred").Lookups(self)
        if not hasattr(self._lookups, name):
            self._lookups = lazy.library("lookups.with_slurmdb").AllLookups(self)
        found: Callable[[Any], Any] = getattr(self._lookups, name)
        return found

    def bits(self, names: Iterable[str]) -> int:
        """C constants, or-ed together. Raises Problem 501 for one that this release does not have."""
        bits = 0
        for name in names:
            number = self.constant(name)
            if number is None:
                raise self.lacking(name)
            bits |= number
        return bits

    def resolved(self, value: Any) -> Any:
        """What only libslurm can work out of a client's text, worked out (schema.values.Library)."""
        return self.function(value.name)(value) if isinstance(value, Library) else value

    def lacking(self, name: str, struct: str = "") -> Problem:
        """The Problem of a call, a constant or a member of a struct that this release does not have."""
        if not self.lib.HAS_KNOWN_LAYOUTS:
            known = "restd-inet does not know that release yet"
            return Problem(501, f"{name} cannot be used with Slurm {lazy.release()}: {known}")
        since = SINCE.get(f"{struct}.{name}" if struct else name)
        needed = f"; Slurm {since} or a newer one has it" if since else ""
        return Problem(501, f"Slurm {lazy.release()} has no {name}{needed}")

    # Tokens.

    def jwt_keys(self) -> Keys:
        """Where slurm.conf says that tokens' keys are."""
        conf = self.lib.compat_conf()
        return Keys(
            self.text(conf.authalttypes) or "",
            self.text(conf.authtype) or "",
            self.text(conf.authalt_params) or "",
            self.text(conf.state_save_location) or "",
            conf.slurm_user_id,
        )

    def prove(self) -> None:
        """Lets slurmctld judge the token in use, by an RPC that it verifies and that has no answer.

        A ping would prove nothing: slurmctld answers it to anyone.
        """
        try:
            self._load("slurm_load_partitions", int(time()) + _AHEAD, ..., 0)
        except SlurmError as error:
            if error.status == 401 and not self.jwt_keys().enabled:
                error.text += "; AuthAltTypes of slurm.conf has no auth/jwt"
            if error.status != 304:
                raise
        self.proven = True

    # Calls.

    def statistics(self) -> Any:
        """stats_info_response_msg_t."""
        request = self.ffi.new("stats_info_request_msg_t *", {"command_id": self.lib.STAT_COMMAND_GET})
        return self._load("slurm_get_statistics", ..., request)

    def ping(self) -> list[Ping]:
        """Every slurmctld of slurm.conf, in its order."""
        conf = self.lib.compat_conf()
        names = [self.text(conf.control_machine[i]) or "" for i in range(conf.control_cnt)]
        return [self._ping(name, index, len(names)) for index, name in enumerate(names)]

    def _ping(self, name: str, index: int, controllers: int) -> Ping:
        began = monotonic()
        status = self._status(index)
        latency = int((monotonic() - began) * 1e6)
        text = self.text(self.lib.slurm_strerror(status)) or ""
        return Ping(name, index, controllers, status, latency, text)

    def _status(self, index: int) -> int:
        if not self.proven and self.lib.compat_conf().control_cnt == 1:
            self.prove()  # which shows that it answers
            return 0
        began = monotonic()
        rc = self.guard.call(self.lib.slurm_ping, index)
        if rc and monotonic() - began >= self.lib.compat_conf().msg_timeout:
            # slurm_ping gives the same number for silence and for a connection that broke.
            return int(self.constant("SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT") or rc)
        return int(rc if rc >= 0 else self.ffi.errno)

    def records(self, message: Any, array: Any, count: int) -> Records:
        """The structs of a message."""
        return Records(message, array, range(count))

    def nodes(self, update_time: int, flags: int = 0) -> Records:
        """node_info_t of every node. flags: SHOW_* (slurm.h); 0 for all that there is."""
        message = self._load("slurm_load_node", update_time, ..., flags or self._node_flags)
        partitions = self._load("slurm_load_partitions", 0, ..., flags or self.lib.SHOW_ALL)
        self.lib.slurm_populate_node_partitions(message, partitions)
        # All but the slots of nodes that were removed.
        nodes = Records(message, message.node_array, range(message.record_count))
        return nodes.select(lambda node: bool(node.name))

    def node(self, name: str, update_time: int = 0, flags: int = 0) -> Records:
        """node_info_t of one node; SlurmError 304 if no node has changed."""
        flags = flags or self._node_flags
        # slurmctld brings what is allocated up to date only when it is asked for all; "no change" will do.
        try:
            self._load("slurm_load_node", _FUTURE, ..., self._node_flags)
        except SlurmError as error:
            if error.status != 304:
                raise
        message = self._load("slurm_load_node_single", ..., name.encode(), flags)
        nodes = Records(message, message.node_array, range(message.record_count))
        found = nodes.select(lambda node: bool(node.name))
        if found and update_time:
            self._load("slurm_load_node", update_time, ..., flags)
        for node in found:
            node.partitions = self.lib.slurm_xstrdup(self._partitions_of(node.name))
        return found

    def _partitions_of(self, node: Any) -> bytes:
        """The names of a node's partitions, as slurm_populate_node_partitions has them for all nodes."""
        names = []
        for partition in self.partitions(0):
            hosts = self.lib.slurm_hostlist_create(partition.nodes)
            if self.lib.slurm_hostlist_find(hosts, node) >= 0:
                names.append(self.string(partition.name))
            self.lib.slurm_hostlist_destroy(hosts)
        return b",".join(names)

    @property
    def _detail(self) -> int:
        flags: int = self.lib.SHOW_ALL | self.lib.SHOW_DETAIL
        return flags

    @property
    def _node_flags(self) -> int:
        return self._detail | int(self.lib.SHOW_MIXED)

    def partitions(self, update_time: int, flags: int = 0) -> Records:
        """partition_info_t of every partition. flags: SHOW_* (slurm.h); 0 for hidden ones too."""
        message = self._load("slurm_load_partitions", update_time, ..., flags or self.lib.SHOW_ALL)
        return Records(message, message.partition_array, range(message.record_count))

    def reservations(self, update_time: int) -> Records:
        """reserve_info_t of every reservation that the user may see."""
        message = self._load("slurm_load_reservations", update_time, ...)
        return Records(message, message.reservation_array, range(message.record_count))

    def licenses(self, update_time: int) -> Records:
        """slurm_license_info_t of every licence."""
        message = self._load("slurm_load_licenses", update_time, ..., self.lib.SHOW_ALL)
        return Records(message, message.lic_array, range(message.num_lic))

    def slurm_user_id(self) -> int:
        """The uid of SlurmUser, as slurmctld runs."""
        return int(self._load("slurm_load_ctl_conf", 0, ...).slurm_user_id)

    def missing(self, error: str, text: str, source: str) -> Problem:
        """The Problem of what a path names and is not there. error: the name of Slurm's."""
        number = self.constant(error) or 0
        reason = self.text(self.lib.slurm_strerror(number)) or ""
        return Problem(404, text, number=number, source=source, reason=reason)

    def error(self, call: str, number: int) -> SlurmError:
        """The SlurmError of an error number."""
        call = STANDS_FOR.get(call, call)
        reason = text = self.text(self.lib.slurm_strerror(number)) or f"error {number}"
        statuses = {self.constant(name): status for name, status in STATUS_OF_ERROR.items()}
        status = statuses.get(number) or (system_status(number) if 0 <= number < FIRST_OF_SLURM else 422)
        if not number:  # such as a host name of slurm.conf that cannot be resolved
            status, text = 503, f"{call} failed"
        if number == self.constant("SLURM_ERROR") and self.guard.said:
            text = self.guard.said  # the number says nothing, but libslurm has logged why
        if status < 500:
            return SlurmError(status, text, number=number, source=call)
        used = self.identity.token
        if used is not None and number in map(self.constant, jwt_refusal.SIGNS) and not self.guard.said:
            status, text = 401, jwt_refusal.refusal(used, self.identity.is_clients)
        elif self.guard.said:
            text = f"{text}: {self.guard.said}"
        return SlurmError(status, text, number=number, source=call, reason=reason)

    def _load(self, call: str, *arguments: Any, empty: bool = False) -> Any:
        """What a call gives, owned. `...` among the arguments is where it takes the address for it.

        empty: it may give nothing, None here.
        """
        struct, free, _ = CALLS[call]
        out = self.ffi.new(f"{struct} **")
        given = [out if argument is ... else argument for argument in arguments]
        self._check(call, self.guard.call(getattr(self.lib, call), *given))
        if out[0]:
            self.proven = True
            return self.ffi.gc(out[0], getattr(self.lib, free))
        if empty:
            return None
        call = STANDS_FOR.get(call, call)
        raise SlurmError(502, f"{call} gave no answer", source=call)

    def _check(self, call: str, rc: int) -> None:
        """Most calls return -1 and set errno; some return the error number."""
        if rc:
            error = self.error(call, rc if rc > 0 else self.ffi.errno)
            # libslurm ends the process if there is no memory, and sets ENOMEM for a length that cannot be.
            unreadable = error.number == ENOMEM or (error.number < 0 and _UNREADABLE.search(self.guard.said))
            if unreadable:
                text = f"what answered {call} is not slurmctld, or speaks another protocol"
                said = self.guard.said or error.text
                raise SlurmError(
                    502, f"{text}: {said}", number=error.number, source=call, reason=error.reason
                )
            raise error


_slurm: Slurm | None = None


def connect(settings: Settings, last_words: Callable[[str], None], by_token: bool = False) -> Slurm:
    """The library, loaded and initialised once in a process.

    last_words: is given the reason if libslurm ends the process under this request.
    by_token: the first RPC will be signed by a client's token.
    """
    global _slurm
    if _slurm is None:
        _check_conf(settings.conf or os.environ.get("SLURM_CONF", ""))
        _slurm = Slurm(settings, last_words, by_token)
    _slurm.guard.last_words = last_words
    return _slurm


def starts_once() -> bool:
    """Whether a process that has started libslurm for one kind of request cannot serve the other."""
    return not lazy.bindings().lib.HAS_RESTART


def after_fork() -> None:
    """Parts the library from the process that this one comes from."""
    if _slurm is not None:
        _slurm.guard.renew()


def act_for(credential: Credential) -> None:
    """What is asked of the library from now on is asked in this name; see `release`."""
    if _slurm is None:
        return
    _slurm.proven = credential.proven
    if credential.token:
        if not _slurm.identity.assume(credential.token, credential.name):
            raise Problem(500, NO_JWT)
    else:
        _slurm.identity.own()


def confirm() -> None:
    """Lets slurmctld judge the token in use, unless it has done so with what was asked of it."""
    if _slurm is not None and not _slurm.proven:
        _slurm.prove()


def commit() -> None:
    """What the request has written to slurmdbd stays."""
    if _slurm is not None:
        _slurm.end_database(commit=True)


def roll_back() -> None:
    """What the request has written to slurmdbd does not stay."""
    if _slurm is not None:
        _slurm.end_database(commit=False)


def release() -> None:
    """Ends what `act_for` began: no credential and no connection to slurmdbd outlives its request."""
    if _slurm is not None:
        _slurm.end_database(commit=False)
        _slurm.identity.release()
        _slurm.proven = True


def become() -> None:
    """This process has become another user: the library acts as that one, by no token."""
    if _slurm is not None:
        _slurm.identity.forget_own()


def renounce() -> None:
    """No program that this process becomes has more rights than the process. Raises OSError."""
    if lazy.bindings().lib.compat_no_new_privileges():
        raise OSError("prctl(PR_SET_NO_NEW_PRIVS) failed")


def _check_conf(path: str) -> None:
    """Whether slurm.conf is there and may be read: libslurm waits a minute for one that is not."""
    if not path:  # where it was built to look, or from slurmctld
        return
    try:
        os.close(os.open(path, os.O_RDONLY))
        if not os.path.isdir(path):
            return
        reason = "Is a directory"
    except OSError as error:
        reason = error.strerror or str(error)
    raise Problem(503, f"slurm.conf cannot be read: {quoted(path, 200)}: {reason}")
