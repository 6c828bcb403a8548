"""slurm.json_writer: lists written in C say what the tables' Python functions say, and ask Python seldom."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fake_slurm import FakeSlurm, ffi, lib, records
from hypothesis import given, settings
from hypothesis import strategies as st

from restd_inet.codec import json as codec
from restd_inet.schema.compile import dumper
from restd_inet.schema.record import Record
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.node import NODE
from restd_inet.schema.records.partition import PARTITION
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.versions import NAMES, V35, V38
from restd_inet.slurm import json_writer
from restd_inet.slurm.json_writer import StructRows
from restd_inet.slurm.results import Records

SLURM = FakeSlurm()
VERSIONS = sorted(NAMES)
LISTED = [JOB, NODE, PARTITION, RESERVATION]
by_name = pytest.mark.parametrize("record", LISTED, ids=lambda record: record.name)
by_version = pytest.mark.parametrize("version", VERSIONS)


def no_json(word: str) -> Any:
    raise AssertionError(f"{word} is not JSON")


def written(record: Record, version: int, found: Records) -> Any:
    """What the writer in C says of records."""
    text = b"".join(StructRows(SLURM, record, version, found).json())
    return json.loads(b"[" + text + b"]", parse_constant=no_json)


def by_python(record: Record, version: int, found: Records) -> Any:
    """What the table's Python function says of them."""
    dump = dumper(record, version, SLURM)
    return json.loads(b"".join(codec.encode([dump(struct) for struct in found])))


# Texts that mean something to somebody: patterns, escapes, words, bytes that are no UTF-8.
PATTERNS = (b"%j", b"%A", b"%a", b"%x", b"%u", b"%%", b"%5j", b"%", b"/", b",", b"a", b"job ")
BYTES = (b"\\", b'"', b"\x01", b"\n", b"\xff", "ä€".encode(), b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"x" * 17)
PIECES = st.sampled_from(PATTERNS + BYTES)
HOSTILE = st.lists(PIECES, max_size=6).map(b"".join)
PATHS = st.just(b"/tmp/%j.out") | st.just(b"%x") | HOSTILE.map(lambda text: b"/" + text) | HOSTILE


def kept(value: Any) -> Any:
    """A pointer to it that lives as long as the tests."""
    SLURM._kept.append(value)
    return value


def text_of(content: bytes | None) -> Any:
    return ffi.NULL if content is None else kept(ffi.new("char[]", content))


@st.composite
def jobs(draw: st.DrawFn) -> Any:
    """A job with its files, partitions and GRES."""
    job = kept(ffi.new("slurm_job_info_t *"))
    for member in ("std_in", "std_out", "std_err"):
        # Later releases' libslurm crashes on those that are NULL where the older ones have defaults.
        setattr(job, member, text_of(draw(PATHS)))
    job.name = text_of(draw(HOSTILE.filter(lambda name: b"%" not in name)))
    job.work_dir = text_of(draw(st.sampled_from([b"/home/fred", b"/", b"/tmp/"])))
    job.job_id = draw(st.integers(1, 1 << 31))
    if "step_id" in dict(ffi.typeof("slurm_job_info_t").fields):
        job.step_id.job_id = job.job_id
        job.step_id.sluid = draw(st.integers(0, (1 << 64) - 1))
    job.array_job_id = draw(st.sampled_from([0, 7, job.job_id]))
    job.array_task_id = draw(st.sampled_from([0, 3, 0xFFFFFFFE]))
    job.batch_flag = draw(st.integers(0, 1))
    job.user_id = draw(st.sampled_from([0, 1, 4294967290]))
    job.user_name = text_of(draw(st.none() | HOSTILE))
    if hasattr(job, "job_size_str"):
        job.job_size_str = text_of(draw(st.none() | HOSTILE))
    details = draw(st.lists(HOSTILE, max_size=3))
    job.gres_detail_cnt = len(details)
    job.gres_detail_str = kept(ffi.new("char *[]", [text_of(detail) for detail in details] or 1))
    for name in ("node_inx", "req_node_inx", "exc_node_inx"):
        numbers = draw(st.none() | st.lists(st.integers(0, 1 << 30), max_size=4))
        setattr(job, name, ffi.NULL if numbers is None else kept(ffi.new("int32_t[]", [*numbers, -1])))
    job.billable_tres = draw(st.floats() | st.floats(0, 1e6) | st.integers(0, 1 << 53).map(float))
    if hasattr(job, "priority_array_names"):
        names = draw(st.lists(st.sampled_from([b"a", b"long", b"\xff"]), max_size=3))
        job.priority_array_names = text_of(b",".join(names))
        job.priority_array = kept(ffi.new("uint32_t[]", [*range(len(names)), 0]))
    return job


@settings(max_examples=25, deadline=None)
@given(found=st.lists(jobs(), min_size=1, max_size=3))
def test_jobs_are_written_as_the_table_says(found: list[Any]) -> None:
    message = records("slurm_job_info_t", found)
    for version in NAMES:
        assert written(JOB, version, message) == by_python(JOB, version, message), version


