"""slurmdbd, as far as it is asked through libslurm's slurmdb_* functions (slurm/slurmdb.h).

A request has one connection, opened when it is first needed and closed when its answer has been written:
`Slurm.db`. What it writes is one transaction, committed when its handler has succeeded (see `commit` in
slurm/__init__.py) and rolled back otherwise, by slurmdbd itself if this process dies. For a connection that
slurmdbd has ended libslurm opens another one, on which what follows would be half of a transaction: then the
request has failed. Calls are named as libslurm has them; conditions and records are {member: content}, as
schema.parse has it (slurm.structs).
"""

from __future__ import annotations

import _socket
import os
import select
from contextlib import suppress

from restd_inet import lazy
from restd_inet.problems import FIRST_OF_SLURM, OURS, Problem, quoted, system_status
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.slurm.lists import items
from restd_inet.slurm.slurmdbd.calls import ADDS, MODIFIES, READS, REMOVES
from restd_inet.slurm.slurmdbd.conditions import conditions
from restd_inet.slurm.slurmdbd.timeout import Deadline
from restd_inet.slurm.structs import OwnedStruct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from restd_inet.slurm.library import Library

    Members = dict[str, Any]

COMMIT = "slurmdb_connection_commit"
#: compat_receive_file could not write to its file.
_NOT_WRITTEN = -2
#: What is said of a commit that was not answered.
MAYBE = "; the change may have been written nevertheless"

GONE = "slurmdbd closed the connection"
#: libslurm prints one of these if the connection was taken, and not answered as slurmdbd answers.
NO_SLURMDBD = ("persistent connection init resp", "No response to persist_init")
NO_DATABASE = (
    "accounting is not configured: AccountingStorageType of slurm.conf is {found}; expected "
    "accounting_storage/slurmdbd, with AccountingStorageHost naming where slurmdbd runs"
)


class Items:
    """The items of a list of libslurm's, which lives as long as this does. struct: what each points to."""

    __slots__ = ("_cast", "_lib", "_list", "_type")

    def __init__(self, slurm: Library, found: Any, struct: str) -> None:
        self._lib = slurm.lib
        self._list = slurm.ffi.gc(found, slurm.lib.slurm_list_destroy)
        self._type = slurm.ffi.typeof(f"{struct} *")
        self._cast: Callable[[Any, Any], Any] = slurm.ffi.cast

    def __len__(self) -> int:
        return int(self._lib.slurm_list_count(self._list))

    def __iter__(self) -> Iterator[Any]:
        return items(self._cast, self._lib, self._list, self._type)


