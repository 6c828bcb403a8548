"""Nodes, partitions and reservations changed: what a document says, and what slurmctld is then asked."""

from __future__ import annotations

from typing import Any

import pytest
from asking import JSON, ask, content, slurm
from fake_slurm import FakeSlurm, ffi, lib

from restd_inet.problems import Problem
from restd_inet.schema.convert import dumper, parse
from restd_inet.schema.kinds.values import INFINITE, MEM_PER_CPU, NO_VAL
from restd_inet.schema.records.node_update import NODE_UPDATE
from restd_inet.schema.records.partition_update import PARTITION_UPDATE
from restd_inet.schema.records.reservation_update import RESERVATION_UPDATE
from restd_inet.schema.records.shares import SHARE
from restd_inet.schema.records.slurm_conf import SLURM_CONF
from restd_inet.schema.versions import V39, V40, V43, V45
from restd_inet.slurm.lookups.cluster import Share
from restd_inet.slurm.structs import Filled

__all__ = ["slurm"]

SLURM = FakeSlurm()
#: Structs and the function that makes one in which nothing is to change.
UNCHANGED = {
    "update_node_msg_t": lib.slurm_init_update_node_msg,
    "update_part_msg_t": lib.slurm_init_part_desc_msg,
    "resv_desc_msg_t": lib.slurm_init_resv_desc_msg,
}


def post(target: str, body: Any) -> Any:
    return ask("POST", target, body, JSON)


def sent(slurm: FakeSlurm, call: str) -> Any:
    """The struct of the one call of that name."""
    (filled,) = [rest[0] for name, *rest in slurm.calls if name == call]
    return filled.struct


def text(pointer: Any) -> Any:
    return None if pointer == ffi.NULL else ffi.string(pointer).decode()


def changed(struct: Any, type: str) -> dict[str, Any]:
    """The members that are not as in a struct that changes nothing."""
    plain = ffi.new(f"{type} *")
    UNCHANGED[type](plain)
    found = {}
    for name, field in ffi.typeof(type).fields:
        value, unset = getattr(struct, name), getattr(plain, name)
        if value != unset:
            found[name] = text(value) if field.type.cname == "char *" else value
    return found


# Nodes.


def test_an_update_of_a_node_changes_what_it_names_and_nothing_else(slurm: FakeSlurm) -> None:
    answer = post("/slurm/v0.0.45/node/n1", {"comment": "why not", "weight": {"set": True, "number": 3}})
    assert (answer.status, content(answer)["warnings"]) == (200, [])
    assert changed(sent(slurm, "slurm_update_node"), "update_node_msg_t") == {
        "node_names": "n1",
        "comment": "why not",
        "weight": 3,
    }


def test_an_empty_update_changes_nothing(slurm: FakeSlurm) -> None:
    assert post("/slurm/v0.0.40/node/n1", {}).status == 200
    assert changed(sent(slurm, "slurm_update_node"), "update_node_msg_t") == {"node_names": "n1"}


@pytest.mark.parametrize(
    ("value", "weight"),
    [
        (7, 7),
        ({"set": True, "number": 7}, 7),
        ({"set": False}, NO_VAL[32]),
        ({"infinite": True}, INFINITE[32]),
        ("infinite", INFINITE[32]),
    ],
)
def test_a_number_can_be_plain_set_unset_and_without_limit(value: Any, weight: int) -> None:
    assert parse(NODE_UPDATE, V40, {"weight": value})["weight"] == weight


@pytest.mark.parametrize(
    ("states", "bits"),
    [
        (["DRAIN"], lib.NODE_STATE_DRAIN),
        ("resume", lib.NODE_RESUME),
        (["DOWN", "POWER_UP"], lib.NODE_STATE_DOWN | lib.NODE_STATE_POWER_UP),
        (["POWER_DOWN_ASAP"], lib.NODE_STATE_POWER_DOWN | lib.NODE_STATE_POWER_DRAIN),
        (["POWER_DOWN_FORCE"], lib.NODE_STATE_POWER_DOWN | lib.NODE_STATE_POWERED_DOWN),
        ([], NO_VAL[32]),
    ],
)
def test_a_node_s_new_states(states: Any, bits: int) -> None:
    filled = Filled(SLURM, "update_node_msg_t", parse(NODE_UPDATE, V45, {"state": states}))
    assert filled.struct.node_state == bits


