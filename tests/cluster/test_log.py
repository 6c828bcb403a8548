"""The log of real requests: who asked what, and why it failed."""

import json

import pytest

from .typed import request, send

JOB = {
    "script": "#!/bin/sh\ntrue",
    "job": {"current_working_directory": "/tmp", "environment": ["SECRET=fish"], "tasks": 1, "name": "j"},
}


def asked(cluster, *requests, options=""):
    """The lines of the log, as objects."""
    done = send(cluster, b"".join(requests), "--log-format", "json", *options.split())
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert "fish" not in done.err
    return [line for line in lines if "path" in line], lines


def test_a_submission_names_the_user_and_the_job(bare_cluster):
    submit = request("POST", "/slurm/v0.0.44/job/submit", JOB)
    (line,), _ = asked(bare_cluster, submit)
    assert (line["user"], line["status"], line["version"]) == (bare_cluster.user, 200, "v0.0.44")
    assert bare_cluster.job_state(line["job_id"]) is not None


@pytest.mark.parametrize(
    ("target", "status", "reason"),
    [
        ("/slurm/v0.0.44/job/999999", 404, "there is no job 999999 that you may see"),
        ("/slurm/v0.0.44/jobs?update_time=x", 400, "update_time: expected"),
        ("/slurm/v0.0.44/no", 404, "there is nothing at"),
        ("/slurm/v0.0.44/node/none", 404, "none"),
    ],
)
def test_an_error_has_its_reason(bare_cluster, target, status, reason):
    (line,), _ = asked(bare_cluster, request("GET", target))
    assert line["status"] == status
    assert reason in line["reason"]
    assert line.get("query", "") == target.partition("?")[2]


def test_v_names_who_was_authenticated_and_vv_the_calls_of_libslurm(bare_cluster):
    ping = request("GET", "/slurm/v0.0.44/jobs")
    _, silent = asked(bare_cluster, ping)
    _, verbose = asked(bare_cluster, ping, options="-v")
    _, debug = asked(bare_cluster, ping, options="-vv")
    assert [line["level"] for line in silent] == ["info"]
    said = [line["message"] for line in verbose if line["level"] == "verbose"]
    assert any(
        message.endswith(f"GET /slurm/{{version}}/jobs as {bare_cluster.user}, by local") for message in said
    )
    assert any(line.get("message", "").startswith("slurm_load_jobs: ") for line in debug), debug
