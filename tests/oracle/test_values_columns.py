"""Values against squeue, sinfo and sdiag, on a busy cluster."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from values import Row, at_one_moment, is_compared, moment, null


# squeue, sinfo, sdiag.
def columns(cluster: Any, command: str) -> dict[str, list[str]]:
    """What a command shows, by the first column; "|" in its format stands for what no value holds."""
    output = cluster.shell(command.replace("|", "\x1f")).stdout.decode()
    return {line.split("\x1f")[0]: line.split("\x1f")[1:] for line in output.splitlines()}


SQUEUE: dict[str, Callable[[Row], str]] = {
    "%i": lambda j: j["name"],
    "%a": lambda j: j["account"],
    "%C": lambda j: str(j["cpus"]),
    "%D": lambda j: str(j["node_count"]),
    "%E": lambda j: null(j["dependency"]),
    "%g": lambda j: j["user_name"],
    "%h": lambda j: {"none": "NO", "shared": "YES", "user": "USER", "mcs": "MCS", None: "OK"}[j["shared"]],
    "%k": lambda j: null(j["comment"]),
    "%l": lambda j: squeue_time(j["time_limit"]),
    "%N": lambda j: j["nodes"],
    "%P": lambda j: j["partition"],
    "%q": lambda j: j["qos"],
    "%T": lambda j: j["job_state"],
    "%U": lambda j: str(j["user_id"]),
    "%V": lambda j: moment(j["submit_time"]),
    "%W": lambda j: null(j["licenses"]),
    "%Z": lambda j: j["current_working_directory"],
    "%Q": lambda j: str(j["priority"]),
    "%y": lambda j: str(j["nice"] or 0),
}


def squeue_time(minutes: Any) -> str:
    """The shortest form: 10:00, 1:00:00, 1-00:00:00."""
    if minutes is None:
        return "UNLIMITED"
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    if days:
        return f"{days}-{hours:02}:{rest:02}:00"
    return f"{hours}:{rest:02}:00" if hours else f"{rest}:00"


def test_squeue_shows_the_same(busy_cluster: Any) -> None:
    apart = ("%i", "%g", "%h") if busy_cluster.slurm >= (26, 5) else ("%i", "%g")
    names = [name for name in SQUEUE if name not in apart]
    command = f"squeue -a -h -t all -o '%A|{'|'.join(names)}'"
    we, shown = at_one_moment(busy_cluster, "jobs", lambda: columns(busy_cluster, command))
    wrong: dict[str, Any] = {}
    for number, values in shown.items():
        if not is_compared(busy_cluster, int(number)):
            continue
        for name, value in zip(names, values, strict=True):
            expected = SQUEUE[name](we[int(number)])
            if expected != value and value != "TOPO":  # v0.0.35 has no word for it
                wrong.setdefault(name, []).append((number, expected, value))
    assert wrong == {}, json.dumps(wrong, indent=1)
    # Of an array's tasks that wait, those that were split off are shown with it.
    hidden = set(we) - set(map(int, shown))
    assert all(we[number]["array_task_id"] is not None for number in hidden)


def test_sinfo_shows_the_same(busy_cluster: Any) -> None:
    names = ["%c", "%d", "%f", "%G", "%m", "%w", "%X", "%Y", "%Z", "%E", "%o", "%T"]
    command = f"sinfo -a -N -h -o '%N|{'|'.join(names)}'"
    we, shown = at_one_moment(busy_cluster, "nodes", lambda: columns(busy_cluster, command))
    assert set(shown) == set(we)
    for name, values in shown.items():
        node = we[name]
        assert values[:-1] == [
            str(node["cpus"]),
            str(node["temporary_disk"]),
            null(node["features"]),
            null(node["gres"]),
            str(node["real_memory"]),
            str(node["weight"]),
            str(node["sockets"]),
            str(node["cores"]),
            str(node["threads"]),
            node["reason"] or "none",
            node["address"],
        ]
        # A flag such as DRAIN changes sinfo's word; v0.0.35 has the base state.
        assert values[-1].rstrip("*-") == ("drained" if node["reason"] == "new disk" else node["state"]), name


SDIAG: dict[str, Callable[[Row], Any]] = {
    "Agent queue size": lambda d: d["agent_queue_size"],
    "Agent count": lambda d: d["agent_count"],
    "DBD Agent queue size": lambda d: d["dbd_agent_queue_size"],
    "Jobs submitted": lambda d: d["jobs_submitted"],
    "Jobs started": lambda d: d["jobs_started"],
    "Jobs completed": lambda d: d["jobs_completed"],
    "Jobs canceled": lambda d: d["jobs_canceled"],
    "Jobs failed": lambda d: d["jobs_failed"],
    "Jobs pending": lambda d: d["jobs_pending"],
    "Jobs running": lambda d: d["jobs_running"],
    "Last cycle": lambda d: d["schedule_cycle_last"],
    "Max cycle": lambda d: d["schedule_cycle_max"],
    "Total cycles": lambda d: d["schedule_cycle_counter"],
    "Mean cycle": lambda d: d["schedule_cycle_sum"] // d["schedule_cycle_counter"],
    "Mean depth cycle": lambda d: d["schedule_cycle_depth"] // d["schedule_cycle_counter"],
    "Last queue length": lambda d: d["schedule_queue_len"],
    "Total backfilled jobs (since last slurm start)": lambda d: d["bf_backfilled_jobs"],
    "Total backfilled jobs (since last stats cycle start)": lambda d: d["bf_last_backfilled_jobs"],
    "Total backfilled heterogeneous job components": lambda d: d["bf_backfilled_het_jobs"],
    "backfill Total cycles": lambda d: d["bf_cycle_counter"],
    "backfill Last cycle": lambda d: d["bf_cycle_last"],
    "backfill Max cycle": lambda d: d["bf_cycle_max"],
    "backfill Mean cycle": lambda d: d["bf_cycle_sum"] // d["bf_cycle_counter"],
    "backfill Last depth cycle": lambda d: d["bf_last_depth"],
    "backfill Last depth cycle (try sched)": lambda d: d["bf_last_depth_try"],
    "backfill Depth Mean": lambda d: d["bf_depth_sum"] // d["bf_cycle_counter"],
    "backfill Depth Mean (try depth)": lambda d: d["bf_depth_try_sum"] // d["bf_cycle_counter"],
    "backfill Last queue length": lambda d: d["bf_queue_len"],
    "backfill Queue length mean": lambda d: d["bf_queue_len_sum"] // d["bf_cycle_counter"],
}


def sdiag(cluster: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    section = ""
    for line in cluster.shell("sdiag").stdout.decode().splitlines():
        if line.startswith("Backfilling stats"):
            section = "backfill "
        if line.startswith("Latency"):
            break
        name, colon, value = line.strip().partition(":")
        if colon:
            key = name if name.startswith("Total backfilled") else section + name
            found.setdefault(key, value.strip())
    return found


def test_sdiag_shows_the_same(busy_cluster: Any) -> None:
    we, shown = at_one_moment(busy_cluster, "diag", lambda: sdiag(busy_cluster))
    (row,) = we.values()
    assert {name: str(expected(row)) for name, expected in SDIAG.items()} == {
        name: shown[name] for name in SDIAG
    }
    for name, field in (
        ("Job states ts", "job_states_ts"),
        ("backfill Last cycle when", "bf_when_last_cycle"),
    ):
        assert f"({row[field]})" in shown[name]
