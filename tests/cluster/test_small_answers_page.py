"""The recipes of docs/small-answers.md, run as they stand."""

import re
import shutil

import lacking
import pytest

from .cluster import CHECKOUT
from .serving import jwt_listening
from .typed import no_jobs_left

__all__ = ["no_jobs_left"]

TEXT = (CHECKOUT / "docs" / "small-answers.md").read_text()
RECIPES = re.findall(r"^```(sh|python)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
#: What each prints.
PRINTED = (
    r'(?s)\{.*"job_id": ?\d+.*\[.*"name": "PENDING",\s+"count": 1.*',
    r"(?s)job_id,name,job_state,time_limit\r\n.*\d+,wrap,PENDING,\S*\r\n.*\w\n",
    r"(?s).*\d+ PENDING\n",
    r"304\n",
)


def test_every_recipe_is_tried():
    assert len(RECIPES) == len(PRINTED)


@pytest.mark.parametrize("number", range(len(RECIPES)))
def test_a_recipe_does_what_it_says(cluster, tmp_path, number):
    language, text = RECIPES[number]
    if not shutil.which("jq") or not shutil.which("curl"):
        pytest.skip(lacking.program("jq or curl", "jq curl"))
    cluster.submit("--hold", "--wrap=true")
    if language == "python":
        pytest.importorskip("requests", reason=lacking.python_package("requests"))
        text = f"python3 - <<'END'\n{text}END\n"
    with jwt_listening(cluster, tmp_path) as port:
        env = {"URL": f"http://localhost:{port}", "SLURM_JWT": cluster.token()}
        done = cluster.shell(f"set -e -o pipefail\ncd $(mktemp -d)\n{text}", env=env)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(PRINTED[number], done.stdout.decode()), done.stdout
