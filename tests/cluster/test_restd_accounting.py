"""/restd/<version>/accounting/jobs on a real cluster: sacct, with the same filters, is the oracle."""

import csv
import io
import json
import re

import pytest

PERIOD = "start_time=now-1day&end_time=now%2B1hour"
SACCT = "sacct --allusers --allocations --duplicates --noheader --starttime=now-1day --endtime=now+1hour"


@pytest.fixture(scope="module")
def jobs(cluster):
    """Jobs that have ended, in the database."""
    numbers = {
        "done": cluster.submit("--job-name=done", "--wrap=:"),
        "failed": cluster.submit("--job-name=failed", "--wrap=exit 3"),
        "roots": cluster.submit("--job-name=Done-root", "--wrap=:", user="root"),
    }
    for number in numbers.values():
        cluster.wait_state(number, "COMPLETED", "FAILED")
    cluster.wait(lambda: set(numbers.values()) <= set(sacct(cluster, "")))
    cluster.wait(lambda: numbers["failed"] in sacct(cluster, "--state=FAILED"))
    return numbers


def ask(cluster, query, accept="application/json"):
    head, body = exchange(cluster, f"/restd/v0.0.44/accounting/jobs?{PERIOD}&{query}", f"Accept: {accept}")
    assert b" 200 " in head.splitlines()[0], body
    assert b"chunked" not in head
    return json.loads(body) if accept.endswith("/json") else body.decode()


def exchange(cluster, target, field):
    """Head and body of an answer."""
    request = f"GET {target} HTTP/1.1\r\nHost: x\r\n{field}\r\nConnection: close\r\n\r\n"
    done = cluster.shell("restd-inet 2>/dev/null", user="root", input=request)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    return head, body


def sacct(cluster, options):
    done = cluster.shell(f"{SACCT} --format=jobidraw {options}", user="root")
    assert done.returncode == 0, done.stderr
    return sorted(map(int, done.stdout.split()))


def ids(document):
    return sorted(job["job_id"] for job in document["jobs"])


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", ""),
        ("user=root", "--user=root"),
        ("user=fred,0", "--user=fred,root"),
        ("state=FAILED", "--state=FAILED"),
        ("state=CD,F", "--state=CD,F"),
        ("name=done,failed", "--name=done,failed"),
        ("job_id={failed},{done}", "--jobs={failed},{done}"),
        ("partition=debug&user=fred", "--partition=debug --user=fred"),
    ],
)
def test_the_jobs_are_sacct_s(cluster, jobs, query, options):
    document = ask(cluster, query.format(**jobs) + "&fields=job_id")
    assert ids(document) == sacct(cluster, options.format(**jobs))


def test_what_slurmdbd_does_not_know_is_chosen_as_well(cluster, jobs):
    whole = ask(cluster, "fields=job_id,name,user,state.current")["jobs"]
    ended = {"FAILED", "PENDING"}
    expected = {
        "name=done*": [job for job in whole if job["name"].lower().startswith("done")],
        "user=!root": [job for job in whole if job["user"] != "root"],
        "state=!FAILED,!PENDING": [job for job in whole if not ended & set(job["state"]["current"])],
    }
    for query, found in expected.items():
        assert ids(ask(cluster, query)) == sorted(job["job_id"] for job in found)


def test_pages_are_the_list(cluster, jobs):
    found, after = [], ""
    while after is not None:
        document = ask(cluster, f"limit=2&fields=job_id{after and f'&after={after}'}")
        assert len(document["jobs"]) <= 2
        found += [job["job_id"] for job in document["jobs"]]
        after = document["next"]
    assert sorted(found) == sacct(cluster, "")


def test_counts_and_lines(cluster, jobs):
    document = ask(cluster, "group=user")
    assert document["count"] == len(sacct(cluster, ""))
    groups = {group["name"]: group["count"] for group in document["groups"]}
    assert groups == {user: len(sacct(cluster, f"--user={user}")) for user in groups}
    rows = list(csv.DictReader(io.StringIO(ask(cluster, "fields=job_id,name,time.elapsed", "text/csv"))))
    assert {int(row["job_id"]): row["name"] for row in rows}[jobs["failed"]] == "failed"
    lines = ask(cluster, "fields=job_id,name", "application/x-ndjson").splitlines()
    assert sorted(json.loads(line)["job_id"] for line in lines) == sacct(cluster, "")


@pytest.mark.parametrize("family", ["restd/v0.0.44/accounting", "slurmdb/v0.0.44"])
def test_jobs_are_not_sent_again_while_they_are_the_same(cluster, jobs, family):
    def tag(had='"none"'):
        target = f"/{family}/jobs?start_time=now-1day&end_time=now%2B1hour"
        head, body = exchange(cluster, target, f"If-None-Match: {had}")
        found = re.search(rb"(?m)^ETag: (\S+)", head)[1].decode()
        assert (b" 304 " in head.splitlines()[0]) == (body == b"") == (found == had)
        return found

    known = tag()
    assert tag(known) == known
    change = f"sacctmgr --immediate modify job where jobid={jobs['done']} set comment={family[:5]}"
    assert cluster.shell(change, user="root").returncode == 0
    changed = tag(known)
    assert changed != known
    assert tag(changed) == changed
