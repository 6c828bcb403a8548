"""Values against scontrol: every field of jobs, nodes and partitions, on a busy cluster."""

from __future__ import annotations

import json
import pwd
import re
from collections.abc import Callable
from typing import Any

import pytest
from values import Row, at_one_moment, is_compared, moment, null, reason


# scontrol.
def lines(cluster: Any, command: str) -> list[dict[str, str]]:
    """Each line of scontrol -o: Name=value …; a value goes on until the next " Name="."""
    output = cluster.shell(command).stdout.decode()
    return [pairs(line) for line in output.splitlines() if "=" in line]


def pairs(line: str) -> dict[str, str]:
    line = line.replace(",SpreadJob=", " SpreadJob=")  # a comma, where 24.11 has two flags
    found = re.findall(r"([A-Z][A-Za-z:/_]*)=(.*?)\s*(?=\s[A-Z][A-Za-z:/_]*=|$)", line)
    values: dict[str, str] = {}
    for name, value in found:
        values.setdefault(name, value)
    return values


def duration(minutes: Any, none: str = "UNLIMITED") -> str:
    """[days-]hours:minutes:seconds."""
    if minutes in (None, "INFINITE"):
        return none
    days, rest = divmod(int(minutes) * 60, 86400)
    clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    return f"{days}-{clock}" if days else clock


def status(code: int) -> str:
    """return code:signal, of a wait(2) status."""
    return f"{code >> 8}:{code & 0x7F}"


def star(number: Any) -> str:
    return "*" if number is None else str(number)


def as_given(path: str) -> str | None:
    """A path as sbatch was given it; where scontrol makes one of a pattern, there is nothing to compare."""
    return None if "%" in path or not path else path


def yes(truth: bool) -> str:
    return "YES" if truth else "NO"


def flagged(job: Row, flag: str) -> str:
    return "Yes" if flag in job["flags"] else "No"


def frequency(number: int) -> str:
    """kHz, or a name for one (slurm.h: CPU_FREQ_)."""
    return {0x80000001: "Low", 0x80000002: "Medium", 0x80000003: "High"}.get(number, str(number))


def minimum_memory(job: Row) -> str:
    value = job["memory_per_cpu"] if job["memory_per_cpu"] is not None else job["memory_per_node"]
    return f"{value}M" if value else "0"


