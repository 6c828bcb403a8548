"""Where an answer differs from slurmrestd's on purpose, and why: a path in a body, or a status.

A reason that explains nothing any more fails the test, in each version that it names. docs/migration.md is
generated from these rows (`make docs`).
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Body(NamedTuple):
    """A path in a body. since, until: API versions. why: what slurmrestd does, as a predicate.

    chance: it differs only as chance has it. slurm: the only releases whose slurmrestd says it.
    """

    path: str
    since: int
    until: int
    why: str
    chance: bool = False
    slurm: tuple[tuple[int, int], ...] = ()


class Status(NamedTuple):
    """A target below the version, as a regular expression, and both statuses. shown: the same in words."""

    target: str
    since: int
    until: int
    ours: int
    theirs: tuple[int, ...]
    why: str
    slurm: tuple[tuple[int, int], ...] = ()
    shown: str = ""


OLDER = ((22, 5), (24, 5), (24, 11))
BODIES = (
    Body("jobs[].cpus_per_task", 36, 38, "writes it only if cpu_freq_min is set (defect)"),
    Body("jobs[].cpus", 36, 38, "writes null if the number of tasks is not set (defect)"),
    Body("jobs[].cpu_frequency_minimum", 36, 38, "omits it if it is set (defect)"),
    Body("jobs[].cpu_frequency_minumum", 36, 38, "misspells the name; its documentation has it right"),
    Body("jobs[].core_spec", 36, 38, "confuses specialized cores with threads (defect)"),
    Body("jobs[].thread_spec", 36, 38, "confuses specialized cores with threads (defect)"),
    Body("nodes[].cpu_load", 36, 38, "writes NO_VAL as a number, for a node that never answered"),
    Body("nodes[].free_memory", 36, 38, "writes NO_VAL64 as a number, for a node that never answered"),
    Body("nodes[].state", 36, 36, "never writes MIXED; sinfo, scontrol and later versions do"),
    Body(
        "nodes[].partitions", 37, 42, "gives a single node the first node's partitions (defect)", slurm=OLDER
    ),
    Body("partitions[].default_time_limit", 36, 37, "writes def_mem_per_cpu (defect)"),
    Body("partitions[].preemption_mode", 36, 37, "writes the bits of NO_VAL16, which means not set"),
    Body(
        "partitions[].default_memory_per_cpu", 36, 37, "takes the flag MEM_PER_CPU for a part of the number"
    ),
    Body(
        "partitions[].maximum_memory_per_node", 36, 37, "takes the flag MEM_PER_CPU for a part of the number"
    ),
    Body(
        "partitions[].defaults.memory_per_cpu", 39, 44, "takes the flag MEM_PER_CPU for a part of the number"
    ),
    Body(
        "partitions[].maximums.memory_per_cpu", 39, 44, "takes the flag MEM_PER_CPU for a part of the number"
    ),
    Body("statistics.bf_queue_len_mean", 36, 36, "divides another sum (defect)", chance=True),
    Body("statistics.bf_table_size_mean", 39, 46, "writes bf_queue_len_mean (defect)", chance=True),
    Body(
        "partitions", 40, 46, "omits hidden ones unless flags has ALL; here they are listed, as up to v0.0.38"
    ),
    Body("warnings", 39, 39, 'uses other words for "no job has changed", and warns of an empty list'),
    Body("warnings[].description", 42, 46, 'uses other words for "no job has changed"'),
    Body("warnings[].source", 42, 46, "names its own C function"),
    Body(
        "meta.slurm.release",
        43,
        46,
        "adds the suffix of a release candidate, which Slurm's headers omit",
        chance=True,
        slurm=((26, 11),),
    ),
    Body("slurm_conf.CpuFreqGovernors", 45, 46, "writes it only for a single governor"),
)

NUMBER_REFUSED = "slurmrestd 24.11 refuses a number for a time there and takes only a text such as now"
STATUSES = (
    Status(
        r"partitions?(/\w+)?\?update_time=\d{2,}",
        39,
        39,
        304,
        (200,),
        "slurmrestd answers null where nothing has changed",
        shown="`partitions?update_time=` a recent time",
    ),
    Status(
        r"resources/\d+",
        44,
        46,
        409,
        (422,),
        "a job that is not running is a conflict",
        shown="`resources/{job_id}` of a job that is not running",
    ),
    Status(
        r"node/\w+\?update_time=\d{2,}",
        42,
        46,
        304,
        (200, 500),
        "slurmrestd does not say that nothing has changed",
        shown="`node/{node_name}?update_time=` a recent time",
    ),
    Status(r".*\?update_time=0", 40, 41, 200, (422, 500), NUMBER_REFUSED, shown="`update_time=0`"),
    Status(
        r"(job/.*|jobs)\?update_time=\d+",
        40,
        41,
        200,
        (422, 500),
        NUMBER_REFUSED,
        shown="`jobs?update_time=` an old time",
    ),
    Status(
        r".*\?update_time=\d+", 40, 41, 304, (422, 500), NUMBER_REFUSED, shown="`update_time=` a recent time"
    ),
)

#: Targets whose answers have another form than slurmrestd's on purpose; their statuses are compared.
FORMS = {
    r"jobs/state(\?.*)?": "job_id is a number, as documented; slurmrestd writes texts and whole arrays",
    r"shares(\?.*)?": "only the named accounts; no limit is infinite, where slurmrestd has a large number",
}

#: What differs from one question to the next, also of one program.
MOVING = re.compile(
    r"statistics\.(server_thread_count|agent_(thread_)?count|gettimeofday_latency|req_time(\.number)?|schedule_cycle_per_minute"
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
    """Why these statuses differ; None without a reason."""
    for one in reasons:
        if one.ours == ours and theirs in one.theirs and re.fullmatch(one.target, target):
            return one
    return None
