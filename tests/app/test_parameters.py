"""Parameters: a query, a form and a document are one set; a request is read whole, or refused."""

from __future__ import annotations

from typing import Any

import pytest
from asking import JSON, ask, content, slurm, text, unread
from fake_slurm import FakeSlurm, lib

from restd_inet.problems import Problem

__all__ = ("slurm",)
FORM = {"content-type": "application/x-www-form-urlencoded"}
YAML = {"content-type": "application/yaml"}
NEW = pytest.mark.parametrize("version", ["v0.0.39", "v0.0.42", "v0.0.45"])
OLD = pytest.mark.parametrize("version", ["v1", "v0.0.35", "v0.0.36", "v0.0.38"])


@pytest.fixture
def two(slurm: FakeSlurm) -> FakeSlurm:
    """A second job, in another partition."""
    slurm.add_job(job_id=8, array_job_id=0, name="eight", partition="gpu", array_task_id=0xFFFFFFFE)
    return slurm


def done(slurm: FakeSlurm) -> list[Any]:
    return [call for call in slurm.calls if not call[0].startswith(("slurm_load", "compat_load"))]


def changed(slurm: FakeSlurm) -> tuple[str, str, int]:
    """The one job that was changed, its comment and its time limit."""
    ((call, filled),) = slurm.calls
    assert call == "slurm_update_job2"
    job = slurm.text(filled.struct.job_id_str) or ""
    return job, slurm.text(filled.struct.comment) or "", filled.struct.time_limit


@NEW
@pytest.mark.parametrize(
    ("target", "body", "headers"),
    [
        ("?signal=USR1", unread, {}),
        ("?signal=USR1", unread, JSON),
        ("?signal=USR1", b"", JSON),
        ("?signal=10", unread, {}),
        ("", b"signal=USR1", FORM),
        ("", b"signal=USR1", {}),
        ("", {"signal": "USR1"}, JSON),
        ("", b"signal: USR1", YAML),
    ],
)
def test_a_signal_is_delivered_whichever_way_it_comes(
    slurm: FakeSlurm, version: str, target: str, body: Any, headers: dict[str, str]
) -> None:
    answer = ask("DELETE", f"/slurm/{version}/job/7{target}", body, headers)
    assert answer.status == 200, text(answer)
    assert done(slurm) == [("slurm_kill_job2", "7", 10, lib.KILL_FULL_JOB)]


@NEW
@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"\xff\x00garbage", {}, 400),
        (b"garbage", FORM, 400),
        (b"{", JSON, 400),
        (b'{"signal": "USR1"', JSON, 400),
        (b'{"signal": "USR1"}', {}, 400),
        (b'{"signl": "USR1"}', JSON, 400),
        (b"signl=USR1", FORM, 400),
        (b"signal=", FORM, 400),
        (b"signal", FORM, 400),
        (b"[]", JSON, 400),
        (b"null", JSON, 400),
        (b"signal=USR1", {"content-type": "text/plain"}, 415),
        (b'{"signal": "USR1"}', {**JSON, "content-encoding": "gzip"}, 415),
    ],
)
def test_a_delete_whose_body_is_not_understood_does_nothing(
    slurm: FakeSlurm, version: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = ask("DELETE", f"/slurm/{version}/job/7", body, headers)
    assert (answer.status, slurm.calls) == (status, []), text(answer)


@NEW
def test_a_delete_whose_body_does_not_come_does_nothing(slurm: FakeSlurm, version: str) -> None:
    def truncated() -> bytes:
        raise Problem(400, "the body ended after 3 of 10 bytes")

    answer = ask("DELETE", f"/slurm/{version}/job/7", truncated, {})
    assert (answer.status, text(answer), slurm.calls) == (400, "the body ended after 3 of 10 bytes", [])


@OLD
@pytest.mark.parametrize("method", ["DELETE", "GET"])
@pytest.mark.parametrize("headers", [{}, FORM, JSON, {"content-type": "text/plain"}])
def test_up_to_v38_a_body_goes_with_post(
    slurm: FakeSlurm, version: str, method: str, headers: dict[str, str]
) -> None:
    answer = ask(method, f"/slurm/{version}/job/7", {"signal": "USR1"}, headers)
    assert (answer.status, slurm.calls) == (400, [])
    assert f"a body is not allowed with {method}" in text(answer)
    assert ("nothing was changed" in text(answer)) == (method == "DELETE")


@pytest.mark.parametrize("version", ["v0.0.36", "v0.0.38", "v0.0.39", "v0.0.45"])
@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("DELETE", "slurm/job/7", "signal=USR1", {"flags": []}),
        ("DELETE", "slurm/jobs", "partition=gpu", {"user_name": "fred"}),
        ("DELETE", "slurmdb/associations", "account=zap", {"user": "fred"}),
        ("POST", "slurm/job/submit", "foo=1", {"job": {}}),
        ("POST", "slurm/job/7", "comment=x", {"name": "y"}),
        ("GET", "slurmdb/jobs", "users=fred", {"account": "zap"}),
    ],
)
def test_a_query_beside_a_body_is_400(
    slurm: FakeSlurm, version: str, method: str, path: str, query: str, body: Any
) -> None:
    family, _, rest = path.partition("/")
    answer = ask(method, f"/{family}/{version}/{rest}?{query}", body, JSON)
    assert (answer.status in (400, 404, 405), slurm.calls) == (True, []), text(answer)


