"""/restd/'s events, transactions and runaway jobs on a real cluster: sacctmgr, with the same conditions, is
the oracle.

fred is a user; pebbles an administrator; games becomes an operator, and coordinator of an account.
"""

import csv
import io
import time

import pytest

from . import past
from .managing import manage
from .test_faults import FAST
from .test_slurmdb_faults import ADMINISTRATOR, silent, talk
from .typed import as_root, ask, output, request, send

__all__ = ["talk"]

pytestmark = as_root
BASE = "/restd/v0.0.44"
OPERATOR = "games"
GETS = ("events", "transactions", "runaway")
EPOCH = {"SLURM_TIME_FORMAT": "%s"}


@pytest.fixture
def cluster(administered_cluster):
    """Nodes are drained here."""
    return administered_cluster


@pytest.fixture(scope="module", autouse=True)
def ranks(administered_cluster):
    """An operator and coordinator; what they do is in the transactions."""
    cluster = administered_cluster
    manage(
        cluster,
        "add user games account=test adminlevel=operator",
        "add coordinator account=test names=games",
        "add account etched description='by \"root\"'",
        user="root",
    )
    manage(cluster, "delete account etched", user="pebbles")
    yield
    manage(cluster, "modify user games set adminlevel=none", "delete user games", user="root")


def content(cluster, path, user=None):
    answer = ask(cluster, "GET", f"{BASE}/{path}", user=user)
    assert answer.status == 200, answer.text
    return answer.json


def sacctmgr(cluster, what, columns, *conditions, user="root"):
    """sacctmgr's rows of texts, times as seconds."""
    words = " ".join(f"'{condition}'" for condition in conditions)
    command = f"sacctmgr --noheader --parsable2 list {what} format={columns} {words}"
    done = cluster.shell(command, user=user, env=EPOCH)
    assert done.returncode == 0, done.stderr
    return [line.split("|") for line in done.stdout.decode().splitlines()]


# Events.


@pytest.fixture(scope="module")
def events(administered_cluster):
    """A drained node, one that was down and is not, one that is down."""
    cluster = administered_cluster
    for user, change in (
        ("root", "nodename=host1 state=drain reason='bad, \"disk\" 2'"),
        ("pebbles", "nodename=host2 state=down reason=once"),
        ("pebbles", "nodename=host2 state=resume"),
        ("root", "nodename=host3 state=down reason=gone"),
    ):
        output(cluster, "bash", "-c", f"scontrol update {change}", user=user)
    cluster.wait(lambda: len(sacctmgr(cluster, "event", "nodename", "event=node")) >= 3)
    yield
    for node in ("host1", "host3"):
        cluster.shell(f"scontrol update nodename={node} state=resume", user="root")


COLUMNS = "cluster,event,nodename,start,end,stateraw,reason,user,clusternodes"


def as_sacctmgr(events, numbers):
    """Our events as sacctmgr's rows; numbers: the state of each, which we have as names."""
    return [
        [
            event["cluster"],
            event["event_type"][0].capitalize(),
            event["node_name"],
            str(event["time"]["start"]),
            str(event["time"]["end"] or "Unknown"),
            number,
            event["reason"],
            event["user"],
            event["cluster_nodes"],
        ]
        for event, number in zip(events, numbers, strict=True)
    ]


def without_uid(row):
    """sacctmgr names the user as fred(1002)."""
    return [*row[:7], row[7].partition("(")[0], row[8]]


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("", ()),
        ("all_time=1", ("all_time",)),
        ("type=node&all_time=1", ("event=node", "all_time")),
        ("type=cluster&all_time=1", ("event=cluster", "all_time")),
        ("node=host[1,3]", ("node=host[1,3]",)),
        ("state=drain&all_time=1", ("state=drain", "all_time")),
        ("state=DOWN", ("state=down",)),
        ("state=idle,down&all_time=1", ("state=idle,down", "all_time")),
        ("reason=once,gone", ("reason=once,gone",)),
        ("user=pebbles", ("user=pebbles",)),
        ("user=0,pebbles&all_time=1", ("user=root,pebbles", "all_time")),
        ("open=1&type=node", ("condflags=open", "event=node")),
        ("start_time=now-1hour&end_time=now%2B1hour", ("start=now-1hour", "end=now+1hour")),
        ("start_time=2020-01-01&end_time=2020-02-01", ("start=2020-01-01", "end=2020-02-01")),
        ("all_clusters=1&all_time=1", ("all_clusters", "all_time")),
    ],
)
def test_the_events_are_sacctmgr_s(cluster, events, query, conditions):
    found = content(cluster, f"events?{query}")["events"]
    shown = [without_uid(row) for row in sacctmgr(cluster, "event", COLUMNS, *conditions)]
    assert as_sacctmgr(found, [row[5] for row in shown]) == shown
    if "2020" not in query and "elsewhere" not in query:
        assert found


