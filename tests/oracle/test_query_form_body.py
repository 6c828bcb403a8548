"""The same parameters as a query, a form and a JSON body, to us and to the installed slurmrestd.

Whichever way they come the answer is the same, and slurmrestd's; with a query beside a body nothing is done.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from ask import Answer, differences, here, missing, ours, release, theirs
from asked import documented
from dbasked import AS_ANOTHER, NAMED, PAST, VALUES, WORDS, queries
from dbexpected import MOVING
from test_slurmdb import compared
from test_slurmrestd import SERVED, listing

RELEASE = release()
#: Up to v0.0.38 there is one way for each method; v0.0.39 is not of a release that has all three.
VERSIONS = here(SERVED, 40)

#: Jobs end, and are scheduled, while they are asked for.
CHANGING = ("jobs[].time.end", "last_update", "last_update.number", "last_backfill.number")
#: slurmrestd takes the slash for that of a path into the body, and ignores the parameter.
UNHEEDED = "Exclude parent id/name"
#: Of which of several something is asked.
ONE = {**{kind: words[0] for kind, words in WORDS.items()}, "cluster": "other"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Pairs = list[tuple[str, str]]


def ways(method: str, target: str, pairs: Pairs) -> dict[str, str]:
    """A request in each way to say its parameters."""
    document: dict[str, Any] = {}
    for name, value in pairs:
        document.setdefault(name, []).append(value)
    document = {name: values if len(values) > 1 else values[0] for name, values in document.items()}
    form = urlencode(pairs, quote_via=quote)
    return {
        "query": said(method, f"{target}?{form}"),
        "form": said(method, target, form, FORM),
        "JSON": said(method, target, json.dumps(document), JSON),
    }


def said(method: str, target: str, body: str = "", media: str = JSON) -> str:
    fields = f"Content-Type: {media}\r\nContent-Length: {len(body)}\r\n"
    return f"{method} {target} HTTP/1.1\r\n{fields}\r\n{body}"


def each_way(
    cluster: Any, asked: dict[str, dict[str, str]], user: str | None = None
) -> Iterator[tuple[str, str, Answer, Answer]]:
    """Target, way and both answers."""
    names = [(target, way) for target, requests in asked.items() for way in requests]
    for start in range(0, len(names), 30):
        some = names[start : start + 30]
        requests = [asked[target][way] for target, way in some]
        mine = ours(cluster, *requests, user=user)
        other = theirs(cluster, *requests, user=user)
        for (target, way), one, two in zip(some, mine, other, strict=True):
            yield target, way, one, two


def wrong_ways(cluster: Any, asked: dict[str, dict[str, str]], bodies: bool = True) -> dict[str, list[Any]]:
    """Where ours differs between two ways, or from slurmrestd's without a reason that a query has too.

    bodies: whether they are compared with slurmrestd's; statuses are.
    """
    wrong: dict[str, list[Any]] = {}
    by_query: dict[str, Answer] = {}
    for target, way, mine, other in each_way(cluster, asked, cluster.admin):
        first = by_query.setdefault(target, mine)
        if mine[0] != first[0]:
            wrong.setdefault(f"status by {way}", []).append((target, mine[0], first[0]))
        elif mine[0] < 400:
            for path, one, two in differences(mine[1], first[1], MOVING):
                if path in CHANGING:
                    continue
                wrong.setdefault(f"{path} by {way}, and by query", []).append((target, one, two))
        below = target.split("/", 3)[3]
        for path, one, two, reason in compared(below, *mine, *other):
            if reason is None and path not in CHANGING and (bodies or path == "status"):
                wrong.setdefault(f"{path} by {way}", []).append((target, one, two))
    return wrong


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_asked_is_the_same_in_a_query_a_form_and_a_body(ledger_cluster: Any, version: int) -> None:
    """Every parameter of every GET below /slurmdb/."""
    operations = documented(ledger_cluster, f"v0.0.{version}", "slurmdb")
    asked = {}
    for path, parameters in operations.items():
        if path in AS_ANOTHER:
            continue
        for target in one_each(path, parameters, version):
            plain, _, query = f"/slurmdb/v0.0.{version}/{target}".partition("?")
            asked[f"{plain}?{query}"] = ways("GET", plain, parse_qsl(query))
    assert len(asked) > 80
    wrong = wrong_ways(ledger_cluster, asked)
    assert not wrong, listing(wrong)


def one_each(path: str, parameters: Any, version: int) -> Iterator[str]:
    """A path with a value of each parameter that finds something, and one of two words if it is a list."""
    kind = path.partition("/")[0]
    first = path if "{" not in path else f"{kind}/{ONE.get(kind, '1')}"
    for parameter in parameters:
        if parameter == UNHEEDED:
            continue
        values = NAMED[path] if parameter == "name" else VALUES[parameter]
        chosen = {values[0], *(value for value in values if value.count(",") == 1 and value != ",")}
        wanted = {f"{quote(parameter)}={quote(value)}" for value in chosen}
        yield from (
            target
            for target in queries(path, first, [parameter], version)
            if target.partition("?")[2].removeprefix(f"{PAST}&").rpartition("&")[2] in wanted
        )


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_asked_of_slurmctld_is_the_same_each_way(ledger_cluster: Any, version: int) -> None:
    one, two = (str(job) for job in list(ledger_cluster.past.values())[:2])
    asked: dict[str, dict[str, str]] = {}
    for path, pairs in (
        ("jobs/state", [("job_id", one)]),
        ("jobs/state", [("job_id", one), ("job_id", two)]),
        ("shares", [("accounts", "physics")]),
        ("shares", [("accounts", "physics"), ("accounts", "optics")]),
        ("shares", [("users", "ben"), ("users", "root")]),
        ("nodes", [("flags", "DETAIL")]),
        ("nodes", [("flags", "DETAIL"), ("flags", "ALL")]),
        ("node/host1", [("flags", "DETAIL")]),
        ("jobs", [("flags", "DETAIL"), ("flags", "ALL")]),
        ("jobs", [("update_time", "1")]),
        ("partitions", [("update_time", "1")]),
        ("reservations", [("update_time", "1")]),
    ):
        if version < 42 and pairs[0][0] == "update_time":
            continue  # slurmrestd ends in errors over it
        target = f"/slurm/v0.0.{version}/{path}"
        asked[f"{target}?{urlencode(pairs)}"] = ways("GET", target, pairs)
    wrong = wrong_ways(ledger_cluster, asked, bodies=False)
    for _ in range(3):  # jobs that end between two of them
        wrong = wrong and wrong_ways(ledger_cluster, asked, bodies=False)
    assert not wrong, listing(wrong)


#: Every parameter that is a list, below /slurmdb/: with what it is asked for, one by one.
LISTS = {
    "jobs": {
        "account": ("test", "research"),
        "cluster": ("scaleout", "other"),
        "groups": ("root", "fred"),
        "job_name": ("two_steps", "failed"),
        "partition": ("debug", "long"),
        "qos": ("normal", "full"),
        "reason": ("None", "Resources"),
        "state": ("COMPLETED", "FAILED"),
        "step": ("1", "2"),
        "users": ("root", "fred"),
        "wckey": ("paper", "thesis"),
        "association": ("1", "2"),
        "constraints": ("fast", "ssd"),
        "reservation": ("meeting", "nobody"),
        "reservation_id": ("1", "2"),
    },
    "associations": {
        "account": ("physics", "optics"),
        "cluster": ("scaleout", "other"),
        "default_qos": ("full", "high"),
        "id": ("1", "2"),
        "parent_account": ("science", "physics"),
        "partition": ("debug", "long"),
        "qos": ("full", "high"),
        "user": ("ben", "dora"),
    },
    "accounts": {"description": ("physics", "light")},
    "users": {"default_account": ("optics", "chemistry"), "default_wckey": ("paper", "thesis")},
    "qos": {"description": ("of all limits", "nothing"), "id": ("1", "2"), "name": ("full", "normal")},
    "wckeys": {
        "cluster": ("scaleout", "other"),
        "id": ("1", "2"),
        "name": ("paper", "thesis"),
        "user": ("ben", "root"),
    },
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_list_that_is_given_one_by_one_is_whole(ledger_cluster: Any, version: int) -> None:
    operations = documented(ledger_cluster, f"v0.0.{version}", "slurmdb")
    asked, together = {}, {}
    for path, lists in LISTS.items():
        plain = f"/slurmdb/v0.0.{version}/{path}"
        base = parse_qsl(PAST) if path == "jobs" else []
        for name, (one, two) in lists.items():
            if name not in operations[path]:
                continue
            pairs = [*base, (name, one), (name, two)]
            joined = [*base, (name, f"{one},{two}")]
            target = f"{plain}?{urlencode(joined, quote_via=quote, safe=',')}"
            asked[target] = ways("GET", plain, pairs)
            together[target] = said("GET", target)
    found = ours(ledger_cluster, *together.values(), user=ledger_cluster.admin)
    one_by_one = ours(
        ledger_cluster, *(asked[target]["query"] for target in together), user=ledger_cluster.admin
    )
    for target, first, other in zip(together, found, one_by_one, strict=True):
        assert first[0] == other[0] == 200, target
        assert [path for path, *_ in differences(first[1], other[1], MOVING) if path not in CHANGING] == [], (
            target
        )
    wrong = wrong_ways(ledger_cluster, asked)
    assert not wrong, listing(wrong)


def held(cluster: Any, name: str) -> str:
    """A job of fred's that waits."""
    command = f"sbatch --parsable -H -J {name} -o /dev/null --wrap 'sleep 1'"
    done = cluster.shell(command, user=None)
    assert done.returncode == 0, done.stderr
    return str(done.stdout.decode().split(";")[0].strip())


