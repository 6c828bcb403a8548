"""Nodes, partitions, reservations and what accounting has beside jobs, changed on a real cluster.

What scontrol shows afterwards is compared with what was asked for, and with what the real slurmrestd makes
of the same on another node or reservation. pebbles is an administrator, fred is not.
"""

import json
import re
import time

import pytest

from .conftest import running
from .typed import as_root, ask, output, request, send

pytestmark = as_root

ADMIN = "pebbles"
V40, V42, V43, V44, V45 = "v0.0.40", "v0.0.42", "v0.0.43", "v0.0.44", "v0.0.45"
#: Slurm's release → the newest version that its slurmrestd and we have in common.
NEWEST = {(24, 11): V42, (26, 5): V45}


@pytest.fixture(scope="module")
def cluster(reachable, tmp_path_factory):
    """One of their own: nodes are drained here, added and deleted."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text("MaxNodeCount=8\n")
    with running(reachable, "--nodes", "4", "--conf", str(conf)) as started:
        yield started


def done(cluster, method, path, document=None, user=ADMIN, status=200):
    answer = ask(cluster, method, path, document, user=user)
    assert answer.status == status, answer.text
    return answer


def show(cluster, what, name):
    """What `scontrol show` shows of one thing, by name."""
    line = output(cluster, "scontrol", "--oneliner", "show", what, name, user="root")
    return dict(re.findall(r"(\S+?)=(.*?)(?= \S+=|\s*$)", line.strip()))


def refused(cluster, method, path, document=None):
    """What fred is told."""
    answer = ask(cluster, method, path, document, user="fred")
    assert answer.status == 403, answer.text
    assert answer.error["error_number"] == 2010
    return answer


def by_slurmrestd(cluster, method, path, document=None):
    """The status of the real one's answer."""
    body = "" if document is None else json.dumps(document)
    fields = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n{body}"
    answer = cluster.shell("cat | timeout 30 slurmrestd", user=ADMIN, input=head).stdout
    return int(answer.split()[1])


def newest(cluster):
    return NEWEST.get(cluster.slurm[:2]) or pytest.skip("this slurmrestd has no such operations")


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


# Reservations.


def test_a_reservation_is_made_changed_and_deleted(cluster):
    begin = int(time.time()) + 86400
    new = {"name": "r1", "start_time": begin, "duration": 60, "users": ["fred"], "node_list": ["host3"]}
    refused(cluster, "POST", f"/slurm/{V43}/reservation", new)
    (row,) = done(cluster, "POST", f"/slurm/{V43}/reservation", {**new, "flags": ["IGNORE_JOBS"]}).json[
        "reservations"
    ]
    assert row["start_time"] == {"set": True, "infinite": False, "number": begin}
    made = show(cluster, "reservation", "r1")
    assert (made["Nodes"], made["Users"], made["Duration"]) == ("host3", "fred", "01:00:00")
    assert "IGNORE_JOBS" in made["Flags"]
    body = {
        "reservations": [
            {"name": "r1", "duration": {"number": 90, "set": True}},
            {**new, "name": "r2", "node_list": "host4"},
        ]
    }
    names = [
        one["name"] for one in done(cluster, "POST", f"/slurm/{V45}/reservations", body).json["reservations"]
    ]
    assert names == ["r1", "r2"]
    changed = show(cluster, "reservation", "r1")
    assert changed["Duration"] == "01:30:00"
    assert {**changed, "Duration": "", "EndTime": ""} == {**made, "Duration": "", "EndTime": ""}
    refused(cluster, "DELETE", f"/slurm/{V42}/reservation/r2")
    for name in names:
        done(cluster, "DELETE", f"/slurm/{V42}/reservation/{name}")
    assert done(cluster, "DELETE", f"/slurm/{V45}/reservation/r1", status=404).error["error_number"] == 2053


