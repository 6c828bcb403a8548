"""There is no room for what is too long for memory: the answer of slurmdbd, or ours on a pipe."""

import pytest

from . import past
from .typed import Done, request

V45, V38 = "/slurmdb/v0.0.45", "/slurmdb/v0.0.38"
#: So many jobs are more than spool.SMALL, as slurmdbd sends them and as JSON.
COPIES = 6000


@pytest.fixture(scope="module")
def long(cluster):
    """The cluster, with a history."""
    number = cluster.submit("-t", "5", "--wrap", "true")
    cluster.wait(lambda: past.ended(cluster, [number]), 60)
    past.copy(cluster, number, COPIES)
    yield cluster
    past.sql(cluster, f"delete from scaleout_job_table where id_job >= {past.FIRST_COPY}")


def talk(cluster, size, *requests):
    """A run of restd-inet that may write no file of more than `size` bytes."""
    script = f"mkdir -p full && cat | TMPDIR=$PWD/full prlimit --fsize={size} restd-inet"
    return Done(cluster.shell(script, input=b"".join(requests)))


@pytest.mark.parametrize(("path", "key"), ((f"{V45}/jobs", "description"), (f"{V38}/jobs", "error")))
def test_for_what_slurmdbd_sends(long, path, key):
    done = talk(long, 1 << 19, request("GET", path), request("GET", f"{V45}/clusters"))
    refused, other = done.answers
    assert refused.status == 507, refused.text
    assert f"{long.jobs}/full: File too large" in refused.error[key]
    assert "slurmdbd" not in refused.error[key]
    assert (other.status, done.code) == (200, 0)
    assert f"{long.jobs}/full: File too large" in done.err
    assert f"GET {path} for pipe:" in done.err
    assert ": 507, " in done.err


def test_for_the_answer(long):
    done = talk(long, 12 << 20, request("GET", f"{V45}/jobs"))
    answer = done.answer
    assert answer.status == 507, answer.text[:1000]
    assert f"{long.jobs}/full: File too large" in answer.error["description"]
    assert answer.headers["cache-control"] == "no-store"
    assert f"{long.jobs}/full: File too large" in done.err
    assert ": 507, " in done.err


def test_which_a_head_does_not_need(long):
    fields = ("X-SLURM-USER-TOKEN: " + long.token(),)
    for path in (f"{V45}/jobs", "/slurm/v0.0.45/jobs"):
        done = talk(
            long, 12 << 20, request("HEAD", path, None, *fields), request("HEAD", path, None, *fields)
        )
        lengths = {line for line in done.out.splitlines() if line.startswith(b"Content-Length: ")}
        assert done.out.count(b"HTTP/1.1 200 ") == 2
        assert len(lengths) == 1
