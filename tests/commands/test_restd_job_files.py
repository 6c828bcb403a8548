"""/restd/<version>/job/{job_id}/stdout, /stderr and /script: whose and where they are, what is answered."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import Any

import lacking
import pytest
from asking import ME, OWN, ask, content, slurm, text
from fake_slurm import FakeSlurm, lib

from restd_inet import auth
from restd_inet.message import Credential, Response

__all__ = ["slurm"]
BASE = "/restd/v0.0.44/job"
NO_VAL = 0xFFFFFFFE
NOBODY = pwd.getpwnam("nobody").pw_uid


def add(slurm: FakeSlurm, directory: Path, **members: Any) -> None:
    """A batch job of mine that has ended."""
    defaults = {
        "job_id": 12, "array_task_id": NO_VAL, "user_id": ME, "batch_flag": 1, "job_state": lib.JOB_COMPLETE,
        "nodes": "n1", "batch_host": "n1", "name": "train", "work_dir": str(directory), "std_out": "out",
    }  # fmt: skip
    slurm.add_job(**{**defaults, **members})


def get(path: str, **headers: str) -> Response:
    return ask(
        "GET", f"{BASE}/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def field(answer: Response, name: str) -> str:
    return dict(answer.headers).get(name, "")


@pytest.fixture
def out(slurm: FakeSlurm, tmp_path: Path) -> Path:
    add(slurm, tmp_path)
    path = tmp_path / "out"
    path.write_bytes(b"one\ntwo\nthr\xffee")
    return path


def test_the_file_is_answered_as_it_is(out: Path) -> None:
    answer = get("12/stdout")
    assert (answer.status, answer.body) == (200, out.read_bytes())
    assert field(answer, "Content-Type") == "text/plain; charset=utf-8"
    assert field(answer, "X-Content-Type-Options") == "nosniff"
    assert field(answer, "Cache-Control") == "no-store"
    assert get("12.batch/stdout").body == answer.body
    assert get("12/stderr").body == answer.body


def test_standard_error_may_have_a_file_of_its_own(slurm: FakeSlurm, tmp_path: Path) -> None:
    add(slurm, tmp_path, std_err="%j.err")
    (tmp_path / "12.err").write_bytes(b"error")
    assert get("12/stderr").body == b"error"


@pytest.mark.parametrize(
    ("fields", "status", "body", "range"),
    [
        ({"range": "bytes=4-6"}, 206, b"two", "bytes 4-6/14"),
        ({"range": "bytes=-2"}, 206, b"ee", "bytes 12-13/14"),
        ({"range": "bytes=4-6,8-9"}, 200, b"one\ntwo\nthr\xffee", ""),
        ({"range": "bytes=4-6", "if_range": '"other"'}, 200, b"one\ntwo\nthr\xffee", ""),
    ],
)
def test_a_range_of_it(out: Path, fields: dict[str, str], status: int, body: bytes, range: str) -> None:
    answer = get("12/stdout", **fields)
    assert (answer.status, answer.body, field(answer, "Content-Range")) == (status, body, range)


def test_a_range_behind_its_end(out: Path) -> None:
    answer = get("12/stdout", range="bytes=14-")
    assert (answer.status, field(answer, "Content-Range")) == (416, "bytes */14")


def test_a_range_is_never_compressed(out: Path) -> None:
    """It is one of the bytes of the file."""
    out.write_bytes(b"x" * 200_000)
    answer = get("12/stdout", range="bytes=0-150000", accept_encoding="gzip")
    assert (answer.status, len(answer.body), field(answer, "Content-Encoding")) == (206, 150_001, "")
    whole = get("12/stdout", accept_encoding="gzip")
    assert (field(whole, "Content-Encoding"), field(whole, "ETag")[:2]) == ("gzip", "W/")


def test_what_a_client_has_is_not_sent_again(out: Path) -> None:
    tag = field(get("12/stdout"), "ETag")
    assert tag.startswith('"')
    answer = get("12/stdout", if_none_match=tag)
    assert (answer.status, answer.body, field(answer, "ETag")) == (304, b"", tag)
    assert get("12/stdout", range="bytes=0-0", if_range=tag).status == 206
    out.write_bytes(b"changed")
    assert get("12/stdout", if_none_match=tag).body == b"changed"


@pytest.mark.parametrize(("lines", "body"), [(1, b"thr\xffee"), (2, b"two\nthr\xffee"), (0, b"")])
def test_its_last_lines(out: Path, lines: int, body: bytes) -> None:
    answer = get(f"12/stdout?tail={lines}", range="bytes=0-0")
    assert (answer.status, answer.body, field(answer, "Accept-Ranges")) == (200, body, "")


def test_accept_must_allow_it(out: Path) -> None:
    assert get("12/stdout", accept="application/json").status == 406
    for accept in ("text/plain", "text/*", "*/*", "application/json, text/plain;q=0.1"):
        assert get("12/stdout", accept=accept).status == 200
    assert content(get("13/stdout", accept="text/plain"))["errors"]


def test_another_user_s_job_is_403(slurm: FakeSlurm, tmp_path: Path) -> None:
    """Although this process could open the file."""
    add(slurm, tmp_path, user_id=NOBODY)
    (tmp_path / "out").write_bytes(b"secret")
    answer = get("12/stdout")
    assert answer.status == 403
    assert "is nobody's: its files are opened for nobody alone" in text(answer)


def test_a_process_of_another_user_says_how(
    slurm: FakeSlurm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(slurm, tmp_path)
    (tmp_path / "out").write_bytes(b"mine")
    monkeypatch.setattr("restd_inet.commands.restd._job_files.os.geteuid", lambda: NOBODY)
    answer = ask("GET", f"{BASE}/12/stdout", peer=_owned_by(ME, monkeypatch))
    assert answer.status == 501
    assert "--privileged" in text(answer)


def _owned_by(uid: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A peer that is authenticated as that user, as by a token."""
    monkeypatch.setattr(auth, "authenticate", lambda *given: Credential(uid, 0, "", "jwt"))
    return OWN


