"""What slurmrestd was asked about jobs from v0.0.40 on, and answered, as recorded: what ours has to say.

slurmctld is not asked here, so what only it refuses is taken. A test is skipped where the records are not.
"""

from __future__ import annotations

import json
import re
from typing import Any

import lacking
import pytest
from asking import ask, content, slurm
from places import RESPONSES, answered

__all__ = ["slurm"]

ABSENT = pytest.param(
    0, marks=pytest.mark.skip(lacking.reference("what slurmrestd was asked and answered")), id="none"
)
OFFERED = ("application/json", "application/yaml", "application/x-yaml")
#: Errors that slurmctld found (slurm_errno.h), but for those of a body without environment or filter.
OF_SLURMCTLD = set(range(2000, 2200)) - {2019, 2127, 2173}


def records(version: int, method: str, what: str) -> list[dict[str, Any]]:
    """The recorded requests of a version whose path below it fits, with their answers."""
    found = sorted(RESPONSES.glob(f"*/v0.0.{version}/_writes.json"))
    pattern = re.compile(rf"/slurm/v0\.0\.{version}/{what}")
    return [
        record
        for record in json.loads(found[-1].read_text())
        if record["request"]["method"] == method and pattern.fullmatch(record["request"]["path"])
    ]


def sent(request: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The body and the fields of a request."""
    body = request.get("body_text")
    if body is None:
        body = json.dumps(request["body"]) if "body" in request else ""
    return body.encode(), {name.lower(): value for name, value in request["headers"].items()}


def wanted(record: dict[str, Any]) -> int:
    """The status that ours has for a submission."""
    body, headers = sent(record["request"])
    if not body or not headers.get("content-type"):
        return 400
    if headers["content-type"] not in OFFERED:
        return 415
    answer = record.get("body")
    if not isinstance(answer, dict):  # YAML, or a text
        return int(record["status"])
    job = record["request"].get("body", {}).get("job", {})
    if isinstance(job, dict) and job.get("hold") == "maybe":
        return 400  # slurmrestd holds the job
    if answer.get("job_id"):
        return 200
    numbers = {error["error_number"] for error in answer["errors"]}
    # With "tasks": "many" slurmrestd says 200, and there is no job.
    return 200 if numbers and numbers <= OF_SLURMCTLD else 400


@pytest.mark.usefixtures("slurm")
@pytest.mark.parametrize("version", answered() or [ABSENT])
def test_a_submission_is_taken_as_by_slurmrestd_or_refused_with_its_place(version: int) -> None:
    for record in records(version, "POST", "job/submit"):
        request = record["request"]
        body, headers = sent(request)
        answer = ask("POST", request["path"], body, headers)
        assert answer.status == wanted(record), (request, record["status"], answer.body)
        if answer.status == 200 and isinstance(record.get("body"), dict) and record["body"].get("job_id"):
            unknown = [
                warning["source"]
                for warning in record["body"]["warnings"]
                if warning["description"].startswith("Ignoring unknown")
            ]
            ours = [warning["source"] for warning in content(answer)["warnings"]]
            assert [source for source in ours if source.startswith("#")] == unknown


@pytest.mark.usefixtures("slurm")
@pytest.mark.parametrize("version", answered() or [ABSENT])
def test_a_change_is_taken_as_by_slurmrestd_or_refused_with_its_place(version: int) -> None:
    for record in records(version, "POST", r"job/[\w+]+"):
        request = record["request"]
        if request["path"].endswith(("submit", "allocate")):
            continue
        body, headers = sent(request)
        status = ask("POST", request["path"], body, headers).status
        if request["path"].endswith("/abc"):
            assert status == 400
        elif not body:
            assert status == 400  # slurmrestd says that it changed the job
        else:
            # An array's task can be changed alone; who may do what is slurmctld's to say.
            assert status in (200, 403), request


@pytest.mark.usefixtures("slurm")
@pytest.mark.parametrize("version", answered() or [ABSENT])
def test_a_signal_that_is_none_is_refused_before_slurm_is_asked(version: int) -> None:
    """slurmrestd kills the job, or says 200 beside its error."""
    asked = [record["request"] for record in records(version, "DELETE", r"job/\d+\?signal=SIGNOSUCH")]
    assert asked
    for request in asked:
        answer = ask("DELETE", request["path"])
        assert answer.status == 400
        assert "expected a signal" in content(answer)["errors"][0]["description"]


@pytest.mark.usefixtures("slurm")
@pytest.mark.parametrize("version", answered() or [ABSENT])
def test_a_signal_for_many_needs_jobs_or_something_that_they_fit(version: int) -> None:
    for record in records(version, "DELETE", "jobs"):
        body, headers = sent(record["request"])
        answer = ask("DELETE", record["request"]["path"], body, headers)
        if not body:
            assert answer.status == 422
        elif record["request"].get("body"):
            assert answer.status == record["status"] == 200
            assert next(iter(content(answer))) == "status"
        else:
            assert answer.status == 422