def test_a_reservation_at_a_time_in_words_and_of_a_number_of_nodes(cluster):
    new = {"name": "r3", "start_time": "now+1day", "duration": 5, "accounts": "test", "node_count": 2}
    done(cluster, "POST", f"/slurm/{V45}/reservation", new)
    assert show(cluster, "reservation", "r3")["NodeCnt"] == "2"
    done(cluster, "DELETE", f"/slurm/{V45}/reservation/r3")


def test_a_reservation_on_busy_nodes_is_409(cluster):
    begin = int(time.time()) + 2 * 86400
    new = {"start_time": begin, "duration": 60, "users": ["fred"], "node_list": ["host3"]}
    done(cluster, "POST", f"/slurm/{V45}/reservation", {**new, "name": "first"})
    answer = done(cluster, "POST", f"/slurm/{V45}/reservation", {**new, "name": "second"}, status=409)
    assert answer.error["error_number"] in (2016, 2058)
    done(cluster, "DELETE", f"/slurm/{V45}/reservation/first")


@pytest.mark.parametrize(
    "document",
    [
        {"users": ["fred"], "node_list": ["host3"], "flags": ["IGNORE_JOBS", "DAILY"], "comment": "c"},
        {"accounts": ["test"], "node_count": {"set": True, "number": 1}},
        {"users": ["fred"], "partition": "debug"},
        {"users": ["fred"], "licenses": ["matlab:2"], "flags": ["ANY_NODES"]},
        {"users": ["fred"], "tres": [{"type": "cpu", "count": 8}], "purge_completed": {"time": 120}},
        {"users": ["fred", "pebbles"], "features": "gpu", "node_count": 1, "max_start_delay": 30},
    ],
)
def test_a_reservation_is_as_slurmrestd_makes_it(cluster, document):
    version = newest(cluster)
    if version < V43:
        pytest.skip("its slurmrestd makes no reservations")
    begin = int(time.time()) + 5 * 86400
    seen = []
    for name, makes in (("ours", ask), ("theirs", by_slurmrestd)):
        whole = {"name": "same", "start_time": begin, "duration": 60, **document}
        path = f"/slurm/{version}/reservation"
        if makes is ask:
            status = ask(cluster, "POST", path, whole, user=ADMIN).status
        else:
            status = by_slurmrestd(cluster, "POST", path, whole)
        seen.append((name, status == 200, show(cluster, "reservation", "same") if status == 200 else {}))
        if status == 200:
            output(cluster, "scontrol", "delete", "reservationname=same", user="root")
    assert seen[0][1:] == seen[1][1:]


# Shares, the resources of a job, accounting.


def test_shares_are_what_sshare_shows(cluster):
    if cluster.slurm < (23, 11):
        assert done(cluster, "GET", f"/slurm/{V40}/shares", user="fred", status=501).error["description"]
        return
    shares = ask(cluster, "GET", f"/slurm/{V45}/shares").json["shares"]["shares"]
    lines = output(cluster, "sshare", "--all", "--parsable2", "--noheader", "--format=Account,User,RawShares")
    shown = sorted(tuple(word.strip() for word in line.split("|"))[:2] for line in lines.splitlines())
    mine = sorted(
        (one["name"], "") if one["type"] == ["ASSOCIATION"] else (one["parent"], one["name"])
        for one in shares
    )
    assert mine == shown
    freds = ask(cluster, "GET", f"/slurm/{V45}/shares?users=fred").json["shares"]["shares"]
    assert {one["name"] for one in freds if one["type"] == ["USER"]} == {"fred"}
    fred = next(one for one in shares if one["name"] == "fred" and one["parent"] == "research")
    assert fred["shares"]["number"] == 5
    assert [one["name"] for one in fred["tres"]["usage"]][:2] == ["cpu", "mem"]


