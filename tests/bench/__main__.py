"""make bench: restd-inet and the real slurmrestd side by side, on one cluster, in one run.

`python -m tests.bench lists` leaves the listeners out, and `scaleout chroot --slurm 26.05 -- python -m
tests.bench lists` is for another release. Each figure is the median of alternating runs; the ratio is ours
over slurmrestd's. No figure is a test: the machine's other work shows in both columns, and only the ratio
means something.
"""

import shutil
import statistics
import sys

from tests.bench.listeners import table
from tests.bench.measure import Bench, progress
from tests.cluster.cluster import Cluster, missing_programs, reachable_bin, short_dir

#: In the queue, one number after the other, with so many runs each.
JOBS = {5000: 5, 20000: 2}
#: In the accounting database. slurmrestd 22.05 takes minutes for them: one run each, and none before.
PAST_JOBS = 20000
PAST_RUNS = 1
COLD_RUNS = 40
EXCHANGES = 900


def main():
    missing = missing_programs()
    if missing or not shutil.which("slurmrestd", path="/usr/sbin:/usr/bin"):
        sys.exit(f"make bench needs {missing or 'slurmrestd'}; type: contrib/packages")
    directory = short_dir()
    cluster = Cluster(directory, reachable_bin(directory))
    progress(f"a cluster in {cluster.dir}")
    try:
        # With accounting: without it, slurmrestd 22.05 does not start.
        cluster.up("--nodes", "2")
        bench = Bench(cluster)
        report(run(bench))
        if "lists" not in sys.argv[1:]:
            progress("listeners: some minutes")
            table(cluster)
        # A database without the queue's jobs.
        cluster.down()
        cluster.up("--nodes", "2")
        report(run_past(Bench(cluster)))
        print(f"\n{bench.version} of both. Next: README.md, on figures.")
    finally:
        cluster.down()
        shutil.rmtree(directory, ignore_errors=True)


def run(bench):
    """(what, unit, ours, theirs, wanted ratio) of every measurement."""
    progress(f"cold ping through a pipe, {COLD_RUNS} runs each")
    cold = bench.alternate(COLD_RUNS, bench.cold_ping)
    progress(f"one keep-alive pipe, {EXCHANGES} exchanges each")
    rates = bench.alternate(3, lambda program: bench.keep_alive(program, EXCHANGES))
    rows = [
        row("cold ping through a pipe", "ms", cold, lambda run: run[0] * 1000, "at most 2.0"),
        row("one keep-alive pipe, ping", "requests/s", rates, lambda run: run[0], ""),
    ]
    there = 0
    for jobs, runs in JOBS.items():
        progress(f"submitting {jobs - there} jobs")
        bench.fill(jobs - there)
        there = jobs
        progress(f"GET jobs, {runs} runs each")
        lists = bench.alternate(runs, bench.list_jobs)
        rows += [
            row(f"GET jobs, {jobs} jobs", "s", lists, lambda run: run[0], "at most 0.125"),
            row("  peak memory", "MB", lists, lambda run: run[1] / 1000, "at most 0.125"),
            row("  size of the answer", "MB", lists, lambda run: run[2] / 1e6, ""),
        ]
    return rows


def run_past(bench):
    """The same of jobs in the accounting database."""
    progress(f"{PAST_JOBS} jobs in the accounting database, {PAST_RUNS} run each")
    bench.remember(PAST_JOBS)
    lists = bench.alternate(PAST_RUNS, bench.list_past, warm=0)
    return [
        row(f"GET past jobs, {PAST_JOBS} jobs", "s", lists, lambda run: run[0], ""),
        row("  peak memory", "MB", lists, lambda run: run[1] / 1000, "at most 0.125"),
        row("  size of the answer", "MB", lists, lambda run: run[2] / 1e6, ""),
    ]


def row(what, unit, runs, value, wanted):
    ours, theirs = (statistics.median(map(value, runs[program])) for program in ("restd-inet", "slurmrestd"))
    return what, unit, ours, theirs, wanted


def report(rows):
    print(f"\n{'':34}{'':12}{'restd-inet':>12}{'slurmrestd':>12}{'ratio':>8}  wanted")
    for what, unit, ours, theirs, wanted in rows:
        print(f"{what:34}{unit:12}{ours:12.3g}{theirs:12.3g}{ours / theirs:8.3f}  {wanted}")


if __name__ == "__main__":
    main()
