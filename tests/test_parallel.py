"""parallel: which file of tests a process is given next."""

from __future__ import annotations

from pathlib import Path

import pytest
from parallel import Deal, needs, of_a_test, record
from places import TESTS

ONE, OTHER = frozenset({"cluster"}), frozenset({"busy_cluster"})
NONE: frozenset[str] = frozenset()


def dealt(deal: Deal, *processes: str) -> list[str]:
    return [deal.next(process) for process in processes]


def test_the_longest_file_is_the_first() -> None:
    deal = Deal(dict.fromkeys("abc", NONE), {"a": 1, "b": 3, "c": 2})
    assert dealt(deal, "p", "q", "p") == ["b", "c", "a"]


def test_a_file_that_is_not_recorded_takes_what_its_kind_takes() -> None:
    assert (
        of_a_test("tests/oracle/test_x.py") > of_a_test("tests/cluster/test_x.py") > of_a_test("tests/x.py")
    )


def test_a_process_goes_on_with_the_cluster_that_it_has() -> None:
    deal = Deal({"a": ONE, "b": ONE, "c": OTHER, "d": NONE}, {"a": 9, "b": 1, "c": 8, "d": 5})
    assert dealt(deal, "p", "q", "p", "q") == ["a", "c", "b", "d"]


@pytest.mark.parametrize(("rest", "expected"), [(100, "b"), (20, "d")])
def test_a_second_process_starts_a_cluster_only_while_that_is_worth_it(rest: float, expected: str) -> None:
    deal = Deal({"a": ONE, "b": ONE, "d": NONE}, {"a": 200, "b": rest, "d": 5})
    assert dealt(deal, "p", "q") == ["a", expected]


def test_a_process_without_anything_else_starts_one_nevertheless() -> None:
    deal = Deal({"a": ONE, "b": ONE}, {"a": 20, "b": 10})
    assert dealt(deal, "p", "q") == ["a", "b"]


def test_a_file_with_two_clusters_starts_both() -> None:
    deal = Deal({"a": ONE | OTHER, "b": OTHER, "c": ONE, "d": NONE}, {"a": 9, "b": 8, "c": 7, "d": 30})
    assert dealt(deal, "p", "p", "p", "p") == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("cluster/test_get.py", {"cluster"}),
        # Their fixture `cluster` is another one, of an imported module or of their own.
        ("cluster/test_reservations.py", {"administered_cluster"}),
        ("cluster/test_privileged.py", set()),
        ("cluster/test_examples.py", set()),
        ("oracle/test_recorded.py", {"busy_cluster"}),
        ("oracle/test_slurmdb.py", {"ledger_cluster"}),
        # Nothing in the directory has such a fixture: a helper's parameter has the name.
        ("oracle/test_values_scontrol.py", {"busy_cluster"}),
        ("http/test_wire.py", set()),
        ("no_such_file.py", set()),
    ],
)
def test_the_clusters_that_a_file_needs(file: str, expected: set[str]) -> None:
    assert needs(TESTS / file) == expected


def test_a_report_becomes_seconds_of_files(tmp_path: Path) -> None:
    report = tmp_path / "own.xml"
    cases = [("tests.http.test_wire", 1.2), ("tests.http.test_wire.TestHead", 2.4), ("tests.test_log", 0.1)]
    written = "".join(f'<testcase classname="{name}" name="x" time="{time}"/>' for name, time in cases)
    report.write_text(f"<testsuites><testsuite>{written}</testsuite></testsuites>")
    assert record(report) == {"tests/http/test_wire.py": 4, "tests/test_log.py": 0}
