"""priorities: what the priorities of waiting jobs are made of."""

from __future__ import annotations

from restd_inet.commands.restd import _priorities

ROUTES = _priorities.ROUTES