def test_the_resources_of_a_job(cluster):
    job = cluster.submit("-N2", "-n3", "--output=/dev/null", "--wrap=sleep 600", user="fred")
    try:
        cluster.wait_state(job, "RUNNING")
        if cluster.slurm < (25, 11):
            assert ask(cluster, "GET", f"/slurm/{V44}/resources/{job}").status == 501
            return
        nodes = ask(cluster, "GET", f"/slurm/{V44}/resources/{job}").json["nodes"]
        assert sorted(node["node"] for node in nodes) == ["host1", "host2"]
        assert sum(node["mem_alloc"] for node in nodes) == 300
        assert ask(cluster, "GET", f"/slurm/{V45}/resources/99999").status == 404
        assert ask(cluster, "GET", f"/slurm/{V45}/resources/abc").status == 400
    finally:
        output(cluster, "scancel", job, user="fred")


@pytest.mark.parametrize("version", ["v0.0.36", "v0.0.38", V40, V45])
def test_a_cluster_of_the_database_comes_and_goes(cluster, version):
    path = f"/slurmdb/{version}/cluster/other"
    body = {"clusters": [{"name": "other"}]}
    assert ask(cluster, "POST", f"/slurmdb/{version}/clusters", body, user="fred").status == 403
    done(cluster, "POST", f"/slurmdb/{version}/clusters", body)
    assert "other|" in output(cluster, "sacctmgr", "-nP", "show", "cluster", "format=cluster,controlhost")
    assert ask(cluster, "GET", path).json["clusters"][0]["name"] == "other"
    assert ask(cluster, "DELETE", path, user="fred").status == 403
    assert done(cluster, "DELETE", path).json["deleted_clusters"] == ["other"]
    assert "other|" not in output(cluster, "sacctmgr", "-nP", "show", "cluster", "format=cluster,controlhost")
    answer = ask(cluster, "GET", path)
    if version < V40:
        assert (answer.status, answer.json["clusters"]) == (404, [])
    else:
        (warning,) = answer.json["warnings"]
        assert (answer.status, answer.json["clusters"]) == (200, [])
        assert warning["description"].endswith("found nothing")


@pytest.mark.parametrize("version", ["v0.0.36", "v0.0.38", V40, V45])
def test_a_wckey_comes_and_goes(cluster, version):
    body = {"wckeys": [{"name": "wk", "user": "fred", "cluster": "scaleout"}]}
    done(cluster, "POST", f"/slurmdb/{version}/wckeys", body)
    done(cluster, "POST", f"/slurmdb/{version}/wckeys", body)  # it is there, and stays
    listed = done(cluster, "GET", f"/slurmdb/{version}/wckeys").json["wckeys"]
    (made,) = [one for one in listed if one["name"] == "wk"]
    assert (made["user"], made["cluster"]) == ("fred", "scaleout")
    name = made["id"] if version >= V40 else "wk"
    assert done(cluster, "GET", f"/slurmdb/{version}/wckey/{name}").json["wckeys"] == [made]
    (said,) = done(cluster, "DELETE", f"/slurmdb/{version}/wckey/{name}").json["deleted_wckeys"]
    assert "W = wk" in said
    again = ask(cluster, "DELETE", f"/slurmdb/{version}/wckey/{name}", user=ADMIN)
    assert (again.status, again.json["deleted_wckeys"]) == (200 if version >= V40 else 404, [])


def test_accounting_is_as_slurmrestd_writes_it(cluster):
    version = NEWEST.get(cluster.slurm[:2], "v0.0.38")
    seen = []
    for name, makes in (("mine", ask), ("real", by_slurmrestd)):
        for path, body in (
            ("clusters", {"clusters": [{"name": name}]}),
            ("wckeys", {"wckeys": [{"name": name, "user": "fred", "cluster": "scaleout", "id": 0}]}),
        ):
            target = f"/slurmdb/{version}/{path}"
            done(cluster, "POST", target, body) if makes is ask else makes(cluster, "POST", target, body)
        shown = [
            output(cluster, "sacctmgr", "-nP", "show", *what, user=ADMIN)
            for what in (
                ("cluster", name),
                ("associations", f"cluster={name}", "format=cluster,account,user,share,qos,defaultqos"),
                ("wckey", f"names={name}", "format=wckey,user,cluster"),
            )
        ]
        assert all(shown), shown
        seen.append([text.replace(name, "NAME") for text in shown])
        done(cluster, "DELETE", f"/slurmdb/{version}/cluster/{name}")
        done(cluster, "DELETE", f"/slurmdb/v0.0.38/wckey/{name}")
    assert seen[0] == seen[1]


