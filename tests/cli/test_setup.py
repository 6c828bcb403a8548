"""restd-inet setup: the service files that it prints and writes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import lacking
import pytest
from terminal import PROGRAM

ENVIRONMENT = {**os.environ, "XDG_CONFIG_HOME": "/config"}

ENVIRONMENT_FILES = (
    "--environment-file -/etc/default/slurmrestd --environment-file -/etc/sysconfig/slurmrestd"
)


def setup(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [PROGRAM, "setup", *arguments], capture_output=True, text=True, timeout=60, env=ENVIRONMENT
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def files(root: Path) -> dict[str, str]:
    return {f"/{file.relative_to(root)}": file.read_text() for file in root.rglob("*") if file.is_file()}


@pytest.mark.parametrize("options", [[], ["--cold"], ["--user-units"], ["--user-units", "--cold"]], ids=str)
def test_systemd_accepts_the_units(options: list[str], tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip(lacking.program("systemd-analyze", "systemd"))
    done = setup(
        "systemd", *options, "--port", "8080", "-f", "/x/slurm.conf", "--write", "--root", str(tmp_path)
    )
    written = files(tmp_path)
    where = "/config/systemd/user" if "--user-units" in options else "/etc/systemd/system"
    names = ["restd-inet.socket", "restd-inet@.service"]
    if "--cold" not in options:
        names = ["restd-inet-listen.socket", "restd-inet-listen.service"]
    assert sorted(written) == sorted(f"{where}/{name}" for name in names)
    service = written[f"{where}/{names[1]}"]
    assert f"ExecStart={PROGRAM} -f /x/slurm.conf" in service
    socket = "%t/restd-inet.sock" if "--user-units" in options else "8080"
    assert f"ListenStream={socket}\n" in written[f"{where}/{names[0]}"]
    manager = "--user" if "--user-units" in options else "--system"
    assert f"enable --now {names[0]}" in done.stdout
    checked = [tmp_path / where[1:] / name for name in names]
    if "--cold" in options:
        instance = checked[1].with_name("restd-inet@1.service")
        shutil.copy(checked[1], instance)
        checked[1] = instance
    verified = subprocess.run(
        ["systemd-analyze", manager, "verify", "--man=no", *map(str, checked)],
        capture_output=True,
        text=True,
        env={
            "PATH": "/usr/bin:/bin",
            "SYSTEMD_UNIT_PATH": f"{checked[0].parent}:",
            "XDG_RUNTIME_DIR": "/tmp",
        },
    )
    said = [line for line in (verified.stderr + verified.stdout).splitlines() if "restd-inet" in line]
    assert (verified.returncode, said) == (0, [])


def test_printed_files_are_those_that_are_written(tmp_path: Path) -> None:
    for arguments in (["systemd"], ["systemd", "--cold"], ["xinetd"], ["xinetd", "--cold"], ["inetd"]):
        root = tmp_path / "-".join(arguments)
        setup(*arguments, "--write", "--root", str(root))
        printed = setup(*arguments).stdout
        for path, text in files(root).items():
            assert f"# {path}\n{text}" in printed


def test_inetd_keeps_the_other_lines(tmp_path: Path) -> None:
    conf = tmp_path / "etc" / "inetd.conf"
    conf.parent.mkdir()
    conf.write_text("daytime stream tcp nowait root internal")
    for _ in range(2):
        setup("inetd", "--write", "--root", str(tmp_path))
    line = f"6820\tstream\ttcp\twait\trestd-inet\t{PROGRAM} restd-inet -a jwt {ENVIRONMENT_FILES}"
    assert conf.read_text().splitlines() == [
        "daytime stream tcp nowait root internal",
        line,
        line.replace("tcp", "tcp6"),
    ]


def test_a_file_that_somebody_has_changed_stays(tmp_path: Path) -> None:
    setup("xinetd", "--write", "--root", str(tmp_path))
    file = tmp_path / "etc" / "xinetd.d" / "restd-inet"
    setup("xinetd", "--write", "--root", str(tmp_path))  # the same again
    file.write_text("changed")
    done = setup("xinetd", "--write", "--root", str(tmp_path), code=1)
    assert "/etc/xinetd.d/restd-inet is there and differs; --force replaces it" in done.stderr
    assert file.read_text() == "changed"
    setup("xinetd", "--write", "--force", "--root", str(tmp_path))
    assert "service restd-inet" in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "expected one of: systemd, xinetd, inetd"),
        (["launchd"], "expected one of: systemd, xinetd, inetd"),
        (["systemd", "--port", "http"], "--port: expected a number"),
        (["xinetd", "--user-units"], "--user-units are systemd's"),
        (["systemd", "--program", "/opt/my programs/restd-inet"], "cannot hold a path with blanks"),
        (["systemd", "--wirte"], 'did you mean "--write"?'),
    ],
)
def test_a_mistake(arguments: list[str], said: str) -> None:
    assert said in setup(*arguments, code=2).stderr


def test_a_directory_that_cannot_be_written_is_reported() -> None:
    done = setup("xinetd", "--write", "--root", "/proc/nothing", code=1)
    assert done.stderr.startswith("restd-inet: /proc/nothing")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("--cold",)])
def test_system_services_read_slurmrestd_s_environment_files(arguments: tuple[str, ...]) -> None:
    text = setup("systemd", *arguments).stdout
    for path in ("/etc/default/slurmrestd", "/etc/sysconfig/slurmrestd"):
        assert f"EnvironmentFile=-{path}\n" in text
    assert " $SLURMRESTD_OPTIONS\n" in text
    assert "UnsetEnvironment=SLURMRESTD_LISTEN\n" in text


@pytest.mark.parametrize("arguments", [("xinetd",), ("xinetd", "--cold"), ("inetd",), ("inetd", "--cold")])
def test_super_servers_give_the_same_files_to_the_program(arguments: tuple[str, ...]) -> None:
    lines = [line for line in setup(*arguments).stdout.splitlines() if " -a jwt" in line]
    assert lines
    assert all(ENVIRONMENT_FILES in line for line in lines)
