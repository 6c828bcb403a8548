"""schema.kinds.job_desc: what a property of a job from v0.0.39 on becomes, and what is refused."""

from __future__ import annotations

import grp
import pwd
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.schema.kinds import job_desc, sbatch
from restd_inet.schema.kinds.job_desc import JobId, JobIds
from restd_inet.schema.kinds.strings import sluid, sluid_number
from restd_inet.schema.kinds.values import MEM_PER_CPU, UNSET, Invalid

UNLIMITED = (1 << 64) - 1
ALONE = frozenset({"JOB_SHARED_NONE"})
OWNER = job_desc.Owner("user", {"fred": 7}.__getitem__)
PER_NODE = job_desc.Memory("memory")
PER_CPU = job_desc.Memory("memory", MEM_PER_CPU)
CORES = job_desc.Specialized(8)
CPU = job_desc.Limit("CPU")


def env(*lines: str) -> dict[str, Any]:
    return {"env": frozenset(lines)}


#: How a value is read, the value, and what it becomes.
TAKEN: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (PER_NODE.parse, 100, {"memory": 100}),
    (PER_NODE.parse, "2G", {"memory": 2048}),
    (PER_NODE.parse, -1, {"memory": 0}),  # no limit: all of a node
    (PER_NODE.parse, -2, {}),
    (PER_NODE.parse, {"set": False}, {}),
    (PER_NODE.parse, {"number": 7}, {"memory": 7}),
    (PER_CPU.parse, 100, {"memory": MEM_PER_CPU | 100}),
    (PER_CPU.parse, "1K", {"memory": MEM_PER_CPU | 1}),
    (PER_CPU.parse, -1, {"memory": 0}),
    (CORES.parse, 3, 8 | 3),
    (CORES.parse, 3.4, 8 | 3),
    (CORES.parse, 3.6, 8 | 4),
    (CORES.parse, {"set": False}, UNSET),
    (sbatch.priority, 1.6, {"priority": 2}),
    (sbatch.nice, 1.6, {"nice": sbatch.NICE_OFFSET + 2}),
    (sbatch.node_count, 1.6, 2),
    (sbatch.node_count, 4294967293, 4294967293),
    (sbatch.tasks, 1.6, {"num_tasks": 2, "bitflags": frozenset({"JOB_NTASKS_SET"})}),
    (sbatch.tasks, 4294967293, {"num_tasks": 4294967293, "bitflags": frozenset({"JOB_NTASKS_SET"})}),
    (sbatch.cpus_per_task, 1.6, {"cpus_per_task": 2, "bitflags": frozenset({"JOB_CPUS_SET"})}),
    (sbatch.mebibytes, (1 << 63) - 1, (1 << 63) - 1),
    (sbatch.mebibytes, "0", 0),
    (CPU.parse, 5, env("SLURM_RLIMIT_CPU=5")),
    (CPU.parse, -1, env(f"SLURM_RLIMIT_CPU={UNLIMITED}")),
    (CPU.parse, -2, {}),
    (OWNER.parse, "", UNSET),
    (OWNER.parse, " fred ", 7),
    (OWNER.parse, "9", 9),
    (OWNER.parse, 4294967293, 4294967293),
    (job_desc.USER.parse, "daemon", pwd.getpwnam("daemon").pw_uid),
    (job_desc.GROUP.parse, "daemon", grp.getgrnam("daemon").gr_gid),
    (job_desc.exclusive, True, {"shared": ALONE}),
    (job_desc.exclusive, False, {"shared": frozenset({"JOB_SHARED_OK"})}),
    (job_desc.exclusive, "true", {"shared": ALONE}),
    (job_desc.exclusive, ["user"], {"shared": frozenset({"JOB_SHARED_USER"})}),
    (job_desc.nodes, 3, {"min_nodes": 3, "max_nodes": 3}),
    (job_desc.nodes, ["4"], {"max_nodes": 4}),
    (job_desc.nodes, ["2", "5"], {"min_nodes": 2, "max_nodes": 5}),
    (job_desc.nodes, " 3,1,5-7", {"min_nodes": 1, "max_nodes": 7, "job_size_str": "3,1,5-7"}),
    (job_desc.nodes, "1-15:4", {"min_nodes": 1, "max_nodes": 15, "job_size_str": "1-15:4"}),
    (job_desc.warning_signal, "", UNSET),
    (job_desc.warning_signal, "TERM", 15),
    (job_desc.warning_signal, 10, 10),
    (job_desc.counted("argv", "argc").parse, ["a", "b"], {"argv": ["a", "b"], "argc": 2}),
    (job_desc.flag_named("bits", "KILL").parse, True, {"bits": frozenset({"KILL"})}),
    (job_desc.flag_named("bits", "KILL").parse, False, {"bits": frozenset()}),
    (
        job_desc.distribution,
        "Plane=4",
        {
            "plane_size": 4,
            "task_dist": frozenset({"SLURM_DIST_PLANE"}),
            **env("SLURM_DISTRIBUTION=plane", "SLURM_DIST_PLANESIZE=4"),
        },
    ),
    (
        job_desc.distribution,
        "block",
        {"task_dist": frozenset({"SLURM_DIST_BLOCK"}), **env("SLURM_DISTRIBUTION=block")},
    ),
]