def test_wckeys_are_found_by_conditions(cluster):
    def names(query):
        return [one["name"] for one in done(cluster, "GET", f"/slurmdb/{V45}/wckeys?{query}").json["wckeys"]]

    assert "proj1" in names("user=fred")
    assert set(names("name=proj1")) - {"*proj1"} == {"proj1"}  # slurmdbd 26.05 gives both
    assert names("id=1&cluster=scaleout&with_usage=true&usage_start=now-1day") == ["proj1"]
    assert names("user=nobody") == []
    assert names("only_defaults=true") == ["proj1"]


def test_tres_are_those_of_sacctmgr(cluster):
    lines = output(cluster, "sacctmgr", "-nP", "show", "tres", "format=type,name,id").splitlines()
    for version, nameless in (("v0.0.38", None), (V45, "")):
        found = ask(cluster, "GET", f"/slurmdb/{version}/tres").json["TRES"]
        shown = [f"{one['type']}|{one['name'] or ''}|{one['id']}" for one in found]
        assert set(lines) <= set(shown)
        assert found[0]["name"] == nameless
    assert ask(cluster, "POST", f"/slurmdb/{V45}/tres", {"TRES": []}, user=ADMIN).status == 501


def test_instances_are_there_where_the_release_has_them(cluster):
    for path in ("instances", "instance", "instances?time_start=2020-01-01&cluster=scaleout"):
        answer = ask(cluster, "GET", f"/slurmdb/{V45}/{path}")
        if cluster.slurm < (23, 11):
            assert answer.status == 501
        else:  # a dynamic node is one
            assert answer.status == 200
            assert {one["node_name"] for one in answer.json["instances"]} <= {"dyn1"}
    if cluster.slurm >= (23, 11):
        document = ask(cluster, "GET", f"/slurmdb/{V45}/instances?node_list=host[1-2]").json
        assert document["instances"] == []
        assert len(document["warnings"]) == 1


HOSTILE = ("a'b", 'a"b', "a;drop table x", "a\\", "a`b`", "%s", "a b'--", "x" * 300)


def test_hostile_texts_do_not_reach_the_database(cluster):
    requests = []
    for text in HOSTILE:
        quoted = "".join(f"%{byte:02X}" for byte in text.encode())
        paths = [f"cluster/{quoted}", f"wckey/{quoted}", f"wckeys?name={quoted}", f"wckeys?user={quoted}"]
        paths += [f"wckeys?cluster={quoted}", f"wckeys?id={quoted}", f"cluster/scaleout?federation={quoted}"]
        paths += [f"cluster/scaleout?rpc_version={quoted}", f"cluster/scaleout?usage_start={quoted}"]
        requests += [("GET", path, None) for path in paths]
        requests.append(("POST", "clusters", {"clusters": [{"name": text}]}))
        good = {"name": "w", "user": "fred", "cluster": "scaleout"}
        requests += [("POST", "wckeys", {"wckeys": [{**good, name: text}]}) for name in good]
    data = b"".join(request(method, f"/slurmdb/{V45}/{path}", body) for method, path, body in requests)
    found = send(cluster, data, "--max-requests", "1000", user=ADMIN).answers
    wrong = [asked for asked, answer in zip(requests, found, strict=True) if answer.status != 400]
    assert wrong == []
