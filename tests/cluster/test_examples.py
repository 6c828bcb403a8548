"""The request examples of the OpenAPI documents, sent as they stand to a real cluster: each is 200.

The cluster is that of openapi.example_values: users fred and pebbles (an administrator), host1 to host4,
partition debug. What an example needs is made before, what it leaves is removed after each version.
"""

from __future__ import annotations

import json
import re

import pytest
from places import SPECS

from .conftest import running
from .serving import until
from .typed import as_root, ask, request, send

pytestmark = as_root

ADMIN = "pebbles"
VERSIONS = sorted(
    (file.stem for file in SPECS.glob("v*.json")), key=lambda name: [int(n) for n in re.findall(r"\d+", name)]
)
#: The names in paths.
NAMES = {"node_name": "host1"}
#: The job that requests name.
JOB = 1234
#: Operations of which one must come after another.
LATE = ("/associations", "/associations/", "/jobs/requeue", "/job/{job_id}", "/jobs/")
#: No release of Slurm can add these.
IMPOSSIBLE = "/tres"
REMOVED = (
    "scontrol update nodename=host1 state=resume",
    "scontrol delete partitionname=night",
    "scontrol delete reservationname=maintenance",
    "scontrol delete nodename=cloud1",
    "sacctmgr --immediate delete user fred account=physics",
    "sacctmgr --immediate delete account physics",
    "sacctmgr --immediate delete qos night",
    "sacctmgr --immediate delete cluster another",
)


@pytest.fixture(scope="module")
def cluster(reachable, tmp_path_factory):
    """One of their own: nodes are drained here, added and deleted."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text("MaxNodeCount=8\n")
    with running(reachable, "--nodes", "4", "--conf", str(conf)) as started:
        yield started


@pytest.fixture(scope="module")
def job(cluster):
    """A running job with the number that the examples name."""
    body = {
        "script": "#!/bin/sh\nsleep 600\n",
        "job": {
            "job_id": JOB,
            "environment": ["PATH=/bin:/usr/bin"],
            "current_working_directory": "/tmp",
            "user_id": "fred",
        },
    }
    answer = ask(cluster, "POST", "/slurm/v0.0.45/job/submit", body, user="root")
    assert answer.status == 200, answer.text
    return JOB


@pytest.fixture(autouse=True)
def removed(cluster):
    """Removes what the examples of a version leave."""
    yield
    cluster.shell("; ".join(REMOVED), user="root")


def runs(cluster, job):
    """Whether a job runs; one that has been requeued would wait for two minutes."""
    state = cluster.shell(f"squeue --noheader --jobs={job} --format=%T", user="root").stdout.decode().strip()
    if state == "PENDING":
        cluster.shell(f"scontrol update jobid={job} starttime=now", user="root")
    return state == "RUNNING"


def examples(version):
    """(method, path, body) of every request that has an example."""
    document = json.loads((SPECS / f"{version}.json").read_text())
    found = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if "requestBody" in operation and not path.rstrip("/").endswith(IMPOSSIBLE):
                content = next(iter(operation["requestBody"]["content"].values()))
                found.append((method.upper(), path, content["example"]))
    return sorted(found, key=lambda each: any(each[1].endswith(late) for late in LATE))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_request_is_200(cluster, job, version):
    until(lambda: runs(cluster, job), "the job", timeout=60)
    requests = examples(version)
    assert requests
    lines = b"".join(
        request(method, path.format(job_id=job, **NAMES), body) for method, path, body in requests
    )
    found = send(cluster, lines, "--max-requests", "99", user=ADMIN).answers
    assert len(found) == len(requests)
    wrong = {
        f"{method} {path}": f"{answer.status} {answer.text[-600:]}"
        for (method, path, _), answer in zip(requests, found, strict=True)
        if answer.status != 200
    }
    assert wrong == {}, "\n".join(map(str, wrong.items()))


#: What exists nowhere, in place of the names in paths.
NOWHERE = {
    "job_id": 99999,
    "node_name": "nope",
    "partition_name": "nope",
    "reservation_name": "nope",
    "account_name": "nope",
    "cluster_name": "nope",
    "qos_name": "nope",
    "qos": "nope",
    "user_name": "nope",
    "name": "nope",
    "wckey": 77,
    "id": 77,
}


@pytest.mark.parametrize("version", ["v0.0.38", "v0.0.39", "v0.0.45"])
@pytest.mark.parametrize("user", [ADMIN, "fred"])
def test_errors_are_those_of_the_document(cluster, version, user):
    """Of every operation, asked for what does not exist, and with a body that is not valid."""
    document = json.loads((SPECS / f"{version}.json").read_text())
    asked = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "post" and "{" not in path:
                sent = request("POST", path, {"nonsense": True})
            elif path.rstrip("/").endswith("reconfigure") and user == ADMIN:
                continue
            else:
                query = "?update_time=4102444800" if "update_time" in str(operation.get("parameters")) else ""
                target = path.format(**NOWHERE) + query
                sent = request(method.upper(), target, {"comment": "x"} if method == "post" else None)
            asked.append((f"{method} {path}", operation["responses"], sent))
    found = send(cluster, b"".join(sent for *_, sent in asked), "--max-requests", "999", user=user).answers
    assert len(found) == len(asked)
    unknown = [
        f"{where}: {answer.status} {answer.text[-300:]}"
        for (where, documented, _), answer in zip(asked, found, strict=True)
        if str(answer.status) not in documented
    ]
    assert unknown == [], "\n".join(unknown)
