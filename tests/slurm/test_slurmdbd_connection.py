"""The connection to slurmdbd: which sockets are its own, and that it is not read after a failure."""

from __future__ import annotations

import os
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from restd_inet import limit
from restd_inet.problems import Problem
from restd_inet.slurm.slurmdbd import job_stream
from restd_inet.slurm.slurmdbd.timeout import Deadline


class Lib:
    """slurmdbd ends each connection that says nothing, after a moment."""

    def __init__(self) -> None:
        self.probing = threading.Event()
        self.shut: list[int] = []

    def compat_conf(self) -> Any:
        return SimpleNamespace(
            accounting_storage_host=None, accounting_storage_backup_host=None, accounting_storage_port=0
        )

    def compat_ends_connection(self, host: Any, port: int, milliseconds: int) -> bool:
        descriptor = os.open("/dev/null", os.O_RDONLY)
        self.probing.set()
        time.sleep(0.2)
        os.close(descriptor)
        return True

    def compat_shut_socket(self, descriptor: int) -> None:
        self.shut.append(descriptor)


FFI: Any = SimpleNamespace(new=lambda kind, value: value, string=bytes)


def test_the_question_whether_slurmdbd_lives_is_not_taken_for_the_connection() -> None:
    lib = Lib()
    deadline = Deadline(lib, FFI, 0.02)
    with deadline:
        connection = os.open("/dev/null", os.O_RDONLY)
        lib.probing.wait(60)
    try:
        assert deadline.opened() == {connection}
    finally:
        os.close(connection)
    assert not deadline.expired


def test_no_time_begins_anew_when_the_wait_is_over(monkeypatch: Any) -> None:
    lib = Lib()
    renewed: list[bool] = []
    over = threading.Event()
    monkeypatch.setattr(limit, "renew", lambda: renewed.append(over.is_set()))
    with Deadline(lib, FFI, 0.02):
        lib.probing.wait(60)
    over.set()
    time.sleep(0.3)
    assert True not in renewed


class Answering:
    """A connection to slurmdbd of whose answer only the beginning comes."""

    def __init__(self, fails_at: str, length: int) -> None:
        self.fails_at = fails_at
        self.length = length
        self.broken_off = 0

    def transfer(self, call: str, function: Any, *arguments: Any) -> None:
        if function == self.fails_at:
            raise Problem(502, "slurmdbd closed the connection")
        if function == "compat_receive":
            arguments[1][:] = self.length.to_bytes(4, "big")

    def break_off(self) -> None:
        self.broken_off += 1


@pytest.mark.parametrize(
    ("fails_at", "length"),
    [("compat_send", 8), ("compat_receive", 8), ("compat_receive_file", 8), ("", 0)],
)
def test_a_connection_with_half_an_answer_is_not_read_any_further(fails_at: str, length: int) -> None:
    db = Answering(fails_at, length)
    names = ("compat_send", "compat_receive", "compat_receive_file")
    lib = SimpleNamespace(
        slurm_init_buf=lambda size: SimpleNamespace(head=b"", processed=0),
        slurmdb_pack_job_cond=lambda *arguments: None,
        slurm_free_buf=lambda buffer: None,
        **{name: name for name in names},
    )
    ffi = SimpleNamespace(
        buffer=lambda head, size: b"", new=lambda kind: bytearray(4), cast=lambda kind, value: value
    )
    slurm: Any = SimpleNamespace(ffi=ffi, lib=lib, db=db)
    with pytest.raises(Problem) as caught:
        job_stream._ask(slurm, None, 1, 0)
    assert (caught.value.status, db.broken_off) == (502, 1)
