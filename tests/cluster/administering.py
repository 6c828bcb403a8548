"""Requests of an administrator, what scontrol shows afterwards, and what slurmrestd makes of them."""

import json
import re

import lacking
import pytest

from .typed import ask, output

ADMIN = "pebbles"
V40, V42, V43, V44, V45 = "v0.0.40", "v0.0.42", "v0.0.43", "v0.0.44", "v0.0.45"
#: Slurm's release → the newest version that its slurmrestd and we have in common.
NEWEST = {(24, 11): V42, (26, 5): V45}


@pytest.fixture
def cluster(administered_cluster):
    """Nodes are drained here, added and deleted."""
    return administered_cluster


def done(cluster, method, path, document=None, user=ADMIN, status=200):
    answer = ask(cluster, method, path, document, user=user)
    assert answer.status == status, answer.text
    return answer


def show(cluster, what, name):
    """What `scontrol show` shows of one thing, by name."""
    line = output(cluster, "scontrol", "--oneliner", "show", what, name, user="root")
    return dict(re.findall(r"(\S+?)=(.*?)(?= \S+=|\s*$)", line.strip()))


def refused(cluster, method, path, document=None):
    """The error that fred gets."""
    answer = ask(cluster, method, path, document, user="fred")
    assert answer.status == 403, answer.text
    assert answer.error["error_number"] == 2010
    return answer


def by_slurmrestd(cluster, method, path, document=None):
    """The status of the real one's answer."""
    body = "" if document is None else json.dumps(document)
    fields = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n{body}"
    answer = cluster.shell("cat | timeout 30 slurmrestd", user=ADMIN, input=head).stdout
    return int(answer.split()[1])


def newest(cluster):
    return NEWEST.get(cluster.slurm[:2]) or pytest.skip(
        lacking.slurm("slurmrestd has no such operation here", "26.05")
    )
