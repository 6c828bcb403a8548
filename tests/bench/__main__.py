"""make bench: restd-inet and the real slurmrestd side by side, on one cluster, in some ten minutes.

`python -m tests.bench PART...` measures some parts only, of: cold, keep, lists, connections, past; and scale,
which is not among them by default, since it takes half an hour. `scaleout chroot --slurm 26.05 -- python -m
tests.bench lists` is for another release. Each figure is the median of alternating runs, the ratio ours over
slurmrestd's. No figure is a test: the machine's other work shows in both columns, and only the ratio means
something. One whose runs differ by more than report.SPREAD is marked: it means nothing. The tables that it
prints are those of README.md, contrib/README.md and docs/performance.md.
"""

import os
import shutil
import subprocess
import sys
import time

from tests.bench import scale
from tests.bench.listeners import table
from tests.bench.measure import Bench, progress
from tests.bench.report import Row, report
from tests.cluster.cluster import Cluster, missing_programs, reachable_bin, short_dir

#: In the queue, one number after the other, with so many runs each.
JOBS = {5000: 5, 20000: 3}
#: slurmrestd takes long for more.
MOST_IN_YAML = 5000
#: In the accounting database. slurmrestd 22.05 takes half a minute for them: one run each, and none before.
PAST_JOBS = 5000
PAST_RUNS = 1
COLD_RUNS = 60
EXCHANGES = 900
PARTS = ("cold", "keep", "lists", "connections", "past")


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
            report(bench.title, run(bench, parts))
            if "connections" in parts:
                progress("listeners: some minutes")
                table(bench)
            cluster.down()
        if "past" in parts:  # a database without the queue's jobs
            cluster.up("--nodes", "2")
            bench = Bench(cluster)
            report(bench.title, run_past(bench))
        machine()
        print(f"\n{(time.monotonic() - began) / 60:.0f} minutes. Next: these tables in README.md and docs/.")
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
    """The rows of the queue's parts."""
    rows = []
    if "cold" in parts:
        progress(f"cold ping through a pipe, {COLD_RUNS} runs each")
        cold = bench.alternate(COLD_RUNS, bench.cold_ping)
        rows.append(row("cold `ping` through a pipe", "ms", cold, lambda run: run[0] * 1000))
    if "keep" in parts:
        progress(f"one keep-alive pipe, {EXCHANGES} exchanges each")
        rates = bench.alternate(5, lambda program: bench.keep_alive(program, EXCHANGES))
        rows.append(row("`ping` over one keep-alive pipe", "/s", rates, lambda run: run[0]))
    there = 0
    for jobs, runs in JOBS.items() if "lists" in parts else ():
        progress(f"submitting {jobs - there} jobs")
        bench.fill(jobs - there)
        there = jobs
        progress(f"GET jobs, {runs} runs each")
        rows += lists(f"`jobs`, {jobs:,} in the queue", bench.alternate(runs, bench.list_jobs))
        if jobs <= MOST_IN_YAML:
            yaml = bench.alternate(runs, bench.list_in_yaml)
            rows.append(row(f"`jobs` in YAML, {jobs:,}", "s", yaml, lambda run: run[0]))
        rows += lists(f"100 of my `jobs`, two fields, {jobs:,}", bench.alternate(runs, bench.list_some))
    return rows


def run_past(bench):
    """The same of jobs in the accounting database."""
    progress(f"{PAST_JOBS} jobs in the accounting database, {PAST_RUNS} run each")
    bench.remember(PAST_JOBS)
    runs = bench.alternate(PAST_RUNS, bench.list_past, warm=0)
    return lists(f"accounting `jobs`, {PAST_JOBS:,}", runs)


def lists(what, runs):
    return [
        row(what, "s", runs, lambda run: run[0]),
        # The rest of the time is that of slurmctld or slurmdbd, and of other processes of the machine.
        row("its own processor time of that", "s", runs, lambda run: run[3]),
        row("peak memory of that", "MB", runs, lambda run: run[1] / 1000),
        row("size of that answer", "MB", runs, lambda run: run[2] / 1e6),
    ]


def row(what, unit, runs, value):
    return Row(what, unit, {program: map(value, figures) for program, figures in runs.items()})


if __name__ == "__main__":
    main()
