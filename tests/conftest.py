"""SCALEOUT_SLURM=24.11 pytest ...: the same tests on another release of Slurm, in its chroot.

All of pytest goes there, as root: it finds that release's programs and libslurm where it always looks, and
restd-inet built for them. contrib/scaleout builds and keeps the chroots.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCALEOUT = Path(__file__).resolve().parents[1] / "contrib" / "scaleout" / "scaleout"


def installed() -> str:
    """The release of the Slurm that is installed here."""
    slurmctld = shutil.which("slurmctld", path="/usr/local/sbin:/usr/sbin")
    if slurmctld is None:
        return ""
    version = subprocess.run([slurmctld, "-V"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\b(\d+\.\d+)\.\d+", version)
    return found[1] if found else ""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    release = os.environ.get("SCALEOUT_SLURM")
    if not release or release == installed():
        return
    arguments = config.invocation_params.args
    command = [
        sys.executable,
        str(SCALEOUT),
        "chroot",
        "--slurm",
        release,
        "--",
        "pytest",
        *map(str, arguments),
    ]
    sys.stdout.flush()
    os.execv(command[0], command)
