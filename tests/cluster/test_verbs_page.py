"""The recipes of docs/verbs.md, run as they stand, but for the port and the names of nodes."""

import re
import shutil

import lacking
import pytest

from .cluster import CHECKOUT
from .serving import jwt_listening, until
from .typed import no_jobs_left, output

__all__ = ["no_jobs_left"]

TEXT = (CHECKOUT / "docs" / "verbs.md").read_text()
RECIPES = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
JOB = "trap '' USR1; srun sleep 60 & wait; wait"
#: What each prints, the first line of jq's or of an answer.
PRINTED = (
    r'\{"job_id":\d+.*"error_code":0.*',
    r'(?s)\{.*"results".*"error_code": ?0.*"results".*"error_code": ?0.*',
    r"(\[\d+,\d+,.*\])?",  # none may wait for its turn
    r'\["\d+\.(batch|0)",.*\]',
    r'\["RUNNING",(\d+(\.\d+)?|null),(\d+(\.\d+)?|null)\]',  # null: not measured so far
)


def test_every_recipe_is_tried():
    assert len(RECIPES) == len(PRINTED)


@pytest.mark.parametrize("number", range(len(RECIPES)))
def test_a_recipe_does_what_it_says(cluster, tmp_path, number):
    if not shutil.which("jq") or not shutil.which("curl"):
        pytest.skip(lacking.program("jq or curl", "jq curl"))
    recipe = RECIPES[number]
    if "priorities" in recipe and "multifactor" not in output(cluster, "scontrol", "show", "config"):
        pytest.skip(lacking.machine("this cluster has PriorityType=priority/basic", "its answer is 501"))
    running = cluster.submit("-o/dev/null", f"--wrap={JOB}")
    cluster.submit("-o/dev/null", "-plong", "--dependency=singleton", "--begin=now+1hour", "--wrap=true")
    until(lambda: output(cluster, "squeue", "--noheader", "--steps", f"--jobs={running}"), "a step")
    with jwt_listening(cluster, tmp_path) as port:
        text = recipe.replace("localhost:6820", f"localhost:{port}").replace("n[1-8]", "host[1-2]")
        done = cluster.shell(
            f"set -e -o pipefail\n{text}", env={"SLURM_JWT": cluster.token(), "job": str(running)}
        )
    assert done.returncode == 0, done.stderr
    assert re.match(PRINTED[number], done.stdout.decode()), done.stdout
