"""slurm.json_writer: lists written in C say what the tables' Python functions say, and ask Python seldom."""

from __future__ import annotations

from typing import Any

import pytest
from drawn_records import SLURM, by_python, jobs, kept, nodes, reservations, text_of, written
from fake_slurm import ffi, records
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

VERSIONS = sorted(NAMES)
LISTED = [JOB, NODE, PARTITION, RESERVATION]
by_name = pytest.mark.parametrize("record", LISTED, ids=lambda record: record.name)
by_version = pytest.mark.parametrize("version", VERSIONS)


@settings(max_examples=25, deadline=None)
@given(found=st.lists(jobs(), min_size=1, max_size=3))
def test_jobs_are_written_as_the_table_says(found: list[Any]) -> None:
    message = records("slurm_job_info_t", found)
    for version in NAMES:
        assert written(JOB, version, message) == by_python(JOB, version, message), version


@settings(max_examples=15, deadline=None)
@given(found=st.lists(nodes(), min_size=1, max_size=3))
def test_nodes_are_written_as_the_table_says(found: list[Any]) -> None:
    message = records("node_info_t", found)
    for version in NAMES:
        assert written(NODE, version, message) == by_python(NODE, version, message), version


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
