"""/restd/<version>/nodes, partitions and reservations: filters, order, pages and numbers."""

from __future__ import annotations

import pwd
from typing import Any

import pytest
from asking import ME, ask, content, text
from fake_slurm import FakeSlurm, lib

import restd_inet.slurm
from restd_inet.schema.versions import NAMES, V40

VERSIONS = [NAMES[number] for number in sorted(NAMES) if number >= V40]
BASE = "/restd/v0.0.44"
MY_NAME = pwd.getpwuid(ME).pw_name
IDLE, MIXED, DOWN = lib.NODE_STATE_IDLE, lib.NODE_STATE_MIXED, lib.NODE_STATE_DOWN
#: Node → state, partitions, features.
NODES: dict[str, tuple[int, str, str]] = {
    "n10": (IDLE, "debug", "gpu,big"),
    "n2": (MIXED | lib.NODE_STATE_DRAIN, "debug,long", "gpu"),
    "n1": (lib.NODE_STATE_ALLOCATED, "long", ""),
    "m1": (DOWN | lib.NODE_STATE_DRAIN, "debug", ""),
    "m03": (IDLE | lib.NODE_STATE_COMPLETING | lib.NODE_STATE_DRAIN, "long", "big"),
}


@pytest.fixture(scope="module")
def slurm() -> Any:
    fake = FakeSlurm()
    for name, (state, partitions, features) in NODES.items():
        fake.add_node(name=name, node_state=state, partitions=partitions, features=features)
    fake.add_partition(name="debug", state_up=lib.PARTITION_UP, nodes="n[2,10],m1", node_inx=[0, 1, 3, 3, -1])
    fake.add_partition(
        name="long", state_up=lib.PARTITION_DRAIN, nodes="n[1-2],m03", node_inx=[1, 2, 4, 4, -1]
    )
    fake.add_reservation(name="maint_2", users=MY_NAME, node_list="n[1-2]", partition="long", accounts="a,b")
    fake.add_reservation(name="maint_10", users=f"other,{MY_NAME}x", node_list="n10", partition="debug")
    fake.add_reservation(name="School", accounts="b", node_list="m1")
    patch = pytest.MonkeyPatch()
    patch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    yield fake
    patch.undo()


def names(what: str, query: str) -> list[str]:
    answer = ask("GET", f"{BASE}/{what}?{query}")
    assert answer.status == 200, content(answer)
    return [one["name"] for one in content(answer)[what]]


@pytest.mark.parametrize(
    ("what", "query", "found"),
    [
        ("nodes", "", ["m1", "m03", "n1", "n2", "n10"]),
        ("nodes", "node=n[1-2],m03", ["m03", "n1", "n2"]),
        ("nodes", "node=!n[1-10]", ["m1", "m03"]),
        ("nodes", "partition=long", ["m03", "n1", "n2"]),
        ("nodes", "state=idle", ["m03", "n10"]),
        ("nodes", "state=alloc,mix", ["n1", "n2"]),
        ("nodes", "state=DRAIN", ["m1", "m03", "n2"]),
        ("nodes", "state=draining", ["m03", "n2"]),
        ("nodes", "state=drained", ["m1"]),
        ("nodes", "state=!DRAIN,!ALLOCATED", ["n10"]),
        ("nodes", "feature=gpu&feature=!big", ["n2"]),
        ("nodes", "after=n1", ["n2", "n10"]),
        ("nodes", "after=n1&limit=1", ["n2"]),
        ("nodes", "sort=-name&limit=2", ["n2", "n10"]),
        ("partitions", "", ["debug", "long"]),
        ("partitions", "partition=long", ["long"]),
        ("partitions", "name=d*", ["debug"]),
        ("partitions", "state=up", ["debug"]),
        ("partitions", "node=n2", ["debug", "long"]),
        ("partitions", "node=!n10", ["long"]),
        ("reservations", "", ["School", "maint_2", "maint_10"]),
        ("reservations", "name=MAINT*", ["maint_2", "maint_10"]),
        ("reservations", "reservation=School", ["School"]),
        ("reservations", "user=me", ["maint_2"]),
        ("reservations", "user=!me", ["School", "maint_10"]),
        ("reservations", "account=b", ["School", "maint_2"]),
        ("reservations", "partition=debug", ["maint_10"]),
        ("reservations", "node=n[2,10]", ["maint_2", "maint_10"]),
    ],
)
def test_records_are_chosen_and_ordered_by_name(
    slurm: FakeSlurm, what: str, query: str, found: list[str]
) -> None:
    assert names(what, query) == found


