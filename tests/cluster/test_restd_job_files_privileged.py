"""A job's own files in privileged mode: a request's process has the rights of its user, and no others."""

import os
from pathlib import Path

import lacking
import pytest

from .privileged import (
    HOST,
    bearer,
    cluster,
    listener,
    request,
    tokens,
)

__all__ = ["cluster", "listener", "tokens"]
pytestmark = lacking.as_root


def get(job, *fields, what="stdout"):
    return request("GET", f"/restd/latest/job/{job}/{what}", None, HOST, *fields)


@pytest.fixture
def job(cluster):
    """A job of fred's whose output only he may read."""
    home = Path(cluster.jobs, f"private-{os.getpid()}")
    cluster.shell(f"mkdir -p -m 0700 {home}")
    number = cluster.submit("--chdir", home, "--output=%j.out", "--wrap=echo mine")
    cluster.wait_state(number, "COMPLETED")
    return number


def test_a_user_reads_own_files_by_token_and_by_socket(cluster, listener, tokens, job):
    answers = [
        *listener.remote(get(job, bearer(tokens["fred"]), "Connection: close")),
        *listener.local("fred", get(job, "Connection: close")),
    ]
    assert [(answer.status, answer.body) for answer in answers] == [(200, b"mine\n")] * 2


def test_nobody_reads_those_of_others(cluster, listener, tokens, job):
    """root may see the job; pebbles may not (PrivateData=jobs)."""
    for user, status in (("root", 403), ("pebbles", 404)):
        (answer,) = listener.local(user, get(job, "Connection: close"))
        assert answer.status == status, answer.text
    (answer,) = listener.remote(get(job, bearer(tokens["slurm"]), "Connection: close"))
    assert answer.status in (401, 403), answer.text
    fields = (bearer(tokens["slurm"]), "X-SLURM-USER-NAME: fred", "Connection: close")
    (answer,) = listener.remote(get(job, *fields))
    assert (answer.status, answer.body) == (200, b"mine\n")


def test_a_link_to_what_only_root_may_read(cluster, listener, tokens, job):
    """The process was root's before it became fred's."""
    home = f"{cluster.jobs}/private-{os.getpid()}"
    for target in ("/etc/shadow", "/proc/self/fd/0", "/proc/self/environ", "/root"):
        cluster.shell(f"ln -sfn {target} {home}/{job}.out")
        (answer,) = listener.remote(get(job, bearer(tokens["fred"]), "Connection: close"))
        assert answer.status in (403, 409), (target, answer.text)


def test_requests_of_one_connection_are_each_their_own_user_s(cluster, listener, tokens, job):
    users = ("pebbles", "fred", "pebbles")
    data = b"".join(get(job, bearer(tokens[user])) for user in users)
    assert [answer.status for answer in listener.remote(data)] == [404, 200, 404]
