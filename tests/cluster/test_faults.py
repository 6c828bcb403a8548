"""What is answered when something behind restd-inet, or before it, does not work."""

import os
import signal
import subprocess
import time

import pytest

from .cluster import identity
from .typed import SLEEP, answers, as_root, described, no_jobs_left, queued, request, send

__all__ = ["no_jobs_left"]

V1, V35 = "v1", "v0.0.35"
DIAG = request("GET", f"/slurm/{V1}/diag")
PATHS = ("diag", "ping", "jobs", "job/1", "nodes", "node/host1", "partitions")
FAST = ("--slurm-timeout", "2")
#: Longer than any test may take.
NEVER = "300"


@pytest.fixture
def stopped(cluster):
    cluster.stop("slurmctld")
    yield
    cluster.start("slurmctld")


@pytest.fixture
def frozen(cluster):
    cluster.freeze("slurmctld")
    yield
    cluster.thaw("slurmctld")


def timed(*arguments, **options):
    began = time.monotonic()
    return send(*arguments, **options), time.monotonic() - began


class Session:
    """restd-inet, or another program, on two pipes, with which one talks for a while."""

    def __init__(self, cluster, *options, user=None, program=("restd-inet",), env=None):
        user = identity(user or cluster.user)
        self.process = subprocess.Popen(
            [f"{cluster.bin}/{program[0]}", *program[1:], *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**cluster.env(), **(env or {})},
            cwd=cluster.jobs,
            **user,
        )
        # The pipe is the test's: it has to be the user's.
        os.fchown(self.process.stdin.fileno(), user.get("user", -1), user.get("group", -1))

    def ask(self, data):
        self.send(data)
        return self.receive()

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def receive(self):
        text = b""
        while b"\r\n\r\n" not in text:
            piece = os.read(self.process.stdout.fileno(), 65536)
            assert piece, f"ended after {text!r}"
            text += piece
        head, _, body = text.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(body) < length:
            body += os.read(self.process.stdout.fileno(), 65536)
        (answer,) = answers(head + b"\r\n\r\n" + body)
        return answer

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(60)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


# slurmctld


def test_a_stopped_slurmctld_is_503(cluster, stopped):
    for path in PATHS:
        done = send(cluster, request("GET", f"/slurm/{V35}/{path}"), *FAST)
        assert (done.code, done.answer.status) == (0, 503), done.answer.text
        assert "Unable to contact slurm controller (connect failure)" in done.answer.error["error"]
    job = {"job": described(), "script": SLEEP}
    for method, path, body in (
        ("POST", "job/submit", job),
        ("DELETE", "job/1", None),
        ("POST", "job/1", {"name": "a"}),
    ):
        done = send(cluster, request(method, f"/slurm/{V35}/{path}", body), *FAST)
        assert (done.code, done.answer.status) == (0, 503), done.answer.text


def test_a_frozen_slurmctld_is_504_within_the_time_given(cluster, frozen):
    for path in ("diag", "ping", "jobs"):
        done, seconds = timed(cluster, request("GET", f"/slurm/{V35}/{path}"), *FAST)
        assert (done.code, done.answer.status) == (0, 504), done.answer.text
        assert seconds > 1.5


def test_a_request_has_its_time_whatever_it_waits_for(cluster, frozen):
    for path in ("diag", "job/1"):
        data = request("GET", f"/slurm/{V35}/{path}")
        done, seconds = timed(cluster, data, "--request-timeout", "1.5", "--slurm-timeout", NEVER)
        assert done.answer.status == 504
        assert "--request-timeout" in done.answer.error["error"]
        assert done.answer.headers["connection"] == "close"
        assert done.code == 1
        assert seconds > 1


def test_a_request_that_waits_ends_by_sigterm(cluster, frozen):
    session = Session(cluster, "--slurm-timeout", NEVER)
    session.send(DIAG)
    # It waits for slurmctld when it has a connection.
    cluster.wait(lambda: connected(session.process.pid))
    session.process.send_signal(signal.SIGTERM)
    session.close()


def connected(pid):
    try:
        links = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
    except OSError:
        return False
    return any(link.startswith("socket:") for link in links)


def test_a_restarted_slurmctld_is_found_again(cluster):
    session = Session(cluster, *FAST)
    assert session.ask(DIAG).status == 200
    cluster.stop("slurmctld")
    assert session.ask(DIAG).status == 503
    assert send(cluster, DIAG, *FAST).answer.status == 503
    cluster.start("slurmctld")
    assert session.ask(DIAG).status == 200
    assert session.close() == 0
    assert send(cluster, DIAG).answer.status == 200


def test_a_thawed_slurmctld_is_found_again(cluster):
    session = Session(cluster, *FAST)
    assert session.ask(DIAG).status == 200
    cluster.freeze("slurmctld")
    try:
        assert session.ask(DIAG).status == 504
    finally:
        cluster.thaw("slurmctld")
    assert session.ask(DIAG).status == 200
    assert session.close() == 0


# slurm.conf: how it is spoilt, and what the answer says of it


