"""The cluster that tests run on: one per test run, ended whatever happens."""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile

import pytest

from .cluster import Cluster, missing_programs, reachable_bin, short_dir


def interrupt(number, frame):
    raise KeyboardInterrupt


@contextlib.contextmanager
def running(bin_dir, *options):
    """A cluster while the block lasts. SIGTERM ends the tests as Ctrl-C does, so that the block is left."""
    cluster = Cluster(short_dir(), bin_dir)
    ended = False

    def end():
        nonlocal ended
        if not ended:
            ended = True
            cluster.down()

    atexit.register(end)
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, interrupt)
    try:
        cluster.up(*options)
        yield cluster
    finally:
        end()
        atexit.unregister(end)


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
        shutil.rmtree(where)


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
