"""docs/submitting-safely.md: its recipes, run as they stand."""

import json
import re

import pytest

from .cluster import CHECKOUT
from .serving import get, jwt_listening
from .typed import described, no_jobs_left, output

__all__ = ["no_jobs_left"]

PAGE = (CHECKOUT / "docs" / "submitting-safely.md").read_text()
RECIPES = {"sh": "sh", "python": "python3"}


@pytest.mark.parametrize("language", RECIPES)
def test_a_recipe_submits_one_job_though_the_first_answers_are_lost(cluster, tmp_path, language):
    (recipe,) = re.findall(rf"^```{language}\n(.+?)^```", PAGE, re.MULTILINE | re.DOTALL)
    name = f"recipe-{language}"
    body = json.dumps({"job": described(hold=True, name=name), "script": "#!/bin/sh\n"})
    where = output(cluster, "mktemp", "--directory", "--tmpdir=/tmp", "restd-recipe-XXXXXX").strip()
    with jwt_listening(cluster, tmp_path, "--state-directory", f"{where}/state") as port:
        assert get(port, "/readyz")[0] == 200
        env = {
            "URL": f"http://localhost:{port}",
            "SLURM_JWT": cluster.token(),
            "RECIPE": recipe,
            "BODY": body,
        }
        # The first answers are 503: slurmctld is not there.
        cluster.stop("slurmctld")
        try:
            line = f'cd {where}; echo "$BODY" > job.json; echo "$RECIPE" > recipe'
            line = f"{line}; {RECIPES[language]} recipe job.json"
            done = cluster.shell(f"({line}) > {where}/out 2>&1 & echo $! > {where}/pid", env=env)
            assert done.returncode == 0, done.stderr
            cluster.wait(lambda: "503" in (tmp_path / "log").read_text())
        finally:
            cluster.start("slurmctld")
        cluster.shell(f"tail --pid=$(cat {where}/pid) -f /dev/null", timeout=100)
    text = output(cluster, "cat", f"{where}/out")
    lines = output(cluster, "squeue", "--noheader", "--format=%A", f"--name={name}").split()
    assert len(lines) == 1, text
    assert lines[0] in text
    cluster.shell(f"rm -r {where}")
