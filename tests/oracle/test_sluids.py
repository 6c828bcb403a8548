"""Jobs that are named by their SLUIDs: as slurmrestd of 26.05 has them, and 501 before."""

from __future__ import annotations

import json
from typing import Any

import lacking
import pytest
from api_versions import slurmrestds
from ask import Answer, answers, here, release, request
from cluster.conftest import cluster, reachable

__all__ = ["cluster", "reachable"]

pytestmark = lacking.as_root
HOLD = "sleep 600"
#: A SLUID that no job has.
UNKNOWN = "s6ANM81REEEM00"
#: Of those that have them the installed slurmrestd serves some.
SERVED = slurmrestds("26.05", "26.11")
VERSIONS = [version for version in SERVED.get(release(), [42]) if version >= 42]


def ours(cluster: Any, method: str, target: str, body: Any = None, user: str | None = None) -> Answer:
    done = cluster.shell("cat | restd-inet -q", input=request(method, target, body), user=user)
    return next(answers(done.stdout))


def theirs(cluster: Any, method: str, target: str, body: Any = None, user: str | None = None) -> Answer:
    done = cluster.shell("cat | timeout 30 slurmrestd", input=request(method, target, body), user=user)
    return next(answers(done.stdout), (0, None))


def submit(cluster: Any, *options: str) -> tuple[int, str]:
    """A held job, and its SLUID."""
    job = cluster.submit("--hold", "--output=/dev/null", *options, "--wrap", HOLD)
    shown = cluster.shell(f"scontrol --json show job {job}").stdout
    found = json.loads(shown)["jobs"][0]
    return job, found["step_id"]["sluid"] if "sluid" in found.get("step_id", {}) else found["sluid"]


def jobs(answer: Answer) -> list[int]:
    return [job["job_id"] for job in (answer[1] or {}).get("jobs", [])]


@pytest.fixture
def new(cluster: Any) -> Any:
    if release() < (26, 5):
        pytest.skip(lacking.slurm("SLUIDs came with Slurm 26.05", "26.05"))
    return cluster


