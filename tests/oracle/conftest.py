"""The cluster of the oracle tests: one of their own, since they drain nodes and make partitions.

All of them share it: it is what they cost most. With BUSY_CLUSTER=DIR it stays: the first run makes it there,
and `scaleout down --dir DIR` ends it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster.cluster import SYSTEM_PATH, Cluster
from cluster.conftest import bare_cluster, reachable, running

__all__ = ["bare_cluster", "reachable"]


@pytest.fixture(scope="session")
def busy_cluster(reachable: Any) -> Iterator[Any]:
    """Nine nodes, and jobs, nodes, partitions and reservations in all sorts of states (see busy.py)."""
    from ask import release
    from busy import configuration, occupy
    from values import remember_jobs

    kept = os.environ.get("BUSY_CLUSTER", "")
    if kept and os.path.exists(f"{kept}/scaleout.json"):
        yield Cluster(kept, reachable)
        return

    with tempfile.NamedTemporaryFile("w") as conf:
        conf.write(configuration(release(), free_port()))
        conf.flush()
        options = ("--nodes", "8", "--conf", conf.name)
        started = keeping(kept, reachable, *options) if kept else running(reachable, *options)
        with started as cluster, slurmd(cluster, "wide", bool(kept)):
            occupy(cluster)
            remember_jobs(cluster)
            yield cluster


@pytest.fixture(scope="session")
def ledger_cluster(reachable: Any) -> Iterator[Any]:
    """Four nodes, jobs that have ended, and a database with objects of all kinds (see ledger.py)."""
    from cluster import past
    from ledger import fill

    with running(reachable, "--nodes", "4") as cluster:
        fill(cluster)
        cluster.past = past.live(cluster)
        cluster.admin = "pebbles" if os.geteuid() == 0 else cluster.user
        yield cluster


@contextlib.contextmanager
def keeping(directory: str, bin_dir: Any, *options: str) -> Iterator[Any]:
    cluster = Cluster(directory, bin_dir)
    cluster.up(*options)
    yield cluster


@contextlib.contextmanager
def slurmd(cluster: Any, node: str, stays: bool) -> Iterator[None]:
    """The daemon of a node that the cluster does not know how to start."""
    Path(cluster.dir, "spool", node).mkdir()
    with open(f"{cluster.dir}/log/slurmd.{node}.out", "wb") as log:
        command = ["slurmd", "-D", "-N", node]
        environment = {"PATH": SYSTEM_PATH, "SLURM_CONF": cluster.conf}
        # In the cluster's directory, by which `scaleout down` knows the steps of its jobs.
        place = {"cwd": cluster.dir, "start_new_session": stays}
        daemon = subprocess.Popen(command, stdout=log, stderr=log, env=environment, **place)
    try:
        show = f"scontrol show node {node} -o"
        cluster.wait(lambda: b"State=IDLE" in cluster.shell(show).stdout)
        yield
    finally:
        if not stays:
            daemon.terminate()
            daemon.wait(60)


def free_port() -> int:
    """One that no process has now; slurmd takes it at once."""
    with socket.socket() as sock:
        sock.bind(("", 0))
        return int(sock.getsockname()[1])
