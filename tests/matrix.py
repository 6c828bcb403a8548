"""The tests, over several processes, on one release of Slurm after the other: `make test`, `make matrix`.

python tests/matrix.py [--output DIR] [RELEASE...] [-- ARGUMENTS OF PYTEST]

What fails is run once more, alone: a test that passes then depends on load or on the order of tests. It is
printed as such, and fails the run as one that fails twice does, unless it is listed in UNSTEADY.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
OUTCOMES = ("passed", "again", "failed", "skipped")
#: Tests mostly wait: one process more than there are cores. A file's tests stay in one process, with its
#: clusters; those with clusters come first, as they are collected.
PROCESSES = len(os.sched_getaffinity(0)) + 1
#: Many examples; the reasons of skipped tests; the slowest tests.
OPTIONS = ["--hypothesis-profile=many", "-rsfE", "--durations=15", "--durations-min=5"]
#: scaleout's exit status where a release of Slurm cannot be had here.
MISSING = 77
#: Name of a test that may pass only when it is run again → why, and the date since when, as 2026-11-30.
UNSTEADY: dict[str, tuple[str, str]] = {
    f"{test}[{case}]": (reason, "2026-11-30")
    for test, cases, reason in (
        (
            "oracle.test_slurmrestd::test_every_answer_is_slurmrestd_s",
            ("40", "41", "42", "43", "44", "45", "46"),
            "jobs and statistics move while both programs are asked, on a machine with a load of 8 and more",
        ),
        (
            "oracle.test_slurmdb::test_every_answer_is_slurmrestd_s",
            ("42", "43", "44"),
            "the end of running jobs moves while both programs are asked, on such a machine",
        ),
    )
    for case in cases
}
#: With more failures than this no test is run again.
ACCIDENTS = 30


@dataclass
class Result:
    """What came out on a release. code: pytest's; outcomes: one of OUTCOMES by the test's name."""

    release: str
    code: int
    seconds: float = 0
    outcomes: dict[str, str] = field(default_factory=dict)

    def names(self, outcome: str) -> list[str]:
        return [name for name, found in self.outcomes.items() if found == outcome]


def run(release: str, arguments: list[str], directory: Path) -> Result:
    """directory: for the reports; in /tmp, which the chroots have too."""
    began = time.monotonic()
    cache = directory / f"{release or 'own'}.cache"
    report = directory / f"{release or 'own'}.xml"
    result = pytest(release, arguments, cache, report, PROCESSES)
    failures = cache / "v" / "cache" / "lastfailed"
    count = len(json.loads(failures.read_text())) if failures.exists() else 0
    if result.code == 1 and 0 < count <= ACCIDENTS:
        print(f"==> once more, alone: what failed ({count})", flush=True)
        again = report.with_suffix(".again.xml")
        second = pytest(release, ["--last-failed", *arguments], cache, again, 1)
        passed = [name for name in result.names("failed") if second.outcomes.get(name) == "passed"]
        result.outcomes.update(dict.fromkeys(passed, "again"))
        result.code = second.code
    if result.code in (0, 1):
        result.code = 1 if result.names("failed") or set(result.names("again")) - set(UNSTEADY) else 0
    result.seconds = time.monotonic() - began
    return result


def pytest(release: str, arguments: list[str], cache: Path, report: Path, processes: int) -> Result:
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "-o", f"cache_dir={cache}"]
    command += ["-n", str(processes), "--dist=loadfile", "--no-loadscope-reorder"]
    command += OPTIONS
    environment = {**os.environ, "PYTHONHASHSEED": "0", **({"SCALEOUT_SLURM": release} if release else {})}
    done = subprocess.run([*command, *arguments], cwd=CHECKOUT, env=environment, check=False)
    result = Result(release, done.returncode)
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            name = f"{case.get('classname', '').removeprefix('tests.')}::{case.get('name')}"
            found = {child.tag for child in case}
            outcome = (
                "failed" if found & {"failure", "error"} else "skipped" if "skipped" in found else "passed"
            )
            result.outcomes[name] = outcome
    return result


def table(results: list[Result]) -> str:
    lines = [f"{'Slurm':8}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES) + f"{'seconds':>9}"]
    for result in results:
        counts = "".join(f"{len(result.names(outcome)):9}" for outcome in OUTCOMES)
        broken = "" if result.code in (0, 1) else f"  pytest ended with {result.code}"
        if result.code == MISSING:
            broken = "  skipped: this release is not here, as said above"
        lines.append(f"{result.release:8}{counts}{result.seconds:9.0f}{broken}")
    for outcome, heading in (
        ("again", "PASSED ONLY WHEN RUN AGAIN, which fails the run too, on"),
        ("failed", "failed on"),
    ):
        named = sorted({name for result in results for name in result.names(outcome)})
        lines += ["", heading] if named else []
        for name in named:
            where = [result.release if result.outcomes.get(name) == outcome else "" for result in results]
            listed = " (listed: {}, since {})".format(*UNSTEADY[name]) if name in UNSTEADY else ""
            lines.append("".join(f"{release:8}" for release in where) + name + listed)
    return "\n".join(lines)


def main() -> int:
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "releases", nargs="*", metavar="RELEASE", help="of Slurm, such as 24.11 (default: the machine's)"
    )
    parser.add_argument("--output", metavar="DIR", help="where the reports (JUnit's XML) are to stay")
    args = parser.parse_args(words[:split])
    releases = args.releases or [os.environ.get("SCALEOUT_SLURM", "")]
    results = []
    with tempfile.TemporaryDirectory(prefix="matrix-", dir="/tmp") as directory:
        for number, release in enumerate(releases, 1):
            which = f"tests on Slurm {release}" if release else "tests"
            count = f" ({number} of {len(releases)})" if len(releases) > 1 else ""
            print(f"==> {which}{count}", flush=True)
            results.append(run(release, words[split + 1 :] or ["tests"], Path(directory)))
            print(flush=True)
        if args.output:
            os.makedirs(args.output, exist_ok=True)
            for report in Path(directory).glob("*.xml"):
                shutil.copy(report, args.output)
    print(table(results))
    return 0 if all(result.code in (0, MISSING) for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
