"""matrix: what becomes of tests that pass only when they are run again; reasons of skipped ones."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import matrix
import pytest
from matrix import Result, run, table
from places import TESTS

NAME = "test_made::test_one"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Outcomes of the only test, one for each run of pytest."""
    outcomes: list[str] = []

    def faked(release: str, arguments: list[str], cache: Path, report: Path, processes: int) -> Result:
        assert not report.exists()  # of the run before
        report.write_text("<testsuites/>")
        outcome = outcomes.pop(0)
        failures = cache / "v" / "cache" / "lastfailed"
        failures.parent.mkdir(parents=True, exist_ok=True)
        failures.write_text(json.dumps({NAME: True} if outcome == "failed" else {}))
        return Result(release, int(outcome == "failed"), outcomes={NAME: outcome})

    monkeypatch.setattr(matrix, "pytest", faked)
    return outcomes


def test_a_test_that_passes_passes(runs: list[str], tmp_path: Path) -> None:
    runs += ["passed"]
    result = run("", [], tmp_path)
    assert (result.code, result.outcomes) == (0, {NAME: "passed"})


def test_a_test_that_fails_twice_fails_the_run(runs: list[str], tmp_path: Path) -> None:
    runs += ["failed", "failed"]
    result = run("", [], tmp_path)
    assert (result.code, result.outcomes) == (1, {NAME: "failed"})


def test_a_test_that_passes_only_when_it_is_run_again_fails_the_run(runs: list[str], tmp_path: Path) -> None:
    runs += ["failed", "passed"]
    result = run("", [], tmp_path)
    assert (result.code, result.outcomes) == (1, {NAME: "again"})
    assert "PASSED ONLY WHEN RUN AGAIN" in table([result])


def test_unless_it_is_listed_with_a_reason_and_a_date(
    runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix, "UNSTEADY", {NAME: ("a reason", "2026-11-30")})
    runs += ["failed", "passed"]
    result = run("", [], tmp_path)
    assert (result.code, result.outcomes) == (0, {NAME: "again"})
    assert f"{NAME} (listed: a reason, since 2026-11-30)" in table([result])


def literal(node: ast.AST) -> bool:
    """Is there a text in it, other than what lacking.py makes one of?"""
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("lacking."):
        return False
    if isinstance(node, ast.Constant | ast.JoinedStr):
        return isinstance(node, ast.JoinedStr) or isinstance(node.value, str)
    return any(map(literal, ast.iter_child_nodes(node)))


@pytest.mark.parametrize(
    "file", sorted(TESTS.rglob("*.py")), ids=lambda file: file.relative_to(TESTS).as_posix()
)
def test_every_reason_of_a_skip_says_how_to_get_what_is_missing(file: Path) -> None:
    """It is made in lacking.py."""
    wrong = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and file.name != "lacking.py":
            name = ast.unparse(node.func)
            reasons = [word.value for word in node.keywords if word.arg == "reason"]
            if name in ("pytest.skip", "pytest.mark.skip"):
                reasons += node.args
            elif name not in ("pytest.mark.skipif", "pytest.importorskip"):
                continue
            if not reasons or any(map(literal, reasons)):
                wrong.append(ast.unparse(node))
    assert wrong == []


def test_every_listed_test_has_a_reason_and_a_date() -> None:
    for reason, since in matrix.UNSTEADY.values():
        assert reason
        assert len(since.split("-")) == 3
