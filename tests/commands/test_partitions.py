"""Changes of partitions: what a document says, and what slurmctld is then asked to do."""

from __future__ import annotations

from typing import Any

import pytest
from asking import ask, content, slurm
from changing import changed, partition, post, sent
from fake_slurm import FakeSlurm, lib

from restd_inet.problems import Problem
from restd_inet.schema.kinds.values import MEM_PER_CPU, NO_VAL

__all__ = ["slurm"]


def test_a_partition_that_is_there_is_changed_and_others_are_made(slurm: FakeSlurm) -> None:
    slurm.add_partition(name="old", max_share=1)
    body = {"partitions": [{"name": "old", "maximums": {"time": 60}}, {"name": "new", "node_sets": "fast"}]}
    assert post("/slurm/v0.0.45/partitions", body).status == 200
    assert changed(sent(slurm, "slurm_update_partition"), "partition_info_t") == {
        "name": "old",
        "max_time": 60,
    }
    assert changed(sent(slurm, "slurm_create_partition"), "partition_info_t") == {
        "name": "new",
        "nodes": "fast",
    }


def test_a_partition_as_it_is_answered_can_be_sent_back(slurm: FakeSlurm) -> None:
    slurm.add_partition(
        name="p", nodes="n[1-2]", max_time=60, max_share=1, def_mem_per_cpu=MEM_PER_CPU | 100, state_up=3,
        total_cpus=8, preempt_mode=NO_VAL[16],
    )  # fmt: skip
    document = content(ask("GET", "/slurm/v0.0.45/partition/p", b""))
    answer = post("/slurm/v0.0.45/partitions", document)
    assert answer.status == 200, answer.body
    ignored = {warning["source"] for warning in content(answer)["warnings"]}
    assert "#/partitions/0/cpus/total/" in ignored
    struct = sent(slurm, "slurm_update_partition")
    assert (struct.max_time, struct.def_mem_per_cpu) == (60, MEM_PER_CPU | 100)
    assert (struct.max_mem_per_cpu, struct.preempt_mode) == (0, NO_VAL[16])


@pytest.mark.parametrize(
    ("word", "jobs"), [("NO", 1), ("YES", 4), ("yes:2", 2), ("FORCE", 0x8004), ("FORCE:1", 0x8001)]
)
def test_how_many_jobs_share(word: str, jobs: int) -> None:
    assert partition({"partition": {"oversubscribe": word}}).max_share == jobs


@pytest.mark.parametrize("word", ["YES:1", "NO:2", "FORCE:0", "YES:40000", "MAYBE", ""])
def test_what_is_no_sharing(word: str) -> None:
    with pytest.raises(Problem) as caught:
        partition({"partition": {"oversubscribe": word}})
    assert (caught.value.status, caught.value.path) == (400, ("partition", "oversubscribe"))


@pytest.mark.parametrize(
    ("given", "mebibytes"),
    [
        ({"partition_memory_per_cpu": 100}, MEM_PER_CPU | 100),
        ({"partition_memory_per_node": {"set": True, "number": 100}}, 100),
        ({"partition_memory_per_cpu": {"infinite": True}}, 0),
        ({"partition_memory_per_node": "4G"}, 4096),
        ({"partition_memory_per_cpu": {"set": False}}, NO_VAL[64]),
        ({"partition_memory_per_cpu": {"set": False}, "partition_memory_per_node": 5}, 5),
    ],
)
def test_memory_is_for_each_cpu_or_node(given: Any, mebibytes: int) -> None:
    assert partition({"defaults": given}).def_mem_per_cpu == mebibytes
    assert partition({"maximums": given}).max_mem_per_cpu == mebibytes


@pytest.mark.parametrize(
    ("word", "before", "flags", "shares"),
    [
        ("NO", 1, lib.PART_FLAG_EXC_USER_CLR, NO_VAL[16]),
        ("NO", 0x8004, lib.PART_FLAG_EXC_USER_CLR, NO_VAL[16]),
        ("NO", 0, lib.PART_FLAG_EXC_USER_CLR, 1),
        ("USER", 0, lib.PART_FLAG_EXCLUSIVE_USER, 1),
        ("NODE", 4, lib.PART_FLAG_EXC_USER_CLR, 0),
    ],
)
def test_what_a_job_has_for_itself(slurm: FakeSlurm, word: str, before: int, flags: int, shares: int) -> None:
    slurm.add_partition(name="p", max_share=before)
    body = {"partitions": [{"name": "p", "partition": {"exclusive": word}}]}
    assert post("/slurm/v0.0.45/partitions", body).status == 200
    struct = sent(slurm, "slurm_update_partition")
    later = getattr(lib, "PART_FLAG_EXC_TOPO_CLR", 0)
    assert (struct.flags & ~later, struct.max_share) == (flags, shares)


def test_the_first_of_several_that_is_refused_says_what_was_done(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_update_partition"] = "ESLURM_INVALID_PARTITION_NAME"
    slurm.add_partition(name="b", max_share=1)
    body = {"partitions": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}
    answer = post("/slurm/v0.0.45/partitions", body)
    description = content(answer)["errors"][0]["description"]
    assert answer.status == 422
    assert description.startswith('line 1, column 32: partitions[1], "b": ')
    assert description.endswith('; done before it: "a"')
    assert [name for name, *_ in slurm.calls].count("slurm_create_partition") == 1


@pytest.mark.parametrize("body", [{}, {"partitions": [{"nodes": {"configured": "n1"}}]}])
def test_partitions_need_names(slurm: FakeSlurm, body: Any) -> None:
    assert post("/slurm/v0.0.45/partitions", body).status == 400


def test_a_partition_that_is_not_there_cannot_be_deleted(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_delete_partition"] = "ESLURM_INVALID_PARTITION_NAME"
    assert ask("DELETE", "/slurm/v0.0.45/partition/nope", b"").status == 404
    assert ask("DELETE", "/slurm/v0.0.44/partition/nope", b"").status == 405
