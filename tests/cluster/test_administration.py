"""Nodes, partitions and the configuration, changed on a real cluster.

What scontrol shows afterwards is compared with what was asked for, and with what the real slurmrestd makes
of the same on another node. pebbles is an administrator, fred is not.
"""

import re
import time

import pytest

from .administering import ADMIN, V40, V44, V45, by_slurmrestd, cluster, done, newest, refused, show
from .typed import as_root, ask, output, request, send

__all__ = ["cluster"]

pytestmark = as_root


# Nodes.
def states(node):
    """Without what depends on when slurmd last answered."""
    return set(node["State"].split("+")) - {"NOT_RESPONDING"}


@pytest.mark.parametrize("version", ["v0.0.39", V40, V45])
def test_a_node_is_changed_in_what_is_named(cluster, version):
    path = f"/slurm/{version}/node/host3"
    done(cluster, "POST", path, {"state": ["DRAIN"], "reason": "by rest", "comment": "hello"})
    node = show(cluster, "node", "host3")
    assert (states(node), node["Comment"]) == ({"IDLE", "DRAIN"}, "hello")
    assert node["Reason"].startswith("by rest [")
    done(cluster, "POST", path, {"weight": {"set": True, "infinite": False, "number": 3}, "features": ["f"]})
    node = show(cluster, "node", "host3")
    assert (states(node), node["Comment"]) == ({"IDLE", "DRAIN"}, "hello")
    assert (node["Weight"], node["AvailableFeatures"]) == ("3", "f")
    back = {"state": "resume", "comment": "", "weight": 1, "features": [], "features_act": []}
    done(cluster, "POST", path, back)
    node = show(cluster, "node", "host3")
    assert (states(node), node["Weight"]) == ({"IDLE"}, "1")
    assert "Comment" not in node


@pytest.mark.parametrize("version", ["v0.0.39", V45])
def test_who_gave_the_reason_is_the_user_of_the_request(cluster, version):
    path = f"/slurm/{version}/node/host3"
    for named, warned in ((ADMIN, 0), ("fred", 1)):
        document = {"state": ["DRAIN"], "reason": "broken", "reason_uid": named}
        answer = done(cluster, "POST", path, document)
        assert [("reason_uid" in str(warning)) for warning in answer.json["warnings"]] == [True] * warned
        (node,) = ask(cluster, "GET", "/slurm/v0.0.44/node/host3").json["nodes"]
        assert (node["reason"], node["reason_set_by_user"]) == ("broken", ADMIN)
        done(cluster, "POST", path, {"state": ["RESUME"]})


def test_several_nodes_are_changed_at_once(cluster):
    done(cluster, "POST", f"/slurm/{V40}/nodes", {"name": ["host2", "host[3-4]"], "extra": "x=1"})
    shown = ask(cluster, "GET", f"/slurm/{V45}/nodes").json["nodes"]
    assert [node["extra"] for node in shown] == ["", "x=1", "x=1", "x=1"]
    done(cluster, "POST", f"/slurm/{V45}/nodes/", {"name": "host[2-4]", "extra": ""})


def test_a_node_that_is_not_there_is_404(cluster):
    for method, verb in (("GET", "query"), ("POST", "update"), ("DELETE", "delete")):
        document = {"comment": "x"} if method == "POST" else None
        error = done(cluster, method, f"/slurm/{V45}/node/nope", document, status=404).error
        assert error["error_number"] == 2018
        assert error["description"].startswith(f"Failure to {verb} node nope")


def test_a_dynamic_node_comes_and_goes(cluster):
    new = {"node_conf": "NodeName=dyn1 CPUs=2 RealMemory=500 Feature=dyn State=CLOUD"}
    refused(cluster, "POST", f"/slurm/{V44}/new/node/", new)
    done(cluster, "POST", f"/slurm/{V44}/new/node/", new)
    (node,) = ask(cluster, "GET", f"/slurm/{V45}/node/dyn1").json["nodes"]
    assert (node["cpus"], node["features"]) == (2, ["dyn"])
    refused(cluster, "DELETE", f"/slurm/{V45}/node/dyn1")
    done(cluster, "DELETE", f"/slurm/{V45}/node/dyn1")
    assert ask(cluster, "GET", f"/slurm/{V45}/node/dyn1").status == 404


