"""Clusters for clients, as tests/cluster has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from cluster.cluster import identity
from cluster.conftest import reachable, running
from cluster.serving import accepts, free_port, until
from cluster.serving import running as serving

__all__ = ["reachable"]


@pytest.fixture(scope="module")
def server(reachable: Any, tmp_path_factory: Any) -> Iterator[Any]:
    """A cluster with an ended job in accounting, and a listener that takes tokens."""
    port, log = free_port(), tmp_path_factory.mktemp("log") / "log"
    with running(reachable, "--nodes", "2") as cluster:
        cluster.done = cluster.submit(
            "-J", "done", "-A", "test", "--mem=10", "-t5", "-o/dev/null", "--wrap=exit 3"
        )
        command = [f"{reachable}/restd-inet", "-a", "jwt", f"127.0.0.1:{port}"]
        command += ["--state-directory", f"{cluster.jobs}/state"]
        with serving(command, log, env=cluster.env(), cwd=cluster.jobs, **identity(cluster.user)):
            until(lambda: accepts(port), "listener")
            cluster.url = f"http://127.0.0.1:{port}"
            yield cluster
