"""All that is wrong with a body, and all that it lacks, is in one answer."""

from __future__ import annotations

from typing import Any

import pytest
from asking import JSON, ask, content, no_slurm, slurm
from fake_slurm import FakeSlurm

from restd_inet.problems import Problems
from restd_inet.schema.minutes import expected

__all__ = ["no_slurm", "slurm"]

SUBMIT = "/slurm/v0.0.45/job/submit"


def errors(target: str, body: Any) -> list[str]:
    answer = ask("POST", target, body, headers=JSON)
    assert answer.status == 400
    return [error.get("description") or error["error"] for error in content(answer)["errors"]]


@pytest.mark.parametrize("version", ["v1", "v0.0.35", "v0.0.38", "v0.0.39", "v0.0.45"])
def test_all_wrong_values_each_with_its_place(slurm: FakeSlurm, version: str) -> None:
    body = b'{"script": "#!/bin/sh",\n "job": {"tasks": "many",\n "environment": 7, "nodes": {"a": 1}}}'
    found = errors(f"/slurm/{version}/job/submit", body)
    assert [text.partition(": ")[0] for text in found] == [
        "line 2, column 19",
        "line 3, column 17",
        "line 3, column 29",
    ][: len(found)]
    assert len(found) >= 2
    assert "job.tasks: expected a whole number" in found[0]


def test_all_that_is_missing(slurm: FakeSlurm) -> None:
    found = errors(SUBMIT, {"job": {}})
    assert [text.rpartition("job.")[2].partition(":")[0] for text in found[:2]] == [
        "environment",
        "current_working_directory",
    ]
    assert "script: expected the batch script" in found[2]
    assert len(found) == 3


def test_all_components_of_a_heterogeneous_job(slurm: FakeSlurm) -> None:
    complete = {"environment": ["A=1"], "current_working_directory": "/tmp"}
    body = {
        "script": "#!/bin/sh\n",
        "jobs": [{"environment": ["A=1"]}, complete, {"current_working_directory": "/"}],
    }
    found = errors(SUBMIT, body)
    assert len(found) == 2
    assert "jobs[0].current_working_directory: expected" in found[0]
    assert "jobs[2].environment: expected" in found[1]


def test_a_job_that_is_missing_and_its_script(slurm: FakeSlurm) -> None:
    found = errors(SUBMIT, {"scripd": 1})
    assert [text.split(": ")[1] for text in found] == ["job", "script"]


def test_unknown_properties_of_the_older_versions(slurm: FakeSlurm) -> None:
    found = errors("/slurm/v0.0.38/job/submit", {"job": {"tsks": 1, "nam": "x"}, "script": "x", "jub": 1})
    assert [text.partition("did you mean ")[2] for text in found] == ['"tasks"?', '"name"?', '"job"?']


def test_a_million_mistakes_are_not_a_million_errors(slurm: FakeSlurm) -> None:
    found = errors("/slurm/v0.0.38/job/submit", {f"x{number}": 1 for number in range(10_000)})
    assert len(found) == Problems.MOST


@pytest.mark.parametrize("version", ["v0.0.39", "v0.0.45"])
@pytest.mark.parametrize("value", ["1:00:00", {"set": True, "number": "1:00:00"}])
def test_a_time_where_minutes_are_expected(slurm: FakeSlurm, version: str, value: Any) -> None:
    (found,) = errors(f"/slurm/{version}/job/submit", {"job": {"time_limit": value}, "script": "x"})
    assert (
        'time_limit: expected minutes, or "infinite" for no limit; found the text "1:00:00", which is 60'
        in found
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1:00:00", "60"),
        ("0:30", "1"),
        ("90:00", "90"),
        ("1-0", "1440"),
        ("2-1:30", "2970"),
        ("1-00:00:01", "1441"),
    ],
)
def test_how_many_minutes_a_time_is(text: str, minutes: str) -> None:
    assert expected(text, False) == f'expected minutes; found the text "{text}", which is {minutes}'


def test_any_other_text() -> None:
    assert expected("soon", False) == 'expected minutes; found the text "soon"'
