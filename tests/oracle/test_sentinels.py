"""The numbers that stand for "no limit" and "not set", in every field of a body that takes a number.

Each is given to slurmrestd and to us as it is, beside numbers with a fraction; what becomes of both must be
the same. Where it is not REASONS says why.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from api_versions import NEWEST, slurmrestds
from ask import Answer, differences, ours, release, request, theirs
from test_submissions import SCRIPT, cancel, differing, effects

from restd_inet.schema.record import Record
from restd_inet.schema.records.association import ASSOCIATION
from restd_inet.schema.records.job_desc import JOB_DESC
from restd_inet.schema.records.node_update import NODE_UPDATE
from restd_inet.schema.records.partition_update import PARTITION_UPDATE
from restd_inet.schema.records.qos import QOS
from restd_inet.schema.records.reservation_update import RESERVATION_UPDATE

SERVED = slurmrestds("22.05", "24.11", "26.05")
VERSIONS = SERVED.get(release(), ())
LAST = max(VERSIONS, default=0)
pytestmark = pytest.mark.skipif(not VERSIONS, reason="no slurmrestd of Slurm 22.05, 24.11 or 26.05 is here")

WIDEST = (1 << 64) - 1
SENTINELS = (-1, -2, 0xFFFF, 0xFFFE, 0xFFFFFFFF, 0xFFFFFFFE, WIDEST, WIDEST - 1)
NUMBERS = (*SENTINELS, 1.5, 2.7)
#: Why a job that begins later may not have begun.
WAITING = {"None", "BeginTime", "Priority", "Resources"}
#: Field, value, versions: both as regular expressions → what slurmrestd does, and why we do not.
REASONS: dict[tuple[str, str, range], str] = {
    (
        r"deadline|end_time",
        "-2",
        range(40, NEWEST + 1),
    ): "a time that is not set is refused; here ignored",
    (r".*", r"\d\.\d", range(36, 39)): "refused, or rounded; here the fraction is dropped from times alone",
    (r"nice", "-2", range(36, 39)): "taken for NO_VAL, which takes a wish from an operator",
    (r"delay_boot|time_limit", "-2", range(36, 39)): "read as a text, which overflows",
    (
        r"delay_boot",
        r"0xf{8,16}[ef]?|0xf+e",
        range(36, 39),
    ): "it overflows; here no limit",
    (r"cpus_per_task", "0xfffe", range(36, 39)): "multiplied with the tasks, but then not set",
    (r"group_id|user_id", ".*", range(36, 39)): "refused; here root may name another",
    (r"temporary_disk_per_node", "-[12]", range(36, 39)): "refused; here as every other number",
    (r"minimum_cpus_per_node", "-1", range(36, 39)): "not set; here as every other number",
    (
        r"(limits\.|usage_)(factor|threshold)",
        "-1",
        range(36, NEWEST + 1),
    ): "stored as a number, which nobody has again",
    (
        r"(limits\.|usage_)(factor|threshold)",
        r"0xf{15}\w",
        range(36, NEWEST + 1),
    ): "9.2e18, which is out of range here",
    (r".*\.partition_memory_per_\w+", r"0xf{15}\w", range(40, NEWEST + 1)): "2^63 - 1 MiB; out of range here",
    (r"is_default", ".*", range(36, 39)): "any number is true",
    (r"cpu_bind", r"-[12]|0x\w+", range(40, NEWEST + 1)): "slurmctld crashes over the names of so many bits",
    (r".*job_id", ".*", range(40, NEWEST + 1)): "a number that is free is given to whoever asks first",
}


def numbers(record: Record, version: int) -> Iterator[tuple[str, Any, Any]]:
    """(field, a value, as a document says it) for every field that takes a number."""
    for field in record.fields:
        name = field.name_at(version)
        if name is None or not field.kind_at(version).readable:
            continue
        schema = field.schema(version)
        structured = "number" in schema.get("properties", {})
        if structured or schema.get("type") in ("integer", "number"):
            for value in NUMBERS:
                yield name, value, value
                if structured and value > 0:
                    yield name, value, {"set": True, "infinite": False, "number": value}


def cases(record: Record, version: int) -> dict[str, dict[str, Any]]:
    """The properties of each, by a name; those that have a reason are left out."""
    found = {}
    for field, value, said in numbers(record, version):
        shown = f"{value:#x}" if isinstance(value, int) and value > 0 else str(value)
        for reasoned, values, versions in REASONS:
            if version in versions and re.fullmatch(reasoned, field) and re.fullmatch(values, shown):
                break
        else:
            found[f"{field}: {said}"] = nested(field, said)
    return found


def nested(path: str, value: Any) -> dict[str, Any]:
    for part in reversed(path.split(".")):
        value = {part: value}
    found: dict[str, Any] = value
    return found


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {key: merged(one[key], value) for key, value in other.items() if isinstance(one.get(key), dict)}
    return {**one, **other, **both}


def done(answer: Answer) -> bool:
    """Whether it was not refused; slurmctld's refusal is an error of an answer 200 in some versions."""
    status, body = answer
    codes = [error.get("error_code", error.get("error_number")) for error in (body or {}).get("errors", ())]
    return status == 200 and not [code for code in codes if code not in (0, 2042)]


