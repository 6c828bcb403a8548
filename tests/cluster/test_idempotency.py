"""Idempotency-Key on a real cluster: whatever ends in between, there is one job, and one answer."""

import contextlib
import json
import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

import lacking
import pytest

from .cluster import identity
from .privileged import Listener
from .serving import Client, accepts, jwt_listening, running, until
from .typed import answers, ask, described, no_jobs_left, output, request

__all__ = ["no_jobs_left"]

PATHS = ("/slurm/v0.0.44/job/submit", "/restd/v0.0.44/job/submit")
MANY = "/restd/v0.0.44/jobs/submit"
#: A process that ends by SIGKILL at a point, and that reads the rest of its command line as restd-inet does.
KILLED = """
import os, signal, sys
from restd_inet import state_directory
from restd_inet.app import idempotency
from restd_inet.slurm.jobs import JobCalls

point, lines = sys.argv.pop(1), [0]
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def around(owner, name, before="", after=""):
    original = getattr(owner, name)
    def wrapped(*arguments, **more):
        if point == before:
            die()
        found = original(*arguments, **more)
        if point == after:
            die()
        return found
    setattr(owner, name, wrapped)
append = state_directory.LockedFile.append
def half(self, data):
    lines[0] += 1
    if point == f"half of line {lines[0]}":
        append(self, data[: len(data) // 2])
        die()
    append(self, data)
state_directory.LockedFile.append = half
around(idempotency.Record, "__init__", "before the file", "after the file")
around(state_directory, "lock", after="the file is empty")
around(JobCalls, "submit", "before the RPC", "after the RPC")
around(idempotency.Record, "store", "before the answer is stored", "after the answer is stored")
from restd_inet.__main__ import main
sys.exit(main())
"""
POINTS = (
    "before the file", "the file is empty", "half of line 1", "after the file", "before the RPC",
    "after the RPC", "before the answer is stored", "half of line 2", "after the answer is stored",
)  # fmt: skip


@pytest.fixture
def state(cluster, tmp_path_factory):
    """A state directory that the cluster's user can reach."""
    made = output(cluster, "mktemp", "--directory", "--tmpdir=/tmp", "restd-state-XXXXXX").strip()
    yield made
    cluster.shell(f"rm -r {made}")


def message(key, path=PATHS[1], many=0, **properties):
    """A request with a key. Its job is held, so that it stays."""
    name = properties.setdefault("name", f"key-{key}")
    job = {"job": described(hold=True, **properties), "script": "#!/bin/sh\n"}
    if many:
        job = {"jobs": [{**job, "job": {**job["job"], "name": name}} for _ in range(many)]}
    return request("POST", path, job, "Host: x", f"Idempotency-Key: {key}")


def sent(cluster, state, data, point="", user=None, options=""):
    """The answer of a new process on a pipe; None if it was killed."""
    program = f'"$PYTHON" -c "$KILLED" "{point}"' if point else "restd-inet"
    done = cluster.shell(
        f"cat | {program} --state-directory {state} {options}",
        input=data,
        user=user,
        env={"KILLED": KILLED, "PYTHON": f"{cluster.bin}/python"},
    )
    if not done.stdout:
        assert done.returncode == 128 + signal.SIGKILL, done.stderr
        return None
    (answer,) = answers(done.stdout)
    return answer


def grow_old(state, seconds=60):
    """As if so much time had passed since the files were written."""
    for file in Path(state).glob("keys-*/*"):
        when = file.stat().st_mtime - seconds
        os.utime(file, (when, when))


def settled(cluster, state, data):
    """What a client is answered in the end that sends its request again and again."""
    for _ in range(4):
        answer = sent(cluster, state, data)
        if answer.status != 409:
            return answer
        assert int(answer.headers["retry-after"]) > 0, answer.text
        grow_old(state)
    raise AssertionError(answer.text)


def named(cluster, name):
    """The ids of the jobs of that name."""
    lines = output(cluster, "squeue", "--noheader", "--format=%A", f"--name={name}", "--states=all")
    return sorted(map(int, lines.split()))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_is_killed_at_any_point_leaves_one_job(cluster, state, point, path):
    data = message(f"{POINTS.index(point)}-{PATHS.index(path)}", path)
    assert sent(cluster, state, data, point) is None
    first = settled(cluster, state, data)
    assert first.status == 200, first.text
    name = f"key-{POINTS.index(point)}-{PATHS.index(path)}"
    assert named(cluster, name) == [first.json["job_id"]]
    second = sent(cluster, state, data)
    assert second.headers["idempotency-replayed"] == "true"
    assert second.body == first.body
    assert named(cluster, name) == [first.json["job_id"]]


