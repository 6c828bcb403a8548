"""dispatch: what a client is answered when something goes wrong."""

from __future__ import annotations

import _thread
import errno
from collections.abc import Callable
from typing import Any

import lacking
import pytest
from asking import JSON, ME, ask, content, no_slurm, slurm, submission, text
from fake_slurm import SLURM_USER, FakeSlurm, lib

import restd_inet.slurm
from restd_inet import auth, commands, log
from restd_inet.app.dispatch import NOT_STORED
from restd_inet.message import Credential, Peer, Request
from restd_inet.problems import Problem
from restd_inet.settings import Settings

__all__ = ["no_slurm", "slurm"]


# What goes wrong.
@pytest.mark.parametrize("accept", ["", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "image/png"])
def test_an_error_before_a_version_is_known_is_text(no_slurm: None, accept: str) -> None:
    answer = ask("GET", "/nothing", headers={"accept": accept})
    assert answer.status == 404
    assert answer.headers == [("Content-Type", "text/plain; charset=utf-8")]
    assert isinstance(answer.body, bytes)
    assert answer.body.endswith(b"\n")


@pytest.mark.parametrize("accept", ["application/json", "text/json, */*;q=0.5", "application/*"])
@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/slurm/v9.9.9/jobs", 404),
        ("POST", "/openapi", 405),
    ],
)
def test_it_is_json_for_who_prefers_that(
    no_slurm: None, accept: str, method: str, target: str, status: int
) -> None:
    answer = ask(method, target, headers={"accept": accept})
    assert answer.status == status
    assert dict(answer.headers)["Content-Type"] in ("application/json", "text/json")
    document = content(answer)
    assert [error["description"] for error in document["errors"]] != []
    assert document["warnings"] == []
    assert ("Allow" in dict(answer.headers)) == (status == 405)


def test_it_is_yaml_for_who_prefers_that(no_slurm: None) -> None:
    answer = ask("GET", "/nothing", headers={"accept": "application/yaml"})
    assert dict(answer.headers)["Content-Type"] == "application/yaml"
    assert b"errors" in answer.body


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "line 1, column 2"),
        (b'{"job": {},\n "script": }', "line 2, column 12"),
        (
            b'{"job":\n  {"environment": {"A": "b"},\n   "tasks": -1}, "script": "#!x"}',
            "line 3, column 13: job.tasks:",
        ),
        (b'{"job":\n [{},\n  {"tsks": 1}], "script": "#!x"}', "line 3, column "),
        (
            b'{"job": {"time_limit":\n "soon"}, "script": "#!x"}',
            "line 2, column 2: job.time_limit: expected minutes",
        ),
        (b'{"job": null, "script": "#!x"}', "line 1, column 1: job: expected a job description"),
        (b"[]", "line 1, column 1: the document: expected an object, found a list"),
        (b'{"script": "#!x"}', "line 1, column 1: job: expected a job description, or a list"),
    ],
)
def test_a_mistake_in_the_body_is_reported_with_its_place(slurm: FakeSlurm, body: bytes, place: str) -> None:
    answer = ask("POST", "/slurm/v0.0.35/job/submit", _whole(body), JSON)
    assert answer.status == 400
    assert text(answer).startswith(place), text(answer)
    assert slurm.calls == []


def _whole(body: bytes) -> bytes:
    """The body with what every job must say, on the job's own line, where it can hold it."""
    needed = b'"environment": {"A": "b"}, "cwd": "/", "time_limit"'
    return body.replace(b'"time_limit"', needed) if body.count(b'"time_limit"') else body


def test_a_body_that_does_not_come_is_what_read_says(no_slurm: None) -> None:
    def truncated() -> bytes:
        raise Problem(400, "the body ended after 3 of 10 bytes")

    answer = ask("POST", "/slurm/v0.0.35/job/submit", truncated, JSON)
    assert (answer.status, text(answer)) == (400, "the body ended after 3 of 10 bytes")


ERRORS = [
    ("slurm_get_statistics", "/slurm/v0.0.35/diag", "ESLURM_ACCESS_DENIED", 403),
    ("slurm_get_statistics", "/slurm/v0.0.35/diag", "SLURM_COMMUNICATIONS_CONNECTION_ERROR", 503),
    ("slurm_get_statistics", "/slurm/v0.0.35/diag", "SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT", 504),
    ("slurm_get_statistics", "/slurm/v0.0.35/diag", "SLURM_PROTOCOL_AUTHENTICATION_ERROR", 502),
    ("compat_load_job", "/slurm/v0.0.35/job/7", "ESLURM_INVALID_JOB_ID", 404),
    ("slurm_load_node_single", "/slurm/v0.0.35/node/x", "ESLURM_INVALID_NODE_NAME", 404),
]


@pytest.mark.parametrize(("call", "target", "name", "status"), ERRORS)
def test_slurm_s_errors_have_a_status_and_their_number(
    slurm: FakeSlurm, call: str, target: str, name: str, status: int
) -> None:
    slurm.errors[call] = name
    answer = ask("GET", target)
    assert answer.status == status
    assert content(answer)["errors"][0]["errno"] == getattr(lib, name)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ESLURM_INVALID_PARTITION_NAME", 422),
        ("ESLURM_INVALID_ACCOUNT", 422),
        ("ESLURM_DUPLICATE_JOB_ID", 409),
        ("ESLURM_USER_ID_MISSING", 403),
    ],
)
def test_slurm_s_refusals_carry_its_text(slurm: FakeSlurm, name: str, status: int) -> None:
    slurm.errors["slurm_submit_batch_job"] = name
    answer = ask("POST", "/slurm/v0.0.35/job/submit", submission(), JSON)
    assert answer.status == status
    assert text(answer) == slurm.text(lib.slurm_strerror(getattr(lib, name)))


