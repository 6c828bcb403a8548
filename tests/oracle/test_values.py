"""Values against slurmrestd's v0.0.36, at one moment: jobs, nodes, partitions and diag of a busy cluster.

Where we differ from it on purpose, EXPECTED says why; a reason that explains nothing any more fails too.
"""

from __future__ import annotations

import shutil
from typing import Any

import lacking
import pytest
from cluster.cluster import SYSTEM_PATH
from values import MOVING, Row, Rows, at_one_moment, document, is_compared

#: Field → why slurmrestd's v0.0.36 says something else.
EXPECTED = {
    "jobs.core_spec": "slurmrestd takes cores and threads for each other",
    "jobs.thread_spec": "slurmrestd takes cores and threads for each other",
    "jobs.cpus": "slurmrestd writes it only if num_tasks is set, by mistake",
    "nodes.cpu_load": "slurmrestd writes NO_VAL, of a node that never answered",
    "nodes.free_memory": "slurmrestd writes NO_VAL64, of a node that never answered",
    "jobs.cpus_per_task": "slurmrestd writes it only if cpu_freq_min is set, by mistake",
    "nodes.state": "slurmrestd does not ask for SHOW_MIXED; sinfo and scontrol do",
    "partitions.default_time_limit": "slurmrestd writes def_mem_per_cpu there, by mistake",
    "partitions.maximum_cpus_per_node": 'no limit is "INFINITE" in v0.0.35, -1 later',
    "partitions.maximum_nodes_per_job": 'no limit is "INFINITE" in v0.0.35, -1 later',
    "partitions.max_time_limit": 'no limit is "INFINITE" in v0.0.35, -1 later',
    "partitions.preemption_mode": "slurmrestd takes NO_VAL16, nothing said, for bits; scontrol says OFF",
    "partitions.default_memory_per_cpu": "slurmrestd writes the bit MEM_PER_CPU into the number",
    "partitions.maximum_memory_per_node": "slurmrestd writes the bit MEM_PER_CPU into the number",
}


#: v0.0.35's name → v0.0.36's.
RENAMED = {
    "jobs.pn_min_tmp_disk": "minimum_tmp_disk_per_node",
    "partitions.min nodes per job": "min_nodes_per_job",
    "diag.schedule_queue_len": "schedule_queue_length",
    "diag.schedule_cycle_counter": "schedule_cycle_total",
}


#: Of v0.0.35 alone: lists of indexes, and sums of which later versions give the mean.
ONLY_OURS = {
    "jobs.node_index",
    "jobs.requested_node_by_index",
    "diag.schedule_cycle_sum",
    "diag.schedule_cycle_depth",
    "diag.bf_cycle_sum",
    "diag.bf_depth_sum",
    "diag.bf_depth_try_sum",
    "diag.bf_queue_len_sum",
    "diag.bf_last_depth",
    "diag.bf_last_depth_try",
}


#: Of v0.0.36 alone.
ONLY_THEIRS = {
    "diag.agent_thread_count",
    "diag.schedule_cycle_mean",
    "diag.schedule_cycle_mean_depth",
    "diag.schedule_cycle_per_minute",
    "diag.bf_cycle_mean",
    "diag.bf_depth_mean",
    "diag.bf_depth_mean_try",
    "diag.bf_queue_len_mean",
}


def theirs(cluster: Any, what: str) -> Rows:
    request = f"GET /slurm/v0.0.36/{what} HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
    found = document(cluster.shell("cat | slurmrestd", input=request).stdout)
    if what == "diag":
        return {"": found["statistics"]}
    if what == "jobs":
        return {row["job_id"]: row for row in found[what] if is_compared(cluster, row["job_id"])}
    return {row["name"]: row for row in found[what]}


# slurmrestd.
@pytest.mark.skipif(not shutil.which("slurmrestd", path=SYSTEM_PATH), reason=lacking.program("slurmrestd"))
@pytest.mark.parametrize("what", ["jobs", "nodes", "partitions", "diag"])
def test_slurmrestd_says_the_same(busy_cluster: Any, what: str) -> None:
    if busy_cluster.slurm >= (23, 11):
        pytest.skip(lacking.slurm("slurmrestd has no v0.0.36 here, the neighbour of v0.0.35", "22.05"))
    we, they = at_one_moment(busy_cluster, what, lambda: theirs(busy_cluster, what))
    assert list(we) == list(they)
    assert len(we) >= {"jobs": 30, "nodes": 6, "partitions": 5, "diag": 1}[what]
    differences: dict[str, list[Any]] = {}
    for name, row in we.items():
        names = {RENAMED.get(f"{what}.{field}", field): field for field in row}
        if "cpu_frequency_minumum" in they[name]:  # where it is set
            they[name]["cpu_frequency_minimum"] = they[name].pop("cpu_frequency_minumum")
        assert {f"{what}.{names[field]}" for field in set(names) - set(they[name])} <= ONLY_OURS
        assert {f"{what}.{field}" for field in set(they[name]) - set(names)} <= ONLY_THEIRS
        for field in set(names) & set(they[name]):
            key = f"{what}.{names[field]}"
            if key not in MOVING and row[names[field]] != they[name][field]:
                differences.setdefault(key, []).append((name, row[names[field]], they[name][field]))
    assert {key: rows for key, rows in differences.items() if key not in EXPECTED} == {}
    stale = {key for key in EXPECTED if key.startswith(f"{what}.")} - set(differences)
    assert stale == set(), "these do not differ any more"


def test_one_by_name_is_as_in_the_list(busy_cluster: Any) -> None:
    """job/{id}, node/{name} and partition/{name} say what the lists say."""

    def single(what: str, name: Any) -> Row:
        request = f"GET /slurm/v0.0.35/{what}/{name} HTTP/1.1\r\n\r\n"
        found: Row = document(busy_cluster.shell("cat | restd-inet -q", input=request).stdout)
        assert found.pop("errors") == []
        return found

    jobs, _ = at_one_moment(busy_cluster, "jobs", lambda: None)
    for number in list(jobs)[::5]:
        moving = ("last_sched_evaluation", "start_time", "end_time", "show_flags")
        one, listed = single("job", number), dict(jobs[number])
        assert {**one, **dict.fromkeys(moving)} == {**listed, **dict.fromkeys(moving)}
    nodes, _ = at_one_moment(busy_cluster, "nodes", lambda: None)
    for name, row in nodes.items():
        found = single("node", name)["nodes"]
        assert {**found[name], "cpu_load": 0, "free_memory": 0} == {**row, "cpu_load": 0, "free_memory": 0}
    partitions, _ = at_one_moment(busy_cluster, "partitions", lambda: None)
    for name, row in partitions.items():
        assert single("partition", name)["partitions"] == {name: row}


def test_v1_says_of_a_job_what_v0_0_35_says(busy_cluster: Any) -> None:
    request = "GET /slurm/v1/jobs HTTP/1.1\r\n\r\n"

    def first() -> Any:
        return document(busy_cluster.shell("cat | restd-inet -q", input=request).stdout)

    we, old = at_one_moment(busy_cluster, "jobs", first)
    for job in old:
        if not is_compared(busy_cluster, job["job_id"]):
            continue
        now = we[job["job_id"]]
        for field in set(job) & set(now) - {"memory_per_node", "memory_per_cpu"}:
            expected = None if now[field] == "" and job[field] is None else now[field]
            assert job[field] == expected, field
