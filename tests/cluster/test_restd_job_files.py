"""A job's own files on a cluster; what slurmd has written and `scontrol write batch_script` are oracles."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import lacking
import pytest

from . import serving
from .cluster import identity
from .serving import jwt_listening
from .typed import Answer

#: Job name → pattern of sbatch(1), and what else there may be in one.
PATTERNS = {
    "plain": "%x.out",
    "numbers": "%j-%A-%a-%b-%J.out",
    "wide": "%4j-%12A-%1a-%0j-%10a.out",
    "names": "%x-%u-%N-%s.out",
    "tasks": "%n-%t-%3n-%2t-%x.out",
    "percent": "%%-%%j-%%%j.out",
    "unknown": "%z-%5z-%c%-%x.out",
    "escaped": "esc\\%j\\\\n.out",
    "space": "a b%j.out",
    "below": "sub/../%x.out",
    "line": "a\nb-%j",
}
ROOT_ONLY = lacking.as_root


def get(cluster, path, *fields, user=None, method="GET", version="latest"):
    """The answer over a pipe of the user's own."""
    head = "".join(f"{field}\r\n" for field in (f"{method} /restd/{version}/job/{path} HTTP/1.1", *fields))
    done = cluster.shell("cat | restd-inet 2>/dev/null", input=head + "\r\n", user=user)
    return Answer(done.stdout)


@pytest.fixture
def directory(cluster):
    """An empty one of the user's, in which jobs are submitted."""
    path = Path(cluster.jobs, f"files-{os.getpid()}-{time.monotonic_ns()}")
    assert cluster.shell(f"mkdir -p {path}/sub").returncode == 0
    return path


def submit(cluster, directory, *options, script="echo $SLURM_JOB_ID; echo error >&2", user=None):
    line = ["sbatch", "--parsable", "--chdir", str(directory), *options, f"--wrap={script}"]
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in line)
    done = cluster.shell(os.fsencode(quoted), user=user)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def ended(cluster, *jobs):
    for job in jobs:
        cluster.wait_state(job, "COMPLETED", "FAILED", "CANCELLED")


def written(directory):
    """The files below a directory, and beside it, whose names begin with its own: path → content."""
    paths = (
        path for root in directory.parent.glob(f"{directory.name}*") for path in (root, *root.rglob("*"))
    )
    return {str(path): path.read_bytes() for path in paths if path.is_file()}


@pytest.mark.parametrize("version", ["v0.0.40", "latest"])
def test_every_pattern_leads_to_the_file_that_slurmd_has_written(cluster, directory, version):
    jobs = {}
    for name, pattern in PATTERNS.items():
        jobs[submit(cluster, directory, f"--job-name={name}", f"--output={pattern}")] = pattern
    ended(cluster, *jobs)
    answers = {job: get(cluster, f"{job}/stdout", version=version) for job in jobs}
    for job, answer in answers.items():
        assert (answer.status, answer.body) == (200, f"{job}\nerror\n".encode()), jobs[job]
    assert sorted(written(directory).values()) == sorted(answer.body for answer in answers.values())


def test_a_name_relative_to_the_working_directory(cluster, directory):
    """As a client of the API gives it, where sbatch(1) makes it absolute."""
    for number, pattern in enumerate(("%x-%j", "%x-%j", "7", "0", "b\\%x", "sub/%4j")):
        more = {"SLURM_JOB_NAME": "other"} if number == 1 else {}
        properties = {"name": "named", "standard_output": pattern, "tasks": 1}
        properties |= {"current_working_directory": str(directory), "environment": ["PATH=/bin:/usr/bin"]}
        properties["environment"] += [f"{name}={value}" for name, value in more.items()]
        before = written(directory)
        document = json.dumps({"job": properties, "script": "#!/bin/sh\necho $SLURM_JOB_ID\n"})
        done = cluster.shell("restd-inet post job/submit", input=document)
        job = json.loads(done.stdout)["job_id"]
        ended(cluster, job)
        new = [data for path, data in written(directory).items() if path not in before]
        answer = get(cluster, f"{job}/stdout")
        if new and number != 1:  # in 22.05 the name is that of the environment, which slurmctld does not tell
            assert (answer.status, [answer.body]) == (200, new), pattern
        elif not new:
            assert answer.status in (404, 409), (pattern, answer.text)


