"""A slurmctld of a release that libslurm does not understand."""

import os

import lacking
import pytest

from .cluster import Cluster, short_dir
from .conftest import watched
from .typed import as_root, request, send

ANOTHER = "24.11"
CHROOT = f"/var/tmp/scaleout-chroots/{ANOTHER}"


@pytest.fixture(scope="module")
def newer(reachable):
    """A cluster of 24.11, for the 22.05 of this machine."""
    from restd_inet import installed

    if installed.series() != "22.05" or not os.path.isdir(CHROOT):
        pytest.skip(
            lacking.machine("needs Slurm 22.05 here and another one in a chroot", lacking.chroot(ANOTHER))
        )
    cluster = Cluster(short_dir(), reachable)
    with watched(cluster.dir):
        try:
            cluster.up("--slurm", ANOTHER, "--nodes", "1", "--no-accounting")
            yield cluster
        finally:
            cluster.down()


SENTENCE = f"built for Slurm 22.05; the protocol of the daemon that answered is that of Slurm {ANOTHER}"


@as_root
@pytest.mark.parametrize("path", ["ping", "jobs", "nodes", "job/7", "diag", "partitions"])
def test_it_is_one_sentence(newer, path):
    answer = send(newer, request("GET", f"/slurm/v0.0.44/{path}")).answer
    assert answer.status == 503
    assert answer.error["description"] == f"{SENTENCE}: install restd-inet again"


@as_root
def test_readyz_reports_it(newer):
    answer = send(newer, request("GET", "/readyz")).answer
    assert (answer.status, answer.text) == (503, f"{SENTENCE}: install restd-inet again\n")
