"""What a request has too much of: unknown properties by the thousand, parameters that are repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import JSON, ask, content, slurm, submission, text, unread
from fake_slurm import FakeSlurm

import restd_inet.nearest

__all__ = ("slurm",)
FORM = {"content-type": "application/x-www-form-urlencoded"}
YAML = {"content-type": "application/yaml"}
MANY = {f"zz{number}": 1 for number in range(2000)}


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names for which the nearest known one was looked for."""
    asked: list[str] = []
    whole = restd_inet.nearest.hint

    def hint(name: str, *others: Any) -> str:
        asked.append(name)
        return whole(name, *others)

    monkeypatch.setattr(restd_inet.nearest, "hint", hint)
    return asked


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("POST", "job/7", json.dumps(MANY).encode(), JSON),
        ("POST", "job/7", "".join(f"{name}: 1\n" for name in MANY).encode(), YAML),
        ("POST", "job/7", "&".join(f"{name}=1" for name in MANY).encode(), FORM),
        ("POST", "job/7?" + "&".join(MANY), unread, {}),
        ("DELETE", "job/7", json.dumps(MANY).encode(), JSON),
        ("POST", "job/submit", json.dumps(submission(**MANY)).encode(), JSON),
    ],
)
@pytest.mark.parametrize("version", ["v0.0.38", "v0.0.39", "v0.0.45"])
def test_the_nearest_name_is_looked_for_a_few_times_only(
    slurm: FakeSlurm,
    hints: list[str],
    version: str,
    method: str,
    path: str,
    body: Any,
    headers: dict[str, str],
) -> None:
    ask(method, f"/slurm/{version}/{path}", body, headers)
    assert len(hints) <= 10


def test_warnings_of_unknown_properties_end_with_their_number(slurm: FakeSlurm, hints: list[str]) -> None:
    jobs = [{**submission()["job"], f"zz{number}": 1} for number in range(50)]
    jobs[0] |= MANY
    body = {"jobs": jobs, "script": "#!/bin/sh\n"}
    answer = ask("POST", "/slurm/v0.0.42/job/submit", body, JSON)
    warnings = [warning["description"] for warning in content(answer)["warnings"]]
    assert warnings[0].startswith('Ignoring unknown field "zz0"')
    assert warnings[100:] == [f"… and {2000 + 49 - 100} more unknown properties are ignored"]
    assert len(hints) == 10


@pytest.mark.parametrize("version", ["v0.0.38", "v0.0.39"])
def test_a_change_takes_no_list_by_repetition_up_to_v39(slurm: FakeSlurm, version: str) -> None:
    target = f"/slurmdb/{version}/associations"
    answer = ask("DELETE", f"{target}?account=zap&account=zap2")
    assert (answer.status, slurm.calls) == (400, []), text(answer)
    assert "account: expected one value, found 2 different ones" in text(answer)
    assert "expected one value" not in ask("DELETE", f"{target}?account=zap&account=zap").body.decode()


def test_a_change_takes_a_list_by_repetition_from_v40_on(slurm: FakeSlurm) -> None:
    answer = ask("DELETE", "/slurmdb/v0.0.40/associations?account=zap&account=zap2")
    assert "expected one value" not in answer.body.decode()
