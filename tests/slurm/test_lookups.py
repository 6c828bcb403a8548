"""slurm.lookups: what tables ask by name, on structs of our own."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_slurm import FakeSlurm, ffi, lib

import restd_inet
from restd_inet import commands, lazy
from restd_inet.problems import Problem
from restd_inet.schema import compile
from restd_inet.schema.compile import dumper
from restd_inet.schema.record import Record
from restd_inet.schema.records.diag import DIAG
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.node import NODE
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.versions import V35, V36, V37, V38, VERSIONS
from restd_inet.slurm.job_filter import _Fit
from restd_inet.slurm.lookups import LOOKUPS
from restd_inet.slurm.lookups.cluster import NodeUse, _use
from restd_inet.slurm.lookups.hosts import expanded_hosts, host_names

SLURM = FakeSlurm()
UNSET = 0xFFFFFFFE


def array(type: str, *numbers: int) -> object:
    SLURM._kept.append(ffi.new(f"{type}[]", numbers))
    return SLURM._kept[-1]


# The registry.

SOURCE = Path(restd_inet.__file__).parent


class Recording(FakeSlurm):
    """asked: the names of the lookups that tables ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def function(self, name: str) -> Any:
        self.asked.add(name)
        return lambda x: x


def tables() -> Iterator[Record]:
    """Every record that a module of records, or of commands, has."""
    names = [
        f"restd_inet.schema.records.{path.stem}" for path in (SOURCE / "schema/records").glob("[a-z]*.py")
    ]
    for module in [*map(lazy.module, names), *commands.every(("slurm", "slurmdb", "util"))]:
        yield from (value for value in vars(module).values() if isinstance(value, Record))


