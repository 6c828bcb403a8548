"""POST /restd/<version>/job/submit with a batch script: what reaches slurmctld, and what is wrong with it."""

from __future__ import annotations

import json
import os
import pwd
from typing import Any

import pytest
from api_versions import NEWEST
from asking import FOREIGN, ME, ask, content, slurm, text, unread
from fake_slurm import FakeSlurm, ffi

from restd_inet.schema.versions import NAMES

__all__ = ["slurm"]
PATH = f"/restd/{NAMES[NEWEST]}/job/submit"
SHELL = {"content-type": "text/x-shellscript"}
SCRIPT = "#!/bin/sh\n#SBATCH -J given -n2\n"


def submit(slurm: FakeSlurm, script: str | bytes, query: str = "", media: str = "text/x-shellscript") -> Any:
    """The job description that slurmctld is sent."""
    body = script.encode() if isinstance(script, str) else script
    answer = ask("POST", PATH + query, body, {"content-type": media})
    assert answer.status == 200, answer.body
    assert content(answer)["job_id"] == 42
    name, sent = slurm.calls[-1][:2]
    assert name == "slurm_submit_batch_job"
    return sent.struct


def shown(pointer: Any) -> str:
    return str(ffi.string(pointer).decode("utf-8", "surrogateescape"))


def environment(desc: Any) -> dict[str, str]:
    pairs = [shown(desc.environment[index]).partition("=") for index in range(desc.env_size)]
    return {name: value for name, _, value in pairs}


def multipart(**parts: str | tuple[str, str]) -> tuple[bytes, str]:
    """A body of parts, and its media type. A part: its content, or that and more of its header."""
    found = ""
    for name, part in parts.items():
        value, more = part if isinstance(part, tuple) else (part, "")
        found += f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'
    return f"{found}--b--\r\n".encode(), "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    "media", ["text/x-shellscript", "application/x-sh", "Text/X-ShellScript; charset=UTF-8"]
)
def test_a_script_is_submitted_as_it_is(slurm: FakeSlurm, media: str) -> None:
    desc = submit(slurm, SCRIPT, media=media)
    assert (shown(desc.script), shown(desc.name), desc.num_tasks) == (SCRIPT, "given", 2)
    assert shown(desc.work_dir) == pwd.getpwuid(ME).pw_dir


def test_any_bytes_but_nul_are_a_script(slurm: FakeSlurm) -> None:
    script = SCRIPT.encode() + b"echo \xff\xe4\r"
    assert ffi.string(submit(slurm, script).script) == script


def test_parameters_are_options(slurm: FakeSlurm) -> None:
    query = "?job_name=other&time=5&hold&argv=/a/job.sh&argv=b+c&submit_dir=/tmp&mem-per-cpu=10M"
    desc = submit(slurm, SCRIPT, query)
    assert (shown(desc.name), desc.time_limit, desc.priority, shown(desc.work_dir)) == ("other", 5, 0, "/tmp")
    assert [shown(desc.argv[index]) for index in range(desc.argc)] == ["/a/job.sh", "b c"]


