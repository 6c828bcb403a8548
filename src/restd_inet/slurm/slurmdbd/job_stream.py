"""Jobs of the accounting database, any number of them, one at a time.

libslurm's slurmdb_jobs_get makes a list of all, at 7 kB a job. Here slurmdbd's answer goes to a nameless file
as it comes, so that slurmdbd is soon done with it, and is unpacked job by job while the answer to the
client is written. The question and the jobs are packed and unpacked by libslurm; the message around them is
slurmdbd's own (slurmdbd_pack.c): its length, its type, a number of jobs, the jobs. Where that cannot be had
(a release that is not known yet, a connection by TLS) it is slurmdb_jobs_get.
"""

from __future__ import annotations

import io
import os
from hashlib import blake2b
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from struct import error as struct_error
from struct import pack, unpack_from

from restd_inet.problems import Problem
from restd_inet.slurm.structs import OwnedStruct
from restd_inet.spool import SMALL, Spool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from restd_inet.slurm.library import Library
    from restd_inet.slurm.slurmdbd.connection import Items

CALL = "slurmdb_jobs_get"
STRUCT = "slurmdb_job_cond_t"
# src/common/slurmdbd_defs.h, slurm_protocol_defs.h
DBD_GET_JOBS_COND, DBD_GOT_JOBS, PERSIST_RC = 1444, 1421, 1433
BUF_MAGIC = 0x42554545
NO_LIST = 0xFFFFFFFE
#: Bytes that are read of the file before its pages are given back.
PAGES = 1 << 22


def find_jobs(slurm: Library, condition: Mapping[str, Any] | None, *, by_day: bool) -> Items | JobStream:
    """slurmdb_job_rec_t of what a condition finds, None of all that there are.

    by_day: without a time it is today's, as slurmdb_job_cond_def_start_end has it. Raises SlurmError.
    """
    filled = OwnedStruct(slurm, STRUCT, condition) if condition is not None else None
    struct = slurm.ffi.NULL if filled is None else filled.struct
    if filled is not None and by_day:
        slurm.lib.slurmdb_job_cond_def_start_end(struct)
    version = slurm.lib.compat_slurmdbd_protocol()
    socket = slurm.db.socket
    if not version or socket is None:
        found: Items = slurm.db.found(CALL, struct, "slurmdb_job_rec_t")
        return found
    return JobStream(slurm, _ask(slurm, struct, version, socket), version)


def _ask(slurm: Library, condition: Any, version: int, socket: int) -> mmap:
    """The message that slurmdbd answers."""
    ffi, lib = slurm.ffi, slurm.lib
    buffer = lib.slurm_init_buf(1 << 12)
    lib.slurmdb_pack_job_cond(condition, version, buffer)
    question = bytes(ffi.buffer(buffer.head, buffer.processed))
    lib.slurm_free_buf(buffer)
    message = pack("!IH", len(question) + 2, DBD_GET_JOBS_COND) + question
    try:
        slurm.db.transfer(CALL, lib.compat_send, socket, message, len(message))
        return _receive(slurm, socket)
    except BaseException:
        slurm.db.break_off()
        raise


def _receive(slurm: Library, socket: int) -> mmap:
    """A message of slurmdbd's: its length, and what has it."""
    ffi, lib, transfer = slurm.ffi, slurm.lib, slurm.db.transfer
    length = ffi.new("unsigned char[4]")
    transfer(CALL, lib.compat_receive, socket, ffi.cast("char *", length), 4)
    size = int.from_bytes(bytes(length), "big")
    if not size:
        raise _unreadable()
    file = io.FileIO(os.memfd_create("jobs"), "r+") if size <= SMALL else Spool()
    try:
        if isinstance(file, Spool):
            file.reserve(size)
        transfer(CALL, lib.compat_receive_file, socket, file.fileno(), size)
        return mmap(file.fileno(), size, access=ACCESS_READ)
    finally:
        file.close()


def _unreadable() -> Problem:
    return Problem(502, "slurmdbd's answer cannot be understood", source=CALL)


class JobStream:
    """slurmdb_job_rec_t's of a message; each lives until the next."""

    def __init__(self, slurm: Library, message: mmap, version: int) -> None:
        self._slurm = slurm
        self._message = message
        self._version = version
        self._count = 0
        try:
            self._begin(message)
        except struct_error:
            raise _unreadable() from None

    def _begin(self, message: mmap) -> None:
        """The number of jobs. Raises SlurmError for what slurmdbd says instead of a list."""
        slurm = self._slurm
        kind, number = unpack_from("!HI", message)
        if kind == PERSIST_RC:
            self._refused()
            number = 0
        elif kind != DBD_GOT_JOBS:
            raise slurm.db.error(CALL, slurm.constant("SLURM_UNEXPECTED_MSG_ERROR") or 1000)
        self._count = 0 if number == NO_LIST else number
        (code,) = unpack_from("!I", message, len(message) - 4)
        if kind == DBD_GOT_JOBS and code:
            raise slurm.db.error(CALL, code)

    def _refused(self) -> None:
        """What slurmdbd says instead of a list: a text, flags, an error number; 0 for "none"."""
        (size,) = unpack_from("!I", self._message, 2)
        comment = self._message[6 : 6 + size].rstrip(b"\0").decode("utf-8", "replace")
        _, number = unpack_from("!HI", self._message, 6 + size)
        if number:
            raise self._slurm.db.error(CALL, number, comment)

    def __len__(self) -> int:
        return self._count

    def digest(self) -> str:
        """A digest of the message, and of the names that numbers in it stand for."""
        names = self._slurm.db.qos, self._slurm.db.tres
        found = blake2b(repr(names).encode("utf-8", "surrogateescape"), digest_size=16)
        with memoryview(self._message) as view:
            for start in range(0, len(view), PAGES):
                found.update(view[start : start + PAGES])
                self._message.madvise(MADV_DONTNEED)
        return found.hexdigest()

    def __iter__(self) -> Iterator[Any]:
        ffi, lib = self._slurm.ffi, self._slurm.lib
        data = ffi.from_buffer(self._message)
        # Any release's buf_t is a little longer; the type of the message and the number of jobs come first.
        room = ffi.new("char[]", 2 * ffi.sizeof("compat_buf_t"))
        buffer = ffi.cast("compat_buf_t *", room)
        buffer.magic, buffer.head, buffer.size, buffer.processed = BUF_MAGIC, data, len(self._message), 6
        job, given_back = ffi.new("void **"), 0
        for _ in range(self._count):
            if lib.slurmdb_unpack_job_rec(job, self._version, buffer):
                raise _unreadable()
            try:
                yield ffi.cast("slurmdb_job_rec_t *", job[0])
            finally:
                lib.slurmdb_destroy_job_rec(job[0])
            if buffer.processed - given_back > PAGES:
                self._message.madvise(MADV_DONTNEED)
                given_back = buffer.processed