def test_what_slurmctld_does_not_know_as_a_node_is_refused(cluster):
    answer = ask(cluster, "POST", f"/slurm/{V45}/new/node", {"node_conf": "NodeName=x NoSuch=1"}, user=ADMIN)
    assert answer.status == 422, answer.text


def test_an_unchanged_configuration_is_a_warning_and_licences_are_always_listed(cluster):
    target = f"/slurm/{V45}/conf?update_time=4102444800"
    conf = send(cluster, request("GET", target)).answers[0]
    assert (conf.status, "slurm_conf" in conf.json, len(conf.json["warnings"])) == (200, False, 1)
    assert send(cluster, request("GET", target.replace("4102444800", "1"))).answers[0].json["slurm_conf"]
    for version in ("v0.0.38", V45):
        target = f"/slurm/{version}/licenses?update_time=4102444800"
        licences = send(cluster, request("GET", target)).answers[0]
        assert (licences.status, len(licences.json["licenses"])) == (200, 2)


def test_nothing_new_is_304_in_every_form_of_a_time(cluster):
    later = int(time.time()) + 60
    names = ("nodes", "node/host1", "partitions", "partition/debug", "reservations")
    times = (later, f"uts{later}", "now%2B1minute")
    paths = [f"/slurm/{V45}/{name}?update_time={given}" for name in names for given in times]
    found = send(cluster, b"".join(request("GET", path) for path in paths), "--max-requests", "99").answers
    changed = [path for path, answer in zip(paths, found, strict=True) if answer.status != 304]
    assert changed == []
    assert ask(cluster, "GET", f"/slurm/{V45}/node/nope?update_time={later}").status == 404


def test_fred_changes_no_node(cluster):
    refused(cluster, "POST", f"/slurm/{V45}/node/host3", {"comment": "x"})
    refused(cluster, "POST", f"/slurm/{V40}/nodes", {"name": "host3", "comment": "x"})
    refused(cluster, "DELETE", f"/slurm/{V40}/node/host3")
    refused(cluster, "GET", f"/slurm/{V40}/reconfigure")


@pytest.mark.parametrize(
    "document",
    [
        {"state": ["DRAIN"], "reason": "r"},
        {"state": ["RESUME"], "comment": "c", "weight": 5, "extra": "e"},
        {"features": ["a", "b"], "features_act": ["a"]},
        {"state": ["DRAIN"], "reason": "broken", "resume_after": {"set": True, "number": 600}},
        {"state": ["RESUME"], "comment": "", "extra": "", "weight": 1},
    ],
)
def test_a_node_is_as_slurmrestd_makes_it(cluster, document):
    version = newest(cluster)
    mine = ask(cluster, "POST", f"/slurm/{version}/node/host3", document, user=ADMIN).status
    theirs = by_slurmrestd(cluster, "POST", f"/slurm/{version}/node/host4", document)
    ours, other = show(cluster, "node", "host3"), show(cluster, "node", "host4")
    moving = {
        "NodeName",
        "Port",
        "CPULoad",
        "FreeMem",
        "LastBusyTime",
        "SlurmdStartTime",
        "BootTime",
        "ResumeAfterTime",
    }
    moving |= {"Reason", "NodeAddr", "NodeHostName"}
    for shown in (ours, other):
        shown["Reason"] = shown.get("Reason", "").partition(" [")[0]
        shown["State"] = states(shown)
        shown.update({name: "" for name, value in shown.items() if value == "(null)"})
    assert {k: v for k, v in ours.items() if k not in moving} == {
        k: v for k, v in other.items() if k not in moving
    }
    assert ours["Reason"] == other["Reason"]
    assert (mine == 200) == (theirs == 200)


def test_reconfigured_is_what_slurm_conf_says_now(cluster):
    with open(cluster.conf, "a") as conf:
        conf.write("BatchStartTimeout=77\n")
    done(cluster, "GET", f"/slurm/{V40}/reconfigure/")

    def read():
        conf = ask(cluster, "GET", f"/slurm/{V45}/conf").json["slurm_conf"]
        return conf["BatchStartTimeout"] == 77

    cluster.wait(read)


