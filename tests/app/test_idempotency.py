"""Idempotency-Key: what is sent again is not done again, whatever ended in between."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import lacking
import pytest
from asking import FOREIGN, JSON, ME, ask, content, slurm, submission, text
from fake_slurm import FakeSlurm, ffi, lib

from restd_inet import state_directory
from restd_inet.app import idempotency
from restd_inet.message import Response
from restd_inet.problems import Problem
from restd_inet.schema.versions import V40, VERSIONS
from restd_inet.settings import Settings

__all__ = ["slurm"]
PATHS = [f"/slurm/{version}/job/submit" for version in VERSIONS] + [
    f"/restd/{version}/job/submit" for version, number in VERSIONS.items() if number >= V40
]
PATH = "/restd/v0.0.44/job/submit"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state_directory=str(tmp_path / "state"))


def submit(settings: Settings, key: str = "k", path: str = PATH, body: Any = None, **more: Any) -> Response:
    headers = {**JSON, "idempotency-key": key}
    return ask("POST", path, submission() if body is None else body, headers, settings=settings, **more)


def submissions(slurm: FakeSlurm) -> int:
    return sum(name.startswith("slurm_submit_batch") for name, *_ in slurm.calls)


def replayed(answer: Response) -> bool:
    return ("Idempotency-Replayed", "true") in answer.headers


def files(settings: Settings) -> list[Path]:
    """Those of keys."""
    found = Path(settings.state_directory).glob("keys-*/[0-9a-f]*")
    return sorted(path for path in found if not path.name.startswith("."))


def interrupt(settings: Settings, lines: int = 1) -> None:
    """The file of the one key as a process leaves it that ended before it answered."""
    (file,) = files(settings)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:lines]))


def grow_old(settings: Settings, seconds: float) -> None:
    for file in files(settings):
        when = file.stat().st_mtime - seconds
        os.utime(file, (when, when))


def tag(call: Any) -> str:
    """What the job of a call has in it."""
    struct = call[1].struct if not isinstance(call[1], list) else call[1][0].struct
    texts = [getattr(struct, name) for name in ("extra", "admin_comment", "comment") if hasattr(struct, name)]
    found = [ffi.string(value).decode() for value in texts if value]
    return next((value for value in found if value.startswith("idempotency:")), "")


@pytest.mark.parametrize("path", PATHS)
def test_the_second_answer_is_the_first(slurm: FakeSlurm, settings: Settings, path: str) -> None:
    first, second = (submit(settings, path=path) for _ in range(2))
    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body
    assert (replayed(first), replayed(second)) == (False, True)
    kept = [field for field in second.headers if field[0] != "Idempotency-Replayed"]
    assert kept == first.headers
    assert submissions(slurm) == 1
    other = submit(settings, path=path, body=submission(name="other"))
    assert other.status == 422 and "another key" in json.dumps(content(other))


def test_a_refusal_is_an_answer(slurm: FakeSlurm, settings: Settings) -> None:
    slurm.errors["slurm_submit_batch_job"] = "ESLURM_INVALID_PARTITION_NAME"
    first, second = (submit(settings) for _ in range(2))
    assert first.status == second.status == 422
    assert first.body == second.body and replayed(second)
    assert submissions(slurm) == 1


@pytest.mark.parametrize("change", ["path", "query", "body"])
def test_another_request_with_the_same_key_is_refused(
    slurm: FakeSlurm, settings: Settings, change: str
) -> None:
    submit(settings)
    other: dict[str, dict[str, Any]] = {
        "path": {"path": "/restd/v0.0.43/job/submit"},
        "query": {"path": f"{PATH}?dry_run=0"},
        "body": {"body": submission(name="other")},
    }
    answer = submit(settings, **other[change])
    assert answer.status == 422
    assert "another key" in text(answer)
    assert submissions(slurm) == 1


def test_keys_are_a_user_s_own(slurm: FakeSlurm, settings: Settings) -> None:
    """The directory has the user's number; another user's process finds another one."""
    submit(settings)
    (file,) = files(settings)
    assert file.parent.name == f"keys-{ME}"
    assert [path.stat().st_mode & 0o777 for path in (file, file.parent)] == [0o600, 0o700]


def test_a_stranger_learns_nothing_of_keys(slurm: FakeSlurm, settings: Settings) -> None:
    submit(settings)
    answer = submit(settings, peer=FOREIGN)
    assert answer.status == 401
    assert not replayed(answer)


def test_neither_secrets_nor_the_key_are_stored(slurm: FakeSlurm, settings: Settings) -> None:
    body = submission(environment={"PATH": "/bin", "PASSWORD": "s3cret"})
    submit(settings, key="my-own-key", body=body)
    (file,) = files(settings)
    assert b"s3cret" not in file.read_bytes() and b"hostname" not in file.read_bytes()
    assert "my-own-key" not in file.name and b"my-own-key" not in file.read_bytes()


def test_a_request_in_work_is_409(slurm: FakeSlurm, settings: Settings, monkeypatch: Any) -> None:
    inner: list[Response] = []
    original = FakeSlurm.submit

    def slow(self: FakeSlurm, components: Any) -> Any:
        if not inner:
            inner.append(submit(settings))
            inner.append(submit(settings, body=submission(name="other")))
        return original(self, components)

    monkeypatch.setattr(FakeSlurm, "submit", slow)
    assert submit(settings).status == 200
    assert [answer.status for answer in inner] == [409, 422]
    assert ("Retry-After", "1") in inner[0].headers
    assert submissions(slurm) == 1


def test_an_error_of_the_operation_is_not_one_of_the_directory(
    slurm: FakeSlurm, settings: Settings, monkeypatch: Any
) -> None:
    def failing(self: FakeSlurm, components: Any) -> Any:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(FakeSlurm, "submit", failing)
    assert "run out of a resource" in text(submit(settings))


# What ended in between


def test_an_interrupted_request_is_settled_by_its_job(slurm: FakeSlurm, settings: Settings) -> None:
    first = submit(settings)
    text_of_tag = tag(slurm.calls[-1] if slurm.calls[-1][0].startswith("slurm_submit") else slurm.calls[0])
    member = "extra" if "extra" in dict(ffi.typeof("slurm_job_info_t").fields) else "comment"
    slurm.add_job(job_id=42, user_id=ME, array_task_id=0xFFFFFFFE, **{member: text_of_tag})
    interrupt(settings)
    second, third = (submit(settings) for _ in range(2))
    assert first.body == second.body == third.body
    assert replayed(second) and replayed(third)
    assert submissions(slurm) == 1


def test_an_interrupted_request_without_a_job_is_done_again_when_slurmctld_must_have_it(
    slurm: FakeSlurm, settings: Settings
) -> None:
    submit(settings)
    interrupt(settings)
    waiting = submit(settings)
    assert waiting.status == 409
    wait = int(dict(waiting.headers)["Retry-After"])
    assert wait == slurm.conf.msg_timeout > 0
    again = submit(settings)
    assert again.status == 409
    assert 0 < int(dict(again.headers)["Retry-After"]) <= wait
    assert submissions(slurm) == 1
    grow_old(settings, wait)
    done = submit(settings)
    assert (done.status, replayed(done)) == (200, False)
    assert submissions(slurm) == 2
    tags = {tag(call) for call in slurm.calls if call[0].startswith("slurm_submit_batch")}
    assert len(tags) == 1 and tags != {""}
    assert replayed(submit(settings))


def test_what_slurmctld_may_have_forgotten_is_not_done_again(slurm: FakeSlurm, settings: Settings) -> None:
    submit(settings)
    interrupt(settings)
    (file,) = files(settings)
    line = json.loads(file.read_bytes())
    line["began"] -= slurm.conf.min_job_age
    file.write_bytes(json.dumps(line).encode() + b"\n")
    answer = submit(settings)
    assert answer.status == 409
    assert "Retry-After" not in dict(answer.headers)
    assert "accounting" in text(answer)
    assert submissions(slurm) == 1


@pytest.mark.parametrize("error", ["SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR"])
def test_what_slurmctld_has_not_seen_is_done_again_at_once(
    slurm: FakeSlurm, settings: Settings, error: str
) -> None:
    slurm.errors["slurm_submit_batch_job"] = error
    assert submit(settings).status == 503
    slurm.errors.clear()
    answer = submit(settings)
    assert (answer.status, replayed(answer)) == (200, False)


@pytest.mark.parametrize(
    "error", ["SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT", "SLURM_COMMUNICATIONS_RECEIVE_ERROR"]
)
def test_what_slurmctld_may_have_seen_is_not_done_again_at_once(
    slurm: FakeSlurm, settings: Settings, error: str
) -> None:
    slurm.errors["slurm_submit_batch_job"] = error
    assert submit(settings).status in (502, 504)
    slurm.errors.clear()
    assert submit(settings).status == 409
    assert submissions(slurm) == 1


@pytest.mark.parametrize("cut", range(0, 200, 7))
def test_a_file_that_was_cut_off_is_never_an_answer(slurm: FakeSlurm, settings: Settings, cut: int) -> None:
    """The file as after a crash in the middle of a write, at any byte."""
    first = submit(settings)
    (file,) = files(settings)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * cut // 200])
    grow_old(settings, 60)
    answer = submit(settings)
    if answer.status == 409:
        assert submissions(slurm) == 1
        grow_old(settings, 60)
        answer = submit(settings)
    assert answer.status == 200
    assert content(answer)["job_id"] == content(first)["job_id"]
    assert replayed(submit(settings))


def test_an_empty_file_is_nobody_s_only_after_a_while(slurm: FakeSlurm, settings: Settings) -> None:
    submit(settings)
    interrupt(settings, 0)
    assert submit(settings).status == 409
    grow_old(settings, 11)
    assert submit(settings).status == 200


# Age and number


def test_a_key_is_forgotten_after_a_day(slurm: FakeSlurm, settings: Settings) -> None:
    submit(settings)
    grow_old(settings, idempotency.KEPT - 60)
    assert replayed(submit(settings))
    grow_old(settings, 120)
    answer = submit(settings, body=submission(name="other"))
    assert (answer.status, replayed(answer)) == (200, False)
    assert submissions(slurm) == 2


def test_old_files_are_removed(slurm: FakeSlurm, settings: Settings) -> None:
    for key in "abc":
        submit(settings, key)
    grow_old(settings, idempotency.KEPT)
    swept = files(settings)[0].parent / ".swept"
    os.utime(swept, (0, 0))
    submit(settings, "d")
    assert len(files(settings)) == 1


def test_a_user_has_not_any_number_of_keys(slurm: FakeSlurm, settings: Settings, monkeypatch: Any) -> None:
    monkeypatch.setattr(idempotency, "MOST", 4)
    statuses = [submit(settings, f"k{number}").status for number in range(6)]
    assert 429 in statuses and statuses == sorted(statuses)
    assert submissions(slurm) == statuses.count(200)
    assert replayed(submit(settings, "k0"))
    grow_old(settings, idempotency.KEPT)
    assert submit(settings, "k9").status == 200


def test_an_answer_that_is_too_long_is_not_stored(
    slurm: FakeSlurm, settings: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr(idempotency, "LARGEST", 10)
    assert submit(settings).status == 200
    answer = submit(settings)
    assert answer.status == 409
    assert "was done" in text(answer)
    assert submissions(slurm) == 1


# Keys


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ("  abc\t", "abc"),
        ('"a b"', "a b"),
        (r'"a\"b\\c"', 'a"b\\c'),
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        (r"a\b", r"a\b"),
        ("x" * 255, "x" * 255),
        ('"' + '\\"' * 255 + '"', '"' * 255),
        ("../../etc/passwd", "../../etc/passwd"),
        ("';--$(id)`id`", "';--$(id)`id`"),
    ],
)
def test_a_key_is_a_string_or_a_word(field: str, key: str) -> None:
    assert idempotency.key_of(field) == key


@pytest.mark.parametrize(
    "field",
    [
        "",
        " ",
        '""',
        '"',
        '"a',
        'a"',
        '"a"b"',
        r'"a\b"',
        '"a", "b"',
        "a, b",
        "a b",
        '"a";x=1',
        "ä",
        '"ä"',
        "a\udcff",
        '"a\tb"',
        "x" * 256,
        "x" * 100_000,
        '"' + "\\" * 100_000,
        '"' + "x" * 100_000,
    ],
)
def test_another_key_is_an_error(slurm: FakeSlurm, settings: Settings, field: str) -> None:
    answer = submit(settings, field)
    assert answer.status == 400
    assert "Idempotency-Key: expected" in text(answer) and len(text(answer)) < 300
    assert slurm.calls == [] and not os.path.exists(settings.state_directory)


def test_a_string_and_a_word_are_the_same_key(slurm: FakeSlurm, settings: Settings) -> None:
    submit(settings, "abc")
    assert replayed(submit(settings, '"abc"'))


# The directory


def test_a_request_without_a_key_never_touches_it(slurm: FakeSlurm, settings: Settings) -> None:
    assert ask("POST", PATH, submission(), JSON, settings=settings).status == 200
    assert not os.path.exists(settings.state_directory)
    assert tag(slurm.calls[0]) == ""


@pytest.mark.parametrize("path", ["/slurm/v0.0.44/job/7", "/slurm/v0.0.44/jobs/requeue"])
def test_other_operations_of_slurm_ignore_it(slurm: FakeSlurm, settings: Settings, path: str) -> None:
    headers = {**JSON, "idempotency-key": "k"}
    ask("POST", path, {"comment": "x"}, headers, settings=settings)
    assert not os.path.exists(settings.state_directory)


def test_a_body_that_is_wrong_does_not_use_up_its_key(slurm: FakeSlurm, settings: Settings) -> None:
    assert submit(settings, body={"job": {}}).status == 400
    assert submit(settings).status == 200


def problem(settings: Settings) -> str:
    with pytest.raises(Problem) as found:
        os.close(state_directory.open_user(settings, str(ME)))
    assert found.value.status == 503
    return found.value.text


def test_a_directory_that_cannot_be_made_is_named(slurm: FakeSlurm, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(state_directory=str(tmp_path / "file" / "state"))
    answer = submit(settings)
    assert answer.status == 503
    assert "--state-directory" in text(answer) and "file/state: Not a directory" in text(answer)
    assert slurm.calls == []


@pytest.mark.parametrize("kind", ["link", "file", "open", "others"])
def test_a_user_s_directory_that_another_may_have_made_is_refused(settings: Settings, kind: str) -> None:
    """As in a state directory that all users can write, where another user was first."""
    state = Path(settings.state_directory)
    state.mkdir(mode=0o700)
    state.chmod(0o1777)
    mine, elsewhere = state / f"keys-{ME}", state.parent / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if kind == "link":
        mine.symlink_to(elsewhere)
    elif kind == "file":
        mine.write_text("")
    else:
        mine.mkdir(mode=0o700)
        mine.chmod(0o777 if kind == "open" else 0o700)
        if kind == "others":
            if ME:
                pytest.skip(lacking.OTHER_USERS)
            os.chown(mine, 12345, -1)
    assert f"keys-{ME}" in problem(settings)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "fifo", "dangling"])
def test_a_key_s_file_that_is_no_file_is_refused(slurm: FakeSlurm, settings: Settings, kind: str) -> None:
    submit(settings)
    (file,) = files(settings)
    target = file.parent.parent.parent / "target"
    if kind == "link":
        target.write_bytes(file.read_bytes())
    file.unlink()
    if kind == "fifo":
        os.mkfifo(file)
    else:
        file.symlink_to(target)
    assert submit(settings).status == 503
    assert submissions(slurm) == 1
    assert target.exists() == (kind == "link")


def test_a_state_directory_that_others_can_write_is_refused(settings: Settings) -> None:
    Path(settings.state_directory).mkdir()
    Path(settings.state_directory).chmod(0o777)
    assert "write alone" in problem(settings)


def test_a_full_disk_is_503_before_anything_is_done(
    slurm: FakeSlurm, settings: Settings, monkeypatch: Any
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        answer = submit(settings)
    assert answer.status == 503 and "No space left" in text(answer)
    assert submissions(slurm) == 0


# The tag


def test_a_job_keeps_what_its_client_has_put_into_it(slurm: FakeSlurm, settings: Settings) -> None:
    full = submission(comment="mine", extra="mine", admin_comment="mine")
    assert submit(settings, body=full).status == 200
    assert tag(next(call for call in slurm.calls if call[0] == "slurm_submit_batch_job")) == ""
    interrupt(settings)
    answer = submit(settings, body=full)
    assert answer.status == 409 and "Retry-After" not in dict(answer.headers)
    assert "comment had no room" in text(answer)
    assert submissions(slurm) == 1


def test_a_heterogeneous_job_has_it_in_its_first_component(slurm: FakeSlurm, settings: Settings) -> None:
    body = {**submission(), "jobs": [submission()["job"]] * 2}
    body.pop("job")
    assert submit(settings, body=body).status == 200
    (call,) = [call for call in slurm.calls if call[0] == "slurm_submit_batch_het_job"]
    assert tag(call).startswith("idempotency:")
    assert not call[1][1].struct.comment


assert lib


# Many jobs


def test_many_jobs_that_were_interrupted_go_on_where_they_ended(slurm: FakeSlurm, settings: Settings) -> None:
    path, body = "/restd/v0.0.44/jobs/submit", {"jobs": [submission(name=name) for name in "abc"]}
    assert submit(settings, path=path, body=body).status == 200
    calls = [call for call in slurm.calls if call[0] == "slurm_submit_batch_job"]
    tags = [tag(call) for call in calls]
    assert [each.rpartition(".")[2] for each in tags] == ["0", "1", "2"]
    member = "extra" if "extra" in dict(ffi.typeof("slurm_job_info_t").fields) else "comment"
    slurm.add_job(job_id=5, user_id=ME, array_task_id=0xFFFFFFFE, **{member: tags[0]})
    slurm.add_job(job_id=6, user_id=ME, array_task_id=0xFFFFFFFE, **{member: tags[2]})
    interrupt(settings)
    assert submit(settings, path=path, body=body).status == 409
    grow_old(settings, 60)
    results = content(submit(settings, path=path, body=body))["results"]
    assert [result["job_id"] for result in results] == [5, 42, 6]
    assert submissions(slurm) == 4
    interrupt(settings)
    slurm.add_job(job_id=7, user_id=ME, array_task_id=0xFFFFFFFE, **{member: tags[1]})
    results = content(submit(settings, path=path, body=body))["results"]
    assert [result["job_id"] for result in results] == [5, 7, 6]
    assert submissions(slurm) == 4


def test_many_jobs_are_sent_again_when_slurmctld_goes(slurm: FakeSlurm, settings: Settings) -> None:
    path, body = "/restd/v0.0.44/jobs/submit", {"jobs": [submission(name=name) for name in "abc"]}
    slurm.errors["slurm_submit_batch_job"] = "SLURM_COMMUNICATIONS_RECEIVE_ERROR"
    assert submit(settings, path=path, body=body).status == 502
    slurm.errors.clear()
    assert submit(settings, path=path, body=body).status == 409
    grow_old(settings, 60)
    assert submit(settings, path=path, body=body).status == 200


@pytest.mark.parametrize("query", ["", "?all=1"])
@pytest.mark.parametrize(
    "error", ["SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR", "SLURM_COMMUNICATIONS_RECEIVE_ERROR"]
)
def test_many_jobs_of_which_some_were_submitted_are_not_begun_anew(
    slurm: FakeSlurm, settings: Settings, monkeypatch: Any, error: str, query: str
) -> None:
    path, body = f"/restd/v0.0.44/jobs/submit{query}", {"jobs": [submission(name=name) for name in "abc"]}
    original = FakeSlurm.failing

    def failing(self: FakeSlurm, call: str, given: Any) -> str:
        again = call == "slurm_submit_batch_job" and submissions(self) == 2
        return error if again else original(self, call, given)

    with monkeypatch.context() as patch:
        patch.setattr(FakeSlurm, "failing", failing)
        assert submit(settings, path=path, body=body).status in (502, 503)
    first = tag(next(call for call in slurm.calls if call[0] == "slurm_submit_batch_job"))
    if not query:
        member = "extra" if "extra" in dict(ffi.typeof("slurm_job_info_t").fields) else "comment"
        slurm.add_job(job_id=5, user_id=ME, array_task_id=0xFFFFFFFE, **{member: first})
    assert submit(settings, path=path, body=body).status == 409
    grow_old(settings, 60)
    slurm.calls.clear()
    results = content(submit(settings, path=path, body=body))["results"]
    assert [result["job_id"] for result in results] == ([42] * 3 if query else [5, 42, 42])
    assert submissions(slurm) == (3 if query else 2)
    assert first.rpartition(".")[0] in tag(next(call for call in slurm.calls if "submit" in call[0]))


def test_a_token_that_slurmctld_does_not_answer_is_not_taken_for_nothing_done(
    slurm: FakeSlurm, settings: Settings, monkeypatch: Any
) -> None:
    def refused(self: FakeSlurm, components: Any) -> Any:
        raise Problem(401, "the token was refused")

    with monkeypatch.context() as patch:
        patch.setattr(FakeSlurm, "submit", refused)
        assert submit(settings).status == 401
    assert submit(settings).status == 409


# What makes no job


def test_a_post_of_restd_that_makes_no_job_is_done_once(slurm: FakeSlurm, settings: Settings) -> None:
    path = "/restd/v0.0.44/diag/reset"
    first, second = (submit(settings, path=path, body=b"") for _ in range(2))
    assert (first.status, second.status) == (200, 200), text(first)
    assert replayed(second) and first.body == second.body
    calls = len(slurm.calls)
    interrupt(settings)
    answer = submit(settings, path=path, body=b"")
    assert answer.status == 409 and "Retry-After" not in dict(answer.headers)
    assert len(slurm.calls) == calls
