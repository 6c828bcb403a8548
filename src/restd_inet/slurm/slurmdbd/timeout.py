"""A limit on libslurm's waits for slurmdbd, which libslurm itself ends after a quarter of an hour only.

A long query is not silence: slurmdbd may take minutes for a large history. So half-way to the limit, and
again and again from then on, the slurmdbd that is connected, the primary or its backup, is asked whether it
lives, by a connection that says nothing: it ends that at once, without a line in its log, and does not if it
is frozen. If it is, the sockets that were opened for it are shut down, at which libslurm gives up. If it
lives, the time of the request begins anew (see restd_inet.limit) if the client still waits, for as long as
libslurm itself would wait.

The same thread acknowledges what has come of an answer: libslurm and slurmdbd write the length of a message
and the message apart, and each would wait 40 ms for the other's acknowledgement in between.
"""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread
from time import monotonic

from restd_inet import limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Deadline:
    """Within `with`, a wait ends when slurmdbd has been found silent. expired: whether one did.

    seconds: how long slurmdbd may be silent. host: where it runs; without one, AccountingStorageHost and
    AccountingStorageBackupHost, until there is a connection. sockets: the connection's.
    """

    #: Seconds between acknowledgements: at first, and at most.
    SOON, LATER = 0.0005, 0.02
    #: Seconds that a query may take.
    LONGEST = 900.0

    def __init__(self, lib: Any, ffi: Any, seconds: float, host: str = "") -> None:
        self._lib = lib
        self.seconds = seconds
        self.expired = False
        conf = lib.compat_conf()
        configured = (conf.accounting_storage_host, conf.accounting_storage_backup_host)
        hosts = [host.encode()] if host else [ffi.string(each) for each in configured if each]
        self._hosts = [ffi.new("char[]", each) for each in hosts or [b"localhost"]]
        self._port = int(conf.accounting_storage_port)
        self._before = _descriptors()
        self.sockets: set[int] = set()
        self._done: Any = None
        self._asking = allocate_lock()  # held while `lives` has a socket of its own open

    def __enter__(self) -> None:
        for socket in self.sockets:
            self._lib.compat_hasten_socket(socket)
        self._done = allocate_lock()
        self._done.acquire()
        start_new_thread(self._watch, (self._done,))

    def __exit__(self, *exception: object) -> None:
        self._done.release()
        with self._asking:
            pass

    def lives(self) -> bool:
        """Whether the slurmdbd that is connected answers; before that, any of them. Half of the time each."""
        limit = int(self.seconds * 500)
        if self.sockets:
            return any(self._lib.compat_peer_ends_connection(socket, limit) for socket in self.sockets)
        return any(self._lib.compat_ends_connection(host, self._port, limit) for host in self._hosts)

    def opened(self) -> set[int]:
        """The descriptors that were opened since this was made."""
        return _descriptors() - self._before

    def _watch(self, done: Any) -> None:
        interval, waited = self.SOON, 0.0
        latest = monotonic() + self.LONGEST
        while not done.acquire(timeout=interval):
            for socket in self.sockets:
                self._lib.compat_hasten_socket(socket)
            waited += interval
            interval = min(interval * 2, self.LATER)
            if waited >= self.seconds / 2:
                waited = 0.0
                with self._asking:
                    if done.acquire(blocking=False):
                        return
                    lives = self.lives()
                    if lives and monotonic() < latest:
                        limit.renew()
                if not lives and not done.acquire(blocking=False):
                    self._expire(done)
                    return

    def _expire(self, done: Any) -> None:
        """Until libslurm gives up, which opens another connection for the one that has ended."""
        self.expired = True
        while True:
            for descriptor in self.opened():
                self._lib.compat_shut_socket(descriptor)
            if done.acquire(timeout=self.LATER):
                return


def _descriptors() -> set[int]:
    """Those that are open, but for the one that the list itself is read from."""
    return {number for number in map(int, os.listdir("/proc/self/fd")) if _open(number)}


def _open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
