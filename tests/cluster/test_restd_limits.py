"""/restd/<version>/limits on a real cluster: scontrol and sacctmgr are the oracles, and slurmctld itself."""

import re
from pathlib import Path

import pytest

from .conftest import running
from .managing import manage, sacctmgr
from .test_faults import FAST, frozen, stopped
from .typed import as_root, ask, output, request, send

__all__ = ["frozen", "stopped"]

pytestmark = as_root
BASE = "/restd/v0.0.44"


@pytest.fixture(scope="module")
def cluster(reachable, tmp_path_factory):
    """One that enforces limits, and whose slurm.conf is changed."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text("AccountingStorageEnforce=associations,limits,qos\n")
    with running(reachable, "--nodes", "2", "--conf", str(conf)) as started:
        yield started


@pytest.fixture(scope="module", autouse=True)
def limited(cluster):
    """Limits of every level, and a running and a held job of fred's."""
    made = {
        "account root set": {"grpsubmitjobs": 60},
        "account test set": {"grpjobs": 20, "grptres": "cpu=30,mem=4000", "grptresmins": "cpu=100000"},
        "user fred where account=test set": {"maxjobs": 7, "maxsubmitjobs": 5, "maxtresperjob": "cpu=6"},
        "qos normal set": {
            "grpsubmitjobs": 50, "maxjobsperuser": 8, "maxtresperuser": "cpu=12", "maxjobsperaccount": 40,
        },
    }  # fmt: skip
    manage(cluster, *(f"modify {where} {spelled(limits)}" for where, limits in made.items()), user="root")
    output(
        cluster, "scontrol", "update", "partitionname=long", "maxnodes=2", "maxmempernode=900", user="root"
    )
    jobs = [cluster.submit("--ntasks=2", "--wrap=sleep 300"), cluster.submit("--hold", "--wrap=:")]
    cluster.wait_state(jobs[0], "RUNNING")
    return jobs


def spelled(limits):
    return " ".join(f"{name}={value}" for name, value in limits.items())


def ask_limits(cluster, query="", user=None):
    answer = ask(cluster, "GET", f"{BASE}/limits{query and '?' + query}", user=user)
    assert answer.status == 200, answer.text
    return answer.json["limits"]


def number(value):
    return "N" if value["infinite"] else value["number"] if value["set"] else None


def by_name(found):
    """(source, name, limit, TRES) → limit, used, left."""
    return {
        (row["source"], row["name"], row["limit"], row["tres"]): (
            number(row["max"]), row["used"], number(row["left"]),
        )
        for row in found["limits"]
    }  # fmt: skip


def test_limits_of_every_level(cluster, limited):
    (found,) = (one for one in ask_limits(cluster) if one["account"] == "test")
    rows = by_name(found)
    expected = {
        ("association", "fred", "MaxJobs", ""): (7, 1, 6),
        ("association", "fred", "MaxSubmitJobs", ""): (5, 2, 3),
        ("association", "fred", "MaxTRESPJ", "cpu"): (6, 0, 6),
        ("account", "test", "GrpJobs", ""): (20, 1, 19),
        ("account", "test", "GrpTRES", "cpu"): (30, 2, 28),
        ("account", "root", "GrpSubmitJobs", ""): (60, 2, 58),
        ("qos", "normal", "GrpSubmitJobs", ""): (50, 2, 48),
        ("qos", "normal", "MaxJobsPU", ""): (8, 1, 7),
        ("qos", "normal", "MaxTRESPU", "cpu"): (12, 2, 10),
        ("qos", "normal", "MaxJobsPA", ""): (40, 1, 39),
        ("partition", "long", "MaxTime", ""): (7 * 24 * 60, 0, 7 * 24 * 60),
        ("partition", "long", "MaxNodes", "node"): (2, 0, 2),
        ("partition", "long", "MaxMemPerNode", "mem"): (900, 0, 900),
    }
    assert {key: rows.get(key) for key in expected} == expected
    assert rows["account", "test", "GrpTRESMins", "cpu"][0] == 100000
    assert (found["user"], found["cluster"], found["is_default"]) == ("fred", "scaleout", True)
    assert {"debug", "long"} <= set(found["partitions"])


def scontrol(cluster, *options):
    """The limits of associations that scontrol shows, as (account, user, limit, TRES) → limit, used."""
    text = output(cluster, "scontrol", "--oneliner", "show", "assoc_mgr", "flags=assoc", *options)
    found = {}
    for line in text.splitlines():
        if not line.startswith("ClusterName="):
            continue
        pairs = dict(re.findall(r"(\S+?)=(\S*)", line))
        whose = pairs["Account"], pairs["UserName"].partition("(")[0]
        for name, value in pairs.items():
            if not name.startswith(("Grp", "Max")):
                continue
            for one in re.findall(r"(?:([a-z/_]+)=)?(\d+|N)(?:\(([\d.]+)\))?", value):
                found[(*whose, name, one[0])] = (one[1] if one[1] == "N" else int(one[1]), float(one[2] or 0))
    return {key: value for key, value in found.items() if value != ("N", 0)}


def test_limits_of_associations_are_scontrol_s(cluster, limited):
    def compared():
        before, ours, after = scontrol(cluster), ask_limits(cluster), scontrol(cluster)
        return (before, ours) if before == after else None  # minutes of running jobs go by

    shown, ours = cluster.wait(compared)
    for association in ours:
        mine = {
            (limit, tres): (most, used)
            for (source, _, limit, tres), (most, used, _) in by_name(association).items()
            if source == "association"
        }
        theirs = {
            key[2:]: value for key, value in shown.items() if key[:2] == (association["account"], "fred")
        }
        # scontrol does not show what is used of a Max without a limit.
        mine = {
            key: value for key, value in mine.items() if not (key[0].startswith("Max") and value[0] == "N")
        }
        assert mine == theirs
        account = {
            (limit, tres): (most, used)
            for (source, name, limit, tres), (most, used, _) in by_name(association).items()
            if source == "account" and name == association["account"]
        }
        assert account == {
            key[2:]: value
            for key, value in shown.items()
            if key[:2] == (association["account"], "") and key[2].startswith("Grp")
        }


