"""Files of jobs that slurmctld has forgotten, and of steps: what accounting knows of them."""

import os
from pathlib import Path

import pytest

from .conftest import running
from .test_restd_job_files import ended, get, submit

CONF = "MinJobAge=2\nAccountingStoreFlags=job_script\n"


@pytest.fixture(scope="module")
def cluster(reachable, tmp_path_factory):
    """A cluster that forgets jobs soon, and keeps their scripts."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text(CONF)
    with running(reachable, "--nodes", "1", "--conf", str(conf)) as started:
        yield started


@pytest.fixture(scope="module")
def directory(cluster):
    path = Path(cluster.jobs, "past")
    assert cluster.shell(f"mkdir {path}").returncode == 0
    return path


@pytest.fixture(scope="module")
def jobs(cluster, directory):
    """Jobs of the past: a batch job, tasks of an array, what srun has started, and one with steps."""
    steps = "echo batch; srun --output=step-%s.out echo first; srun echo second"
    found = {
        "batch": submit(cluster, directory, "--job-name=past", "--output=%x-%j.out", "--error=%j.err"),
        "array": submit(cluster, directory, "--array=3,14"),
        "steps": submit(cluster, directory, "--output=steps.out", script=steps),
    }
    found["srun"] = int(cluster.shell("srun bash -c 'echo $SLURM_JOB_ID'").stdout)
    ended(cluster, found["batch"], found["steps"])
    gone = [str(job) for job in found.values()]
    cluster.wait(lambda: all(cluster.shell(f"scontrol show job {job}").returncode for job in gone), 200)
    return found


def test_the_script_of_the_past(cluster, directory, jobs):
    done = cluster.shell(f"sacct --batch-script --jobs={jobs['batch']}")
    assert done.returncode == 0, done.stderr
    answer = get(cluster, f"{jobs['batch']}/script")
    assert answer.status == 200, answer.text
    assert answer.body.startswith(b"#!/bin/sh\n")
    assert answer.body.strip() in done.stdout
    assert get(cluster, f"{jobs['array']}_14/script").body == answer.body
    assert get(cluster, f"{jobs['srun']}/script").status == 410
    if os.geteuid() == 0:
        assert get(cluster, f"{jobs['batch']}/script", user="nobody").status in (404, 410)


def test_the_output_of_the_past(cluster, directory, jobs):
    answers = {name: get(cluster, f"{jobs['batch']}/{name}") for name in ("stdout", "stderr")}
    tasks = {task: get(cluster, f"{jobs['array']}_{task}/stdout") for task in (3, 14)}
    if cluster.slurm < (24, 11):
        assert {answer.status for answer in (*answers.values(), *tasks.values())} == {410}
        assert "24.11" in answers["stdout"].text
        return
    assert answers["stdout"].body == (directory / f"past-{jobs['batch']}.out").read_bytes()
    assert answers["stderr"].body == b"error\n"
    for task, answer in tasks.items():
        assert answer.body == (directory / f"slurm-{jobs['array']}_{task}.out").read_bytes()
    if os.geteuid() == 0:
        assert get(cluster, f"{jobs['batch']}/stdout", user="root").status == 403
    assert get(cluster, f"{jobs['batch']}/stdout?wait=60&follow=1").body == answers["stdout"].body
    (directory / f"past-{jobs['batch']}.out").unlink()
    assert get(cluster, f"{jobs['batch']}/stdout").status == 404


def test_files_of_steps(cluster, directory, jobs):
    first, second, none = (get(cluster, f"{jobs['steps']}.{step}/stdout") for step in (0, 1, 7))
    if cluster.slurm < (25, 11):
        assert (first.status, second.status) == (501, 501)
        assert "26.05" in first.text
    else:
        assert (first.status, first.body) == (200, b"first\n"), first.text
        assert second.status == 409, second.text
        assert none.status == 404, none.text
    assert get(cluster, "123456789/stdout").status == 404
