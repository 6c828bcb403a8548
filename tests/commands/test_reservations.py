"""Changes of reservations: what a document says, and what slurmctld is then asked to do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import lacking
import pytest
from asking import ask, content, slurm
from changing import SLURM, changed, post, sent, text
from fake_slurm import FakeSlurm, ffi, lib

from restd_inet.problems import Problem
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.parse import parse
from restd_inet.schema.records.reservation_update import RESERVATION_UPDATE
from restd_inet.schema.versions import V43
from restd_inet.slurm.structs import OwnedStruct

__all__ = ["slurm"]


# Reservations.
NEW = {"name": "r", "start_time": 2000000000, "duration": 60, "users": ["fred"], "node_list": ["n1", "n2"]}


def reservation(document: dict[str, Any]) -> Any:
    return OwnedStruct(SLURM, "resv_desc_msg_t", parse(RESERVATION_UPDATE, V43, document)).struct


def test_a_user_that_there_is_not_is_named(slurm: FakeSlurm) -> None:
    slurm.errors["compat_create_reservation"] = "SLURM_ERROR"
    answer = post("/slurm/v0.0.43/reservation", {**NEW, "users": ["root", "-nosuchuser", "nor=this"]})
    (error,) = content(answer)["errors"]
    assert answer.status == 422
    assert error["description"].endswith('users: there is no user "nosuchuser", "nor=this"')


@pytest.mark.parametrize(
    ("member", "error", "text"),
    [
        ("groups", "ESLURM_GROUP_ID_MISSING", 'groups: there is no group "nosuchname"'),
        ("accounts", "ESLURM_INVALID_ACCOUNT", 'accounts: there is no account "nosuchname"'),
    ],
)
def test_a_group_or_account_that_there_is_not_is_named(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch, member: str, error: str, text: str
) -> None:
    def unreachable(slurm: FakeSlurm) -> None:
        raise Problem(503, "slurmdbd cannot be reached")

    monkeypatch.setattr(FakeSlurm, "db", property(unreachable))
    slurm.errors["compat_create_reservation"] = error
    answer = post("/slurm/v0.0.43/reservation", {**NEW, "users": [], member: ["nosuchname"]})
    (found,) = content(answer)["errors"]
    assert answer.status == 422
    assert found["description"].endswith(text)
    assert found["error_number"] == getattr(lib, error)


def test_of_several_accounts_those_are_named_that_slurmdbd_does_not_have(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = slurm.struct("slurmdb_account_rec_t", name="test")
    database = SimpleNamespace(get=lambda call: [account])
    monkeypatch.setattr(FakeSlurm, "db", property(lambda slurm: database))
    slurm.errors["compat_create_reservation"] = "ESLURM_INVALID_ACCOUNT"
    answer = post("/slurm/v0.0.43/reservation", {**NEW, "users": [], "accounts": ["Test", "-nosuchacc"]})
    (found,) = content(answer)["errors"]
    assert found["description"].endswith('accounts: there is no account "nosuchacc"')


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
        "slurm_load_reservations",
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
    assert [name for name, *_ in slurm.calls] == ["slurm_load_reservations"]


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


def test_tres_that_slurmctld_does_not_read_become_other_members(slurm: FakeSlurm) -> None:
    if lib.HAS_RESERVED_TRES:
        pytest.skip(lacking.slurm("slurmctld reads TRES of reservations here", "22.05"))
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