@pytest.mark.parametrize(("method", "target", "body"), [
    ("GET", "/slurm/v0.0.44/job/{}", None),
    ("GET", "/slurm/v0.0.44/job/{}.0", None),
    ("DELETE", "/slurm/v0.0.44/job/{}", None),
    ("POST", "/slurm/v0.0.44/job/{}", {"priority": 7}),
    ("GET", "/slurm/v0.0.45/job/{}/requeue", None),
    ("DELETE", "/slurm/v0.0.44/jobs", {"jobs": ["{}"]}),
    ("GET", "/slurm/v0.0.44/jobs/state?job_id={}", None),
    ("GET", "/slurm/v0.0.44/resources/{}", None),
    ("GET", "/slurmdb/v0.0.44/job/{}", None),
    ("POST", "/slurmdb/v0.0.44/job/{}", {"comment": {"job": "x"}}),
    ("POST", "/slurmdb/v0.0.44/jobs", {"job_id_list": ["{}"], "job_rec": {"comment": {"job": "x"}}}),
    ("GET", "/slurmdb/v0.0.44/jobs?step={}", None),
])  # fmt: skip
def test_older_releases_say_that_they_have_none(cluster: Any, method: str, target: str, body: Any) -> None:
    if release() >= (26, 5):
        pytest.skip(lacking.slurm("SLUIDs came with Slurm 26.05", "24.11"))
    text = json.dumps(body).replace("{}", UNKNOWN)
    status, answer = ours(cluster, method, target.format(UNKNOWN), json.loads(text))
    assert status == 501, answer
    assert answer is not None
    assert "has no sluid; Slurm 26.05 or a newer one has it" in answer["errors"][0]["description"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_job_is_found_by_its_sluid(new: Any, version: int) -> None:
    job, sluid = submit(new)
    names = (sluid, "s" + sluid[1:].lower(), f"{sluid}.0", f"{sluid}.batch")
    for name in names:
        target = f"/slurm/v0.0.{version}/job/{name}"
        they, we = theirs(new, "GET", target), ours(new, "GET", target)
        assert jobs(they) == jobs(we) == [job], name
    assert ours(new, "GET", f"/slurm/v0.0.{version}/job/{UNKNOWN}")[0] == 404
    for name in ("s6ANM81REEEMU0", f"{sluid}_1", f"{sluid}+1", sluid[:-1], f"{sluid}0", "S" + sluid[1:]):
        target = f"/slurm/v0.0.{version}/job/{name}".replace("+", "%2B")
        assert jobs(theirs(new, "GET", target)) == []
        assert ours(new, "GET", target)[0] == 400, name
    new.shell(f"scancel {job}")


def test_a_task_of_an_array_is_found_by_its_sluid(new: Any) -> None:
    job, sluid = submit(new, "--array=1-3")
    target = f"/slurm/v0.0.45/job/{sluid}"
    assert jobs(theirs(new, "GET", target)) == jobs(ours(new, "GET", target)) == [job]
    assert ours(new, "DELETE", target)[0] == 200
    new.wait(lambda: new.job_state(job) == "CANCELLED")


def test_a_job_is_changed_and_cancelled_by_its_sluid(new: Any) -> None:
    job, sluid = submit(new)
    other, _ = submit(new)
    assert ours(new, "POST", f"/slurm/v0.0.45/job/{sluid}", {"comment": "by sluid"})[0] == 200
    assert b"Comment=by sluid" in new.shell(f"scontrol show job {job}").stdout
    for chosen in (sluid, f"{sluid},{UNKNOWN}"):
        status, answer = ours(new, "GET", f"/slurm/v0.0.45/jobs/state?job_id={chosen}")
        assert answer is not None
        assert (status, [found["job_id"] for found in answer["jobs"]]) in ((200, [job]), (404, []))
    status, answer = ours(new, "DELETE", "/slurm/v0.0.45/jobs", {"jobs": [sluid, UNKNOWN]})
    assert status == 200
    assert answer is not None
    assert [found["step_id"] for found in answer["status"]] == [UNKNOWN]
    new.wait(lambda: new.job_state(job) == "CANCELLED")
    assert new.job_state(other) == "PENDING"
    assert ours(new, "DELETE", f"/slurm/v0.0.45/job/{UNKNOWN}")[0] == 404
    new.shell(f"scancel {other}")


def test_accounting_finds_a_job_by_its_sluid(new: Any) -> None:
    job, sluid = submit(new)
    submit(new)
    new.wait(lambda: new.shell(f"sacct -n -j {job}").stdout)
    for target in (f"/slurmdb/v0.0.45/job/{sluid}", f"/slurmdb/v0.0.45/jobs?step={sluid}"):
        they, we = theirs(new, "GET", target), ours(new, "GET", target)
        assert jobs(they) == jobs(we) == [job], target
    assert jobs(ours(new, "GET", f"/slurmdb/v0.0.45/job/{UNKNOWN}")) == []


@pytest.mark.parametrize("version", here(SERVED, 44))
def test_accounting_changes_a_job_by_its_sluid(new: Any, version: int) -> None:
    """As slurmrestd does; the other job stays as it is."""
    job, sluid = submit(new)
    other, _ = submit(new)
    new.wait(lambda: new.shell(f"sacct -n -j {other}").stdout)
    for who, ask in (("we", ours), ("they", theirs)):
        for target, body in (
            (f"job/{sluid}", {"extra": f"{who} one"}),
            ("jobs/", {"job_id_list": [sluid], "job_rec": {"extra": f"{who} several"}}),
        ):
            said = body.get("extra") or body["job_rec"]["extra"]
            status, answer = ask(new, "POST", f"/slurmdb/v0.0.{version}/{target}", body, user="pebbles")
            assert status == 200, answer
            shown = new.shell(f"sacct -nPX -j {job},{other} -o jobid,extra").stdout.decode().split("\n")
            assert shown == [f"{job}|{said}", f"{other}|", ""], answer
    unknown = ours(new, "POST", f"/slurmdb/v0.0.{version}/job/{UNKNOWN}", {"extra": "x"}, user="pebbles")
    assert unknown[0] == 404
    new.shell(f"scancel {job} {other}")


def test_the_resources_of_a_running_job_and_its_return_to_the_queue(new: Any) -> None:
    job, sluid = submit(new)
    new.shell(f"scontrol release {job}")
    new.wait_state(job, "RUNNING")
    # slurmrestd 26.05 answers an error to a SLUID here.
    they = theirs(new, "GET", f"/slurm/v0.0.45/resources/{job}")
    we = ours(new, "GET", f"/slurm/v0.0.45/resources/{sluid}")
    assert they[1] is not None
    assert we[1] is not None
    assert [node["node"] for node in we[1]["nodes"]] == [node["node"] for node in they[1]["nodes"]]
    assert len(we[1]["nodes"]) == 1
    status, answer = ours(new, "POST", "/slurm/v0.0.45/jobs/requeue", {"jobs": [sluid]})
    assert status == 200, answer
    new.wait(lambda: b"Restarts=1" in new.shell(f"scontrol show job {job}").stdout)
    new.shell(f"scancel {job}")
