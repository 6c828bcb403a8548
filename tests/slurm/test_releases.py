"""A libslurm that is not here, or is of another release: one sentence, wherever it is met."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import lacking
import pytest
from fake_slurm import FakeSlurm

import libslurm_cffi
import restd_inet
from restd_inet import installed
from restd_inet.process import UNAVAILABLE
from restd_inet.schema.versions import NUMBERS
from restd_inet.slurm import WrongRelease

RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from restd_inet.__main__ import main; main()"
SERIES = installed.series()


class Program:
    """restd-inet from a directory, with an environment of its own."""

    def __init__(self, directory: Path, **environment: str) -> None:
        self.directory = directory
        self.environment = {**os.environ, "SLURMRESTD_SECURITY": "disable_user_check", **environment}

    def run(self, *arguments: str, data: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", RUN, str(self.directory), *arguments]
        options = {"capture_output": True, "text": True, "env": self.environment, "cwd": "/", "timeout": 60}
        return subprocess.run(command, input=data, **options)  # type: ignore[call-overload, no-any-return]

    def says(self, sentence: str) -> None:
        """Everywhere that libslurm is needed."""
        for version, text in (("v0.0.45", "description"), ("v1", "error")):
            done = self.run(data=f"GET /slurm/{version}/ping HTTP/1.1\r\n\r\n")
            assert done.stdout.startswith("HTTP/1.1 503 ")
            assert re.search(rf'"{text}":"{sentence}"', done.stdout), done.stdout
        for page in ("readyz", "healthz", "livez"):
            done = self.run(data=f"GET /{page} HTTP/1.1\r\n\r\n")
            assert done.stdout.startswith("HTTP/1.1 503 ")
            assert re.search(f"{sentence}\n$", done.stdout), done.stdout
        done = self.run("--check")
        assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (UNAVAILABLE, False)
        assert re.search(f"failed +libslurm +{sentence}\n", done.stdout), done.stdout
        done = self.run("get", "jobs")
        assert re.fullmatch(f"restd-inet: 503 Service Unavailable: {sentence}\n", done.stderr), done.stderr
        done = self.run("token")
        assert (done.stdout, done.returncode) == ("", 1)
        assert re.fullmatch(f"restd-inet: {sentence}\n", done.stderr), done.stderr
        done = self.run("unix:" + str(self.directory / "socket"))
        assert done.returncode == UNAVAILABLE
        assert re.fullmatch(rf"\S+ restd-inet: {sentence}\n", done.stderr), done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what is installed."""
    for package in (restd_inet, libslurm_cffi):
        source = Path(str(package.__file__)).parent
        shutil.copytree(source, tmp_path / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def rename_library(copy: Path, name: bytes) -> None:
    """Makes the bindings need another libslurm, as after an upgrade of Slurm."""
    module = copy / "libslurm_cffi" / "_libslurm.abi3.so"
    content = module.read_bytes()
    needed = re.findall(rb"libslurm\.so\.\d\d\b", content)
    assert set(needed) == {needed[0]}
    assert len(needed[0]) == len(name)
    module.write_bytes(content.replace(needed[0], name))


def test_a_libslurm_that_was_replaced(copy: Path) -> None:
    rename_library(copy, b"libslurm.so.99")
    again = f"built for Slurm {SERIES}; found libslurm {SERIES}: install restd-inet again"
    Program(copy).says(re.escape(again))


def test_no_libslurm_at_all(copy: Path, tmp_path: Path) -> None:
    rename_library(copy, b"libslurm.so.99")
    code = copy / "restd_inet" / "slurm" / "releases.py"
    code.write_text(code.read_text().replace('"/lib"', '"/nonexistent"').replace("/usr/l", "/nonexistent"))
    code.write_text(re.sub(r'"/lib64", "[^)]*\)', ")", code.read_text()))
    missing = (
        f"built for Slurm {SERIES}; there is no libslurm here (libslurm.so.99): install restd-inet again"
    )
    Program(copy, LD_LIBRARY_PATH="").says(re.escape(missing))


def test_the_right_libslurm_is_no_other(copy: Path) -> None:
    done = Program(copy, SLURM_CONF="/nonexistent").run("get", "jobs")
    assert "slurm.conf cannot be read" in done.stderr
    assert NUMBERS[SERIES] == libslurm_cffi.lib.slurm_api_version() >> 16


@pytest.mark.skipif(not shutil.which("gcc"), reason=lacking.program("gcc"))
def test_a_libslurm_of_another_release_under_the_same_name(copy: Path) -> None:
    source, library = copy / "other.c", copy / "other.so"
    other = next(release for release in ("24.11", "26.05") if release != SERIES)
    source.write_text(f"long slurm_api_version(void) {{ return {NUMBERS[other]} << 16; }}\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    another = f"built for Slurm {SERIES}; found libslurm {other}: install restd-inet again"
    Program(copy, LD_PRELOAD=str(library)).says(re.escape(another))


def test_a_module_in_c_that_is_missing(copy: Path) -> None:
    (copy / "libslurm_cffi" / "_libslurm.abi3.so").unlink()
    Program(copy).says(r"this installation of restd-inet is not whole \(.*\): install restd-inet again")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "[[h]:6817] Invalid Protocol Version 10752 from uid=0: Incompatible versions",
            "that of Slurm 24.11",
        ),
        ("Invalid Protocol Version 9472 from uid=-1", "that of Slurm 21.08"),
        ("Invalid Protocol Version 25600", "that of Slurm with the number 100"),
        ("protocol_version 9728 not supported; [h:6817] Incompatible versions", "that of Slurm 22.05"),
    ],
)
def test_a_daemon_of_another_protocol(said: str, found: str) -> None:
    slurm = FakeSlurm()
    slurm.guard.said = said
    error = slurm.error("slurm_load_jobs", -1)
    assert isinstance(error, WrongRelease)
    assert error.status == 503
    what = f"the protocol of the daemon that answered is {found}"
    assert error.text == f"built for Slurm {SERIES}; {what}: install restd-inet again"


@pytest.mark.parametrize(
    "said", ["protocol_version 62897 not supported", "Incompatible versions of client and server code"]
)
def test_a_version_that_no_release_has_is_not_a_daemon_s(said: str) -> None:
    slurm = FakeSlurm()
    slurm.guard.said = said
    assert not isinstance(slurm.error("slurm_load_jobs", -1), WrongRelease)


def test_the_version_has_the_release_in_it() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("restd-inet")), "-V"], capture_output=True, text=True
    )
    ours, slurm = done.stdout.splitlines()
    assert ours == f"restd-inet {restd_inet.__version__}+slurm{SERIES}"
    assert slurm.startswith(f"slurm {SERIES}.")
