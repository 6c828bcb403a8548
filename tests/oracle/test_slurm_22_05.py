"""v0.0.36, v0.0.37 and v0.0.38 against slurmrestd 22.05, on one busy cluster and at the same moment.

Every GET of every thing must have the body that slurmrestd gives, order of keys aside; what is submitted,
changed and deleted through either must have the same effect. Where we differ on purpose EXPECTED says why,
and a reason that explains nothing any more fails too.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cluster.cluster import SYSTEM_PATH

Body = dict[str, Any]
Answers = dict[str, tuple[int, Body | None]]

VERSIONS = ("v0.0.36", "v0.0.37", "v0.0.38")
ALL, TO_37, V36, FROM_37 = VERSIONS, VERSIONS[:2], VERSIONS[:1], VERSIONS[1:]

#: Path in a body → the versions in which slurmrestd says something else, and why.
EXPECTED = {
    "jobs[].cpus_per_task": (ALL, "told only where cpu_freq_min is set, by mistake"),
    "jobs[].cpu_frequency_minimum": (ALL, "left out where it is set, by mistake"),
    "jobs[].cpu_frequency_minumum": (ALL, "its name then; the documentation has it right"),
    "nodes[].state": (V36, "without SHOW_MIXED; sinfo, scontrol and later versions ask for it"),
    "nodes[].partitions": (FROM_37, "a node asked for by name has those of the first node, by mistake"),
    "partitions[].default_time_limit": (TO_37, "def_mem_per_cpu, by mistake"),
    "partitions[].preemption_mode": (TO_37, "the bits of NO_VAL16, which is nothing said"),
    "partitions[].default_memory_per_cpu": (TO_37, "the bit MEM_PER_CPU is taken for the number's"),
    "partitions[].maximum_memory_per_node": (TO_37, "the bit MEM_PER_CPU is taken for the number's"),
    "statistics.bf_queue_len_mean": (V36, "the mean of another sum, by mistake"),
}
#: Of these, what differs only as chance has it.
BY_CHANCE = {"statistics.bf_queue_len_mean"}
#: What moves with each question, whoever asks.
MOVING = re.compile(
    r"statistics\.(server_thread_count|gettimeofday_latency|req_time|schedule_cycle_per_minute"
    r"|rpcs_by_\w+\[\]\.(count|average_time|total_time))"
    r"|nodes\[\]\.(cpu_load|free_memory)"
)


def release() -> str:
    found = shutil.which("slurmrestd", path=SYSTEM_PATH)
    return subprocess.run([found, "-V"], capture_output=True, text=True).stdout if found else ""


pytestmark = pytest.mark.skipif("22.05" not in release(), reason="slurmrestd 22.05 is not installed")


# Asking.


def request(method: str, target: str, body: Any = None) -> str:
    content = "" if body is None else json.dumps(body)
    fields = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return f"{method} {target} HTTP/1.1\r\n{fields}\r\n{content}"


def answers(output: bytes) -> Iterator[tuple[int, Body | None]]:
    """Statuses and bodies, one after the other."""
    while output:
        head, _, output = output.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        size = int(length[1]) if length else 0
        yield int(head.split()[1]), json.loads(output[:size]) if size else None
        output = output[size:]


def ours(cluster: Any, *requests: str) -> list[tuple[int, Body | None]]:
    done = cluster.shell("cat | restd-inet -q", input="".join(requests))
    found = list(answers(done.stdout))
    assert len(found) == len(requests), done.stderr.decode()
    return found


def theirs(cluster: Any, *requests: str) -> list[tuple[int, Body | None]]:
    """slurmrestd's: a process for each, since it may not outlive an error."""
    found = (answers(cluster.shell("cat | slurmrestd", input=one).stdout) for one in requests)
    return [next(answer, (0, None)) for answer in found]


def at_one_moment(cluster: Any, version: str, names: list[str]) -> tuple[Answers, Answers]:
    """Both words on each of these, ours the same before and after theirs."""
    we: Answers = {}
    they: Answers = {}
    left = list(names)
    deadline = time.monotonic() + 30
    while left:
        assert time.monotonic() < deadline, f"these do not come to rest: {left}"
        requests = [request("GET", f"/slurm/{version}/{name}") for name in left]
        before, found, after = ours(cluster, *requests), theirs(cluster, *requests), ours(cluster, *requests)
        for name, first, other, last in zip(list(left), before, found, after, strict=True):
            if not [path for path, *_ in differences(first[1], last[1])]:
                we[name], they[name] = last, other
                left.remove(name)
    return we, they


def differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two bodies differ, and how; what moves is left out."""
    if MOVING.fullmatch(path):
        if type(one) is not type(other):
            yield path, one, other
    elif isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            below = f"{path}.{key}" if path else key
            yield from differences(one.get(key, ...), other.get(key, ...), below)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            yield from differences(left, right, f"{path}[]")
    elif type(one) is not type(other) or one != other:
        yield path, one, other


# What is asked for.


@pytest.fixture(scope="module")
def cluster(busy_cluster: Any) -> Any:
    """More kinds of reservations, and nodes with flags."""
    from busy import Root

    root = Root(busy_cluster)
    create = "scontrol create reservation Users=fred Duration=60"
    root.run(f"{create} ReservationName=daily Nodes=host5 StartTime=now+2days Flags=MAINT,IGNORE_JOBS,DAILY")
    root.run(f"{create} ReservationName=purged NodeCnt=1 StartTime=now+3days Flags=PURGE_COMP=00:05:00")
    root.run(
        f"{create} ReservationName=licensed NodeCnt=1 StartTime=now+4days Licenses=matlab:1"
        " Flags=REPLACE_DOWN,HOURLY Accounts=test"
    )
    root.run("scontrol update nodename=host6 state=fail reason=worse")
    return busy_cluster


def things(cluster: Any, version: str) -> list[str]:
    """Every GET path of a version, with every name there is."""
    lists = {"jobs": ("job", "job_id"), "nodes": ("node", "name"), "partitions": ("partition", "name")}
    if version >= "v0.0.37":
        lists["reservations"] = ("reservation", "name")
    names = ["diag", "ping", *lists]
    if version >= "v0.0.38":
        names.append("licenses")
    found = ours(cluster, *(request("GET", f"/slurm/{version}/{name}") for name in lists))
    for (name, (one, key)), (_, body) in zip(lists.items(), found, strict=True):
        assert body is not None
        names += [f"{one}/{row[key]}" for row in body[name]]
    return names


@pytest.mark.parametrize("version", VERSIONS)
def test_every_answer_is_slurmrestd_s(cluster: Any, version: str) -> None:
    names = things(cluster, version)
    assert len(names) >= 45
    we, they = at_one_moment(cluster, version, names)
    wrong: dict[str, list[Any]] = {}
    for name in names:
        assert (we[name][0], they[name][0]) == (200, 200), name
        for path, mine, other in differences(we[name][1], they[name][1]):
            wrong.setdefault(path, []).append((name, mine, other))
    reasons = {path for path, (versions, _) in EXPECTED.items() if version in versions}
    assert {path: cases for path, cases in wrong.items() if path not in reasons} == {}
    assert reasons - set(wrong) <= BY_CHANCE, "these do not differ any more"


@pytest.mark.parametrize("version", FROM_37)
def test_what_has_not_changed_since_is_304(cluster: Any, version: str) -> None:
    names = ("jobs", "nodes", "partitions", "reservations", "partition/debug", "reservation/meeting")
    for name in names:
        asked = request("GET", f"/slurm/{version}/{name}?update_time={int(time.time()) + 86400}")
        assert ours(cluster, asked) == [(304, None)], name
        assert theirs(cluster, asked)[0][0] == 304, name


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_not_there_is_404_with_slurmrestd_s_body(cluster: Any, version: str) -> None:
    """slurmrestd says 500. What its errors name, ours name: the number, and Slurm's own words."""
    names = ["job/99999", "node/nope", "partition/nope"]
    names += ["reservation/nope"] if version >= "v0.0.37" else []
    requests = [request("GET", f"/slurm/{version}/{name}") for name in names]
    requests += [request("DELETE", f"/slurm/{version}/job/99999")]
    requests += [request("POST", f"/slurm/{version}/job/99999", {"comment": "x"})]
    for mine, other in zip(ours(cluster, *requests), theirs(cluster, *requests), strict=True):
        assert (mine[0], other[0]) == (404, 500)
        assert mine[1] is not None and other[1] is not None
        assert {**mine[1], "errors": 0} == {**other[1], "errors": 0}
        (we,), (they,) = mine[1]["errors"], other[1]["errors"]
        assert set(they) <= set(we)
        if version >= "v0.0.37":  # v0.0.36 tells no number of a job's errors
            words = {key: value for key, value in they.items() if key not in ("description", "source")}
            assert words.items() <= we.items()


