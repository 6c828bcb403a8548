"""dispatch: the order in which a request is looked at, and what becomes of whatever goes wrong."""

from __future__ import annotations

import _thread
import errno
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asking import FOREIGN, JSON, ME, OWN, ask, content, no_slurm, slurm, submission, text, unread
from fake_slurm import SLURM_USER, FakeSlurm, lib

import restd_inet.slurm
from restd_inet import auth, codec, commands, log
from restd_inet.app.api import EVERYTHING
from restd_inet.app.dispatch import ALLOWED, NOT_STORED, OFFERED, Dispatcher
from restd_inet.app.router import allow
from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Credential, Peer, Request, Response
from restd_inet.problems import Problem
from restd_inet.settings import Settings

__all__ = ["no_slurm", "slurm"]


class Never(FakeSlurm):
    """Slurm is not to be asked."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"Slurm was asked: {name}")


# What succeeds.


def test_an_answer_is_200_in_the_first_media_type(slurm: FakeSlurm) -> None:
    answer = ask("GET", "/slurm/v0.0.35/diag")
    assert (answer.status, answer.headers) == (200, [("Content-Type", "application/json"), NOT_STORED])
    assert content(answer)["statistics"]["bf_cycle_sum"] == 7
    packed = "parts_packed" in slurm.members("stats_info_response_msg_t")  # up to 25.05
    assert content(ask("GET", "/slurm/v1/diag"))["parts_packedg"] == packed


@pytest.mark.parametrize("media", OFFERED)
def test_every_offered_type_is_given(slurm: FakeSlurm, media: str) -> None:
    answer = ask("GET", "/slurm/v1/ping", headers={"accept": media})
    assert (answer.status, answer.headers) == (200, [("Content-Type", media), NOT_STORED])


def test_a_query_is_read_by_its_table(slurm: FakeSlurm) -> None:
    ask("GET", "/slurm/v0.0.35/jobs?update_time=5")
    ask("GET", "/slurm/v0.0.35/jobs")
    assert slurm.calls == [("jobs", 5), ("jobs", 0)]


def test_a_query_that_nobody_reads_is_left_alone(slurm: FakeSlurm) -> None:
    assert ask("GET", "/slurm/v0.0.35/ping?_=17").status == 200


@pytest.mark.parametrize("query", ["update_time=x", "update_time=1:2:3:4"])
def test_a_wrong_query_is_400(slurm: FakeSlurm, query: str) -> None:
    answer = ask("GET", f"/slurm/v0.0.35/jobs?{query}")
    assert answer.status == 400
    assert "update_t" in text(answer)
    assert slurm.calls == []


def test_a_parameter_of_another_version_does_not_hinder_a_reading(slurm: FakeSlurm) -> None:
    assert ask("GET", "/slurm/v0.0.35/jobs?update_tme=5&update_time=6").status == 200
    assert slurm.calls == [("jobs", 6)]


def test_a_mistyped_parameter_changes_nothing(slurm: FakeSlurm) -> None:
    """DELETE ?signl=USR1 would otherwise cancel the job."""
    answer = ask("DELETE", "/slurm/v0.0.35/job/7?signl=USR1")
    assert answer.status == 400
    assert "signal" in text(answer)
    assert slurm.calls == []


def test_a_body_is_read_by_the_route(slurm: FakeSlurm) -> None:
    answer = ask("POST", "/slurm/v0.0.35/job/submit", submission(name="a", tasks=2), JSON)
    assert answer.status == 200, text(answer)
    assert content(answer) == {"errors": [], "job_id": 42, "step_id": "BATCH", "job_submit_user_msg": ""}
    ((_, (desc,)),) = slurm.calls
    assert (slurm.text(desc.struct.name), desc.struct.num_tasks, desc.struct.min_cpus) == ("a", 2, 2)


def test_several_components_are_one_submission(slurm: FakeSlurm) -> None:
    document = submission()
    document["job"] = [document["job"], {**document["job"], "name": "second"}]
    assert ask("POST", "/slurm/v1/job/submit", document, JSON).status == 200
    ((_, (first, second)),) = slurm.calls
    assert slurm.text(first.struct.script) == document["script"]
    assert (slurm.text(second.struct.script), slurm.text(second.struct.name)) == (None, "second")


def test_an_accepted_job_may_have_a_warning(slurm: FakeSlurm) -> None:
    slurm.answer["error_code"] = lib.ESLURM_JOB_HELD
    answer = ask("POST", "/slurm/v1/job/submit", submission(hold=True), JSON)
    assert answer.status == 200
    assert content(answer)["errors"][0]["error_code"] == lib.ESLURM_JOB_HELD
    assert content(answer)["job_id"] == 42


def test_an_update_names_what_it_changes(slurm: FakeSlurm) -> None:
    for body in ({"job": {"comment": "x"}}, {"comment": "x"}):
        answer = ask("POST", "/slurm/v0.0.35/job/7", body, JSON)
        assert (answer.status, content(answer)) == (200, {"errors": []})
    assert [(name, job) for name, job, _ in slurm.calls] == [("update", "7")] * 2


def test_a_signal_is_sent(slurm: FakeSlurm) -> None:
    ask("DELETE", "/slurm/v0.0.35/job/7")
    ask("DELETE", "/slurm/v0.0.35/job/7_1?signal=USR1")
    assert slurm.calls == [("kill", "7", 9), ("kill", "7_1", 10)]


# The order of the checks.


def test_404_comes_before_403_406_and_the_body(no_slurm: None) -> None:
    answer = ask("POST", "/slurm/v1/nothing", peer=FOREIGN, headers={"accept": "image/png"})
    assert answer.status == 404
    answer = ask("POST", "/slurm/v9/ping", peer=FOREIGN, headers={"accept": "image/png"})
    assert answer.status == 404


def test_405_comes_before_403(no_slurm: None) -> None:
    answer = ask("PUT", "/slurm/v1/diag", peer=FOREIGN)
    assert answer.status == 405
    assert ("Allow", "GET, HEAD, OPTIONS") in answer.headers


def test_403_comes_before_the_query_the_media_type_and_the_body(no_slurm: None) -> None:
    answer = ask("POST", "/slurm/v1/job/submit?x=%", peer=FOREIGN, headers={"content-type": "image/png"})
    assert answer.status == 403
    assert "belongs to uid" in text(answer)


def test_a_peer_without_an_owner_gave_no_authentication(no_slurm: None) -> None:
    answer = ask("GET", "/slurm/v0.0.35/ping", peer=Peer("inet", "[::1]:1"))
    assert (answer.status, text(answer)) == (403, "no authentication was given; accepted methods: local, jwt")


def test_methods_are_asked_in_their_order(monkeypatch: pytest.MonkeyPatch, slurm: FakeSlurm) -> None:
    asked: list[str] = []

    class Method:
        def __init__(self, name: str, credential: Credential | None) -> None:
            self._name, self._credential = name, credential

        def authenticate(self, request: Request, peer: Peer, settings: Settings) -> Credential | None:
            asked.append(self._name)
            return self._credential

    methods = {"a": Method("a", None), "b": Method("b", Credential(1, 2, "", "b")), "c": Method("c", None)}
    monkeypatch.setattr(auth, "method", methods.__getitem__)
    assert ask("GET", "/slurm/v1/ping", settings=Settings(auth=("a", "b", "c"))).status == 200
    assert asked == ["a", "b"]


def test_406_lists_what_is_offered_and_comes_before_403(no_slurm: None) -> None:
    answer = ask("GET", "/slurm/v1/ping", headers={"accept": "image/png"}, peer=FOREIGN)
    assert answer.status == 406
    assert all(media in text(answer) for media in OFFERED)
    assert answer.headers == [("Content-Type", "application/json"), NOT_STORED]


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/json", "image/png, application/yaml;q=0.1"])
def test_what_may_be_acceptable_is(slurm: FakeSlurm, accept: str) -> None:
    assert ask("GET", "/slurm/v1/ping", headers={"accept": accept}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "image/png"},
        {"content-type": "application/x-www-form-urlencoded; charset=latin1"},
        {"content-type": "application/json; charset=utf-16"},
    ],
)
def test_415_lists_what_is_understood_and_the_body_is_not_read(
    no_slurm: None, headers: dict[str, str]
) -> None:
    answer = ask("POST", "/slurm/v1/job/submit", headers={"content-length": "2", **headers})
    assert answer.status == 415
    assert all(media in text(answer) for media in OFFERED)


@pytest.mark.parametrize(
    "value", ["application/json", "Application/JSON; charset=UTF-8", 'text/json;charset="utf8"']
)
def test_a_charset_of_utf_8_is_understood(slurm: FakeSlurm, value: str) -> None:
    answer = ask("POST", "/slurm/v1/job/submit", submission(), {"content-type": value})
    assert answer.status == 200


def test_a_get_does_not_mind_a_content_type(slurm: FakeSlurm) -> None:
    assert ask("GET", "/slurm/v1/ping", headers={"content-type": "image/png"}).status == 200


def test_a_post_that_needs_no_body_does_not_read_it(slurm: FakeSlurm) -> None:
    assert ask("POST", "/slurm/v1/ping").status == 200


# HEAD and OPTIONS.


def test_head_is_answered_as_get(slurm: FakeSlurm) -> None:
    answer = ask("HEAD", "/slurm/v0.0.35/job/7")
    assert answer.status == 200
    assert content(answer)["name"] == "seven"


@pytest.mark.parametrize("chunked", [True, False], ids=["socket", "pipe"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_body_is_made_as_the_caller_or_not_at_all(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch, method: str, chunked: bool
) -> None:
    """What is still asked of Slurm while the body is made is asked with the request's credential."""
    done: list[str] = []
    json = codec.get("json")
    encode = json.encode

    def encoded(*arguments: Any, **options: Any) -> Iterator[bytes]:
        for piece in encode(*arguments, **options):
            done.append("made")
            yield piece

    monkeypatch.setattr(json, "encode", encoded)
    monkeypatch.setattr(restd_inet.slurm, "act_for", lambda credential: done.append("acts"))
    monkeypatch.setattr(restd_inet.slurm, "release", lambda: done.append("released"))
    wire = Wire(Limits(), strict=False, chunked=chunked)
    wire.receive(f"{method} /slurm/v0.0.35/jobs HTTP/1.1\r\n\r\n".encode())
    request = wire.request(unread)
    assert request is not None
    for _ in wire.respond(Dispatcher(Settings(), pretty=False).handle(request, OWN)):
        pass
    assert done.pop(0) == "released"  # before the request
    del done[: done.index("acts")]  # an answer was prepared for the end of its time
    assert done.pop(0) == "acts"
    assert done.pop() == "released"
    assert set(done) == (set() if method == "HEAD" and chunked else {"made"})


