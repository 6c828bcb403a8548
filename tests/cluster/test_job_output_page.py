"""docs/job-output.md: its recipes, run one after the other as they stand."""

import re
import shutil

import lacking
import pytest

from .cluster import CHECKOUT
from .serving import jwt_listening

PAGE = (CHECKOUT / "docs" / "job-output.md").read_text()
RECIPES = re.findall(r"^```(sh|python)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_recipes_work(cluster, tmp_path):
    if not shutil.which("curl"):
        pytest.skip(lacking.program("curl"))
    assert [kind for kind, _ in RECIPES] == ["sh", "sh", "python"]
    shell = "\n".join(text for kind, text in RECIPES if kind == "sh")
    python = next(text for kind, text in RECIPES if kind == "python")
    with jwt_listening(cluster, tmp_path) as port:
        env = {"URL": f"http://localhost:{port}", "SLURM_JWT": cluster.token()}
        lines = f"set -e; HOME=$(mktemp -d); cd $HOME\n{shell}\nexport JOB\npython3 - <<'PY'\n{python}\nPY\n"
        done = cluster.shell(lines, env=env, timeout=120)
    assert done.returncode == 0, done.stderr
    output, script = b"hello\nthere\n", b"#!/bin/sh\n# This script was created by sbatch --wrap.\n\n"
    lines = done.stdout.decode().splitlines()
    assert lines[:2] == ["hello", "there"]
    assert script.decode() in done.stdout.decode()
    assert "nothing new, and the job has ended" in lines
    assert lines[-3:] == ["there", "hello", "there"]
    assert output.decode() in done.stdout.decode()
