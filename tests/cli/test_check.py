"""restd-inet --check where there is no cluster: it says what is missing, and never fails itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from terminal import terminal

PROGRAM = [sys.executable, "-m", "restd_inet"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    found = {**os.environ, "SLURM_CONF": "/nonexistent/slurm.conf", **environment}
    done = subprocess.run(
        [*PROGRAM, "--check", *arguments], capture_output=True, text=True, timeout=120, env=found, cwd="/"
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def checked(*arguments: str, **environment: str) -> tuple[dict[str, Any], int]:
    """The findings by their names, and the exit status."""
    done = run("--json", *arguments, **environment)
    document = json.loads(done.stdout)
    assert document["ok"] == (done.returncode == 0)
    return {each["name"]: each for each in document["checks"]}, done.returncode


def test_a_missing_slurm_conf_is_named_and_nothing_else_is_asked() -> None:
    findings, code = checked()
    assert code == 69
    found = findings["slurm.conf"]
    assert found["state"] == "failed"
    assert "/nonexistent/slurm.conf" in found["found"]
    assert "-f or SLURM_CONF" in found["next"]
    for name in ("plugins", "key", "munge", "slurmctld", "slurmdbd"):
        assert findings[name]["state"] == "skipped"


def test_text_has_a_line_for_each_and_what_to_do() -> None:
    done = run()
    assert done.returncode == 69
    lines = done.stdout.splitlines()
    assert lines[0].startswith("failed  slurm.conf ")
    assert lines[1].lstrip().startswith("→ ")
    assert lines[-1] == "restd-inet cannot serve /slurm/ as it is"
    assert "\x1b" not in done.stdout


def test_a_terminal_has_colours() -> None:
    environment = {**os.environ, "SLURM_CONF": "/nonexistent/slurm.conf"}
    with terminal([*PROGRAM, "--check"], environment) as shown:
        shown.end()
    assert "\x1b[31mfailed" in shown.output
    assert "\x1b[32mok" in shown.output


@pytest.mark.parametrize("content", ["", "ClusterName=x\n", "garbage\n", "\x00\x1b[31m\n"])
def test_whatever_is_in_slurm_conf_is_no_traceback(tmp_path: Path, content: str) -> None:
    conf = tmp_path / "slurm.conf"
    conf.write_text(content)
    findings, code = checked("-f", str(conf))
    assert code == 69
    assert findings["slurm.conf"]["state"] == "failed"


def test_addresses_that_are_taken_or_wrong_are_said_so(tmp_path: Path) -> None:
    findings, _ = checked("nonsense")
    assert findings["addresses"]["state"] == "failed"
    findings, _ = checked(f"unix:{tmp_path}/none/s", SLURMRESTD_SECURITY="disable_user_check")
    assert "there is no such directory" in findings["addresses"]["found"]
    findings, _ = checked(f"unix:{tmp_path}/s", SLURMRESTD_SECURITY="disable_user_check")
    assert findings["addresses"]["found"] == f"unix:{tmp_path}/s: free"


def test_a_wrong_option_is_a_matter_of_usage() -> None:
    done = run("--nonsense")
    assert done.returncode == 2
    assert "--nonsense" in done.stderr
