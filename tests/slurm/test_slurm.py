"""slurm: the pieces that need no cluster: errors, records, lookups, job_desc_msg_t, the writer in C."""

from __future__ import annotations

import contextlib
import errno
import gc
import json
import os
import resource
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
from fake_slurm import FakeSlurm, ffi, lib, records
from hypothesis import given, settings
from hypothesis import strategies as st

from restd_inet import commands, slurm
from restd_inet.app.api import EVERYTHING
from restd_inet.app.warm import WarmDispatcher
from restd_inet.codec import json as codec
from restd_inet.problems import STATUS_OF_ERROR, Problem
from restd_inet.schema import compile
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Deferred
from restd_inet.schema.record import Record
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.meta import META
from restd_inet.schema.records.node import NODE
from restd_inet.schema.records.partition import PARTITION
from restd_inet.schema.records.problem import PROBLEM
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.records.warning import WARNING
from restd_inet.schema.versions import NAMES, V35, V39
from restd_inet.settings import read
from restd_inet.slurm import exit_guard
from restd_inet.slurm.calls import STANDS_FOR
from restd_inet.slurm.capabilities import SINCE
from restd_inet.slurm.client import Slurm
from restd_inet.slurm.json_writer import StructRows
from restd_inet.slurm.lookups import names as lookups_of_names
from restd_inet.slurm.results import Ping, Records
from restd_inet.slurm.slurmdbd.connection import Database
from restd_inet.slurm.structs import OwnedStruct

SLURM = FakeSlurm()


# Calls and errors.


@pytest.mark.parametrize("call", Slurm.CALLS)
def test_every_call_its_free_and_its_type_exist(call: str) -> None:
    type, free, source = Slurm.CALLS[call]
    assert hasattr(lib, call) or call in SINCE
    assert source
    if type:
        assert hasattr(lib, free)
        assert type == "void" or ffi.sizeof(type) > 0


def test_no_error_names_a_function_of_compat() -> None:
    ours = {call for call in Slurm.CALLS if call.startswith("compat_")}
    assert ours == set(STANDS_FOR)
    for call in ours:
        assert SLURM.error(call, lib.ESLURM_ACCESS_DENIED).source == STANDS_FOR[call]
        assert "compat_" not in SLURM.error(call, 0).text


def test_an_error_without_words_has_those_of_libslurm_s_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SLURM.guard, "said", "Invalid user id: nosuchuser", raising=False)
    assert SLURM.error("slurm_update_reservation", lib.SLURM_ERROR).text == "Invalid user id: nosuchuser"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("_slurm_persist_recv_msg: Invalid msg_size: 0 bytes", "Invalid msg_size: 0 bytes"),
        (
            "_conn_readable: persistent connection for fd 3 experienced error[104]",
            "persistent connection for fd 3 experienced error[104]",
        ),
        ("slurm_persist_conn_open: error: _open_it: No response", "No response"),
        (
            "[[localhost]:6817] auth_g_verify: REQUEST_JOB_INFO has failed",
            "[[localhost]:6817] REQUEST_JOB_INFO has failed",
        ),
        ("auth/munge: _decode_cred: Munge decode failed", "auth/munge: Munge decode failed"),
        ("SLURM_JWT: not set", "SLURM_JWT: not set"),
        ("Invalid user id: no_such_user: x", "Invalid user id: no_such_user: x"),
        ("Munge encode failed: Failed to access it", "Munge encode failed: Failed to access it"),
    ],
)
def test_a_client_reads_no_name_of_a_c_function(printed: str, shown: str) -> None:
    assert exit_guard._shown([printed, printed]) == shown


NOT_SLURMCTLD = "what answers at slurmctld's address is not slurmctld"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (errno.ENOMEM, f"{NOT_SLURMCTLD}: Insane message length"),
        (lib.SLURM_PROTOCOL_INSANE_MSG_LENGTH, f"{NOT_SLURMCTLD}: Insane message length"),
        (
            lib.SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT,
            f"{NOT_SLURMCTLD}, or it closed the connection: Zero Bytes",
        ),
    ],
)
def test_an_answer_that_is_not_slurmctld_s_is_reported_as_such(number: int, text: str) -> None:
    with pytest.raises(Problem) as caught:
        SLURM._check("slurm_load_jobs", number)
    assert caught.value.status == 502
    assert caught.value.text.startswith(text)
    assert caught.value.number != errno.ENOMEM


