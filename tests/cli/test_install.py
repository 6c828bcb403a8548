"""make install and make uninstall, into directories of the test's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import lacking
import pytest

from restd_inet import installed

CHECKOUT = Path(__file__).resolve().parents[2]
INSTALL = CHECKOUT / "contrib" / "install"
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
LINKS = (
    "bin/restd-inet",
    "share/man/man8/restd-inet.8",
    "share/bash-completion/completions/restd-inet",
    "share/zsh/site-functions/_restd-inet",
    "share/fish/vendor_completions.d/restd-inet.fish",
)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", "-C", str(CHECKOUT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)


def test_all_is_installed_linked_and_removed(tmp_path: Path) -> None:
    if not shutil.which("make"):
        pytest.skip(lacking.program("make"))
    prefix, link = tmp_path / "restd-inet", tmp_path / "local"
    done = make("install", f"PREFIX={prefix}", f"LINK={link}")
    if done.returncode and "o matching distribution" in done.stderr:
        pytest.skip(lacking.machine("pip cannot download packages", "give it an index by PIP_INDEX_URL"))
    assert done.returncode == 0, done.stderr
    assert f"restd-inet {installed.version()}\n" in done.stdout
    program = str(link / "bin" / "restd-inet")
    for path in LINKS:
        assert (link / path).resolve() == (prefix / path).resolve()
        assert (prefix / path).stat().st_size > 0
    found = subprocess.run(
        [program, "get", "/docs/", "-H", "Accept: text/html"], capture_output=True, env=ENVIRONMENT
    )
    assert b"<html" in found.stdout.lower(), found.stderr
    services = prefix / "share" / "restd-inet"
    unit = services / "etc" / "systemd" / "system" / "restd-inet-listen.service"
    assert f"ExecStart={program} " in unit.read_text()
    assert f"= {program}\n" in (services / "etc" / "xinetd.d" / "restd-inet").read_text()
    assert f"\t{program} restd-inet" in (services / "etc" / "inetd.conf").read_text()
    if shutil.which("man"):
        page = subprocess.run(
            ["man", "-M", str(link / "share" / "man"), "restd-inet"],
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
        )
        assert "one connection" in page.stdout

    again = make("install", f"PREFIX={prefix}", f"LINK={link}")
    assert again.returncode == 0, again.stderr
    (link / "bin" / "other").write_text("")
    gone = make("uninstall", f"PREFIX={prefix}")
    assert gone.returncode == 0, gone.stderr
    assert not prefix.exists()
    assert [path for path in link.rglob("*") if not path.is_dir()] == [link / "bin" / "other"]


def test_what_is_not_its_own_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run([INSTALL, "--prefix", tmp_path], capture_output=True, text=True, env=ENVIRONMENT)
    assert (done.returncode, "is there and is no restd-inet" in done.stderr) == (1, True)
    done = subprocess.run([INSTALL, "--uninstall", "--prefix", tmp_path], capture_output=True, text=True)
    assert done.returncode == 1
    assert (tmp_path / "file").exists()


@pytest.fixture
def old_python(tmp_path: Path) -> Path:
    """Says that it is 3.9."""
    program = tmp_path / "python3.9"
    program.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.2 && exit\nexit 1\n')
    program.chmod(0o755)
    return program


def test_an_older_python_is_refused_with_the_way_out(old_python: Path) -> None:
    path = str(old_python.parent)
    for name in ("sh", "dirname", "env"):
        (old_python.parent / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [INSTALL, "--python", old_python, "--prefix", f"{path}/new"],
        capture_output=True,
        text=True,
        env={"PATH": path},
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; this is Python 3.9.2" in done.stderr
    assert "dnf install python3.11" in done.stderr


def test_pip_tells_an_older_python_the_reason() -> None:
    code = "import sys; sys.version_info = (3, 9, 2, 'final', 0); exec(open('setup.py').read())"
    python = shutil.which("python3") or "python3"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, cwd=CHECKOUT)
    assert done.returncode == 1
    assert done.stderr.startswith("restd-inet needs Python 3.11 or newer; this is Python 3.9.\n")
