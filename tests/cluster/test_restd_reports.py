"""/restd/<version>/reports on a real cluster: sreport, with the same times and units, is the oracle."""

import csv
import io
import time

import pytest

from . import past
from .conftest import running
from .managing import manage
from .test_faults import FAST
from .test_slurmdb_faults import silent, talk
from .typed import as_root, ask, output, request, send

__all__ = ["talk"]

pytestmark = as_root
BASE = "/restd/v0.0.44/reports"
OPERATOR = "games"
HOUR = 3600
#: The period that has usage: the day before yesterday, from 8 to 20 o'clock.
PATHS = (
    "cluster-utilization", "account-utilization", "user-utilization", "wckey-utilization",
    "user-wckey-utilization", "user-top", "job-sizes",
)  # fmt: skip


def day():
    now = time.localtime()
    return int(time.mktime((now.tm_year, now.tm_mon, now.tm_mday - 2, 8, 0, 0, 0, 0, -1)))


@pytest.fixture(scope="module")
def cluster(reachable):
    """One whose database is changed."""
    with running(reachable, "--nodes", "2") as started:
        manage(
            started,
            "add user games account=test adminlevel=operator",
            "add coordinator account=test names=games",
            "add account below parent=test",
            "add user fred account=below",
            user="root",
        )
        fill(started)
        yield started


def fill(cluster):
    """Jobs of three users in three accounts, long over, with usage of theirs."""
    shown = "scontrol --oneliner show assoc_mgr flags=assoc accounts=below users=fred"
    cluster.wait(lambda: b"UserName=fred" in cluster.shell(shown).stdout)
    fred = (
        "-n1 -A test",
        "-n4 -A test --wckey=paper",
        "-n2 -A research",
        "-n8 -A below",
        "-n3 -A test --gres=gpu:1",
    )
    numbers = [cluster.submit(*words.split(), "--wrap=:") for words in fred]
    numbers += [cluster.submit("-n2", "--wrap=:", user=user) for user in ("pebbles", OPERATOR)]
    for number in numbers:
        cluster.wait_state(number, "COMPLETED")
    cluster.wait(lambda: past.ended(cluster, numbers))
    for place, number in enumerate(numbers):
        start = day() + 1000 * place
        end = start + 1234 * (place + 1)
        times = f"time_submit = {start}, time_eligible = {start}, time_start = {start}, time_end = {end}"
        past.sql(cluster, f"update scaleout_job_table set {times} where id_job = {number}")
    events = "update scaleout_event_table set time_start ="
    past.sql(cluster, f"{events} {day()} where node_name = ''")
    past.sql(cluster, f"{events} {day() + 2000}, time_end = {day() + 9000} where node_name = 'host2' limit 1")
    rollup = f"sacctmgr --immediate rollup {spelled(day())} {spelled(day() + 12 * HOUR)}"
    output(cluster, "bash", "-c", rollup, user="root")


def spelled(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(seconds))


def sreport(cluster, *words, units="minutes", tres="cpu", user="root", end=None):
    """sreport's rows, the first of them the names of columns."""
    period = f"start={spelled(day())} end={spelled(end or day() + 12 * HOUR)}"
    command = f"sreport -P -t {units} --tres={tres} {' '.join(words)} {period}"
    done = cluster.shell(command, user=user)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    rules = [index for index, line in enumerate(lines) if line.startswith("---")]
    return [line.split("|") for line in lines[rules[-1] + 1 :]]


def report(cluster, path, query="", user="root", end=None):
    period = f"start_time={day()}&end_time={end or day() + 12 * HOUR}"
    answer = ask(cluster, "GET", f"{BASE}/{path}?{period}{query and '&' + query}", user=user)
    assert answer.status == 200, answer.text
    return answer.json["report"]


def number(value, units):
    return f"{value:.2f}%" if units == "percent" else str(int(value))


def columns(rows, *names, units="minutes"):
    """Our rows as sreport writes them."""
    return [
        [number(row[name], units) if isinstance(row[name], float | int) else row[name] for name in names]
        for row in rows
    ]


UNITS = [
    ("minutes", "cpu"),
    ("seconds", "cpu"),
    ("hours", "cpu"),
    ("percent", "cpu"),
    ("seconds", "cpu,mem,gres/gpu,node"),
]
SIZED = [*UNITS[:-1], ("seconds", "gres/gpu,mem,cpu")]


@pytest.mark.parametrize(("units", "tres"), SIZED)
def test_cluster_utilization(cluster, units, tres):
    theirs = "cluster,tresname,allocated,down,plannedd,idle,planned,over,reported"
    shown = sreport(cluster, "cluster", "utilization", f"format={theirs}", units=units, tres=tres)
    found = report(cluster, "cluster-utilization", f"units={units}&tres={tres}")
    states = ("allocated", "down", "planned_down", "idle", "planned", "overcommitted", "reported")
    names = ("cluster", "tres", *states)
    assert columns(found, *names, units=units) == shown[1:]
    assert sum(row["allocated"] for row in found) > 0
    assert {(row["time"]["start"], row["time"]["end"]) for row in found} == {(day(), day() + 12 * HOUR)}


