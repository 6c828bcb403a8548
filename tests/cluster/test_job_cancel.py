"""Cancelling jobs, and signals to them."""

import os

import pytest

from .commanding import V35, both
from .typed import (
    as_root,
    ask,
    no_jobs_left,
    queued,
    submit,
)

__all__ = ["no_jobs_left"]


# Cancelling and signals
@both
def test_delete_cancels_a_pending_job(cluster, version):
    job = submit(cluster, hold=True)
    answer = ask(cluster, "DELETE", f"/slurm/{version}/job/{job}")
    assert (answer.status, answer.json) == (200, {"errors": []})
    assert cluster.job_state(job) == "CANCELLED"


def test_delete_again_is_no_error(cluster):
    job = submit(cluster, hold=True)
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}").status == 200
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}").status == 200


TRAP = """#!/bin/bash
trap 'echo caught > {caught}' USR1
echo ready > {ready}
for second in $(seq 600); do sleep 0.1; done
"""


@both
@pytest.mark.parametrize("signal", ["10", "USR1", "SIGUSR1", "usr1"])
def test_delete_sends_a_signal(cluster, version, signal):
    base = f"{cluster.jobs}/signal-{version}-{signal}-{os.getpid()}"
    script = TRAP.format(caught=f"{base}.caught", ready=f"{base}.ready")
    job = submit(cluster, script)
    cluster.wait(lambda: os.path.exists(f"{base}.ready"))
    answer = ask(cluster, "DELETE", f"/slurm/{version}/job/{job}?signal={signal}")
    assert answer.status == 200, answer.text
    cluster.wait(lambda: os.path.exists(f"{base}.caught"))
    assert cluster.job_state(job) == "RUNNING"


def test_delete_of_a_task_cancels_that_task_only(cluster):
    job = submit(cluster, array="1-4", hold=True)
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}_2").status == 200
    assert sorted(queued(cluster, "%K", f"--jobs={job}", "--array")) == ["1", "3", "4"]


def test_delete_of_a_running_task_cancels_that_task_only(cluster):
    job = submit(cluster, array="1-3")
    cluster.wait(lambda: queued(cluster, "%t", f"--jobs={job}", "--array") == ["R"] * 3)
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}_3").status == 200
    cluster.wait(lambda: sorted(queued(cluster, "%K %t", f"--jobs={job}", "--array")) == ["1 R", "2 R"])


def test_delete_of_an_array_cancels_all_of_it(cluster):
    job = submit(cluster, array="1-4", hold=True)
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}").status == 200
    assert queued(cluster, "%i", "--states=PENDING", "--me") == []


@as_root
def test_one_user_does_not_cancel_anothers_job(cluster):
    theirs = submit(cluster, user="pebbles", account="research", hold=True)
    answer = ask(cluster, "DELETE", f"/slurm/{V35}/job/{theirs}")
    assert (answer.status, answer.error["errno"]) == (403, 2002), answer.text
    assert queued(cluster, "%t", f"--jobs={theirs}", user="pebbles") == ["PD"]
    cluster.shell(f"scancel {theirs}", user="pebbles")