def test_tasks_of_an_array_and_files_of_their_own(cluster, directory):
    plain = submit(cluster, directory, "--array=1-3")
    named = submit(cluster, directory, "--array=1,12", "--output=%A_%a.out", "--error=%A/../%A_%3a.err")
    (directory / str(named)).mkdir()
    cluster.wait(lambda: not cluster.shell("squeue --me --noheader --states=PD,R,CG").stdout.strip())
    for task in (1, 2, 3):
        answer = get(cluster, f"{plain}_{task}/stdout")
        assert answer.body == (directory / f"slurm-{plain}_{task}.out").read_bytes()
    for task in (1, 12):
        assert get(cluster, f"{named}_{task}/stdout").body == (directory / f"{named}_{task}.out").read_bytes()
        assert get(cluster, f"{named}_{task}.batch/stderr").body == b"error\n"
        script = get(cluster, f"{named}_{task}/script").body
        done = cluster.shell(f"scontrol write batch_script {named}_{task} -")
        assert script == done.stdout.rstrip(b"\n") + b"\n" or script == done.stdout
    assert get(cluster, f"{plain}/stdout").status == 409


def test_the_script_is_that_of_scontrol(cluster, directory):
    script = directory / "script"
    text = "#!/bin/bash\n#SBATCH --job-name=ünï\n# \\n %s %n \t\n: no newline at the end"
    cluster.shell(f"cat > {script}", input=text)
    job = cluster.submit(script)
    done = cluster.shell(f"cd {directory} && scontrol write batch_script {job} copy")
    assert done.returncode == 0, done.stderr
    answer = get(cluster, f"{job}/script")
    assert (answer.status, answer.body) == (200, (directory / "copy").read_bytes())
    assert answer.body == text.encode()
    assert cluster.shell(f"restd-inet get /restd/latest/job/{job}/script").stdout == answer.body


def test_bytes_are_not_changed_by_the_command_line(cluster, directory):
    job = submit(cluster, directory, script="head -c 300000 /dev/urandom; printf x")
    ended(cluster, job)
    found = cluster.shell(f"restd-inet get /restd/latest/job/{job}/stdout").stdout
    assert found == (directory / f"slurm-{job}.out").read_bytes()
    assert len(found) == 300001


def test_what_no_batch_job_has_written(cluster, directory):
    cluster.shell(f"cd {directory} && srun --job-name=interactive true")
    done = cluster.shell("squeue --me --noheader --states=all --name=interactive --format=%A")
    job = done.stdout.split()[0].decode()
    assert get(cluster, f"{job}/stdout").status == 409
    assert get(cluster, f"{job}/script").status == 409


def test_where_there_is_no_file(cluster, directory):
    missing = submit(cluster, directory, "--output=logs/%j.out")
    nowhere = submit(cluster, directory / "nowhere")
    null = submit(cluster, directory, "--output=/dev/null")
    waiting = submit(cluster, directory, "--hold")
    removed = submit(cluster, directory)
    ended(cluster, missing, nowhere, null, removed)
    (directory / f"slurm-{removed}.out").unlink()
    for path in (directory / "logs", directory / "nowhere"):
        shutil.rmtree(path, ignore_errors=True)  # slurmd 26.05 makes them
    answers = [get(cluster, f"{job}/stdout") for job in (missing, nowhere, null, waiting, removed)]
    assert [answer.status for answer in answers] == [404, 501, 409, 404, 404]
    assert [answer.headers.get("retry-after") for answer in answers] == [None, None, None, "2", None]
    cluster.shell(f"scancel {waiting}")
    assert get(cluster, "123456789/stdout").status == 404


