"""The soak in short: clients, a few faults, and what may not remain. `make soak` is the whole."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.cluster.conftest import reachable, running
from tests.cluster.serving import until
from tests.cluster.typed import as_root
from tests.soak.faults import FEW
from tests.soak.listener import Listener
from tests.soak.listings import Listings
from tests.soak.soak import CONF, GROWTH, Reused, Soak

__all__ = ["reachable"]

REQUESTS = 2000
#: `make soak` has 10,000.
OF_REUSED_PROCESSES = 600
#: `make soak` takes 500.
LISTINGS = 60


def quiet(text, passing=False):
    pass


@pytest.fixture
def private_cluster(reachable, tmp_path):
    conf = tmp_path / "soak.conf"
    conf.write_text(CONF)
    with running(reachable, "--nodes", "1", "--no-accounting", "--conf", str(conf)) as cluster:
        yield cluster


@as_root
def test_nothing_is_lost_mixed_up_or_leaked(private_cluster):
    Soak(private_cluster, REQUESTS, FEW, quiet).run()


@as_root
def test_users_who_share_processes_see_nothing_of_each_other(private_cluster):
    Reused(private_cluster, OF_REUSED_PROCESSES, [], quiet).run()


#: A process with a child, which says that it has prewarmed, and keeps what is asked for again and again.
LEAKING = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]]).wait()"
CHILD = """
import os, sys, time
kept = [bytearray(1 << 23)]
print(f"process {{os.getpid()}} has prewarmed", file=sys.stderr, flush=True)
while not time.sleep(0.01):
    kept.append({})
"""


@pytest.mark.parametrize(("kept", "grows"), [("bytearray(1 << 14)", True), ("0", False)])
def test_a_process_that_grows_is_found(tmp_path, kept, grows):
    command = [sys.executable, "-c", LEAKING, CHILD.format(kept)]
    watched = Listener(command, 0, tmp_path / "log", "growth", os.environ)
    try:
        until(lambda: watched.log.grown_up, "a child that has prewarmed")
        (warm,) = watched.log.grown_up
        for _ in range(20):
            watched.watch_memory()
            time.sleep(0.1)
        sizes = {pid: last - first for pid, first, last in watched.growth()}
        assert (sizes[warm] > GROWTH) == grows, sizes
        assert sizes[watched.pid] <= GROWTH
    finally:
        os.kill(watched.warm(), signal.SIGKILL)
        watched.end()


@as_root
def test_many_long_listings_on_one_connection_take_no_more_memory_than_a_few(private_cluster):
    Listings(private_cluster, LISTINGS, quiet).run()
