"""reason_uid of a node that is changed: Slurm records the user of the request, not the one named."""

from __future__ import annotations

import os
import pwd
from typing import Any

import pytest
from asking import JSON, ask, content, slurm
from fake_slurm import FakeSlurm

__all__ = ["slurm"]

ME = pwd.getpwuid(os.geteuid())
ANOTHER = next(user for user in pwd.getpwall() if user.pw_uid != ME.pw_uid)


def changed(named: Any, path: str) -> Any:
    answer = ask("POST", path, {"name": "n1", "reason": "broken", "reason_uid": named}, JSON)
    assert answer.status == 200
    return [warning["description"] for warning in content(answer)["warnings"] if "reason" in str(warning)]


@pytest.mark.parametrize("path", ["/slurm/v0.0.40/nodes", "/slurm/v0.0.45/nodes"])
@pytest.mark.parametrize("named", [ME.pw_name, ME.pw_uid, str(ME.pw_uid)])
def test_the_user_of_the_request_may_be_named(slurm: FakeSlurm, named: Any, path: str) -> None:
    assert changed(named, path) == []


@pytest.mark.parametrize("path", ["/slurm/v0.0.40/nodes", "/slurm/v0.0.45/nodes"])
@pytest.mark.parametrize("named", [ANOTHER.pw_name, ANOTHER.pw_uid])
def test_another_user_is_a_warning(slurm: FakeSlurm, named: Any, path: str) -> None:
    (text,) = changed(named, path)
    assert "reason_uid" in text
    assert "records the user of the request" in text