@ROOT_ONLY
def test_files_are_those_that_the_user_may_read(cluster, directory):
    """root's file by a link, a FIFO, a descriptor of the process, and others' jobs."""

    def prepared(line):
        job = submit(cluster, directory, "--output=%j.out", script="sleep 1")
        ended(cluster, job)
        cluster.shell(f"cd {directory} && rm {job}.out && {line.format(job=job)}")
        return get(cluster, f"{job}/stdout")

    assert prepared("ln -s /etc/shadow {job}.out").status == 403
    assert prepared("ln -s /proc/self/fd/0 {job}.out").status == 403
    assert prepared("ln -s {job}.out {job}.out").status == 403
    assert prepared("mkfifo {job}.out").status == 409
    assert prepared("mkdir {job}.out").status == 409
    assert prepared("ln -s /dev/zero {job}.out").status == 409
    answer = prepared("echo mine > other; ln -s other {job}.out")
    assert (answer.status, answer.body) == (200, b"mine\n")
    others = submit(cluster, "/tmp", f"--output={cluster.jobs}/roots-%j", user="root")
    ended(cluster, others)
    assert get(cluster, f"{others}/stdout").status == 403
    assert get(cluster, f"{others}/script").status == 403
    own = submit(cluster, directory)
    ended(cluster, own)
    assert get(cluster, f"{own}/stdout", user="root").status == 403
    assert get(cluster, f"{own}/script", user="root").status == 200


def test_a_range_of_three_gigabytes(cluster, directory):
    size = 3 << 30
    script = f"truncate -s {size} $SLURM_JOB_ID.out; echo end >> $SLURM_JOB_ID.out"
    job = submit(cluster, directory, "--output=%j.out", script=script)
    ended(cluster, job)
    whole = (directory / f"{job}.out").stat().st_size
    assert whole == size + 4
    answer = get(cluster, f"{job}/stdout", method="HEAD")
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, str(whole), b"")
    answer = get(cluster, f"{job}/stdout", f"Range: bytes={size - 2}-")
    assert (answer.status, answer.body) == (206, b"\0\0end\n")
    assert answer.headers["content-range"] == f"bytes {size - 2}-{whole - 1}/{whole}"
    assert get(cluster, f"{job}/stdout", "Range: bytes=-4").body == b"end\n"
    assert get(cluster, f"{job}/stdout", f"Range: bytes={whole}-").status == 416


def test_memory_does_not_grow_with_the_file(cluster, directory):
    job = submit(cluster, directory, "--output=%j.out", script="truncate -s 1G $SLURM_JOB_ID.out")
    ended(cluster, job)
    head = f"GET /restd/latest/job/{job}/stdout HTTP/1.1\r\n\r\n"
    line = f"printf '{head}' | (ulimit -v 600000; restd-inet 2>/dev/null) | wc -c"
    assert int(cluster.shell(line, timeout=120).stdout) > 1 << 30


class Stream:
    """An answer while it comes, as restd-inet get writes it."""

    def __init__(self, cluster, path, *fields):
        options = [option for field in fields for option in ("-H", field)]
        self.process = subprocess.Popen(
            [f"{cluster.bin}/restd-inet", "get", f"/restd/latest/job/{path}", *options],
            stdout=subprocess.PIPE, env=cluster.env(), cwd=cluster.jobs, **identity(cluster.user),
        )  # fmt: skip
        self.body = b""

    def until(self, text):
        """Reads until the text has come."""
        while text not in self.body:
            piece = os.read(self.process.stdout.fileno(), 65536)
            assert piece, self.body
            self.body += piece

    def rest(self):
        """All that has come, at the end, and the exit status."""
        with self.process:
            self.body += self.process.stdout.read()
        return self.body, self.process.returncode


#: A job that writes what comes to a FIFO in its directory, line by line, until "end".
SCRIPT = "mkfifo in; exec 3<>in; touch ready; while read -r line <&3 && [ $line != end ]; do echo $line; done"