#: scontrol's name of a job's property → what it must be, by our record. None: not shown for this job.
JOB: dict[str, Callable[[Row], str | None]] = {
    "JobId": lambda j: str(j["job_id"]),
    "ArrayJobId": lambda j: str(j["array_job_id"]),
    "ArrayTaskId": lambda j: str(j["array_task_string"] or j["array_task_id"]),
    "ArrayTaskThrottle": lambda j: str(j["array_max_tasks"]),
    "HetJobId": lambda j: str(j["het_job_id"]),
    "HetJobOffset": lambda j: str(j["het_job_offset"]),
    "HetJobIdSet": lambda j: j["het_job_id_set"],
    "JobName": lambda j: j["name"],
    # slurmctld leaves user_name out, unless it is configured otherwise (LaunchParameters=enable_nss_slurm).
    "UserId": lambda j: f"{j['user_name'] or pwd.getpwuid(j['user_id']).pw_name}({j['user_id']})",
    "Priority": lambda j: str(j["priority"]),
    "Nice": lambda j: str(j["nice"] or 0),
    "Account": lambda j: j["account"],
    "QOS": lambda j: j["qos"],
    "WCKey": lambda j: j["wckey"],
    "JobState": lambda j: j["job_state"],
    "Reason": lambda j: j["state_description"].replace(" ", "_") or j["state_reason"],
    "Requeue": lambda j: str(int(j["requeue"])),
    "Restarts": lambda j: str(j["restart_cnt"]),
    "BatchFlag": lambda j: str(int(j["batch_flag"])),
    "Reboot": lambda j: str(int(j["reboot"])),
    "ExitCode": lambda j: status(j["exit_code"]),
    "TimeLimit": lambda j: duration(j["time_limit"]),
    "TimeMin": lambda j: duration(j["time_minimum"], "N/A") if j["time_minimum"] else "N/A",
    "SubmitTime": lambda j: moment(j["submit_time"]),
    "EligibleTime": lambda j: moment(j["eligible_time"]),
    "AccrueTime": lambda j: moment(j["accrue_time"]),
    "StartTime": lambda j: moment(j["start_time"]),
    "EndTime": lambda j: moment(j["end_time"]),
    "Deadline": lambda j: moment(j["deadline"], "N/A"),
    "SuspendTime": lambda j: moment(j["suspend_time"], "None"),
    "SecsPreSuspend": lambda j: str(j["pre_sus_time"]),
    "PreemptTime": lambda j: moment(j["preempt_time"], "None"),
    "LastSchedEval": lambda j: moment(j["last_sched_evaluation"]),
    "Partition": lambda j: j["partition"],
    "ReqNodeList": lambda j: null(j["required_nodes"]),
    "ExcNodeList": lambda j: null(j["excluded_nodes"]),
    "NodeList": lambda j: j["nodes"],
    "BatchHost": lambda j: j["batch_host"],
    "NumTasks": lambda j: "N/A" if j["tasks"] is None else str(j["tasks"]),
    "CPUs/Task": lambda j: str(j["cpus_per_task"]),
    "MinCPUsNode": lambda j: str(j["minimum_cpus_per_node"]),
    "MinMemoryNode": minimum_memory,
    "MinMemoryCPU": minimum_memory,
    "MinTmpDiskNode": lambda j: f"{j['pn_min_tmp_disk']}M" if j["pn_min_tmp_disk"] else "0",
    "Features": lambda j: null(j["features"]),
    "Reservation": lambda j: j["resv_name"],
    "DelayBoot": lambda j: duration(j["delay_boot"] / 60) if j["delay_boot"] % 60 == 0 else None,
    "OverSubscribe": lambda j: {"none": "NO", "shared": "YES", "user": "USER", "mcs": "MCS", None: "OK"}[
        j["shared"]
    ],
    "Contiguous": lambda j: str(int(j["contiguous"])),
    "Licenses": lambda j: null(j["licenses"]),
    "Command": lambda j: j["command"] or "(null)",
    "WorkDir": lambda j: j["current_working_directory"],
    "AdminComment": lambda j: j["admin_comment"],
    "Comment": lambda j: j["comment"],
    "StdErr": lambda j: as_given(j["standard_error"]),
    "StdIn": lambda j: as_given(j["standard_input"]),
    "StdOut": lambda j: as_given(j["standard_output"]),
    "CpusPerTres": lambda j: j["cpus_per_tres"],
    "MemPerTres": lambda j: j["memory_per_tres"],
    "TresBind": lambda j: j["tres_bind"],
    "TresFreq": lambda j: j["tres_freq"],
    "TresPerJob": lambda j: j["tres_per_job"],
    "TresPerNode": lambda j: j["tres_per_node"],
    "TresPerSocket": lambda j: j["tres_per_socket"],
    "TresPerTask": lambda j: j["tres_per_task"],
    "CoreSpec": lambda j: star(j["core_spec"]),
    "ThreadSpec": lambda j: star(j["thread_spec"]),
    "BatchFeatures": lambda j: j["batch_features"],
    "ClusterFeatures": lambda j: j["cluster_features"],
    "SpreadJob": lambda j: flagged(j, "SPREAD_JOB"),
    "GresEnforceBind": lambda j: flagged(j, "GRES_ENFORCE_BIND"),
    "KillOInInvalidDependent": lambda j: flagged(j, "KILL_INV_DEP"),
    "CPU_min_freq": lambda j: frequency(j["cpu_frequency_minimum"]),
    "CPU_max_freq": lambda j: frequency(j["cpu_frequency_maximum"]),
    "TRES": lambda j: j["tres_alloc_str"] or j["tres_req_str"],
}


