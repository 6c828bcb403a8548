"""Values against Slurm's own programs: every field of jobs, nodes, partitions and diag, on a busy cluster.

Three witnesses, asked at the same moment: scontrol and squeue and sinfo and sdiag (what an
administrator sees), and slurmrestd's v0.0.36 (what a client sees). Where we differ from one of them
on purpose, EXPECTED says why; a reason that explains nothing any more fails too.
"""

from __future__ import annotations

import json
import pwd
import re
import shutil
import time
from collections.abc import Callable
from typing import Any

import pytest
from cluster.cluster import SYSTEM_PATH

Row = dict[str, Any]
Rows = dict[Any, Row]

#: Field → why slurmrestd's v0.0.36 says something else.
EXPECTED = {
    "jobs.core_spec": "slurmrestd takes cores and threads for each other",
    "jobs.thread_spec": "slurmrestd takes cores and threads for each other",
    "jobs.cpus": "slurmrestd tells it only if num_tasks is set, by mistake",
    "nodes.cpu_load": "slurmrestd writes NO_VAL, of a node that never answered",
    "nodes.free_memory": "slurmrestd writes NO_VAL64, of a node that never answered",
    "jobs.cpus_per_task": "slurmrestd tells it only if cpu_freq_min is set, by mistake",
    "nodes.state": "slurmrestd does not ask for SHOW_MIXED; sinfo and scontrol do",
    "partitions.default_time_limit": "slurmrestd writes def_mem_per_cpu there, by mistake",
    "partitions.maximum_cpus_per_node": 'no limit is "INFINITE" in v0.0.35, -1 later',
    "partitions.maximum_nodes_per_job": 'no limit is "INFINITE" in v0.0.35, -1 later',
    "partitions.max_time_limit": 'no limit is "INFINITE" in v0.0.35, -1 later',
    "partitions.preemption_mode": "slurmrestd takes NO_VAL16, nothing said, for bits; scontrol says OFF",
    "partitions.default_memory_per_cpu": "slurmrestd writes the bit MEM_PER_CPU into the number",
    "partitions.maximum_memory_per_node": "slurmrestd writes the bit MEM_PER_CPU into the number",
}
#: v0.0.35's name → v0.0.36's.
RENAMED = {
    "jobs.pn_min_tmp_disk": "minimum_tmp_disk_per_node",
    "partitions.min nodes per job": "min_nodes_per_job",
    "diag.schedule_queue_len": "schedule_queue_length",
    "diag.schedule_cycle_counter": "schedule_cycle_total",
}
#: Of v0.0.35 alone: lists of indexes, and sums of which later versions give the mean.
ONLY_OURS = {
    "jobs.node_index",
    "jobs.requested_node_by_index",
    "diag.schedule_cycle_sum",
    "diag.schedule_cycle_depth",
    "diag.bf_cycle_sum",
    "diag.bf_depth_sum",
    "diag.bf_depth_try_sum",
    "diag.bf_queue_len_sum",
    "diag.bf_last_depth",
    "diag.bf_last_depth_try",
}
#: Of v0.0.36 alone.
ONLY_THEIRS = {
    "diag.agent_thread_count",
    "diag.schedule_cycle_mean",
    "diag.schedule_cycle_mean_depth",
    "diag.schedule_cycle_per_minute",
    "diag.bf_cycle_mean",
    "diag.bf_depth_mean",
    "diag.bf_depth_mean_try",
    "diag.bf_queue_len_mean",
}
#: They move between one question and the next, whoever asks.
MOVING = {"diag.server_thread_count", "diag.gettimeofday_latency", "diag.req_time"}


def document(output: bytes) -> Any:
    """The JSON after the header; slurmrestd may write more behind it."""
    _, _, body = output.partition(b"\r\n\r\n")
    return json.JSONDecoder().raw_decode(body.decode())[0]


def ours(cluster: Any, what: str) -> Rows:
    request = f"GET /slurm/v0.0.35/{what} HTTP/1.1\r\n\r\n"
    found = document(cluster.shell("cat | restd-inet -q", input=request).stdout)
    if what == "jobs":
        return {job["job_id"]: job for job in found}
    if what == "diag":
        return {"": found["statistics"]}
    rows: Rows = found[what]
    return rows


def theirs(cluster: Any, what: str) -> Rows:
    request = f"GET /slurm/v0.0.36/{what} HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
    found = document(cluster.shell("cat | slurmrestd", input=request).stdout)
    if what == "diag":
        return {"": found["statistics"]}
    return {row["job_id" if what == "jobs" else "name"]: row for row in found[what]}


def at_one_moment(cluster: Any, what: str, other: Callable[[], Any]) -> tuple[Rows, Any]:
    """Ours and another's word, with ours the same before and after."""
    deadline = time.monotonic() + 30
    while True:
        before, found, after = ours(cluster, what), other(), ours(cluster, what)
        if steady(before, what) == steady(after, what):
            return after, found
        assert time.monotonic() < deadline, "the cluster does not come to rest"


def steady(rows: Rows, what: str) -> Rows:
    return {
        name: {field: value for field, value in row.items() if f"{what}.{field}" not in MOVING}
        for name, row in rows.items()
    }


