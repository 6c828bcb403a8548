"""The clusters that tests run on: each process of tests has its own, which is ended in any case."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

from .cluster import SCALEOUT, Cluster, missing_programs, reachable_bin, short_dir

#: Its standard input ends with the process of the tests, however that ends.
WATCH = "import subprocess, sys; sys.stdin.read(); subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)"
#: A group of fred's on private_cluster, for as long as that runs; other processes with tests have theirs.
GROUP = f"restd-test-{os.getpid()}"


def interrupt(number, frame):
    raise KeyboardInterrupt


@contextlib.contextmanager
def watched(directory):
    """Should this process be killed in the block, another one ends the cluster in the directory."""
    down = [sys.executable, str(SCALEOUT), "down", "--dir", directory]
    with subprocess.Popen(
        [sys.executable, "-c", WATCH, *down], stdin=subprocess.PIPE, cwd="/", start_new_session=True
    ) as watch:
        try:
            yield
        finally:
            watch.kill()


@contextlib.contextmanager
def running(bin_dir, *options):
    """A cluster while the block lasts. SIGTERM ends the tests as Ctrl-C does, so that the block is left."""
    cluster = Cluster(short_dir(), bin_dir)
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, interrupt)
    with watched(cluster.dir):
        try:
            cluster.up(*options)
            yield cluster
        finally:
            cluster.down()


@pytest.fixture(scope="session")
def reachable():
    """The directory with restd-inet's programs, in a place where every user may run them."""
    missing = missing_programs()
    if missing:
        pytest.skip(missing)
    where = tempfile.mkdtemp(prefix="restd-", dir="/tmp")
    os.chmod(where, 0o755)
    try:
        found = reachable_bin(where)
    except LookupError as problem:
        pytest.skip(str(problem))
    else:
        yield found
    finally:
        shutil.rmtree(where, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(reachable):
    """A cluster of four nodes with accounting."""
    with running(reachable, "--nodes", "4") as started:
        yield started


@pytest.fixture(scope="session")
def bare_cluster(reachable):
    """A cluster of one node without accounting: it starts in a second."""
    with running(reachable, "--nodes", "1", "--no-accounting") as started:
        yield started


@pytest.fixture(scope="session")
def administered_cluster(reachable, tmp_path_factory):
    """A cluster of four nodes with accounting for tests that drain, add and delete nodes."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text("MaxNodeCount=8\n")
    with running(reachable, "--nodes", "4", "--conf", str(conf)) as started:
        yield started


@pytest.fixture(scope="session")
def private_cluster(reachable, tmp_path_factory):
    """A cluster on which users see only their own jobs, and only root and SlurmUser are administrators."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text("PrivateData=jobs\n")
    # Before there are jobs: slurmctld remembers whose groups are which.
    subprocess.run(["groupadd", "--force", GROUP], check=True)
    subprocess.run(["usermod", "--append", "--groups", GROUP, "fred"], check=True)
    try:
        with running(reachable, "--nodes", "1", "--no-accounting", "--conf", str(conf)) as started:
            yield started
    finally:
        subprocess.run(["groupdel", GROUP], check=True)
