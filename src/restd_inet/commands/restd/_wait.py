"""How long a request may wait for what is new."""

from __future__ import annotations

from restd_inet.commands import Call
from restd_inet.problems import Problem


def longest(call: Call) -> float:
    """How long an answer may wait. Raises Problem 400."""
    wait: float = call.query.get("wait", 0.0)
    if wait > call.held.longest:
        text = f"wait: expected at most {call.held.longest:g} seconds (--max-wait); found {wait:g}"
        raise Problem(400, text)
    return wait
