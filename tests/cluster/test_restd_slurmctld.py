"""/restd/ of slurmctld itself on a real cluster: sdiag, scontrol and strigger are the oracles.

fred is a user; pebbles an administrator; games becomes an operator, and coordinator of an account.
"""

import re

import pytest

from .managing import manage
from .test_faults import FAST, frozen, stopped
from .typed import as_root, ask, output, request, send

__all__ = ["frozen", "stopped"]

pytestmark = as_root
BASE = "/restd/v0.0.44"
OPERATOR = "games"
GETS = ("triggers", "federation", "topology", "assoc_mgr")
POSTS = {"diag/reset": None, "debug": {"level": "debug"}, "takeover?backup=1": None}


@pytest.fixture(scope="module", autouse=True)
def ranks(cluster):
    """An operator, and a coordinator; as they were after the tests."""
    manage(
        cluster,
        "add user games account=test adminlevel=operator",
        "add coordinator account=test names=games",
        user="root",
    )
    yield
    manage(cluster, "modify user games set adminlevel=none", "delete user games", user="root")


def content(cluster, path, user=None):
    answer = ask(cluster, "GET", f"{BASE}/{path}", user=user)
    assert answer.status == 200, answer.text
    return answer.json


# Statistics, log level, takeover.


def since(cluster):
    """When slurmctld's statistics began, as sdiag shows it."""
    return re.search(r"Data since\s+(.*)", output(cluster, "sdiag"))[1]


def test_operators_reset_statistics(cluster):
    assert ask(cluster, "POST", f"{BASE}/diag/reset", user="fred").status == 403
    before = since(cluster)

    def reset():
        assert ask(cluster, "POST", f"{BASE}/diag/reset", user=OPERATOR).status == 200
        return since(cluster) != before

    cluster.wait(reset)  # another second, at most
    assert ask(cluster, "POST", f"{BASE}/diag/reset", user="pebbles").status == 200


def debugging(cluster):
    """Level and flags, as scontrol shows them."""
    shown = dict(re.findall(r"^(\w+)\s+= (.*)$", output(cluster, "scontrol", "show", "config"), re.MULTILINE))
    return shown["SlurmctldDebug"], set(shown["DebugFlags"].split(",")) - {"(null)"}


def test_administrators_change_what_is_logged(cluster):
    level, flags = debugging(cluster)
    change = {"level": "debug2", "flags": ["Backfill", "+Steps"]}
    try:
        for user in ("fred", OPERATOR):
            assert ask(cluster, "POST", f"{BASE}/debug", change, user=user).status == 403
        assert debugging(cluster) == (level, flags)
        answer = ask(cluster, "POST", f"{BASE}/debug", change, user="pebbles")
        assert answer.status == 200, answer.text
        assert debugging(cluster) == ("debug2", flags | {"Backfill", "Steps"})
        assert (answer.json["debug"]["level"], set(answer.json["debug"]["flags"])) == debugging(cluster)
        ask(cluster, "POST", f"{BASE}/debug", {"flags": "-steps"}, user="root")
        assert debugging(cluster) == ("debug2", flags | {"Backfill"})
    finally:
        ask(cluster, "POST", f"{BASE}/debug", {"level": level, "flags": "-Backfill,-Steps"}, user="root")
    assert debugging(cluster) == (level, flags)


def test_without_a_backup_nothing_takes_over(cluster):
    answer = ask(cluster, "POST", f"{BASE}/takeover", user="root")
    assert (answer.status, "no backup slurmctld" in answer.text) == (409, True)


@pytest.mark.parametrize("path", POSTS)
def test_nothing_is_changed_by_get(cluster, path):
    before = since(cluster), debugging(cluster)
    assert ask(cluster, "GET", f"{BASE}/{path}", user="root").status == 405
    assert (since(cluster), debugging(cluster)) == before


# Lists.


def strigger(cluster):
    """strigger's lines as our fields."""
    lines = output(cluster, "strigger", "--get", "--noheader", user="root").splitlines()
    form = re.compile(r" *(\d+) (\S+) +(\S*) (\S+) +(-?\d+) (\S+) +(PERM|) +(.*)")
    names = ("trig_id", "res_type", "res_id", "trig_type", "offset", "user", "flags", "program")
    return [dict(zip(names, form.fullmatch(line).groups(), strict=True)) for line in lines]