def test_states_that_exclude_each_other_are_refused(slurm: FakeSlurm) -> None:
    answer = post("/slurm/v0.0.45/node/n1", {"state": ["DOWN", "IDLE"]})
    assert answer.status == 400
    assert "line 1" in content(answer)["errors"][0]["description"]
    assert slurm.calls == []


def test_an_unknown_state_is_refused_with_those_that_are_known(slurm: FakeSlurm) -> None:
    answer = post("/slurm/v0.0.45/node/n1", {"state": ["NOSUCH"]})
    assert answer.status == 400
    assert "drain" in content(answer)["errors"][0]["description"]


def test_several_nodes_by_names_and_host_lists(slurm: FakeSlurm) -> None:
    assert post("/slurm/v0.0.40/nodes", {"name": ["n1", "n[3-5]"], "comment": "x"}).status == 200
    assert text(sent(slurm, "slurm_update_node").node_names) == "n1,n[3-5]"


def test_several_nodes_without_names_are_refused(slurm: FakeSlurm) -> None:
    assert post("/slurm/v0.0.40/nodes", {"comment": "x"}).status == 400
    assert slurm.calls == []


def test_the_path_names_the_node(slurm: FakeSlurm) -> None:
    answer = post("/slurm/v0.0.44/node/n1", {"name": ["n2"], "comment": "x"})
    assert "path names the node" in content(answer)["warnings"][0]["description"]
    assert text(sent(slurm, "slurm_update_node").node_names) == "n1"


@pytest.mark.parametrize(
    ("method", "target", "call", "verb"),
    [
        ("POST", "/slurm/v0.0.45/node/nope", "slurm_update_node", "update"),
        ("POST", "/slurm/v0.0.39/node/nope", "slurm_update_node", "update"),
        ("DELETE", "/slurm/v0.0.45/node/nope", "slurm_delete_node", "delete"),
    ],
)
def test_a_node_that_is_not_there_is_404(
    slurm: FakeSlurm, method: str, target: str, call: str, verb: str
) -> None:
    slurm.errors[call] = "ESLURM_INVALID_NODE_NAME"
    answer = ask(method, target, {} if method == "POST" else b"", JSON)
    (error,) = content(answer)["errors"]
    assert (answer.status, error["error_number"]) == (404, lib.ESLURM_INVALID_NODE_NAME)
    assert error["description"].startswith(f"Failure to {verb} node nope: ")


