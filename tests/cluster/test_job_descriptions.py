"""Job descriptions, both ways, on a real cluster: what goes in through one version comes out of every other.

Descriptions are made over the properties, in the form of v0.0.45; `WRITTEN` has what an older version has
instead. More of them with JOB_EXAMPLES=200.
"""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.schema.versions import NAMES, VERSIONS

from . import examples

thorough = examples.thorough("JOB_EXAMPLES", 10)
READ = [name for name, number in VERSIONS.items() if number >= 36]
V38, V39, V45 = 38, 39, 45
NEW, OLD = [number for number in NAMES if number >= V39], [36, 37, 38]
JOB = {
    "environment": ["PATH=/usr/bin:/bin", "A=ü"],
    "current_working_directory": "/tmp",
    "hold": True,
    "name": "described",
}
SCRIPT = "#!/bin/sh\nexit 0\n"


def number(value):
    return {"set": True, "infinite": False, "number": value}


INFINITE = {"set": True, "infinite": True, "number": 0}
numbers = st.integers(1, 50000).map(number)
#: As slurmctld keeps them: no quotes, no control characters.
texts = st.text(
    st.characters(categories=("L", "N", "P"), exclude_characters="\"'`\\"), min_size=1, max_size=20
)
words = st.from_regex(r"[a-z][a-z0-9_.-]{0,15}", fullmatch=True)
MAILS = ("BEGIN", "END", "FAIL", "REQUEUE", "STAGE_OUT")
NOW = int(time.time())

