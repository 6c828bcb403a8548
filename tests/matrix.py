"""The tests on one release of Slurm after the other, and a table of what came out: `make matrix`.

python tests/matrix.py [--output DIR] RELEASE... [-- ARGUMENTS OF PYTEST]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
OUTCOMES = ("passed", "failed", "skipped")


@dataclass
class Result:
    """What came out on a release."""

    release: str
    code: int
    seconds: float
    outcomes: dict[str, str] = field(default_factory=dict)

    def count(self, outcome: str) -> int:
        return list(self.outcomes.values()).count(outcome)


def run(release: str, arguments: list[str], report: Path) -> Result:
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    code = subprocess.run(command, cwd=CHECKOUT, env={**os.environ, "SCALEOUT_SLURM": release}, check=False)
    result = Result(release, code.returncode, time.monotonic() - began)
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            name = f"{case.get('classname', '').removeprefix('tests.')}::{case.get('name')}"
            found = {child.tag for child in case}
            failed = bool(found & {"failure", "error"})
            result.outcomes[name] = "failed" if failed else "skipped" if "skipped" in found else "passed"
    return result


def table(results: list[Result]) -> str:
    lines = [f"{'Slurm':8}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES) + f"{'seconds':>9}"]
    for result in results:
        counts = "".join(f"{result.count(outcome):9}" for outcome in OUTCOMES)
        broken = "" if result.code in (0, 1) else f"  pytest ended with {result.code}"
        lines.append(f"{result.release:8}{counts}{result.seconds:9.0f}{broken}")
    failed = {name for result in results for name, outcome in result.outcomes.items() if outcome == "failed"}
    if failed:
        lines += ["", "failed on"]
    for name in sorted(failed):
        where = [result.release if result.outcomes.get(name) == "failed" else "" for result in results]
        lines.append("".join(f"{release:8}" for release in where) + name)
    return "\n".join(lines)


def main() -> int:
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("releases", nargs="+", metavar="RELEASE", help="of Slurm, such as 24.11")
    parser.add_argument("--output", metavar="DIR", help="where the reports (JUnit's XML) are to stay")
    args = parser.parse_args(words[:split])
    with tempfile.TemporaryDirectory(prefix="matrix-", dir="/tmp") as directory:
        reports = Path(args.output or directory).resolve()
        reports.mkdir(parents=True, exist_ok=True)
        results = []
        for number, release in enumerate(args.releases, 1):
            print(f"==> tests on Slurm {release} ({number} of {len(args.releases)})", flush=True)
            report = reports / f"{release}.xml"
            report.unlink(missing_ok=True)
            results.append(run(release, words[split + 1 :], report))
            print(flush=True)
    print(table(results))
    return 0 if all(result.code == 0 for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
