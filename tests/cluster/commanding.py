"""Requests of a user, and the job that they made."""

import os
import time

import pytest

from .typed import (
    ask,
    submit,
)

V1, V35 = "v1", "v0.0.35"
both = pytest.mark.parametrize("version", [V1, V35])


def get(cluster, path, version=V35):
    answer = ask(cluster, "GET", f"/slurm/{version}/{path}")
    assert answer.status == 200, answer.text
    return answer.json


# Submission
def result(cluster, script, **properties):
    """What a job wrote."""
    out = f"{cluster.jobs}/{os.getpid()}-{time.monotonic_ns()}.out"
    job = submit(cluster, script, standard_out=out, **properties)
    cluster.wait_state(job, "COMPLETED", "FAILED")
    cluster.wait(lambda: os.path.exists(out))
    with open(out) as file:
        return file.read()
