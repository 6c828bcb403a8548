"""docs/python.md: its programs are run as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import lacking
import pytest
from places import CHECKOUT

pytest.importorskip("httpx", reason=lacking.python_package("httpx"))

TEXT = (CHECKOUT / "docs" / "python.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
#: What each prints, on a cluster with one held job.
PRINTED = (
    r"(?s)\d+ .*host1 IDLE.*404 404: .*",
    r"\d+ COMPLETED\n",
    r"[1-9]\d* jobs\n",
    r"[1-9]\d* jobs on 2 nodes\n",
)


@pytest.mark.parametrize(("program", "printed"), list(zip(PROGRAMS, PRINTED, strict=True)))
def test_a_program_of_the_guide(server: Any, program: str, printed: str) -> None:
    server.submit("--hold", "--wrap=true")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **server.env(),
            "URL": server.url,
            "SLURM_JWT": server.token(server.user),
            "PYTHONPATH": str(CHECKOUT / "contrib" / "client"),
        },
        cwd=server.jobs,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(printed, done.stdout), done.stdout
