"""restd-inet get, post and delete, typed by an ordinary user: in a pipe and on a terminal."""

import json
import os
import pwd

from terminal import terminal

from .cluster import identity
from .serving import accepts, free_port, running, until
from .typed import SLEEP, described, no_jobs_left, queued

__all__ = ["no_jobs_left"]


def typed(cluster, line, data=b"", code=0):
    """What a line prints on standard output."""
    done = cluster.shell(line, input=data)
    assert done.returncode == code, done.stderr
    assert code or done.stderr == b"", done.stderr
    return done.stdout.decode()


def on_a_terminal(cluster, line):
    command = ["bash", "-c", line]
    if os.geteuid() == 0:
        entry = pwd.getpwnam(cluster.user)
        ids = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
        command = ["setpriv", *ids, *command]
    return terminal(command, cluster.env())


def submit(cluster):
    document = json.dumps({"job": described(name="got"), "script": SLEEP}).encode()
    return json.loads(typed(cluster, "restd-inet post job/submit", document))["job_id"]


def test_a_job_is_submitted_shown_and_cancelled(cluster):
    number = submit(cluster)

    names = typed(cluster, "restd-inet get jobs | jq -r '.jobs[].name'").split()
    assert "got" in names
    assert json.loads(typed(cluster, f"restd-inet get job/{number}"))["jobs"][0]["job_id"] == number
    typed(cluster, f"restd-inet delete job/{number} -q signal=KILL")
    assert queued(cluster, "%i", f"--jobs={number}", "--states=PENDING,RUNNING") == []


def test_a_job_is_changed(cluster):
    number = submit(cluster)
    typed(cluster, f"""restd-inet post job/{number} -d '{{"name": "changed"}}'""")
    assert queued(cluster, "%j", f"--jobs={number}") == ["changed"]


def test_an_answer_ends_with_a_newline_whatever_its_form(cluster):
    for options in ("", "--json pretty", "--json compact", "-H 'Accept: application/yaml'"):
        for path in ("ping", "/slurm/v1/diag", "/slurm/v0.0.38/nodes", "partitions", "/slurmdb/latest/qos"):
            text = typed(cluster, f"restd-inet get {path} {options}")
            assert text.endswith("\n") and not text.endswith("\n\n")


def test_every_error_has_its_line(cluster):
    done = cluster.shell("restd-inet get job/123456789")
    assert (done.stdout, done.returncode) == (b"", 22)
    assert done.stderr.startswith(b"restd-inet: 404 Not Found: ")
    assert done.stderr.count(b"\n") == 1


def test_v_shows_the_log(cluster):
    done = cluster.shell("restd-inet get ping -v")
    assert b"GET /slurm/latest/ping for process" in done.stderr


def test_on_a_terminal_json_is_laid_out_and_nothing_else_is_shown(cluster):
    with on_a_terminal(cluster, "restd-inet get ping") as shown:
        assert shown.end() == 0
    assert shown.output.startswith('{\n  "pings": [\n')
    assert json.loads(shown.output)["errors"] == []


def test_a_listener_is_asked_with_a_token(cluster, tmp_path):
    port = free_port()
    options = {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}
    command = [f"{cluster.bin}/restd-inet", "-a", "jwt", f"localhost:{port}"]
    with running(command, tmp_path / "log", **options):
        until(lambda: accepts(port), "listener")
        line = f"restd-inet get jobs --url http://localhost:{port}"
        assert "jobs" in json.loads(typed(cluster, f"export $(scontrol token); {line}"))
        done = cluster.shell(line)
    assert (done.stdout, done.returncode) == (b"", 22)
    assert done.stderr.startswith(b"restd-inet: 401 Unauthorized: ")


def test_while_slurmctld_is_silent_the_terminal_shows_it(cluster):
    cluster.freeze("slurmctld")
    try:
        with on_a_terminal(cluster, "restd-inet get jobs") as shown:
            shown.until("waiting for the answer, ")
            shown.type("\x03")
            assert shown.end() == 130
    finally:
        cluster.thaw("slurmctld")
    assert "Traceback" not in shown.output