def asked_by_writing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The lookups of every field of every record, at every version."""
    monkeypatch.setattr(compile, "_dumpers", {})
    slurm = Recording()
    for record in tables():
        for version in VERSIONS.values():
            for field in record.fields:
                try:
                    compile.function(field.kind_at(version), version, slurm)
                except (NotImplementedError, ValueError):  # of bodies; not at this version
                    continue
    return slurm.asked - {""}  # of lists that only bodies and documents have


def named_in_requests() -> set[str]:
    """The lookups of Deferred values: Deferred("name", …), lookup="name"."""
    found = set()
    for folder in ("schema", "commands"):
        for path in (SOURCE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    named = [word.value for word in node.keywords if word.arg == "lookup"]
                    if getattr(node.func, "id", "") == "Deferred":
                        named.append(node.args[0])
                elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "lookup":
                    named = [node.value]
                else:
                    continue
                found |= {name.value for name in named if isinstance(name, ast.Constant)}
    return found


def test_every_lookup_that_a_table_names_is_registered_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked_by_writing(monkeypatch) | named_in_requests() == set(LOOKUPS)


@pytest.mark.parametrize("name", sorted(LOOKUPS))
def test_a_registered_lookup_is_a_function_of_libslurm_and_a_value(name: str) -> None:
    function = getattr(lazy.module(f"restd_inet.slurm.lookups.{LOOKUPS[name]}"), name)
    assert next(iter(inspect.signature(function).parameters)) == "slurm"
    assert SLURM.function(name).__func__ is function  # type: ignore[attr-defined]


# What they give.


def test_a_node_s_flags_and_partitions() -> None:
    node = SLURM.struct(
        "node_info_t",
        name="host1",
        node_state=lib.NODE_STATE_IDLE | lib.NODE_STATE_DRAIN | lib.NODE_STATE_MAINT,
        next_state=UNSET,
        partitions="debug,long",
        cpus=8,
    )
    row = dumper(NODE, V37, SLURM)(node)
    assert (row["state"], row["state_flags"]) == ("idle", ["DRAIN", "MAINTENANCE"])
    assert (row["next_state_after_reboot"], row["next_state_after_reboot_flags"]) == ("invalid", [])
    assert row["partitions"] == ["debug", "long"]
    # Without a select plugin's answer nothing is in use.
    assert (row["alloc_cpus"], row["idle_cpus"], row["tres_used"], row["tres_weighted"]) == (0, 8, None, 0.0)
    assert "state_flags" not in dumper(NODE, V36, SLURM)(node)


def test_what_a_node_has_in_use_is_asked_once() -> None:
    one, other = SLURM.struct("node_info_t", cpus=4), SLURM.struct("node_info_t", cpus=2)
    assert _use(SLURM, one) is _use(SLURM, one)
    assert _use(SLURM, one) is not _use(SLURM, other)
    assert NodeUse(1, 2, None, float("nan")).weighted == 0.0


def test_a_user_who_is_not_named_is_looked_up_from_v0_0_37_on() -> None:
    job = SLURM.struct("slurm_job_info_t", user_id=0, group_id=0)
    assert dumper(JOB, V36, SLURM)(job)["user_name"] == ""
    assert dumper(JOB, V37, SLURM)(job)["user_name"] == "root"
    assert dumper(JOB, V38, SLURM)(job)["group_name"] == "root"
    job.user_id = job.group_id = 0xFFFFFFF0
    row = dumper(JOB, V38, SLURM)(job)
    assert (row["user_name"], row["group_name"]) == (None, None)
    job.user_name = array("char", *map(bytes, zip(b"fred\0")))  # type: ignore[arg-type]
    assert dumper(JOB, V38, SLURM)(job)["user_name"] == "fred"


def test_a_job_without_resources_says_nothing_of_them_in_v0_0_38() -> None:
    job = SLURM.struct("slurm_job_info_t", job_id=1)
    assert dumper(JOB, V37, SLURM)(job)["job_resources"] == {}
    assert "job_resources" not in dumper(JOB, V38, SLURM)(job)


@pytest.mark.parametrize(("flags", "expected"), [("RESERVE_FLAG_PURGE_COMP", {"time": 300}), ("", None)])
def test_a_reservation_that_is_purged_says_when(flags: str, expected: object) -> None:
    bits = getattr(lib, flags) if flags else lib.RESERVE_FLAG_MAINT
    struct = SLURM.struct("reserve_info_t", flags=bits, purge_comp_time=300)
    assert dumper(RESERVATION, V38, SLURM)(struct).get("purge_completed") == expected


def test_means_and_rpcs() -> None:
    stats = SLURM.struct("stats_info_response_msg_t", req_time=1300, req_time_start=1000)
    stats.schedule_cycle_counter, stats.schedule_cycle_sum = 10, 99
    stats.bf_table_size_sum = 5  # of no cycles
    stats.rpc_type_size, stats.rpc_user_size = 2, 2
    stats.rpc_type_id = array("uint16_t", 1008, 65000)
    stats.rpc_type_cnt = array("uint32_t", 2, 0)
    stats.rpc_type_time = array("uint64_t", 7, 0)
    stats.rpc_user_id = array("uint32_t", 0, 0xFFFFFFF0)
    stats.rpc_user_cnt = array("uint32_t", 1, 1)
    stats.rpc_user_time = array("uint64_t", 3, 4)
    row = dumper(DIAG, V38, SLURM)(stats)
    assert (row["schedule_cycle_mean"], row["bf_table_size_mean"]) == (9, 0)
    assert row["schedule_cycle_per_minute"] == 2
    assert row["rpcs_by_message_type"] == [
        {"message_type": "REQUEST_PING", "type_id": 1008, "count": 2, "average_time": 3, "total_time": 7},
        {"message_type": "65000", "type_id": 65000, "count": 0, "average_time": 0, "total_time": 0},
    ]
    assert [(user["user"], user["user_id"]) for user in row["rpcs_by_user"]] == [
        ("root", 0),
        ("4294967280", 4294967280),
    ]
    assert dumper(DIAG, V35, SLURM)(stats)["schedule_cycle_sum"] == 99
    stats.req_time = 1060
    assert dumper(DIAG, V38, SLURM)(stats)["schedule_cycle_per_minute"] == 0


def test_the_names_of_a_host_list_are_kept() -> None:
    names = expanded_hosts(SLURM, "host[1-2],other")
    assert names == ["host1", "host2", "other"]
    assert expanded_hosts(SLURM, "host[1-2],other") is names


LONG = "n" * 40


def test_more_than_a_mebibyte_of_names_is_read_whole() -> None:
    names = host_names(SLURM, f"{LONG}[1-40000]")
    assert (len(names), names[-1]) == (40_000, f"{LONG}40000")


def test_more_names_than_a_cluster_has_are_413(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restd_inet.slurm.lookups.hosts.MOST_NAMES", 3)
    assert len(host_names(SLURM, "host[1-3]")) == 3
    for hosts in ("host[1-4]", "a," * (1 << 20)):
        with pytest.raises(Problem) as caught:
            host_names(SLURM, hosts)
        assert caught.value.status == 413


@pytest.mark.parametrize(
    ("nodes", "fits"),
    [(f"{LONG}40000", True), (f"other,{LONG}[39999-40001]", True), ("other", False), ("", False)],
)
def test_a_filter_by_nodes_knows_the_last_of_many(nodes: str, fits: bool) -> None:
    kept = SLURM.ffi.new("char[]", nodes.encode())
    job = SLURM.struct("slurm_job_info_t", nodes=kept)
    assert (_Fit(SLURM, {"nodes": f"{LONG}[1-40000]"}).lacks(job) == "") is fits