def test_triggers_are_strigger_s(cluster):
    output(
        cluster,
        "strigger",
        "--set",
        "--node=host1",
        "--down",
        "--offset=-9",
        "--program=/bin/true",
        user="slurm",
    )
    output(
        cluster,
        "strigger",
        "--set",
        "--node",
        "--up",
        "--flags=PERM",
        "--program=/bin/echo a b",
        user="slurm",
    )
    output(cluster, "strigger", "--set", "--primary_slurmctld_failure", "--program=/bin/false", user="slurm")
    try:
        found = content(cluster, "triggers", user="fred")["triggers"]
        flat = [{name: "".join(map(str, value)) if isinstance(value, list) else str(value)
                 for name, value in one.items()} for one in found]  # fmt: skip
        assert flat == strigger(cluster)
        assert len(found) >= 3
        assert content(cluster, "triggers?user=slurm")["triggers"] == found
        assert content(cluster, "triggers?user=!slurm")["triggers"] == []
    finally:
        output(cluster, "strigger", "--clear", "--quiet", "--user=slurm", user="slurm")


def test_the_federation_is_scontrol_s(cluster):
    federation = content(cluster, "federation")["federation"]
    assert (federation, output(cluster, "scontrol", "show", "federation")) == (
        {"name": "", "clusters": []},
        "",
    )
    manage(cluster, "add federation flintstone clusters=scaleout", user="root")
    try:
        cluster.wait(lambda: content(cluster, "federation")["federation"]["name"] == "flintstone")
        lines = output(cluster, "scontrol", "show", "federation").splitlines()
        (member,) = content(cluster, "federation")["federation"]["clusters"]
        host, port = member["controller"].values()
        state, features = "".join(member["fed"]["state"]), ",".join(member["fed"]["features"])
        shown = (
            f"{member['name']}:{host}:{port} ID:{member['fed']['id']} FedState:{state} Features:{features}"
        )
        assert [" ".join(line.split()) for line in lines] == ["Federation: flintstone", f"Self: {shown}"]
    finally:
        manage(cluster, "delete federation flintstone", user="root")
        cluster.wait(lambda: content(cluster, "federation")["federation"]["name"] == "")


def scontrol_assoc_mgr(cluster, user, *options):
    """What scontrol shows, each record as {name: text}, by "assoc 5" or "qos normal"."""
    text = output(cluster, "scontrol", "--oneliner", "show", "assoc_mgr", *options, user=user)
    found = {}
    for line in text.splitlines():
        pairs = dict(re.findall(r"(\S+?)=(\S*)", line.partition(" Account Limits=")[0]))
        if line.startswith("ClusterName="):
            found[f"assoc {pairs['ID']}"] = pairs
        elif line.startswith("QOS="):
            found[f"qos {pairs['QOS'].partition('(')[0]}"] = pairs
    return found


SLURM_NAMES = {
    "grp_jobs": "GrpJobs", "grp_jobs_accrue": "GrpJobsAccrue", "grp_submit_jobs": "GrpSubmitJobs",
    "grp_wall": "GrpWall", "grp_tres": "GrpTRES", "grp_tres_mins": "GrpTRESMins",
    "grp_tres_run_mins": "GrpTRESRunMins", "max_tres_pj": "MaxTRESPJ", "max_tres_pn": "MaxTRESPN",
    "max_tres_mins_pj": "MaxTRESMinsPJ",
}  # fmt: skip


def spelled(value):
    """A limit of ours as scontrol writes it."""
    if isinstance(value, list):
        return ",".join(
            f"{one['name']}={spelled({key: one[key] for key in one if key != 'name'})}" for one in value
        )
    limit = value["limit"]
    text = "N" if limit["infinite"] else str(limit["number"])
    used = value.get("used")
    return text if used is None else f"{text}({used:.2f})" if isinstance(used, float) else f"{text}({used})"


def without_nothing(text):
    """scontrol's TRES without those that have no limit and are not used."""
    return ",".join(part for part in text.split(",") if not part.endswith("=N(0)"))