# Changing things.

JOB = {
    "environment": {"PATH": "/usr/bin:/bin", "FOO": "bar"},
    "current_working_directory": "/tmp",
    "name": "rest",
    "hold": True,
}
#: Properties of jobs to submit, each in every version that has them. slurmrestd takes "nodes" and does not
#: tell slurmctld, and a changed "name" neither: both are left out here.
SUBMITTED = {
    "least": {},
    "many": {
        "account": "research", "qos": "high", "partition": "debug", "constraints": "fast",
        "licenses": "matlab:1",
        "memory_per_cpu": 50, "time_limit": 60, "cpus_per_task": 2, "tasks": 2,
        "mail_type": "END,FAIL", "mail_user": "fred@example.org", "gres": "gpu:1", "requeue": True,
        "begin_time": "2030-01-01T00:00:00", "wckey": "paper", "nice": "5", "comment": "a comment",
        "standard_output": "/tmp/%j.out", "standard_error": "/tmp/%j.err", "standard_input": "/dev/null",
        "open_mode": "truncate", "tasks_per_node": 2,
    },
    "texts": {"time_limit": "1-12:00:00", "tasks": "3", "deadline": "2035-01-01T00:00:00"},
    "unlimited": {"time_limit": "UNLIMITED", "minimum_cpus_per_node": 2, "exclusive": "user"},
    "layout": {
        "sockets_per_node": 1, "cores_per_socket": 2, "threads_per_core": 1, "memory_per_node": 100,
        "cpu_frequency": "low-high:performance", "delay_boot": 2,
        "kill_on_invalid_dependency": True, "minimum_nodes": True, "spread_job": True,
        "distribution": "cyclic",
    },
    "gpus": {"gpus": "1", "cpus_per_gpu": "2", "gpu_binding": "closest"},
    "reserved": {"reservation": "meeting", "partition": "limited", "time_limit": 5},
    "array": {"array": "1-5%2", "exclude_nodes": "host4", "nodelist": "host1", "mail_type": "ALL"},
    "more": {
        "dependency": "afterany:1", "gres_flags": "enforce-binding", "gpus_per_node": "tesla:1",
        "gpu_frequency": "medium", "memory_binding": "local", "temporary_disk_per_node": 10,
        "tasks_per_socket": 1, "tasks_per_core": 1, "account_gather_frequency": "task=5",
        "core_specification": 1, "MEMORY_PER_CPU": 5, "distribution": "block:cyclic",
    },
}  # fmt: skip
#: Documented, and refused by slurmrestd, or the end of it; ours takes them.
REFUSED_THERE = {
    "no_kill": True,
    "exclusive": "true",
    "signal": "B:USR1@30",
    "argv": ["a", "b"],
    "wait_all_nodes": True,
    "get_user_environment": True,
    "begin_time": 1900000000,
}
NEW_IN_38 = {"container": "/oci/bundle", "prefer": "fast", "oversubscribe": True, "begin_time": "now+1hour"}
CHANGES = {
    "comment": "changed",
    "time_limit": 7,
    "nice": "100",
    "mail_user": "x@example.org",
}
#: Of scontrol's words on a job, what is another's with each job.
OF_THE_JOB = re.compile(
    r"(JobId|ArrayJobId|AllocNode:Sid|Submit|Eligible|Accrue|LastSched|Start|End|Priority|Std)\w*"
)


def effect(cluster: Any, number: int) -> dict[str, str]:
    """A job as scontrol shows it, but for what must differ."""
    line = cluster.shell(f"scontrol show job -o {number}").stdout.decode().splitlines()[0]
    words = re.findall(r"(\S+?)=(.*?)(?= [A-Z][\w:/]*=|$)", line)
    return {name: value.strip() for name, value in words if not OF_THE_JOB.fullmatch(name)}