def test_the_environment_is_the_users_and_not_the_servers(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("SBATCH_PARTITION", "secret")
    desc = submit(slurm, SCRIPT)
    found = environment(desc)
    user = pwd.getpwuid(ME)
    assert (found["HOME"], found["USER"]) == (user.pw_dir, user.pw_name)
    assert found["SLURM_SUBMIT_HOST"] == os.uname().nodename
    assert "SECRET" not in found
    assert not desc.partition


def test_parts_are_a_script_an_environment_and_a_job(slurm: FakeSlurm) -> None:
    body, media = multipart(
        script=("#!/bin/sh\n#SBATCH -J a -n2 --export=A,C=3 -t5\n", '; filename="run.sh"'),
        environment=json.dumps({"A": "1", "B": "2"}),
        job=("tasks: 3\ncomment: words\n", "\r\nContent-Type: application/yaml"),
    )
    desc = submit(slurm, body, "?time=7", media)
    assert (shown(desc.name), desc.num_tasks, desc.min_cpus) == ("a", 3, 3)
    assert (shown(desc.comment), desc.time_limit) == ("words", 7)
    assert shown(desc.argv[0]) == "run.sh"
    found = environment(desc)
    assert (found["A"], found["C"], found["SLURM_GET_USER_ENV"]) == ("1", "3", "1")
    assert "B" not in found


def test_a_job_s_environment_replaces_all(slurm: FakeSlurm) -> None:
    body, media = multipart(script=SCRIPT, job=json.dumps({"environment": ["X=1"]}))
    assert environment(submit(slurm, body, "", media)) == {"X": "1"}


def test_a_heterogeneous_job_has_components(slurm: FakeSlurm) -> None:
    answer = ask("POST", PATH, (SCRIPT + "#SBATCH hetjob\n#SBATCH -n1\n").encode(), SHELL)
    assert answer.status == 200
    assert slurm.calls[-1][0] == "slurm_submit_batch_het_job"


@pytest.mark.parametrize("query", ["?dry_run=1", "?test-only"])
def test_nothing_is_submitted_by_a_dry_run(slurm: FakeSlurm, query: str) -> None:
    answer = ask("POST", PATH + query, SCRIPT.encode(), SHELL)
    assert content(answer)["dry_run"]["nodes"] == "host1"
    assert "slurm_submit_batch_job" not in [name for name, *_ in slurm.calls]


@pytest.mark.parametrize(
    ("query", "script", "status", "said"),
    [
        ("", "", 400, "the body is empty: expected a batch script"),
        ("", "hostname\n", 400, "line 1: expected #! and the path of an interpreter"),
        ("", "#!/bin/sh\n\n#SBATCH --tsks=1\n", 400, 'line 3: unknown option "--tsks"'),
        ("", "#!/bin/sh\n#SBATCH -t x\n", 400, "line 2: --time: expected minutes, or [days-]hours:"),
        ("", "#!/bin/sh\n#SBATCH -w [\n", 422, "expected a host list"),
        ("?tim=5", SCRIPT, 400, 'unknown option "--tim"; did you mean "--time"?'),
        ("?time=x", SCRIPT, 400, "--time: expected minutes"),
        ("?argv", SCRIPT, 400, "argv: expected a value"),
        ("?submit_dir=here", SCRIPT, 400, 'submit_dir: expected a path from / on; found "here"'),
        ("?dry_run=maybe", SCRIPT, 400, "dry_run: expected true or false"),
        ("?clusters=other", SCRIPT, 400, "--clusters: this is the cluster"),
        ("?uid=0", SCRIPT, 403, "only root and SlurmUser may name another"),
    ],
)
def test_what_is_wrong_is_said(slurm: FakeSlurm, query: str, script: str, status: int, said: str) -> None:
    if "uid" in query and ME == 0:
        query, status, said = "?uid=no-such-user", 400, "--uid: expected the name or number of a user"
    answer = ask("POST", PATH + query, script.encode(), SHELL)
    assert (answer.status, said in text(answer)) == (status, True), answer.body
    assert not [name for name, *_ in slurm.calls if "submit" in name]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"job": "{}"}, "expected a part of the name script"),
        ({"script": SCRIPT, "other": ""}, 'unknown part "other": expected script, job, environment'),
        ({"script": SCRIPT, "job": "{"}, "part job: "),
        ({"script": SCRIPT, "job": '{"tasks": "x"}'}, "part job.tasks: "),
        ({"script": SCRIPT, "job": "[]"}, "part job: expected an object, found a list"),
        ({"script": SCRIPT, "environment": '["A"]'}, 'part environment: expected NAME=value; found "A"'),
        ({"script": SCRIPT, "environment": "1"}, "part environment: expected a list of texts"),
    ],
)
def test_what_is_wrong_with_parts_is_said(slurm: FakeSlurm, parts: dict[str, str], said: str) -> None:
    body, media = multipart(**parts)
    answer = ask("POST", PATH, body, {"content-type": media})
    assert (answer.status, said in text(answer)) == (400, True), answer.body


@pytest.mark.parametrize("path", ["job/submit", "job/7"])
def test_only_restd_takes_scripts(slurm: FakeSlurm, path: str) -> None:
    answer = ask("POST", f"/slurm/{NAMES[NEWEST]}/{path}", SCRIPT.encode(), SHELL)
    assert answer.status == 415
    assert "x-shellscript" in text(answer)


def test_other_media_types_are_415_with_what_is_taken(slurm: FakeSlurm) -> None:
    answer = ask("POST", PATH, b"x", {"content-type": "text/plain"})
    assert answer.status == 415
    assert "text/x-shellscript, application/x-sh, multipart/form-data" in text(answer)


def test_the_body_is_not_read_before_authentication() -> None:
    assert ask("POST", PATH, unread, {**SHELL, "content-length": "5"}, peer=FOREIGN).status == 401
