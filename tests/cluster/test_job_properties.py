"""Every property of a job: what is asked for, and what Slurm then shows of the job."""

import os
import re
import time

import pytest

from .commanding import V1, get, result
from .typed import (
    as_root,
    identities,
    no_jobs_left,
    output,
    shown,
    submit,
)

__all__ = ["no_jobs_left"]


# Every property: what is asked for, and what Slurm then says of the job.

#: Every process of tests is to give them the same names.
NOW = int(time.time())
TODAY = NOW // 86400 * 86400
#: property: (value, {name in scontrol's answer: what it is}), with other properties that it needs.
PROPERTIES = [
    ("account", "research", {"Account": "research"}, {}),
    ("array", "1-5:2%1", {"ArrayTaskId": "1,3,5%1"}, {}),
    ("begin_time", TODAY + 2 * 86400, {"EligibleTime": TODAY + 2 * 86400}, {}),
    ("begin_time", "2031-05-06T07:08:09", {"EligibleTime": "2031-05-06T07:08:09"}, {}),
    ("begin_time", "now+1hour", {"EligibleTime": NOW + 3600}, {}),
    ("comment", "a_comment", {"Comment": "a_comment"}, {}),
    ("constraints", "fast&ssd", {"Features": "fast&ssd"}, {}),
    ("cores_per_socket", 2, {"ReqB:S:C:T": "0:0:2:*"}, {}),
    ("cpus_per_gpu", 3, {"CpusPerTres": "gres:gpu:3"}, {"gpus": 1}),
    ("cpus_per_task", 3, {"CPUs/Task": "3", "NumCPUs": "6"}, {"tasks": 2}),
    ("current_working_directory", "/var", {"WorkDir": "/var"}, {}),
    ("deadline", TODAY + 2 * 86400, {"Deadline": TODAY + 2 * 86400}, {}),
    ("deadline", "2031-05-06T07:08:09", {"Deadline": "2031-05-06T07:08:09"}, {}),
    ("delay_boot", 5, {"DelayBoot": "00:05:00"}, {}),
    ("dependency", "singleton", {"Dependency": "singleton(unfulfilled)"}, {}),
    ("excluded_nodes", "host2", {"ExcNodeList": "host2"}, {}),
    ("exclusive", True, {"OverSubscribe": "NO"}, {}),
    ("exclusive", "user", {"OverSubscribe": "USER"}, {}),
    ("exclusive", "oversubscribe", {"OverSubscribe": "YES"}, {}),
    ("gpus", "tesla:1", {"TresPerJob": "gres:gpu:tesla:1"}, {}),
    ("gpus_per_node", "2", {"TresPerNode": "gres:gpu:2"}, {}),
    ("gpus_per_socket", 1, {"TresPerSocket": "gres:gpu:1"}, {"sockets_per_node": 1}),
    ("gpus_per_task", 1, {"TresPerTask": "gres:gpu:1"}, {"tasks": 1}),
    ("gres", "gpu:tesla:2", {"TresPerNode": "gres:gpu:tesla:2"}, {}),
    ("hold", True, {"Priority": "0", "Reason": "JobHeldUser"}, {}),
    ("kill_on_invalid_dependency", True, {"KillOInInvalidDependent": "Yes"}, {}),
    ("kill_on_invalid_dependency", False, {"KillOInInvalidDependent": "No"}, {}),
    ("licenses", "matlab:2", {"Licenses": "matlab:2"}, {}),
    ("mail_type", "BEGIN,END", {"MailType": "BEGIN,END"}, {"mail_user": "someone"}),
    ("mail_user", "someone@example.org", {"MailUser": "someone@example.org"}, {"mail_type": "all"}),
    ("memory_per_cpu", 50, {"MinMemoryCPU": "50M"}, {}),
    ("memory_per_cpu", "60M", {"MinMemoryCPU": "60M"}, {}),
    ("memory_per_node", 300, {"MinMemoryNode": "300M"}, {}),
    ("memory_per_gpu", 100, {"MemPerTres": "gres:gpu:100"}, {"gpus": 1}),
    ("minimum_cpus_per_node", 4, {"MinCPUsNode": "4"}, {}),
    ("name", "a-name", {"JobName": "a-name"}, {}),
    ("nice", 55, {"Nice": "55"}, {}),
    ("nodes", 3, {"NumNodes": "3-3"}, {}),
    ("nodes", [2, 4], {"NumNodes": "2-4"}, {}),
    ("nodes", "1-2", {"NumNodes": "1-2"}, {}),
    ("nodes", "2", {"NumNodes": "2-2"}, {}),
    ("partition", "long", {"Partition": "long"}, {}),
    ("qos", "high", {"QOS": "high"}, {}),
    ("required_nodes", "host[1-2]", {"ReqNodeList": "host[1-2]"}, {}),
    ("requeue", False, {"Requeue": "0"}, {}),
    ("requeue", True, {"Requeue": "1"}, {}),
    ("sockets_per_node", 2, {"Socks/Node": "2"}, {}),
    ("spread_job", True, {"SpreadJob": "Yes"}, {}),
    ("standard_error", "/tmp/error", {"StdErr": "/tmp/error"}, {}),
    ("standard_in", "/dev/zero", {"StdIn": "/dev/zero"}, {}),
    ("standard_out", "/tmp/out", {"StdOut": "/tmp/out"}, {}),
    ("tasks", 6, {"NumTasks": "6"}, {}),
    ("tasks_per_core", 1, {}, {}),
    ("tasks_per_node", 3, {"NtasksPerN:B:S:C": "3:0:*:*"}, {"nodes": 2}),
    ("tasks_per_socket", 2, {"NtasksPerN:B:S:C": "0:0:2:*"}, {}),
    ("temporary_disk_per_node", 0, {"MinTmpDiskNode": "0"}, {}),
    ("threads_per_core", 1, {"ReqB:S:C:T": "0:0:*:1"}, {}),
    ("time_limit", 95, {"TimeLimit": "01:35:00"}, {}),
    ("time_limit", "1-02:03:00", {"TimeLimit": "1-02:03:00"}, {}),
    ("time_minimum", 10, {"TimeMin": "00:10:00"}, {"time_limit": 20}),
    ("wckey", "proj1", {"WCKey": "proj1"}, {}),
]