def paths(cluster: Any, number: int) -> list[str]:
    """Its files, with %j for its number."""
    line = cluster.shell(f"scontrol show job -o {number}").stdout.decode()
    return re.findall(r"Std\w+=\S+", re.sub(rf"(?<!\d){number}(?!\d)", "%j", line))


def same_answer(mine: tuple[int, Body | None], other: tuple[int, Body | None]) -> None:
    """The same body, but for the job's number; our errors have more names than theirs."""
    assert mine[0] == other[0]
    assert mine[1] is not None and other[1] is not None
    assert {**mine[1], "job_id": 0, "errors": 0} == {**other[1], "job_id": 0, "errors": 0}
    for we, they in zip(mine[1]["errors"], other[1]["errors"], strict=True):
        assert they.items() <= we.items()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_submitted_job_is_slurmrestd_s(cluster: Any, version: str) -> None:
    jobs = dict(SUBMITTED)
    if version >= "v0.0.38":
        jobs["new"] = NEW_IN_38
    for name, properties in jobs.items():
        body = {"script": "#!/bin/sh\ntrue\n", "job": {**JOB, **properties}}
        asked = request("POST", f"/slurm/{version}/job/submit", body)
        (mine,), (other,) = ours(cluster, asked), theirs(cluster, asked)
        assert mine[0] == 200, (name, mine)
        same_answer(mine, other)
        assert mine[1] is not None and other[1] is not None
        numbers = mine[1]["job_id"], other[1]["job_id"]
        we, they = (effect(cluster, number) for number in numbers)
        assert we == they, name
        assert paths(cluster, numbers[0]) == paths(cluster, numbers[1])
        cluster.shell(f"scancel {numbers[0]} {numbers[1]}")


@pytest.mark.parametrize("name", REFUSED_THERE)
def test_what_slurmrestd_documents_and_refuses_is_taken(cluster: Any, name: str) -> None:
    job = {**JOB, name: REFUSED_THERE[name]}
    asked = request("POST", "/slurm/v0.0.38/job/submit", {"script": "#!/bin/sh\ntrue\n", "job": job})
    (mine,), (other,) = ours(cluster, asked), theirs(cluster, asked)
    assert (mine[0], other[0] in (0, 400)) == (200, True)
    assert mine[1] is not None
    cluster.shell(f"scancel {mine[1]['job_id']}")


def test_what_slurmrestd_takes_and_forgets_is_done(cluster: Any) -> None:
    """It takes "nodes", a false "requeue" and a new "name", and does not tell slurmctld."""
    job = {**JOB, "nodes": [1, 2], "requeue": False}
    asked = request("POST", "/slurm/v0.0.38/job/submit", {"script": "#!/bin/sh\ntrue\n", "job": job})
    found = [body["job_id"] for _, body in ours(cluster, asked) + theirs(cluster, asked) if body]
    for number, ask in zip(found, (ours, theirs), strict=True):
        ask(cluster, request("POST", f"/slurm/v0.0.38/job/{number}", {"name": "renamed"}))
    words = [effect(cluster, number) for number in found]
    assert [job["NumNodes"] for job in words] == ["1-2", "1"]
    assert [job["Requeue"] for job in words] == ["0", "1"]
    assert [job["JobName"] for job in words] == ["renamed", "rest"]
    cluster.shell(f"scancel {found[0]} {found[1]}")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_changed_and_deleted_job_is_slurmrestd_s(cluster: Any, version: str) -> None:
    body = {"script": "#!/bin/sh\ntrue\n", "job": JOB}
    submit = request("POST", f"/slurm/{version}/job/submit", body)
    numbers = [found["job_id"] for _, found in ours(cluster, submit, submit) if found]

    def each(method: str, body: Any = None, query: str = "") -> None:
        asked = [request(method, f"/slurm/{version}/job/{number}{query}", body) for number in numbers]
        same_answer(ours(cluster, asked[0])[0], theirs(cluster, asked[1])[0])
        we, they = (effect(cluster, number) for number in numbers)
        if version in V36:  # it calls every job that it changes "openapi", by mistake
            they["JobName"] = "rest"
        assert we == they

    each("POST", CHANGES)
    assert effect(cluster, numbers[0])["Comment"] == "changed"
    each("POST", {"hold": True, "comment": "once more"})
    each("DELETE")
    assert effect(cluster, numbers[0])["JobState"] == "CANCELLED"
    each("DELETE")  # once more: it counts as done
