"""specs/: what two linters of OpenAPI say of the documents, but for what has a reason.

They are programs of npm. They are installed once beside this Python; without npm the tests are skipped.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import lacking
import pytest
from places import SPECS

from restd_inet.openapi.subset import assembled

PACKAGES = ("@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3")
#: Rules that are broken on purpose.
REASONS = {
    "no-path-trailing-slash": "slurmrestd's paths of lists end so, and clients ask for them so",
    "path-keys-no-trailing-slash": "the same, as the other program calls it",
}


@pytest.fixture(scope="module")
def programs() -> Path:
    """The directory with the linters."""
    if not shutil.which("npm"):
        pytest.skip(lacking.program("npm"))
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    if int(node.strip().removeprefix("v").partition(".")[0] or 0) < 20:
        pytest.skip(
            lacking.machine(f"the linters need Node.js 20, found {node.strip()}", "https://nodejs.org")
        )
    where = Path(sys.prefix) / "openapi-lint"
    where.mkdir(exist_ok=True)
    with open(where / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        wanted = "\n".join(PACKAGES)
        done = where / "installed"
        if not done.exists() or done.read_text() != wanted:
            command = [
                "npm",
                "install",
                "--prefix",
                str(where),
                "--no-audit",
                "--no-fund",
                "--silent",
                *PACKAGES,
            ]
            try:
                said = subprocess.run(command, capture_output=True, text=True, timeout=180)
            except subprocess.TimeoutExpired:
                pytest.skip(lacking.machine("npm does not come to an end", "npm ping says why"))
            if said.returncode:
                pytest.skip(lacking.machine("npm cannot install the linters", said.stderr[-200:]))
            done.write_text(wanted)
    return where / "node_modules" / ".bin"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every document, and one of several versions."""
    several = tmp_path_factory.mktemp("lint") / "several.json"
    parts = [json.loads((SPECS / f"{name}.json").read_text()) for name in ("v0.0.37", "v0.0.36")]
    several.write_text(json.dumps(assembled(parts)))
    return [*sorted(map(str, SPECS.glob("*.json"))), str(several)]


def run(program: Path, *arguments: str) -> list[Any]:
    """What a linter says: JSON documents, one after another."""
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=120, env={**os.environ, **quiet}
    )
    found, rest = [], done.stdout.strip()
    assert rest.startswith(("{", "[")), rest[-500:] + done.stderr[-500:]
    while rest:
        one, end = json.JSONDecoder().raw_decode(rest)
        found.append(one)
        rest = rest[end:].strip()
    return found


def unexpected(problems: list[tuple[str, str]]) -> list[tuple[str, str]]:
    assert problems  # the reasons explain something
    return [problem for problem in problems if problem[0] not in REASONS]


def test_redocly_says_nothing_that_has_no_reason(programs: Path, files: list[str], tmp_path: Path) -> None:
    (tmp_path / "redocly.yaml").write_text("extends: [recommended]\n")
    options = ["--config", str(tmp_path / "redocly.yaml"), "--format", "json", "--max-problems", "100000"]
    said = run(programs / "redocly", "lint", *options, *files)
    assert len(said) == len(files)
    found = [each for one in said for each in one["problems"]]
    assert unexpected([(each["ruleId"], f"{each['message']} {each['location'][:1]}") for each in found]) == []


def test_spectral_says_nothing_that_has_no_reason(programs: Path, files: list[str], tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text('extends: ["spectral:oas"]\n')
    options = ["--ruleset", str(tmp_path / "rules.yaml"), "--format", "json", "--quiet"]
    (found,) = run(programs / "spectral", "lint", *options, *files)
    assert unexpected([(each["code"], f"{each['message']} {each['path']}") for each in found]) == []