def spoilt(cluster, directory, how):
    conf = f"{directory}/slurm.conf"
    with open(cluster.conf) as file:
        lines = file.read()
    if how == "a directory":
        os.mkdir(conf)
    elif how != "missing":
        changes = {
            "empty": lambda text: "",
            "no syntax": lambda text: text + "garbage here\n",
            "an unknown option": lambda text: text + "NoSuchOption=3\n",
            "an included file is missing": lambda text: text + "Include /nonexistent.conf\n",
            "no controller": lambda text: text.replace("SlurmctldHost=", "#"),
            "no plugin directory": lambda text: text + "PluginDir=/nonexistent\n",
            "an unknown plugin": lambda text: text.replace(
                "AuthType=auth/munge", "AuthType=auth/nonexistent"
            ),
            "no munge": lambda text: text.replace("AuthInfo=socket=", "AuthInfo=socket=/nonexistent"),
            "unreadable": lambda text: text,
        }
        with open(conf, "w") as file:
            file.write(changes[how](lines))
        os.chmod(conf, 0 if how == "unreadable" else 0o644)
    return conf


@pytest.mark.parametrize(
    ("how", "status", "text"),
    [
        ("missing", 503, "No such file or directory"),
        pytest.param("unreadable", 503, "Permission denied", marks=as_root),
        ("a directory", 503, "Is a directory"),
        ("empty", 503, "ClusterName"),
        ("no syntax", 503, "garbage here"),
        ("an unknown option", 503, "NoSuchOption"),
        ("an included file is missing", 503, "a file that "),
        ("no controller", 503, "No SlurmctldHost defined"),
        ("no plugin directory", 503, "/nonexistent"),
        ("an unknown plugin", 502, "auth/nonexistent"),
        ("no munge", 503, 'munged does not run or does not answer: Failed to access "/nonexistent'),
    ],
)
def test_a_broken_configuration_is_reported(cluster, how, status, text):
    directory = cluster.shell("mktemp -d").stdout.decode().strip()
    try:
        conf = spoilt(cluster, directory, how)
        done = send(cluster, DIAG, "-f", conf)
        # From 23.11 on libslurm loads the plugin when it starts, not at the first question to slurmctld.
        early = how == "an unknown plugin" and cluster.slurm >= (23, 11)
        assert done.answer.status == (503 if early else status), done.answer.text
        assert text in done.answer.error["error"], done.answer.text
        by_variable = send(cluster, DIAG, env={"SLURM_CONF": conf})
        assert (by_variable.answer.status, by_variable.answer.body) == (done.answer.status, done.answer.body)
    finally:
        cluster.shell(f"rm -r {directory}")
        subprocess.run(["rm", "-rf", directory], check=True)


def test_without_a_token_plugin_a_token_is_refused_with_the_reason(cluster):
    """A directory with every plugin but the one for tokens, as without its package."""
    line = """
        plugins=$(dirname $(find / -xdev -name auth_munge.so -print -quit 2>/dev/null)); d=$(mktemp -d)
        ln -s $plugins/*.so $d; rm $d/auth_jwt.so; (cat $SLURM_CONF; echo PluginDir=$d) > $d/slurm.conf
        echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet -f $d/slurm.conf 2>/dev/null; rm -r $d"""
    (answer,) = answers(cluster.shell(line, env={"SLURM_JWT": "x.y.z"}).stdout)
    assert answer.status >= 500
    assert "jwt" in answer.error["error"]


# The ends of the pipe


def test_a_reader_that_goes_away_is_no_error_worth_a_word(cluster):
    done = cluster.shell(
        r'echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet -q | head -c 10; echo " ${PIPESTATUS[*]}"'
    )
    assert done.stdout.startswith(b"HTTP/1.1 2 ")
    assert done.stderr == b""


def test_a_reader_that_has_gone_before_is_no_error_worth_a_word(cluster):
    line = r"""
        d=$(mktemp -d); mkfifo $d/gone; trap "rm -r $d" EXIT
        { read < $d/gone; echo -e "GET /slurm/v1/diag HTTP/1.1\r\n"; } | restd-inet -q |
        { exec <&-; echo > $d/gone; }"""
    done = cluster.shell(line)
    assert (done.returncode, done.stderr) == (0, b"")


def test_many_answers_to_a_reader_that_goes_away_end(cluster):
    requests = DIAG * 500
    done = cluster.shell("cat | restd-inet -q | head -c 1000", input=requests)
    assert (len(done.stdout), done.stderr) == (1000, b"")


def test_without_stderr_it_answers(cluster):
    done = cluster.shell(r'echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet 2>&-')
    assert answers(done.stdout)[0].status == 200


def test_without_stdout_it_fails_quietly(cluster):
    done = cluster.shell(
        r'echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet -q >&-; echo ${PIPESTATUS[1]} >&2'
    )
    assert done.stderr.decode().splitlines()[-1] in ("0", "1")
    assert b"Traceback" not in done.stderr


def test_without_stdin_it_ends(cluster):
    done = cluster.shell("restd-inet <&-")
    assert (done.stdout, b"Traceback" in done.stderr) == (b"", False)


def test_what_is_cut_off_is_not_done(cluster):
    data = request("POST", f"/slurm/{V35}/job/submit", {"job": described(), "script": SLEEP})
    for length in (1, 10, 40, len(data) - 1):
        done = send(cluster, data[:length])
        assert (done.code, done.answer.status) == (1, 400)
    assert queued(cluster, "%i", "--me") == []
