"""Periods of /restd/'s accounting: what cannot be one is refused before slurmdbd is asked."""

from __future__ import annotations

import pytest
from asking import ask, content, slurm, text
from fake_slurm import FakeSlurm

__all__ = ["slurm"]
PATHS = ["accounting/jobs", "events", "transactions", "reports/user-top", "reports/cluster-utilization"]
BASE = "/restd/v0.0.44"


class Db:
    """Only the names of TRES; nothing else may be asked for."""

    tres = {1: ("cpu", "")}  # noqa: RUF012  # a table

    def get(self, call: str, where: object) -> None:
        raise AssertionError(call)


@pytest.fixture(autouse=True)
def database(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeSlurm, "db", Db(), raising=False)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("parameter", ["start_time", "end_time"])
@pytest.mark.parametrize("value", ["99999999999999999", "-1", "-2", "-5.5", "1e30", "253402300800"])
def test_a_time_that_cannot_be_one_is_400(path: str, parameter: str, value: str) -> None:
    answer = ask("GET", f"{BASE}/{path}?{parameter}={value}")
    assert answer.status == 400, content(answer)
    assert f"{parameter}: expected a Unix time, or a time such as" in text(answer)
    assert value in text(answer)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "period",
    ["start_time=200&end_time=100", "start_time=now&end_time=now-1day", "start_time=2030-01-31&end_time=5"],
)
def test_a_period_that_ends_before_it_starts_is_400(path: str, period: str) -> None:
    answer = ask("GET", f"{BASE}/{path}?{period}")
    assert answer.status == 400, content(answer)
    assert "start_time: expected a time before end_time" in text(answer)
