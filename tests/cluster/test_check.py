"""restd-inet --check on a cluster of which one daemon after the other does not work."""

import json
import os
import re

import pytest

from .typed import as_root


def checked(cluster, *arguments, user=None):
    """The findings, a list for each name, and the exit status."""
    done = cluster.shell(" ".join(("restd-inet --check --json", *arguments)), user=user)
    assert b"Traceback" not in done.stderr, done.stderr
    found = {}
    for each in json.loads(done.stdout)["checks"]:
        found.setdefault(each["name"], []).append(each)
    return found, done.returncode


def test_where_all_is_well_each_is_named(cluster):
    found, code = checked(cluster, "--state-directory", f"{cluster.jobs}/state")
    assert code == 0, found
    assert not os.path.exists(f"{cluster.jobs}/state")
    assert {name: {each["state"] for each in rows} - {"skipped"} for name, rows in found.items()} == {
        **{name: {"ok"} for name in found},
        "addresses": set(),
    }
    assert found["slurm.conf"][0]["found"] == f"{cluster.conf}, from SLURM_CONF"
    assert re.match(r"\d\d\.\d\d", found["libslurm"][0]["found"])
    plugins = " ".join(each["found"] for each in found["plugins"])
    assert "auth/munge: /" in plugins
    assert "auth/jwt: /" in plugins
    assert "(primary): " in found["slurmctld"][0]["found"]


@pytest.mark.parametrize(("where", "why"), [("/proc/none", "cannot be written"), ("$OPEN", "write alone")])
def test_a_state_directory_that_cannot_be_used_is_a_warning(cluster, where, why):
    opened = cluster.shell("mktemp --directory --tmpdir=/tmp restd-state-XXXXXX").stdout.decode().strip()
    os.chmod(opened, 0o777)
    found, code = checked(cluster, "--state-directory", where.replace("$OPEN", opened))
    os.rmdir(opened)
    (row,) = found["state"]
    assert (row["state"], code) == ("warning", 0)
    assert why in row["found"] and "--state-directory" in row["next"]


@pytest.mark.parametrize(
    ("how", "daemon", "name", "state", "text"),
    [
        ("stop", "munged", "munge", "failed", "munged does not run"),
        ("freeze", "munged", "munge", "failed", "it hangs"),
        ("stop", "slurmctld", "slurmctld", "failed", "does not run"),
        ("freeze", "slurmctld", "slurmctld", "failed", "it hangs"),
        ("stop", "slurmdbd", "slurmdbd", "warning", ""),
    ],
)
def test_what_does_not_work_is_named_with_what_to_do(cluster, how, daemon, name, state, text):
    getattr(cluster, how)(daemon)
    try:
        found, code = checked(cluster)
        row = found[name][0]
        assert (row["state"], code) == (state, 69 if state == "failed" else 0), found
        assert text in row["found"]
        assert row["next"]
    finally:
        (cluster.thaw if how == "freeze" else cluster.start)(daemon)
    cluster.wait(lambda: checked(cluster)[1] == 0)


@as_root
def test_a_key_is_described_with_who_may_read_it(cluster):
    found, _ = checked(cluster, user="fred")
    path = found["key"][0]["found"].partition(":")[0]
    assert "fred may not read it, so slurmctld verifies each token" in found["key"][0]["found"] or (
        "fred cannot read it" in found["key"][0]["found"]
    )
    found, _ = checked(cluster, user="slurm")
    assert found["key"][0]["found"].endswith("slurm may read it")
    mode = os.stat(path).st_mode
    try:
        os.chmod(path, 0o644)
        found, code = checked(cluster, user="slurm")
        assert (found["key"][0]["state"], code) == ("failed", 69)
        assert found["key"][0]["next"] == f"chmod 0600 {path}"
    finally:
        os.chmod(path, mode)
