"""docs/administration.md: its steps, run as it says."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from restd_inet.options import OPTIONS

from .cluster import CHECKOUT, identity
from .serving import accepts, free_port, get, running, until
from .typed import as_root

GUIDE = (CHECKOUT / "docs" / "administration.md").read_text()
PING = "/slurm/v0.0.44/ping"


def test_the_drop_in_serves_what_slurmrestd_served(bare_cluster, tmp_path):
    """Its last ExecStart, as systemd runs it with what stands in /etc/default/slurmrestd."""
    lines = re.findall(r"^ +ExecStart=(\S+ .+)$", GUIDE, re.MULTILINE)
    assert len(lines) == 1
    port = free_port()
    words = lines[0].replace("0.0.0.0:6820", f"localhost:{port}").split()
    words[0] = f"{bare_cluster.bin}/{Path(words[0]).name}"
    at = words.index("$SLURMRESTD_OPTIONS")
    words[at : at + 1] = ["-v", "-a", "rest_auth/jwt", "-t", "20", "-f", bare_cluster.conf]
    env = {**bare_cluster.env(), "SLURM_JWT": "daemon", "SLURMRESTD_DEBUG": "5"}
    with running(words, tmp_path / "log", env=env, cwd="/", **identity(bare_cluster.user)):
        until(lambda: accepts(port), "listener", 20)
        assert get(port, PING, bare_cluster.token())[0] == 200
        assert get(port, PING)[0] == 401
        assert get(port, "/readyz")[0] == 200


def test_every_option_of_slurmrestd_has_a_row():
    rows = "\n".join(line for line in GUIDE.splitlines() if line.startswith("| "))
    ours = {flag for option in OPTIONS for flag in option.flags}
    for flag in ("-a", "-d", "-f", "-g", "-h", "-s", "-t", "-u", "-v", "-V", "--generate-openapi-spec"):
        assert f"`{flag}`" in rows
        assert flag in ours
    for name in set(re.findall(r"SLURMRESTD_\w+", rows)) - {"SLURMRESTD_OPTIONS"}:
        assert name in {"SLURMRESTD_LISTEN", *(name for option in OPTIONS for name in option.env)}


def test_every_limit_is_explained_and_is_an_option():
    ours = {flag for option in OPTIONS for flag in option.flags}
    limits = {flag for flag in ours if flag.startswith(("--max-", "--min-")) or flag.endswith("-timeout")}
    named = set(re.findall(r"`(--[a-z-]+)`", GUIDE.partition("## Limits")[2].partition("## What")[0]))
    assert limits <= named
    assert named <= ours


def test_the_tests_that_it_names_exist():
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", GUIDE)
    assert len(named) > 5
    for file, test in named:
        (found,) = (CHECKOUT / "tests").rglob(file)
        assert f"def {test}(" in found.read_text()


@as_root
@pytest.mark.parametrize("readable", [False, True], ids=["slurmctld verifies", "restd-inet verifies"])
def test_the_key_of_tokens_is_replaced(bare_cluster, tmp_path, readable):
    key, port = Path(bare_cluster.dir, "etc", "jwt_hs256.key"), free_port()
    old_key, old_token = key.read_bytes(), bare_cluster.token()
    group = os.stat(key).st_gid
    options = {"env": bare_cluster.env(), "cwd": "/", **identity(bare_cluster.user)}
    if readable:  # by the group of the user that restd-inet runs as
        os.chown(key, -1, options["group"])
        key.chmod(0o640)
    command = [f"{bare_cluster.bin}/restd-inet", "-a", "jwt", f"localhost:{port}"]
    try:
        with running(command, tmp_path / "log", **options) as process:
            until(lambda: accepts(port), "listener", 20)
            assert get(port, PING, old_token)[0] == 200
            block = re.search(r"^head -c|head -c (\d+) /dev/urandom", GUIDE)
            new = subprocess.run(["head", "-c", block[1], "/dev/urandom"], capture_output=True, check=True)
            key.write_bytes(new.stdout)
            bare_cluster.stop("slurmctld")
            bare_cluster.start("slurmctld")
            process.send_signal(signal.SIGHUP)
            until(lambda: get(port, PING, bare_cluster.token())[0] == 200, "answer to a new token")
            assert get(port, PING, old_token)[0] == 401
    finally:
        key.write_bytes(old_key)
        os.chown(key, -1, group)
        key.chmod(0o600)
        bare_cluster.stop("slurmctld")
        bare_cluster.start("slurmctld")