def compared(names: Any, mine: list[Answer], other: list[Answer], seen: Any) -> Iterator[tuple[str, Any]]:
    """Where one did what the other refused; else what `seen` gives for the two answers at that place."""
    for index, (name, one, two) in enumerate(zip(names, mine, other, strict=True)):
        if done(one) != done(two):
            yield name, (one, two)
        elif done(one) and (found := seen(index, one, two)):
            yield name, found


def assert_none(wrong: Iterator[tuple[str, Any]]) -> None:
    found = dict(wrong)
    assert found == {}, "\n".join(f"{name}: {str(what)[:300]}" for name, what in found.items())


@pytest.mark.parametrize("version", VERSIONS)
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


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= 38])
def test_qos(ledger_cluster: Any, version: int) -> None:
    key = "QOS" if version < 39 else "qos"
    properties = cases(QOS, version)
    properties = {name: one for name, one in properties.items() if not name.startswith("id:")}
    asked = {}
    for who in ("we", "they"):
        asked[who] = [
            request(
                "POST",
                f"/slurmdb/v0.0.{version}/qos",
                {key: [{"name": f"{who}{version}x{index}", **one}]},
            )
            for index, one in enumerate(properties.values())
        ]
    admin = ledger_cluster.admin
    mine = ours(ledger_cluster, *asked["we"], user=admin)
    other = theirs(ledger_cluster, *asked["they"], user=admin)
    ((_, body),) = ours(ledger_cluster, request("GET", f"/slurmdb/v0.0.{LAST}/qos/"), user=admin)
    made = {one["name"]: one for one in (body or {})["QOS" if LAST < 39 else "qos"]}

    def seen(index: int, *_: Answer) -> Any:
        one, two = (made.get(f"{who}{version}x{index}") for who in ("we", "they"))
        return list(differences(one, two, re.compile("id|name")))

    assert_none(compared(properties, mine, other, seen))


@pytest.mark.parametrize("version", VERSIONS)
def test_associations(ledger_cluster: Any, version: int) -> None:
    properties = cases(ASSOCIATION, version)
    admin = ledger_cluster.admin
    asked = {}
    for who in ("we", "they"):
        names = [f"{who}{version}x{index}" for index in range(len(properties))]
        accounts = [{"name": name, "description": "x", "organization": "x"} for name in names]
        ours(
            ledger_cluster,
            request("POST", f"/slurmdb/v0.0.{version}/accounts", {"accounts": accounts}),
            user=admin,
        )
        base = {"cluster": "scaleout", "parent_account": "root"}
        asked[who] = [
            request(
                "POST",
                f"/slurmdb/v0.0.{version}/associations",
                {"associations": [{**base, "account": name, "user": None, **one}]},
            )
            for name, one in zip(names, properties.values(), strict=True)
        ]
    mine = ours(ledger_cluster, *asked["we"], user=admin)
    other = theirs(ledger_cluster, *asked["they"], user=admin)
    ((_, body),) = ours(ledger_cluster, request("GET", f"/slurmdb/v0.0.{LAST}/associations/"), user=admin)
    made = {one["account"]: one for one in (body or {})["associations"] if not one["user"]}

    def seen(index: int, *_: Answer) -> Any:
        one, two = (made.get(f"{who}{version}x{index}") for who in ("we", "they"))
        return list(differences(one, two, re.compile(r"id(\..*)?|account|lineage")))

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


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= 43])
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


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= 45])
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


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= 40])
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
