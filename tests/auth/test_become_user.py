"""auth._become_user in processes of root: what a user's process has, and what it can no longer do."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lacking
import pytest

import restd_inet
from restd_inet import limit, log, slurm
from restd_inet.auth import _become_user
from restd_inet.message import Credential
from restd_inet.problems import Problem

SOURCE = str(Path(restd_inet.__file__).parents[1])
as_root = lacking.as_root
DAEMON = pwd.getpwnam("daemon")

SCRIPT = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from restd_inet.auth import _become_user
from restd_inet.message import Credential

os.umask(0o007)
os.chdir("/usr")
{before}
credential = Credential({uid}, {uid}, "", "local")
_become_user.become(credential, "")
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
back = []
for name in ("setuid", "seteuid", "setgid"):
    try:
        getattr(os, name)(0)
        back.append(name)
    except OSError:
        pass
print(json.dumps({{
    "uids": os.getresuid(), "gids": os.getresgid(), "groups": os.getgroups(), "env": dict(os.environ),
    "cwd": os.getcwd(), "umask": os.umask(0), "name": credential.name, "back": back,
    "NoNewPrivs": status["NoNewPrivs"],
}}))
"""


def become(uid: int, before: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", SCRIPT.format(uid=uid, before=before), SOURCE],
        capture_output=True,
        text=True,
        timeout=60,
        env={
            "PATH": "/opt/evil:/bin",
            "SLURM_CONF": "/x",
            "TZ": "UTC",
            "SLURM_CLUSTERS": "a",
            "LD_PRELOAD": "",
        },
    )


def found(uid: int) -> dict[str, Any]:
    done = become(uid)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@as_root
def test_a_user_s_process_has_nothing_of_root_s() -> None:
    process = found(DAEMON.pw_uid)
    assert process["uids"] == [DAEMON.pw_uid] * 3
    assert process["gids"] == [DAEMON.pw_gid] * 3
    assert set(process["groups"]) == set(os.getgrouplist("daemon", DAEMON.pw_gid))
    assert (process["name"], process["back"]) == ("daemon", [])
    assert process["NoNewPrivs"] == "1"
    assert process["env"] == {
        "HOME": DAEMON.pw_dir, "USER": "daemon", "LOGNAME": "daemon", "SHELL": DAEMON.pw_shell,
        "PATH": "/usr/local/bin:/usr/bin:/bin", "SLURM_CONF": "/x", "TZ": "UTC",
    }  # fmt: skip
    assert (process["cwd"], process["umask"]) == ("/", 0o022)


@as_root
def test_root_s_own_request_stays_root_s_in_an_environment_as_clean() -> None:
    process = found(0)
    assert process["uids"] == [0, 0, 0]
    assert process["env"]["USER"] == "root"
    assert "SLURM_CLUSTERS" not in process["env"]
    assert (process["cwd"], process["umask"], process["NoNewPrivs"]) == ("/", 0o022, "1")


@as_root
@pytest.mark.parametrize(
    "before",
    [
        "os.setresuid = lambda *ids: None",
        "os.setresgid = lambda *ids: None",
        "os.setuid = lambda uid: None",
    ],
    ids=["the uid stays", "the gid stays", "there is a way back"],
)
def test_a_change_that_is_not_complete_ends_the_process(before: str) -> None:
    done = become(DAEMON.pw_uid, before)
    assert (done.returncode, done.stdout) == (71, "")
    assert "cannot become daemon: " in done.stderr


# The steps, in this process: what the system is asked to do, and in which order.

