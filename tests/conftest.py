"""For every test: which are run, a limit of its time, SCALEOUT_SLURM=24.11 pytest ..., a plugin.

`pytest` alone runs what needs no cluster, with few examples; a directory that is named is run whole, and
`make test` (tests/matrix.py) names all and has many examples.

All of pytest goes to that release's chroot, as root: it finds that release's programs and libslurm where it
always looks, and restd-inet built for them. contrib/scaleout builds and keeps the chroots.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import spawning
from places import CHECKOUT, SCALEOUT, TESTS

spawning.install()

# No seconds of performance: the machine may be busy.
PATIENT = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("few", max_examples=20, **PATIENT)
hypothesis.settings.register_profile("many", max_examples=100, **PATIENT)
hypothesis.settings.load_profile("few")

#: What needs a cluster, or programs of npm.
NEEDS_MORE = {
    TESTS / name
    for name in ("clients", "cluster", "oracle", "soak", "security/test_smuggling.py", "openapi/test_lint.py")
}

#: Seconds for a test, as many before it and after it for its fixtures: what needs more hangs.
LIMIT = 240


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
    # A worker of xdist has the same configuration, and no workers of its own.
    alone = not hasattr(config, "workerinput") and getattr(config.option, "numprocesses", 0) is None
    if alone and bare(config) and not config.option.usepdb:
        config.option.numprocesses = len(os.sched_getaffinity(0))
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


def bare(config: pytest.Config) -> bool:
    """Is it `pytest` without a path?"""
    return config.args_source is not pytest.Config.ArgsSource.ARGS


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if collection_path in NEEDS_MORE and bare(config) else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from parallel import FileByFile

    return FileByFile(config, log)


def limited() -> Generator[None]:
    """The test fails where it hangs, and what it started is ended as after any other failure."""
    previous = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def too_long(number: int, frame: object) -> None:
    # No Exception, which a loop that waits for something may catch.
    pytest.fail(f"no end after {LIMIT} s")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    yield from limited()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    yield from limited()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    yield from limited()


@pytest.fixture(scope="session")
def plugin() -> Generator[Path]:
    """The directory where contrib/plugin is installed, as users install it; every user may go there."""
    with tempfile.TemporaryDirectory(prefix="plugin-") as where:
        os.chmod(where, 0o755)
        copy, target = Path(where, "source"), Path(where, "target")
        shutil.copytree(CHECKOUT / "contrib" / "plugin", copy)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(target), str(copy)]
        done = subprocess.run([*pip, *options], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        yield target
