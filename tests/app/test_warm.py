"""app.warm: what a listener does ahead of requests."""

from __future__ import annotations

import grp
import pwd
from typing import Any

import pytest
from fake_slurm import FakeSlurm

from restd_inet import installed, slurm
from restd_inet.app.api import EVERYTHING
from restd_inet.app.warm import WarmDispatcher
from restd_inet.message import Credential
from restd_inet.settings import Settings


class Identity:
    """Whose token signs, as slurm.rpc_credential has it."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def assume(self, token: str, name: str) -> bool:
        self.said.append("token")
        return True

    def own(self) -> None:
        self.said.append("own")

    def release(self) -> None:
        self.said.append("released")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    found: Any = FakeSlurm()
    found.identity, found.proven = Identity(), True
    found.end_database = lambda commit: None
    monkeypatch.setattr(slurm, "_slurm", found)
    monkeypatch.setattr(slurm, "connect", lambda settings, by_token=False: found)
    return found


@pytest.mark.parametrize(("methods", "said"), [(("jwt",), "token"), (("local",), "own")])
def test_a_rehearsal_goes_the_way_of_a_request_and_leaves_nothing(
    fake: Any, monkeypatch: pytest.MonkeyPatch, methods: Any, said: str
) -> None:
    monkeypatch.setattr(slurm, "starts_once", lambda: False)
    fake.prove = lambda: pytest.fail("slurmctld was asked")
    WarmDispatcher(Settings(auth=methods), EVERYTHING).rehearse()
    assert fake.identity.said[0] == said
    assert fake.identity.said[-1] == "released"
    assert fake.proven


def test_where_libslurm_can_be_started_once_a_rehearsal_does_not_start_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slurm, "starts_once", lambda: True)
    monkeypatch.setattr(slurm, "connect", lambda *arguments: pytest.fail("libslurm was started"))
    WarmDispatcher(Settings(auth=("jwt",)), EVERYTHING).rehearse()


def test_prewarming_loads_the_sources_of_users_and_groups(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def nobody(number: int) -> None:
        asked.append(number)
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.setattr(grp, "getgrgid", nobody)
    next(WarmDispatcher(Settings(), EVERYTHING).prewarm())
    assert asked == [Credential.NOT_HERE] * 2


def test_a_group_that_is_not_here_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grp, "getgrgid", lambda number: pytest.fail("it was looked up"))
    assert Credential(1, Credential.NOT_HERE, "fred", "jwt").group_name() == ""


def test_a_new_installation_shows_to_the_next_connection_and_soon_to_a_kept_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, files = [100.0], ["old"]
    monkeypatch.setattr(installed, "monotonic", lambda: now[0])
    monkeypatch.setattr(installed, "stamp", lambda: tuple(files))
    monkeypatch.setattr(installed, "libraries", tuple)
    loaded = installed.Loaded()
    assert loaded.recently_stale() == ""
    files[0] = "new"
    now[0] += 0.02
    assert "installed anew" in loaded.recently_stale()
    assert "installed anew" in loaded.stale() == loaded.recently_stale()
    files[0] = "old"
    assert loaded.stale() == loaded.recently_stale() == ""
