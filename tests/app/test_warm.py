"""app.warm: what a listener does ahead of requests."""

from __future__ import annotations

from typing import Any

import pytest
from fake_slurm import FakeSlurm

from restd_inet import slurm
from restd_inet.app.api import EVERYTHING
from restd_inet.app.warm import WarmDispatcher
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
