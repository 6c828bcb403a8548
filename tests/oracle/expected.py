"""Where an answer differs from slurmrestd's on purpose, and why: a path in a body, or a status.

A reason that explains nothing any more fails the test, in each version that it names.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Body(NamedTuple):
    """A path in a body. since, until: API versions. why: what slurmrestd says, and why it is not said here.

    chance: it differs only as chance has it. slurm: the only releases whose slurmrestd says it.
    """

    path: str
    since: int
    until: int
    why: str
    chance: bool = False
    slurm: tuple[tuple[int, int], ...] = ()


class Status(NamedTuple):
    """A target below the version, as a regular expression, and both statuses."""

    target: str
    since: int
    until: int
    ours: int
    theirs: tuple[int, ...]
    why: str
    slurm: tuple[tuple[int, int], ...] = ()


OLDER = ((22, 5), (24, 5), (24, 11))
BODIES = (
    Body("jobs[].cpus_per_task", 36, 38, "told only where cpu_freq_min is set, by mistake"),
    Body("jobs[].cpus", 36, 38, "null where the number of tasks is not set, by mistake"),
    Body("jobs[].cpu_frequency_minimum", 36, 38, "left out where it is set, by mistake"),
    Body("jobs[].cpu_frequency_minumum", 36, 38, "its name then; the documentation has it right"),
    Body("jobs[].core_spec", 36, 38, "cores and threads are taken for each other"),
    Body("jobs[].thread_spec", 36, 38, "cores and threads are taken for each other"),
    Body("nodes[].cpu_load", 36, 38, "NO_VAL as a number, of a node that never answered"),
    Body("nodes[].free_memory", 36, 38, "NO_VAL64 as a number, of a node that never answered"),
    Body("nodes[].state", 36, 36, "without SHOW_MIXED; sinfo, scontrol and later versions ask for it"),
    Body("nodes[].partitions", 37, 42, "a node asked for by name has those of the first node", slurm=OLDER),
    Body("partitions[].default_time_limit", 36, 37, "def_mem_per_cpu, by mistake"),
    Body("partitions[].preemption_mode", 36, 37, "the bits of NO_VAL16, which is nothing said"),
    Body("partitions[].default_memory_per_cpu", 36, 37, "the bit MEM_PER_CPU is taken for the number's"),
    Body("partitions[].maximum_memory_per_node", 36, 37, "the bit MEM_PER_CPU is taken for the number's"),
    Body("partitions[].defaults.memory_per_cpu", 39, 44, "the bit MEM_PER_CPU is taken for the number's"),
    Body("partitions[].maximums.memory_per_cpu", 39, 44, "the bit MEM_PER_CPU is taken for the number's"),
    Body("statistics.bf_queue_len_mean", 36, 36, "the mean of another sum, by mistake", chance=True),
    Body("statistics.bf_table_size_mean", 39, 45, "bf_queue_len_mean, by mistake", chance=True),
    Body("partitions", 40, 45, "without a hidden one, unless flags has ALL; shown here, as up to v0.0.38"),
    Body("warnings", 39, 39, "that no job has changed, in other words, and that there are none to show"),
    Body("warnings[].description", 42, 45, "that no job has changed, in other words"),
    Body("warnings[].source", 42, 45, "its own function"),
    Body("slurm_conf.CpuFreqGovernors", 45, 45, "it lists a single governor only, not several"),
)

NUMBER_REFUSED = "slurmrestd 24.11 takes no number for a time there, only a text such as now"
STATUSES = (
    Status(r"partitions?(/\w+)?\?update_time=\d{2,}", 39, 39, 304, (200,), "null where nothing has changed"),
    Status(r"resources/\d+", 44, 45, 409, (422,), "a job that does not run is a conflict"),
    Status(r"node/\w+\?update_time=\d{2,}", 42, 45, 304, (200, 500), "it does not say that nothing changed"),
    Status(r".*\?update_time=0", 40, 41, 200, (422, 500), NUMBER_REFUSED),
    Status(r"(job/.*|jobs)\?update_time=\d+", 40, 41, 200, (422, 500), NUMBER_REFUSED),
    Status(r".*\?update_time=\d+", 40, 41, 304, (422, 500), NUMBER_REFUSED),
)

#: Targets whose answers have another form than slurmrestd's on purpose; their statuses are compared.
FORMS = {
    r"jobs/state(\?.*)?": "as documented, job_id a number; slurmrestd has texts, and always the whole array",
    r"shares(\?.*)?": "of the accounts that are named alone; no limit is infinite, not a large number",
}

#: What moves with each question, whoever asks.
MOVING = re.compile(
    r"statistics\.(server_thread_count|gettimeofday_latency|req_time(\.number)?|schedule_cycle_per_minute"
    r"|rpcs_by_\w+\[\]\.(count|average_time(\.\w+)?|total_time|cycle_\w+))"
    r"|nodes\[\]\.(cpu_load|free_mem(ory|\.number)?)"
    r"|pings\[\]\.latency|last_(update|backfill)\.number|meta\.client\.\w+"
)


def body_reasons(version: int, slurm: tuple[int, ...]) -> dict[str, Body]:
    """The reasons that hold for a version of a release's slurmrestd, by path."""
    return {
        one.path: one
        for one in BODIES
        if one.since <= version <= one.until and (not one.slurm or slurm in one.slurm)
    }


def status_reasons(version: int, slurm: tuple[int, ...]) -> list[Status]:
    """Those that hold for a version of a release's slurmrestd."""
    return [
        one for one in STATUSES if one.since <= version <= one.until and (not one.slurm or slurm in one.slurm)
    ]


def status_reason(reasons: list[Status], target: str, ours: int, theirs: int) -> Status | None:
    """Why these statuses differ; None if nothing says so."""
    for one in reasons:
        if one.ours == ours and theirs in one.theirs and re.fullmatch(one.target, target):
            return one
    return None
