"""Reservations, changed on a real cluster.

What scontrol shows afterwards is compared with what was asked for, and with what the real slurmrestd makes
of the same. pebbles is an administrator, fred is not.
"""

import time

import lacking
import pytest

from .administering import ADMIN, V42, V43, V45, by_slurmrestd, cluster, done, newest, refused, show
from .typed import as_root, ask, output

__all__ = ["cluster"]

pytestmark = as_root


# Reservations.
def test_a_reservation_is_made_changed_and_deleted(cluster):
    begin = int(time.time()) + 86400
    new = {"name": "r1", "start_time": begin, "duration": 60, "users": ["fred"], "node_list": ["host3"]}
    refused(cluster, "POST", f"/slurm/{V43}/reservation", new)
    (row,) = done(cluster, "POST", f"/slurm/{V43}/reservation", {**new, "flags": ["IGNORE_JOBS"]}).json[
        "reservations"
    ]
    assert row["start_time"] == {"set": True, "infinite": False, "number": begin}
    made = show(cluster, "reservation", "r1")
    assert (made["Nodes"], made["Users"], made["Duration"]) == ("host3", "fred", "01:00:00")
    assert "IGNORE_JOBS" in made["Flags"]
    body = {
        "reservations": [
            {"name": "r1", "duration": {"number": 90, "set": True}},
            {**new, "name": "r2", "node_list": "host4"},
        ]
    }
    names = [
        one["name"] for one in done(cluster, "POST", f"/slurm/{V45}/reservations", body).json["reservations"]
    ]
    assert names == ["r1", "r2"]
    changed = show(cluster, "reservation", "r1")
    assert changed["Duration"] == "01:30:00"
    assert {**changed, "Duration": "", "EndTime": ""} == {**made, "Duration": "", "EndTime": ""}
    refused(cluster, "DELETE", f"/slurm/{V42}/reservation/r2")
    for name in names:
        done(cluster, "DELETE", f"/slurm/{V42}/reservation/{name}")
    assert done(cluster, "DELETE", f"/slurm/{V45}/reservation/r1", status=404).error["error_number"] == 2053


def test_a_reservation_at_a_time_in_words_and_of_a_number_of_nodes(cluster):
    new = {"name": "r3", "start_time": "now+1day", "duration": 5, "accounts": "test", "node_count": 2}
    done(cluster, "POST", f"/slurm/{V45}/reservation", new)
    assert show(cluster, "reservation", "r3")["NodeCnt"] == "2"
    done(cluster, "DELETE", f"/slurm/{V45}/reservation/r3")


def test_a_reservation_on_busy_nodes_is_409(cluster):
    begin = int(time.time()) + 2 * 86400
    new = {"start_time": begin, "duration": 60, "users": ["fred"], "node_list": ["host3"]}
    done(cluster, "POST", f"/slurm/{V45}/reservation", {**new, "name": "first"})
    answer = done(cluster, "POST", f"/slurm/{V45}/reservation", {**new, "name": "second"}, status=409)
    assert answer.error["error_number"] in (2016, 2058)
    done(cluster, "DELETE", f"/slurm/{V45}/reservation/first")


@pytest.mark.parametrize(
    "document",
    [
        {"users": ["fred"], "node_list": ["host3"], "flags": ["IGNORE_JOBS", "DAILY"], "comment": "c"},
        {"accounts": ["test"], "node_count": {"set": True, "number": 1}},
        {"users": ["fred"], "partition": "debug"},
        {"users": ["fred"], "licenses": ["matlab:2"], "flags": ["ANY_NODES"]},
        {"users": ["fred"], "tres": [{"type": "cpu", "count": 8}], "purge_completed": {"time": 120}},
        {"users": ["fred", "pebbles"], "features": "gpu", "node_count": 1, "max_start_delay": 30},
    ],
)
def test_a_reservation_is_as_slurmrestd_makes_it(cluster, document):
    version = newest(cluster)
    if version < V43:
        pytest.skip(lacking.slurm("slurmrestd makes no reservations here", "26.05"))
    begin = int(time.time()) + 5 * 86400
    seen = []
    for name, makes in (("ours", ask), ("theirs", by_slurmrestd)):
        whole = {"name": "same", "start_time": begin, "duration": 60, **document}
        path = f"/slurm/{version}/reservation"
        if makes is ask:
            status = ask(cluster, "POST", path, whole, user=ADMIN).status
        else:
            status = by_slurmrestd(cluster, "POST", path, whole)
        seen.append((name, status == 200, show(cluster, "reservation", "same") if status == 200 else {}))
        if status == 200:
            output(cluster, "scontrol", "delete", "reservationname=same", user="root")
    assert seen[0][1:] == seen[1][1:]