def test_states_and_tres_of_events(cluster, events):
    found = {event["reason"]: event for event in content(cluster, "events?all_time=1")["events"]}
    assert set(found['bad, "disk" 2']["state"]) >= {"IDLE", "DRAIN"}
    assert found["gone"]["state"][0] == "DOWN"
    assert found["gone"]["time"]["end"] == 0 < found["gone"]["time"]["duration"] + 1
    assert {tres["type"]: tres["count"] for tres in found["once"]["tres"]}["cpu"] == 8
    registered = [event for event in found.values() if event["event_type"] == ["CLUSTER"]]
    assert registered and all(event["state"] == [] for event in registered)


def test_events_as_lines(cluster, events):
    target = f"{BASE}/events?fields=node_name,reason&node=host1"
    answer = ask(cluster, "GET", target, None, "Accept: text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["node_name", "reason"]
    assert ["host1", 'bad, "disk" 2'] in rows


# Transactions.


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("", ()),
        ("actor=root", ("actor=root",)),
        ("actor=root,pebbles", ("actor=root,pebbles",)),
        ("action=ADD_USERS,dbd_remove_accounts", ("action=add user,remove account",)),
        ("account=test", ("account=test",)),
        ("account=etched", ("account=etched",)),
        ("user=games", ("user=games",)),
        ("cluster=scaleout", ("cluster=scaleout",)),
        ("start_time=now-1hour", ("start=now-1hour",)),
        ("end_time=2020-01-01", ("end=2020-01-01",)),
        ("id=1,3", ("id=1,3",)),
    ],
)
def test_the_transactions_are_sacctmgr_s(cluster, query, conditions):
    found = content(cluster, f"transactions?{query}")["transactions"]
    columns = "id,time,actor,where,info"
    if "action" in query:  # sacctmgr has no name for some of them
        ids = {row[0] for row in sacctmgr(cluster, "transactions", "id,action")
               if row[1] in ("Add Users", "Remove Accounts")}  # fmt: skip
        shown = [row for row in sacctmgr(cluster, "transactions", columns) if row[0] in ids]
        assert {one["action"] for one in found} == {"DBD_ADD_USERS", "DBD_REMOVE_ACCOUNTS"}
    else:
        shown = sacctmgr(cluster, "transactions", columns, *conditions)
    # What was changed may have "|" in it, as sacctmgr's columns have between them.
    ours = ["|".join(str(one[name]) for name in columns.split(",")) for one in found]
    assert ours == ["|".join(row) for row in shown]
    assert bool(found) == ("2020" not in query)


def test_actions_are_named(cluster):
    found = content(cluster, "transactions?fields=id,action")["transactions"]
    named = {row[0]: row[1] for row in sacctmgr(cluster, "transactions", "id,action")}
    for one in found:
        words = one["action"].removeprefix("DBD_").split("_")
        assert named[str(one["id"])].split()[0].upper() == words[0]


def test_associations_of_transactions(cluster):
    found = content(cluster, "transactions?user=games&with_assoc_info=1")["transactions"]
    columns = "id,user,account,cluster"
    shown = sacctmgr(cluster, "transactions", columns, "user=games", "withassocinfo")
    assert [[str(one[name]) for name in ("id", "users", "accounts", "clusters")] for one in found] == shown


# Runaway jobs.


@pytest.fixture
def runaway(cluster):
    """Jobs that the database has as running since yesterday, of which slurmctld knows only later ones."""
    numbers = [cluster.submit("-J", f"runaway{index}", "--wrap=:") for index in (1, 2)]
    for number in numbers:
        cluster.wait_state(number, "COMPLETED")
    listed = ",".join(map(str, numbers))
    cluster.wait(lambda: past.ended(cluster, numbers))
    known = cluster.submit("-J", "known", "--wrap=sleep 300")
    cluster.wait_state(known, "RUNNING")
    cluster.wait(lambda: past.rows(cluster, f"-j {known}")[:1] == [[str(known), "RUNNING"]])
    times = ", ".join(
        f"time_{name} = {int(time.time()) - 90000} + id_job" for name in ("submit", "eligible", "start")
    )
    past.sql(
        cluster, f"update scaleout_job_table set time_end = 0, state = 1, {times} where id_job in ({listed})"
    )
    yield numbers
    past.sql(
        cluster, f"update scaleout_job_table set time_end = time_start, state = 3 where id_job in ({listed})"
    )
    cluster.shell(f"scancel {known}")


def sacctmgr_runaway(cluster, user="root"):
    """What sacctmgr finds, and leaves as it is."""
    command = "sacctmgr --noheader --parsable2 list runawayjobs format=id,submit,state,name"
    done = cluster.shell(command, user=user, env=EPOCH, input="n\n")
    lines = [line.split("|") for line in done.stdout.decode().splitlines()]
    return [row for row in lines if len(row) == 4]


