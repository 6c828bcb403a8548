"""/restd/<version>/job/submit: a query beside the body, and dry runs."""

from __future__ import annotations

from typing import Any

import pytest
from asking import JSON, ask, content, slurm, submission, text
from fake_slurm import FakeSlurm, ffi, lib

from restd_inet.message import Response
from restd_inet.schema.versions import NAMES, V40

__all__ = ["slurm"]
VERSIONS = [NAMES[number] for number in sorted(NAMES) if number >= V40]
PATH = "/restd/v0.0.44/job/submit"


def names(slurm: FakeSlurm) -> list[str]:
    """The calls of libslurm, in their order."""
    return [call[0] for call in slurm.calls]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_record_and_the_answer_are_those_of_slurm(slurm: FakeSlurm, version: str) -> None:
    ours, theirs = (
        ask("POST", f"/{family}/{version}/job/submit", submission(name="x"), JSON)
        for family in ("restd", "slurm")
    )
    assert names(slurm) == ["slurm_submit_batch_job"] * 2
    first, second = (call[1].struct for call in slurm.calls)
    assert ffi.string(first.name) == ffi.string(second.name) == b"x"
    assert ours.status == theirs.status == 200
    documents = [content(answer) for answer in (ours, theirs)]
    for document in documents:
        document.pop("meta")
    assert documents[0] == documents[1]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_dry_run_asks_and_submits_nothing(slurm: FakeSlurm, version: str) -> None:
    preempted = lib.slurm_list_create(ffi.NULL)
    ids = [ffi.new("uint32_t *", number) for number in (5, 7)]
    for each in ids:
        lib.slurm_list_append(preempted, each)
    slurm.start |= {"part_name": "debug", "preemptee_job_id": preempted, "job_submit_user_msg": "hello"}
    answer = ask("POST", f"/restd/{version}/job/submit?dry_run=1", submission(), JSON)
    assert answer.status == 200, text(answer)
    assert names(slurm) == ["slurm_job_will_run2"]
    assert content(answer)["dry_run"] == {
        "start_time": {"set": True, "infinite": False, "number": 1700000000},
        "nodes": "host1",
        "partition": "debug",
        "cpus": 2,
        "preempted_jobs": [5, 7],
        "job_submit_user_msg": "hello",
    }
    assert "job_id" not in content(answer)


def test_a_heterogeneous_job_starts_with_its_last_component(slurm: FakeSlurm) -> None:
    body = {**submission(), "jobs": [submission()["job"]] * 2}
    body.pop("job")
    dry_run = content(ask("POST", f"{PATH}?dry_run=1", body, JSON))["dry_run"]
    assert names(slurm) == ["slurm_job_will_run2"] * 2
    assert (dry_run["cpus"], dry_run["nodes"]) == (4, "host1")


@pytest.mark.parametrize("query", ["", "?dry_run=0", "?dry_run=false", "?dry_run="])
def test_without_dry_run_a_job_is_submitted(slurm: FakeSlurm, query: str) -> None:
    assert ask("POST", PATH + query, submission(), JSON).status == 200
    assert names(slurm) == ["slurm_submit_batch_job"]


