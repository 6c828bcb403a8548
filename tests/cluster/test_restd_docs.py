"""The recipes of docs/accounting-reports.md, run by an administrator as they stand."""

import re

import lacking
import pytest

from .cluster import CHECKOUT
from .typed import as_root, ask, output

pytestmark = as_root
TEXT = (CHECKOUT / "docs" / "accounting-reports.md").read_text()
RECIPES = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)


def test_there_are_recipes():
    assert len(RECIPES) >= 4


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_does_what_it_says(cluster, recipe):
    if cluster.shell("command -v jq").returncode:
        pytest.skip(lacking.program("jq"))
    level = re.search(
        r"^SlurmctldDebug +=  *(\S+)", output(cluster, "scontrol", "show", "config"), re.MULTILINE
    )[1]
    try:
        done = cluster.shell(f"set -e -o pipefail\n{recipe}", user="pebbles")
        assert (done.returncode, done.stderr) == (0, b""), done.stderr
    finally:
        change = {"level": level, "flags": "-Backfill"}
        assert ask(cluster, "POST", "/restd/latest/debug", change, user="root").status == 200


def test_every_path_of_the_page_is_served(cluster):
    """Its tables have a method and a path, or the name of a report."""
    paths = re.findall(r"`(GET|DELETE|POST) ([a-z_/]+)`", TEXT)
    paths += [
        ("GET", f"reports/{name}") for name in re.findall(r"^\| `([a-z]+-[a-z-]+)` \|", TEXT, re.MULTILINE)
    ]
    assert len(paths) > 15
    for method, path in paths:
        answer = ask(cluster, "OPTIONS", f"/restd/latest/{path}")
        assert method in answer.headers["allow"].split(", "), path