def test_runaway_jobs_are_sacctmgr_s_and_end_by_post(cluster, runaway):
    # sacctmgr 26.05 does not look at what slurmctld has got within the last seconds.
    shown = cluster.wait(lambda: len(found := sacctmgr_runaway(cluster)) == len(runaway) and found)
    assert sorted(int(row[0]) for row in shown) == runaway
    cluster.wait(lambda: len(content(cluster, "runaway", user="root")["jobs"]) == len(runaway))
    found = content(cluster, "runaway", user=OPERATOR)["jobs"]
    ours = [[str(job["job_id"]), str(job["time"]["submission"]), job["state"]["current"][0], job["name"]]
            for job in found]  # fmt: skip
    assert ours == shown
    assert content(cluster, "runaway?fields=job_id,name", user="root")["jobs"] == [
        {"job_id": job["job_id"], "name": job["name"]} for job in found
    ]
    for user in ("fred", "nobody"):
        for method in ("GET", "POST"):
            assert ask(cluster, method, f"{BASE}/runaway", user=user).status == 403
    assert sacctmgr_runaway(cluster) == shown
    answer = ask(cluster, "POST", f"{BASE}/runaway", user=OPERATOR)
    assert answer.status == 200, answer.text
    fixed = [(job["job_id"], job["name"], job["time"]["submission"]) for job in answer.json["jobs"]]
    assert fixed == [(job["job_id"], job["name"], job["time"]["submission"]) for job in found]
    assert sacctmgr_runaway(cluster) == []
    states = past.sql(
        cluster,
        "select distinct state, time_end - time_start from scaleout_job_table "
        f"where id_job in ({','.join(map(str, runaway))})",
    )
    assert states == "3\t0"
    assert content(cluster, "runaway", user="root")["jobs"] == []
    assert ask(cluster, "POST", f"{BASE}/runaway", user="root").json["jobs"] == []


# Rights, mistakes and faults.


@pytest.mark.parametrize("user", ["fred", "games", "pebbles", "root"])
def test_who_may_see_events_and_transactions_is_slurm_s(cluster, user):
    for what, key in (("event", "events"), ("transactions", "transactions")):
        command = f"sacctmgr --noheader --parsable2 list {what} format=cluster"
        done = cluster.shell(command, user=user)
        answer = ask(cluster, "GET", f"{BASE}/{key}", user=user)
        assert (answer.status == 200) == (done.returncode == 0), answer.text
        if answer.status == 200:
            assert len(answer.json[key]) == len(done.stdout.splitlines())


def test_a_cluster_that_is_none_is_400_with_the_nearest(cluster):
    answer = ask(cluster, "GET", f"{BASE}/events?cluster=scaleuot", user="root")
    assert answer.status == 400, answer.text
    assert 'did you mean "scaleout"?' in answer.error["description"]


HOSTILE = ("%27", "%27%20or%201=1--%20", "%25", "%22;drop%20table%20txn_table;", "%0a", "x" * 300, "%5c%27")


HARMLESS = {("%25", "ason"), ("%0a", "time")}


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_of_a_parameter_reaches_sql(cluster, value):
    """What cannot be a name is refused; what can finds nothing."""
    for target in (
        *(f"transactions?{name}" for name in ("account", "actor", "cluster", "id", "user", "action")),
        *(f"events?{name}" for name in ("cluster", "node", "reason", "state", "user", "type", "cpus_min")),
        "events?start_time", "transactions?end_time", "runaway?fields",
    ):  # fmt: skip
        answer = ask(cluster, "GET", f"{BASE}/{target}={value}", user="root")
        assert answer.status == 400 or (answer.status == 200 and answer.json["errors"] == []), target
        # slurmdbd looks for reasons with LIKE, and no time is the default.
        if answer.status == 200 and (value, target[-4:]) not in HARMLESS:
            assert answer.json[target.partition("?")[0]] == []
    assert int(past.sql(cluster, "select count(*) from txn_table")) > 0


@pytest.mark.parametrize("path", GETS)
def test_a_stopped_slurmdbd_is_503(cluster, path):
    cluster.stop("slurmdbd")
    try:
        done = send(cluster, request("GET", f"{BASE}/{path}"), *FAST, user=ADMINISTRATOR)
        assert (done.code, done.answer.status) == (0, 503), done.answer.text
        if path == "runaway":
            assert send(cluster, request("POST", f"{BASE}/{path}"), *FAST, user="root").answer.status == 503
    finally:
        cluster.start("slurmdbd")
        cluster.wait(lambda: ask(cluster, "GET", f"{BASE}/events", user="root").status == 200)


@pytest.mark.parametrize(
    ("method", "path", "table"),
    [
        ("GET", "events", "scaleout_event_table"),
        ("GET", "transactions", "txn_table"),
        ("GET", "runaway", "scaleout_job_table"),
        ("POST", "runaway", "scaleout_job_table"),
    ],
)
def test_a_frozen_slurmdbd_is_504(cluster, talk, method, path, table):
    session = talk("restd-inet")
    asked = request(method, f"{BASE}/{path}")
    try:
        with past.locked(cluster, f"lock tables {table} write"):
            session.send(asked)
            cluster.wait(lambda: past.waiting(cluster, f"from %{table}"))
            cluster.freeze("slurmdbd")
            silent(session)
    finally:
        cluster.thaw("slurmdbd")
    cluster.wait(lambda: session.ask(asked).status == 200)
