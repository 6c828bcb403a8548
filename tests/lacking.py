"""Why a test is skipped: what is missing, and how to get it. All reasons are made here (a test checks)."""

from __future__ import annotations

import os

import pytest

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: run pytest as root")
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="is about ordinary users: run pytest as one")
OTHER_USERS = "needs several users: run pytest as root"
SPECS = "specs/ was not built: make specs"
WHOLE_FILE = "not all tests of the file ran: run it without -k"


def program(name: str, package: str = "") -> str:
    return f"{name} is not installed: apt-get install {package or name}"


def python_package(name: str) -> str:
    return f"{name} is not installed: pip install '.[test]' (make lint does it)"


def reference(what: str) -> str:
    """Of a developer's checkout."""
    return f"{what} is not here: it lies in ../shared/reference, beside a developer's checkout"


def slurm(why: str, release: str) -> str:
    """What the release of Slurm here lacks, or no longer lacks, and another one that fits."""
    return f"{why}: SCALEOUT_SLURM={release} pytest ... runs it in a chroot of that release"


def chroot(release: str) -> str:
    return f"the chroot of Slurm {release} is not built: contrib/scaleout/scaleout chroot --slurm {release}"


def machine(what: str, way: str) -> str:
    """What is otherwise on this machine, and a way out."""
    return f"{what}: {way}"
