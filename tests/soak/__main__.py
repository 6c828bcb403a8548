"""make soak: 50,000 requests over 30 clients while all that restd-inet relies on fails in turn; then 10,000
of users who share processes (--connections-per-process); then 500 long listings on one connection; then
10,000 requests through HAProxy while two instances are restarted in turn, and one is killed.
`REQUESTS=5000 make soak` is shorter.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time

from tests.cluster.cluster import Cluster, missing_programs, reachable_bin, short_dir
from tests.soak import haproxy
from tests.soak.faults import ALL, DISK_FULL
from tests.soak.listings import Listings
from tests.soak.soak import CLIENTS, CONF, Reused, Soak

REQUESTS = 50_000
OF_REUSED_PROCESSES = 10_000
LISTINGS = 500


def progress(text, passing=False):
    """passing: the next line may take its place; it is for a terminal only."""
    if sys.stdout.isatty():
        print(f"\r==> {text}\x1b[K", end="" if passing else "\n", flush=True)
    elif not passing:
        print(f"==> {text}", flush=True)


def options():
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    requests = int(os.environ.get("REQUESTS") or REQUESTS)
    listings = int(os.environ.get("LISTINGS") or LISTINGS)
    parser.add_argument("--requests", type=int, default=requests)
    parser.add_argument("--listings", type=int, default=listings)
    return parser.parse_args()


def behind_haproxy(cluster, requests):
    if haproxy.PROGRAM is None:
        progress("haproxy is not installed: no instances behind it")
        return
    load, restarts = haproxy.roll(cluster, requests)
    assert not load.failed, load.failed
    assert not load.wrong, load.wrong
    progress(f"{load.count} requests through HAProxy, 0 failed in {restarts} rolling restarts")
    load = haproxy.lose(cluster)
    assert not load.wrong, load.wrong
    assert len(load.failed) <= haproxy.CLIENTS, load.failed
    progress(f"{len(load.failed)} requests lost with an instance that was killed, none answered wrongly")


def main():
    missing = missing_programs()
    if missing:
        sys.exit(f"make soak needs {missing}; type: contrib/packages")
    wanted = options()
    faults = ALL
    if os.geteuid() != 0:
        progress("without root: no disk can be made full")
        faults = [fault for fault in ALL if fault is not DISK_FULL]
    directory = short_dir()
    cluster = Cluster(directory, reachable_bin(directory))
    progress(f"a cluster in {cluster.dir}")
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
            conf.write(CONF)
            conf.flush()
            cluster.up("--nodes", "2", "--conf", conf.name)
        began = time.monotonic()
        progress(f"{wanted.requests} requests by {CLIENTS} clients and {len(faults)} faults: some minutes")
        Soak(cluster, wanted.requests, faults, progress, accounting=True).run()
        progress("processes that serve many connections")
        Reused(cluster, min(wanted.requests, OF_REUSED_PROCESSES), [], progress, accounting=True).run()
        Listings(cluster, wanted.listings, progress).run()
        behind_haproxy(cluster, wanted.requests // 5)
        progress(f"nothing was lost, mixed up or left in {time.monotonic() - began:.0f} s")
    finally:
        cluster.down()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