def test_counts_of_a_cluster(cluster):
    shown = sreport(cluster, "cluster", "utilization", "format=tresname,trescount", tres="cpu,mem")
    assert columns(report(cluster, "cluster-utilization", "tres=cpu,mem"), "tres", "count") == shown[1:]


@pytest.mark.parametrize(
    ("path", "name", "first"),
    [
        ("account-utilization", "AccountUtilizationByUser", "account"),
        ("user-utilization", "UserUtilizationByAccount", "account"),
        ("wckey-utilization", "WCKeyUtilizationByUser", "wckey"),
        ("user-wckey-utilization", "UserUtilizationByWCKey", "wckey"),
    ],
)
@pytest.mark.parametrize(("units", "tres"), UNITS)
def test_usage_of_accounts_users_and_wckeys(cluster, path, name, first, units, tres):
    words = ("cluster", name, f"format=cluster,{first},login,proper,tresname,used")
    shown = sreport(cluster, *words, units=units, tres=tres)[1:]
    found = report(cluster, path, f"units={units}&tres={tres}")
    assert columns(found, "cluster", first, "user", "proper_name", "tres", "used", units=units) == shown
    assert sum(row["used"] for row in found) > 0


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("account=test", ("accounts=test",)),
        ("account=test,research", ("accounts=test,research",)),
        ("user=fred", ("users=fred",)),
        ("user=fred,pebbles&account=below", ("users=fred,pebbles", "accounts=below")),
        ("user=nobody", ("users=nobody",)),
        ("all_clusters=1", ("all_clusters",)),
    ],
)
def test_usage_with_conditions(cluster, query, conditions):
    for path, name in (
        ("account-utilization", "AccountUtilizationByUser"), ("user-utilization", "UserUtilizationByAccount"),
    ):  # fmt: skip
        words = ("cluster", name, "format=cluster,account,login,used", *conditions)
        shown = sreport(cluster, *words)[1:]
        assert columns(report(cluster, path, query), "cluster", "account", "user", "used") == shown


@pytest.mark.parametrize(("units", "tres"), UNITS)
@pytest.mark.parametrize(
    ("query", "words"),
    [("", ()), ("top=1", ("topcount=1",)), ("group=1", ("group",)), ("user=fred", ("users=fred",))],
)
def test_users_with_the_largest_usage(cluster, query, words, units, tres):
    shown = sreport(
        cluster,
        "user",
        "top",
        "format=cluster,login,proper,account,tresname,used",
        *words,
        units=units,
        tres=tres,
    )[1:]
    found = report(cluster, "user-top", f"units={units}&tres={tres}&{query}".rstrip("&"))
    ours = columns(found, "cluster", "user", "proper_name", "account", "tres", "used", units=units)
    # Who used the same is in no order.
    assert sorted(ours) == sorted([*row[:3], row[3].replace(", ", ","), *row[4:]] for row in shown)
    assert [row[5] for row in ours if row[4] == tres.split(",")[0]] == [
        row[5] for row in shown if row[4] == tres.split(",")[0]
    ]


@pytest.mark.parametrize("units", ["minutes", "seconds", "percent"])
@pytest.mark.parametrize(
    ("query", "words", "name"),
    [
        ("", (), "SizesByAccount"),
        ("grouping=2,4", ("grouping=2,4",), "SizesByAccount"),
        ("flat=1&grouping=3", ("flatview", "grouping=3"), "SizesByAccount"),
        ("user=fred&grouping=2", ("users=fred", "grouping=2"), "SizesByAccount"),
        ("account=below", ("accounts=below",), "SizesByAccount"),
        ("by=wckey&grouping=2,4", ("grouping=2,4",), "SizesByWCKey"),
        ("by=account_and_wckey&grouping=2,4", ("grouping=2,4",), "SizesByAccountAndWCKey"),
    ],
)
def test_sizes_of_jobs(cluster, query, words, name, units):
    shown = sreport(cluster, "job", name, *words, units=units)
    found = report(cluster, "job-sizes", f"units={units}&{query}".rstrip("&"))
    lines: dict[tuple[str, str], list[str]] = {}
    for row in found:
        lines.setdefault((row["cluster"], row["account"]), []).append(number(row["used"], units))
    ours = [[*key, *used] for key, used in lines.items()]
    assert ours == [row[: len(ours[0])] for row in shown[1:]]
    assert len(ours[0]) == sum("CPUs" in column for column in shown[0][: len(ours[0])]) + 2
    counted = sreport(cluster, "job", name, *words, "printjobcount")
    jobs: dict[tuple[str, str], list[str]] = {}
    for row in found:
        jobs.setdefault((row["cluster"], row["account"]), []).append(str(row["jobs"]))
    assert [[*key, *count] for key, count in jobs.items()] == [row[: len(ours[0])] for row in counted[1:]]