ENTRY: Any = SimpleNamespace(
    pw_name="fred", pw_uid=1001, pw_gid=1002, pw_dir="/home/fred", pw_shell="/bin/zsh"
)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Stands for the system: notes each step, and has made the change."""
    noted: list[tuple[Any, ...]] = []

    def note(name: str, result: Any = None) -> Any:
        def step(*arguments: Any) -> Any:
            noted.append((name, *arguments))
            if isinstance(result, type):
                raise result
            return result

        return step

    for name in ("chdir", "umask", "initgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(os, name, note(name))
    monkeypatch.setattr(os, "getresuid", lambda: (1001, 1001, 1001))
    monkeypatch.setattr(os, "getresgid", lambda: (1002, 1002, 1002))
    monkeypatch.setattr(os, "setuid", note("setuid", OSError))
    monkeypatch.setattr(slurm, "set_no_new_privs", note("no new privileges"))
    monkeypatch.setattr(os, "environ", {"PATH": "/evil", "TZ": "UTC", "SLURM_CONF": "/c", "SLURM_JWT": "t"})
    return noted


def test_the_steps_of_login(steps: list[tuple[Any, ...]]) -> None:
    _become_user._switch(ENTRY)
    assert steps == [
        ("chdir", "/"),
        ("umask", 0o022),
        ("initgroups", "fred", 1002),
        ("setresgid", 1002, 1002, 1002),
        ("setresuid", 1001, 1001, 1001),
        ("no new privileges",),
        ("setuid", 0),
    ]
    assert os.environ == {
        "HOME": "/home/fred", "USER": "fred", "LOGNAME": "fred", "SHELL": "/bin/zsh",
        "PATH": "/usr/local/bin:/usr/bin:/bin", "TZ": "UTC", "SLURM_CONF": "/c",
    }  # fmt: skip


def test_for_root_there_is_no_way_back_to_try(steps: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getresuid", lambda: (0, 0, 0))
    _become_user._switch(SimpleNamespace(**{**vars(ENTRY), "pw_uid": 0}))
    assert steps[-1] == ("no new privileges",)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("getresuid", (0, 1001, 1001)),
        ("getresuid", (1001, 1001, 0)),
        ("getresgid", (0, 1002, 1002)),
        ("getresgid", (1002, 1002, 0)),
    ],
)
def test_a_change_that_was_not_made_is_noticed(
    steps: list[Any], monkeypatch: pytest.MonkeyPatch, name: str, ids: tuple[int, ...]
) -> None:
    monkeypatch.setattr(os, name, lambda: ids)
    with pytest.raises(OSError, match=r"^the system did not make the change$"):
        _become_user._switch(ENTRY)
    assert ("no new privileges",) not in steps


def test_a_process_that_could_be_root_again_is_noticed(
    steps: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "setuid", lambda uid: None)
    with pytest.raises(AssertionError, match=r"^the process could become root again$"):
        _become_user._switch(ENTRY)


def test_what_fails_ends_the_process_with_an_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended: list[tuple[Any, ...]] = []
    written: list[tuple[int, str]] = []

    class Ended(BaseException):
        pass

    def end(*arguments: Any) -> None:
        ended.append(arguments)
        raise Ended

    monkeypatch.setattr(limit, "end", end)
    monkeypatch.setattr(log, "write", lambda level, text: written.append((level, text)))
    monkeypatch.setattr(_become_user, "_switch", lambda entry: 1 / 0)
    credential = Credential(DAEMON.pw_uid, DAEMON.pw_gid, "", "local")
    with pytest.raises(Ended):
        _become_user.become(credential, "")
    assert credential.name == "daemon"
    assert written == [(log.ERROR, "cannot become daemon: division by zero")]
    text = "this process cannot become the user of the request; see the log of restd-inet"
    assert ended == [(b"503 Service Unavailable", text, 71)]


@pytest.mark.parametrize(
    ("uid", "name", "said"),
    [
        (0, "root", "not as root"),
        (65534, "", "uid 65534 is the overflow uid: it stands for users that this host does not know"),
        (54321, "", "uid 54321 is unknown to this machine"),
        (54321, "gone", 'the user "gone" is unknown to this machine'),
        (1 << 40, "", f"uid {1 << 40} is unknown to this machine"),
    ],
)
def test_who_is_nobody_s_process_is_refused(uid: int, name: str, said: str) -> None:
    with pytest.raises(Problem) as refused:
        _become_user.become(Credential(uid, uid, name, "local"), "not as root")
    assert (refused.value.status, refused.value.text) == (401, said)
