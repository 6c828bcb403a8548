"""/restd/<version>/topology on a real cluster of switches: scontrol show topology is the oracle."""

from pathlib import Path

import lacking
import pytest

from .conftest import running
from .typed import as_root, ask, output

pytestmark = as_root
BASE = "/restd/v0.0.44/topology"
SWITCHES = """\
SwitchName=leaf1 Nodes=host[1-2]
SwitchName=leaf2 Nodes=host[3-4]
SwitchName=top Switches=leaf[1-2]
"""


@pytest.fixture(scope="module")
def cluster(reachable):
    """One with topology/tree, which wants its file before slurmctld starts."""
    with running(reachable, "--nodes", "4", "--no-accounting") as started:
        started.stop("slurmctld")
        conf = Path(started.conf)
        (conf.parent / "topology.conf").write_text(SWITCHES)
        with conf.open("a") as file:
            file.write("TopologyPlugin=topology/tree\n")
        started.start("slurmctld")
        started.wait(lambda: ask(started, "GET", "/slurm/v0.0.44/diag").status == 200)
        yield started


@pytest.fixture
def readable(cluster):
    """Not libslurm 24.11: its plugins of topologies do not load without the programs of Slurm."""
    answer = ask(cluster, "GET", BASE)
    if (23, 11) <= cluster.slurm < (25, 5):
        assert (answer.status, "cannot read this topology" in answer.text) == (501, True)
        pytest.skip(lacking.slurm("libslurm cannot read topology/tree here", "25.05"))


def test_the_topology_is_scontrol_s(cluster, readable):
    found = ask(cluster, "GET", BASE).json["topology"]
    shown = output(cluster, "scontrol", "show", "topology").splitlines()
    lines = []
    for unit in found:
        assert unit["type"] == "switch"
        line = f"SwitchName={unit['name']} Level={unit['level']} LinkSpeed={unit['link_speed']}"
        line += f" Nodes={unit['nodes']}" if unit["nodes"] else ""
        lines.append(line + (f" Switches={unit['switches']}" if unit["switches"] else ""))
    assert sorted(lines) == sorted(line.strip() for line in shown)
    assert {unit["name"]: unit["level"] for unit in found} == {"leaf1": 0, "leaf2": 0, "top": 1}


def test_fields_lines_and_the_environment(cluster, readable):
    """What the server's environment says of scontrol's lines shortens none of ours."""
    target = f"{BASE}?fields=name,nodes,level"
    answer = ask(cluster, "GET", target, None, "Accept: text/csv", env={"SLURM_TOPO_LEN": "10"})
    rows = sorted(answer.text.split("\r\n"))
    assert {"leaf1,host[1-2],0", "leaf2,host[3-4],0", "name,nodes,level"} <= {
        row.replace('"', "") for row in rows
    }


@pytest.mark.parametrize("name", ["nothing", "%27", "x" * 3000, "%0a"])
def test_a_topology_that_is_not_there(cluster, name):
    """Only newer releases have several."""
    answer = ask(cluster, "GET", f"{BASE}?name={name}")
    if cluster.slurm < (25, 5):
        assert (answer.status, "25.05" in answer.text) == (501, True)
    else:
        assert answer.status in (200, 400, 404, 422), answer.text