@pytest.fixture(scope="module")
def limited(cluster):
    """Limits of every level, and a running and a pending job of fred's."""
    manage(
        cluster,
        "modify account test set grpjobs=20 grptres=cpu=30,mem=4000 grptresmins=cpu=100000 grpwall=900",
        "modify user fred where account=test set maxjobs=7 maxsubmitjobs=9 maxtresperjob=cpu=6",
        "modify user fred where account=test set grptresrunmins=cpu=4000",
        "modify qos normal set grpsubmitjobs=50 maxjobsperuser=8 maxtresperuser=cpu=12",
        "modify qos normal set maxsubmitjobsperaccount=40",
        user="root",
    )
    jobs = [cluster.submit("--ntasks=2", "--wrap=sleep 300"), cluster.submit("--hold", "--wrap=:")]
    cluster.wait_state(jobs[0], "RUNNING")
    yield jobs
    cluster.shell("scancel " + " ".join(map(str, jobs)))
    manage(
        cluster,
        "modify account test set grpjobs=-1 grptres=cpu=-1,mem=-1 grptresmins=cpu=-1 grpwall=-1",
        "modify user fred where account=test set maxjobs=-1 maxsubmitjobs=-1 maxtresperjob=cpu=-1",
        "modify user fred where account=test set grptresrunmins=cpu=-1",
        "modify qos normal set grpsubmitjobs=-1 maxjobsperuser=-1 maxtresperuser=cpu=-1",
        "modify qos normal set maxsubmitjobsperaccount=-1",
        user="root",
    )


@pytest.mark.parametrize("user", ["fred", OPERATOR, "pebbles", "root"])
def test_the_association_manager_is_scontrol_s(cluster, limited, user):
    def compared():
        shown = scontrol_assoc_mgr(cluster, user)
        document = content(cluster, "assoc_mgr", user=user)
        again = scontrol_assoc_mgr(cluster, user)
        return (shown, document) if shown == again else None  # minutes of running jobs go by

    shown, document = cluster.wait(compared)
    records = {f"assoc {one['id']}": one for one in document["associations"]}
    records |= {f"qos {one['name']}": one for one in document["qos"]}
    assert records.keys() == shown.keys()
    for key, record in records.items():
        ours = {name: spelled(record[name]) for name in SLURM_NAMES}
        theirs = {name: without_nothing(shown[key][slurm]) for name, slurm in SLURM_NAMES.items()}
        assert ours == theirs, key
    assert {one["name"] for one in document["users"]} >= {"fred", OPERATOR}


def test_what_is_left(cluster, limited):
    document = content(cluster, "assoc_mgr?user=me&account=test")
    account, mine = sorted(document["associations"], key=lambda one: one["user"])
    assert (account["account"], account["user"], mine["user"]) == ("test", "", "fred")
    cpus = {one["name"]: one["left"]["number"] for one in account["grp_tres"]}
    assert cpus["cpu"] == 28
    assert (mine["max_jobs"]["left"]["number"], mine["max_submit_jobs"]["left"]["number"]) == (6, 7)
    (normal,) = (qos for qos in document["qos"] if qos["name"] == "normal")
    (fred,) = (user for user in normal["users"] if user["user"] == "fred")
    assert (fred["max_jobs_pu"]["left"]["number"], fred["max_tres_pu"][0]["left"]["number"]) == (7, 10)


# What does not work.


@pytest.mark.parametrize("user", ["fred", "root"])
def test_a_stopped_slurmctld_is_503(cluster, stopped, user):
    for path in GETS:
        done = send(cluster, request("GET", f"{BASE}/{path}"), *FAST, user=user)
        assert (done.code, done.answer.status) == (0, 503), done.answer.text
    for path, body in POSTS.items():
        done = send(cluster, request("POST", f"{BASE}/{path}", body), *FAST, user=user)
        assert done.answer.status == (409 if "takeover" in path else 503), done.answer.text


def test_a_frozen_slurmctld_is_504(cluster, frozen):
    asked = [request("GET", f"{BASE}/{path}") for path in GETS]
    asked += [
        request("POST", f"{BASE}/{path}", body) for path, body in POSTS.items() if "takeover" not in path
    ]
    for data in asked:
        done = send(cluster, data, *FAST, user="root")
        assert (done.code, done.answer.status) == (0, 504), (data, done.answer.text)