#: How a value is read, the value, and a part of the error.
REFUSED: list[tuple[Callable[[Any], Any], Any, str]] = [
    (PER_NODE.parse, "x", 'expected a whole number, found the text "x"'),
    (PER_NODE.parse, 1 << 63, "expected 0 to 9223372036854775807"),
    (CORES.parse, 0, "expected 1 to 32767"),
    (CORES.parse, 32768, "expected 1 to 32767"),
    (CORES.parse, {"infinite": True}, "expected a number, found no limit"),
    (OWNER.parse, "barney", 'expected the name or number of a user; found "barney"'),
    (OWNER.parse, -1, "expected 0 to 4294967293"),
    (OWNER.parse, 4294967294, "expected 0 to 4294967293"),
    (OWNER.parse, None, "found null"),
    (job_desc.exclusive, ["a", "b"], "expected one name, found a list of 2"),
    (job_desc.exclusive, [], "expected one name, found a list of 0"),
    (job_desc.exclusive, "nobody", "expected one of true, false, user, mcs, topo"),
    (job_desc.nodes, "1-15:0", 'such as "4", "2-4", "1,3" or "1-15:4"; found "1-15:0"'),
    (job_desc.nodes, "5,", 'found "5,"'),
    (job_desc.nodes, "\u0663,1", "expected numbers of nodes"),
    (job_desc.counted("argv", "argc").parse, "a", "expected a list of texts, found a text"),
    (job_desc.counted("argv", "argc").parse, [["a"]], "expected a text, found a list"),
    (job_desc.nodes, "1," * 2048 + "1", "4096"),
]


def name_of(value: object) -> str:
    return getattr(value, "__qualname__", repr(value)[:40])


@pytest.mark.parametrize(("read", "value", "expected"), TAKEN, ids=name_of)
def test_what_a_value_becomes(read: Callable[[Any], Any], value: Any, expected: Any) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(("read", "value", "text"), REFUSED, ids=name_of)
def test_what_is_refused_and_why(read: Callable[[Any], Any], value: Any, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(value)
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("text", "number", "tasks", "component"),
    [
        ("123", 123, [], None),
        ("123_4", 123, [range(4, 5)], None),
        ("123+0", 123, [], 0),
        ("123+9999", 123, [], 9999),
        ("123_[1-3,7]", 123, [range(1, 4), range(7, 8)], None),
        ("123_[10-20:5]", 123, [range(10, 21, 5)], None),
        ("4294967293", 4294967293, [], None),
    ],
)
def test_a_job_id_names_a_job_or_tasks_or_a_component(
    text: str, number: int, tasks: list[range], component: int | None
) -> None:
    found = JobId(text, ranges=True)
    assert (found.number, found.tasks, found.component, found.text) == (number, tasks, component, text)
    assert [each for each in range(25) if found.has_task(each)] == sorted({n for each in tasks for n in each})


