"""Writes of v0.0.36, v0.0.37 and v0.0.38 against slurmrestd 22.05's, on one busy cluster.

What is submitted, changed and deleted through either must have the same effect, and the same answer.
"""

from __future__ import annotations

import re
import time
from typing import Any

import lacking
import pytest
from ask import Answer, ours, release, request, theirs

VERSIONS = ("v0.0.36", "v0.0.37", "v0.0.38")
V36, FROM_37 = VERSIONS[:1], VERSIONS[1:]

pytestmark = pytest.mark.skipif(
    release() != (22, 5), reason=lacking.slurm("is about slurmrestd 22.05", "22.05")
)


@pytest.fixture(scope="module")
def cluster(busy_cluster: Any) -> Any:
    return busy_cluster


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
        if version >= "v0.0.37":  # v0.0.36 has no number of a job's errors
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
    r"(JobId|ArrayJobId|AllocNode:Sid|Submit|Eligible|Accrue|LastSched|PreemptEligible|Start|End|Priority|Std)\w*"
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


def same_answer(mine: Answer, other: Answer) -> None:
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
    """It takes "nodes", a false "requeue" and a new "name", and does not pass them on to slurmctld."""
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