@pytest.mark.parametrize(
    ("what", "query", "groups"),
    [
        ("nodes", "group=state", {"ALLOCATED": 1, "DOWN": 1, "IDLE": 2, "MIXED": 1}),
        ("nodes", "group=partition&state=DRAIN", {"debug": 2, "long": 2}),
        ("partitions", "group=state", {"DRAIN": 1, "UP": 1}),
        ("reservations", "group=account", {"": 1, "a": 1, "b": 2}),
    ],
)
def test_numbers_of_groups(slurm: FakeSlurm, what: str, query: str, groups: dict[str, int]) -> None:
    document = content(ask("GET", f"{BASE}/{what}?{query}"))
    assert {one["name"]: one["count"] for one in document["groups"]} == groups


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("what", ["nodes", "partitions", "reservations"])
def test_whole_records_are_those_of_slurm_s_own_path(slurm: FakeSlurm, what: str, version: str) -> None:
    ours = content(ask("GET", f"/restd/{version}/{what}"))[what]
    theirs = content(ask("GET", f"/slurm/{version}/{what}"))[what]
    assert sorted(ours, key=lambda one: str(one["name"])) == sorted(theirs, key=lambda one: str(one["name"]))


def test_fields_are_those_of_the_whole_records(slurm: FakeSlurm) -> None:
    for what, paths in (
        ("nodes", "name,energy,state,partitions,alloc_memory"),
        ("partitions", "maximums,name,nodes"),
        ("reservations", "core_specializations,name,purge_completed"),
    ):
        whole = content(ask("GET", f"{BASE}/{what}"))[what]
        found = content(ask("GET", f"{BASE}/{what}?fields={paths}"))[what]
        assert found == [{path: one[path] for path in paths.split(",")} for one in whole]
    (energy,) = {
        str(one) for one in content(ask("GET", f"{BASE}/nodes?fields=energy.current_watts"))["nodes"]
    }
    assert energy.startswith("{'energy': {'current_watts':")


def test_pages_follow_the_order_of_names(slurm: FakeSlurm) -> None:
    document = content(ask("GET", f"{BASE}/nodes?limit=2&fields=name"))
    assert (document["nodes"], document["next"]) == ([{"name": "m1"}, {"name": "m03"}], "m03")


def test_a_number_in_a_name_may_be_of_any_length(slurm: FakeSlurm) -> None:
    assert content(ask("GET", f"{BASE}/nodes?after=n{'9' * 5000}&fields=name"))["nodes"] == []
    first = content(ask("GET", f"{BASE}/nodes?after=n{'0' * 5000}2&fields=name"))["nodes"][0]
    assert first == {"name": "n2"}


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nodes?state=DRAN", 'state: expected the state of a node, such as IDLE or DRAIN; found "DRAN"; did'),
        (
            "nodes?partition=lon",
            'partition: expected the name of a partition; found "lon"; did you mean "long"?',
        ),
        ("nodes?user=me", "user: unknown property"),
        ("partitions?state=u", 'state: expected the state of a partition, such as UP; found "u"'),
        ("reservations?user=nobdy", 'user: expected a user of this machine; found "nobdy"'),
    ],
)
def test_a_mistake_is_400_with_what_was_expected(slurm: FakeSlurm, target: str, message: str) -> None:
    answer = ask("GET", f"{BASE}/{target}")
    assert answer.status == 400
    assert message in text(answer)


def test_a_filter_by_what_the_release_lacks_is_501(slurm: FakeSlurm) -> None:
    answer = ask("GET", f"{BASE}/nodes?reservation=x")
    assert answer.status == (200 if slurm.capabilities.has("node_info_t.resv_name") else 501)
