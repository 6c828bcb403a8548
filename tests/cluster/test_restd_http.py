"""Lists of a real cluster as lines, compressed, and not sent again: over one connection, as a client asks."""

import csv
import gzip
import io
import json
import re

import pytest


@pytest.fixture(scope="module")
def jobs(cluster):
    """Twenty held jobs, one of them with a name that CSV has to quote."""
    numbers = [cluster.submit("--hold", "--array=1-20", "--job-name=many", "--wrap=:")]
    numbers.append(cluster.submit("--hold", '--job-name=a,"b', "--comment=x\ty", "--wrap=:"))
    for index in range(18):
        numbers.append(cluster.submit("--hold", f"--job-name=job{index}", "--wrap=:"))
    yield numbers
    cluster.shell("scancel " + " ".join(map(str, numbers)))


def ask(cluster, target, *fields):
    """The status of the answer, its fields and its body."""
    head = "".join(f"{field}\r\n" for field in (f"GET {target} HTTP/1.1", "Host: x", *fields))
    done = cluster.shell("cat | restd-inet 2>/dev/null", input=head + "\r\n")  # a pipe of the user's own
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    found = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), found, chunked(body) if "Transfer-Encoding" in found else body


def chunked(body):
    whole = b""
    while size := int(body[: body.index(b"\r\n")], 16):
        start = body.index(b"\r\n") + 2
        whole += body[start : start + size]
        body = body[start + size + 2 :]
    return whole


def test_lines_are_the_document_s_records(cluster, jobs):
    target = "/restd/v0.0.44/jobs?user=me&fields=job_id,name,comment,job_state"
    document = json.loads(ask(cluster, target)[2])["jobs"]
    lines = ask(cluster, target, "Accept: application/x-ndjson")[2].decode()
    assert [json.loads(line) for line in lines.splitlines()] == document
    table = ask(cluster, target, "Accept: text/csv")[2].decode()
    rows = [dict(row) for row in csv.DictReader(io.StringIO(table, newline=""))]
    expected = [
        {**job, "job_id": str(job["job_id"]), "job_state": ",".join(job["job_state"])} for job in document
    ]
    assert rows == expected
    assert {'a,"b', "x\ty"} <= {row[name] for row in rows for name in ("name", "comment")}


@pytest.mark.parametrize("target", ["/restd/v0.0.44/jobs", "/slurm/v0.0.44/jobs"])
def test_a_large_answer_is_compressed_for_who_asks(cluster, jobs, target):
    plain, fields, body = ask(cluster, target)
    assert (plain, "Content-Encoding" in fields) == (200, False)
    _, fields, coded = ask(cluster, target, "Accept-Encoding: gzip")
    assert fields["Content-Encoding"] == "gzip"
    assert len(coded) < len(body) / 4
    assert json.loads(gzip.decompress(coded))["jobs"] == json.loads(body)["jobs"]


def test_nothing_is_sent_while_nothing_changes(cluster, jobs):
    for what in ("partitions", "reservations"):
        target = f"/restd/v0.0.44/{what}"
        _, fields, _ = ask(cluster, target)
        cluster.wait(lambda target=target, fields=fields: unchanged(cluster, target, fields["ETag"]))


def unchanged(cluster, target, tag):
    """Of the second of a change slurmctld says that it may have been after the answer."""
    status, fields, body = ask(cluster, target, f"If-None-Match: {tag}")
    assert status != 304 or (body == b"" and fields["ETag"] == tag)
    return status == 304


def test_a_change_is_sent(cluster, jobs):
    target = f"/restd/v0.0.44/jobs?job_id={jobs[-1]}&fields=job_id,name"
    _, fields, _ = ask(cluster, target)
    assert ask(cluster, target, f"If-None-Match: {fields['ETag']}")[0] == 304
    everything = "/restd/v0.0.44/jobs?count=1"
    _, of_all, _ = ask(cluster, everything)
    cluster.shell(f"scontrol update jobid={jobs[-1]} name=other")
    status, _, body = ask(cluster, target, f"If-None-Match: {fields['ETag']}")
    assert (status, json.loads(body)["jobs"]) == (200, [{"job_id": jobs[-1], "name": "other"}])
    assert ask(cluster, everything, f"If-None-Match: {of_all['ETag']}")[0] == 200


def test_the_link_leads_to_the_next_page(cluster, jobs):
    target, found = "/restd/v0.0.44/jobs", []
    query = "?user=me&limit=7&fields=job_id"
    while query:
        _, fields, body = ask(cluster, target + query, "Accept: application/x-ndjson")
        found += [json.loads(line)["job_id"] for line in body.splitlines()]
        link = re.fullmatch(r'<(\?.*)>; rel="next"', fields.get("Link", ""))
        query = link and link[1]
    whole = json.loads(ask(cluster, target + "?user=me&fields=job_id")[2])["jobs"]
    assert found == [job["job_id"] for job in whole]


def test_accounting_is_not_sent_again_while_it_is_the_same(cluster, jobs):
    target = "/slurmdb/v0.0.44/accounts"
    assert "ETag" not in ask(cluster, target)[1]
    _, fields, body = ask(cluster, target, 'If-None-Match: "none"')
    status, again, nothing = ask(cluster, target, f"If-None-Match: {fields['ETag']}")
    assert (status, again["ETag"], nothing) == (304, fields["ETag"], b"")
    cluster.shell("sacctmgr --immediate add account etag", user="root")
    status, _, changed = ask(cluster, target, f"If-None-Match: {fields['ETag']}")
    cluster.shell("sacctmgr --immediate delete account etag", user="root")
    assert status == 200
    assert len(json.loads(changed)["accounts"]) == len(json.loads(body)["accounts"]) + 1