@pytest.mark.parametrize("version", ["v0.0.39", "v0.0.42", "v0.0.45"])
@pytest.mark.parametrize(
    ("query", "body", "headers"),
    [
        ("?comment=hello+world&time_limit=5", unread, {}),
        ("?comment=hello+world;time_limit=5", unread, JSON),
        ("", b"comment=hello%20world&time_limit=5", FORM),
        ("", {"comment": "hello world", "time_limit": 5}, JSON),
    ],
)
def test_a_job_is_changed_whichever_way_the_change_comes(
    slurm: FakeSlurm, version: str, query: str, body: Any, headers: dict[str, str]
) -> None:
    answer = ask("POST", f"/slurm/{version}/job/7{query}", body, headers)
    assert answer.status == 200, text(answer)
    assert changed(slurm) == ("7", "hello world", 5)


@OLD
def test_up_to_v38_a_change_comes_as_a_form_too_but_not_as_a_query(slurm: FakeSlurm, version: str) -> None:
    assert ask("POST", f"/slurm/{version}/job/7?comment=x").status == 400
    assert ask("POST", f"/slurm/{version}/job/7?comment=x", b"comment=y", FORM).status == 400
    assert slurm.calls == []
    answer = ask("POST", f"/slurm/{version}/job/7", b"comment=hello;time_limit=5", FORM)
    assert answer.status == 200, text(answer)
    assert changed(slurm) == ("7", "hello", 5)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "job/7?commment=x"),
        ("POST", "job/submit?foo=1"),
        ("POST", "job/7"),
        ("POST", "job/7?job.comment=x"),
        ("POST", "job/7?comment=a&comment=b"),
        ("POST", "job/7?comment"),
        ("GET", "job/7/requeue?Hld"),
        ("GET", "reconfigure?force=1"),
        ("DELETE", "node/n1?force=1"),
        ("DELETE", "partition/p1?force=1"),
        ("DELETE", "reservation/r1?force=1"),
        ("DELETE", "jobs?partition=gpu&user=fred"),
        ("DELETE", "jobs?partition=&job_state=PENDING"),
        ("DELETE", "jobs?user_name=&job_state=PENDING"),
        ("DELETE", "jobs?jobs=,&job_state=PENDING"),
        ("DELETE", "jobs?signal=&job_state=PENDING"),
        ("DELETE", "jobs?partition=a&partition=b"),
    ],
)
def test_what_changes_something_takes_all_that_is_said_or_nothing(
    two: FakeSlurm, method: str, target: str
) -> None:
    answer = ask(method, f"/slurm/v0.0.45/{target}")
    assert (answer.status, two.calls) == (400, []), text(answer)


@pytest.mark.parametrize("version", ["v0.0.40", "v0.0.45"])
@pytest.mark.parametrize("way", ["query", "form", "JSON"])
@pytest.mark.parametrize(
    "name",
    ["account", "job_name", "partition", "qos", "reservation", "job_state", "user_name", "wckey", "nodes"],
)
def test_an_empty_filter_is_refused_whichever_way_it_comes(
    two: FakeSlurm, version: str, way: str, name: str
) -> None:
    """Alone it would mean all jobs that have no such name; beside another filter, nothing."""
    for other in ("", "qos" if name == "account" else "account"):
        names = {name: "", **({other: "x"} if other else {})}
        text_ = "&".join(f"{key}={value}" for key, value in names.items())
        query, body, headers = {
            "query": (f"?{text_}", unread, {}),
            "form": ("", text_.encode(), FORM),
            "JSON": ("", names, JSON),
        }[way]
        answer = ask("DELETE", f"/slurm/{version}/jobs/{query}", body, headers)
        assert (answer.status, done(two)) == (400, []), text(answer)
        assert f"{name}: expected a value, found an empty one" in text(answer)


@pytest.mark.parametrize("name", ["account", "cluster", "partition", "user"])
def test_an_empty_filter_of_what_is_removed_is_refused_in_a_document_too(two: FakeSlurm, name: str) -> None:
    document = {"account": "zap", "user": "fred", name: ""}
    answer = ask("DELETE", "/slurmdb/v0.0.45/associations/", document, JSON)
    assert (answer.status, done(two)) == (400, []), text(answer)
    assert f"{name}: expected a value, found an empty one" in text(answer)


@pytest.mark.parametrize("version", ["v0.0.40", "v0.0.45"])
@pytest.mark.parametrize(
    ("query", "body", "headers"),
    [
        ("?partition=gpu&job_state=PENDING", unread, {}),
        ("?jobs=7&jobs=8&partition=gpu&job_state=PENDING&job_state=RUNNING", unread, JSON),
        ("", b"partition=gpu;job_state=PENDING", FORM),
        ("", {"partition": "gpu", "job_state": ["PENDING"]}, JSON),
    ],
)
def test_jobs_are_signalled_by_a_filter_whichever_way_it_comes(
    two: FakeSlurm, version: str, query: str, body: Any, headers: dict[str, str]
) -> None:
    answer = ask("DELETE", f"/slurm/{version}/jobs/{query}", body, headers)
    assert answer.status == 200, text(answer)
    assert [call[1:3] for call in done(two)] == [("8", 9)]


