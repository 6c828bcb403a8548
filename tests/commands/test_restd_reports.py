"""Reports: units and rounding as printf has them, and what is asked for in groups of sizes."""

from __future__ import annotations

from typing import Any

import pytest
from fake_slurm import FakeSlurm, ffi, lib

from restd_inet.commands.restd.reports import ROUTES, Sizes
from restd_inet.schema.kinds.values import Invalid
from restd_inet.slurm.slurmdbd.reports import Report


class Db:
    tres = {1: ("cpu", ""), 1001: ("gres", "gpu")}  # noqa: RUF012  # a table


class Slurm(FakeSlurm):
    db = Db()  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("units", "seconds", "total", "amount"),
    [
        ("seconds", 59, 100, 59),
        ("minutes", 90, 0, 2),
        ("minutes", 150, 0, 2),  # halves to the even number
        ("minutes", 29, 0, 0),
        ("hours", 5400, 0, 2),
        ("percent", 1, 3, 33.33),
        ("percent", 7, 0, 700.0),  # of nothing: as sreport has it
        ("percent", 0, 0, 0.0),
    ],
)
def test_amounts_are_sreport_s(units: str, seconds: int, total: int, amount: float) -> None:
    assert Report(Slurm(), {}, [1], units).amount(seconds, total) == amount


def test_a_period_is_whole_hours_and_does_not_reach_the_future() -> None:
    report = Report(Slurm(), {"usage_start": 7200 + 59, "usage_end": 1 << 40}, [1], "minutes")
    assert report.start == 7200
    assert report.end % 3600 == 0
    now = ffi.new("time_t *")
    lib.slurmdb_report_set_start_end_time(ffi.new("time_t *"), now)
    assert report.end <= now[0] + 25 * 3600


def test_names_of_tres() -> None:
    report = Report(Slurm(), {}, [1], "minutes")
    assert (report.name(1), report.name(1001)) == ("cpu", "gres/gpu")


def test_sizes_grow() -> None:
    assert Sizes().parse("2,4,8") == [2, 4, 8]
    for value in ("4,2", "0", "-1", "x", "", "1.5", "9" * 30):
        with pytest.raises(Invalid):
            Sizes().parse(value)


@pytest.mark.parametrize("route", ROUTES)
def test_every_report_says_what_of_sreport_it_is_like(route: Any) -> None:
    assert route.description.startswith("Like sreport ")
    assert {"tres", "units", "start_time", "end_time", "fields"} <= {
        field.name_at(44) or field.name_at(100) for field in route.query.fields
    }
