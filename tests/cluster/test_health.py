"""/readyz while what it relies on does not work: it names what, in seconds; ?verbose; no slurm.conf."""

import time

import pytest

from .cluster import identity
from .serving import accepts, free_port, get, running, until
from .typed import Done, as_root, request, send

READYZ = request("GET", "/readyz")
JOBS = request("GET", "/slurm/v0.0.44/jobs")
HANGS = "takes connections, but does not answer: it hangs"


def ready(cluster, *options, **arguments):
    began = time.monotonic()
    done = send(cluster, READYZ, *options, **arguments)
    # Two seconds, and what a busy machine takes to start a process.
    assert time.monotonic() - began < 8
    return done


@pytest.mark.parametrize(
    ("how", "daemon", "text"),
    [
        ("stop", "munged", "munged does not run"),
        ("freeze", "munged", f"munged {HANGS}"),
        ("stop", "slurmctld", "slurmctld does not run, or its port cannot be reached"),
        ("freeze", "slurmctld", f"slurmctld {HANGS}"),
    ],
)
def test_readyz_names_the_culprit(bare_cluster, how, daemon, text):
    cluster = bare_cluster
    getattr(cluster, how)(daemon)
    try:
        done = ready(cluster)
        assert (done.answer.status, done.answer.text) == (503, f"{text}\n")
        assert int(done.answer.headers["retry-after"]) > 0
        # Where, only the log says.
        place = "/sock/munge" if daemon == "munged" else ":"
        assert f": {text} (" in done.err
        assert place in done.err.partition(f": {text} (")[2]
    finally:
        (cluster.thaw if how == "freeze" else cluster.start)(daemon)
    cluster.wait(lambda: ready(cluster).answer.status == 200)


@pytest.mark.parametrize(
    ("how", "daemon", "status", "text"),
    [
        ("stop", "munged", 503, "munged does not run or does not answer: "),
        ("freeze", "munged", 503, f"munged {HANGS}"),
        ("stop", "slurmctld", 503, ": it does not run, or its port cannot be reached"),
        ("freeze", "slurmctld", 504, f": slurmctld {HANGS}"),
    ],
)
def test_requests_tell_them_apart(bare_cluster, how, daemon, status, text):
    cluster = bare_cluster
    getattr(cluster, how)(daemon)
    try:
        answer = send(cluster, JOBS, "--slurm-timeout", "1").answer
        assert answer.status == status
        assert text in answer.error["description"]
    finally:
        (cluster.thaw if how == "freeze" else cluster.start)(daemon)
    cluster.wait(lambda: send(cluster, JOBS).answer.status == 200)


def test_after_a_failure_a_listener_looks_before_it_waits(bare_cluster, tmp_path):
    """The first request waits for slurmctld as libslurm does; the later ones name where it should be."""
    cluster, port, token = bare_cluster, free_port(), bare_cluster.token()
    program = [f"{cluster.bin}/restd-inet", "--slurm-timeout", "2", f"127.0.0.1:{port}"]
    options = {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}
    with running(program, tmp_path / "log", **options):
        until(lambda: accepts(port), "listener")
        assert get(port, "/slurm/v0.0.44/jobs", token)[0] == 200
        cluster.stop("slurmctld")
        try:
            said = []
            for method, path in (("GET", "jobs"), ("GET", "jobs"), ("GET", "diag"), ("DELETE", "job/1")):
                status, answer = get(port, f"/slurm/v0.0.44/{path}", token, method=method)
                assert status == 503
                said.append(answer["errors"][0]["description"])
            refused = ": slurmctld does not run, or its port cannot be reached (localhost:"
            assert [refused in text for text in said] == [False, True, True, True]
            assert all(text.endswith(": Connection refused)") for text in said[1:])
        finally:
            cluster.start("slurmctld")
        assert get(port, "/slurm/v0.0.44/jobs", token)[0] == 200


@as_root
def test_verbose_is_for_root_and_slurm_user(bare_cluster):
    verbose = request("GET", "/readyz?verbose")
    for user in ("root", "slurm"):
        answer = send(bare_cluster, verbose, user=user).answer
        assert answer.status == 200, answer.text
        lines = answer.text.splitlines()
        assert f"slurm.conf: {bare_cluster.conf}" in lines
        assert lines[-1] == "ready"
        assert any(line.startswith("slurmctld ") and line.endswith(": ok") for line in lines)
    assert send(bare_cluster, verbose, user="fred").answer.status == 403


def test_without_a_slurm_conf_one_line_says_where_it_was_looked_for(bare_cluster):
    done = Done(bare_cluster.shell("cat | env -u SLURM_CONF restd-inet", input=JOBS))
    assert done.answer.status == 503
    text = done.answer.error["description"]
    assert text.startswith("there is no slurm.conf: looked at /")
    assert text.endswith("name it with -f or SLURM_CONF")
    (line,) = done.err.splitlines()
    assert text in line