@pytest.mark.parametrize(
    ("target", "allowed"),
    [("/slurm/v1/ping", "GET, HEAD, OPTIONS, POST"), ("/slurm/v1/job/submit", "OPTIONS, POST")],
)
def test_options_needs_nobody_s_word(no_slurm: None, target: str, allowed: str) -> None:
    answer = ask("OPTIONS", target, peer=FOREIGN, headers={"accept": "image/png"})
    assert (answer.status, answer.headers, answer.body) == (204, [("Allow", allowed)], b"")


def test_options_of_nothing_is_404(no_slurm: None) -> None:
    assert ask("OPTIONS", "/slurm/v1/nothing").status == 404


def test_options_of_all_names_every_method(no_slurm: None) -> None:
    answer = ask("OPTIONS", "*", peer=FOREIGN, headers={"accept": "image/png"})
    assert (answer.status, answer.headers, answer.body) == (204, [("Allow", ALLOWED)], b"")
    modules = commands.every(EVERYTHING.builtin)
    assert allow([route.method for module in modules for route in getattr(module, "ROUTES", ())]) == ALLOWED


# What may be kept.


@pytest.mark.parametrize("peer", [OWN, FOREIGN])
@pytest.mark.parametrize("media", ["application/json", "application/yaml", "image/png"])
@pytest.mark.parametrize(
    ("method", "target"),
    [("GET", "/slurm/v1/ping"), ("GET", "/slurm/v0.0.44/jobs"), ("HEAD", "/slurm/v0.0.38/jobs"),
     ("GET", "/slurm/v0.0.35/job/8"), ("POST", "/slurm/v0.0.44/job/submit"), ("PUT", "/slurm/v0.0.44/jobs"),
     ("GET", "/slurm/v0.0.44/nothing")],
)  # fmt: skip
def test_no_cache_keeps_what_is_one_user_s(
    slurm: FakeSlurm, peer: Peer, media: str, method: str, target: str
) -> None:
    answer = ask(method, target, b"{", headers={"accept": media, **JSON}, peer=peer)
    assert answer.headers.count(NOT_STORED) == 1