@pytest.mark.parametrize("number", [lib.SLURM_ERROR, lib.SLURM_UNEXPECTED_MSG_ERROR])
def test_an_answer_that_only_munge_can_read_says_so(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to 24.05 slurmctld signs some with munge, also those to clients with tokens."""
    printed = "authentication plugin auth/munge(101) not found; Header lengths are longer than data received"
    monkeypatch.setattr(SLURM.guard, "said", printed)
    monkeypatch.setattr(SLURM.guard, "printed", f"unpack: {printed}")
    monkeypatch.setattr(SLURM.identity, "token", "a.b.c")
    with pytest.raises(Problem) as caught:
        SLURM._check("slurm_top_job", number)
    assert caught.value.status == 502
    assert "which a client with a token cannot read" in caught.value.text


def test_errors_with_a_status_are_slurm_s() -> None:
    # The one that went after the oldest supported release, and the one that came.
    gone = {"ESLURM_AUTH_NET_ERROR", "ESLURM_NO_REMOVE_DEFAULT_QOS"}
    assert {name for name in STATUS_OF_ERROR if SLURM.constant(name) is None} <= gone


@pytest.mark.parametrize("name", [name for name in STATUS_OF_ERROR if SLURM.constant(name) is not None])
def test_an_error_has_its_status_number_and_text(name: str) -> None:
    number = SLURM.constant(name)
    assert number is not None
    error = SLURM.error("slurm_call", number)
    assert (error.number, error.source) == (number, "slurm_call")
    assert error.status in {
        STATUS_OF_ERROR[other] for other in STATUS_OF_ERROR if SLURM.constant(other) == number
    }
    assert error.text


@pytest.mark.parametrize(
    ("number", "status"),
    [(2, 503), (110, 504), (111, 503), (113, 503), (22, 422), (0, 503), (-1, 422)]
    + [(number, 503) for number in (errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC)]
    + [(number, 502) for number in (errno.ENOTCONN, errno.ESHUTDOWN, errno.ECONNABORTED, errno.ENETRESET)]
    + [(number, 503) for number in (errno.ENETDOWN, errno.EHOSTDOWN)]
    + [(number, 500) for number in (errno.EACCES, errno.EPERM, errno.EIO, errno.ENOSYS)],
)
def test_an_error_of_the_system_has_a_status(number: int, status: int) -> None:
    assert SLURM.error("slurm_call", number).status == status


@pytest.mark.parametrize("call", ["slurmdb_connection_get", "slurmdb_jobs_get"])
@pytest.mark.parametrize(
    ("number", "status"), [(errno.EMFILE, 503), (errno.ENOSPC, 503), (errno.EACCES, 500), (errno.EPERM, 500)]
)
def test_what_this_process_lacks_is_not_reported_as_an_error_of_slurmdbd(
    call: str, number: int, status: int
) -> None:
    database = Database.__new__(Database)
    database._slurm = SLURM
    database.deadline = SimpleNamespace(expired=False)  # type: ignore[assignment]
    problem = database.error(call, number)
    assert (problem.status, problem.number) == (status, number)
    assert problem.text == f"this process cannot ask slurmdbd: {os.strerror(number)}"


def test_a_file_that_cannot_be_written_is_not_reported_as_an_error_of_slurmdbd() -> None:
    database = Database.__new__(Database)
    database._slurm, database._ffi = SLURM, ffi
    database.deadline = contextlib.nullcontext()  # type: ignore[assignment]

    def unwritten() -> int:
        ffi.errno = errno.ENOSPC
        return -2

    with pytest.raises(Problem) as caught:
        database.transfer("slurmdb_jobs_get", unwritten)
    assert (caught.value.status, "No space left" in caught.value.text) == (503, True)


def test_an_error_that_is_the_request_s_is_422_in_slurm_s_words() -> None:
    error = SLURM.error("slurm_submit_batch_job", lib.ESLURM_INVALID_PARTITION_NAME)
    assert (error.status, error.text) == (422, "Invalid partition name specified")


@pytest.mark.parametrize(
    ("index", "controllers", "status", "mode", "word"),
    [
        (0, 1, 0, "primary", "UP"),
        (1, 2, 0, "backup", "UP"),
        (1, 3, 0, "backup1", "UP"),
        (2, 3, 111, "backup2", "DOWN"),
    ],
)
def test_a_ping(index: int, controllers: int, status: int, mode: str, word: str) -> None:
    ping = Ping("ctl", index, controllers, status)
    assert (ping.hostname, ping.mode, ping.ping, ping.status) == ("ctl", mode, word, status)


# Records.


def test_records_are_counted_walked_and_selected() -> None:
    structs = [SLURM.struct("slurm_job_info_t", job_id=number) for number in range(5)]
    found = records("slurm_job_info_t", structs)
    assert len(found) == 5
    assert [job.job_id for job in found] == [0, 1, 2, 3, 4]
    odd = found.select(lambda job: job.job_id % 2 == 1)
    assert (len(odd), [job.job_id for job in odd]) == (2, [1, 3])
    assert [job.job_id for job in odd.select(lambda job: job.job_id > 1)] == [3]
    assert not found.select(lambda job: False)


def test_a_message_lives_as_long_as_somebody_walks_its_records() -> None:
    found = records("slurm_job_info_t", [SLURM.struct("slurm_job_info_t", job_id=7)])
    message = weakref.ref(found._message)
    walk = iter(found)
    rest = found.select(lambda job: True)
    del found
    gc.collect()
    assert message() is not None
    assert next(walk).job_id == 7
    del walk
    assert message() is not None
    del rest
    gc.collect()
    assert message() is None


# Lookups.


def test_a_user_has_a_name_or_none() -> None:
    assert SLURM.function("user_name")(0) == "root"
    assert SLURM.function("user_name")(4294967293) is None


@pytest.mark.parametrize(
    ("constant", "name"), [("JOB_PENDING", "PENDING"), ("JOB_RUNNING", "RUNNING"), ("JOB_TIMEOUT", "TIMEOUT")]
)
def test_a_job_s_state_has_a_name(constant: str, name: str) -> None:
    assert SLURM.function("job_state")(getattr(lib, constant)) == name


def test_every_reason_has_a_name() -> None:
    for number in range(100):
        assert SLURM.function("job_reason")(number)


def test_texts_that_are_not_utf_8_survive() -> None:
    assert SLURM.text(ffi.new("char[]", b"a\xff\xe2\x82\xac")) == "a\udcff€"
    assert SLURM.text(ffi.NULL) is None


def test_a_constant_that_is_not_there_is_none() -> None:
    assert SLURM.constant("NO_SUCH_CONSTANT") is None


# job_desc_msg_t.


def test_what_is_not_said_is_unset() -> None:
    desc = OwnedStruct(SLURM, "job_desc_msg_t", {}).struct
    assert (desc.min_nodes, desc.threads_per_core) == (NO_VAL[32], NO_VAL[16])
    # "Nobody" (SLURM_AUTH_NOBODY) from 23.11 on.
    assert desc.user_id in (NO_VAL[32], 99)
    assert desc.name == ffi.NULL


def test_members_are_filled_with_what_they_hold() -> None:
    desc = OwnedStruct(
        SLURM,
        "job_desc_msg_t",
        {
            "name": "a€\udcff",
            "num_tasks": 4,
            "argv": ["x", "y z"],
            "argc": 2,
            "open_mode": frozenset({"OPEN_MODE_APPEND"}),
            "bitflags": frozenset({"JOB_NTASKS_SET", "SPREAD_JOB"}),
            "time_limit": Deferred("time_minutes", "1-0"),
            "tres_per_job": Deferred("tres", "gpu:2,gpu:b:1"),
        },
    )
    struct = desc.struct
    assert ffi.string(struct.name) == b"a\xe2\x82\xac\xff"
    assert [ffi.string(struct.argv[0]), ffi.string(struct.argv[1])] == [b"x", b"y z"]
    assert struct.argv[2] == ffi.NULL
    assert (struct.num_tasks, struct.open_mode, struct.time_limit) == (4, lib.OPEN_MODE_APPEND, 1440)
    assert struct.bitflags & (lib.JOB_NTASKS_SET | lib.SPREAD_JOB) == lib.JOB_NTASKS_SET | lib.SPREAD_JOB
    mark = b"gres/" if lib.HAS_TRES_SLASH else b"gres:"
    assert ffi.string(struct.tres_per_job) == b"%sgpu:2,%sgpu:b:1" % (mark, mark)


def test_a_constant_that_the_release_lacks_is_501() -> None:
    with pytest.raises(Problem) as caught:
        OwnedStruct(SLURM, "job_desc_msg_t", {"bitflags": frozenset({"NO_SUCH_FLAG"})})
    assert caught.value.status == 501
    assert caught.value.text.endswith("has no NO_SUCH_FLAG")


# The writer in C writes what the table's Python function writes.


def contents(type: Any) -> st.SearchStrategy[Any]:
    """What a number of C may hold: with the values that mean something more often than chance has it."""
    signed = int(ffi.cast(type, -1)) < 0
    bits = ffi.sizeof(type) * 8
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    special = [
        0,
        1,
        high,
        high - 1,
        low,
        *(number for number in (*NO_VAL.values(), *INFINITE.values()) if number <= high),
    ]
    return st.sampled_from(special) | st.integers(low, high)


TEXTS = st.none() | st.binary(max_size=12).map(lambda data: data.replace(b"\0", b"?"))


def members(record: Record) -> st.SearchStrategy[dict[str, Any]]:
    """The numbers and texts of a struct; other pointers stay NULL, and counts of what they point to 0."""
    found: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in ffi.typeof(record.struct).fields:
        if name.endswith(("_cnt", "_count")):
            continue
        if field.type.kind == "primitive" and field.type.cname in ("double", "float"):
            found[name] = st.floats(width=32)
        elif field.type.kind == "primitive" or field.type.cname in ("time_t", "uid_t"):
            found[name] = contents(field.type)
        elif field.type.cname == "char *":
            found[name] = TEXTS
    return st.fixed_dictionaries({}, optional=found)


def filled(record: Record, values: dict[str, Any]) -> tuple[Any, list[Any]]:
    made = ffi.new(f"{record.struct} *")
    kept = []
    for name, value in values.items():
        if value is None:
            continue
        if isinstance(value, bytes):
            value = ffi.new("char[]", value)
            kept.append(value)
        setattr(made, name, value)
    return made, kept


@pytest.mark.parametrize("record", [JOB, NODE, PARTITION, RESERVATION], ids=lambda record: record.name)
@pytest.mark.parametrize("version", sorted(NAMES))
@settings(max_examples=settings.default.max_examples // 5 * 2)
@given(data=st.data())
def test_the_writer_in_c_writes_what_the_table_says(
    record: Record, version: int, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(members(record), min_size=1, max_size=3))
    made = [filled(record, values) for values in rows]
    message = records(record.struct, [struct for struct, _ in made])
    written = b"".join(StructRows(SLURM, record, version, message).json())
    dump = dumper(record, version, SLURM)
    expected = b"".join(codec.encode([dump(struct) for struct in message]))
    assert json.loads(b"[" + written + b"]", parse_constant=no_json) == json.loads(expected)


def no_json(word: str) -> Any:
    raise AssertionError(f"{word} is not JSON")


@pytest.mark.parametrize("version", sorted(NAMES))
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_double_that_is_no_number_is_null(version: int, value: float) -> None:
    job = SLURM.struct("slurm_job_info_t", billable_tres=value)
    message = records("slurm_job_info_t", [job])
    by_writer = json.loads(b"".join(StructRows(SLURM, JOB, version, message).json()), parse_constant=no_json)
    by_table = dumper(JOB, version, SLURM)(job)
    (found, said) = (row["billable_tres"] for row in (by_writer, by_table))
    assert found == said
    assert found is None if version < V39 else not found["set"] and found["number"] == 0


@pytest.mark.parametrize("count", [1, 2, 500])
def test_the_writer_s_bytes_are_the_codec_s(count: int) -> None:
    """A list is the same bytes whichever way it was made."""
    jobs = [
        SLURM.struct(
            "slurm_job_info_t", job_id=number, name=f'job {number} ä"\\\n\x01\x7f', comment="\udcff", nice=5
        )
        for number in range(count)
    ]
    message = records("slurm_job_info_t", jobs)
    written = b"".join(codec.encode(StructRows(SLURM, JOB, V35, message)))
    dump = dumper(JOB, V35, SLURM)
    assert written == b"".join(codec.encode(map(dump, message)))


def test_no_records_are_an_empty_list() -> None:
    message = records("slurm_job_info_t", [])
    assert b"".join(codec.encode(StructRows(SLURM, JOB, V35, message))) == b"[]\n"


def test_what_a_field_s_function_raises_reaches_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(reason: int) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(lookups_of_names, "job_reason", lambda slurm, reason: broken(reason))
    job = SLURM.struct("slurm_job_info_t")
    with pytest.raises(ZeroDivisionError):
        b"".join(StructRows(SLURM, JOB, V35, records("slurm_job_info_t", [job])).json())


def endings() -> dict[str, Any]:
    """How the pieces of an answer may end."""

    def fails(pieces: Any) -> None:
        with pytest.raises(ZeroDivisionError):
            list(pieces)

    return {"not begun": lambda pieces: None, "in the middle": next, "at its end": list, "failed": fails}


class Watched:
    """cffi's FFI with another gc."""

    def __init__(self, gc: Any) -> None:
        self.gc = gc

    def __getattr__(self, name: str) -> Any:
        return getattr(ffi, name)


@pytest.mark.parametrize("ending", endings())
def test_the_writer_s_memory_ends_with_the_answer(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a collection: those are rare, and do not know how much C holds."""

    def broken(slurm: Any, reason: int) -> Any:
        raise ZeroDivisionError

    if ending == "failed":
        monkeypatch.setattr(lookups_of_names, "job_reason", broken)
    jobs = [SLURM.struct("slurm_job_info_t", job_id=number) for number in range(500)]
    message = records("slurm_job_info_t", jobs)
    freed: list[int] = []
    made = SLURM.ffi.gc
    monkeypatch.setattr(
        SLURM, "ffi", Watched(lambda it, free: made(it, lambda it: freed.append(free(it) or 1)))
    )
    gc.disable()
    try:
        pieces = StructRows(SLURM, JOB, V35, message).json()
        endings()[ending](pieces)
        del pieces
        assert freed == [1]
    finally:
        gc.enable()


def resident() -> int:
    """kB of memory that this process has."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


def test_500_listings_of_20_000_jobs_take_no_more_memory_than_a_few() -> None:
    """What one listing leaves, each leaves: a twentieth of them may leave a twentieth of 5 MB."""
    count = 20_000
    array = ffi.new("slurm_job_info_t[]", count)
    for number in range(count):
        array[number].job_id = number
        array[number].submit_time = number
    message = Records(None, array, range(count))

    def listing() -> int:
        return sum(map(len, StructRows(SLURM, JOB, V39, message).json()))

    gc.disable()
    try:
        assert sum(listing() for _ in range(5)) > 1000 * count
        before, sizes = resident(), {listing() for _ in range(25)}
        assert len(sizes) == 1
        assert resident() - before < 5 * 1024 // 20
    finally:
        gc.enable()


def test_doubles_are_numbers() -> None:
    for value in (0.0, 1.5, 1e300):
        job = SLURM.struct("slurm_job_info_t", billable_tres=value)
        (row,) = json.loads(
            b"[" + b"".join(StructRows(SLURM, JOB, V35, records("slurm_job_info_t", [job])).json()) + b"]"
        )
        assert row["billable_tres"] == value


def test_a_process_that_waits_can_make_everything_in_advance() -> None:
    """Records that ask libslurm without a struct, or whose struct this release lacks, do not end it."""
    dispatcher = WarmDispatcher(read([], {}), EVERYTHING)
    dispatcher._commands = list(commands.every(("slurm", "slurmdb")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slurm, "connect", lambda *arguments: SLURM)
        assert sum(1 for _ in dispatcher.prewarm()) > 100
    for version in dispatcher._served.numbers:
        for record in (META, PROBLEM, WARNING):
            assert (record, version) in compile._dumpers, "each child would compile it for its first answer"