def test_the_default_period_is_yesterday(cluster):
    (row,) = ask(cluster, "GET", f"{BASE}/cluster-utilization", user="root").json["report"] or [None]
    assert row is None or row["time"]["end"] - row["time"]["start"] in (23 * HOUR, 24 * HOUR, 25 * HOUR)


def test_a_report_as_csv(cluster):
    period = f"start_time={day()}&end_time={day() + 12 * HOUR}"
    target = f"{BASE}/user-utilization?{period}&fields=user,account,used"
    answer = ask(cluster, "GET", target, None, "Accept: text/csv", user="root")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    expected = report(cluster, "user-utilization", "fields=user,account,used")
    assert rows == [{name: str(value) for name, value in row.items()} for row in expected]


@pytest.mark.parametrize("user", ["fred", "games", "pebbles", "root"])
def test_who_may_see_what_is_slurm_s(cluster, user):
    for path, name in (
        ("account-utilization", "AccountUtilizationByUser"), ("user-utilization", "UserUtilizationByAccount"),
    ):  # fmt: skip
        shown = sreport(cluster, "cluster", name, "format=cluster,account,login,used", user=user)[1:]
        assert columns(report(cluster, path, user=user), "cluster", "account", "user", "used") == shown


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("cluster-utilization", "units=days", "expected one of seconds, minutes, hours, percent"),
        ("cluster-utilization", "tres=cpus", 'did you mean "cpu"'),
        ("cluster-utilization", "account=test", "unknown property"),
        ("cluster-utilization", "start_time=someday", "expected a time"),
        ("user-top", "top=0", "out of range"),
        ("job-sizes", "grouping=4,2", "each larger than the one before"),
        ("job-sizes", "grouping=0", "out of range"),
        ("job-sizes", "tres=cpu,mem", "expected one trackable resource"),
        ("job-sizes", "by=user", "expected one of account, wckey"),
        ("user-utilization", "fields=usedd", 'did you mean "used"'),
        ("user-utilization", "tres=node&units=percent", "not reported in percent"),
        ("cluster-utilization", "tres=node", "ask for cpu"),
        ("cluster-utilization", "cluster=scaleuot", 'expected the name of a cluster; found "scaleuot"'),
        ("account-utilization", "account=test,belwo", 'did you mean "below"?'),
        ("user-top", "user=frde", 'expected the name of a user; found "frde"; did you mean "fred"?'),
        ("job-sizes", "account=researhc", 'did you mean "research"?'),
        ("wckey-utilization", "wckey=nothing-of-it", "expected the name of a WCKey that you may see"),
    ],
)
def test_mistakes_are_400(cluster, path, query, message):
    answer = ask(cluster, "GET", f"{BASE}/{path}?{query}", user="root")
    assert (answer.status, message in answer.error["description"]) == (400, True), answer.text


@pytest.mark.parametrize("value", ["%27", "%27%20or%201=1--%20", "%5c%27", "x" * 300, "%0a", "%25"])
def test_hostile_values_are_refused_or_find_nothing(cluster, value):
    for path in PATHS:
        for parameter in ("cluster", "tres", "units", "account", "user", "wckey", "top", "grouping", "by"):
            answer = ask(cluster, "GET", f"{BASE}/{path}?{parameter}={value}", user="root")
            assert answer.status == 400 or answer.json["report"] == [], (path, parameter)


def test_a_report_that_is_not_there_is_404(cluster):
    assert ask(cluster, "GET", f"{BASE}/energy").status == 404
    assert ask(cluster, "POST", f"{BASE}/user-top").status == 405


def test_a_stopped_slurmdbd_is_503(cluster):
    cluster.stop("slurmdbd")
    try:
        for path in PATHS:
            done = send(cluster, request("GET", f"{BASE}/{path}"), *FAST, user="root")
            assert (done.code, done.answer.status) == (0, 503), done.answer.text
    finally:
        cluster.start("slurmdbd")
        cluster.wait(lambda: ask(cluster, "GET", f"{BASE}/user-top", user="root").status == 200)


def test_a_frozen_slurmdbd_is_504(cluster, talk):
    session = talk("restd-inet")
    asked = request("GET", f"{BASE}/account-utilization")
    try:
        with past.locked(cluster, "lock tables scaleout_assoc_table write"):
            session.send(asked)
            cluster.wait(lambda: past.waiting(cluster, "from %scaleout_assoc_table"))
            cluster.freeze("slurmdbd")
            silent(session)
    finally:
        cluster.thaw("slurmdbd")
    cluster.wait(lambda: session.ask(asked).status == 200)