@pytest.mark.parametrize("target", ["/openapi", "/openapi/v3", "/docs/", "/healthz", "/livez"])
def test_what_is_everybody_s_may_be_kept(slurm: FakeSlurm, target: str) -> None:
    answer = ask("GET", target, settings=Settings(auth=()))
    assert answer.status in (200, 404)  # /docs without its package
    assert NOT_STORED not in answer.headers


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
        ("GET", "/", 404),
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
def test_a_mistake_in_the_body_is_told_with_its_place(slurm: FakeSlurm, body: bytes, place: str) -> None:
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
        raise Problem(400, "the body ended after 3 of 10 bytes", close=True)

    answer = ask("POST", "/slurm/v0.0.35/job/submit", truncated, JSON)
    assert (answer.status, text(answer)) == (400, "the body ended after 3 of 10 bytes")


ERRORS = [
    ("statistics", "/slurm/v0.0.35/diag", "ESLURM_ACCESS_DENIED", 403),
    ("statistics", "/slurm/v0.0.35/diag", "SLURM_COMMUNICATIONS_CONNECTION_ERROR", 503),
    ("statistics", "/slurm/v0.0.35/diag", "SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT", 504),
    ("statistics", "/slurm/v0.0.35/diag", "SLURM_PROTOCOL_AUTHENTICATION_ERROR", 502),
    ("job", "/slurm/v0.0.35/job/7", "ESLURM_INVALID_JOB_ID", 404),
    ("node", "/slurm/v0.0.35/node/x", "ESLURM_INVALID_NODE_NAME", 404),
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
    slurm.errors["submit"] = name
    answer = ask("POST", "/slurm/v0.0.35/job/submit", submission(), JSON)
    assert answer.status == status
    assert text(answer) == slurm.text(lib.slurm_strerror(getattr(lib, name)))


def test_nothing_changed_is_304_without_a_body(slurm: FakeSlurm) -> None:
    slurm.errors["jobs"] = "SLURM_NO_CHANGE_IN_DATA"
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
    slurm.errors["kill"] = "ESLURM_ALREADY_DONE"
    assert ask("DELETE", "/slurm/v0.0.35/job/7").status == 200
    assert ask("DELETE", "/slurm/v0.0.35/job/7?signal=USR1").status == 409


@pytest.mark.skipif(ME == 0, reason="root may name anyone")
def test_nobody_submits_as_another(slurm: FakeSlurm) -> None:
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


def test_what_nobody_expected_is_500_without_its_text(
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


# The process ends.


def test_libslurm_s_last_words_are_answered_503(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(settings: Settings, on_fatal: Callable[[str], None]) -> Any:
        on_fatal("libslurm cannot work: no slurm.conf")
        raise AssertionError("the process has ended")

    monkeypatch.setattr(restd_inet.slurm, "connect", connect)
    monkeypatch.setattr(log, "write", lambda level, line: None)
    answers: list[Response] = []
    ask("GET", "/slurm/v1/ping", headers={"accept": "text/yaml"}, abandon=answers.append)
    assert answers[0].status == 503
    assert answers[0].headers[0] == ("Content-Type", "text/yaml")


# Layout.


@pytest.mark.parametrize(
    ("layout", "terminal", "lines"),
    [("auto", False, 1), ("auto", True, 5), ("pretty", False, 5), ("compact", True, 1)],
)
def test_json_is_pretty_for_people(slurm: FakeSlurm, layout: str, terminal: bool, lines: int) -> None:
    request = Request("DELETE", "", ("slurm", "v1", "job", "7"), "", {}, "1.1", unread)
    answer = Dispatcher(Settings(json=layout), terminal).handle(request, OWN)
    body = b"".join(answer.body)  # type: ignore[arg-type]
    assert body.endswith(b"\n")
    assert (len(body.splitlines()) > 1) == (lines > 1)


@pytest.mark.parametrize(
    "accept", ["", ",", ";", "*", "q", "a/b;q=", 'x/y;z="', "*/*;q=0", "\xff", "application/json;q=9e9"]
)
def test_any_accept_is_answered(slurm: FakeSlurm, accept: str) -> None:
    assert ask("GET", "/slurm/v1/ping", headers={"accept": accept}).status in (200, 406)
