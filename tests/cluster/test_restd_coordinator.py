"""/restd/ for a coordinator of an account who is nothing else, where PrivateData hides what is others'.

news is the coordinator of test, which fred is in; mail is in research alone. Slurm's commands, as news, are
the oracles.
"""

import re
from pathlib import Path

import pytest

from .conftest import running
from .managing import manage
from .typed import as_root, ask, output

pytestmark = as_root
BASE = "/restd/v0.0.44"
PRIVATE = "PrivateData=accounts,events,jobs,usage,users\n"
COORDINATOR, STRANGER = "news", "mail"


@pytest.fixture(scope="module")
def cluster(reachable, tmp_path_factory):
    """One whose daemons both keep what is a user's own from others, with a held job of each user."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text(PRIVATE)
    with running(reachable, "--nodes", "2", "--conf", str(conf)) as started:
        with Path(started.dir, "etc/slurmdbd.conf").open("a") as file:
            file.write(PRIVATE)
        started.stop("slurmdbd")
        started.start("slurmdbd")
        manage(
            started,
            f"add user {COORDINATOR} account=test",
            f"add coordinator account=test names={COORDINATOR}",
            f"add user {STRANGER} account=research",
            user="root",
        )
        started.jobs_of = {
            user: started.submit("--begin=now+1hour", f"--account={account}", "--wrap=:", user=user)
            for user, account in (("fred", "test"), (STRANGER, "research"))
        }
        yield started


def get(cluster, path, user=COORDINATOR):
    answer = ask(cluster, "GET", f"{BASE}/{path}", user=user)
    assert answer.status == 200, answer.text
    return answer.json


def lines(cluster, command, user=COORDINATOR):
    """What a command prints, None if it is refused."""
    done = cluster.shell(command, user=user)
    return None if done.returncode else done.stdout.decode().splitlines()


def test_limits_of_the_users_of_the_account(cluster):
    assert {one["account"] for one in get(cluster, "limits?user=fred")["limits"]} == {"test"}
    assert get(cluster, f"limits?user={STRANGER}")["limits"] == []
    assert get(cluster, "limits?user=fred", user=STRANGER)["limits"] == []


def test_what_slurmctld_shows_of_associations(cluster):
    shown = output(cluster, "scontrol", "--oneliner", "show", "assoc_mgr", "flags=assoc", user=COORDINATOR)
    theirs = set(re.findall(r"Account=(\S+) UserName=([^\s(]*)", shown))
    found = get(cluster, "assoc_mgr")["associations"]
    assert {(one["account"], one["user"]) for one in found} == theirs
    assert ("test", "fred") in theirs


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("account-utilization", "cluster AccountUtilizationByUser format=cluster,account,login,used"),
        ("user-utilization", "cluster UserUtilizationByAccount format=cluster,login,account,used"),
        ("user-top", "user TopUsage format=cluster,login,account,used"),
        ("cluster-utilization", "cluster Utilization format=cluster,allocated"),
    ],
)
def test_reports_are_sreport_s(cluster, path, command):
    theirs = lines(cluster, f"sreport --noheader --parsable2 {command}")
    answer = ask(cluster, "GET", f"{BASE}/reports/{path}", user=COORDINATOR)
    assert (answer.status == 200) == (theirs is not None), answer.text
    assert theirs is None or len(answer.json["report"]) == len(theirs)


@pytest.mark.parametrize(
    ("path", "what"), [("events", "events"), ("transactions", "transactions"), ("runaway", "runawayjobs")]
)
def test_what_accounting_shows_is_sacctmgr_s(cluster, path, what):
    theirs = lines(cluster, f"sacctmgr --noheader --parsable2 --immediate list {what} format=cluster")
    answer = ask(cluster, "GET", f"{BASE}/{path}", user=COORDINATOR)
    if what == "runawayjobs":  # it says so, and succeeds
        assert (answer.status, answer.json["jobs"]) == (403, []), answer.text
    else:
        assert (answer.status == 200) == (theirs is not None), answer.text
        assert theirs is None or len(answer.json[path]) == len(theirs)


def test_priorities_are_sprio_s(cluster):
    theirs = lines(cluster, "sprio --noheader --format=%i")
    ours = get(cluster, "priorities")["priorities"]
    assert sorted(str(one["job_id"]) for one in ours) == sorted(line.strip() for line in theirs)


@pytest.mark.parametrize(
    ("path", "body"),
    [("runaway", None), ("diag/reset", None), ("debug", {"level": "debug"}), ("takeover", None)],
)
def test_what_administers_is_refused(cluster, path, body):
    answer = ask(cluster, "POST", f"{BASE}/{path}", body, user=COORDINATOR)
    assert answer.status == (409 if path == "takeover" else 403), answer.text


@pytest.mark.parametrize("verb", ["hold", "release", "suspend", "top"])
@pytest.mark.parametrize("whose", ["fred", STRANGER])
def test_jobs_of_the_account_and_of_others(cluster, verb, whose):
    """As scontrol does, on the same job: what may be done to it twice is refused or not alike."""
    job = cluster.jobs_of[whose]
    said = cluster.shell(f"scontrol {verb} {job}", user=COORDINATOR)
    refused = bool(said.returncode or said.stderr)
    answer = ask(cluster, "POST", f"{BASE}/job/{job}/{verb}", user=COORDINATOR)
    assert (answer.status != 200) == refused, (said.stderr, answer.text)
    if verb in ("hold", "release"):
        assert refused == (whose == STRANGER)
