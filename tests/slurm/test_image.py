"""slurm.image, slurm.image_maker: an image says what the message says that it was made of."""

from __future__ import annotations

import faulthandler
import os
import signal
from typing import Any

import pytest
from drawn_records import HOSTILE, SLURM, by_python, jobs, kept, nodes, reservations, text_of, written
from fake_slurm import ffi, lib, records
from hypothesis import given, settings
from hypothesis import strategies as st

from restd_inet.schema.record import Record
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.node import NODE
from restd_inet.schema.records.partition import PARTITION
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.versions import NAMES
from restd_inet.slurm import image, image_maker
from restd_inet.slurm.image import KINDS, Shown, show
from restd_inet.slurm.image_maker import Maker, Range
from restd_inet.slurm.results import Records

RECORDS = {"jobs": JOB, "nodes": NODE, "partitions": PARTITION, "reservations": RESERVATION}
RANGE = Range(SLURM, memoryview(bytearray(8)).cast("Q"))


@st.composite
def partitions(draw: st.DrawFn) -> Any:
    """Every text of a partition, or none of them."""
    partition = kept(ffi.new("partition_info_t *"))
    for name, field in ffi.typeof("partition_info_t").fields:
        if field.type.cname == "char *":
            setattr(partition, name, text_of(draw(st.none() | HOSTILE)))
    partition.max_share = draw(st.integers(0, 0xFFFF))
    # What this points to nobody knows: an image must not have it.
    partition.job_defaults_list = ffi.cast("void *", 8)
    return partition


DRAWN = {"jobs": jobs(), "nodes": nodes(), "partitions": partitions(), "reservations": reservations()}


def maker(kind: str, serial: int = 0) -> Maker:
    return Maker(SLURM, KINDS[kind], RANGE, serial)


def made(by: Maker, found: list[Any]) -> Shown | None:
    """The image of structs, mapped; None if nothing has changed."""
    struct = ffi.typeof(found[0]).item.cname if found else "slurm_job_info_t"
    return by.last if by.make(records(struct, found)) else None


def check_same(record: Record, original: Records, copied: Records) -> None:
    for version in NAMES:
        said = by_python(record, version, original)
        assert by_python(record, version, copied) == said, version
        assert written(record, version, copied) == said, version


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_an_image_says_what_the_message_says(kind: str, data: st.DataObject) -> None:
    found = data.draw(st.lists(DRAWN[kind], min_size=1, max_size=3))
    image = made(maker(kind), found)
    assert image
    check_same(RECORDS[kind], records(KINDS[kind].struct, found), image.records)


@settings(max_examples=30, deadline=None)
@given(found=st.lists(jobs(), min_size=1, max_size=4, unique_by=lambda job: job.job_id))
def test_equal_records_have_not_changed_wherever_they_lie(found: list[Any]) -> None:
    by = maker("jobs")
    assert made(by, found)
    copies = []
    for job in found:
        copy = kept(ffi.new("slurm_job_info_t *"))
        copy[0] = job[0]
        for name, field in ffi.typeof("slurm_job_info_t").fields:
            if field.type.cname == "char *" and getattr(job, name):
                setattr(copy, name, text_of(ffi.string(getattr(job, name))))
        copies.append(copy)
    assert made(by, copies) is None


def job(number: int, **members: Any) -> Any:
    return SLURM.struct("slurm_job_info_t", job_id=number, **members)


def test_an_image_says_what_came_changed_and_went() -> None:
    by = maker("jobs", serial=100)
    first = made(by, [job(1), job(2, name="a"), job(3)])
    assert first and not first.fresh and not first.removed
    second = made(by, [job(4), job(2, name="b"), job(1)])
    assert second and (second.fresh, second.removed) == ([(0, -1), (1, 1)], [2])
    third = made(by, [job(4, node_inx=[0, 1, -1]), job(1)])
    assert third and (third.fresh, third.removed) == ([(0, 0)], [1])
    assert third.follows(second) and not third.follows(first) and not third.follows(None)


def test_records_are_known_by_their_names() -> None:
    by = maker("nodes")
    assert made(by, [SLURM.struct("node_info_t", name=name) for name in ("n1", "n2", "ä")])
    second = made(by, [SLURM.struct("node_info_t", name=name, cpus=len(name)) for name in ("ä", "n2")])
    assert second and (second.fresh, second.removed) == ([(0, 2), (1, 1)], [0])


