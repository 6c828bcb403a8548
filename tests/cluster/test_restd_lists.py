"""/restd/<version>/nodes, partitions and reservations on a real cluster: sinfo, scontrol are the oracles."""

import json

import pytest


def ask(cluster, what, query):
    done = cluster.shell(f"restd-inet get '/restd/v0.0.44/{what}?{query}'")
    return json.loads(done.stdout)


def names(cluster, what, query):
    document = ask(cluster, what, f"{query}&fields=name")
    assert document["errors"] == []
    return [one["name"] for one in document[what]]


def sinfo(cluster, options):
    done = cluster.shell(f"sinfo --noheader --Node --format=%N {options}")
    assert done.returncode == 0, done.stderr
    return sorted(set(done.stdout.decode().split()))


@pytest.fixture(scope="module")
def drained(administered_cluster):
    """A cluster with a drained node, one at work, and a reservation."""
    cluster = administered_cluster
    first, second, third, *_ = sinfo(cluster, "")
    cluster.shell(f"scontrol update nodename={first} state=drain reason=test", user="root")
    job = cluster.submit(f"--nodelist={second}", "--exclusive", "--wrap=sleep 300")
    cluster.wait_state(job, "RUNNING")
    made = (
        f"scontrol create reservation reservationname=one starttime=now duration=60 users=fred nodes={third}"
    )
    assert cluster.shell(made, user="root").returncode == 0
    yield cluster
    cluster.shell(f"scancel {job}; scontrol delete reservationname=one", user="root")
    cluster.shell(f"scontrol update nodename={first} state=resume", user="root")


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", ""),
        ("state=idle", "--states=idle"),
        ("state=DRAIN", "--states=drain"),
        ("state=drained", "--states=drained"),
        ("state=draining", "--states=draining"),
        ("state=alloc", "--states=alloc"),
        ("state=idle,alloc", "--states=idle,alloc"),
        ("partition=debug", "--partition=debug"),
        ("node={0}", "--nodes={0}"),
        ("node={0},{1}&state=drained", "--nodes={0},{1} --states=drained"),
    ],
)
def test_the_nodes_are_sinfo_s(drained, query, options):
    some = sinfo(drained, "")
    assert names(drained, "nodes", query.format(*some)) == sinfo(drained, options.format(*some))


def test_counts_are_those_of_the_nodes(drained):
    groups = {one["name"]: one["count"] for one in ask(drained, "nodes", "group=state")["groups"]}
    states = [one["state"][0] for one in ask(drained, "nodes", "fields=state")["nodes"]]
    assert groups == {state: states.count(state) for state in states}


def test_partitions_and_reservations_are_scontrol_s(drained):
    shown = drained.shell("scontrol --oneliner show partition").stdout.decode().splitlines()
    assert names(drained, "partitions", "state=UP") == [line.split()[0].partition("=")[2] for line in shown]
    assert names(drained, "partitions", "node=nowhere") == []
    assert names(drained, "reservations", "user=fred") == ["one"]
    assert names(drained, "reservations", "user=!fred") == []
    (reservation,) = ask(drained, "reservations", "fields=name,node_list,node_count")["reservations"]
    assert reservation["node_count"] == 1
    assert names(drained, "reservations", f"node={reservation['node_list']}") == ["one"]
