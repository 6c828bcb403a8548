"""The numbers for "no limit" and "not set", in every number that slurmctld takes (see sentinels.py)."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from ask import Answer, here, ours, request, theirs
from sentinels import SERVED, assert_none, cases, compared, done, merged
from test_submissions import SCRIPT, cancel, differing, effects

from restd_inet.schema.records.job_desc import JOB_DESC
from restd_inet.schema.records.node_update import NODE_UPDATE
from restd_inet.schema.records.partition_update import PARTITION_UPDATE
from restd_inet.schema.records.reservation_update import RESERVATION_UPDATE

#: Why a job that begins later may not have begun.
WAITING = {"None", "BeginTime", "Priority", "Resources"}


@pytest.mark.parametrize("version", here(SERVED))
def test_jobs(busy_cluster: Any, version: int) -> None:
    job = {
        "environment": {"PATH": "/bin"} if version < 39 else ["PATH=/bin"],
        "current_working_directory": "/tmp",
        "name": "rest",
        "begin_time": "2031-01-01T00:00:00",
    }
    properties = cases(JOB_DESC, version)
    requests = [
        request(
            "POST",
            f"/slurm/v0.0.{version}/job/submit",
            {"script": SCRIPT, "job": {**job, **({} if "tasks" in one else {"tasks": 4}), **one}},
        )
        for one in properties.values()
    ]
    mine, other = ours(busy_cluster, *requests), theirs(busy_cluster, *requests)
    jobs = effects(busy_cluster)

    def seen(_: int, one: Answer, two: Answer) -> Any:
        ids = [(answer[1] or {}).get("job_id") for answer in (one, two)]
        placed = (
            "NodeList", "BatchHost", "SchedNodeList", "NumNodes", "AllocTRES", "Reason", "JobState",
            "RunTime", "PreemptTime", "Scheduler",
        )  # fmt: skip
        begun = "begin_time" in list(properties)[_]
        wrong = differing(*(jobs[number] for number in ids))
        if set(wrong.get("Reason", ())) <= WAITING:  # whichever slurmctld has come across first
            wrong.pop("Reason", None)
        return {key: what for key, what in wrong.items() if not begun or key not in placed}

    cancel(busy_cluster, [body["job_id"] for _, body in mine + other if body and body.get("job_id")])
    assert_none(compared(properties, mine, other, seen))


def shown(cluster: Any, what: str) -> dict[str, dict[str, str]]:
    """Reservations, partitions or nodes, by name, as scontrol shows them."""
    found = {}
    for line in (
        cluster.shell(f"scontrol -a show {what} -o", user=admin_of(cluster)).stdout.decode().splitlines()
    ):
        words = dict(re.findall(r"(\S+?)=(\S*)", line))
        found[next(iter(words.values()), "")] = words
    return found


def admin_of(cluster: Any) -> str:
    return "pebbles" if os.geteuid() == 0 else str(cluster.user)


@pytest.mark.parametrize("version", here(SERVED, 43))
def test_reservations(busy_cluster: Any, version: int) -> None:
    base = {
        "users": ["fred"],
        "start_time": 1950000000,
        "duration": 5,
        "node_list": ["host1"],
        "flags": ["OVERLAP"],
    }
    properties = {
        name: one for name, one in cases(RESERVATION_UPDATE, version).items() if "start_time" not in name
    }
    check_named(busy_cluster, version, "reservation", "reservation", base, properties)


@pytest.mark.parametrize("version", here(SERVED, 45))
def test_partitions(busy_cluster: Any, version: int) -> None:
    base = {"nodes": {"configured": "host1"}}
    properties = cases(PARTITION_UPDATE, version)
    check_named(busy_cluster, version, "partitions", "partition", base, properties)


def check_named(
    cluster: Any, version: int, path: str, what: str, base: dict[str, Any], properties: dict[str, Any]
) -> None:
    asked = {}
    for who in ("we", "they"):
        bodies = [
            merged({**base, "name": f"{who}{version}x{index}"}, one)
            for index, one in enumerate(properties.values())
        ]
        asked[who] = [
            request("POST", f"/slurm/v0.0.{version}/{path}", {path: [body]} if path.endswith("s") else body)
            for body in bodies
        ]
    admin = admin_of(cluster)
    mine, other = ours(cluster, *asked["we"], user=admin), theirs(cluster, *asked["they"], user=admin)
    made = shown(cluster, what)

    def seen(index: int, *_: Answer) -> Any:
        one, two = (made.get(f"{who}{version}x{index}", {}) for who in ("we", "they"))
        wrong = differing(one, two)
        return {key: value for key, value in wrong.items() if not key.endswith("Name")}

    found = list(compared(properties, mine, other, seen))
    for name in made:
        if re.match(rf"(we|they){version}x", name):
            cluster.shell(f"scontrol delete {what}={name}", user=admin)
    assert_none(iter(found))


@pytest.mark.parametrize("version", here(SERVED, 40))
def test_nodes(busy_cluster: Any, version: int) -> None:
    """A number after the other for two nodes; what they had before them is given back each time."""
    admin = admin_of(busy_cluster)
    wrong = {}
    for name, one in cases(NODE_UPDATE, version).items():
        found = []
        for ask in (ours, theirs):
            busy_cluster.shell("scontrol update nodename=host8 weight=1 cpubind=none", user=admin)
            (answer,) = ask(
                busy_cluster, request("POST", f"/slurm/v0.0.{version}/node/host8", one), user=admin
            )
            found.append((answer, shown(busy_cluster, "node host8")["host8"]))
        (mine, now), (other, then) = found
        moved = {"CPULoad", "FreeMem", "LastBusyTime", "AllocMem"}
        differs = {key: what for key, what in differing(now, then).items() if key not in moved}
        if done(mine) != done(other) or differs:
            wrong[name] = differs or (mine, other)
    busy_cluster.shell("scontrol update nodename=host8 weight=1 cpubind=none", user=admin)
    assert_none(iter(wrong.items()))