@pytest.mark.parametrize("version", ["v0.0.40", "v0.0.45"])
@pytest.mark.parametrize(
    ("query", "body", "headers"),
    [
        ("?job_id=8", unread, {}),
        ("?job_id=8&job_id=9,10", unread, JSON),
        ("", b"job_id=8", FORM),
        ("", {"job_id": [8, "9"]}, JSON),
        ("", {"job_id": "8,9"}, JSON),
    ],
)
def test_what_is_read_is_chosen_whichever_way_the_choice_comes(
    two: FakeSlurm, version: str, query: str, body: Any, headers: dict[str, str]
) -> None:
    answer = ask("GET", f"/slurm/{version}/jobs/state{query}", body, headers)
    assert answer.status == 200, text(answer)
    assert [job["job_id"] for job in content(answer)["jobs"]] == [8]


def test_a_reading_passes_over_what_it_does_not_know(two: FakeSlurm) -> None:
    for target, body in (("?colour=red", unread), ("", {"colour": "red"})):
        answer = ask("GET", f"/slurm/v0.0.44/jobs/state{target}", body, JSON)
        assert [warning["description"] for warning in content(answer)["warnings"]] == [
            'Ignoring unknown field "colour"'
        ]
    assert ask("GET", "/slurm/v0.0.44/ping?_=17").status == 200
    assert ask("GET", "/slurm/v0.0.44/ping", {"_": 17}, JSON).status == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("update_time=5&update_time=5", 200),
        ("update_time=5&update_time=6", 400),
        ("update_time=1793000000.6&update_time=1793000000.9", 200),
        ("update_time=1793000000.6&update_time=1793000002", 400),
        ("update_time", 400),
        ("update_time=", 400),
        ("flags=SHOW&flags=DETAIL", 400),
    ],
)
def test_a_parameter_that_has_one_value_is_given_one(slurm: FakeSlurm, query: str, status: int) -> None:
    assert ask("GET", f"/slurm/v0.0.38/jobs?{query}").status == (200 if "flags" in query else status)
    assert ask("GET", f"/slurm/v0.0.42/jobs?{query}").status == status


@pytest.mark.parametrize(
    ("query", "flags"),
    [
        ("Hold", 1),
        ("Hold=", 0),
        ("Hold=on", 1),
        ("Hold=yes", 1),
        ("Hold=off", 0),
        ("Hold=false", 0),
        ("Hold=1&Hold=true&Hold", 1),
        ("Hold=1&Hold=off", None),
        ("Hold=1&Hold=maybe", None),
        ("Hold=maybe", None),
    ],
)
def test_a_switch_is_on_by_its_name_alone(slurm: FakeSlurm, query: str, flags: int | None) -> None:
    answer = ask("GET", f"/slurm/v0.0.45/job/7/requeue?{query}")
    if flags is None:
        assert (answer.status, slurm.calls) == (400, [])
        return
    hold = slurm.constant("JOB_REQUEUE_HOLD") or 0
    assert slurm.calls == [("slurm_requeue2", "7", hold if flags else 0)]


def test_a_content_encoding_is_415_that_names_it(slurm: FakeSlurm) -> None:
    for version in ("v0.0.35", "v0.0.38", "v0.0.45"):
        headers = {**JSON, "content-encoding": "gzip", "content-length": "5"}
        answer = ask("POST", f"/slurm/{version}/job/submit", unread, headers)
        assert answer.status == 415
        assert "Content-Encoding" in text(answer)
        assert ("Accept-Encoding", "identity") in answer.headers
    assert ask("POST", "/slurm/v0.0.45/job/7", {}, {**JSON, "content-encoding": "identity"}).status == 200


@pytest.mark.parametrize("version", ["v0.0.38", "v0.0.45"])
def test_an_empty_body_is_none(slurm: FakeSlurm, version: str) -> None:
    for headers in ({}, JSON, {"content-type": "text/plain"}):
        for more in ({"content-length": "0"}, {"content-length": "00"}, {"transfer-encoding": "chunked"}):
            whole = {"content-length": "", **headers, **more}
            assert ask("GET", f"/slurm/{version}/job/7", b"", whole).status == 200
            assert ask("DELETE", f"/slurm/{version}/job/7?signal=USR1", b"", whole).status == 200
            assert ask("POST", f"/slurm/{version}/job/7", b"", whole).status == 400
    assert set(done(slurm)) == {("slurm_kill_job2", "7", 10, lib.KILL_FULL_JOB)}


def test_a_document_without_content_type_is_read_as_a_form_and_the_error_says_it(slurm: FakeSlurm) -> None:
    answer = ask("POST", "/slurm/v0.0.45/job/7", {"comment": "x"}, {})
    assert answer.status == 400
    assert "a body without Content-Type is read as a form" in content(answer)["errors"][0]["description"]
