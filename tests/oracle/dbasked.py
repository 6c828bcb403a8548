"""Every GET below /slurmdb/ that slurmrestd documents, with every name that there is, and each parameter with
what is sensible and what is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from ask import ours, request
from asked import Operations
from ledger import LONG_AGO

#: Path below the version → the listing that its parameter comes from: its path, list and key.
NAMES = {
    "account": ("accounts", ("accounts",), "name"),
    "user": ("users", ("users",), "name"),
    "qos": ("qos", ("QOS", "qos"), "name"),
    "cluster": ("clusters", ("clusters",), "name"),
    "wckey": ("wckeys", ("wckeys",), "name"),
}
#: And of these what is not there, or cannot be.
STRANGERS = {
    "account": ("nobody", "former", "PHYSICS", "physics,optics", "'"),
    "user": ("nobody", "emil", "BEN", "ben,dora", "'"),
    "qos": ("nobody", "old", "FULL", "1", "full,high", "'"),
    "cluster": ("nowhere", "OTHER", "scaleout,other", "'"),
    "wckey": ("nobody", "1", "2", "99999", "lost", "'"),
    "job": ("99999", "0", "-1", "1.batch", "1,2", "4294967295"),
}
#: test_slurmdb_jobs.py asks these by names and conditions.
TRUTHS = ("true", "false", "", "maybe")
TIMES = ("0", str(LONG_AGO), "2020-09-13T12:30:00", "-1", "nonsense", "")
NUMBERS = ("1", "1,2", "99999", "-1", "many", "", "1 or 1=1")
COUNTS = ("1", "99999", "many")
WORDS = {
    "account": ("test", "physics", "physics,optics", "PHYSICS", "former", "nobody", "", ",", "a'b", "root"),
    "user": ("ben", "ben,dora", "BEN", "emil", "nobody", "", "a'b", "root"),
    "cluster": ("scaleout", "other", "scaleout,other", "nowhere", "", "a'b", "SCALEOUT"),
    "partition": ("debug", "debug,long", "nowhere", "", "a'b"),
    "qos": ("normal", "full", "full,high", "FULL", "old", "nobody", "1", "", "a'b"),
    "wckey": ("paper", "paper,thesis", "thesis", "lost", "nobody", "", "a'b"),
    "description": ("of all limits", "all of science", "no more", "nothing", "", "it's", "light,physics"),
    "federation": ("fed", "", "a'b"),
    "level": ("None", "Operator", "Administrator", "Not Set", "NONE", "operator", "king", "", "1"),
    "mode": ("DISABLED", "SUSPEND", "REQUEUE", "CANCEL", "GANG", "REQUEUE,GANG", "cancel", "HOPE", ""),
    "format": ("name", ""),
    "node": ("host1", "host[1-2]", "host2,host3", "host[", "nowhere", ""),
    "classification": (
        "UNCLASSIFIED", "CAPABILITY", "CAPACITY", "CAPAPACITY", "capacity", "BIG", "",
    ),
    "cluster_flags": (
        "REGISTERING", "MULTIPLE_SLURMD", "FRONT_END", "FEDERATION", "EXTERNAL", "DELETED",
        "federation", "NO", "",
    ),
    "extra": ("rack 1", "rack 2", ""),
    "instance": ("i-host1", "i-host1,i-host2", "i-0", ""),
    "machine": ("m5.large", "big", ""),
    "state": ("COMPLETED", "FAILED", "completed,failed", "CD", "RUNNING", "3", "HAPPY", ""),
    "reason": ("None", "JobHeldUser", "Resources,Priority", "nothing", ""),
    "group": ("fred", "root", "0", "nogroupatall", ""),
    "job_name": ("two_steps", "two_steps,failed", "nobody", "", "a'b"),
    "step": ("1", "1.batch", "1,2", "1.0", "99999", "many", "", "1_1", "1+1"),
    "constraint": ("fast", "slow", "fast,ssd", "", "a'b"),
    "reservation": ("meeting", "nobody", "", "a'b"),
}  # fmt: skip
#: Query parameter → what is asked with it. One that slurmrestd documents and that is not here fails.
VALUES: dict[str, tuple[str, ...]] = {
    "account": WORDS["account"],
    "parent_account": WORDS["account"],
    "default_account": WORDS["account"],
    "user": WORDS["user"],
    "users": ("fred", "fred,root", "0", "1001", "nobodyatall", ""),
    "cluster": WORDS["cluster"],
    "partition": WORDS["partition"],
    "qos": WORDS["qos"],
    "default_qos": WORDS["qos"],
    "name": (),
    "wckey": WORDS["wckey"],
    "default_wckey": WORDS["wckey"],
    "description": WORDS["description"],
    "federation": WORDS["federation"],
    "admin_level": WORDS["level"],
    "preempt_mode": WORDS["mode"],
    "format": WORDS["format"],
    "classification": WORDS["classification"],
    "flags": WORDS["cluster_flags"],
    "rpc_version": NUMBERS,
    "extra": WORDS["extra"],
    "instance_id": WORDS["instance"],
    "instance_type": WORDS["machine"],
    "node_list": WORDS["node"],
    "node": WORDS["node"],
    "id": NUMBERS,
    "association": NUMBERS,
    "reservation_id": NUMBERS,
    "exit_code": COUNTS,
    "cpus_max": COUNTS,
    "cpus_min": COUNTS,
    "nodes_max": COUNTS,
    "nodes_min": COUNTS,
    "timelimit_max": COUNTS,
    "timelimit_min": COUNTS,
    "state": WORDS["state"],
    "reason": WORDS["reason"],
    "group": WORDS["group"],
    "groups": WORDS["group"],
    "job_name": WORDS["job_name"],
    "step": WORDS["step"],
    "constraints": WORDS["constraint"],
    "reservation": WORDS["reservation"],
    **dict.fromkeys(("usage_start", "usage_end", "time_start", "time_end"), TIMES),
    **dict.fromkeys(("start_time", "end_time", "submit_time", "update_time"), TIMES),
    **dict.fromkeys(
        (
            "with_deleted", "with_assocs", "with_coords", "with_wckeys", "without_defaults", "with_usage",
            "with_raw_qos", "with_sub_accts", "without_parent_info", "without_parent_limits", "only_defaults",
            "DELETED", "WithAssociations", "WithCoordinators", "NoUsersAreCoords", "UsersAreCoords",
            "Include deleted QOS", "Include deleted associations", "Include usage", "Filter to only defaults",
            "Include the raw QOS or delta_qos", "Include sub acct information", "Exclude parent id/name",
            "Exclude limits from parents", "scheduler_unset", "scheduled_on_submit", "scheduled_by_main",
            "scheduled_by_backfill", "job_started", "job_altered", "show_duplicates", "skip_steps",
            "disable_truncate_usage_time", "run_away_jobs", "whole_hetjob", "disable_whole_hetjob",
            "disable_wait_for_result", "usage_time_as_submit_time", "show_batch_script",
            "show_job_environment",
        ),
        TRUTHS,
    ),
}  # fmt: skip
#: Where a name is one of something else.
NAMED = {"qos": WORDS["qos"], "wckeys": WORDS["wckey"]}
#: Several conditions at once, by path.
TOGETHER = {
    "accounts": (
        {"with_deleted": "true", "with_assocs": "true", "with_coords": "true"},
        {"DELETED": "true", "WithAssociations": "true", "WithCoordinators": "true"},
        {"description": "no more", "DELETED": "true"},
    ),
    "account/physics": (
        {"with_assocs": "true", "with_coords": "true"},
        {"with_deleted": "true", "with_assocs": "true"},
    ),
    "account/former": ({"with_deleted": "true"}, {"with_deleted": "true", "with_assocs": "true"}),
    "user/emil": (
        {"with_deleted": "true"},
        {"with_deleted": "true", "with_assocs": "true", "with_wckeys": "true"},
    ),
    "user/ben": ({"with_assocs": "true", "with_coords": "true", "with_wckeys": "true"},),
    "users": (
        {"with_assocs": "true", "with_coords": "true", "with_wckeys": "true"},
        {"with_deleted": "true", "with_assocs": "true", "with_coords": "true", "with_wckeys": "true"},
        {"default_account": "optics", "admin_level": "None"},
        {"without_defaults": "true", "with_assocs": "true"},
    ),
    "qos/old": ({"with_deleted": "true"},),
    "qos": (
        {"with_deleted": "true", "name": "old"},
        {"Include deleted QOS": "true", "name": "old,full"},
        {"preempt_mode": "REQUEUE", "name": "full"},
    ),
    "association": (
        {"account": "optics", "user": "ben", "cluster": "scaleout"},
        {"account": "physics", "user": "ben", "cluster": "scaleout", "partition": "debug"},
        {"account": "physics", "user": "ben", "cluster": "scaleout"},
        {"account": "chemistry", "user": "", "cluster": "scaleout"},
        {"account": "nobody", "user": "ben"},
    ),
    "associations": (
        {"account": "physics", "user": "ben"},
        {"account": "optics", "user": "ben", "without_parent_limits": "true"},
        {"account": "optics", "user": "ben", "Exclude limits from parents": "true"},
        {"account": "optics", "with_sub_accts": "true"},
        {"account": "former", "with_deleted": "true"},
        {"account": "former", "Include deleted associations": "true"},
        {"with_usage": "true", "usage_start": str(LONG_AGO), "usage_end": str(LONG_AGO + 86400)},
        {"Include usage": "true", "usage_start": str(LONG_AGO), "usage_end": str(LONG_AGO + 86400)},
        {"account": "science", "with_sub_accts": "true", "without_parent_info": "true"},
        {"account": "science", "Include sub acct information": "true"},
        {"user": "ben", "Filter to only defaults": "true"},
    ),
    "clusters": ({},),
    "cluster/scaleout": (
        {"with_usage": "true", "usage_start": str(LONG_AGO), "usage_end": str(LONG_AGO + 86400)},
        {"classification": "UNCLASSIFIED", "with_deleted": "true"},
    ),
    "wckeys": (
        {"user": "ben", "name": "thesis", "cluster": "scaleout"},
        {"with_deleted": "true", "user": "emil"},
        {"with_usage": "true", "usage_start": str(LONG_AGO), "usage_end": str(LONG_AGO + 86400)},
        {"only_defaults": "true", "user": "ben"},
    ),
    "instances": (
        {"time_start": str(LONG_AGO)},
        {"time_start": str(LONG_AGO), "instance_type": "m5.large"},
        {"time_start": str(LONG_AGO), "node_list": "host[1-2]"},
        {"time_start": str(LONG_AGO), "time_end": str(LONG_AGO + 10), "extra": "rack 1"},
        {"time_start": str(LONG_AGO), "instance_id": "i-host2"},
    ),
}
#: Its answers move; see test_slurmdb_jobs.py.
ELSEWHERE = {"diag"}
#: Their queries are those of associations and instances.
AS_ANOTHER = {"association", "instance"}
#: When slurmrestd asks this, slurmdbd up to 25.11 keeps a lock, and the next change waits for it for ever.
LOCKING = "/instances?node_list=host%5B"
#: What a condition on jobs is asked with, so that there is something to find and its times stand still.
TIME = "start_time=2020-01-01&end_time=2035-01-01"
PAST = f"{TIME}&skip_steps=true"


def targets(cluster: Any, version: int, operations: Operations) -> tuple[list[str], list[str]]:
    """What is asked of a version: every path with every name and TOGETHER; and all of VALUES."""
    base = f"/slurmdb/v0.0.{version}/"
    asked, valued = [], []
    known = {path.partition("{")[0].rstrip("/"): set(parameters) for path, parameters in operations.items()}
    for path, parameters in operations.items():
        first = path
        if "{" in path:
            kind = path.partition("/")[0]
            names = [*existing(cluster, base, kind), *strangers(kind, version)]
            first = f"{kind}/{quote(names[0])}"
            asked += [f"{base}{kind}/{quote(name, safe='')}" for name in names]
        elif path not in ELSEWHERE:
            asked.append(f"{base}jobs?{PAST}" if path == "jobs" else base + path)
        if path not in AS_ANOTHER:
            valued += [base + query for query in queries(path, first, parameters, version)]
    for path, several in TOGETHER.items():
        for query in several:
            if query and set(query) <= known.get(path.partition("/")[0], set()):
                said = "&".join(f"{quote(key)}={quote(value)}" for key, value in query.items())
                asked.append(f"{base}{path}?{said}")
    return asked, valued


def queries(path: str, first: str, parameters: Iterable[str], version: int) -> Iterator[str]:
    """A path with each value of each parameter."""
    for parameter in sorted(parameters):
        values = NAMED[path] if parameter == "name" else VALUES[parameter]
        if path == "jobs":
            if parameter in ("start_time", "end_time", "submit_time", *(("step",) if version <= 38 else ())):
                continue  # test_slurmdb_jobs.py; slurmrestd 22.05 ends over what is no step
            first = f"jobs?{PAST if parameter != 'skip_steps' else TIME}&"
        else:
            first = first.rstrip("?") + "?"
        yield from (f"{first}{quote(parameter)}={quote(value)}" for value in values)


def strangers(kind: str, version: int) -> tuple[str, ...]:
    """slurmrestd 22.05 ends over what is no job's number; a name that is empty is no name."""
    return ("99999", "1.batch") if kind == "job" and version <= 38 else STRANGERS[kind]


def existing(cluster: Any, base: str, kind: str) -> list[str]:
    if kind == "job":
        return [str(number) for number in cluster.past.values()]
    listing, keys, member = NAMES[kind]
    ((_, body),) = ours(cluster, request("GET", base + listing), user=cluster.admin)
    found = [row[member] for key in keys for row in (body or {}).get(key, ())]
    return [name for name in dict.fromkeys(found) if name]