@pytest.mark.parametrize(
    "struct, member, one, other",
    [
        ("slurm_job_info_t", "exc_node_inx", [1, -1], [1, 2, -1]),
        ("slurm_job_info_t", "exc_node_inx", [1, -1], [2, -1]),
        ("slurm_job_info_t", "name", "a", "b"),
        ("slurm_job_info_t", "name", "a", "ab"),
        ("slurm_job_info_t", "comment", "", None),
        ("slurm_job_info_t", "job_state", 0, 1),
    ],
)
def test_any_difference_is_a_change(struct: str, member: str, one: Any, other: Any) -> None:
    by = maker("jobs")
    assert made(by, [job(1, **{member: one})])
    changed = made(by, [job(1, **({member: other} if other is not None else {}))])
    assert changed and changed.fresh == [(0, 0)]


def test_after_an_outage_nothing_is_compared() -> None:
    by = maker("jobs")
    before = made(by, [job(1)])
    by.lost()
    after = made(by, [job(1)])
    assert before and after and after.epoch > before.epoch and after.serial > before.serial
    assert not after.fresh and not after.follows(before)


def test_an_image_of_no_records() -> None:
    by = maker("jobs")
    image = made(by, [])
    assert image and not len(image.records)
    assert made(by, []) is None
    assert made(by, [job(1)])
    gone = made(by, [])
    assert gone and gone.removed == [0]


def test_nobody_can_change_an_image() -> None:
    found = maker("jobs").make(records("slurm_job_info_t", [job(1)]))
    assert found
    file, address, size = found.file, found.address, found.size
    with pytest.raises(OSError, match="not permitted"):
        os.truncate(file, size + 1)
    with pytest.raises(OSError, match="not permitted"):
        os.pwrite(file, b"x", 0)
    child = os.fork()
    if not child:
        faulthandler.disable()
        ffi.cast("char *", address)[0] = b"x"
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGSEGV


def test_what_is_no_image_is_not_mapped() -> None:
    start = image.reserve(SLURM)
    file = os.memfd_create("x", os.MFD_ALLOW_SEALING)
    os.truncate(file, 4096)
    with pytest.raises(ValueError, match="sealed"):
        show(SLURM, KINDS["jobs"], file, start, 4096)
    image_maker.fcntl(file, image_maker.F_ADD_SEALS, image.SEALS)
    with pytest.raises(OSError, match="Invalid"):
        show(SLURM, KINDS["jobs"], file, 4096, 4096)
    with pytest.raises(ValueError, match="no image"):
        show(SLURM, KINDS["jobs"], file, start + (1 << 35), 4096)
    os.close(file)


def test_an_image_is_unmapped_with_its_records() -> None:
    by = maker("jobs")
    made(by, [job(1)])
    mapped = len(image._mapped)
    made(by, [job(2)])
    assert len(image._mapped) == mapped


def test_an_image_is_read_by_processes_that_were_forked_before_it_was_made() -> None:
    ours, theirs = os.pipe()
    reader = os.fork()
    if not reader:
        os.close(theirs)
        address, size, pid, file = map(int, os.read(ours, 100).split())
        copy = os.open(f"/proc/{pid}/fd/{file}", os.O_RDONLY)
        found = show(SLURM, KINDS["jobs"], copy, address, size)
        (read,) = found.records
        os._exit(0 if ffi.string(read.name) == b"hello" and read.job_id == 7 else 1)
    made = maker("jobs").make(records("slurm_job_info_t", [job(7, name="hello")]))
    assert made
    os.write(theirs, f"{made.address} {made.size} {os.getpid()} {made.file}".encode())
    assert os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]) == 0
    for descriptor in (ours, theirs):
        os.close(descriptor)


def test_too_large_an_image_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_maker, "MOST_BYTES", 1000)
    with pytest.raises(OSError, match="would take"):
        made(maker("jobs"), [job(1)])


def test_every_pointer_of_a_struct_has_a_rule() -> None:
    """A pointer without one would be another process's: an image has NULL for what nothing reads."""
    left_out = {
        "slurm_job_info_t": {"array_bitmap", "select_jobinfo"},
        "partition_info_t": {"job_defaults_list"},
    }
    for kind in KINDS.values():
        plan = image_maker.Plan(SLURM, kind)
        rows = {row.offset: row.kind for row in plan.rows if row.kind != lib.IMAGE_END}
        pointers = list(image_maker._pointers(ffi.typeof(kind.struct)))
        assert {offset for _, offset, _ in pointers} <= rows.keys()
        nothing = {name for name, offset, _ in pointers if rows[offset] == lib.IMAGE_NOTHING}
        assert nothing <= left_out.get(kind.struct, set()), kind.struct