def test_a_process_that_is_killed_twice_leaves_one_job(cluster, state):
    data = message("twice")
    for point in ("before the RPC", "after the RPC"):
        assert sent(cluster, state, data, point) is None
        grow_old(state)
        if point == "before the RPC":
            assert sent(cluster, state, data).status == 409  # slurmctld may have it yet
            grow_old(state)
    answer = settled(cluster, state, data)
    assert named(cluster, "key-twice") == [answer.json["job_id"]]


def test_many_jobs_of_a_process_that_is_killed_are_there_once(cluster, state):
    data = message("many", MANY, many=3)
    assert sent(cluster, state, data, "after the RPC") is None  # of the first
    assert len(named(cluster, "key-many")) == 1
    answer = settled(cluster, state, data)
    assert answer.status == 200, answer.text
    assert named(cluster, "key-many") == sorted(result["job_id"] for result in answer.json["results"])
    assert len(named(cluster, "key-many")) == 3


@pytest.mark.parametrize("properties", [{"comment": "mine"}, {"comment": ""}, {"array": "1-3"}])
def test_the_tag_is_found_whatever_the_job_is(cluster, state, properties):
    if "comment" in properties and cluster.slurm < (23, 2) and properties["comment"]:
        pytest.skip(lacking.slurm("only the comment can hold it, and the client has one of its own", "24.11"))
    name = "-".join(["kind", *map(str, properties.values())])
    data = message(name, name=name, **properties)
    assert sent(cluster, state, data, "after the RPC") is None
    answer = settled(cluster, state, data)
    job = answer.json["job_id"]
    shown = output(cluster, "scontrol", "--oneliner", "show", "job", job)
    assert f"JobName={name} " in shown
    if properties.get("comment"):
        assert "Comment=mine" in shown
    lines = output(cluster, "squeue", "--noheader", "--format=%F", f"--name={name}", "--states=all")
    assert set(map(int, lines.split())) == {job}


def test_a_heterogeneous_job_is_found_by_its_first_component(cluster, state):
    jobs = [described(hold=True, name="het-of-a-key") for _ in range(2)]
    data = request(
        "POST", PATHS[1], {"jobs": jobs, "script": "#!/bin/sh\n"}, "Host: x", "Idempotency-Key: het"
    )
    assert sent(cluster, state, data, "after the RPC") is None
    answer = settled(cluster, state, data)
    lines = output(
        cluster, "squeue", "--noheader", "--format=%A", "--name=het-of-a-key", "--states=all"
    ).split()
    assert answer.json["job_id"] == min(map(int, lines)) and len(lines) == 2


def test_a_job_in_which_no_tag_has_room_is_not_submitted_twice(cluster, state):
    """After MinJobAge root knows; until then the comment of the client is all there is."""
    data = message("full", comment="mine", extra="mine")
    assert sent(cluster, state, data).status == 200
    again = sent(cluster, state, data)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(named(cluster, "key-full")) == 1


def test_slurmctld_hangs_and_the_process_is_killed(cluster, state):
    """The request lies in slurmctld's socket: it is done when root waits for it any more."""
    data = message("frozen")
    cluster.freeze("slurmctld")
    try:
        # The pipe must be the user's own.
        line = f"cat | (echo $BASHPID > {state}/pid; exec restd-inet --state-directory {state})"
        with subprocess.Popen(
            ["/bin/bash", "-c", line],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=cluster.env(),
            cwd=cluster.jobs,
            **identity(cluster.user),
        ) as process:
            process.stdin.write(data)
            process.stdin.close()
            until(lambda: begun(state), "file")
            time.sleep(0.5)  # until the request is sent, which nothing shows
            os.kill(int(Path(state, "pid").read_text()), signal.SIGKILL)
            process.wait(60)
    finally:
        cluster.thaw("slurmctld")
    answer = patient(cluster, state, data)
    assert answer.status == 200, answer.text
    assert named(cluster, "key-frozen") == [answer.json["job_id"]]


def test_slurmctld_hangs_longer_than_a_request_may_last(cluster, state):
    data = message("late")
    cluster.freeze("slurmctld")
    try:
        assert sent(cluster, state, data, options="--request-timeout 2").status == 504
    finally:
        cluster.thaw("slurmctld")
    answer = patient(cluster, state, data)
    assert answer.status == 200, answer.text
    assert named(cluster, "key-late") == [answer.json["job_id"]]


def patient(cluster, state, data):
    """What a client is answered in the end that waits as it is told: slurmctld may yet receive a request."""
    answer = sent(cluster, state, data)
    while answer.status == 409:
        time.sleep(int(answer.headers["retry-after"]))
        answer = sent(cluster, state, data)
    return answer


