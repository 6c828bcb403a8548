"""make bench: restd-inet and the real slurmrestd side by side, on one cluster, in some ten minutes.

`python -m tests.bench PART...` measures some parts only, of: cold, keep, lists, connections, past; and scale,
which is not among them by default, since it takes half an hour. `scaleout chroot --slurm 26.05 -- python -m
tests.bench lists` is for another release. Each figure is the median of alternating runs, the ratio ours over
slurmrestd's. No figure is a test: the machine's other work shows in both columns, and only the ratio means
something. One whose runs differ by more than SPREAD is marked: it means nothing.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time

from tests.bench import scale
from tests.bench.listeners import table
from tests.bench.measure import PROGRAMS, Bench, progress
from tests.cluster.cluster import Cluster, missing_programs, reachable_bin, short_dir

#: In the queue, one number after the other, with so many runs each.
JOBS = {5000: 5, 20000: 3}
#: In the accounting database. slurmrestd 22.05 takes half a minute for them: one run each, and none before.
PAST_JOBS = 5000
PAST_RUNS = 1
COLD_RUNS = 60
EXCHANGES = 900
PARTS = ("cold", "keep", "lists", "connections", "past")
#: Half of the distance between the quartiles, in proportion to the median.
SPREAD = 0.15


def main():
    parts = sys.argv[1:] or PARTS
    if unknown := set(parts) - {*PARTS, "scale"}:
        sys.exit(f"expected some of: {', '.join(PARTS)}, scale; found {', '.join(unknown)}")
    missing = missing_programs()
    if missing or not shutil.which("slurmrestd", path="/usr/sbin:/usr/bin"):
        sys.exit(f"make bench needs {missing or 'slurmrestd'}; type: contrib/packages")
    began = time.monotonic()
    machine()
    directory = short_dir()
    cluster = Cluster(directory, reachable_bin(directory))
    progress(f"a cluster in {cluster.dir}")
    try:
        # With accounting: without it, slurmrestd 22.05 does not start.
        if "scale" in parts:
            scale.run(cluster)
        if set(parts) & {"cold", "keep", "lists", "connections"}:
            cluster.up("--nodes", "2")
            bench = Bench(cluster)
            report(run(bench, parts))
            if "connections" in parts:
                progress("listeners: some minutes")
                table(cluster)
            cluster.down()
        if "past" in parts:  # a database without the queue's jobs
            cluster.up("--nodes", "2")
            report(run_past(Bench(cluster)))
        machine()
        print(f"\n{(time.monotonic() - began) / 60:.0f} minutes. Next: README.md and docs/performance.md.")
    finally:
        cluster.down()
        shutil.rmtree(directory, ignore_errors=True)


def machine():
    """Prints how busy the machine is, and with what."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} processors, load {load}; busiest:")
    shown = subprocess.run(
        ["ps", "-eo", "pcpu,comm", "--sort=-pcpu", "--no-headers"],
        capture_output=True,
        text=True,
        check=False,
    )
    print("".join(f"  {line}\n" for line in shown.stdout.splitlines()[:5]), end="", flush=True)


def run(bench, parts):
    """The rows of the queue's parts: what, its unit, and the figures of each program."""
    rows = []
    if "cold" in parts:
        progress(f"cold ping through a pipe, {COLD_RUNS} runs each")
        cold = bench.alternate(COLD_RUNS, bench.cold_ping)
        rows.append(row("cold ping through a pipe", "ms", cold, lambda run: run[0] * 1000))
    if "keep" in parts:
        progress(f"one keep-alive pipe, {EXCHANGES} exchanges each")
        rates = bench.alternate(5, lambda program: bench.keep_alive(program, EXCHANGES))
        rows.append(row("one keep-alive pipe, ping", "requests/s", rates, lambda run: run[0]))
    there = 0
    for jobs, runs in JOBS.items() if "lists" in parts else ():
        progress(f"submitting {jobs - there} jobs")
        bench.fill(jobs - there)
        there = jobs
        progress(f"GET jobs, {runs} runs each")
        rows += lists(f"GET jobs, {jobs} jobs", bench.alternate(runs, bench.list_jobs))
    return rows


def run_past(bench):
    """The same of jobs in the accounting database."""
    progress(f"{PAST_JOBS} jobs in the accounting database, {PAST_RUNS} run each")
    bench.remember(PAST_JOBS)
    return lists(f"GET past jobs, {PAST_JOBS} jobs", bench.alternate(PAST_RUNS, bench.list_past, warm=0))


def lists(what, runs):
    return [
        row(what, "s", runs, lambda run: run[0]),
        row("  peak memory", "MB", runs, lambda run: run[1] / 1000),
        row("  size of the answer", "MB", runs, lambda run: run[2] / 1e6),
    ]


def row(what, unit, runs, value):
    return what, unit, [list(map(value, runs[program])) for program in PROGRAMS]


def spread(figures):
    """Half of the distance between the quartiles, in proportion to the median; of few figures all of it."""
    if len(figures) < 2:
        return 0.0
    low, _, high = statistics.quantiles(figures, n=4) if len(figures) > 3 else (min(figures), 0, max(figures))
    return (high - low) / 2 / statistics.median(figures)


def report(rows):
    print(f"\n{'':34}{'':12}{'restd-inet':>12}{'slurmrestd':>12}{'ratio':>8}")
    for what, unit, figures in rows:
        ours, theirs = map(statistics.median, figures)
        widest = max(map(spread, figures))
        doubt = f"  NOT RELIABLE: the runs differ by {widest:.0%}" if widest > SPREAD else ""
        print(f"{what:34}{unit:12}{ours:12.3g}{theirs:12.3g}{ours / theirs:8.3f}{doubt}")


if __name__ == "__main__":
    main()