@pytest.mark.parametrize(
    "text", ["", "0", "x", "-1", "123_", "123+", "123+10000", "123_[", "123_[]", "123_[1-3:0]", "4294967294",
             "123_4294967294", "123_[1-4294967294]", "\u0663", "1 2", "123_4+5"],
)  # fmt: skip
def test_what_is_no_job_id(text: str) -> None:
    for ranges in (False, True):
        with pytest.raises(Invalid, match="is not a job id: expected a number"):
            JobId(text, ranges)


def test_several_tasks_only_where_they_are_allowed() -> None:
    with pytest.raises(Invalid) as refused:
        JobId("123_[1-3]")
    assert "or some" not in str(refused.value)
    with pytest.raises(Invalid) as refused:
        JobId("x", ranges=True)
    assert "or some (123_[1-3,7])" in str(refused.value)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("1,2_[1-2,5],3", ["1", "2_[1-2,5]", "3"]),
        ("1_[1,2],2_[3,4]", ["1_[1,2]", "2_[3,4]"]),
        (" 1 , 2,,", ["1", "2"]),
        (["1", "2_3", ""], ["1", "2_3"]),
        (7, ["7"]),
        ("", []),
        ([], []),
    ],
)
def test_job_ids_are_a_list_or_a_text(value: Any, texts: list[str]) -> None:
    assert [each.text for each in JobIds(ranges=True).parse(value)] == texts


@pytest.mark.parametrize(
    ("text", "number"),
    [("s0000000000001", 1), ("s000000000000z", 31), ("s00000000000IL", 33), ("s00000000000oO", 0),
     ("s0000000000010.batch", 32), ("s0000000000010.7", 32), ("sFZZZZZZZZZZZZ", (1 << 64) - 1)],
)  # fmt: skip
def test_a_sluid(text: str, number: int) -> None:
    assert sluid_number(text) == number
    if number:
        found = JobId(text, sluids=True)
        assert (found.sluid, found.has_step, found.text, found.number) == (number, "." in text, text, 0)
    with pytest.raises(Invalid, match="is not a job id"):
        JobId(text)


@pytest.mark.parametrize(
    "text",
    ["s", "s000000000000", "s00000000000001", "S0000000000001", "s000000000000U", "s0000000000001_1",
     "s0000000000001+1", "s0000000000001.", "s0000000000001.x", "s0000000000001.1+1", "s-000000000001"],
)  # fmt: skip
def test_what_is_no_sluid(text: str) -> None:
    assert sluid_number(text) == 0
    with pytest.raises(Invalid, match="or a SLUID"):
        JobId(text, sluids=True)


@given(st.integers(1, (1 << 64) - 1))
def test_a_sluid_is_read_as_it_is_written(number: int) -> None:
    assert sluid_number(sluid(number)) == number


TASK = "an array's task (123_4)"
TASKS = f"{TASK} or some (123_[1-3,7])"
COMPONENT = "a het job's component (123+1)"


@pytest.mark.parametrize(
    ("ranges", "sluids", "expected"),
    [
        (False, False, f"{TASK} or {COMPONENT}"),
        (True, False, f"{TASKS} or {COMPONENT}"),
        (False, True, f"{TASK} or {COMPONENT} or a SLUID"),
        (True, True, f"{TASKS} or {COMPONENT} or a SLUID"),
    ],
)
def test_what_is_no_job_id_is_told_all_that_would_be_one(ranges: bool, sluids: bool, expected: str) -> None:
    with pytest.raises(Invalid) as refused:
        JobId("x", ranges, sluids)
    assert str(refused.value) == f'"x" is not a job id: expected a number (123), {expected}'


def test_the_largest_task_is_one_below_not_set() -> None:
    assert JobId("1_4294967293").tasks == [range(4294967293, 4294967294)]


def test_a_list_of_jobs_may_have_sluids() -> None:
    (found,) = JobIds().parse(["s0000000000001"])
    assert found.sluid == 1