NODE: dict[str, Callable[[Row], str | None]] = {
    "NodeName": lambda n: n["name"],
    "Arch": lambda n: n["architecture"],
    "CoresPerSocket": lambda n: str(n["cores"]),
    "CPUTot": lambda n: str(n["cpus"]),
    "CPULoad": lambda n: f"{n['cpu_load'] / 100:.2f}" if n["cpu_load"] is not None else "N/A",
    "AvailableFeatures": lambda n: null(n["features"]),
    "ActiveFeatures": lambda n: null(n["active_features"]),
    "Gres": lambda n: null(n["gres"]),
    "NodeAddr": lambda n: n["address"],
    "NodeHostName": lambda n: n["hostname"],
    "Port": lambda n: str(n["port"]),
    "Version": lambda n: n["slurmd_version"],
    "RealMemory": lambda n: str(n["real_memory"]),
    "FreeMem": lambda n: str(n["free_memory"]) if n["free_memory"] is not None else "N/A",
    "Sockets": lambda n: str(n["sockets"]),
    "Boards": lambda n: str(n["boards"]),
    "State": lambda n: n["state"].upper(),
    "ThreadsPerCore": lambda n: str(n["threads"]),
    "TmpDisk": lambda n: str(n["temporary_disk"]),
    "Weight": lambda n: str(n["weight"]),
    "Owner": lambda n: n["owner"] or "N/A",
    "MCS_label": lambda n: n["mcs_label"] or "N/A",
    "BootTime": lambda n: moment(n["boot_time"], "None"),
    "SlurmdStartTime": lambda n: moment(n["slurmd_start_time"], "None"),
    "CfgTRES": lambda n: n["tres"],
    "Comment": lambda n: n["comment"],
    "Reason": reason,
}


PARTITION: dict[str, Callable[[Row], str | None]] = {
    "PartitionName": lambda p: p["name"],
    "AllowGroups": lambda p: p["allowed_groups"] or "ALL",
    "AllowAccounts": lambda p: p["allowed_accounts"] or "ALL",
    "AllowQos": lambda p: p["allowed_qos"] or "ALL",
    "DenyAccounts": lambda p: p["denied_accounts"],
    "DenyQos": lambda p: p["denied_qos"],
    "AllocNodes": lambda p: p["allowed_allocation_nodes"] or "ALL",
    "Alternate": lambda p: p["alternative"],
    "Default": lambda p: yes("default" in p["flags"]),
    "QoS": lambda p: p["qos"] or "N/A",
    "DefaultTime": lambda p: duration(p["default_time_limit"], "NONE"),
    "DisableRootJobs": lambda p: yes("no_root" in p["flags"]),
    "ExclusiveUser": lambda p: yes("exclusive_user" in p["flags"]),
    "GraceTime": lambda p: str(p["preemption_grace_time"]),
    "Hidden": lambda p: yes("hidden" in p["flags"]),
    "MaxNodes": lambda p: str(p["maximum_nodes_per_job"]).replace("INFINITE", "UNLIMITED"),
    "MaxTime": lambda p: duration(p["max_time_limit"]),
    "MinNodes": lambda p: str(p["min nodes per job"]),
    "LLN": lambda p: yes("least_loaded_nodes" in p["flags"]),
    "MaxCPUsPerNode": lambda p: str(p["maximum_cpus_per_node"]).replace("INFINITE", "UNLIMITED"),
    "Nodes": lambda p: null(p["nodes"]),
    "PriorityJobFactor": lambda p: str(p["priority_job_factor"]),
    "PriorityTier": lambda p: str(p["priority_tier"]),
    "RootOnly": lambda p: yes("root_only" in p["flags"]),
    "ReqResv": lambda p: yes("reservation_required" in p["flags"]),
    "OverTimeLimit": lambda p: "NONE" if p["over_time_limit"] is None else str(p["over_time_limit"]),
    # Where a partition says nothing scontrol shows what the cluster does; it may cancel.
    "PreemptMode": lambda p: None if p["preemption_mode"] in ([], ["disabled"]) else "REQUEUE",
    "State": lambda p: {0: "INACTIVE", 1: "DOWN", 2: "DRAIN", 3: "UP"}[p["nodes_online"] & 3],
    "TotalCPUs": lambda p: str(p["total_cpus"]),
    "TotalNodes": lambda p: str(p["total_nodes"]),
    "TRES": lambda p: null(p["tres"]),
    "DefMemPerCPU": lambda p: str(p["default_memory_per_cpu"]),
    "DefMemPerNode": lambda p: str(p["default_memory_per_cpu"] or "UNLIMITED"),
    "MaxMemPerCPU": lambda p: str(p["maximum_memory_per_node"]),
    "MaxMemPerNode": lambda p: str(p["maximum_memory_per_node"] or "UNLIMITED"),
    "TRESBillingWeights": lambda p: p["billing_weights"],
}