def test_a_file_of_others_is_403(slurm: FakeSlurm, tmp_path: Path) -> None:
    if not ME:
        pytest.skip(lacking.machine("root may read every file", "run pytest as an ordinary user"))
    add(slurm, tmp_path, std_out="link")
    (tmp_path / "link").symlink_to("/etc/shadow")
    assert get("12/stdout").status == 403


def test_a_descriptor_of_this_process_is_403(slurm: FakeSlurm, tmp_path: Path) -> None:
    add(slurm, tmp_path, std_out="/proc/self/fd/0")
    answer = get("12/stdout")
    assert answer.status == 403
    assert "a link of /proc" in text(answer)


@pytest.mark.parametrize(
    ("name", "what"), [("fifo", "a FIFO"), ("/dev/null", "device"), (".", "a directory")]
)
def test_what_is_no_regular_file_is_409(slurm: FakeSlurm, tmp_path: Path, name: str, what: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    add(slurm, tmp_path, std_out=name)
    answer = get("12/stdout")
    assert answer.status == 409
    assert what in text(answer)


def test_a_path_is_taken_as_it_is(slurm: FakeSlurm, tmp_path: Path) -> None:
    (tmp_path / "a\nb").mkdir()
    (tmp_path / "up\udcff").write_bytes(b"found")
    add(slurm, tmp_path, std_out="a\nb/../up\udcff")
    assert get("12/stdout").body == b"found"
    (tmp_path / "up\udcff").unlink()
    assert "a\\nb/../up" in text(get("12/stdout"))


@pytest.mark.parametrize(
    ("state", "retry"),
    [(lib.JOB_RUNNING, "2"), (lib.JOB_COMPLETE | lib.JOB_COMPLETING, "2"), (lib.JOB_FAILED, "")],
)
def test_a_file_that_is_not_there(slurm: FakeSlurm, tmp_path: Path, state: int, retry: str) -> None:
    add(slurm, tmp_path, job_state=state)
    answer = get("12/stdout")
    assert (answer.status, field(answer, "Retry-After")) == (404, retry)


def test_a_directory_that_is_not_there(slurm: FakeSlurm, tmp_path: Path) -> None:
    add(slurm, tmp_path, std_out="logs/out", job_state=lib.JOB_FAILED)
    assert get("12/stdout").status == 404
    add(slurm, tmp_path / "nowhere", job_id=13)
    answer = get("13/stdout")
    assert answer.status == 501
    assert "does not see the job's file system" in text(answer)


def test_a_job_that_has_not_begun(slurm: FakeSlurm, tmp_path: Path) -> None:
    """A file of that name is another job's."""
    (tmp_path / "out").write_bytes(b"another job's")
    add(slurm, tmp_path, job_state=lib.JOB_PENDING)
    assert (get("12/stdout").status, field(get("12/stdout"), "Retry-After")) == (404, "2")
    add(slurm, tmp_path, job_id=13, job_state=lib.JOB_PENDING, restart_cnt=1)
    assert get("13/stdout").body == b"another job's"
    add(slurm, tmp_path, job_id=14, job_state=lib.JOB_CANCELLED, nodes="")
    slurm._jobs[-1].nodes = slurm.ffi.NULL
    assert (get("14/stdout").status, field(get("14/stdout"), "Retry-After")) == (404, "")


def test_a_job_without_a_batch_script_is_409(slurm: FakeSlurm, tmp_path: Path) -> None:
    add(slurm, tmp_path, batch_flag=0)
    assert get("12/stdout").status == 409
    slurm.errors["compat_job_batch_script"] = "ESLURM_JOB_SCRIPT_MISSING"
    answer = get("12/script")
    assert answer.status == 409
    assert "srun and salloc" in content(answer)["errors"][0]["description"]


def test_an_array_is_409_and_its_tasks_have_files(slurm: FakeSlurm, tmp_path: Path) -> None:
    for job, task in ((21, 0), (20, 1)):
        add(slurm, tmp_path, job_id=job, array_job_id=20, array_task_id=task, std_out="%A_%2a")
        (tmp_path / f"20_0{task}").write_bytes(b"task %d" % task)
    add(slurm, tmp_path, job_id=22, array_job_id=20, array_task_str="5-9", job_state=lib.JOB_PENDING)
    assert [get(f"{name}/stdout").body for name in ("20_0", "20_1", "21")] == [
        b"task 0",
        b"task 1",
        b"task 0",
    ]
    assert get("20/stdout").status == 409
    assert "such as 20_1" in text(get("20/stdout"))
    assert field(get("20_7/stdout"), "Retry-After") == "2"
    assert get("20_11/stdout").status == 404


@pytest.mark.parametrize("job", ["x", "0", "12.", "12.x", "12.0.0", "12_[1-2]", "..", "12%2f..%2fetc"])
def test_what_is_no_job(slurm: FakeSlurm, job: str) -> None:
    assert get(f"{job}/stdout").status in (400, 404)


def test_the_script(slurm: FakeSlurm, tmp_path: Path) -> None:
    add(slurm, tmp_path)
    slurm.script = b"#!/bin/sh\nhostname\n"
    answer = get("12/script")
    assert (answer.status, answer.body) == (200, slurm.script)
    assert get("12/script", range="bytes=2-8").body == b"/bin/sh"
    assert get("12/script", if_none_match=field(answer, "ETag")).status == 304


def test_a_script_that_slurmctld_does_not_show(slurm: FakeSlurm, tmp_path: Path) -> None:
    add(slurm, tmp_path)
    slurm.errors["compat_job_batch_script"] = "ESLURM_USER_ID_MISSING"
    answer = get("12/script")
    assert answer.status == 403
    assert "to its user and to operators alone" in content(answer)["errors"][0]["description"]


def test_parameters_are_known(out: Path) -> None:
    assert get("12/stdout?tial=1").status == 400
    assert get("12/stdout?tail=-1").status == 400
    assert get("12/script?tail=1").status == 400


def test_waiting_ends_when_there_is_something_new(slurm: FakeSlurm, tmp_path: Path, out: Path) -> None:
    """The first look finds nothing; what is written by the next one is answered."""
    slurm._jobs.clear()
    add(slurm, tmp_path, job_state=lib.JOB_RUNNING)
    looks: list[int] = []

    def slept(seconds: float) -> None:
        looks.append(1)
        with out.open("ab") as more:
            more.write(b"more")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("restd_inet.app.content.sleep", slept)
        assert get("12/stdout?wait=60", range="bytes=14-").body == b"more"
        tag = field(get("12/stdout"), "ETag")
        assert get("12/stdout?wait=60", if_none_match=tag).body == out.read_bytes()
        out.unlink()
        assert get("12/stdout?wait=60").body == b"more"
    assert len(looks) == 3


def test_waiting_ends_with_the_job(slurm: FakeSlurm, tmp_path: Path, out: Path) -> None:
    answer = get("12/stdout?wait=600", range="bytes=14-")
    assert answer.status == 416
