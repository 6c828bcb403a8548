"""dispatch: the order of the checks of a request, and the layout of its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking import FOREIGN, JSON, OWN, ask, content, no_slurm, slurm, submission, text, unread
from fake_slurm import FakeSlurm, lib

import restd_inet.slurm
from restd_inet import auth, codec, commands
from restd_inet.app.api import EVERYTHING
from restd_inet.app.dispatch import ALLOWED, NOT_STORED, OFFERED, Dispatcher
from restd_inet.app.router import allow
from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Credential, Peer, Request
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
    assert [call[:2] for call in slurm.calls] == [("slurm_load_jobs", 5), ("slurm_load_jobs", 0)]


def test_an_unused_query_is_ignored(slurm: FakeSlurm) -> None:
    assert ask("GET", "/slurm/v0.0.35/ping?_=17").status == 200


@pytest.mark.parametrize("query", ["update_time=x", "update_time=1:2:3:4"])
def test_a_wrong_query_is_400(slurm: FakeSlurm, query: str) -> None:
    answer = ask("GET", f"/slurm/v0.0.35/jobs?{query}")
    assert answer.status == 400
    assert "update_t" in text(answer)
    assert slurm.calls == []


def test_a_parameter_of_another_version_does_not_hinder_a_reading(slurm: FakeSlurm) -> None:
    assert ask("GET", "/slurm/v0.0.35/jobs?update_tme=5&update_time=6").status == 200
    assert [call[:2] for call in slurm.calls] == [("slurm_load_jobs", 6)]


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
    ((_, desc),) = slurm.calls
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
    assert [(name, slurm.text(desc.struct.job_id_str)) for name, desc in slurm.calls] == [
        ("slurm_update_job2", "7")
    ] * 2


def test_a_signal_is_sent(slurm: FakeSlurm) -> None:
    ask("DELETE", "/slurm/v0.0.35/job/7")
    ask("DELETE", "/slurm/v0.0.35/job/7_1?signal=USR1")
    whole = lib.KILL_FULL_JOB
    assert slurm.calls == [("slurm_kill_job2", "7", 9, whole), ("slurm_kill_job2", "7_1", 10, whole)]


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
    assert answer.status == 403
    assert text(answer).startswith("no authentication was given; possible here: jwt, a token in X-SLURM-")


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
def test_options_needs_no_authentication(no_slurm: None, target: str, allowed: str) -> None:
    answer = ask("OPTIONS", target, peer=FOREIGN, headers={"accept": "image/png"})
    assert (answer.status, answer.headers, answer.body) == (204, [("Allow", allowed)], b"")


def test_options_of_nothing_is_404(no_slurm: None) -> None:
    assert ask("OPTIONS", "/slurm/v1/nothing").status == 404


def test_options_of_all_names_every_method(no_slurm: None) -> None:
    answer = ask("OPTIONS", "*", peer=FOREIGN, headers={"accept": "image/png"})
    assert (answer.status, answer.headers, answer.body) == (204, [("Allow", ALLOWED)], b"")
    modules = commands.every(EVERYTHING.builtin)
    routes = [route for module in modules for route in getattr(module, "ROUTES", ())]
    assert allow(method for route in routes for method in route.methods) == ALLOWED


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
