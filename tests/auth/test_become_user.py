"""auth._become_user in processes of root: what a user's process has, and what it can no longer do."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any

import lacking
import pytest

import restd_inet

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
