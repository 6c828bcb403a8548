"""auth.local: whose word a pipe, a file, a terminal or a socket is."""

from __future__ import annotations

import os
import pwd

import pytest

from restd_inet.auth import local
from restd_inet.message import Credential, Peer, Request
from restd_inet.problems import Problem
from restd_inet.settings import Settings

ME = os.geteuid()
OTHER = ME + 1


def never() -> bytes:
    raise AssertionError("the body was read")


REQUEST = Request("POST", "/", (), "", {}, "1.1", never)


def authenticate(request: Request, peer: Peer, **settings: bool) -> Credential | None:
    return local.authenticate(request, peer, Settings(**settings))


def named(name: str) -> Request:
    return Request("GET", "/", (), "", {"x-slurm-user-name": name}, "1.1", never)


def peer(kind: str, uid: int | None = ME, mode: int = 0o600) -> Peer:
    return Peer(kind, f"the {kind}", uid, 0, mode)


@pytest.mark.parametrize("kind", ["pipe", "file"])
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o400, 0o755, 0o444, 0o000, 0o1644])
def test_what_only_its_owner_may_write_counts_as_its_owner(kind: str, mode: int) -> None:
    credential = authenticate(REQUEST, peer(kind, mode=mode))
    assert credential is not None
    assert (credential.uid, credential.gid, credential.method) == (ME, os.getegid(), "local")


@pytest.mark.parametrize("kind", ["pipe", "file"])
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o660, 0o622, 0o777])
def test_what_others_may_write_is_refused(kind: str, mode: int) -> None:
    with pytest.raises(Problem) as caught:
        authenticate(REQUEST, peer(kind, mode=mode))
    assert caught.value.status == 401
    assert caught.value.text == (f"others may write to the {kind}; it must be its owner's alone (chmod go-w)")


@pytest.mark.parametrize("kind", ["pipe", "file", "terminal"])
@pytest.mark.parametrize("mode", [0o4600, 0o2600, 0o6755])
def test_a_set_uid_or_set_gid_bit_is_refused(kind: str, mode: int) -> None:
    with pytest.raises(Problem) as caught:
        authenticate(REQUEST, peer(kind, mode=mode))
    assert caught.value.status == 401
    assert "set-uid or set-gid" in caught.value.text


def test_a_terminal_s_group_may_write_to_its_screen() -> None:
    assert authenticate(REQUEST, peer("terminal", mode=0o620)) is not None


@pytest.mark.parametrize("mode", [0o602, 0o622, 0o666])
def test_a_terminal_that_everybody_may_write_to_is_refused(mode: int) -> None:
    with pytest.raises(Problem) as caught:
        authenticate(REQUEST, peer("terminal", mode=mode))
    assert caught.value.status == 401


@pytest.mark.parametrize("kind", ["pipe", "file", "terminal", "unix"])
def test_another_user_s_is_refused(kind: str) -> None:
    with pytest.raises(Problem) as caught:
        authenticate(REQUEST, peer(kind, uid=OTHER, mode=0))
    assert caught.value.status == 401
    assert caught.value.text == (f"the {kind} belongs to uid {OTHER}, and this process runs as uid {ME}")


def test_root_s_is_refused_too_where_the_process_is_not_root_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Problem):
        authenticate(REQUEST, peer("unix", uid=0, mode=0))
    assert authenticate(REQUEST, peer("unix", uid=1000, mode=0)) is not None


def test_a_unix_socket_has_its_peer_s_uid() -> None:
    credential = authenticate(REQUEST, peer("unix", mode=0))
    assert credential is not None
    assert credential.uid == ME


def test_a_tcp_socket_is_not_local_s_business() -> None:
    assert authenticate(REQUEST, Peer("inet", "[::1]:50122")) is None


def test_nobody_is_not_everybody() -> None:
    """uid 0 is a user like any other, not "none"."""
    if ME != 0:
        with pytest.raises(Problem):
            authenticate(REQUEST, peer("pipe", uid=0))
    else:
        assert authenticate(REQUEST, peer("pipe", uid=0)) is not None


def test_one_s_own_name_may_be_given() -> None:
    credential = authenticate(named(pwd.getpwuid(ME).pw_name), peer("pipe"))
    assert credential is not None
    assert credential.uid == ME


@pytest.mark.parametrize("name", ["somebody", "", f"{ME}", "root, root"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(Problem) as caught:
        authenticate(named(name), peer("pipe"))
    assert caught.value.status == 401
    assert caught.value.text.startswith("X-SLURM-USER-NAME is ")


class TestRootPeer:
    """--allow-root-peer: as slurmrestd's rest_auth/local."""

    @pytest.fixture(autouse=True)
    def fred(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setattr(os, "getegid", lambda: 100)

    def test_is_refused_by_default(self) -> None:
        with pytest.raises(Problem) as caught:
            authenticate(REQUEST, Peer("unix", "unix:[1]", 0, 0))
        assert caught.value.status == 401

    def test_is_served_as_the_process_s_user(self) -> None:
        credential = authenticate(REQUEST, Peer("unix", "unix:[1]", 0, 0), allow_root_peer=True)
        assert credential is not None
        assert (credential.uid, credential.gid, credential.token) == (1000, 100, "")

    @pytest.mark.parametrize("kind", ["pipe", "file", "terminal"])
    def test_is_the_peer_of_a_unix_socket_only(self, kind: str) -> None:
        with pytest.raises(Problem):
            authenticate(REQUEST, peer(kind, uid=0), allow_root_peer=True)

    def test_is_root_alone(self) -> None:
        with pytest.raises(Problem):
            authenticate(REQUEST, Peer("unix", "unix:[1]", 1001, 0), allow_root_peer=True)

    def test_names_the_process_s_user_or_no_user(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fred = pwd.struct_passwd(("fred", "x", 1000, 100, "", "/", "/bin/sh"))
        monkeypatch.setattr(pwd, "getpwuid", lambda uid: fred)
        root = Peer("unix", "unix:[1]", 0, 0)
        assert authenticate(named("fred"), root, allow_root_peer=True) is not None
        for name in ("root", "pebbles"):
            with pytest.raises(Problem):
                authenticate(named(name), root, allow_root_peer=True)


class TestPrivileged:
    def test_the_peer_of_a_unix_socket_may_be_anyone(self) -> None:
        credential = authenticate(REQUEST, Peer("unix", "unix:[1]", OTHER, 7), privileged=True)
        assert credential is not None
        assert (credential.uid, credential.gid, credential.token) == (OTHER, 7, "")

    @pytest.mark.parametrize("kind", ["pipe", "file", "terminal"])
    def test_a_file_counts_as_the_user_of_the_process_only(self, kind: str) -> None:
        with pytest.raises(Problem):
            authenticate(REQUEST, peer(kind, uid=OTHER), privileged=True)


def test_no_field_of_a_request_is_a_credential() -> None:
    assert not local.carries({"authorization": "Bearer x", "x-slurm-user-name": "fred"})
