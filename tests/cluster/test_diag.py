"""ping, diag and the lists: what they say, when nothing has changed, and how it is laid out."""

import json
import re
import time

import pytest

from .commanding import V1, V35, both, get
from .typed import (
    ask,
    no_jobs_left,
    output,
    request,
    send,
    submit,
)

__all__ = ["no_jobs_left"]


# diag and ping
@both
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ping_names_the_controller_and_how_it_is(cluster, version, method):
    document = ask(cluster, method, f"/slurm/{version}/ping").json
    host = re.search(r"Slurmctld\(primary\) at (\S+) is UP", output(cluster, "scontrol", "ping"))[1]
    up = {"ping": "UP", "status": 0, "mode": "primary"}
    assert document["errors"] == []
    assert {name: document["ping"][name] for name in up} == up
    assert set(document["ping"]) == {*up, host.split("(")[0]}


def test_diag_is_under_statistics_in_the_first_release(cluster):
    document = get(cluster, "diag")
    assert list(document) == ["errors", "statistics"]
    assert document["errors"] == []
    assert document["statistics"]["parts_packed"] == (1 if cluster.slurm < (25, 11) else 0)  # is gone
    assert document["statistics"]["bf_active"] == 0


def test_diag_counts_a_submitted_job(cluster):
    before = get(cluster, "diag")["statistics"]["jobs_submitted"]
    submit(cluster)
    assert get(cluster, "diag")["statistics"]["jobs_submitted"] == before + 1


# jobs
@both
def test_jobs_lists_every_job(cluster, version):
    submitted = {submit(cluster, name="one", hold=True), submit(cluster, name="two", hold=True)}
    document = get(cluster, "jobs", version)
    jobs = (
        document
        if version == V1
        else document.get("jobs", document)
        if isinstance(document, dict)
        else document
    )
    names = {job["job_id"]: job["name"] for job in jobs if job["job_id"] in submitted}
    assert sorted(names.values()) == ["one", "two"]


@both
def test_jobs_that_have_not_changed_are_304_without_a_body(cluster, version):
    submit(cluster, hold=True)
    # slurmctld answers in whole seconds: what changed within this one may yet change.
    later = int(time.time()) + 5
    done = send(cluster, request("GET", f"/slurm/{version}/jobs?update_time={later}"))
    assert done.code == 0
    assert done.out.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert done.out.endswith(b"\r\n\r\n")
    assert ask(cluster, "GET", f"/slurm/{version}/jobs?update_time=1").status == 200


@pytest.mark.parametrize("path", ["nodes", "partitions"])
def test_nodes_and_partitions_that_have_not_changed_are_304(cluster, path):
    later = int(time.time()) + 5
    done = send(cluster, request("GET", f"/slurm/{V35}/{path}?update_time={later}"))
    assert (done.code, done.answers[0].status, done.answers[0].body) == (0, 304, b"")


@pytest.mark.parametrize("path", ["jobs/", "jobs", "nodes/", "partition/debug/", "ping/", "diag/"])
def test_a_last_slash_makes_no_difference(cluster, path):
    assert ask(cluster, "GET", f"/slurm/{V35}/{path}").status == 200


def test_v1_has_what_the_slides_have(cluster):
    for path in ("nodes", "node/host1", "partitions", "partition/debug"):
        assert ask(cluster, "GET", f"/slurm/v1/{path}").status == 404


def test_yaml_and_json_say_the_same(cluster):
    job = submit(cluster, hold=True, comment="both")
    yaml = ask(cluster, "GET", f"/slurm/{V35}/job/{job}", None, "Accept: application/yaml").text
    for name, value in get(cluster, f"job/{job}").items():
        if type(value) is int:
            assert f"!!str {name}: !!int {value}\n" in yaml
        elif value is None:
            assert f"!!str {name}: !!null null\n" in yaml


def test_json_is_on_one_line_in_a_pipe_and_laid_out_when_asked(cluster):
    path = f"/slurm/{V35}/ping"
    compact = ask(cluster, "GET", path)
    pretty = ask(cluster, "GET", path, env={"SLURMRESTD_JSON": "pretty"})
    assert compact.body.splitlines() == [compact.body.rstrip(b"\n")]
    assert pretty.body.startswith(b'{\n  "errors": [')
    assert json.loads(compact.body) == json.loads(pretty.body)
    assert ask(cluster, "GET", path, options=("--json", "pretty")).body == pretty.body