#: A release, what scontrol shows before it, and from it on.
SINCE = (
    ((25, 11), {"KillOInInvalidDependent": "Yes"}, {"KillOnInvalidDependent": "Yes"}),
    ((25, 11), {"KillOInInvalidDependent": "No"}, {"KillOnInvalidDependent": "No"}),
    ((26, 5), {"OverSubscribe": "NO"}, {"Exclusive": "NODE"}),
    ((26, 5), {"OverSubscribe": "USER"}, {"Exclusive": "USER"}),
)


def named(cluster, expected):
    """What is expected, as scontrol of this release names it."""
    later = (then for since, before, then in SINCE if before == expected and cluster.slurm >= since)
    return next(later, expected)


def as_shown(cluster, text):
    """From 23.11 on GRES are written as the TRES that they are."""
    return re.sub(r"\bgres:", "gres/", text) if cluster.slurm >= (23, 11) else text


def seconds(text):
    return int(time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%S")))


@pytest.mark.parametrize("row", PROPERTIES, ids=lambda row: f"{row[0]}={row[1]}")
def test_a_property_is_what_slurm_then_shows(cluster, row):
    name, value, expected, more = row
    job = submit(cluster, **{"hold": True, **more, name: value})
    scontrol = shown(cluster, job)
    for key, wanted in named(cluster, expected).items():
        if isinstance(wanted, int):
            assert abs(seconds(scontrol[key]) - wanted) < 1800, scontrol[key]
        else:
            assert scontrol.get(key) == as_shown(cluster, wanted), scontrol


LOW, HIGH = 0x80000001, 0x80000003
#: What scontrol does not show, and our own answer does.
ANSWERED = [
    ("cpu_frequency", "2000000", {"cpu_freq_max": 2000000}, {}),
    ("cpu_frequency", "1000000-2000000", {"cpu_freq_min": 1000000, "cpu_freq_max": 2000000}, {}),
    ("cpu_frequency", "low-high", {"cpu_freq_min": LOW, "cpu_freq_max": HIGH}, {}),
    ("tasks_per_core", 1, {"ntasks_per_core": 1}, {}),
    ("tasks_per_node", 2, {"ntasks_per_node": 2}, {"nodes": 2}),
    ("tasks_per_socket", 2, {"ntasks_per_socket": 2}, {}),
    ("kill_on_invalid_dependency", True, {"bitflags": ["KILL_INV_DEP"]}, {}),
    ("gpu_frequency", "low", {"tres_freq": "gpu:low"}, {"gpus": 1}),
    ("gpu_binding", "closest", {"tres_bind": "gpu:closest"}, {"gpus": 1}),
    ("nodes", [2, 4], {"num_nodes": 2, "max_nodes": 4}, {}),
    ("exclusive", True, {"shared": "none"}, {}),
    ("requeue", False, {"requeue": False}, {}),
]


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: f"{row[0]}={row[1]}")
def test_a_property_is_what_the_job_then_has(cluster, row):
    name, value, expected, more = row
    job = submit(cluster, **{"hold": True, **more, name: value})
    document = get(cluster, f"job/{job}", V1)
    found = {key: document[key] for key in expected if key != "bitflags"}
    if "tres_bind" in found:
        found["tres_bind"] = found["tres_bind"].removeprefix("gres/")  # from 23.11 on
    assert found == {key: wanted for key, wanted in expected.items() if key != "bitflags"}
    assert set(expected.get("bitflags", [])) <= set(document["bitflags"])


