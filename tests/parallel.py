"""How pytest-xdist deals the tests out: file by file, the longest first; few processes start each cluster.

python tests/parallel.py REPORT.xml (of `tests/matrix.py --output`) writes tests/seconds.json anew.

A file goes to a process that has the cluster it needs. Another process starts one of the kind only while more
is left to do on it than starting it costs. Files that share no cluster are dealt out last.

xdist alone gives a test that crashed its process to the next one, until it has none left and ends without a
result; and it gives tests to a new process that is not ready yet.
"""

from __future__ import annotations

import ast
import json
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Any

from places import CHECKOUT
from xdist.scheduler import LoadFileScheduling

RECORDED = CHECKOUT / "tests" / "seconds.json"
#: Seconds of a test of a file that is not recorded, by where it lies.
USUAL = {"tests/cluster/": 1.0, "tests/oracle/": 5.0, "tests/clients/": 5.0, "tests/serve/": 0.5, "": 0.03}
#: Fixtures that start a cluster for all tests of a process, where they are defined.
CLUSTERS = {
    "cluster": "tests/cluster",
    "administered_cluster": "tests/cluster",
    "busy_cluster": "tests/oracle",
    "ledger_cluster": "tests/oracle",
}
#: A further process starts a cluster while each that has one has this many seconds of files left for it.
WORTHWHILE = 60.0


def needs(file: Path) -> frozenset[str]:
    """The clusters of CLUSTERS that the tests of a file ask for, also through other fixtures."""
    if not file.exists():
        return frozenset()
    fixtures, tests = functions(file)
    needed: set[str] = set()
    seen: set[str] = set()
    asked = set().union(*tests.values())
    while asked:
        name = asked.pop()
        seen.add(name)
        if name in fixtures:
            asked |= fixtures[name] - seen
        elif CLUSTERS.get(name) == file.parent.relative_to(CHECKOUT).as_posix():
            needed.add(name)
    return frozenset(needed)


def functions(file: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Fixtures and tests of a file, each with the names of its parameters."""
    fixtures: dict[str, set[str]] = {}
    tests: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef):
            parameters = {argument.arg for argument in node.args.args}
            if any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list):
                fixtures[node.name] = parameters
            elif node.name.startswith("test_"):
                tests[node.name] = parameters
        elif isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            theirs, _ = functions(file.with_name(f"{node.module}.py"))
            names = {name.name for name in node.names}
            fixtures |= {name: found for name, found in theirs.items() if name in names}
    return fixtures, tests


class Deal:
    """Which file is next. left: those that no process has, with the clusters that each needs."""

    def __init__(self, left: dict[str, frozenset[str]], seconds: dict[str, float]) -> None:
        self.left = left
        self.seconds = seconds
        self.started: dict[object, set[str]] = {}

    def next(self, process: object) -> str:
        """The file for a process, taken off the rest."""
        mine = self.started.setdefault(process, set())
        file = max(self.left, key=lambda file: (self.rank(file, mine), self.cost(file), file))
        mine |= self.left.pop(file)
        return file

    def cost(self, file: str) -> float:
        return self.seconds.get(file, 0)

    def rank(self, file: str, mine: set[str]) -> float:
        """What a process with some clusters is to do first has the highest one."""
        missing = self.left[file] - mine
        if not missing:
            return 2 if self.left[file] else 0
        having = Counter(name for started in self.started.values() for name in started)
        share = [self.rest(name) / having[name] if having[name] else WORTHWHILE for name in missing]
        return 1 if min(share) >= WORTHWHILE else -1

    def rest(self, name: str) -> float:
        """Seconds of all files left that need a cluster."""
        return sum(self.cost(file) for file, needed in self.left.items() if name in needed)


class FileByFile(LoadFileScheduling):
    deal: Deal | None = None

    def _assign_work_unit(self, node: Any) -> None:
        if self.deal is None:
            files = {file: needs(CHECKOUT / file) for file in self.workqueue}
            usual = {file: len(tests) * of_a_test(file) for file, tests in self.workqueue.items()}
            self.deal = Deal(files, usual | recorded())
        self.workqueue.move_to_end(self.deal.next(node), last=False)
        super()._assign_work_unit(node)

    def remove_node(self, node: Any) -> str | None:
        """The test in which the process ended, if it did in one: others go on with the rest."""
        work = self.assigned_work.pop(node)
        if self.deal:
            self.deal.started.pop(node, None)
        left = [(file, test) for file, tests in work.items() for test, done in tests.items() if not done]
        if not left:
            return None
        file, crashed = left[0]
        work[file][crashed] = True
        again = {file: tests for file, tests in work.items() if not all(tests.values())}
        self.workqueue.update(again)
        if self.deal:
            self.deal.left.update({file: needs(CHECKOUT / file) for file in again})
        for other in self.assigned_work:
            self._reschedule(other)
        return crashed

    def add_node_collection(self, node: Any, collection: Any) -> None:
        super().add_node_collection(node, collection)
        if node not in self.registered_collections:
            raise RuntimeError(
                "a new process has other tests: their names depend on time or on the order of a set"
            )

    def _reschedule(self, node: Any) -> None:
        if node in self.registered_collections:
            super()._reschedule(node)


def of_a_test(file: str) -> float:
    return next(seconds for place, seconds in USUAL.items() if file.startswith(place))


def recorded() -> dict[str, float]:
    return dict(json.loads(RECORDED.read_text())) if RECORDED.exists() else {}


def record(report: Path) -> dict[str, float]:
    """Seconds of each file, of JUnit's report."""
    seconds: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):
        parts = [part for part in case.get("classname", "").split(".") if not part.startswith("Test")]
        seconds["/".join(parts) + ".py"] += float(case.get("time", 0))
    return {file: round(spent) for file, spent in sorted(seconds.items())}


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(record(Path(sys.argv[1])), indent=1) + "\n")
