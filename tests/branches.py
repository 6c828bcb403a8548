"""`make coverage`: the branches of http/, codec/, auth/, serve/ and schema/kinds/ that the unit tests take.

Processes that tests start, and their forked children, are measured too: a .pth file in the virtual
environment starts coverage.py in every interpreter while the tests run. A process that ends without Python
(SIGKILL, the timer in C) loses its measurements. tests/start is left out: what it looks at, which modules a
start loads, coverage.py changes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = Path(sysconfig.get_path("purelib")) / "restd_inet"
ROOMS = ("http", "codec", "auth", "serve", "schema/kinds")
START = (
    "import os; os.environ.setdefault('COVERAGE_PROCESS_START', {config!r}); "
    "import coverage; coverage.process_startup()\n"
)
CONFIG = """
[run]
branch = True
parallel = True
data_file = {data}/data
include = {include}
patch = _exit, fork
disable_warnings = no-data-collected, module-not-measured, couldnt-parse

[report]
include = {include}
show_missing = True
skip_covered = True
exclude_also =
    if TYPE_CHECKING:
    raise AssertionError
"""


def main(arguments: list[str]) -> int:
    """Runs pytest with the arguments, without any the tests that need no cluster; the exit status."""
    include = ",".join(f"{PACKAGE}/{room}/*" for room in ROOMS)
    with tempfile.TemporaryDirectory(prefix="restd-coverage-") as data:
        os.chmod(data, 0o1777)  # some processes are other users'
        config = Path(data) / "config"
        config.write_text(CONFIG.format(data=data, include=include))
        start = PACKAGE.parent / "restd_inet_coverage.pth"
        start.write_text(START.format(config=str(config)))
        try:
            pytest = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--ignore=tests/start", *arguments]
            tests = subprocess.run(pytest, cwd=ROOT)
        finally:
            start.unlink()
        coverage = [sys.executable, "-m", "coverage"]
        subprocess.run([*coverage, "combine", "-q", f"--rcfile={config}", data], check=True)
        report = subprocess.run([*coverage, "report", f"--rcfile={config}", "--fail-under=100"])
        shutil.copy(Path(data) / "data", ROOT / ".coverage")
    return tests.returncode or report.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
