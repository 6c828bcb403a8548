"""restd-inet and the real slurmrestd with one command line and environment: both start, or both refuse."""

from __future__ import annotations

import re
import shlex
from typing import Any, NamedTuple

import lacking
import pytest
from api_versions import slurmrestds
from ask import release

#: The newest version of each release's slurmrestd.
VERSION = max(slurmrestds("22.05", "24.05", "24.11", "26.05", "26.11").get(release(), (0,)))

#: Without slurmdbd an older slurmrestd starts only if it is told which plugin to load.
PLUGIN = f"v0.0.{VERSION}" if release() < (24, 5) else "slurmctld"
ALWAYS = {"SLURMRESTD_OPENAPI_PLUGINS": PLUGIN} if release() < (26, 5) else {}

pytestmark = pytest.mark.skipif(
    not VERSION, reason=lacking.slurm("is not compared with the slurmrestd of this release", "26.05")
)


class Done(NamedTuple):
    """What a program did with one request on a pipe. status: of HTTP, 0 if it refused to start."""

    status: int
    body: bytes
    log: str


def run(
    cluster: Any,
    program: str,
    arguments: str,
    env: dict[str, str],
    target: str,
    accept: str,
    user: str | None,
) -> Done:
    command = f"cat | timeout 20 {program} {arguments}"
    request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
    done = cluster.shell(command, input=request, env=env, user=user)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    status = int(head.split()[1]) if head.startswith(b"HTTP/") else 0
    return Done(status, body, done.stderr.decode())


def both(
    cluster: Any,
    arguments: str = "",
    target: str = f"/slurm/v0.0.{VERSION}/ping",
    accept: str = "application/json",
    user: str | None = None,
    **env: str,
) -> tuple[Done, Done]:
    """Ours and slurmrestd's."""
    ours, theirs = (
        run(cluster, program, arguments, {**ALWAYS, **env}, target, accept, user)
        for program in ("restd-inet", "slurmrestd")
    )
    return ours, theirs


def case(since: tuple[int, int], arguments: str = "", **env: str) -> Any:
    """since: the first release whose slurmrestd has it."""
    name = " ".join([*(f"{name}={value}" for name, value in env.items()), arguments]).strip()
    older = lacking.slurm("is about a later slurmrestd", f"{since[0]}.{since[1]:02}")
    skip = pytest.mark.skipif(release() < since, reason=older)
    return pytest.param(arguments, env, id=name or "nothing", marks=skip)


OLD, V24, V26 = (22, 5), (24, 5), (26, 5)

REFUSED = [
    case(OLD, "-a jwt,foo"),
    case(OLD, "-a ,"),
    case(OLD, "-a foo"),
    case(OLD, SLURMRESTD_AUTH_TYPES="local,foo"),
    case(OLD, SLURMRESTD_AUTH_TYPES=""),
    case(OLD, "-g unknown"),
    case(OLD, "-u unknown"),
    case(OLD, SLURMRESTD_SECURITY="unknown"),
    case(OLD, SLURMRESTD_SECURITY="disable_unshare_files,unknown"),
    case(V24, SLURMRESTD_SECURITY="become_user"),  # not root
    case(OLD, SLURMRESTD_DEBUG=""),
    case(V24, SLURMRESTD_DEBUG="loud"),
]
SERVED = [
    case(OLD),
    case(OLD, "-a rest_auth/local"),
    case(OLD, "-a ' local , jwt '"),
    case(OLD, "-a local", SLURMRESTD_AUTH_TYPES="foo"),
    case(OLD, SLURMRESTD_SECURITY=""),
    case(OLD, SLURMRESTD_SECURITY=",DISABLE_unshare_sysv,disable_unshare_files,"),
    case(OLD, "-t 4"),
    case(V24, SLURMRESTD_DEBUG="debug2"),
    case(V26, SLURMRESTD_DATA_PARSER_PLUGINS=""),
    case(V26, "-t 0"),
]


@pytest.mark.parametrize(("arguments", "env"), REFUSED)
def test_both_refuse_to_start(bare_cluster: Any, arguments: str, env: dict[str, str]) -> None:
    ours, theirs = both(bare_cluster, arguments, **env)
    assert (ours.status, theirs.status) == (0, 0)
    wrong = next(word for word in [*shlex.split(arguments), *env] if not word.startswith("-"))
    assert re.search(f"(?i){re.escape(wrong)}|become_user", ours.log), "what is wrong is not named"


@pytest.mark.parametrize(("arguments", "env"), SERVED)
def test_both_serve(bare_cluster: Any, arguments: str, env: dict[str, str]) -> None:
    ours, theirs = both(bare_cluster, arguments, **env)
    assert (ours.status, theirs.status) == (200, 200), ours.log + theirs.log