@pytest.fixture
def talking(cluster, directory):
    """A running job, and what makes it write a line."""
    job = submit(cluster, directory, "--output=out", script=SCRIPT)
    cluster.wait(lambda: (directory / "ready").exists())

    def say(word):
        assert cluster.shell(f"echo {word} > {directory}/in").returncode == 0

    yield job, say
    cluster.shell(f"scancel {job}")


def test_a_file_is_followed_until_the_job_has_ended(cluster, directory, talking):
    job, say = talking
    say("one")
    cluster.wait(lambda: (directory / "out").read_bytes() == b"one\n")
    stream = Stream(cluster, f"{job}/stdout?follow=1")
    stream.until(b"one\n")
    say("two")
    stream.until(b"two\n")
    say("end")
    assert stream.rest() == (b"one\ntwo\n", 0)
    assert get(cluster, f"{job}/stdout?follow=1&tail=1").body == b"two\n"


def test_a_file_is_followed_when_it_is_truncated_and_rotated(cluster, directory, talking):
    job, say = talking
    say("before")
    stream = Stream(cluster, f"{job}/stdout?follow=1")
    stream.until(b"before\n")
    cluster.shell(f"cd {directory} && : > out && echo 1 >> out")
    stream.until(b"1\n")
    cluster.shell(f"cd {directory} && echo last >> out && mv out old && echo new > out")
    stream.until(b"last\nnew\n")
    say("end")
    assert stream.rest() == (b"before\n1\nlast\nnew\n", 0)


def test_an_answer_waits_for_what_is_new(cluster, directory, talking):
    job, say = talking
    say("one")
    cluster.wait(lambda: (directory / "out").read_bytes() == b"one\n")
    tag = get(cluster, f"{job}/stdout").headers["etag"]
    assert get(cluster, f"{job}/stdout", f"If-None-Match: {tag}").status == 304
    waiting = Stream(cluster, f"{job}/stdout?wait=50", "Range: bytes=4-")
    say("two")
    assert waiting.rest() == (b"two\n", 0)
    say("end")
    answer = get(cluster, f"{job}/stdout?wait=60", "Range: bytes=8-")
    assert answer.status == 416


def test_a_step_that_runs(cluster, directory):
    script = "srun --output=step-%s.out sh -c 'echo step; sleep 300'"
    job = submit(cluster, directory, script=script)
    cluster.wait(lambda: (directory / "step-0.out").exists() and (directory / "step-0.out").read_bytes())
    answer = get(cluster, f"{job}.0/stdout")
    if cluster.slurm < (25, 11):
        assert answer.status == 501, answer.text
    else:
        assert (answer.status, answer.body) == (200, b"step\n"), answer.text
        stream = Stream(cluster, f"{job}.0/stderr?follow=1")
        stream.until(b"step\n")
    cluster.shell(f"scancel {job}")
    if cluster.slurm >= (25, 11):
        assert stream.rest()[0].startswith(b"step\n")  # and what slurmstepd says of its end


@ROOT_ONLY
def test_a_token_alone_opens_nothing(cluster, directory, tmp_path):
    """The process is fred's, and opens files for nobody else; scripts are slurmctld's to show."""
    jobs = {
        user: submit(cluster, "/tmp", f"--output={cluster.jobs}/{user}-%j", user=user)
        for user in ("fred", "pebbles")
    }
    ended(cluster, *jobs.values())
    with jwt_listening(cluster, tmp_path) as port:

        def ask(user, job, what):
            return serving.get(port, f"/restd/latest/job/{job}/{what}", cluster.token(user), host="localhost")

        for user, statuses in {"fred": (200, 403), "pebbles": (403, 501)}.items():
            assert tuple(ask(user, job, "stdout")[0] for job in jobs.values()) == statuses
        _, document = ask("pebbles", jobs["pebbles"], "stdout")
        assert "--privileged" in document["errors"][0]["description"]
        assert ask("pebbles", jobs["pebbles"], "script")[1].startswith("#!/bin/sh")
