"""Arrays and heterogeneous jobs: found by their ids."""

import os

import pytest

from .commanding import V35, both, get
from .typed import (
    SLEEP,
    ask,
    described,
    no_jobs_left,
    queued,
    submit,
)

__all__ = ["no_jobs_left"]


# Arrays and heterogeneous jobs by their ids
@both
def test_a_task_is_found_by_its_number(cluster, version):
    job = submit(cluster, array="1-3", hold=True)
    ask(cluster, "POST", f"/slurm/{V35}/job/{job}_2", {"comment": "this"})
    document = get(cluster, f"job/{job}_2", version)
    assert (document["array_job_id"], document["array_task_id"]) == (job, 2)
    assert document["comment"] == "this"


def test_a_task_that_has_not_started_is_found_in_its_array(cluster):
    job = submit(cluster, array="1-3", hold=True)
    document = get(cluster, f"job/{job}_3")
    assert (document["array_job_id"], document["job_state"]) == (job, "PENDING")


def het(cluster, *jobs, version=V35, script=SLEEP):
    document = {"job": [described(**job) for job in jobs], "script": script}
    answer = ask(cluster, "POST", f"/slurm/{version}/job/submit", document)
    assert answer.status == 200, answer.text
    return answer.json["job_id"]


@both
def test_a_component_is_found_by_its_offset(cluster, version):
    job = het(cluster, {"name": "first", "hold": True}, {"name": "second", "hold": True}, version=version)
    for offset, name in enumerate(("first", "second")):
        document = get(cluster, f"job/{job}+{offset}", version)
        assert (document["het_job_id"], document["het_job_offset"]) == (job, offset)
        assert document["name"] == name
    assert get(cluster, f"job/{job}", version)["name"] == "first"


def test_the_script_runs_in_the_first_component(cluster):
    out = f"{cluster.jobs}/het-{os.getpid()}.out"
    script = '#!/bin/bash\necho "$SLURM_HET_SIZE $SLURM_JOB_ID"\n'
    first = {"name": "first", "tasks": 1, "standard_out": out}
    job = het(cluster, first, {"name": "second", "tasks": 1, "nodes": 1}, script=script)
    cluster.wait_state(job, "COMPLETED", timeout=40)
    cluster.wait(lambda: os.path.exists(out))
    with open(out) as file:
        assert file.read() == f"2 {job}\n"


@both
@pytest.mark.parametrize("job", ["4000000", "4000000_1", "4000000+1"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_an_unknown_job_is_404(cluster, version, method, job):
    document = {"comment": "x"} if method == "POST" else None
    answer = ask(cluster, method, f"/slurm/{version}/job/{job}", document)
    assert answer.status == 404, answer.text
    assert answer.error["errno"] == 2017
    # slurmctld 26.05 names the tasks of a change as a set, though it is of one: 4000000_[1].
    assert job in answer.error["error"].translate({ord("["): None, ord("]"): None})


@pytest.mark.parametrize("path", ["7", "99"])
def test_an_unknown_task_or_component_of_a_known_job_is_404(cluster, path):
    job = submit(cluster, array="1-3", hold=True)
    assert ask(cluster, "GET", f"/slurm/{V35}/job/{job}_{path}").status == 404
    assert ask(cluster, "GET", f"/slurm/{V35}/job/{job}+{path}").status == 404
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}_{path}").status == 404
    assert len(queued(cluster, "%i", f"--jobs={job}", "--array")) == 3
