"""Records of slurmctld's as hostile as Hypothesis draws them, and what is written of them."""

from __future__ import annotations

import json
from typing import Any

from fake_slurm import FakeSlurm, ffi, lib
from hypothesis import strategies as st

from restd_inet.codec import json as codec
from restd_inet.schema.compile import dumper
from restd_inet.schema.record import Record
from restd_inet.slurm.json_writer import StructRows
from restd_inet.slurm.results import Records

SLURM = FakeSlurm()


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
