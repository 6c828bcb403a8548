"""Clusters for clients, as tests/cluster has them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from cluster.conftest import reachable

__all__ = ["reachable"]