def state(cluster: Any, job: str, field: str = "%T %k") -> str:
    done = cluster.shell(f"squeue -h -t all -j {job} -o '{field}'")
    return str(done.stdout.decode().strip())


#: What is done to a job that waits: method, path, parameters; what it looks like after that.
DONE: dict[str, tuple[str, str, Pairs, str]] = {
    "changed": ("POST", "job/{job}", [("comment", "by wire"), ("time_limit", "7")], "PENDING by wire"),
    "cancelled": ("DELETE", "job/{job}", [("signal", "KILL")], "CANCELLED (null)"),
    "not signalled": ("DELETE", "job/{job}", [("signal", "USR1")], "PENDING (null)"),
    "cancelled by filter": (
        "DELETE",
        "jobs/",
        [("job_name", "{name}"), ("job_state", "PENDING"), ("partition", "debug")],
        "CANCELLED (null)",
    ),
    "cancelled by ids": ("DELETE", "jobs/", [("jobs", "{job}"), ("jobs", "99999999")], "CANCELLED (null)"),
    "of another partition": (
        "DELETE",
        "jobs/",
        [("job_name", "{name}"), ("partition", "long")],
        "PENDING (null)",
    ),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what", DONE)
def test_what_is_done_is_the_same_by_a_query_a_form_and_a_body(
    ledger_cluster: Any, version: int, what: str
) -> None:
    method, path, pairs, after = DONE[what]
    for asked in (ours, theirs):
        for way in ("query", "form", "JSON"):
            name = f"{what.replace(' ', '-')}-{asked.__name__}-{way}-{version}"
            job = held(ledger_cluster, name)
            said_pairs = [(key, value.format(job=job, name=name)) for key, value in pairs]
            request = ways(method, f"/slurm/v0.0.{version}/{path.format(job=job)}", said_pairs)[way]
            answer = asked(ledger_cluster, request)
            assert state(ledger_cluster, job) == after, (asked.__name__, way, answer)
            ledger_cluster.shell(f"scancel {job}")


class Change(NamedTuple):
    """What an administrator does. since: the version; before: a command that makes it undone; seen: another,
    and what it prints after that. {mark} is of this one time."""

    since: int
    method: str
    path: str
    pairs: Pairs
    before: str
    seen: str
    after: str


ADD = "sacctmgr -iQ add user dora account=test; sacctmgr -iQ add user dora account=research"
OF_DORA = "sacctmgr -nP show assoc user=dora account=test,research format=account"
CHANGES = {
    "node": Change(
        40,
        "POST",
        "slurm/{version}/node/host1",
        [("comment", "{mark}")],
        "true",
        "scontrol show node host1",
        "Comment={mark}",
    ),
    "associations": Change(
        40, "DELETE", "slurmdb/{version}/associations/", [("account", "test"), ("user", "dora")],
        ADD, OF_DORA, "research",
    ),
    "associations of two accounts": Change(
        40, "DELETE", "slurmdb/{version}/associations/",
        [("account", "test"), ("account", "research"), ("user", "dora")],
        ADD, f"echo none; {OF_DORA}", "none",
    ),
    "association": Change(
        40, "DELETE", "slurmdb/{version}/association/",
        [("account", "test"), ("user", "dora"), ("cluster", "scaleout")], ADD, OF_DORA, "research",
    ),
    "past job": Change(
        44, "POST", "slurmdb/{version}/job/{job}", [("extra", "{mark}")], "true",
        "sacct -nPXD -S 2020-01-01 -j {job} -o extra", "{mark}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "version"),
    [
        (what, version)
        for what, change in CHANGES.items()
        for version in SERVED.get(RELEASE, ())
        if version >= change.since
    ]
    or [pytest.param("", 40, marks=missing(SERVED, 40))],
)
def test_what_an_administrator_does_is_the_same_each_way(
    ledger_cluster: Any, version: int, what: str
) -> None:
    change, cluster = CHANGES[what], ledger_cluster
    for asked in (ours, theirs):
        for way in ("query", "form", "JSON"):
            words = {
                "mark": f"{asked.__name__}-{way}-{version}",
                "version": f"v0.0.{version}",
                "job": str(cluster.past["two_steps"]),
            }
            pairs = [(key, value.format(**words)) for key, value in change.pairs]
            cluster.shell(change.before, user=cluster.admin)
            request = ways(change.method, "/" + change.path.format(**words), pairs)[way]
            answer = asked(cluster, request, user=cluster.admin)
            seen = cluster.shell(change.seen.format(**words), user=cluster.admin).stdout.decode()
            assert change.after.format(**words) in seen.split(), (asked.__name__, way, answer, seen)
            if what.startswith("association"):
                assert len(seen.split()) == 1, (asked.__name__, way, answer, seen)


@pytest.mark.parametrize("version", here(SERVED, 44))
def test_host_lists_are_the_same_each_way(ledger_cluster: Any, version: int) -> None:
    asked = {
        path: ways("POST", f"/util/v0.0.{version}/{path}", pairs)
        for path, pairs in {
            "hostnames": [("hostlist", "host[1-3]")],
            "hostlist": [("hostnames", "host1"), ("hostnames", "host2")],
        }.items()
    }
    found = list(each_way(ledger_cluster, asked))
    assert {answer[0] for _, _, *answers in found for answer in answers} == {200}, found
    for path, key in (("hostnames", "hostnames"), ("hostlist", "hostlist")):
        values = [
            answer[1][key] for target, _, *two in found if target == path for answer in two if answer[1]
        ]
        assert len(values) == 6 and all(value == values[0] for value in values), found


@pytest.mark.parametrize("version", VERSIONS)
def test_with_a_query_beside_a_body_nothing_is_done(ledger_cluster: Any, version: int) -> None:
    for asked in (ours, theirs):
        job = held(ledger_cluster, f"beside-{asked.__name__}-{version}")
        base = f"/slurm/v0.0.{version}"
        requests = [
            said("DELETE", f"{base}/job/{job}?flags=FULL_JOB", '{"signal": "KILL"}'),
            said("DELETE", f"{base}/jobs/?job_state=PENDING", json.dumps({"jobs": [job]})),
            said("POST", f"{base}/job/{job}?comment=x", '{"comment": "y"}'),
            said("POST", f"{base}/job/{job}?comment=x", "comment=y", FORM),
            said("GET", f"{base}/jobs/state/?job_id={job}", '{"job_id": "1"}'),
        ]
        found = [status for request in requests for status, _ in asked(ledger_cluster, request)]
        assert found == [400] * len(requests), asked.__name__
        assert state(ledger_cluster, job) == "PENDING (null)"
        ledger_cluster.shell(f"scancel {job}")


#: A switch in each spelling: whether it is on.
SWITCHES = {
    "skip_steps": True,
    "skip_steps=": False,
    "skip_steps=on": True,
    "skip_steps=true": True,
    "skip_steps=1": True,
    "skip_steps=off": False,
    "skip_steps=false": False,
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_switch_is_on_by_its_name_alone(ledger_cluster: Any, version: int) -> None:
    job = ledger_cluster.past["two_steps"]
    for spelled, on in SWITCHES.items():
        request = said("GET", f"/slurmdb/v0.0.{version}/jobs?step={job}&start_time=2020-01-01&{spelled}")
        for asked in (ours, theirs):
            ((status, body),) = asked(ledger_cluster, request, user=ledger_cluster.admin)
            assert status == 200 and body
            assert [bool(found["steps"]) for found in body["jobs"]] == [not on], (asked.__name__, spelled)
