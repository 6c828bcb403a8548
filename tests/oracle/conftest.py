"""The cluster of the oracle tests: one of their own, since they drain nodes and make partitions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from cluster.conftest import reachable, running

__all__ = ["reachable"]


@pytest.fixture(scope="module")
def busy_cluster(reachable: Any) -> Iterator[Any]:
    """Six nodes and jobs, nodes and partitions in all sorts of states (see busy.py)."""
    from busy import occupy

    with running(reachable, "--nodes", "6") as cluster:
        occupy(cluster)
        yield cluster