def test_nothing_changed_is_304_without_a_body(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_load_jobs"] = "SLURM_NO_CHANGE_IN_DATA"
    answer = ask("GET", "/slurm/v0.0.35/jobs?update_time=5")
    assert (answer.status, answer.headers, answer.body) == (304, [NOT_STORED], b"")


@pytest.mark.parametrize("target", ["job/8", "job/7_1", "job/7+1", "node/host9", "partition/none"])
def test_what_is_not_there_is_404(slurm: FakeSlurm, target: str) -> None:
    assert ask("GET", f"/slurm/v0.0.35/{target}").status == 404


@pytest.mark.parametrize(
    "job_id", ["0", "x", "-1", "4294967294", "99999999999", "7_", "7+x", "7.0", "\u0667", "7_4294967294"]
)
def test_what_is_no_job_id_is_400(slurm: FakeSlurm, job_id: str) -> None:
    for method in ("GET", "DELETE"):
        answer = ask(method, f"/slurm/v0.0.35/job/{job_id}")
        assert answer.status == 400
        assert "is not a job id" in text(answer)
    assert slurm.calls == []


@pytest.mark.parametrize(("method", "signal"), [("DELETE", "NOPE"), ("DELETE", "0"), ("DELETE", "")])
def test_what_is_no_signal_is_400(slurm: FakeSlurm, method: str, signal: str) -> None:
    answer = ask(method, f"/slurm/v0.0.35/job/7?signal={signal}")
    assert answer.status == 400
    assert slurm.calls == []


def test_a_cancelled_job_may_be_cancelled_again(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_kill_job2"] = "ESLURM_ALREADY_DONE"
    assert ask("DELETE", "/slurm/v0.0.35/job/7").status == 200
    assert ask("DELETE", "/slurm/v0.0.35/job/7?signal=USR1").status == 409


@lacking.as_user
def test_no_user_submits_as_another(slurm: FakeSlurm) -> None:
    answer = ask("POST", "/slurm/v0.0.35/job/submit", submission(user_id=ME + 1), JSON)
    assert answer.status == 403


@pytest.mark.parametrize(("uid", "status"), [(1000, 403), (SLURM_USER, 200), (0, 200)])
@pytest.mark.parametrize("name", ["user_id", "group_id"])
def test_only_root_and_slurm_user_name_another(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch, uid: int, status: int, name: str
) -> None:
    class Method:
        @staticmethod
        def authenticate(request: Request, peer: Peer, settings: Settings) -> Credential:
            return Credential(uid, uid, "", "test")

    monkeypatch.setattr(auth, "method", lambda name: Method)
    answer = ask("POST", "/slurm/v0.0.35/job/submit", submission(**{name: 1001}), JSON)
    assert answer.status == status
    assert ask("POST", "/slurm/v0.0.35/job/submit", submission(**{name: uid}), JSON).status == 200
    assert ask("POST", "/slurm/v0.0.35/job/7", {name: 1001}, JSON).status == status


def test_an_unexpected_error_is_500_without_its_text(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(log, "write", lambda level, line: lines.append(line))

    def broken() -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(slurm, "statistics", broken)
    answer = ask("GET", "/slurm/v0.0.35/diag")
    assert answer.status == 500
    assert text(answer) == "internal error; see the log of restd-inet"
    assert len(lines) == 1
    assert "RuntimeError at " in lines[0]
    assert __file__ in lines[0]
    assert "secret" not in lines[0]


def no_thread() -> None:
    size = _thread.stack_size(1 << 46)
    try:
        _thread.start_new_thread(print, ())
    finally:
        _thread.stack_size(size)


def no_process() -> None:
    raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


def no_descriptor() -> None:
    raise OSError(errno.EMFILE, "Too many open files")


def no_memory() -> None:
    raise MemoryError


@pytest.mark.parametrize("short", [no_thread, no_process, no_descriptor, no_memory])
def test_what_the_machine_has_run_out_of_is_503(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch, short: Callable[[], None]
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(log, "write", lambda level, line: lines.append(line))
    monkeypatch.setattr(restd_inet.slurm, "act_for", lambda credential: short())
    answer = ask("GET", "/slurm/v0.0.44/ping")
    assert answer.status == 503
    assert ("Retry-After", "1") in answer.headers
    assert "has run out of a resource" in content(answer)["errors"][0]["description"]
    assert any("has run out of a resource" in line for line in lines)


def test_another_error_of_the_system_is_500(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    def act_for(credential: Credential) -> None:
        raise PermissionError(errno.EACCES, "secret")

    lines: list[str] = []
    monkeypatch.setattr(log, "write", lambda level, line: lines.append(line))
    monkeypatch.setattr(restd_inet.slurm, "act_for", act_for)
    answer = ask("GET", "/slurm/v0.0.44/ping")
    assert answer.status == 500
    assert "secret" not in str(answer.body) + str(lines)


def test_a_module_that_does_not_load_is_500_not_404(no_slurm: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(family: str, segment: str) -> Any:
        raise ModuleNotFoundError("No module named 'secret'", name="secret")

    monkeypatch.setattr(commands, "find", broken)
    monkeypatch.setattr(log, "write", lambda level, line: None)
    assert ask("GET", "/slurm/v0.0.35/diag").status == 500
