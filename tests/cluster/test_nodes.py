"""Nodes and partitions: what sinfo shows."""

from .commanding import get
from .typed import (
    no_jobs_left,
    output,
    submit,
)

__all__ = ["no_jobs_left"]


# Nodes and partitions
def test_nodes_are_those_of_sinfo(cluster):
    document = get(cluster, "nodes")
    assert document["errors"] == []
    names = output(cluster, "sinfo", "--noheader", "--Node", "--partition=debug", "--format=%N").split()
    assert sorted(document["nodes"]) == sorted(names)
    host = document["nodes"]["host1"]
    assert (host["cpus"], host["real_memory"]) == (8, 1000)
    assert host["features"] == "fast,ssd"
    assert host["gres"] == "gpu:tesla:2"


def test_a_node_is_what_the_list_has(cluster):
    document = get(cluster, "node/host2")
    assert list(document["nodes"]) == ["host2"]
    scontrol = output(cluster, "scontrol", "--oneliner", "show", "node", "host2")
    assert f"NodeAddr={document['nodes']['host2']['address']} " in scontrol
    assert f"Version={document['nodes']['host2']['slurmd_version']} " in scontrol


def test_a_node_with_a_job_is_mixed(cluster):
    job = submit(cluster, required_nodes="host3", tasks=2)
    cluster.wait_state(job, "RUNNING")
    cluster.wait(lambda: get(cluster, "node/host3")["nodes"]["host3"]["state"] == "mixed")
    assert get(cluster, "nodes")["nodes"]["host3"]["state"] == "mixed"


def test_partitions_are_those_of_sinfo(cluster):
    document = get(cluster, "partitions")
    assert document["errors"] == []
    assert sorted(document["partitions"]) == ["debug", "long"]
    debug = document["partitions"]["debug"]
    assert debug["flags"] == ["default"]
    assert debug["nodes"] == "host[1-4]"
    assert (debug["total_nodes"], debug["total_cpus"]) == (4, 32)
    assert debug["default_time_limit"] == 60
    assert debug["max_time_limit"] == "INFINITE"


def test_a_partition_by_name(cluster):
    document = get(cluster, "partition/long")
    assert list(document["partitions"]) == ["long"]
    assert document["partitions"]["long"]["max_time_limit"] == 7 * 24 * 60
    assert document["partitions"]["long"]["allowed_accounts"] == "test,research"
