"""Jobs from v0.0.39 on, submitted and changed through slurmrestd and through us: the same job comes of both.

A job for each property, and for several that belong together; what scontrol(1) shows of both is compared, and
the errors of those that slurmctld refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from api_versions import NEWEST, slurmrestds
from ask import Answer, here, ours, request, theirs

SERVED = slurmrestds("24.05", "24.11", "26.05", "26.11")

SCRIPT = "#!/bin/sh\nsleep 1\n"
JOB = {
    "environment": ["PATH=/usr/bin:/bin", "FOO=bar"],
    "current_working_directory": "/tmp",
    "name": "rest",
    "hold": True,
}


def number(value: int) -> dict[str, Any]:
    return {"set": True, "infinite": False, "number": value}


UNSET = {"set": False, "infinite": False, "number": 0}
INFINITE = {"set": True, "infinite": True, "number": 0}

#: Properties of a job each: {} beside JOB is one too.
SUBMITTED: dict[str, dict[str, Any]] = {
    "least": {},
    "account": {"account": "research"},
    "account_gather_frequency": {"account_gather_frequency": "task=5"},
    "admin_comment": {"admin_comment": "seen"},
    "argv": {"argv": ["script", "a", "b c"]},
    "array": {"array": "1-5%2"},
    "batch_features": {"batch_features": "fast", "constraints": "fast"},
    "begin_time": {"begin_time": number(1900000000)},
    "begin_time plain": {"begin_time": 1900000000},
    "begin_time text": {"begin_time": "2030-01-01T00:00:00"},
    "begin_time unset": {"begin_time": UNSET},
    "comment": {"comment": "a comment"},
    "constraints": {"constraints": "fast&ssd"},
    "contiguous": {"contiguous": True, "nodes": "2"},
    "container": {"container": "/oci/bundle"},
    "container_id": {"container_id": "box"},
    "core_specification": {"core_specification": 1},
    "thread_specification": {"thread_specification": 1},
    "cpu_binding": {"cpu_binding": "0,1", "cpu_binding_flags": ["CPU_BIND_MAP", "VERBOSE"]},
    "cpu_frequency": {"cpu_frequency": "low-high:performance"},
    "cpus_per_tres": {"cpus_per_tres": "gres/gpu:2", "tres_per_job": "gres/gpu:1"},
    "cpus_per_task": {"cpus_per_task": 2, "tasks": 2},
    "crontab": {"crontab": {"minute": "1", "hour": "2"}},
    "deadline": {"deadline": 1990000000, "time_limit": number(5)},
    "delay_boot": {"delay_boot": 10},
    "dependency": {"dependency": "afterany:1"},
    "distribution": {"distribution": "block:cyclic"},
    "distribution cyclic": {"distribution": "cyclic"},
    "environment object": {"environment": {"PATH": "/bin", "A": "b"}},
    "excluded_nodes": {"excluded_nodes": ["host4", "host5"]},
    "excluded_nodes text": {"excluded_nodes": "host4,host5"},
    "extra": {"extra": "something"},
    "flags": {"flags": ["SPREAD_JOB", "KILL_INVALID_DEPENDENCY"]},
    "flags nodes": {"flags": ["PREFER_MINIMUM_NODE_COUNT"]},
    "flags gres": {"flags": ["GRES_BINDING_ENFORCED"], "tres_per_node": "gres/gpu:1"},
    "kill_on_node_fail": {"kill_on_node_fail": False},
    "kill_warning": {
        "kill_warning_flags": ["BATCH_JOB"],
        "kill_warning_signal": "USR1",
        "kill_warning_delay": number(60),
    },
    "kill_warning_signal number": {"kill_warning_signal": "10", "kill_warning_delay": 30},
    "licenses": {"licenses": "matlab:1"},
    "mail": {"mail_type": ["END", "FAIL", "TIME=90%"], "mail_user": "fred@example.org"},
    "mail_type text": {"mail_type": "END"},
    "mcs_label": {"mcs_label": "group"},
    "memory_binding": {"memory_binding_type": ["LOCAL", "VERBOSE"]},
    "memory_per_cpu": {"memory_per_cpu": number(50)},
    "memory_per_cpu plain": {"memory_per_cpu": 50},
    "memory_per_cpu text": {"memory_per_cpu": "50M"},
    "memory_per_node": {"memory_per_node": number(100)},
    "memory_per_node infinite": {"memory_per_node": INFINITE},
    "memory_per_node unset": {"memory_per_node": UNSET},
    "memory_per_tres": {"memory_per_tres": "gres/gpu:10", "tres_per_job": "gres/gpu:1"},
    "minimum_boards_per_node": {"minimum_boards_per_node": 1},
    "minimum_cpus": {"minimum_cpus": 3},
    "maximum_cpus": {"minimum_cpus": 1, "maximum_cpus": 4},
    "minimum_cpus_per_node": {"minimum_cpus_per_node": 2},
    "minimum_nodes": {"minimum_nodes": 2, "maximum_nodes": 3},
    "minimum_sockets_per_board": {"minimum_sockets_per_board": 1},
    "network": {"network": "ib"},
    "nice": {"nice": 100},
    "nice negative": {"nice": -5},
    "nodes": {"nodes": "2-3"},
    "nodes list": {"nodes": [2, 3]},
    "nodes one": {"nodes": "2"},
    "nodes counts": {"nodes": "1,3"},
    "nodes steps": {"nodes": "1-7:2"},
    "oom_kill_step": {"oom_kill_step": 1},
    "open_mode": {"open_mode": ["TRUNCATE"]},
    "overcommit": {"overcommit": True},
    "partition": {"partition": "long"},
    "plane": {"distribution": "plane=2", "tasks": 4},
    "plane_size": {"distribution_plane_size": 2, "distribution": "plane=2", "tasks": 4},
    "prefer": {"prefer": "fast"},
    "priority": {"hold": False, "priority": number(100), "begin_time": 1900000000},
    "profile": {"profile": ["TASK"]},
    "qos": {"qos": "high"},
    "reboot": {"reboot": False},
    "required_nodes": {"required_nodes": ["host1"]},
    "required_switches": {"required_switches": number(1), "wait_for_switch": 60},
    "requeue": {"requeue": True},
    "no requeue": {"requeue": False},
    "reservation": {"reservation": "meeting", "partition": "limited", "time_limit": number(5)},
    "rlimits": {"rlimits": {"nofile": number(1024), "core": INFINITE, "cpu": UNSET}},
    "segment_size": {"segment_size": number(1), "nodes": "1"},
    "selinux_context": {"selinux_context": ""},
    "shared": {"shared": ["oversubscribe"]},
    "shared none": {"shared": ["none"]},
    "shared user": {"shared": ["user"]},
    "shared text": {"shared": "mcs"},
    "site_factor": {"site_factor": 10},
    "sockets_per_node": {"sockets_per_node": 1},
    "spank_environment": {"spank_environment": ["A=b"]},
    "standard": {
        "standard_error": "/tmp/%j.err",
        "standard_input": "/dev/null",
        "standard_output": "/tmp/%j.out",
    },
    "tasks": {"tasks": 3},
    "tasks_per": {"tasks": 4, "tasks_per_node": 2, "tasks_per_socket": 1, "tasks_per_core": 1},
    "tasks_per_board": {"tasks_per_board": 1},
    "temporary_disk_per_node": {"temporary_disk_per_node": 10},
    "threads_per_core": {"threads_per_core": 1},
    "time_limit": {"time_limit": number(60)},
    "time_limit plain": {"time_limit": 60},
    "time_limit infinite": {"time_limit": INFINITE},
    "time_limit unset": {"time_limit": UNSET},
    "time_minimum": {"time_limit": number(60), "time_minimum": number(10)},
    "tres": {"tres_per_node": "gres/gpu:1", "tres_bind": "gres/gpu:closest", "tres_freq": "gpu:medium"},
    "tres_per_job": {"tres_per_job": "gres/gpu:tesla:1"},
    "tres_per_socket": {"tres_per_socket": "gres/gpu:1", "sockets_per_node": 1},
    "tres_per_task": {"tres_per_task": "gres/gpu:1", "tasks": 1},
    "ntasks_per_tres": {"ntasks_per_tres": 1, "tres_per_job": "gres/gpu:1"},
    "wait_all_nodes": {"wait_all_nodes": True},
    "wckey": {"wckey": "paper"},
    "x11": {
        "x11": ["FORWARD_ALL_NODES"],
        "x11_magic_cookie": "c0ffee",
        "x11_target_host": "localhost",
        "x11_target_port": 6010,
    },
    "several": {
        "account": "research", "qos": "high", "partition": "debug", "constraints": "fast",
        "licenses": "matlab:1", "memory_per_cpu": number(50), "time_limit": number(60), "cpus_per_task": 2,
        "tasks": 2, "nodes": "1", "mail_type": ["END", "FAIL"], "tres_per_node": "gres/gpu:1",
        "begin_time": number(1900000000), "requeue": True, "wckey": "paper", "nice": 5,
    },
    # Refused by slurmctld.
    "no such partition": {"partition": "nope"},
    "no such account": {"account": "nope"},
    "no such qos": {"qos": "nope"},
    "no such feature": {"constraints": "nosuch"},
    "no such licence": {"licenses": "nosuch:1"},
    "too many nodes": {"nodes": "5000"},
}  # fmt: skip
#: Properties that came, or went.
OF_VERSIONS: dict[str, tuple[range, dict[str, Any]]] = {
    "exclusive": (range(40, 42), {"exclusive": ["user"]}),
    "exclusive true": (range(40, 42), {"exclusive": True}),
    "exclusive false": (range(40, 42), {"exclusive": False}),
    "oversubscribe": (range(40, 42), {"oversubscribe": True}),
    "cores_per_socket": (range(40, 41), {"cores_per_socket": 2}),
    "cores_per_socket again": (range(45, NEWEST + 1), {"cores_per_socket": 2}),
    "plane_size structure": (
        range(41, NEWEST + 1),
        {"distribution_plane_size": number(2), "distribution": "plane=2"},
    ),
    "plane_size alone": (range(41, NEWEST + 1), {"distribution_plane_size": number(2), "tasks": 4}),
    "memory_update": (range(45, NEWEST + 1), {"memory_update_margin": 10, "memory_update_delay": 5}),
    "container_type": (range(45, 46), {"container_type": "oci"}),
    "runtime": (range(46, NEWEST + 1), {"runtime": "oci"}),
    "flags reset": (range(46, NEWEST + 1), {"flags": ["RESET_SPREAD_SEGMENTS"]}),
    "flags expedited": (range(44, NEWEST + 1), {"flags": ["EXPEDITED_REQUEUE"]}),
    "flags segments": (range(44, NEWEST + 1), {"flags": ["SPREAD_SEGMENTS"]}),
    "step_id": (range(44, NEWEST + 1), {"step_id": {"step_het_component": UNSET}}),
}
#: A change that slurmctld refuses, and slurmrestd answers as if it had been made.
UNREPORTED = {"array"}
#: What v0.0.39's slurmrestd takes only as a plain number, ends over, or calls a failure of a job that waits.
FAILED_39 = {
    "begin_time", "begin_time text", "begin_time unset", "several",
    "distribution", "distribution cyclic", "nice", "plane", "plane_size",
    "too many nodes",
}  # fmt: skip
#: Of scontrol's words on a job, what is another's with each job.
OF_THE_JOB = re.compile(
    r"(JobId|ArrayJobId|AllocNode:Sid|Submit|Eligible|Accrue|LastSched|PreemptEligible|Start|End|Priority|SLUID"
    r"|Std|SubmitLine|TimeMin|SecsPreSuspend|LastSchedEval)\w*"
)


def effects(cluster: Any) -> dict[int, dict[str, str]]:
    """Every job as scontrol shows it, but for what must differ."""
    found = {}
    for line in cluster.shell("scontrol show job -o").stdout.decode().splitlines():
        words = re.findall(r"(\S+?)=(.*?)(?= [A-Z][\w:/]*=|$)", line)
        job = dict(words)
        shown = {name: value.strip() for name, value in words if not OF_THE_JOB.fullmatch(name)}
        own = job.get("ArrayJobId", job["JobId"])
        for name in ("StdOut", "StdErr", "StdIn", "Comment"):
            shown[name] = re.sub(rf"(?<!\d)({job['JobId']}|{own})(?!\d)", "%j", job.get(name, ""))
        found[int(job["JobId"])] = shown
    return found


@pytest.mark.parametrize("version", here(SERVED))
def test_a_submitted_job_is_slurmrestd_s(busy_cluster: Any, version: int) -> None:
    jobs = properties_at(version)
    requests = [
        request("POST", f"/slurm/v0.0.{version}/job/submit", {"script": SCRIPT, "job": {**JOB, **properties}})
        for properties in jobs.values()
    ]
    mine, other = ours(busy_cluster, *requests), theirs(busy_cluster, *requests)
    seen = effects(busy_cluster)
    wrong = {}
    for name, one, two in zip(jobs, mine, other, strict=True):
        found = refused_alike(one, two)
        body, their_body = one[1], two[1]
        if found is None and body and their_body:
            alike = set(body) == set(their_body) and body.get("job_id") and their_body.get("job_id")
            ids = (body["job_id"], their_body["job_id"]) if alike else ()
            found = differing(*(seen[number] for number in ids)) if ids else [body, their_body]
        if found:
            wrong[name] = found
    cancel(busy_cluster, [body["job_id"] for _, body in mine + other if body and body.get("job_id")])
    assert wrong == {}, "\n".join(f"{name}: {what}" for name, what in wrong.items())


@pytest.mark.parametrize("version", here(SERVED))
def test_a_changed_job_is_slurmrestd_s(busy_cluster: Any, version: int) -> None:
    """The same properties, given to jobs that wait: a pair of jobs each."""
    changes = properties_at(version)
    if version == 39:  # slurmrestd wants an environment of a change, too
        changes = {name: {"environment": JOB["environment"], **change} for name, change in changes.items()}
    submit = request("POST", f"/slurm/v0.0.{version}/job/submit", {"script": SCRIPT, "job": JOB})
    made = ours(busy_cluster, *[submit] * (2 * len(changes)))
    ids = [body["job_id"] for _, body in made if body]
    mine_ids, their_ids = ids[: len(changes)], ids[len(changes) :]
    mine, other = (
        ask(busy_cluster, *requests)
        for ask, requests in (
            (ours, updates(version, mine_ids, changes.values())),
            (theirs, updates(version, their_ids, changes.values())),
        )
    )
    seen = effects(busy_cluster)
    wrong = {}
    for name, number, twin, one, two in zip(changes, mine_ids, their_ids, mine, other, strict=True):
        found = refused_alike(one, two)
        if name in UNREPORTED:
            assert (one[0], two[0]) == (422, 200)
            continue
        if found is None:
            found = differing(seen[number], seen[twin])
        if found:
            wrong[name] = found
    cancel(busy_cluster, ids)
    assert wrong == {}, "\n".join(f"{name}: {what}" for name, what in wrong.items())


def properties_at(version: int) -> dict[str, dict[str, Any]]:
    came = {name: properties for name, (versions, properties) in OF_VERSIONS.items() if version in versions}
    failed = FAILED_39 if version == 39 else ()
    return {name: properties for name, properties in (SUBMITTED | came).items() if name not in failed}


def updates(version: int, ids: list[int], changes: Iterable[dict[str, Any]]) -> list[str]:
    return [
        request("POST", f"/slurm/v0.0.{version}/job/{number}", change)
        for number, change in zip(ids, changes, strict=True)
    ]


def refused_alike(mine: Answer, other: Answer) -> Any:
    """None where both did it; {} where both were refused with the same number; else what they say."""
    (status, body), (their_status, their_body) = mine, other
    if (status == 200) != (their_status == 200):
        return [(status, (body or {}).get("errors")), (their_status, their_body)]
    if status == 200:
        return None
    assert body
    if their_body is None:  # v0.0.39: refused without a word
        return {}
    numbers = [each["errors"][0]["error_number"] for each in (body, their_body)]
    return {} if numbers[0] == numbers[1] else numbers


def differing(one: dict[str, str], two: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    return {key: (one.get(key), two.get(key)) for key in {**one, **two} if one.get(key) != two.get(key)}


def cancel(cluster: Any, ids: list[int]) -> None:
    cluster.shell("scancel " + " ".join(map(str, ids)))
