"""auth._jwt_user: whom a token with the claims uid, gid and id names, by the release of Slurm."""

from __future__ import annotations

from typing import Any

import pytest

from restd_inet import installed
from restd_inet.auth._jwt_read import Unclear
from restd_inet.auth._jwt_user import user
from restd_inet.problems import Problem
from restd_inet.slurm.results import JwtConfig

ID = {"name": "alice", "gecos": "Alice", "dir": "/home/alice", "shell": "/bin/sh"}
CLAIMS = {"uid": 7001, "gid": 7002, "id": ID}
ALICE = (7001, 7002, "alice")
IDS, ONLY = "use_jwt_client_ids", "use_jwt_client_ids_only"


def named(claims: Any, parameters: str = IDS, release: str = "26.05", **headers: str) -> Any:
    """Whom a token names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(installed, "series", lambda: release)
        config = JwtConfig("auth/jwt", "auth/munge", parameters, "/state", 64030)
        return user(claims, {name.replace("_", "-"): value for name, value in headers.items()}, config)


def said(*arguments: Any, **more: str) -> str:
    """The text of a 401."""
    with pytest.raises(Problem) as refusal:
        named(*arguments, **more)
    assert refusal.value.status == 401
    return refusal.value.text


def unclear(*arguments: Any, **more: str) -> str:
    with pytest.raises(Unclear) as reason:
        named(*arguments, **more)
    return str(reason.value)


@pytest.mark.parametrize("release", ["26.05", "26.11", "27.05"])
@pytest.mark.parametrize("parameters", [IDS, ONLY])
def test_the_claims_are_the_user(parameters: str, release: str) -> None:
    assert named(CLAIMS, parameters, release) == ALICE
    assert named(CLAIMS, parameters, release, x_slurm_user_name="alice") == ALICE


def test_a_user_by_the_claims_needs_no_entry_here_and_no_sun() -> None:
    assert named({**CLAIMS, "sun": "root"}) == ALICE


@pytest.mark.parametrize("release", ["25.05", "25.11"])
def test_releases_that_may_know_it_are_left_to_slurmctld(release: str) -> None:
    assert unclear(CLAIMS, IDS, release) == "this release of Slurm may or may not know use_jwt_client_ids"


@pytest.mark.parametrize("release", ["22.05", "24.11"])
def test_releases_without_it_look_at_sun(release: str) -> None:
    assert named({**CLAIMS, "sun": "root"}, IDS, release) == (0, 0, "root")
    assert "it names no user: expected a claim sun or username" in said(CLAIMS, IDS, release)


def test_slurm_conf_must_ask_for_it() -> None:
    assert named({**CLAIMS, "sun": "root"}, "") == (0, 0, "root")


def test_another_name_is_refused_where_the_claims_alone_count() -> None:
    text = said(CLAIMS, ONLY, x_slurm_user_name="root")
    assert text == 'X-SLURM-USER-NAME is "root", and the token is "alice"\'s'


def test_another_name_falls_back_on_sun_where_they_do_not() -> None:
    assert named({**CLAIMS, "sun": "root"}, IDS, x_slurm_user_name="root") == (0, 0, "root")


@pytest.mark.parametrize("missing", ["uid", "gid", "id"])
def test_without_one_of_the_claims_there_is_no_user(missing: str) -> None:
    claims = {name: value for name, value in CLAIMS.items() if name != missing}
    reason = "the token is malformed: expected the claims uid, gid and id, with name, gecos, dir and shell"
    assert said(claims, ONLY) == f"{reason}; scontrol token makes one"
    assert named({**claims, "sun": "root"}, IDS) == (0, 0, "root")


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "alice"},
        {"id": {**ID, "name": ""}},
        {"id": {**ID, "gecos": None}},
        {"id": {**ID, "gecos": ""}},
        {"id": {**ID, "dir": "home"}},
        {"id": {**ID, "shell": "sh"}},
        {"id": {**ID, "shell": 7}},
        {"id": {name: ID[name] for name in ("name", "gecos", "dir")}},
        {"uid": -1},
        {"gid": 1 << 32},
        {"id": {**ID, "gids": [-1]}},
        {"id": {**ID, "groups": {"a": 1 << 32}}},
    ],
)
def test_what_describes_no_user_names_none(changed: Any) -> None:
    assert "expected the claims uid, gid and id" in said({**CLAIMS, **changed}, ONLY)
    assert named({**CLAIMS, **changed, "sun": "root"}, IDS) == (0, 0, "root")


@pytest.mark.parametrize(
    "more",
    [{}, {"gids": []}, {"gids": [0, (1 << 32) - 1]}, {"groups": {}}, {"groups": {"staff": 50}}],
)
def test_groups_are_numbers(more: Any) -> None:
    assert named({**CLAIMS, "id": {**ID, **more}}) == ALICE


@pytest.mark.parametrize("uid", [0, (1 << 32) - 1])
def test_the_ends_of_numbers_are_numbers(uid: int) -> None:
    assert named({**CLAIMS, "uid": uid, "gid": uid}) == (uid, uid, "alice")


@pytest.mark.parametrize("more", [{"groups": None}, {"gids": None}])
def test_groups_that_are_null_never_reach_slurmctld(more: Any) -> None:
    text = said({**CLAIMS, "id": {**ID, **more}}, IDS)
    assert text == "the token is malformed: its claim id has groups that are null; scontrol token makes one"


@pytest.mark.parametrize("more", [{"groups": [1]}, {"groups": "a"}, {"gids": "7"}, {"gids": 7}, {"gids": {}}])
def test_groups_of_another_kind_are_left_to_slurmctld(more: Any) -> None:
    assert unclear({**CLAIMS, "id": {**ID, **more}}) == "its claim id has groups that are no list"


@pytest.mark.parametrize(
    "changed",
    [
        {"uid": "7001"},
        {"uid": True},
        {"gid": 7.0},
        {"id": {**ID, "gids": ["7"]}},
        {"id": {**ID, "groups": {"a": None}}},
    ],
)
def test_numbers_of_another_type_are_left_to_slurmctld(changed: Any) -> None:
    assert unclear({**CLAIMS, **changed}) == "its claims uid, gid and id have numbers that are not integers"


def test_a_name_that_is_none_is_left_to_slurmctld() -> None:
    assert unclear({**CLAIMS, "id": {**ID, "name": "a:b"}}) == "its claim id has no name of a user"
