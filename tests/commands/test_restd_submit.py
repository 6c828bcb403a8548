"""/restd/<version>/job/submit: a query beside the body, and dry runs."""

from __future__ import annotations

from typing import Any

import pytest
from asking import JSON, ask, content, slurm, submission, text
from fake_slurm import FakeSlurm, ffi, lib

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