#: Of every version: each with what it may be.
PROPERTIES = {
    "comment": texts,
    "name": words,
    "account": st.sampled_from(["test", "research"]),
    "partition": st.sampled_from(["debug", "long", "debug,long"]),
    "constraints": st.sampled_from(["fast", "fast&ssd", "[fast|ssd]"]),
    "licenses": st.sampled_from(["matlab:2", "ansys:1,matlab:1"]),
    "wckey": words,
    "nice": st.integers(0, 100000),
    "mail_user": words,
    "mail_type": st.lists(st.sampled_from(MAILS), min_size=1, unique=True).map(sorted),
    "standard_output": st.sampled_from(["/tmp/%j.out", "/dev/null", "/tmp/%x-%u"]),
    "standard_error": st.sampled_from(["/tmp/%j.err", "/dev/null"]),
    "standard_input": st.sampled_from(["/dev/null", "/tmp/in"]),
    "time_limit": numbers | st.just(INFINITE),
    "requeue": st.booleans(),
    "begin_time": st.integers(NOW + 10**6, NOW + 10**7).map(number),
    "dependency": st.just("afterany:1"),
    "excluded_nodes": st.sampled_from([["host1"], ["host1", "host3"]]),
    "tres_per_node": st.sampled_from(["gres/gpu:1", "gres/gpu:tesla:2"]),
    "memory": st.tuples(st.sampled_from(["cpu", "node"]), st.integers(1, 100).map(number)),
    "delay_boot": st.integers(1, 100).map(lambda minutes: minutes * 60),
    "minimum_cpus_per_node": st.integers(1, 4),
    "temporary_disk_per_node": st.integers(0, 2**31),
}
#: From v0.0.39 on.
MORE = {
    "contiguous": st.booleans(),
    "tasks": st.integers(1, 4),
    "cpus_per_task": st.integers(1, 2),
    "kill_on_node_fail": st.booleans(),
    "shared": st.sampled_from([["oversubscribe"], ["user"], ["none"]]),
    "network": words,
    "minimum_nodes": st.integers(1, 2),
    "maximum_nodes": st.integers(2, 3),
    "required_switches": numbers,
    "wait_for_switch": st.integers(1, 300),
    "kill_warning_signal": st.sampled_from(["USR1", "10", "SIGTERM"]),
    "kill_warning_delay": st.integers(1, 300).map(number),
    "overcommit": st.booleans(),
    "profile": st.sampled_from([["TASK"], ["ENERGY", "TASK"]]),
    "reboot": st.just(False),
    "tasks_per_node": st.integers(1, 4),
    "flags": st.sampled_from([["KILL_INVALID_DEPENDENCY"], ["SPREAD_JOB"]]),
    "memory_binding_type": st.sampled_from([["LOCAL"], ["NONE", "VERBOSE"]]),
}
#: Property → (name, value) up to v0.0.38, where it is another.
WRITTEN = {
    "environment": lambda pairs: ("environment", dict(pair.split("=", 1) for pair in pairs)),
    "mail_type": lambda names: ("mail_type", ",".join(names)),
    "time_limit": lambda limit: ("time_limit", "UNLIMITED" if limit["infinite"] else limit["number"]),
    "begin_time": lambda begin: ("begin_time", begin["number"]),
    "excluded_nodes": lambda nodes: ("excluded_nodes", ",".join(nodes)),
    "tres_per_node": lambda tres: ("gres", tres.removeprefix("gres/")),
    "memory_per_cpu": lambda memory: ("memory_per_cpu", memory["number"]),
    "memory_per_node": lambda memory: ("memory_per_node", memory["number"]),
    "delay_boot": lambda seconds: ("delay_boot", seconds // 60),
}
#: Up to v0.0.36, beside those.
SINCE_37 = {"standard_output": "standard_out", "standard_input": "standard_in"}
#: Of a record, what differs from job to job, or changes with time.
OF_THE_JOB = re.compile(
    r"job_id|step_id|sluid|submit_time|eligible_time|accrue_time|last_sched_evaluation|.*_expanded|start_time"
    r"|priority|priority_by_partition|pre_sus_time|command|system_comment|submit_line|standard_\w+|batch_flag"
)
#: Flags that slurmctld sets and takes away while a job waits.
OF_THE_SCHEDULER = {
    *("BACKFILL_TEST", "TESTING_BACKFILL", "TESTING_WHOLE_NODE_BACKFILL"),
    *("BACKFILL_ATTEMPTED", "SCHEDULING_ATTEMPTED"),
}
#: Of scontrol's words.
OF_SCONTROL = re.compile(
    r"(JobId|Submit|Eligible|Accrue|LastSched|Start|End|Priority|Std|AllocNode|SLUID)\w*"
)


def description(members):
    """{"memory": (per, n)} is two properties, of which a job has one."""
    found = dict(members)
    if "memory" in found:
        per, amount = found.pop("memory")
        found[f"memory_per_{per}"] = amount
    return {**JOB, **found}


old_descriptions = st.fixed_dictionaries({}, optional=PROPERTIES).map(description)
new_descriptions = st.fixed_dictionaries({}, optional={**PROPERTIES, **MORE}).map(description)


def written(job, version):
    """The description as a version has it."""
    if version >= V39:
        return job
    pairs = [WRITTEN[name](value) if name in WRITTEN else (name, value) for name, value in job.items()]
    return {SINCE_37.get(name, name) if version < 37 else name: value for name, value in pairs}


def asked(method, target, body=None):
    content = b"" if body is None else json.dumps(body).encode()
    fields = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return f"{method} {target} HTTP/1.1\r\n{fields}\r\n".encode() + content


def answers(cluster, *requests):
    """(status, body) of each."""
    done = cluster.shell(f"cat | restd-inet -q --max-requests {len(requests) + 1}", input=b"".join(requests))
    found, output = [], done.stdout
    while output:
        head, _, output = output.partition(b"\r\n\r\n")
        size = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
        found.append((int(head.split()[1]), json.loads(output[:size])))
        output = output[size:]
    assert len(found) == len(requests), done.stderr.decode()
    return found


def submitted(cluster, job, versions):
    """The numbers of a job submitted through each version; None where slurmctld takes it through none."""
    requests = [
        asked("POST", f"/slurm/{NAMES[version]}/job/submit", {"script": SCRIPT, "job": written(job, version)})
        for version in versions
    ]
    found = answers(cluster, *requests)
    statuses = {status for status, _ in found}
    if statuses == {422}:  # a combination that Slurm does not have
        return None
    assert statuses == {200}, [body for _, body in found]
    return [body["job_id"] for _, body in found]


def records(cluster, numbers):
    """{version: {number: record}}, read through every version."""
    pairs = [(version, number) for version in READ for number in numbers]
    found = answers(cluster, *(asked("GET", f"/slurm/{version}/job/{number}") for version, number in pairs))
    read = {version: {} for version in READ}
    for (version, number), (status, body) in zip(pairs, found, strict=True):
        assert status == 200, body
        read[version][number] = body["jobs"][0]
    return read


def kept(record):
    found = {name: value for name, value in record.items() if not OF_THE_JOB.fullmatch(name)}
    if isinstance(found.get("flags"), list):
        found["flags"] = [flag for flag in found["flags"] if flag not in OF_THE_SCHEDULER]
    return found


def scontrol(cluster, number):
    line = cluster.shell(f"scontrol show job -o {number}").stdout.decode()
    pairs = re.findall(r"(\S+?)=(.*?)(?= [A-Z][\w:/]*=|$)", line)
    return {name: value.strip() for name, value in pairs if not OF_SCONTROL.fullmatch(name)}


@pytest.fixture
def jobs(cluster):
    """Jobs that are cancelled in the end."""
    numbers = []
    yield numbers
    if numbers:
        cluster.shell("scancel " + " ".join(map(str, numbers)))


@thorough
@given(job=old_descriptions, old=st.sampled_from(OLD), new=st.sampled_from(NEW))
def test_a_job_is_the_same_whatever_version_it_came_through(cluster, jobs, job, old, new):
    same_through(cluster, jobs, job, [old, new])


@thorough
@given(job=new_descriptions, versions=st.lists(st.sampled_from(NEW), min_size=2, max_size=2, unique=True))
def test_a_description_has_all_of_its_properties_from_v0_0_39_on(cluster, jobs, job, versions):
    same_through(cluster, jobs, job, versions)


def same_through(cluster, jobs, job, versions):
    found = submitted(cluster, job, versions)
    if found is None:
        return
    jobs += found
    first, second = found
    for version, read in records(cluster, found).items():
        assert kept(read[first]) == kept(read[second]), version
    assert scontrol(cluster, first) == scontrol(cluster, second)
    told_back(records(cluster, found)["v0.0.45"][first], job)


#: Property → what a record of v0.0.45 has for it.
SHOWN = {
    "constraints": lambda record: record["features"],
    "delay_boot": lambda record: record["delay_boot"]["number"],
    "excluded_nodes": lambda record: expanded(record["excluded_nodes"]),
    "tres_per_node": lambda record: record["tres_per_node"].replace("gres:", "gres/"),
    "minimum_cpus_per_node": lambda record: record["minimum_cpus_per_node"]["number"],
    "temporary_disk_per_node": lambda record: record["minimum_tmp_disk_per_node"]["number"],
    "mail_type": lambda record: sorted(record["mail_type"]),
    "begin_time": lambda record: record["eligible_time"],
}
#: Read back as they were asked for.
SAME = ("comment", "name", "account", "partition", "licenses", "nice", "requeue", "time_limit", "wckey")


def told_back(record, job):
    got = {name: record[name] for name in SAME} | {name: get(record) for name, get in SHOWN.items()}
    for name in ("memory_per_cpu", "memory_per_node"):
        got[name] = record[name]
    for name, value in job.items():
        if name in got:
            wanted = number(value) if isinstance(got[name], dict) and not isinstance(value, dict) else value
            if wanted == INFINITE:
                assert got[name]["infinite"], name
            else:
                assert got[name] == wanted or got[name] == (value, name), (name, got[name], value)


def expanded(nodes):
    found = re.fullmatch(r"(\w+?)\[([\d,]+)\]", nodes)
    return [f"{found[1]}{n}" for n in found[2].split(",")] if found else nodes.split(",")


# Updates.

#: Property → the parts of a record (v0.0.45) that its change may change.
CHANGES = {
    "comment": {"comment"},
    "name": {"name"},
    "nice": {"nice"},
    "time_limit": {"time_limit", "end_time"},
    "licenses": {"licenses", "tres_req_str"},
    "requeue": {"requeue"},
    "constraints": {"features"},
    "excluded_nodes": {"excluded_nodes", "scheduled_nodes"},
    "begin_time": {"end_time"},
    "minimum_cpus_per_node": {"minimum_cpus_per_node", "cpus", "tres_req_str", "memory_per_node"},
}
changes = st.fixed_dictionaries({}, optional={name: PROPERTIES[name] for name in CHANGES}).filter(bool)
#: What changes with every change.
MOVED = {"state_reason", "state_description"}


@thorough
@given(job=old_descriptions, change=changes, version=st.sampled_from([*OLD, *NEW]))
def test_an_update_changes_what_it_names_and_nothing_else(cluster, jobs, job, change, version):
    found = submitted(cluster, job, [V45])
    if found is None:
        return
    jobs += found
    target = f"/slurm/v0.0.45/job/{found[0]}"
    update = asked("POST", f"/slurm/{NAMES[version]}/job/{found[0]}", written(change, version))
    (_, before), (status, body), (_, after) = answers(
        cluster, asked("GET", target), update, asked("GET", target)
    )
    first, second = kept(before["jobs"][0]), kept(after["jobs"][0])
    changed = {name for name in first if first[name] != second[name]}
    assert changed <= set().union(*(CHANGES[name] for name in change)) | MOVED
    if status != 200:  # slurmctld refuses a part, and has done another
        assert status in (403, 422), body
        return
    told_back(after["jobs"][0], change)


@pytest.mark.parametrize("version", NEW)
def test_what_an_update_leaves_unset_stays(cluster, jobs, version):
    """Numbers of 16, 32 and 64 bits, each said to be unset."""
    unset = {"set": False, "infinite": False, "number": 0}
    job = {
        **JOB,
        "time_limit": number(50),
        "memory_per_node": number(30),
        "priority": number(5),
        "required_switches": number(1),
        "begin_time": number(NOW + 10**6),
        "kill_warning_delay": number(30),
        "kill_warning_signal": "USR1",
    }
    del job["hold"]
    (own,) = submitted(cluster, job, [V45])
    jobs.append(own)
    nothing = {name: unset for name, value in job.items() if isinstance(value, dict)}
    target = f"/slurm/v0.0.45/job/{own}"
    update = asked("POST", f"/slurm/{NAMES[version]}/job/{own}", nothing)
    (_, before), (status, body), (_, after) = answers(
        cluster, asked("GET", target), update, asked("GET", target)
    )
    assert status == 200, body
    first, second = kept(before["jobs"][0]), kept(after["jobs"][0])
    assert {name for name in first if first[name] != second[name]} <= MOVED
    unlimited = asked("POST", f"/slurm/{NAMES[version]}/job/{own}", {"time_limit": INFINITE})
    (status, body), (_, after) = answers(cluster, unlimited, asked("GET", target))
    assert status == 200, body
    assert after["jobs"][0]["time_limit"] == {"set": False, "infinite": True, "number": 0}
