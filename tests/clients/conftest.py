"""Clusters for clients, as tests/cluster has them."""

from __future__ import annotations

from cluster.conftest import reachable

__all__ = ["reachable"]
