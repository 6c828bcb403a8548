"""The pictures of the front page in docs/images, of a cluster of its own: make screenshots.

SCREENSHOTS_CLUSTER=DIR takes one that runs already, with the jobs that it has.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from browser import chromium
from cluster.cluster import CHECKOUT, SYSTEM_PATH, Cluster, identity, reachable_bin, short_dir
from cluster.serving import accepts, free_port, running, until

IMAGES = CHECKOUT / "docs" / "images"
#: File → width, height and colours of the window.
PICTURES = {"front-page": (1280, 900, "light"), "front-page-phone": (390, 844, "dark")}
CONF = """\
PartitionName=gpu Nodes=host1 MaxTime=1-00:00:00 State=UP
PartitionName=maint Nodes=host[20-24] State=DRAIN
"""
#: User and what sbatch gets.
JOBS = [
    *(("fred", f"-J relax-{number} -c 4 --mem=300 -t 60") for number in range(1, 7)),
    *(("pebbles", f"-J train-{number} -c 8 --mem=700 -t 720 -w host{number + 1}") for number in range(1, 4)),
    ("fred", "-J gpu-bench -p gpu --gres=gpu:1 -c 2 -t 120"),
    ("pebbles", "-J md-ensemble -N 4 -n 32 --mem-per-cpu=60 -t 300"),
    ("fred", "-J sweep --array=1-40%6 -c 2 -t 30"),
    ("fred", "-J whole-cluster -N 24 -c 8 -t 600"),
    ("pebbles", "-J after-lunch --begin=now+2hours -t 600"),
]


@contextlib.contextmanager
def clusters(bin_dir):
    """A cluster with jobs."""
    if found := os.environ.get("SCREENSHOTS_CLUSTER"):
        yield Cluster(found, bin_dir)
        return
    cluster = Cluster(short_dir(), bin_dir)
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write(CONF)
        conf.flush()
        try:
            cluster.up("--nodes", "24", "--conf", conf.name)
            for user, words in JOBS:
                cluster.submit("-o", "/dev/null", *words.split(), "--wrap=sleep 3600", user=user)
            cluster.submit("-o", "/dev/null", "-J", "converge", "--wrap=exit 3")
            drain = ["scontrol", "update", "nodename=host[18-19]", "state=drain", "reason=disk"]
            subprocess.run(drain, check=True, env={"PATH": SYSTEM_PATH, "SLURM_CONF": cluster.conf})
            until(lambda: cluster.shell("squeue -h -t R | wc -l").stdout.strip() == b"17", "running jobs")
            yield cluster
        finally:
            cluster.down()


def main():
    with tempfile.TemporaryDirectory(dir="/tmp") as where, contextlib.ExitStack() as stack:
        os.chmod(where, 0o755)
        cluster = stack.enter_context(clusters(reachable_bin(where)))
        port = free_port()
        options = {"env": cluster.env(), "cwd": "/", **identity(cluster.user)}
        command = [f"{cluster.bin}/restd-inet", "-a", "jwt", f"localhost:{port}"]
        stack.enter_context(running(command, Path(where, "log"), **options))
        until(lambda: accepts(port), "listener")
        page = stack.enter_context(chromium())
        for name, (width, height, scheme) in PICTURES.items():
            page.window(width, height, scheme)
            page.open(f"http://localhost:{port}/?{name}")
            page.wait(f"location.search == '?{name}' && document.readyState == 'complete'")
            if page.value("!sessionStorage.length"):
                page.wait("document.querySelector('#sign-in button').disabled === false")
                page.type("#token", cluster.token())
                page.click("#sign-in button")
            page.wait("!document.querySelector('#glance').hidden")
            time.sleep(1)  # the bars grow
            IMAGES.mkdir(exist_ok=True)
            page.picture(IMAGES / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
