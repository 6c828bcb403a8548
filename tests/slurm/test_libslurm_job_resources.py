"""compat.c reads job_resources_t, whose layout libslurm does not publish, as this release has it."""

from __future__ import annotations

import ctypes
import json

import lacking
import pytest
from fake_slurm import FakeSlurm, records

from libslurm_cffi import ffi, lib
from restd_inet.schema.compile import dumper
from restd_inet.schema.records.job import JOB
from restd_inet.schema.versions import NAMES
from restd_inet.slurm.image import KINDS
from restd_inet.slurm.image_maker import Maker, Range
from restd_inet.slurm.json_writer import StructRows

JOB_RESOURCES = """
#include "compat.h"
#include "job_resources.h"

extern void *slurm_xcalloc(size_t, size_t, _Bool, _Bool, const char *, int, const char *);
extern bitstr_t *slurm_bit_alloc(bitoff_t bits);
extern void slurm_bit_set(bitstr_t *bits, bitoff_t bit);
#define NEW(count, type) slurm_xcalloc(count, sizeof(type), 1, 0, "", 0, "")

/* Two nodes of two sockets of two cores, then one of one socket of three cores. */
job_resources_t *make(int bits, int shapes)
{
    job_resources_t *made = NEW(1, job_resources_t);
    made->nhosts = 3;
    made->ncpus = 2;
    made->nodes = "n[1-3]";
    made->cpus = NEW(2, uint16_t);
    made->cpus[1] = 1;
    made->sock_core_rep_count = NEW(shapes, uint32_t);
    made->sockets_per_node = NEW(shapes, uint16_t);
    made->cores_per_socket = NEW(shapes, uint16_t);
    for (int shape = 0; shape < shapes; shape++) {
        made->sock_core_rep_count[shape] = shape ? 1 : 2;
        made->sockets_per_node[shape] = shape ? 1 : 2;
        made->cores_per_socket[shape] = shape ? 3 : 2;
    }
    made->core_bitmap = slurm_bit_alloc(bits);
    made->core_bitmap_used = slurm_bit_alloc(bits);
    slurm_bit_set(made->core_bitmap, 6);
    if (bits > 10) {
        slurm_bit_set(made->core_bitmap, 10);
        slurm_bit_set(made->core_bitmap_used, 10);
    }
    return made;
}
"""


@pytest.fixture(scope="module")
def make(tools, tmp_path_factory):
    if not lib.HAS_JOB_RESOURCES:
        pytest.skip(lacking.slurm("the layout of job_resources is not known of this release", "26.05"))
    directory = tmp_path_factory.mktemp("job_resources")
    (directory / "make.c").write_text(JOB_RESOURCES)
    made = tools.run("-shared", "-fPIC", "-o", str(directory / "make.so"), str(directory / "make.c"))
    assert made.returncode == 0, made.stderr
    function = ctypes.CDLL(str(directory / "make.so")).make
    function.restype = ctypes.c_void_p
    return lambda *arguments: ffi.cast("job_resources_t *", function(*arguments))


class TestJobResources:
    @staticmethod
    def cores(resources, node: int) -> list[int]:
        states = ffi.new("uint8_t[8]", b"\xff" * 8)
        count = lib.compat_job_resources_cores(resources, node, states, 8)
        return list(states[0 : max(count, 0)])

    @pytest.mark.parametrize("version", sorted(NAMES))
    @pytest.mark.parametrize("bits", [11, 9])
    def test_a_list_of_jobs_has_them_as_the_table_says(self, version, bits, make):
        """bits: of the map of cores; one that is too short says nothing of the last node's."""
        slurm = FakeSlurm()
        jobs = [slurm.struct("slurm_job_info_t", job_resrcs=make(bits, 2)), slurm.struct("slurm_job_info_t")]
        found = records("slurm_job_info_t", jobs)
        written_by_python = list(map(dumper(JOB, version, slurm), found))
        written = b"".join(StructRows(slurm, JOB, version, found).json())
        assert json.loads(b"[" + written + b"]") == written_by_python
        resources = written_by_python[0]["job_resources"]
        assert len(resources["nodes"]["allocation"] if version >= 41 else resources["allocated_nodes"]) == 3

    def test_an_image_of_jobs_has_them(self, make):
        """slurm.image; and a core more is a change."""
        slurm = FakeSlurm()
        maker = Maker(slurm, KINDS["jobs"], Range(slurm, memoryview(bytearray(8)).cast("Q")), 0)
        for bits, changed in ((10, True), (10, False), (11, True)):
            jobs = [slurm.struct("slurm_job_info_t", job_resrcs=make(bits, 2))]
            found = records("slurm_job_info_t", jobs)
            made = maker.make(found)
            assert (made is not None) == changed
            if made:
                for version in NAMES:
                    dump = dumper(JOB, version, slurm)
                    assert list(map(dump, maker.last.records)) == list(map(dump, found))

    def test_cores_are_found_across_shapes(self, make):
        resources = make(11, 2)
        assert [self.cores(resources, node) for node in range(4)] == [[0] * 4, [0, 0, 1, 0], [0, 0, 2], []]

    def test_the_head_and_the_nodes(self, make):
        resources = make(11, 2)
        head = ffi.new("compat_job_resources_t *")
        node = ffi.new("compat_node_alloc_t *")
        assert lib.compat_job_resources(resources, head) == 0
        assert (ffi.string(head.nodes), head.ncpus, head.nhosts) == (b"n[1-3]", 2, 3)
        assert lib.compat_job_resources_node(resources, 1, node) == 0
        assert (node.cpus, node.memory, node.sockets, node.cores_per_socket) == (1, 0, 2, 2)
        assert lib.compat_job_resources_node(resources, 3, node) == -1

    def test_what_does_not_reach_to_a_node_is_not_read(self, make):
        """Arrays and bitmaps that are shorter than the nodes call for."""
        for resources in (make(10, 2), make(11, 1)):
            assert [self.cores(resources, node) for node in (1, 2)] == [[0, 0, 1, 0], []]
            node = ffi.new("compat_node_alloc_t *")
            assert lib.compat_job_resources_node(resources, 2, node) == 0
            assert (node.cpus, node.sockets) == (0, 0)

    def test_a_short_buffer_is_not_overrun(self, make):
        states = ffi.new("uint8_t[4]", b"\xff" * 4)
        assert lib.compat_job_resources_cores(make(11, 2), 1, states, 2) == 4
        assert list(states) == [0, 0, 255, 255]
