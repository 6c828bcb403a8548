"""v0.0.35 against the slurmrestd that had it, Slurm 20.02's: two clusters with the same jobs.

Ours is on this machine's release: restd-inet is not built for 20.02. What is a cluster's or a release's own
is compared by its type alone. Needs the chroot of 20.02 (see contrib/scaleout).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lacking
import pytest
from ask import answers, differences, ours, request
from cluster.cluster import SCALEOUT, short_dir
from cluster.conftest import running, watched

#: Where scaleout builds them; a test is not to wait for that.
CHROOTS = os.environ.get("SCALEOUT_CHROOTS", "/var/tmp/scaleout-chroots")
#: sbatch's options by the name of the job; all of them wait.
JOBS = {
    "plain": "-n1",
    "limits": "-t 10 --time-min=5 --mem-per-cpu=20 -n2 -c2",
    "nodes": "-N2 -w host1,host2 --mem=50 --nice=50",
    "excluded": "-x host2 --exclusive --contiguous",
    "texts": "--comment=words -A research --wckey=paper --qos=high -C fast -L matlab:1",
    "files": "-o out.%j -e err.%j -i /dev/null -D /tmp",
    "gres": "--gres=gpu:1 --no-requeue --mail-type=END",
    "array": "--array=1-9%2",
    "later": "--begin=now+1hour --dependency=singleton",
}
#: What is the cluster's or the release's own, or goes on.
OWN = re.compile(
    r"\[\]\.(job_id|array_job_id|\w+_time|last_sched_evaluation|command|current_working_directory|priority"
    r"|association_id|user_id|group_id|batch_host|std\w*|standard_\w+|state_\w+|dependency|flags|tres_per_node)"
    r"|nodes\.\w+\.(boot_time|slurmd_start_time|\w+_load|free_memory|port|slurmd_version|operating_system"
    r"|architecture|reason_changed_at|state|boards|weight)"
    r"|statistics\.\w+|ping.*"
)
#: Where both differ on purpose, and why.
REASONS = {
    "[].nodes": "the number of nodes stood in the place of their list",
    "[].cpus_per_task": "slurmctld of 20.02 says nothing where nothing was asked for",
    "[].node_count": "their number, which is no more in that place",
    "nodes.*.comment": "20.02 has no comment of a node",
    "nodes.*.reason_set_by_user": "null where nobody did, which is an empty text there",
    "partitions.*.default_time_limit": "the default memory stood in its place",
    "partitions.*.preemption_mode": "the bits of NO_VAL16, which is nothing said",
}


@pytest.fixture(scope="module")
def clusters(reachable: Any) -> Iterator[tuple[Any, str]]:
    """Ours, and the directory of that with 20.02; both with the jobs."""
    if os.geteuid() != 0:
        pytest.skip(lacking.OTHER_USERS)
    if not Path(CHROOTS, "20.02", "etc", "scaleout-packages").exists():
        pytest.skip(lacking.chroot("20.02"))
    directory = short_dir()
    up = [sys.executable, str(SCALEOUT), "up", "--dir", directory, "--slurm", "20.02", "--nodes", "2"]
    with watched(directory):
        try:
            done = subprocess.run(up, capture_output=True, text=True, timeout=230)
            assert done.returncode == 0, done.stdout + done.stderr
            lines = [f"sbatch -H -J {name} {options} --wrap='sleep 1'" for name, options in JOBS.items()]
            there(directory, "\n".join(lines))
            with running(reachable, "--nodes", "2") as cluster:
                submitted = cluster.shell("\n".join(lines))
                assert submitted.returncode == 0, submitted.stderr
                yield cluster, directory
        finally:
            subprocess.run([sys.executable, str(SCALEOUT), "down", "--dir", directory], capture_output=True)


def there(directory: str, command: str, asked: str = "") -> bytes:
    """What a command of the ordinary user prints on the cluster with 20.02."""
    shell = [sys.executable, str(SCALEOUT), "shell", "--dir", directory, "-c", f"set -e\n{command}"]
    done = subprocess.run(shell, input=asked.encode(), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def bodies(clusters: tuple[Any, str], what: str) -> tuple[Any, Any]:
    """Ours and slurmrestd's; jobs by their names."""
    cluster, directory = clusters
    target = f"/slurm/v0.0.35/{what}"
    ((status, mine),) = ours(cluster, request("GET", target))
    # It wants no Content-Type.
    output = there(directory, "cat | slurmrestd", f"GET {target} HTTP/1.1\r\n\r\n")
    (their_status, other), *_ = answers(output)
    assert status == their_status == 200
    if other is None:
        other = json.loads(output.partition(b"\r\n\r\n")[2])
    if what == "jobs":
        return tuple(sorted(found, key=lambda job: str(job["name"])) for found in (mine, other))  # type: ignore
    return mine, other


@pytest.mark.parametrize("what", ["jobs", "nodes", "partitions", "diag"])
def test_every_answer_is_the_first_slurmrestd_s(clusters: Any, what: str) -> None:
    mine, other = bodies(clusters, what)
    found = {
        re.sub(r"^(nodes|partitions)\.\w+", r"\1.*", path): (one, two)
        for path, one, two in differences(mine, other, OWN)
    }
    assert {path: both for path, both in found.items() if path not in REASONS} == {}
    own = {path for path in REASONS if path.startswith("[]" if what == "jobs" else f"{what}.")}
    assert own <= set(found), "these do not differ any more"