def test_the_configuration_is_what_scontrol_shows(cluster):
    conf = ask(cluster, "GET", f"/slurm/{V45}/conf").json
    text = output(cluster, "scontrol", "show", "config")
    shown = dict(re.findall(r"^(\w+)\s+= (.*?)\s*$", text, re.M))
    for name in (
        "ClusterName",
        "AuthType",
        "SlurmctldPort",
        "SchedulerType",
        "MaxArraySize",
        "StateSaveLocation",
    ):
        assert str(conf["slurm_conf"][name]) == shown[name]
    assert conf["slurm_conf"]["AccountingStorageTRES"] == shown["AccountingStorageTRES"].split(",")
    assert conf["slurm_conf"]["DefMemPerCPU"] == {"set": True, "infinite": False, "number": 100}
    assert conf["slurm_conf"]["SlurmctldDebug"] == shown["SlurmctldDebug"]
    assert conf["slurm_conf_meta"]["SLURM_VERSION"] == shown["SLURM_VERSION"]
    assert "munge" in conf["slurm_conf"]["AuthType"]


# Partitions.
def test_a_partition_is_made_changed_and_deleted(cluster):
    path = f"/slurm/{V45}/partitions"
    new = {
        "name": "p1",
        "nodes": {"configured": "host[3-4]"},
        "maximums": {"time": {"set": True, "number": 90}, "nodes": 1, "partition_memory_per_cpu": 50},
        "priority": {"tier": 3},
        "partition": {"state": ["DOWN"], "oversubscribe": "FORCE:2"},
        "flags": ["HIDDEN"],
    }
    refused(cluster, "POST", path, {"partitions": [new]})
    done(cluster, "POST", path, {"partitions": [new]})
    made = show(cluster, "partition", "p1")
    expected = {
        "Nodes": "host[3-4]", "MaxTime": "01:30:00", "MaxNodes": "1", "MaxMemPerCPU": "50", "State": "DOWN",
        "PriorityTier": "3", "OverSubscribe": "FORCE:2", "Hidden": "YES",
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    change = {"name": "p1", "maximums": {"time": {"infinite": True}}, "flags": ["HIDDEN_CLEAR"]}
    done(cluster, "POST", path, {"partitions": [change]})
    changed = show(cluster, "partition", "p1")
    assert changed == {**made, "MaxTime": "UNLIMITED", "Hidden": "NO"}
    refused(cluster, "DELETE", f"/slurm/{V45}/partition/p1")
    done(cluster, "DELETE", f"/slurm/{V45}/partition/p1")
    assert ask(cluster, "GET", f"/slurm/{V45}/partition/p1").status == 404
    error = done(cluster, "DELETE", f"/slurm/{V45}/partition/p1", status=404).error
    assert error["error_number"] == 2000


def test_a_partition_as_it_was_read_can_be_sent_back_and_stays_as_it_is(cluster):
    document = ask(cluster, "GET", f"/slurm/{V45}/partition/long").json
    before = show(cluster, "partition", "long")
    done(cluster, "POST", f"/slurm/{V45}/partitions", document)
    assert show(cluster, "partition", "long") == before


def test_what_a_job_has_for_itself_in_a_partition(cluster):
    path = f"/slurm/{V45}/partitions"

    def put(**partition):
        done(cluster, "POST", path, {"partitions": [{"name": "p2", "partition": partition}]})
        return show(cluster, "partition", "p2")

    done(cluster, "POST", path, {"partitions": [{"name": "p2", "nodes": {"configured": "host4"}}]})
    alone = put(exclusive="NODE")
    assert alone.get("Exclusive", alone["OverSubscribe"]) in ("NODE", "EXCLUSIVE")
    assert put(exclusive="USER")["ExclusiveUser" if cluster.slurm < (25, 11) else "Exclusive"] in (
        "YES",
        "USER",
    )
    assert put(oversubscribe="YES:3")["OverSubscribe"] == "YES:3"
    assert put(exclusive="NO")["OverSubscribe"] == "YES:3"
    done(cluster, "DELETE", f"/slurm/{V45}/partition/p2")
