"""steps: those that run."""

from __future__ import annotations

from restd_inet.commands.restd import _steps

ROUTES = _steps.ROUTES
