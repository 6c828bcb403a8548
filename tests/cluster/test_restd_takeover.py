"""/restd/<version>/takeover with a backup slurmctld: scontrol ping says who is in control."""

import pytest

from .conftest import running
from .typed import as_root, ask, output

pytestmark = as_root
BASE = "/restd/v0.0.44"
#: Hosts are known by their names: this one is 127.0.0.2. libslurm asks again in parts of the timeout.
CONF = "SlurmctldHost=2130706434(127.0.0.2)\nCommunicationParameters=NoCtldInAddrAny\nSlurmctldTimeout=10\n"


@pytest.fixture
def cluster(reachable, tmp_path):
    """One with a backup that waits."""
    (tmp_path / "more.conf").write_text(CONF)
    options = ("--nodes", "1", "--no-accounting", "--conf", str(tmp_path / "more.conf"))
    with running(reachable, *options) as started:
        started.start("backup")
        yield started


def controllers(cluster):
    """The states of the primary and of the backup."""
    shown = cluster.shell("scontrol ping", user="root").stdout.decode()
    return [line.split()[-1] for line in shown.splitlines() if line.startswith("Slurmctld(")]


def log(cluster, daemon):
    with open(f"{cluster.dir}/log/{daemon}.log", encoding="utf-8") as file:
        return file.read()


def test_a_backup_takes_control_as_by_scontrol(cluster):
    job = cluster.submit("--hold", "--wrap=:")
    assert controllers(cluster) == ["UP", "UP"]
    assert ask(cluster, "POST", f"{BASE}/takeover", user="fred").status == 403
    assert ask(cluster, "POST", f"{BASE}/takeover?backup=2", user="root").status == 400
    assert "background RPC: REQUEST_TAKEOVER" not in log(cluster, "backup")
    answer = ask(cluster, "POST", f"{BASE}/takeover?backup=1", user="root")
    assert answer.status == 200, answer.text
    cluster.wait(lambda: controllers(cluster) == ["DOWN", "UP"])
    # The backup answers now, and knows the job.
    cluster.wait(lambda: ask(cluster, "GET", f"{BASE}/jobs?job_id={job}", user="fred").status == 200)
    assert ask(cluster, "GET", f"{BASE}/jobs?job_id={job}", user="fred").json["jobs"][0]["job_id"] == job
    # The primary comes back; the command does the same.
    cluster.start("slurmctld")
    cluster.wait(lambda: controllers(cluster) == ["UP", "UP"])
    output(cluster, "scontrol", "takeover", "1", user="root")
    cluster.wait(lambda: controllers(cluster) == ["DOWN", "UP"])
    assert log(cluster, "backup").count("background RPC: REQUEST_TAKEOVER") == 2