def test_a_dry_run_says_why_a_job_is_refused(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_job_will_run2"] = "ESLURM_INVALID_PARTITION_NAME"
    answer = ask("POST", f"{PATH}?dry_run", submission(), JSON)
    assert answer.status == 422
    assert "partition" in text(answer)


@pytest.mark.parametrize(
    "query", ["dryrun=1", "dry_run=perhaps", "dry_run=1&dry_run=0", "job=x", "%FF=1", "a" * 10**5]
)
def test_a_parameter_that_is_not_understood_is_an_error(slurm: FakeSlurm, query: str) -> None:
    answer = ask("POST", f"{PATH}?{query}", submission(), JSON)
    assert answer.status == 400, text(answer)
    assert len(text(answer)) < 500
    assert slurm.calls == []


def test_slurm_s_own_path_takes_no_query_beside_a_body(slurm: FakeSlurm) -> None:
    answer = ask("POST", "/slurm/v0.0.44/job/submit?dry_run=1", submission(), JSON)
    assert answer.status == 400
    assert slurm.calls == []


@pytest.mark.parametrize("body", [b"", {}, {"job": {}}, [], {"script": "#!/bin/sh"}])
def test_a_dry_run_needs_what_a_job_needs(slurm: FakeSlurm, body: Any) -> None:
    assert ask("POST", f"{PATH}?dry_run=1", body, JSON).status == 400
    assert slurm.calls == []


# Many jobs in one body

MANY = "/restd/v0.0.44/jobs/submit"


def said(answer: Response) -> str:
    return "".join(error["description"] for error in content(answer)["errors"])


def many(count: int = 3, **more: Any) -> dict[str, Any]:
    return {"jobs": [submission(name=f"job{number}", **more) for number in range(count)]}


def refusing(monkeypatch: pytest.MonkeyPatch, call: str, *indexes: int, error: str) -> None:
    """The calls of these numbers, from 0, fail."""
    seen: list[int] = []

    def failing(self: FakeSlurm, name: str, given: Any) -> str:
        if name != call:
            return ""
        seen.append(0)
        return error if len(seen) - 1 in indexes else ""

    monkeypatch.setattr(FakeSlurm, "failing", failing)


REFUSED = "ESLURM_INVALID_PARTITION_NAME"


@pytest.mark.parametrize("version", VERSIONS)
def test_each_job_has_its_own_answer(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    refusing(monkeypatch, "slurm_submit_batch_job", 1, error=REFUSED)
    answer = ask("POST", f"/restd/{version}/jobs/submit", many(), JSON)
    assert answer.status == 200, text(answer)
    results = content(answer)["results"]
    assert [result["index"] for result in results] == [0, 1, 2]
    assert [result["status"] for result in results] == [200, 422, 200]
    assert [result["job_id"] for result in results] == [42, 0, 42]
    assert (
        results[1]["error_code"] == lib.ESLURM_INVALID_PARTITION_NAME and "partition" in results[1]["error"]
    )
    assert content(answer)["errors"] == []
    assert names(slurm) == ["slurm_submit_batch_job"] * 3
    found = [ffi.string(call[1].struct.name) for call in slurm.calls]
    assert found == [b"job0", b"job1", b"job2"]


def test_a_heterogeneous_job_may_be_one_of_many(slurm: FakeSlurm) -> None:
    body = many(2)
    body["jobs"][0] = {"script": "#!/bin/sh", "jobs": [submission()["job"]] * 2}
    assert ask("POST", MANY, body, JSON).status == 200
    assert names(slurm) == ["slurm_submit_batch_het_job", "slurm_submit_batch_job"]


def test_when_slurmctld_goes_the_rest_is_not_tried(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, "slurm_submit_batch_job", 1, 2, error="SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR")
    results = content(ask("POST", MANY, many(), JSON))["results"]
    assert [result["status"] for result in results] == [200, 503, 503]
    assert "not tried" in results[2]["error"]
    assert len(slurm.calls) == 2


def test_all_or_none_asks_about_every_job_first(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, "slurm_job_will_run2", 2, error=REFUSED)
    answer = ask("POST", f"{MANY}?all=1", many(), JSON)
    assert answer.status == 422
    assert "jobs[2]" in said(answer) and "no job was submitted" in said(answer)
    assert names(slurm) == ["slurm_job_will_run2"] * 3


def test_all_or_none_cancels_what_it_has_submitted(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, "slurm_submit_batch_job", 1, error=REFUSED)
    answer = ask("POST", f"{MANY}?all=1", many(), JSON)
    assert answer.status == 422
    assert "jobs[1]" in said(answer) and "were cancelled: 42" in said(answer)
    calls = names(slurm)[3:]
    assert calls == ["slurm_submit_batch_job", "slurm_submit_batch_job", "slurm_kill_job2"]


def test_all_of_them(slurm: FakeSlurm) -> None:
    answer = ask("POST", f"{MANY}?all=1", many(), JSON)
    assert [result["status"] for result in content(answer)["results"]] == [200] * 3


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "jobs: expected a list"),
        ({"jobs": []}, "jobs: expected a list"),
        ({"jobs": [{}]}, "jobs[0]"),
        ({"jobs": "x"}, "jobs"),
        ({"jobs": [submission(), submission(tasks="x")]}, "jobs[1].job.tasks"),
        ({"jobs": [submission(), {"job": submission()["job"]}]}, "jobs[1].script"),
        ({"jobs": [submission(), {"job": {}, "script": "#!/bin/sh"}]}, "jobs[1].job.environment"),
        ({"jobs": [submission()] * 1001}, "at most 1000"),
    ],
)
def test_a_mistake_in_a_body_of_many_submits_none(slurm: FakeSlurm, body: Any, wrong: str) -> None:
    answer = ask("POST", MANY, body, JSON)
    assert answer.status == 400
    assert wrong in said(answer)
    assert slurm.calls == []