#: What scontrol shows and v0.0.35 has no field for, or that scontrol works out from the clock.
NOT_OURS = {
    "jobs": {
        "GroupId", "MCS_label", "Dependency", "RunTime", "Scheduler", "AllocNode:Sid", "NumNodes", "NumCPUs",
        "ReqB:S:C:T", "Socks/Node", "NtasksPerN:B:S:C", "Network", "Power", "MailUser", "MailType",
        "Switches", "Governor", "NtasksPerTRES", "Container", "Prefer", "PreemptEligibleTime",
        # From 23.02 and 24.11 on.
        "ReqTRES", "AllocTRES", "MinMemoryTRES", "Exclusive", "SubmitLine", "KillOnInvalidDependent",
        "LicensesAlloc", "Extra", "OOMKillStep", "FailedNode", "CronJob", "CrontabSpec", "ContainerID",
        "SegmentSize", "GresOneTaskPerSharing",
        # From 25.11 and 26.05 on.
        "ConsolidateSegments", "SpreadSegments", "ContainerType", "Runtime", "MemUpdate",
    },
    "nodes": {
        "CPUAlloc", "CPUEfctv", "OS", "AllocMem", "Partitions", "LastBusyTime", "AllocTRES", "CapWatts",
        "CurrentWatts", "AveWatts", "ExtSensorsJoules", "ExtSensorsWatts", "ExtSensorsTemp",
        "ResumeAfterTime", "SuspendTime", "ReservationName",
        "MemSpecLimit", "CoreSpecCount", "CPUSpecList", "Extra", "CpuBind",
    },
    "partitions": {
        "OverSubscribe", "SelectTypeParameters", "JobDefaults", "CpuBind",
        # From 23.02 and 24.11 on.
        "NodeSets", "ExclusiveTopo", "Exclusive", "MaxCPUsPerSocket",
    },
}  # fmt: skip


#: Shown by scontrol in other words; the field's value is compared another way below, or with slurmrestd.
SHOWN = {
    "jobs": ("scontrol -a -o show job", "JobId", JOB),
    "nodes": ("scontrol -a -o show node", "NodeName", NODE),
    "partitions": ("scontrol -a -o show partition", "PartitionName", PARTITION),
}


@pytest.mark.parametrize("what", SHOWN)
def test_scontrol_shows_the_same(busy_cluster: Any, what: str) -> None:
    command, key, table = SHOWN[what]
    we, shown = at_one_moment(busy_cluster, what, lambda: lines(busy_cluster, command))
    shown = [values for values in shown if what != "jobs" or is_compared(busy_cluster, int(values[key]))]
    assert sorted(str(name) for name in we) == sorted(values[key] for values in shown)
    wrong: dict[str, Any] = {}
    seen: set[str] = set()
    for values in shown:
        row = we[int(values[key]) if what == "jobs" else values[key]]
        for name, value in values.items():
            seen.add(name)
            if name == "OverSubscribe" and (value == "TOPO" or busy_cluster.slurm >= (26, 5)):
                # Of another member there (job_info.oversubscribe); v0.0.35's is what `shared` still says.
                continue
            expected = table[name](row) if name in table else None
            if name == "State" and what == "nodes":
                value = value.partition("+")[0].rstrip("*")
            if expected is not None and expected != value:
                wrong.setdefault(name, []).append((values[key], expected, value))
    assert wrong == {}, json.dumps(wrong, indent=1)
    unknown = seen - set(table) - NOT_OURS[what]
    assert unknown == set(), f"compare {unknown}, or say that v0.0.35 has no such field"