def test_what_may_be_used_is_sacctmgr_s(cluster):
    done, shown = sacctmgr(cluster, "show associations user=fred format=account,defaultqos,qos", user="root")
    assert done
    theirs = sorted(line.split("|") for line in shown.splitlines())
    ours = sorted(
        [one["account"], one["default"]["qos"], ",".join(one["qos"])] for one in ask_limits(cluster)
    )
    assert [[one[0], one[1], sorted(one[2].split(","))] for one in ours] == [
        [one[0], one[1], sorted(one[2].split(","))] for one in theirs
    ]


def test_slurmctld_takes_as_many_jobs_as_are_left(cluster):
    def left():
        (found,) = ask_limits(cluster, "account=test")
        return by_name(found)["association", "fred", "MaxSubmitJobs", ""][2]

    submit = "sbatch --parsable --hold --account=test --wrap=:"
    jobs = []
    while more := left():
        done = cluster.shell(submit)
        assert done.returncode == 0, done.stderr
        jobs.append(done.stdout.decode().strip())
        cluster.wait(lambda more=more: left() == more - 1)
    assert cluster.shell(submit).returncode != 0
    cluster.shell("scancel " + " ".join(jobs))
    assert len(jobs) == 3


def test_accounts_and_partitions_are_chosen(cluster):
    assert {one["account"] for one in ask_limits(cluster, "account=research")} == {"research"}
    for one in ask_limits(cluster, "partition=long"):
        assert one["partitions"] == ["long"]
        assert {row["name"] for row in one["limits"] if row["source"] == "partition"} == {"long"}
    output(cluster, "scontrol", "update", "partitionname=long", "allowaccounts=research", user="root")
    try:
        (found,) = ask_limits(cluster, "account=test")
        assert "long" not in found["partitions"]
    finally:
        output(
            cluster, "scontrol", "update", "partitionname=long", "allowaccounts=test,research", user="root"
        )


@pytest.mark.parametrize("user", ["pebbles", "root"])
def test_another_user_s_limits(cluster, user):
    assert ask_limits(cluster, "user=fred", user=user) == ask_limits(cluster, user="fred")
    assert ask_limits(cluster, "user=nobody", user=user) == []


def test_private_data_is_slurm_s(cluster):
    """With PrivateData=usage others' associations are not there, but for operators and coordinators."""
    conf = Path(cluster.conf)
    before = conf.read_text()
    try:
        conf.write_text(f"{before}PrivateData=usage,users\n")
        cluster.shell("scontrol reconfigure", user="root")
        cluster.wait(lambda: ask_limits(cluster, "user=pebbles", user="fred") == [])
        assert ask_limits(cluster, user="fred")
        assert ask_limits(cluster, "user=fred", user="pebbles")
    finally:
        conf.write_text(before)
        cluster.shell("scontrol reconfigure", user="root")
        cluster.wait(lambda: ask_limits(cluster, "user=pebbles", user="fred"))


@pytest.mark.parametrize("value", ["%27", "%25s", "x" * 3000, "%0a", "..%2f"])
def test_hostile_names_are_refused(cluster, value):
    for parameter in ("user", "account", "partition"):
        assert ask(cluster, "GET", f"{BASE}/limits?{parameter}={value}").status == 400, parameter


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limits?user=frde", 'user: expected the name of a user; found "frde"; did you mean "fred"?'),
        (
            "limits?account=tset",
            'account: expected the name of an account that you may see; found "tset"; did',
        ),
        ("limits?account=TEST", 'did you mean "test"?'),
        ("limits?account=test,tset", 'did you mean "test"?'),
        ("limits?partition=lnog", 'partition: expected the name of a partition; found "lnog"; did you mean'),
        ("assoc_mgr?user=frde", 'did you mean "fred"?'),
        ("assoc_mgr?user=frde&show=qos", 'did you mean "fred"?'),
        ("assoc_mgr?account=tset", 'did you mean "test"?'),
        ("assoc_mgr?qos=nromal&show=qos", 'qos: expected the name of a QOS; found "nromal"; did you mean'),
    ],
)
def test_a_name_that_is_none_is_400_with_the_nearest(cluster, query, message):
    answer = ask(cluster, "GET", f"{BASE}/{query}")
    assert (answer.status, message in answer.error["description"]) == (400, True), answer.text


def test_names_that_are_are_known_whatever_is_shown(cluster):
    for query in ("user=fred,me", "account=test,research", "qos=normal", "user=nobody&account=test"):
        for show in ("", "&show=qos", "&show=users", "&show=associations"):
            answer = ask(cluster, "GET", f"{BASE}/assoc_mgr?{query}{show}")
            assert answer.status == 200, answer.text


def test_without_slurmdbd_it_works(cluster):
    cluster.stop("slurmdbd")
    try:
        assert ask_limits(cluster)
    finally:
        cluster.start("slurmdbd")


def test_a_stopped_slurmctld_is_503(cluster, stopped):
    done = send(cluster, request("GET", f"{BASE}/limits"), *FAST)
    assert (done.code, done.answer.status) == (0, 503), done.answer.text


def test_a_frozen_slurmctld_is_504(cluster, frozen):
    done = send(cluster, request("GET", f"{BASE}/limits"), *FAST)
    assert (done.code, done.answer.status) == (0, 504), done.answer.text
