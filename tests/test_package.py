"""What is packed: a wheel's Python part and a source distribution, made of a copy of the checkout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from places import CHECKOUT

from restd_inet.app.api import EVERYTHING
from restd_inet.schema.versions import NAMES, VERSIONS

DOCUMENTS = sorted(path.name for path in (CHECKOUT / "specs").glob("*.json"))
PARTS = ("src", "libslurm_cffi", "specs", "contrib", "setup.py", "setup.cfg", "pyproject.toml", "MANIFEST.in")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with lib/, what a wheel has of Python and data, and the source distribution."""
    where = tmp_path_factory.mktemp("packed")
    ignored = shutil.ignore_patterns("__pycache__", "*.so", "*.egg-info")
    for part in (*PARTS, "README.md", "LICENSE", "Makefile"):
        source = CHECKOUT / part
        if source.is_dir():
            shutil.copytree(source, where / "copy" / part, ignore=ignored)
        else:
            shutil.copy(source, where / "copy" / part)
    command = [sys.executable, "setup.py", "-q", "sdist", "-d", "../dist", "build_py", "-d", "../lib"]
    done = subprocess.run(command, cwd=where / "copy", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return where


def test_there_is_a_document_of_every_version_and_no_other() -> None:
    assert {path.removesuffix(".json") for path in DOCUMENTS} == {*VERSIONS, "restd"}


def test_a_wheel_has_the_documents_beside_the_code(packed: Path) -> None:
    package = packed / "lib" / "restd_inet"
    built = [path.name for path in (package / "specs").iterdir()]
    assert sorted(built) == sorted([*DOCUMENTS, "all.json", "listed.json"])
    for name in DOCUMENTS:
        assert (package / "specs" / name).read_bytes() == (CHECKOUT / "specs" / name).read_bytes()
    assert (package / "pages" / "openapi.py").exists()


def test_the_build_puts_the_documents_of_several_versions_together(packed: Path) -> None:
    specs = packed / "lib" / "restd_inet" / "specs"
    for name, numbers in (("all", EVERYTHING.numbers[::-1]), ("listed", EVERYTHING.listed)):
        found = json.loads((specs / f"{name}.json").read_text())
        assert found["info"]["version"] == ", ".join(NAMES[number] for number in numbers)


def test_installed_code_finds_its_own_documents(packed: Path) -> None:
    code = "from restd_inet import installed; print(installed.document('all'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=packed / "lib", capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()) == packed / "lib" / "restd_inet" / "specs" / "all.json"


def test_a_source_distribution_has_the_documents_once(packed: Path) -> None:
    (archive,) = (packed / "dist").iterdir()
    with tarfile.open(archive) as opened:
        names = [name.partition("/")[2] for name in opened.getnames()]
    assert sorted(name for name in names if name.endswith("v0.0.44.json")) == ["specs/v0.0.44.json"]
    assert {f"specs/{name}" for name in DOCUMENTS} <= set(names)
    assert {"contrib/plugin/pyproject.toml", "contrib/docs.png", "src/restd_inet/app/api.py"} <= set(names)


def test_an_old_build_is_not_used_again_in_silence(packed: Path) -> None:
    """build/ of another Slurm, another Python, or of before it was known of which."""
    copy = packed / "copy"
    command = [sys.executable, "setup.py", "-q", "build_py", "-d", "../again"]
    for built_for in ("20.02.0\n.so\nx", None):
        shutil.rmtree(copy / "build", ignore_errors=True)
        (copy / "build" / "lib").mkdir(parents=True)
        (copy / "build" / "lib" / "old.py").write_text("")
        if built_for:
            (copy / "build" / "built-for").write_text(built_for)
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "build/ is of another Slurm or Python, or of an older build: it is removed" in done.stderr
        assert not (copy / "build" / "lib").exists()
        assert "build/ is of" not in subprocess.run(command, cwd=copy, capture_output=True, text=True).stderr
