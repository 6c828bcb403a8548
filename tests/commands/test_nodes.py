"""Changes of nodes: what a document says, and what slurmctld is then asked to do."""

from __future__ import annotations

from typing import Any

import pytest
from asking import JSON, ask, content, slurm
from changing import SLURM, changed, post, sent, text
from fake_slurm import FakeSlurm, lib

from restd_inet.schema.kinds.values import INFINITE, NO_VAL
from restd_inet.schema.parse import parse
from restd_inet.schema.records.node_update import NODE_UPDATE
from restd_inet.schema.versions import V40, V45
from restd_inet.slurm.structs import OwnedStruct

__all__ = ["slurm"]


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
    filled = OwnedStruct(SLURM, "update_node_msg_t", parse(NODE_UPDATE, V45, {"state": states}))
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
    assert slurm.calls[-2] == ("slurm_load_node", 1795441950, lib.SHOW_ALL | lib.SHOW_FUTURE)
    answer = ask("GET", "/slurm/v0.0.45/nodes?flags=BOGUS", b"")
    assert answer.status == 400
    assert "federation" in content(answer)["errors"][0]["description"]


def test_a_time_that_is_none_is_refused_in_a_query(slurm: FakeSlurm) -> None:
    answer = ask("GET", "/slurm/v0.0.45/nodes?update_time=garbage", b"", JSON)
    assert answer.status == 400
    assert content(answer)["errors"][0]["description"].startswith("update_time: expected a time")
