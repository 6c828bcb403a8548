"""make soak: 50,000 requests over 30 clients, slurmctld restarted twice."""

import shutil
import sys
import tempfile
import time

from tests.cluster.cluster import Cluster, missing_programs, reachable_bin, short_dir
from tests.soak.soak import CLIENTS, CONF, Soak

REQUESTS = 50_000
RESTARTS = 2


def progress(text, passing=False):
    """passing: the next line may take its place; it is for a terminal only."""
    if sys.stdout.isatty():
        print(f"\r==> {text}\x1b[K", end="" if passing else "\n", flush=True)
    elif not passing:
        print(f"==> {text}", flush=True)


def main():
    missing = missing_programs()
    if missing:
        sys.exit(f"make soak needs {missing}; type: contrib/packages")
    directory = short_dir()
    cluster = Cluster(directory, reachable_bin(directory))
    progress(f"a cluster in {cluster.dir}")
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
            conf.write(CONF)
            conf.flush()
            cluster.up("--nodes", "2", "--no-accounting", "--conf", conf.name)
        began = time.monotonic()
        progress(f"{REQUESTS} requests by {CLIENTS} clients: some minutes")
        Soak(cluster, REQUESTS, RESTARTS, progress).run()
        progress(f"nothing was lost, mixed up or leaked in {time.monotonic() - began:.0f} s")
    finally:
        cluster.down()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