@st.composite
def nodes(draw: st.DrawFn) -> Any:
    node = kept(ffi.new("node_info_t *"))
    for member in ("name", "features", "features_act", "partitions", "reason"):
        setattr(node, member, text_of(draw(st.none() | HOSTILE)))
    node.reason_uid = draw(st.sampled_from([0, 1, 4294967290]))
    if draw(st.booleans()):
        node.energy = kept(ffi.new("acct_gather_energy_t *"))
        node.energy.consumed_energy = draw(st.integers(0, (1 << 64) - 1))
        node.energy.current_watts = draw(st.integers(0, (1 << 32) - 1))
    if hasattr(node, "alloc_tres_fmt_str"):
        node.alloc_tres_fmt_str = text_of(draw(st.none() | HOSTILE))
        node.alloc_cpus = draw(st.integers(0, 0xFFFF))
    node.cpus = draw(st.integers(0, 0xFFFF))
    return node


@settings(max_examples=15, deadline=None)
@given(found=st.lists(nodes(), min_size=1, max_size=3))
def test_nodes_are_written_as_the_table_says(found: list[Any]) -> None:
    message = records("node_info_t", found)
    for version in NAMES:
        assert written(NODE, version, message) == by_python(NODE, version, message), version


@st.composite
def reservations(draw: st.DrawFn) -> Any:
    reservation = kept(ffi.new("reserve_info_t *"))
    reservation.name = text_of(draw(HOSTILE))
    reservation.flags = draw(st.sampled_from([0, 1, lib.RESERVE_FLAG_PURGE_COMP]))
    reservation.purge_comp_time = draw(st.integers(0, (1 << 32) - 1))
    cores = draw(st.lists(HOSTILE, max_size=3))
    reservation.core_spec_cnt = len(cores)
    if cores:
        specs = [{"node_name": text_of(core), "core_id": text_of(core)} for core in cores]
        reservation.core_spec = kept(ffi.new("resv_core_spec_t[]", specs))
    return reservation


@settings(max_examples=15, deadline=None)
@given(found=st.lists(reservations(), min_size=1, max_size=3))
def test_reservations_are_written_as_the_table_says(found: list[Any]) -> None:
    message = records("reserve_info_t", found)
    for version in NAMES:
        assert written(RESERVATION, version, message) == by_python(RESERVATION, version, message), version


@by_name
@by_version
def test_a_list_asks_python_a_few_dozen_times_whatever_its_length(
    record: Record, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each value of what has few of them; of 500 records no more than of 100."""
    asked: list[int] = []
    answer = json_writer._Answers.answer

    def counted(self: Any, row: int, bits: int, struct: Any) -> Any:
        asked.append(row)
        return answer(self, row, bits, struct)

    monkeypatch.setattr(json_writer._Answers, "answer", counted)
    asks = []
    for count in (100, 500):
        asked.clear()
        assert (
            len(written(record, version, records(record.struct, [varied(record, i) for i in range(count)])))
            == count
        )
        asks.append(len(asked))
    assert asks[0] == asks[1] <= 60


#: What has few values in a cluster, however many records: states, flags, limits, users.
FEW = (
    "state",
    "flag",
    "mode",
    "uid",
    "user_id",
    "group_id",
    "nice",
    "exit",
    "derived",
    "mail",
    "profile",
    "shar",
)
FEW += (
    "cpu_freq",
    "core_spec",
    "cpus_per",
    "owner",
    "reason",
    "cr_type",
    "cpu_bind",
    "contiguous",
    "reboot",
    "requeue",
)


def varied(record: Record, number: int) -> Any:
    """A record that has other numbers and texts than the one before it."""
    struct = kept(ffi.new(f"{record.struct} *"))
    for name, field in ffi.typeof(record.struct).fields:
        if name.endswith(("_cnt", "_count")):
            continue
        if field.type.kind == "primitive" and field.type.cname == "double":
            setattr(struct, name, number + 0.5)
        elif field.type.kind == "primitive" or field.type.cname in ("time_t", "uid_t"):
            setattr(
                struct,
                name,
                number
                % (3 if any(word in name for word in FEW) else 100 if ffi.sizeof(field.type) < 2 else 30000),
            )
        elif field.type.cname == "char *":
            setattr(struct, name, text_of(b"/tmp/text %d" % number))
    if record is JOB:
        struct.user_name = ffi.NULL
        struct.std_out = struct.std_err = struct.std_in = text_of(b"/tmp/%j.out")
    return struct


def test_records_that_were_chosen_are_written_alone() -> None:
    found = [SLURM.struct("node_info_t", name=f"n{number}") for number in range(9)]
    message = records("node_info_t", found)
    chosen = message.select(lambda node: ffi.string(node.name) in (b"n1", b"n2", b"n5", b"n8"))
    assert [row["name"] for row in written(NODE, V38, chosen)] == ["n1", "n2", "n5", "n8"]
    assert written(NODE, V38, message.select(lambda node: False)) == []


@settings(max_examples=200, deadline=None)
@given(number=st.floats(allow_nan=False) | st.floats(0, 4294967293.0) | st.integers(0, 1 << 32).map(float))
def test_a_double_is_written_as_python_writes_it(number: float) -> None:
    job = SLURM.struct("slurm_job_info_t", billable_tres=number)
    message = records("slurm_job_info_t", [job])
    by_c = b"".join(codec.encode(StructRows(SLURM, JOB, V35, message)))
    assert by_c == b"".join(codec.encode(map(dumper(JOB, V35, SLURM), message)))


def test_more_values_than_are_remembered_are_written_all_the_same() -> None:
    """The names of states, flags and users are forgotten where there are too many of them."""
    count = 20_000
    array = kept(ffi.new("slurm_job_info_t[]", count))
    for number in range(count):
        array[number].nice = 0x80000000 + number
    found = written(JOB, V35, Records(None, array, range(count)))
    assert [row["nice"] for row in found] == [None, *range(1, count)]
