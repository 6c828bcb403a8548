"""The soak in short: clients, a few faults, and what may not remain. `make soak` is the whole."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.cluster.conftest import reachable, running
from tests.cluster.typed import as_root
from tests.soak.faults import FEW
from tests.soak.listings import Listings
from tests.soak.soak import CONF, Soak

__all__ = ["reachable"]

REQUESTS = 2000
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
def test_many_long_listings_on_one_connection_take_no_more_memory_than_a_few(private_cluster):
    Listings(private_cluster, LISTINGS, quiet).run()
