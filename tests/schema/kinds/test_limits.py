"""schema.kinds.limits: what a limit is, what is used of it, and what is left."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from fake_slurm import FakeSlurm

from restd_inet.schema.kinds.base import Kind
from restd_inet.schema.kinds.limits import CachedQos, Limited, LimitedTres, OfUsage, left
from restd_inet.schema.kinds.values import INFINITE, NO_VAL
from restd_inet.schema.versions import V45

NO_LIMIT = {"set": False, "infinite": True, "number": 0}
NOT_SET = {"set": False, "infinite": False, "number": 0}


def number(value: int) -> dict[str, Any]:
    return {"set": True, "infinite": False, "number": value}


class Binding(FakeSlurm):
    """A list of Slurm's is one of Python's."""

    def function(self, name: str) -> Any:
        assert name == "texts"
        return list


def written(kind: Kind, **members: Any) -> Any:
    write: Any = kind.dump(V45, Binding())
    return write(SimpleNamespace(**members))


@pytest.mark.parametrize(
    ("limit", "used", "bits", "expected"),
    [
        (10, 3, 32, 7),
        (10, 3.5, 32, 6),
        (10, 10, 32, 0),
        (10, 12, 32, 0),
        (NO_VAL[32] - 1, 1, 32, NO_VAL[32] - 2),
        (NO_VAL[32], 1, 32, NO_VAL[32]),
        (INFINITE[32], 1, 32, INFINITE[32]),
        (INFINITE[32], 1, 64, INFINITE[32] - 1),
        (INFINITE[64], 1, 64, INFINITE[64]),
    ],
)
def test_what_is_left(limit: int, used: float, bits: int, expected: int) -> None:
    assert left(limit, used, bits) == expected


@pytest.mark.parametrize(
    ("wall", "limit", "used", "expected"),
    [
        (False, 10, 4, {"limit": number(10), "used": 4, "left": number(6)}),
        (False, INFINITE[32], 4, {"limit": NO_LIMIT, "used": 4, "left": NO_LIMIT}),
        (False, NO_VAL[32], 4, {"limit": NOT_SET, "used": 4, "left": NOT_SET}),
        (True, 10, 100, {"limit": number(10), "used": 1.67, "left": number(8)}),
        (True, 1, 600, {"limit": number(1), "used": 10.0, "left": number(0)}),
    ],
)
def test_jobs_and_minutes(wall: bool, limit: int, used: int, expected: dict[str, Any]) -> None:
    kind = Limited("grp_wall", "grp_used_wall", wall)
    assert written(kind, grp_wall=limit, usage=SimpleNamespace(grp_used_wall=used)) == expected


def test_nothing_is_used_where_there_is_no_usage() -> None:
    expected = {"limit": number(10), "used": 0, "left": number(10)}
    assert written(Limited("grp_jobs", "grp_used_jobs"), grp_jobs=10, usage=None) == expected
    kind = LimitedTres("grp_tres_ctld", "grp_used_tres")
    found = written(kind, grp_tres_ctld=[4], usage=None, tres=["cpu"])
    assert found == [{"name": "cpu", "limit": number(4), "used": 0, "left": number(4)}]
    assert written(OfUsage("usage_raw"), usage=None) == {"set": False, "infinite": False, "number": 0.0}


def test_tres_that_have_a_limit_or_are_used() -> None:
    members = {"grp_tres_ctld": [4, INFINITE[64], INFINITE[64]], "tres": ["cpu", "mem", "node"]}
    usage = SimpleNamespace(grp_used_tres=[3, 1024, 0])
    assert written(LimitedTres("grp_tres_ctld", "grp_used_tres"), usage=usage, **members) == [
        {"name": "cpu", "limit": number(4), "used": 3, "left": number(1)},
        {"name": "mem", "limit": NO_LIMIT, "used": 1024, "left": NO_LIMIT},
    ]


def test_tres_minutes_are_used_in_seconds() -> None:
    usage = SimpleNamespace(usage_tres_raw=[359.9])
    kind = LimitedTres("grp_tres_mins_ctld", "usage_tres_raw", 60)
    found = written(kind, grp_tres_mins_ctld=[10], usage=usage, tres=["cpu"])
    assert found == [{"name": "cpu", "limit": number(10), "used": 5, "left": number(5)}]


def test_a_limit_of_each_job_has_no_use() -> None:
    kind = LimitedTres("max_tres_ctld")
    members = {"usage": SimpleNamespace(), "tres": ["cpu", "mem"]}
    found = written(kind, max_tres_ctld=[2, INFINITE[64]], **members)
    assert found == [{"name": "cpu", "limit": number(2)}]
    assert written(kind, max_tres_ctld=None, **members) == []
    assert kind.empty_at(V45) == []


def test_a_number_of_usage() -> None:
    usage = SimpleNamespace(usage_raw=2.5)
    assert written(OfUsage("usage_raw"), usage=usage) == {"set": True, "infinite": False, "number": 2.5}


def test_qos_have_their_names() -> None:
    names = {1: "normal", 3: "high"}
    default = CachedQos(default=True)
    assert written(default, qos_names=names, def_qos_id=3) == "high"
    assert written(default, qos_names=names, def_qos_id=0) == ""
    assert written(CachedQos(), qos_names=names, qos_list=["3", "+1", "1", "2"]) == ["high", "normal"]
    assert (default.empty_at(V45), CachedQos().empty_at(V45)) == ("", [])