# slurmrestd.


@pytest.mark.skipif(not shutil.which("slurmrestd", path=SYSTEM_PATH), reason="slurmrestd is not installed")
@pytest.mark.parametrize("what", ["jobs", "nodes", "partitions", "diag"])
def test_slurmrestd_says_the_same(busy_cluster: Any, what: str) -> None:
    if busy_cluster.slurm >= (23, 11):
        pytest.skip("this slurmrestd no longer serves v0.0.36, the neighbour of v0.0.35")
    we, they = at_one_moment(busy_cluster, what, lambda: theirs(busy_cluster, what))
    assert list(we) == list(they)
    assert len(we) >= {"jobs": 30, "nodes": 6, "partitions": 5, "diag": 1}[what]
    differences: dict[str, list[Any]] = {}
    for name, row in we.items():
        names = {RENAMED.get(f"{what}.{field}", field): field for field in row}
        if "cpu_frequency_minumum" in they[name]:  # where it is set
            they[name]["cpu_frequency_minimum"] = they[name].pop("cpu_frequency_minumum")
        assert {f"{what}.{names[field]}" for field in set(names) - set(they[name])} <= ONLY_OURS
        assert {f"{what}.{field}" for field in set(they[name]) - set(names)} <= ONLY_THEIRS
        for field in set(names) & set(they[name]):
            key = f"{what}.{names[field]}"
            if key not in MOVING and row[names[field]] != they[name][field]:
                differences.setdefault(key, []).append((name, row[names[field]], they[name][field]))
    assert {key: rows for key, rows in differences.items() if key not in EXPECTED} == {}
    stale = {key for key in EXPECTED if key.startswith(f"{what}.")} - set(differences)
    assert stale == set(), "these do not differ any more"


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


def moment(seconds: int, none: str = "Unknown") -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(seconds)) if seconds else none


def duration(minutes: Any, none: str = "UNLIMITED") -> str:
    """[days-]hours:minutes:seconds."""
    if minutes in (None, "INFINITE"):
        return none
    days, rest = divmod(int(minutes) * 60, 86400)
    clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    return f"{days}-{clock}" if days else clock


def null(text: str) -> str:
    return text or "(null)"


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


def reason(node: Row) -> str:
    when = node["reason_changed_at"]  # 0: it stands in slurm.conf
    return f"{node['reason']} [{node['reason_set_by_user']}@{moment(when)}]" if when else node["reason"]


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
    # slurmctld leaves user_name out, as far as it is not told otherwise (LaunchParameters=enable_nss_slurm).
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
        "ConsolidateSegments", "SpreadSegments", "ContainerType", "MemUpdate",
    },
    "nodes": {
        "CPUAlloc", "CPUEfctv", "OS", "AllocMem", "Partitions", "LastBusyTime", "AllocTRES", "CapWatts",
        "CurrentWatts", "AveWatts", "ExtSensorsJoules", "ExtSensorsWatts", "ExtSensorsTemp",
        "ResumeAfterTime", "SuspendTime", "ReservationName",
        "MemSpecLimit", "CoreSpecCount", "CPUSpecList", "Extra",
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


def test_one_by_name_is_as_in_the_list(busy_cluster: Any) -> None:
    """job/{id}, node/{name} and partition/{name} say what the lists say."""

    def single(what: str, name: Any) -> Row:
        request = f"GET /slurm/v0.0.35/{what}/{name} HTTP/1.1\r\n\r\n"
        found: Row = document(busy_cluster.shell("cat | restd-inet -q", input=request).stdout)
        assert found.pop("errors") == []
        return found

    jobs, _ = at_one_moment(busy_cluster, "jobs", lambda: None)
    for number in list(jobs)[::5]:
        moving = ("last_sched_evaluation", "start_time", "end_time", "show_flags")
        one, listed = single("job", number), dict(jobs[number])
        assert {**one, **dict.fromkeys(moving)} == {**listed, **dict.fromkeys(moving)}
    nodes, _ = at_one_moment(busy_cluster, "nodes", lambda: None)
    for name, row in nodes.items():
        found = single("node", name)["nodes"]
        assert {**found[name], "cpu_load": 0, "free_memory": 0} == {**row, "cpu_load": 0, "free_memory": 0}
    partitions, _ = at_one_moment(busy_cluster, "partitions", lambda: None)
    for name, row in partitions.items():
        assert single("partition", name)["partitions"] == {name: row}


def test_v1_says_of_a_job_what_v0_0_35_says(busy_cluster: Any) -> None:
    request = "GET /slurm/v1/jobs HTTP/1.1\r\n\r\n"

    def first() -> Any:
        return document(busy_cluster.shell("cat | restd-inet -q", input=request).stdout)

    we, old = at_one_moment(busy_cluster, "jobs", first)
    for job in old:
        now = we[job["job_id"]]
        for field in set(job) & set(now) - {"memory_per_node", "memory_per_cpu"}:
            expected = None if now[field] == "" and job[field] is None else now[field]
            assert job[field] == expected, field