def test_an_unknown_node_among_several_is_no_wrong_path(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_update_node"] = "ESLURM_INVALID_NODE_NAME"
    assert post("/slurm/v0.0.45/nodes", {"name": ["nope"]}).status == 422


@pytest.mark.parametrize(
    ("method", "target", "call", "body"),
    [
        ("POST", "/slurm/v0.0.45/node/n1", "slurm_update_node", {"comment": "x"}),
        ("POST", "/slurm/v0.0.45/nodes", "slurm_update_node", {"name": "n1"}),
        ("DELETE", "/slurm/v0.0.45/node/n1", "slurm_delete_node", b""),
        ("POST", "/slurm/v0.0.45/new/node", "slurm_create_node", {"node_conf": "NodeName=n9 State=CLOUD"}),
        ("POST", "/slurm/v0.0.45/partitions", "slurm_create_partition", {"partitions": [{"name": "p"}]}),
        ("DELETE", "/slurm/v0.0.45/partition/p", "slurm_delete_partition", b""),
        (
            "POST",
            "/slurm/v0.0.45/reservation",
            "compat_create_reservation",
            {"name": "r", "start_time": 2000000000, "duration": 5, "users": ["fred"], "node_count": 1},
        ),
        ("DELETE", "/slurm/v0.0.45/reservation/r", "slurm_delete_reservation", b""),
        ("GET", "/slurm/v0.0.45/reconfigure", "slurm_reconfigure", b""),
    ],
)
def test_without_the_right_it_is_403(
    slurm: FakeSlurm, method: str, target: str, call: str, body: Any
) -> None:
    slurm.errors[call] = "ESLURM_USER_ID_MISSING"
    answer = ask(method, target, body, JSON)
    (error,) = content(answer)["errors"]
    assert (answer.status, error["error_number"]) == (403, lib.ESLURM_USER_ID_MISSING)


def test_a_new_node_is_a_line_of_slurm_conf(slurm: FakeSlurm) -> None:
    assert post("/slurm/v0.0.44/new/node/", {"node_conf": "NodeName=n9 CPUs=2", "errors": []}).status == 200
    assert text(sent(slurm, "slurm_create_node").extra) == "NodeName=n9 CPUs=2"


@pytest.mark.parametrize("body", [{}, {"node_conf": "garbage"}, {"node_conf": "NodeName="}])
def test_what_is_no_node_is_not_asked_of_slurmctld(slurm: FakeSlurm, body: Any) -> None:
    answer = post("/slurm/v0.0.45/new/node", body)
    assert answer.status == 400
    assert "NodeName=" in content(answer)["errors"][0]["description"]
    assert slurm.calls == []


def test_what_shows_of_nodes_is_chosen(slurm: FakeSlurm) -> None:
    slurm.add_node(name="n1")
    assert ask("GET", "/slurm/v0.0.45/nodes?flags=ALL,FUTURE&update_time=uts1795441950", b"").status == 200
    assert slurm.calls[-1] == ("nodes", 1795441950, lib.SHOW_ALL | lib.SHOW_FUTURE)
    answer = ask("GET", "/slurm/v0.0.45/nodes?flags=BOGUS", b"")
    assert answer.status == 400
    assert "federation" in content(answer)["errors"][0]["description"]


def test_a_time_that_is_none_is_refused_in_a_query(slurm: FakeSlurm) -> None:
    answer = ask("GET", "/slurm/v0.0.45/nodes?update_time=garbage", b"", JSON)
    assert answer.status == 400
    assert content(answer)["errors"][0]["description"].startswith("update_time: expected a time")


# Partitions.


def partition(document: dict[str, Any]) -> Any:
    return Filled(SLURM, "update_part_msg_t", parse(PARTITION_UPDATE, V45, document)).struct


def test_a_partition_that_is_there_is_changed_and_others_are_made(slurm: FakeSlurm) -> None:
    slurm.add_partition(name="old", max_share=1)
    body = {"partitions": [{"name": "old", "maximums": {"time": 60}}, {"name": "new", "node_sets": "fast"}]}
    assert post("/slurm/v0.0.45/partitions", body).status == 200
    assert changed(sent(slurm, "slurm_update_partition"), "update_part_msg_t") == {
        "name": "old",
        "max_time": 60,
    }
    assert changed(sent(slurm, "slurm_create_partition"), "update_part_msg_t") == {
        "name": "new",
        "nodes": "fast",
    }


def test_a_partition_as_it_is_answered_can_be_sent_back(slurm: FakeSlurm) -> None:
    slurm.add_partition(
        name="p", nodes="n[1-2]", max_time=60, max_share=1, def_mem_per_cpu=MEM_PER_CPU | 100, state_up=3,
        total_cpus=8, preempt_mode=NO_VAL[16],
    )  # fmt: skip
    document = content(ask("GET", "/slurm/v0.0.45/partition/p", b""))
    answer = post("/slurm/v0.0.45/partitions", document)
    assert answer.status == 200, answer.body
    ignored = {warning["source"] for warning in content(answer)["warnings"]}
    assert "#/partitions/0/cpus/total/" in ignored
    struct = sent(slurm, "slurm_update_partition")
    assert (struct.max_time, struct.def_mem_per_cpu) == (60, MEM_PER_CPU | 100)
    assert (struct.max_mem_per_cpu, struct.preempt_mode) == (0, NO_VAL[16])


@pytest.mark.parametrize(
    ("word", "jobs"), [("NO", 1), ("YES", 4), ("yes:2", 2), ("FORCE", 0x8004), ("FORCE:1", 0x8001)]
)
def test_how_many_jobs_share(word: str, jobs: int) -> None:
    assert partition({"partition": {"oversubscribe": word}}).max_share == jobs


@pytest.mark.parametrize("word", ["YES:1", "NO:2", "FORCE:0", "YES:40000", "MAYBE", ""])
def test_what_is_no_sharing(word: str) -> None:
    with pytest.raises(Problem) as caught:
        partition({"partition": {"oversubscribe": word}})
    assert (caught.value.status, caught.value.path) == (400, ("partition", "oversubscribe"))


@pytest.mark.parametrize(
    ("given", "mebibytes"),
    [
        ({"partition_memory_per_cpu": 100}, MEM_PER_CPU | 100),
        ({"partition_memory_per_node": {"set": True, "number": 100}}, 100),
        ({"partition_memory_per_cpu": {"infinite": True}}, 0),
        ({"partition_memory_per_node": "4G"}, 4096),
        ({"partition_memory_per_cpu": {"set": False}}, NO_VAL[64]),
        ({"partition_memory_per_cpu": {"set": False}, "partition_memory_per_node": 5}, 5),
    ],
)
def test_memory_is_for_each_cpu_or_node(given: Any, mebibytes: int) -> None:
    assert partition({"defaults": given}).def_mem_per_cpu == mebibytes
    assert partition({"maximums": given}).max_mem_per_cpu == mebibytes


@pytest.mark.parametrize(
    ("word", "before", "flags", "shares"),
    [
        ("NO", 1, lib.PART_FLAG_EXC_USER_CLR, NO_VAL[16]),
        ("NO", 0x8004, lib.PART_FLAG_EXC_USER_CLR, NO_VAL[16]),
        ("NO", 0, lib.PART_FLAG_EXC_USER_CLR, 1),
        ("USER", 0, lib.PART_FLAG_EXCLUSIVE_USER, 1),
        ("NODE", 4, lib.PART_FLAG_EXC_USER_CLR, 0),
    ],
)
def test_what_a_job_has_for_itself(slurm: FakeSlurm, word: str, before: int, flags: int, shares: int) -> None:
    slurm.add_partition(name="p", max_share=before)
    body = {"partitions": [{"name": "p", "partition": {"exclusive": word}}]}
    assert post("/slurm/v0.0.45/partitions", body).status == 200
    struct = sent(slurm, "slurm_update_partition")
    later = getattr(lib, "PART_FLAG_EXC_TOPO_CLR", 0)
    assert (struct.flags & ~later, struct.max_share) == (flags, shares)


def test_the_first_of_several_that_is_refused_says_what_was_done(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_update_partition"] = "ESLURM_INVALID_PARTITION_NAME"
    slurm.add_partition(name="b", max_share=1)
    body = {"partitions": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}
    answer = post("/slurm/v0.0.45/partitions", body)
    description = content(answer)["errors"][0]["description"]
    assert answer.status == 422
    assert description.startswith('line 1, column 32: partitions[1], "b": ')
    assert description.endswith('; done before it: "a"')
    assert [name for name, *_ in slurm.calls].count("slurm_create_partition") == 1


@pytest.mark.parametrize("body", [{}, {"partitions": [{"nodes": {"configured": "n1"}}]}])
def test_partitions_need_names(slurm: FakeSlurm, body: Any) -> None:
    assert post("/slurm/v0.0.45/partitions", body).status == 400


def test_a_partition_that_is_not_there_cannot_be_deleted(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_delete_partition"] = "ESLURM_INVALID_PARTITION_NAME"
    assert ask("DELETE", "/slurm/v0.0.45/partition/nope", b"").status == 404
    assert ask("DELETE", "/slurm/v0.0.44/partition/nope", b"").status == 405


# Reservations.

NEW = {"name": "r", "start_time": 2000000000, "duration": 60, "users": ["fred"], "node_list": ["n1", "n2"]}


def reservation(document: dict[str, Any]) -> Any:
    return Filled(SLURM, "resv_desc_msg_t", parse(RESERVATION_UPDATE, V43, document)).struct


def test_a_user_that_there_is_not_is_named(slurm: FakeSlurm) -> None:
    slurm.errors["compat_create_reservation"] = "SLURM_ERROR"
    answer = post("/slurm/v0.0.43/reservation", {**NEW, "users": ["root", "-nosuchuser", "nor=this"]})
    (error,) = content(answer)["errors"]
    assert answer.status == 422
    assert error["description"].endswith('users: there is no user "nosuchuser", "nor=this"')


def test_an_error_has_the_name_of_libslurm_s_call(slurm: FakeSlurm) -> None:
    slurm.errors["compat_create_reservation"] = "ESLURM_RESERVATION_OVERLAP"
    answer = post("/slurm/v0.0.43/reservation", {**NEW, "users": ["root"]})
    assert content(answer)["errors"][0]["source"] == "slurm_create_reservation"
    assert b"compat_" not in answer.body


def test_a_new_reservation_is_made_and_answered_as_it_was_asked_for(slurm: FakeSlurm) -> None:
    answer = post("/slurm/v0.0.43/reservation", {**NEW, "flags": ["IGNORE_JOBS", "DAILY"]})
    assert answer.status == 200, answer.body
    struct = sent(slurm, "compat_create_reservation")
    assert (struct.start_time, struct.duration, text(struct.node_list)) == (2000000000, 60, "n1,n2")
    assert struct.flags == lib.RESERVE_FLAG_IGN_JOBS | lib.RESERVE_FLAG_DAILY
    (row,) = content(answer)["reservations"]
    assert row["start_time"] == {"set": True, "infinite": False, "number": 2000000000}
    assert row["end_time"]["set"] is False
    assert row["node_list"] == ["n1", "n2"]
    assert sorted(row["flags"]) == ["DAILY", "IGNORE_JOBS"]


def test_a_reservation_that_is_there_is_changed_in_what_is_named(slurm: FakeSlurm) -> None:
    slurm.add_reservation(name="R")
    assert post("/slurm/v0.0.45/reservation", {"name": "r", "duration": 90, "flags": []}).status == 200
    struct = sent(slurm, "slurm_update_reservation")
    assert changed(struct, "resv_desc_msg_t") == {"name": "r", "duration": 90}


def test_several_reservations_are_made_and_changed(slurm: FakeSlurm) -> None:
    slurm.add_reservation(name="old")
    body = {"reservations": [NEW, {"name": "old", "duration": 5}]}
    answer = post("/slurm/v0.0.44/reservations", body)
    assert [row["name"] for row in content(answer)["reservations"]] == ["r", "old"]
    assert [name for name, *_ in slurm.calls] == [
        "reservations",
        "compat_create_reservation",
        "slurm_update_reservation",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start_time": None}, "start_time"),
        ({"duration": None}, "duration or end_time"),
        ({"duration": None, "end_time": 1999999999}, "after end_time"),
        ({"end_time": 2000000001}, "do not make end_time"),
        ({"users": None}, "users, groups or accounts"),
        ({"groups": ["staff"]}, "cannot be given together"),
        ({"node_list": None}, "what to reserve"),
        ({"flags": ["PART_NODES"]}, "PART_NODES"),
    ],
)
def test_a_new_reservation_that_says_too_little_is_422(
    slurm: FakeSlurm, change: dict[str, Any], said: str
) -> None:
    body = {name: value for name, value in {**NEW, **change}.items() if value is not None}
    answer = post("/slurm/v0.0.45/reservation", body)
    assert answer.status == 422
    assert said in content(answer)["errors"][0]["description"]
    assert [name for name, *_ in slurm.calls] == ["reservations"]


def test_a_partition_alone_is_reserved_as_a_whole(slurm: FakeSlurm) -> None:
    body = {**NEW, "node_list": None, "partition": "debug"}
    assert post("/slurm/v0.0.45/reservation", body).status == 200
    struct = sent(slurm, "compat_create_reservation")
    assert text(struct.node_list) == "ALL"
    assert struct.flags == lib.RESERVE_FLAG_PART_NODES


def test_counts_are_numbers_or_arrays_as_the_release_has_them() -> None:
    struct = reservation({"node_count": 2, "core_count": {"set": False}})
    if isinstance(struct.node_cnt, int):
        assert (struct.node_cnt, struct.core_cnt) == (2, NO_VAL[32])
    else:
        assert (list(struct.node_cnt[0:2]), struct.core_cnt) == ([2, 0], ffi.NULL)
    row = dumper(RESERVATION_UPDATE, V43, SLURM)(struct)
    assert row["node_count"] == {"set": True, "infinite": False, "number": 2}
    assert row["core_count"]["set"] is False


def test_tres_are_objects_or_a_text() -> None:
    tres = [{"type": "cpu", "count": 4}, {"type": "gres", "name": "gpu", "count": 2, "id": 1001}]
    assert text(reservation({"tres": tres}).tres_str) == "cpu=4,gres/gpu=2"
    struct = reservation({"tres": "cpu=4"})
    assert dumper(RESERVATION_UPDATE, V43, SLURM)(struct)["tres"] == [
        {"type": "cpu", "name": "", "id": 1, "count": 4}
    ]
    for wrong in ([{"count": 4}], [{"type": "cpu=3,node"}], ["cpu"], "cpu=x", "cpu", "=4"):
        with pytest.raises(Problem):
            reservation({"tres": wrong})


def test_tres_that_slurmctld_does_not_read_are_said_otherwise(slurm: FakeSlurm) -> None:
    if lib.HAS_RESERVED_TRES:
        pytest.skip("slurmctld reads them")
    tres = [{"type": "cpu", "count": 4}, {"type": "license", "name": "matlab", "count": 2}]
    assert post("/slurm/v0.0.45/reservation", {**NEW, "tres": tres}).status == 200
    struct = sent(slurm, "compat_create_reservation")
    assert (struct.core_cnt[0], text(struct.licenses), struct.tres_str) == (4, "matlab:2", ffi.NULL)
    gpus = [{"type": "gres", "name": "gpu", "count": 2}]
    answer = post("/slurm/v0.0.45/reservation", {**NEW, "tres": gpus})
    assert answer.status == 501
    assert "Slurm 23.11 or a newer one" in content(answer)["errors"][0]["description"]


def test_a_reservation_that_is_not_there_cannot_be_deleted(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_delete_reservation"] = "ESLURM_RESERVATION_INVALID"
    answer = ask("DELETE", "/slurm/v0.0.42/reservation/nope", b"")
    assert answer.status == 404
    assert "nope" in content(answer)["errors"][0]["description"]


# What a release lacks; the configuration; host lists.


@pytest.mark.parametrize(
    ("target", "call", "release"),
    [
        ("/slurm/v0.0.40/shares", "slurm_associations_get_shares", "23.11"),
        ("/slurm/v0.0.44/resources/1", "slurm_get_resource_layout", "25.11"),
    ],
)
def test_a_call_that_libslurm_lacks_is_501_and_names_the_release(
    slurm: FakeSlurm, target: str, call: str, release: str
) -> None:
    if hasattr(lib, call):
        pytest.skip("this release has it")
    answer = ask("GET", target, b"")
    assert answer.status == 501
    assert f"Slurm {release} or a newer one" in content(answer)["errors"][0]["description"]


def test_a_member_that_the_release_lacks_is_501_and_names_the_release() -> None:
    if "topology_str" in SLURM.members("update_node_msg_t"):
        pytest.skip("this release has it")
    with pytest.raises(Problem) as caught:
        Filled(SLURM, "update_node_msg_t", parse(NODE_UPDATE, V45, {"topology_str": "x"}))
    assert caught.value.status == 501
    assert "25.05" in caught.value.text


def test_the_configuration_has_all_of_its_names_whatever_the_release_has() -> None:
    row = dumper(SLURM_CONF, V45, SLURM)(SLURM.struct("slurm_conf_t", conf_flags=lib.CONF_FLAG_WCKEY))
    assert len(row) == 220
    assert row["ConfFlags"] == ["TrackWCKey"]
    assert row["Epilog"] == row["controllers"] == row["JobDefaults"] == []
    assert row["SlurmctldDebug"] == "quiet"
    assert row["SrunPortRange"] == {"minimum": 0, "maximum": 0, "set": False}


def test_a_share_has_its_numbers_by_tres_and_no_infinity() -> None:
    run, limit = ffi.new("uint64_t[]", [7, 0]), ffi.new("uint64_t[]", [INFINITE[64], NO_VAL[64]])
    used = ffi.new("long double[]", [1.5, 0])
    struct = SLURM.struct("assoc_shares_object_t", name="fred", user=1, shares_raw=5, level_fs=float("inf"))
    struct.tres_run_secs, struct.tres_grp_mins, struct.usage_tres_raw = run, limit, used
    struct.fs_factor = float(NO_VAL[32])
    share = Share(struct, ["cpu", "gres/gpu"])
    row = dumper(SHARE, V45, SLURM)(share)
    assert row["type"] == ["USER"]
    assert row["tres"]["usage"] == [{"name": "cpu", "value": 1.5}, {"name": "gres/gpu", "value": 0.0}]
    assert row["tres"]["run_seconds"][0]["value"] == {"set": True, "infinite": False, "number": 7}
    assert [one["value"]["infinite"] for one in row["tres"]["group_minutes"]] == [True, False]
    assert row["fairshare"]["level"] == {"set": False, "infinite": True, "number": 0.0}
    assert row["fairshare"]["factor"]["set"] is False
    plain = dumper(SHARE, V40, SLURM)(share)
    assert plain["fairshare"]["level"] == float(INFINITE[64])


@pytest.mark.parametrize("version", ["v0.0.44", "v0.0.45", "latest"])
def test_host_lists(slurm: FakeSlurm, version: str) -> None:
    answer = content(post(f"/util/{version}/hostnames", {"hostlist": "h[1-3,07],x"}))
    assert answer["hostnames"] == ["h1", "h2", "h3", "h07", "x"]
    assert answer["meta"]["plugin"]["type"] == "openapi/util"
    answer = content(post(f"/util/{version}/hostlist", {"hostnames": ["h1", "h2", "h[3-4]", "x"]}))
    assert answer["hostlist"] == "h[1-4],x"


@pytest.mark.parametrize("hosts", ["h[1-", "h]", "", "h[a-b]", "h[1-3]\n", "a[1-60000]b[1-60000]"])
def test_what_is_no_host_list_is_422(slurm: FakeSlurm, hosts: str) -> None:
    answer = post("/util/v0.0.45/hostnames", {"hostlist": hosts})
    assert answer.status == 422, answer.body


def test_util_is_of_the_latest_versions(slurm: FakeSlurm) -> None:
    assert post("/util/v0.0.43/hostnames", {"hostlist": "h1"}).status == 404
    assert post("/util/v0.0.45/hostnames", {}).status == 400


def test_names_of_a_version_hold_from_the_version_that_has_them() -> None:
    """shares and the like are no path of versions before them."""
    for target, first in (("shares", V40), ("reconfigure", V40), ("resources/1", 44), ("conf", V45)):
        assert ask("GET", f"/slurm/v0.0.{first - 1}/{target}", b"").status == 404
    assert ask("POST", f"/slurm/v0.0.{V39 - 1}/node/n1", {}, JSON).status == 405
