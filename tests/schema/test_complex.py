"""complex: what the flag makes of an answer; slurmrestd's own was compared on 26.05."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from fake_slurm import FakeSlurm

import restd_inet.slurm
from restd_inet.app.dispatch import Dispatcher
from restd_inet.app.plugins import of
from restd_inet.message import Peer, Request
from restd_inet.schema.complex import plain
from restd_inet.settings import Settings


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"set": True, "infinite": False, "number": 7}, 7),
        ({"set": True, "infinite": False, "number": 0.5}, 0.5),
        ({"set": False, "infinite": True, "number": 0}, "Infinity"),
        ({"set": False, "infinite": False, "number": 0}, None),
        ({"name": "", "owner": "", "number": 0}, {"name": None, "owner": "", "number": 0}),
        ([{"a": [""]}, "b"], [{"a": [None]}, "b"]),
        (True, True),
    ],
)
def test_a_value(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_a_list_that_is_made_as_it_is_written_stays_one() -> None:
    made = iter([{"x": {"set": False, "infinite": True, "number": 0}}])
    found = plain({"jobs": made})["jobs"]
    assert not isinstance(found, list)
    assert list(found) == [{"x": "Infinity"}]


def ask(version: str, parsers: str, target: str = "jobs", query: str = "") -> Any:
    path = ("slurm", version, target)
    request = Request("GET", "/" + "/".join(path), path, query, {}, "1.1", lambda: b"")
    peer = Peer("pipe", "pipe:[1]", os.geteuid(), 0, 0o600)
    answer = Dispatcher(Settings(), False, of(Settings(parsers=parsers))).handle(request, peer)
    return json.loads(answer.body if isinstance(answer.body, bytes) else b"".join(answer.body))


@pytest.fixture(autouse=True)
def slurm(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeSlurm()
    fake.add_job(job_id=7, name="x", array_task_id=0xFFFFFFFE, time_limit=0xFFFFFFFF)
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)


def test_only_the_versions_with_the_flag_have_it() -> None:
    names = ("array_task_id", "time_limit", "comment")
    (job,) = ask("v0.0.44", "v0.0.44+complex,v0.0.43")["jobs"]
    assert [job[name] for name in names] == [None, "Infinity", None]
    (job,) = ask("v0.0.43", "v0.0.44+complex,v0.0.43")["jobs"]
    unset = {"set": False, "infinite": False, "number": 0}
    assert [job[name] for name in names] == [unset, {**unset, "infinite": True}, ""]


def test_an_answer_says_which_flags_were_asked_for() -> None:
    answer = ask("v0.0.44", "data_parser/v0.0.44+Fast+complex")
    assert answer["meta"]["plugin"]["data_parser"] == "data_parser/v0.0.44+Fast+complex"


def test_fast_gives_no_warnings_about_the_request() -> None:
    assert ask("v0.0.44", "v0.0.44", query="nothing=1")["warnings"]
    assert ask("v0.0.44", "v0.0.44+fast", query="nothing=1")["warnings"] == []
