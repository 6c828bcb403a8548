"""How lists and connections grow: `python -m tests.bench scale`; the table of docs/performance.md."""

import re
import socket
import statistics
import time
from pathlib import Path

from tests.bench.listeners import Listeners, complete, drive, family, memory
from tests.bench.measure import PROGRAMS, Bench, progress
from tests.cluster.serving import until

JOBS = (1_000, 20_000, 200_000)
NODES = 5_000
RUNS = 3
#: slurmrestd is asked for so many jobs at most: for more it takes gigabytes.
MOST_OF_SLURMRESTD = 20_000
IDLE = 1_000
CONNECTIONS = 100_000
LARGE = f"MaxJobCount=250000\nNodeName=far[1-{NODES}] State=CLOUD\n"


def run(cluster):
    conf = Path(cluster.dir).parent / "scale.conf"
    conf.write_text(LARGE)
    cluster.up("--nodes", "2", "--conf", str(conf))
    bench = Bench(cluster)
    there = 0
    rows = []
    for jobs in JOBS:
        progress(f"submitting {jobs - there} jobs")
        bench.fill(jobs - there)
        there = jobs
        rows.append(listed(bench, f"{jobs:,} jobs", "jobs", jobs <= MOST_OF_SLURMRESTD))
    rows.append(listed(bench, f"{NODES:,} nodes", "nodes", True))
    print(f"\n| {bench.title} | restd-inet | slurmrestd | answer |\n| --- | --- | --- | --- |")
    print("\n".join(rows), flush=True)
    listeners = Listeners(cluster, 1)
    idle(listeners)
    lasting(listeners)
    cluster.down()


def listed(bench, what, path, both):
    """A row: seconds and memory of each program, and the size of restd-inet's answer."""
    cells, sizes = [], []
    for program in PROGRAMS if both else PROGRAMS[:1]:
        progress(f"{what}, {RUNS} runs of {program}")
        runs = [bench.once(program, path) for _ in range(RUNS)]
        seconds, kilobytes, size, _ = (statistics.median(column) for column in zip(*runs, strict=True))
        cells.append(f"{seconds:.2f} s, {kilobytes / 1000:,.0f} MB")
        sizes.append(size)
    return f"| {what} | {' | '.join([*cells, *['not asked'] * (2 - len(cells))])} | {sizes[0] / 1e6:.1f} MB |"


def idle(listeners):
    """Memory of connections that are kept and say nothing."""
    with listeners.listen("restd-inet", "--max-connections", "2000", "--max-per-source", "2000") as (_, port):
        request = listeners.request("restd-inet", "ping", True)
        before = sum(map(memory, family(listeners.pid)))
        clients = []
        for _ in range(IDLE):
            client = socket.create_connection(("127.0.0.1", port), timeout=60)
            client.sendall(request)
            answer = b""
            while not complete(answer):
                answer += client.recv(65536)
            clients.append(client)
        each = (sum(map(memory, family(listeners.pid))) - before) / IDLE
        print(f"\n{IDLE} idle connections: {each:.2f} MB each, of its own", flush=True)
        for client in clients:
            client.close()


def lasting(listeners):
    """Memory of the warm process before and after many connections."""
    with listeners.listen("restd-inet", "--connections-per-process", "1000") as (_, port):
        data = listeners.request("restd-inet", "ping", False)
        server = family(listeners.pid)[1]
        for done in (CONNECTIONS // 10, CONNECTIONS):
            began = time.monotonic()
            _, failed, _ = drive(port, data, False, 8, 3600, done)
            until(lambda: accepts_idle(server), "end of the connections")
            how = f"{time.monotonic() - began:.0f} s, {failed} failed"
            print(
                f"after {done} more connections ({how}): {resident(server)} kB of the warm process",
                flush=True,
            )


def accepts_idle(pid):
    return len(family(pid)) <= 16


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])