class Database:
    """The connection of one request to slurmdbd.

    Every method raises SlurmError with slurmdbd's own number and text: 503 if it is not there, 502 if it
    broke off, 504 if it is silent.
    """

    def __init__(self, slurm: Library) -> None:
        self._slurm = slurm
        self._ffi, self._lib = slurm.ffi, slurm.lib
        self._wrote = False
        self._connection: Any = None
        self._inodes: dict[int, int] = {}  # of the connection's sockets
        self._qos: dict[int, str] | None = None
        self._tres: dict[int, tuple[str, str]] | None = None
        self.deadline = Deadline(slurm.lib, slurm.ffi, slurm.lib.compat_get_msg_timeout())
        check_configured(slurm)
        flags = self._ffi.new("uint16_t *")
        self._connection = self._call("slurmdb_connection_get", flags)
        opened = self.deadline.opened()
        if not (self._connection and opened) or self._number or self.deadline.expired:
            failed = self.error("slurmdb_connection_get", self._number)
            if self._connection:  # up to 23.02 there is one that is not connected
                self._discard()
            if not slurm.proven:  # slurmdbd does not say that it was the token: slurmctld does
                slurm.prove()
            raise failed
        slurm.proven = True  # slurmdbd has verified who opened it
        self.deadline.sockets = opened
        self._inodes = {socket: os.fstat(socket).st_ino for socket in opened}

    @property
    def connection(self) -> Any:
        """What slurmdb_* functions take for it."""
        return self._connection

    @property
    def socket(self) -> int | None:
        """Its descriptor, to speak with slurmdbd past libslurm; None where that cannot be done."""
        tls = self._slurm.text(getattr(self._lib.compat_conf(), "tls_type", self._ffi.NULL)) or "none"
        sockets = list(self.deadline.sockets)
        return sockets[0] if len(sockets) == 1 and tls.endswith("none") else None

    def transfer(self, call: str, function: Callable[..., int], *arguments: Any) -> None:
        """A function of compat.h that sends or receives all of a message. call: what it is for."""
        with self.deadline:
            self._ffi.errno = 0
            done = function(*arguments)
            number = int(self._ffi.errno)
        if done == _NOT_WRITTEN:
            text = f"what slurmdbd answered cannot be stored: {os.strerror(number)}"
            raise Problem(system_status(number), text, number=number, source=call)
        if done <= 0:
            raise self.error(call, number)

    def break_off(self) -> None:
        """Ends the connection in the middle of an answer.

        libslurm waits for a reply when it closes one, and would read the rest of that answer instead.
        """
        # A socket that was never connected is hung up, and not readable (see compat_shut_socket).
        unconnected = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        for descriptor in self.deadline.sockets:
            os.dup2(unconnected.fileno(), descriptor, inheritable=False)
        unconnected.close()

    def found(self, call: str, condition: Any, struct: str, *more: Any) -> Items:
        """What a call finds by a condition in C. struct: of the items of its list; more: arguments."""
        return Items(self._slurm, self._list(call, condition, *more), struct)

    def get(self, call: str, condition: Mapping[str, Any] | None = None) -> Items:
        """What a call of READS finds; it may be nothing."""
        cond, struct = READS[call]
        filled = [self._filled(cond, condition)] if cond else []
        return Items(self._slurm, self._list(call, *filled), struct)

    def add(self, call: str, records: Sequence[Mapping[str, Any]]) -> None:
        """Adds records by a call of ADDS."""
        filled = [OwnedStruct(self._slurm, ADDS[call], record) for record in records]
        added = self._ffi.gc(self._lib.slurm_list_create(self._ffi.NULL), self._lib.slurm_list_destroy)
        for record in filled:
            self._lib.slurm_list_append(added, record.struct)
        self.write(call, added)

    def modify(self, call: str, condition: Mapping[str, Any], change: Mapping[str, Any]) -> list[str]:
        """Changes what a condition finds by a call of MODIFIES; gives what slurmdbd names as changed."""
        cond, struct = MODIFIES[call]
        # The change first: slurmdbd may be asked for it, and a condition is kept until the next call.
        changed = OwnedStruct(self._slurm, struct, change)
        return self._texts(call, self._filled(cond, condition), changed.struct)

    def remove(self, call: str, condition: Mapping[str, Any]) -> list[str]:
        """Removes what a condition finds by a call of REMOVES; gives what slurmdbd names as removed."""
        return self._texts(call, self._filled(REMOVES[call], condition))

    def write(self, call: str, *arguments: Any) -> None:
        """Any other call that writes and gives 0, an error number, or -1 and errno."""
        self._wrote = True
        rc = self._call(call, self._connection, *arguments)
        if rc < 0 and not self._number and self._connected():
            text = f"{call}: slurmdbd did not do it and did not say why; see its log"
            raise Problem(422, text, number=rc, source=call, reason=self._slurm.strerror(rc))
        if rc:
            raise self.error(call, rc if rc > 0 else self._number)

    @property
    def qos(self) -> dict[int, str]:
        """The name of each QOS by its id, deleted ones too; asked for once."""
        if self._qos is None:
            where = conditions(self._slurm, "slurmdb_qos_cond_t", {"with_deleted": 1})
            text = self._slurm.text
            self._qos = {qos.id: text(qos.name) or str(qos.id) for qos in self.get("slurmdb_qos_get", where)}
        return self._qos

    def forget_qos(self) -> None:
        """After one was added: they are asked for again."""
        self._qos = None

    @property
    def tres(self) -> dict[int, tuple[str, str]]:
        """The type and name of each TRES by its id; asked for once."""
        if self._tres is None:
            found = self.get("slurmdb_tres_get", {"with_deleted": 1, "count": NO_VAL[32]})
            text = self._slurm.text
            self._tres = {tres.id: (text(tres.type) or "", text(tres.name) or "") for tres in found}
        return self._tres

    def add_accounts(self, condition: Members | None, account: Members) -> str:
        """Adds accounts and their associations; gives what slurmdbd says of it (see bulk_add)."""
        text: str = _bulk_add().add_accounts(self._slurm, condition, account)
        return text

    def add_users(self, condition: Members | None, user: Members) -> str:
        """Adds users and their associations; gives what slurmdbd says of it (see bulk_add)."""
        text: str = _bulk_add().add_users(self._slurm, condition, user)
        return text

    def add_coordinators(self, accounts: list[str], users: list[str]) -> None:
        """Makes users coordinators of accounts."""
        filled = self._coordinated(accounts, users)
        self.write("slurmdb_coord_add", *filled)

    def remove_coordinators(self, accounts: list[str], users: list[str]) -> list[str]:
        """Ends that; gives what slurmdbd names as removed."""
        filled = self._coordinated(accounts, users)
        return self._texts("slurmdb_coord_remove", *filled)

    def call_for_text(self, call: str, *arguments: Any) -> str:
        """Any other call that writes and gives a text."""
        self._wrote = True
        text = self._slurm.take_text(self._call(call, self._connection, *arguments))
        if self._number:
            error = self.error(call, self._number)
            if text and error.status < 500:
                error.text = f"{error.text}: {' '.join(text.split())}"
            raise error
        return text

    def _coordinated(self, accounts: list[str], users: list[str]) -> tuple[Any, Any]:
        names = OwnedStruct(self._slurm, "slurmdb_assoc_cond_t", {"acct_list": accounts})
        condition = self._filled("slurmdb_user_cond_t", {"assoc_cond": {"user_list": users}})
        self._names = names
        return names.struct.acct_list, condition

    def statistics(self) -> Any:
        """slurmdb_stats_rec_t: what slurmdbd counts, as `sacctmgr show stats` shows it."""
        out = self._ffi.new("slurmdb_stats_rec_t **")
        rc = self._call("slurmdb_get_stats", self._connection, out)
        if rc or not out[0]:
            raise self.error("slurmdb_get_stats", rc if rc > 0 else self._number)
        return self._ffi.gc(out[0], self._lib.slurmdb_destroy_stats_rec)

    def configuration(self) -> Any:
        """slurmdbd_conf_t: how slurmdbd is configured. Raises Problem 501 before 26.05."""
        self._slurm.capabilities.check("slurmdbd_conf_t")
        out = self._ffi.new("slurmdbd_conf_t **")
        rc = self._call("slurmdb_config_get", self._connection, out)
        if rc or not out[0]:
            raise self.error("slurmdb_config_get", rc if rc > 0 else self._number)
        return self._ffi.gc(out[0], self._lib.compat_free_slurmdbd_conf)

    def commit(self) -> None:
        """What has been written stays."""
        if not self._wrote:
            return
        if not self._connected():
            raise self.error(COMMIT, 0)
        self._wrote = False
        try:
            rc = self._call(COMMIT, self._connection, True)
            if rc:
                raise self.error(COMMIT, rc if rc > 0 else self._number)
        except Problem as problem:
            problem.text += MAYBE if problem.status >= 500 else ""
            raise

    def close(self) -> None:
        """Ends the connection; what has not been committed is rolled back."""
        if self._connection:
            if self._wrote and self._connected():
                # slurmdbd ends the connection by itself, a moment after it has refused something.
                with suppress(Problem):
                    self._call(COMMIT, self._connection, False)
            self._discard()

    def _discard(self) -> None:
        pointer = self._ffi.new("void **", self._connection)
        self._connection, self._inodes = None, {}
        self._call("slurmdb_connection_close", pointer)

    def _filled(self, struct: str, members: Mapping[str, Any] | None) -> Any:
        self._kept = OwnedStruct(self._slurm, struct, members or {})  # until the next
        return self._kept.struct

    def _texts(self, call: str, *arguments: Any) -> list[str]:
        self._wrote = True
        found = self._ffi.gc(self._list(call, *arguments), self._lib.slurm_list_destroy)
        texts = items(self._ffi.cast, self._lib, found, self._ffi.typeof("char *"))
        return [self._slurm.text(text) or "" for text in texts]

    def _list(self, call: str, *arguments: Any) -> Any:
        """The list that a call gives, not owned yet."""
        found = self._call(call, self._connection, *arguments)
        if not found or self._number:
            if found:
                self._lib.slurm_list_destroy(found)
            raise self.error(call, self._number)
        return found

    def _call(self, call: str, *arguments: Any) -> Any:
        """What a call returns; its errno is in _number. Its sockets are shut if slurmdbd is silent."""
        function = self._slurm.capabilities.function(call)
        if self._connection and not self._connected():
            raise self.error(call, 0)
        with self.deadline:
            self._ffi.errno = 0
            returned = self._slurm.guard.call(function, *arguments)
            self._number = int(self._ffi.errno)
        if not self._is_first():
            raise self.error(call, 0)
        return returned

    def _connected(self) -> bool:
        """Whether slurmdbd has not ended the connection."""
        if self.deadline.expired or not self._is_first():
            return False
        poll = select.poll()
        for socket in self._inodes:
            poll.register(socket, select.POLLRDHUP)
        return not poll.poll(0)

    def _is_first(self) -> bool:
        """Whether the connection is the one that was opened, not another that libslurm has opened since."""
        return all(_inode(socket) == inode for socket, inode in self._inodes.items())

    def error(self, call: str, number: int, comment: str = "") -> Problem:
        """Why a call failed. number: as the call left it, nothing in particular if the connection broke.

        comment: what slurmdbd said of it; without one what libslurm printed.
        """
        slurm = self._slurm
        if self.deadline.expired:
            seconds = self.deadline.seconds
            text = f"slurmdbd did not answer within {seconds:g} s (--slurm-timeout, MessageTimeout)"
            return Problem(504, text, number=number, source=call)
        said = comment or slurm.guard.said
        error = slurm.error(call, number)
        if slurm.guard.munge and not comment:
            return error
        if number in OURS:
            text = f"this process cannot ask slurmdbd: {os.strerror(number)}"
            return Problem(system_status(number), text, number=number, source=call)
        # The system's, or none: slurmdbd is not there, or gone.
        if not number or error.number < FIRST_OF_SLURM:
            opening = call == "slurmdb_connection_get"
            text, status = ("slurmdbd cannot be reached", 503) if opening else (GONE, 502)
            if opening and any(words in said for words in NO_SLURMDBD):
                text, status = "what answers at slurmdbd's address is not slurmdbd", 502
            number = slurm.constant("ESLURM_DB_CONNECTION") or 0
            return Problem(status, f"{text}: {said}" if said else text, number=number, source=call)
        if said and said not in error.text:
            error.text = f"{error.text}: {said}"
        return error


def _bulk_add() -> Any:
    return lazy.module("restd_inet.slurm.slurmdbd.bulk_add")


def _inode(descriptor: int) -> int:
    try:
        return os.fstat(descriptor).st_ino
    except OSError:
        return 0


def check_configured(slurm: Library) -> None:
    found = slurm.text(slurm.lib.compat_conf().accounting_storage_type) or ""
    if not found.endswith("slurmdbd"):
        number = slurm.constant("ESLURM_DB_CONNECTION") or 0
        raise Problem(
            503, NO_DATABASE.format(found=quoted(found)), number=number, source="slurmdb_connection_get"
        )
