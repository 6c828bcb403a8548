"""restd-inet watch: in a pipe, on a terminal, and with a URL that goes away and comes back."""

import contextlib
import os
import pwd
import signal

from terminal import terminal

from .cluster import identity
from .serving import accepts, free_port, running, until
from .typed import no_jobs_left  # noqa: F401
from .watching import Watch


@contextlib.contextmanager
def typed(cluster, *arguments, env=None):
    """The command while the block lasts, its output in a pipe."""
    options = {"env": {**cluster.env(), **(env or {})}, "cwd": cluster.jobs, **identity(cluster.user)}
    watch = Watch([f"{cluster.bin}/restd-inet", "watch", *arguments], start_new_session=True, **options)
    try:
        yield watch
    finally:
        watch.end()


def test_in_a_pipe_there_is_a_line_for_each_change(cluster):
    options = ["--user", "me", "--name", "piped", "--fields", "job_id,job_state", "--interval", "1"]
    with typed(cluster, "jobs", *options) as watch:
        watch.wait("synced")
        job = cluster.submit("--hold", "--job-name=piped", "--wrap=true")
        assert watch.wait("added")["record"] == {"job_id": job, "job_state": ["PENDING"]}
        cluster.shell(f"scancel {job}")
        assert watch.wait("changed")["record"]["job_state"] == ["CANCELLED"]
        os.killpg(watch.process.pid, signal.SIGINT)
        assert watch.ended() == -signal.SIGINT  # a shell says 130


def test_ctrl_c_says_nothing(cluster):
    line = "timeout --foreground --signal=INT 3 restd-inet watch nodes"
    done = cluster.shell(f"{line}; echo $?")
    assert done.stdout.decode().splitlines()[-1] == "124"
    assert done.stderr == b""


def test_it_connects_again_and_goes_on(cluster, tmp_path):
    port = free_port()
    options = {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}
    command = [f"{cluster.bin}/restd-inet", "-a", "jwt", f"localhost:{port}"]
    job = cluster.submit("--hold", "--job-name=again", "--wrap=true")
    url = f"http://localhost:{port}"
    with typed(cluster, "jobs", "-n", "again", "--url", url, env={"SLURM_JWT": cluster.token()}) as watch:
        assert watch.ended() == 1  # it never was there
    with contextlib.ExitStack() as stack:
        with running(command, tmp_path / "log", **options):
            until(lambda: accepts(port), "listener")
            token = {"SLURM_JWT": cluster.token()}
            watch = stack.enter_context(typed(cluster, "jobs", "-n", "again", "--url", url, env=token))
            watch.wait("synced")
        watch.wait("end")
        with running(command, tmp_path / "log2", **options):
            watch.wait("synced", 2)
            assert watch.names.count("added") == 1
            cluster.shell(f"scancel {job}")
            watch.wait("changed")
            assert watch.records[job]["job_state"] == ["CANCELLED"]


def test_a_job_that_is_gone_or_refused_ends_it(cluster):
    done = cluster.shell("restd-inet watch job/999999")
    assert (done.returncode, done.stdout) == (22, b"")
    assert b"404 Not Found: there is no job 999999 that you may see" in done.stderr
    done = cluster.shell("restd-inet watch jobs --user nobdy")
    assert done.returncode == 22
    assert b'did you mean "nobody"?' in done.stderr
    for wrong in ("", "jbs", "jobs nodes", "jobs --interval x"):
        assert cluster.shell(f"restd-inet watch {wrong}").returncode == 2


def test_on_a_terminal_it_is_a_table(cluster):
    command = [f"{cluster.bin}/restd-inet", "watch", "jobs", "--user", "me"]
    if os.geteuid() == 0:
        entry = pwd.getpwnam(cluster.user)
        command = [
            "setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *command
        ]  # fmt: skip
    job = cluster.submit("--hold", "--job-name=tab", "--wrap=true")
    with terminal(command, cluster.env()) as shown:
        shown.until("TIME      EVENT    JOBID      STATE")
        shown.until(f"added    {job:<10} PENDING")
        cluster.shell(f"scancel {job}")
        shown.until(f"changed  {job:<10} CANCELLED")
        shown.until("job_state")
        shown.type("\x03")
        assert shown.end() == 130