def test_a_cluster_without_accounting_has_keys_too(bare_cluster):
    state = output(bare_cluster, "mktemp", "--directory", "--tmpdir=/tmp", "restd-state-XXXXXX").strip()
    data = message("bare")
    assert sent(bare_cluster, state, data, "after the RPC") is None
    answer = settled(bare_cluster, state, data)
    assert named(bare_cluster, "key-bare") == [answer.json["job_id"]]
    bare_cluster.shell(f"scancel --name=key-bare; rm -r {state}")


@pytest.mark.parametrize(
    ("key", "status"),
    [("x" * 100_000, 400), ("", 400), ("ä", 400), ('"a', 400), ("a, b", 400), ('"a b"', 200), ("'; id", 400)],
)
def test_a_key_is_judged_on_the_wire_too(cluster, state, key, status):
    """The bytes of a field that are not ASCII reach it as they are."""
    data = message(key, name="wire")
    answer = sent(cluster, state, data)
    assert answer.status == status, answer.text
    assert len(answer.text) < 2000


# Many at once


@contextlib.contextmanager
def listening(cluster, state, directory, name):
    """An instance on a Unix socket."""
    path = f"{state}/{name}.sock"
    options = {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}
    command = [
        f"{cluster.bin}/restd-inet", "--state-directory", f"{state}/shared", "--max-per-source", "124",
        f"unix:{path}",
    ]  # fmt: skip
    with running(command, directory / f"{name}.log", **options):
        until(lambda: accepts(path), "listener")
        yield path


#: As the cluster's user: sends a request until it is not 409, prints what comes back.
CLIENT = """
import http.client, socket, sys, threading, time
paths, count, key, body = sys.argv[1].split(","), int(sys.argv[2]), sys.argv[3], sys.argv[4]
start, found = threading.Barrier(count), []
class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=120)
        self.path = path
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)
def client(number):
    start.wait()
    while True:
        number += 1
        connection = Connection(paths[number % len(paths)])
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            connection.request("POST", "/restd/v0.0.44/job/submit", body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            if len(paths) == 1:
                raise
            time.sleep(0.1)
            continue
        finally:
            connection.close()
        if answer.status not in (409, 503):
            found.append((answer.status, content, answer.getheader("Idempotency-Replayed")))
            return
        assert answer.getheader("Retry-After"), content
        time.sleep(0.2)
threads = [threading.Thread(target=client, args=(number,)) for number in range(count)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(found) == count
print([status for status, _, _ in found].count(200), len({content for _, content, _ in found}),
      [replayed for _, _, replayed in found].count(None), sep=" ")
"""


@pytest.mark.parametrize(("instances", "clients"), [(1, 100), (2, 60)])
def test_many_clients_at_once_get_one_job_and_one_answer(cluster, state, tmp_path, instances, clients):
    name = f"at-once-{instances}"
    body = json.dumps({"job": described(hold=True, name=name), "script": "#!/bin/sh\n"})
    with contextlib.ExitStack() as stack:
        paths = [
            stack.enter_context(listening(cluster, state, tmp_path, f"instance{number}"))
            for number in range(instances)
        ]
        done = cluster.shell(
            f'"$PYTHON" -c "$CLIENT" {",".join(paths)} {clients} {name} "$BODY"',
            env={"CLIENT": CLIENT, "BODY": body, "PYTHON": f"{cluster.bin}/python"},
            timeout=200,
        )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().split() == [str(clients), "1", "1"]
    assert len(named(cluster, name)) == 1


def test_an_instance_that_is_killed_in_the_midst_leaves_one_job_to_the_other(cluster, state, tmp_path):
    name = "midst"
    body = json.dumps({"job": described(hold=True, name=name), "script": "#!/bin/sh\n"})
    with contextlib.ExitStack() as stack:
        other = stack.enter_context(listening(cluster, state, tmp_path, "other"))
        with listening(cluster, state, tmp_path, "killed") as killed:
            cluster.freeze("slurmctld")
            try:
                line = f'"$PYTHON" -c "$CLIENT" {killed},{other} 20 {name} "$BODY" > {state}/out 2>&1'
                env = {"CLIENT": CLIENT, "BODY": body, "PYTHON": f"{cluster.bin}/python"}
                cluster.shell(f"({line}) & echo $! > {state}/pid", env=env)
                until(lambda: begun(f"{state}/shared"), "request")
                for pid in pids(killed):
                    with contextlib.suppress(ProcessLookupError):  # a spare process that has just ended
                        os.kill(pid, signal.SIGKILL)
            finally:
                cluster.thaw("slurmctld")
            cluster.shell(f"tail --pid=$(cat {state}/pid) -f /dev/null", timeout=100)
    assert Path(state, "out").read_text().split()[:2] == ["20", "1"]
    assert len(named(cluster, name)) == 1