#: What shows nowhere, but is taken.
TAKEN = [
    {"distribution": "cyclic:block", "tasks": 4, "nodes": 2},
    {"distribution": "plane=2", "tasks": 4, "nodes": 2},
    {"no_kill": True},
    {"wait_all_nodes": True},
    {"open_mode": "truncate"},
    {"signal": "B:USR1@60"},
    {"get_user_environment": True},
    {"account_gather_freqency": "task=1"},
    {"burst_buffer": ""},
    {"cpu_binding": "verbose,cores"},
    {"memory_binding": "local"},
    {"cpu_binding_hint": "nomultithread"},
    {"gres_flags": "enforce-binding", "gpus": 1},
    {"minimum_nodes": True},
    {"mcs_label": ""},
    {"batch_features": "fast", "constraints": "fast"},
]


@pytest.mark.parametrize("properties", TAKEN, ids=lambda properties: next(iter(properties)))
def test_a_property_that_shows_nowhere_is_taken(cluster, properties):
    submit(cluster, hold=True, **properties)


def test_every_property_together(cluster):
    """One job that asks for a great deal, against what Slurm makes of it."""
    submitted = submit(
        cluster,
        account="research",
        partition="long",
        comment="all",
        constraints="fast",
        cpus_per_task=2,
        deadline="now+2days",
        begin_time="now+1hour",
        delay_boot=1,
        excluded_nodes="host2",
        gpus_per_node=1,
        hold=True,
        licenses="ansys:1",
        mail_type="fail",
        memory_per_cpu=20,
        name="everything",
        nice=3,
        nodes=1,
        requeue=False,
        standard_error="/dev/null",
        standard_in="/dev/null",
        tasks=3,
        time_limit=30,
        time_minimum=20,
        wckey="proj1",
    )
    scontrol = shown(cluster, submitted)
    expected = {
        "Account": "research",
        "Partition": "long",
        "Comment": "all",
        "Features": "fast",
        "CPUs/Task": "2",
        "NumTasks": "3",
        "NumCPUs": "6",
        "NumNodes": "1-1",
        "DelayBoot": "00:01:00",
        "ExcNodeList": "host2",
        "TresPerNode": as_shown(cluster, "gres:gpu:1"),
        "Priority": "0",
        "Licenses": "ansys:1",
        "MailType": "FAIL",
        "MinMemoryCPU": "20M",
        "JobName": "everything",
        "Nice": "3",
        "Requeue": "0",
        "StdErr": "/dev/null",
        "StdIn": "/dev/null",
        "StdOut": "/dev/null",
        "TimeLimit": "00:30:00",
        "TimeMin": "00:20:00",
        "WCKey": "proj1",
    }
    assert {name: scontrol.get(name) for name in expected} == expected


@as_root
def test_root_sets_a_priority_and_a_negative_nice(cluster):
    job = submit(cluster, user="root", **identities(cluster), priority=77, begin_time="now+1hour")
    assert shown(cluster, job)["Priority"] == "77"
    job = submit(cluster, user="root", **identities(cluster), nice=-5, hold=True)
    assert shown(cluster, job)["Nice"] == "-5"


def test_a_reservation_is_used(cluster):
    name = f"res{os.getpid()}"
    administrator = "root" if os.geteuid() == 0 else None
    when = "starttime=now+1hour duration=60 nodes=host4"
    output(
        cluster,
        *f"scontrol create reservation={name} users={cluster.user} {when}".split(),
        user=administrator,
    )
    try:
        job = submit(cluster, reservation=name, hold=True)
        assert shown(cluster, job)["Reservation"] == name
    finally:
        cluster.shell('scancel --user="$USER"')
        output(cluster, "scontrol", "delete", f"reservation={name}", user=administrator)


def test_a_signal_comes_before_the_end(cluster):
    """SLURM_* show what the script's job was given: sbatch --signal=B:USR1@60 and a limit of one minute."""
    script = "#!/bin/bash\ntrap 'echo early; exit 0' USR1\nfor i in $(seq 600); do sleep 0.1; done\n"
    assert result(cluster, script, signal="B:USR1@60", time_limit=1) == "early\n"


@pytest.mark.parametrize(("mode", "expected"), [("append", "old\nnew\n"), ("truncate", "new\n")])
def test_the_output_file_is_appended_to_or_truncated(cluster, mode, expected):
    out = f"{cluster.jobs}/open-mode-{mode}-{os.getpid()}"
    cluster.shell(f"echo old > {out}")
    job = submit(cluster, "#!/bin/bash\necho new\n", standard_out=out, open_mode=mode)
    cluster.wait_state(job, "COMPLETED")
    with open(out) as file:
        assert file.read() == expected


def test_standard_in_is_read(cluster):
    source = f"{cluster.jobs}/input-{os.getpid()}"
    cluster.shell(f"echo from a file > {source}")
    assert result(cluster, "#!/bin/bash\ncat\n", standard_in=source) == "from a file\n"
