"""Every GET of every version that the installed slurmrestd serves, against it, on one busy cluster.

Bodies must be slurmrestd's, order of keys aside, and statuses too; where they differ on purpose expected.py
says why.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from api_versions import slurmrestds
from ask import at_one_moment, differences, here, release
from asked import documented, targets
from expected import FORMS, MOVING, body_reasons, status_reason, status_reasons

SERVED = slurmrestds("22.05", "24.05", "24.11", "26.05", "26.11")


@pytest.mark.parametrize("version", here(SERVED))
def test_every_answer_is_slurmrestd_s(busy_cluster: Any, version: int) -> None:
    operations = documented(busy_cluster, f"v0.0.{version}")
    asked = list(targets(busy_cluster, f"v0.0.{version}", operations))
    assert len(asked) >= 80
    we, they = at_one_moment(busy_cluster, asked, MOVING)
    wrong: dict[str, list[Any]] = {}
    explained = set()
    statuses = status_reasons(version, release())
    for target in asked:
        (status, body), (their_status, their_body) = we[target], they[target]
        if status != their_status:
            reason = status_reason(statuses, target.split("/", 3)[3], status, their_status)
            if reason is None:
                wrong.setdefault("status", []).append((target, status, their_status))
            explained.add(reason)
            continue
        if any(re.fullmatch(form, target.split("/", 3)[3]) for form in FORMS):
            continue
        for path, mine, other in differences(body, their_body, MOVING):
            wrong.setdefault(path, []).append((target, mine, other))
    reasons = body_reasons(version, release())
    unexplained = {path: cases for path, cases in wrong.items() if path not in reasons}
    assert not unexplained, listing(unexplained)
    left = {path for path, reason in reasons.items() if path not in wrong and not reason.chance}
    assert left == set(), "these do not differ any more"
    unused = [one for one in statuses if one not in explained]
    assert unused == [], "these statuses do not differ any more"


def listing(wrong: dict[str, list[Any]]) -> str:
    """Differences, with a few cases of each."""
    lines = []
    for path, cases in wrong.items():
        lines.append(f"{path}: {len(cases)} times")
        for target, mine, other in cases[:4]:
            lines.append(f"    {target}: ours {mine!r:.150}, slurmrestd's {other!r:.150}")
    return "\n".join(lines)