def begun(state):
    """The files of keys in which there is a request."""
    return [file for file in Path(state).glob("keys-*/[0-9a-f]*") if file.stat().st_size]


def pids(path):
    """The processes of the instance on a socket."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if f"unix:{path}".encode() in words and b"-c" not in words:
                found.append(int(entry.name))
    return found


def test_another_instance_settles_what_one_has_left(cluster, state, tmp_path):
    data = message("left")
    assert sent(cluster, f"{state}/shared", data, "after the RPC") is None
    with listening(cluster, state, tmp_path, "other") as path:
        done = cluster.shell(f"{cluster.bin}/python -c '{SEND}' {path}", input=data)
    (answer,) = answers(done.stdout)
    assert answer.headers["idempotency-replayed"] == "true"
    assert named(cluster, "key-left") == [answer.json["job_id"]]


SEND = """
import socket, sys
end = socket.socket(socket.AF_UNIX)
end.connect(sys.argv[1])
end.sendall(sys.stdin.buffer.read())
end.shutdown(socket.SHUT_WR)
while piece := end.recv(65536):
    sys.stdout.buffer.write(piece)
"""


# Several users


@lacking.as_root
def test_in_privileged_mode_a_user_s_files_are_the_user_s(cluster, tmp_path):
    listener = Listener(cluster, cluster.dir, "--state-directory", str(tmp_path / "state"))
    try:
        first, second = (listener.local("fred", message("mine"))[0] for _ in range(2))
        other = listener.local("root", message("mine"))[0]
    finally:
        listener.stop()
    assert first.status == 200, first.text
    assert second.headers["idempotency-replayed"] == "true"
    assert second.body == first.body
    assert "idempotency-replayed" not in other.headers
    assert other.json["job_id"] != first.json["job_id"]
    cluster.shell(f"scancel {other.json['job_id']}", user="root")
    fred, root = pwd.getpwnam("fred").pw_uid, 0
    found = {path.name: path.stat() for path in (tmp_path / "state").iterdir()}
    assert {name: (info.st_uid, info.st_mode & 0o777) for name, info in found.items()} == {
        f"keys-{fred}": (fred, 0o700),
        f"keys-{root}": (root, 0o700),
    }
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


@lacking.as_root
def test_in_privileged_mode_a_later_request_of_a_connection_may_have_a_key(cluster, tmp_path):
    listener = Listener(cluster, cluster.dir, "--state-directory", str(tmp_path / "state"))
    try:
        plain = request("GET", "/slurm/v0.0.44/ping", None, "Host: x")
        ping, first, second = listener.local("fred", plain + message("later") * 2)
    finally:
        listener.stop()
    assert (ping.status, first.status, second.status) == (200, 200, 200), first.text
    assert second.headers["idempotency-replayed"] == "true"


@lacking.as_root
def test_users_of_a_service_with_tokens_have_keys_of_their_own(cluster, state, tmp_path):
    with jwt_listening(cluster, tmp_path, "--state-directory", f"{state}/shared") as port:
        found = []
        for user in ("fred", "root", "fred"):
            client = Client(port)
            headers = {
                "X-SLURM-USER-TOKEN": cluster.token(user),
                "Idempotency-Key": "theirs",
                "Content-Type": "application/json",
            }
            job = {"job": described(hold=True, name="theirs"), "script": "#!/bin/sh\n"}
            client.request("POST", PATHS[1], json.dumps(job), headers)
            answer = client.getresponse()
            found.append((answer.status, json.loads(answer.read()), answer.getheader("Idempotency-Replayed")))
        client = Client(port)
        client.request("POST", PATHS[1], json.dumps(job), {**headers, "X-SLURM-USER-TOKEN": "a.b.c"})
        assert client.getresponse().status == 401
    (fred, mine, _), (root, theirs, other), (_, again, replayed) = found
    assert (fred, root) == (200, 200), found
    assert mine == again and replayed == "true"
    assert theirs["job_id"] != mine["job_id"] and other is None
    cluster.shell("scancel --user=root", user="root")


def test_a_missing_state_directory_is_named_and_nothing_is_done(cluster):
    answer = sent(cluster, "/proc/nothing", message("nowhere"))
    assert answer.status == 503
    assert "/proc/nothing" in answer.text and "--state-directory" in answer.text
    assert named(cluster, "key-nowhere") == []
    document = {"job": described(hold=True, name="nowhere"), "script": "#!/bin/sh\n"}
    without = ask(cluster, "POST", PATHS[1], document, options=("--state-directory", "/proc/nothing"))
    assert without.status == 200
