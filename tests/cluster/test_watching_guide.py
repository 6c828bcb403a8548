"""docs/watching.md: its programs are run as they stand there."""

import re
import shutil
import subprocess
import sys
import threading

import lacking
import pytest
from browser import PROGRAM, chromium

from .cluster import CHECKOUT
from .serving import jwt_listening
from .test_restd_watch import portal
from .typed import no_jobs_left  # noqa: F401

TEXT = (CHECKOUT / "docs" / "watching.md").read_text()


def blocks(language):
    found = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found
    return found


@pytest.fixture
def guide(cluster, tmp_path):
    """What the page takes for granted."""
    with jwt_listening(cluster, tmp_path) as port:
        yield {"URL": f"http://localhost:{port}", "SLURM_JWT": cluster.token()}


@pytest.mark.parametrize("number", range(len(blocks("sh"))))
def test_the_shell_s(cluster, guide, number):
    if not shutil.which("jq"):
        pytest.skip(lacking.program("jq"))
    job = cluster.submit("--hold", "--wrap=sleep 1")
    later = threading.Timer(3, cluster.shell, [f"scontrol release {job}"])
    later.start()
    text = blocks("sh")[number]
    done = cluster.shell(text, env={**guide, "JOB": str(job)})
    later.join()
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode().strip()
    if "head -n 1" in text:
        assert re.fullmatch(rf"{job} (RUNNING|COMPLETED|PENDING)", said)
    elif "until=COMPLETED" in text:
        assert said == '[true,"COMPLETED"]'
    else:
        assert said == "200"


def test_python_s(cluster, guide):
    pytest.importorskip("httpx_sse", reason=lacking.python_package("httpx-sse"))
    cluster.submit("--hold", "--wrap=true")
    (text,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", text], env={**cluster.env(), **guide}, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.fullmatch(rb"[1-9]\d* jobs\n", done.stdout)


@pytest.mark.skipif(PROGRAM is None, reason=lacking.program("chromium"))
def test_the_browser_s(cluster, guide):
    cluster.submit("--hold", "--wrap=true")
    source, fetch = blocks("js")
    port = int(guide["URL"].rpartition(":")[2])
    with portal(port, guide["SLURM_JWT"]) as (front, _), chromium(timeout=60) as page:
        page.open(f"http://127.0.0.1:{front}/openapi")
        page.value(source.replace("const ", "var ") + "; 0")
        page.wait("jobs.size > 0 && [...jobs.values()].every(job => job.job_state)")
        names = f'const URL = "", SLURM_JWT = "{guide["SLURM_JWT"]}";'
        found = page.value(f"(async () => {{ {names} {fetch}; return 'synced'; }})()")
        assert found == "synced"
