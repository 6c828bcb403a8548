"""What users type at restd-inet, and what they see of the cluster afterwards."""

import json
import pwd
import shlex

import lacking
import pytest

as_root = lacking.as_root


@pytest.fixture(autouse=True)
def no_jobs_left(cluster):
    """For the tests of a module that imports it."""
    yield
    cluster.shell('scancel --user="$USER"')


class Answer:
    """One HTTP answer, as it stands on standard output."""

    def __init__(self, text):
        head, end, self.body = text.partition(b"\r\n\r\n")
        assert end, f"not an HTTP answer: {text!r}"
        lines = head.decode("ascii").split("\r\n")
        version, status, self.reason = lines[0].split(" ", 2)
        assert version in ("HTTP/1.1", "HTTP/1.0"), lines[0]
        self.status = int(status)
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            assert name.lower() not in self.headers, line
            self.headers[name.lower()] = value.strip()

    @property
    def json(self):
        assert self.headers["content-type"] == "application/json", self.headers
        return json.loads(self.body)

    @property
    def error(self):
        """The one error of a failed request."""
        (error,) = self.json["errors"]
        return error

    @property
    def text(self):
        return self.body.decode()


def answers(text):
    """Every answer on a connection; each ends where its Content-Length says."""
    found = []
    while text:
        answer = Answer(text)
        length = int(answer.headers.get("content-length", 0))
        assert len(answer.body) >= length, f"{len(answer.body)} bytes of {length}: {text!r}"
        text, answer.body = answer.body[length:], answer.body[:length]
        found.append(answer)
    return found


def request(method, path, document=None, *headers):
    """The bytes of a request; `document` is written as JSON, bytes are sent as they are."""
    lines = [f"{method} {path} HTTP/1.1", *headers]
    body = b""
    if document is not None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        if not any(line.lower().startswith("content-type:") for line in headers):
            lines.append("Content-Type: application/json")
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class Done:
    """A run of restd-inet that has ended."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr.decode(errors="replace")
        assert "Traceback" not in self.err, self.err

    @property
    def answers(self):
        return answers(self.out)

    @property
    def answer(self):
        (answer,) = self.answers
        return answer


def send(cluster, data, *options, user=None, env=None, timeout=60):
    """Bytes to restd-inet on a pipe of its own user."""
    command = shlex.join(["restd-inet", *options])
    return Done(cluster.shell(f"cat | {command}", user=user, input=data, env=env, timeout=timeout))


def ask(cluster, method, path, document=None, *headers, options=(), user=None, env=None):
    """The answer to one request, on a pipe."""
    done = send(cluster, request(method, path, document, *headers), *options, user=user, env=env)
    assert done.code == 0, done.err
    return done.answer


def output(cluster, *command, user=None):
    """What one of Slurm's commands prints."""
    done = cluster.shell(shlex.join(map(str, command)), user=user)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def shown(cluster, job_id, user=None):
    """What `scontrol show job` shows of a job (the first of its records), by name."""
    line = output(cluster, "scontrol", "--oneliner", "show", "job", job_id, user=user).splitlines()[0]
    return dict(word.partition("=")[::2] for word in line.split(" ") if "=" in word)


def queued(cluster, form, *options, user=None):
    """squeue's lines, in this format."""
    return output(cluster, "squeue", "--noheader", f"--format={form}", *options, user=user).splitlines()


def identities(cluster):
    entry = pwd.getpwnam(cluster.user)
    return {"user_id": entry.pw_uid, "group_id": entry.pw_gid}


SLEEP = "#!/bin/bash\nsleep 600\n"


def described(**properties):
    """A job description with what every one must have."""
    needed = {"current_working_directory": "/tmp", "environment": {"PATH": "/bin:/usr/bin"}}
    return {**needed, "standard_out": "/dev/null", **properties}


def submit(cluster, script=SLEEP, *, version="v0.0.35", user=None, **properties):
    """Submits a job; its number."""
    document = {"job": described(**properties), "script": script}
    answer = ask(cluster, "POST", f"/slurm/{version}/job/submit", document, user=user)
    assert answer.status == 200, answer.text
    # A held job is submitted, and slurmctld says that it is held (ESLURM_JOB_HELD).
    assert [error["errno"] for error in answer.json["errors"]] in ([], [2042]), answer.text
    return answer.json["job_id"]
