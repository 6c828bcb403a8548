"""Local authentication: whose the other end is, who else may write to it, and what is said if it is not."""

import json
import os
import pty
import pwd
import select
import socket
import stat
import subprocess

import pytest

from .cluster import identity
from .typed import Answer, Done, as_root, request, send

PING = request("GET", "/slurm/v0.0.35/ping")
MALFORMED = request("POST", "/slurm/v0.0.35/job/submit", b"{ this is not JSON")


@pytest.fixture
def directory(cluster):
    path = cluster.shell("mktemp -d").stdout.decode().strip()
    os.chmod(path, 0o755)
    yield path
    subprocess.run(["rm", "-rf", path], check=True)


def started(cluster, source, *options, sink=subprocess.PIPE, user=None, env=None):
    return subprocess.Popen(
        [f"{cluster.bin}/restd-inet", *options],
        stdin=source,
        stdout=sink,
        stderr=subprocess.PIPE,
        env={**cluster.env(user), **(env or {})},
        cwd=cluster.jobs,
        **identity(user or cluster.user),
    )


def finished(process):
    out, err = process.communicate(timeout=60)
    return Done(subprocess.CompletedProcess(process.args, process.returncode, out, err))


def file_of(cluster, directory, content, user=None, mode=0o600):
    path = f"{directory}/request"
    with open(path, "wb") as file:
        file.write(content)
    entry = pwd.getpwnam(user or cluster.user)
    if os.geteuid() == 0:
        os.chown(path, entry.pw_uid, entry.pw_gid)
    os.chmod(path, mode)
    return path


def from_file(cluster, path, *options, user=None):
    with open(path, "rb") as source:
        return finished(started(cluster, source, *options, user=user))


@as_root
@pytest.mark.parametrize("owner", ["pebbles", "root"])
def test_a_file_of_another_user_is_403_and_says_whose_it_is(cluster, directory, owner):
    path = file_of(cluster, directory, PING, owner)
    done = from_file(cluster, path)
    assert (done.code, done.answer.status) == (0, 403)
    uid, own = pwd.getpwnam(owner).pw_uid, pwd.getpwnam(cluster.user).pw_uid
    text = done.answer.error["error"]
    said = f"{path} belongs to uid {uid}, and this process runs as uid {own}; possible here: jwt"
    assert text.startswith(said)


@as_root
@pytest.mark.parametrize("owner", ["pebbles", "root"])
def test_a_pipe_of_another_user_is_403(cluster, owner):
    reader, writer = os.pipe()
    entry = pwd.getpwnam(owner)
    os.fchown(writer, entry.pw_uid, entry.pw_gid)
    os.write(writer, PING)
    os.close(writer)
    with os.fdopen(reader, "rb") as source:
        done = finished(started(cluster, source))
    assert (done.code, done.answer.status) == (0, 403)
    assert f"belongs to uid {entry.pw_uid}" in done.answer.error["error"]
    assert done.answer.error["error"].startswith("pipe:[")


@as_root
def test_root_is_no_exception_for_anothers_pipe(cluster, directory):
    path = file_of(cluster, directory, PING)
    assert from_file(cluster, path, user="root").answer.status == 403
    path = file_of(cluster, directory, PING, "root")
    assert from_file(cluster, path, user="root").answer.status == 200


def fifo(cluster, directory, mode, data=PING, user=None):
    path = f"{directory}/fifo"
    os.mkfifo(path)
    entry = pwd.getpwnam(user or cluster.user)
    if os.geteuid() == 0:
        os.chown(path, entry.pw_uid, entry.pw_gid)
    os.chmod(path, mode)
    both = os.open(path, os.O_RDWR)
    with os.fdopen(os.open(path, os.O_RDONLY), "rb") as source:
        os.write(both, data)
        os.close(both)
        return finished(started(cluster, source))


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o444, 0o400])
def test_ones_own_file_or_fifo_is_enough(cluster, directory, mode):
    assert from_file(cluster, file_of(cluster, directory, PING, mode=mode)).answer.status == 200
    if mode & 0o200 or os.geteuid() == 0:  # only root can put something into one that nobody may write to
        assert fifo(cluster, directory, mode).answer.status == 200


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o777])
def test_what_others_may_write_to_is_403(cluster, directory, mode):
    for done in (
        from_file(cluster, file_of(cluster, directory, PING, mode=mode)),
        fifo(cluster, directory, mode),
    ):
        assert (done.code, done.answer.status) == (0, 403)
        assert "others may write to" in done.answer.error["error"]
        assert "chmod go-w" in done.answer.error["error"]


@pytest.mark.parametrize("mode", [0o4600, 0o2600, 0o6700])
def test_set_uid_and_set_gid_bits_are_403(cluster, directory, mode):
    path = file_of(cluster, directory, PING, mode=mode)
    assert stat.S_IMODE(os.stat(path).st_mode) == mode
    done = from_file(cluster, path)
    assert done.answer.status == 403
    assert "set-uid" in done.answer.error["error"]
    assert fifo(cluster, directory, mode).answer.status == 403


@as_root
def test_a_fifo_of_another_user_is_403(cluster, directory):
    assert fifo(cluster, directory, 0o644, user="pebbles").answer.status == 403


def test_the_body_of_a_refused_request_is_not_parsed(cluster, directory):
    assert from_file(cluster, file_of(cluster, directory, MALFORMED)).answer.status == 400
    refused = from_file(cluster, file_of(cluster, directory, MALFORMED, mode=0o602)).answer
    assert refused.status == 403
    assert "line" not in refused.error["error"]


def test_an_unknown_path_or_version_is_404_even_then(cluster, directory):
    for path in ("/slurm/v0.0.99/jobs", "/slurm/v0.0.35/nothing", "/nowhere"):
        done = from_file(cluster, file_of(cluster, directory, request("GET", path), mode=0o602))
        assert done.answer.status == 404


@pytest.mark.parametrize("version", ["v1", "v0.0.35"])
def test_refused_is_403_in_every_format(cluster, directory, version):
    data = request("GET", f"/slurm/{version}/ping", None, "Accept: text/yaml")
    answer = from_file(cluster, file_of(cluster, directory, data, mode=0o602)).answer
    assert (answer.status, answer.headers["content-type"]) == (403, "text/yaml")


def test_every_request_on_a_refused_connection_is_refused(cluster, directory):
    done = from_file(cluster, file_of(cluster, directory, PING * 3, mode=0o602))
    assert [answer.status for answer in done.answers] == [403, 403, 403]


# Sockets


def over_socket(cluster, ours, theirs, data, *options):
    process = started(cluster, theirs, *options, sink=theirs)
    theirs.close()
    ours.sendall(data)
    ours.shutdown(socket.SHUT_WR)
    text = b""
    while piece := ours.recv(65536):
        text += piece
    ours.close()
    process.wait(60)
    process.stderr.close()
    return Answer(text)


LOCAL = b"GET /slurm/v0.0.35/ping HTTP/1.0\r\nHost: localhost\r\n\r\n"


def test_a_unix_socket_of_the_same_user_is_enough(cluster, directory):
    line = r"""
import os, socket, subprocess, sys
ours, theirs = socket.socketpair()
process = subprocess.Popen(["restd-inet", "-q"], stdin=theirs, stdout=theirs)
theirs.close()
ours.sendall(b"GET /slurm/v0.0.35/ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
with ours.makefile("rb") as answer:
    sys.stdout.buffer.write(answer.read())
"""
    done = cluster.shell(f"{cluster.bin}/python -", input=line)
    answer = Answer(done.stdout)
    assert answer.status == 200, answer.text


@as_root
def test_a_unix_socket_of_another_user_is_403(cluster):
    answer = over_socket(cluster, *socket.socketpair(), LOCAL)
    assert answer.status == 403
    assert "belongs to uid 0" in answer.error["error"]


@as_root
def test_root_as_peer_is_served_as_the_process_s_user_if_that_is_asked_for(cluster):
    """As by slurmrestd, which always does it; a user that is named must be that one."""
    job = {"name": "root", "environment": {"A": "b"}, "current_working_directory": "/tmp", "hold": True}
    body = {"job": job, "script": "#!/bin/sh\ntrue\n"}
    for name, status in ((None, 200), (cluster.user, 200), ("pebbles", 401), ("root", 401)):
        fields = ("Host: x", "Connection: close", *([f"X-SLURM-USER-NAME: {name}"] if name else []))
        data = request("POST", "/slurm/v0.0.38/job/submit", body, *fields)
        answer = over_socket(cluster, *socket.socketpair(), data, "--allow-root-peer")
        assert answer.status == status, answer.text
        assert over_socket(cluster, *socket.socketpair(), data).status == 401
    found = cluster.shell("squeue -h -n root -o %u").stdout.decode().split()
    cluster.shell("scancel -n root")
    assert found == [cluster.user] * 2


def test_a_tcp_socket_is_not_locals_business(cluster):
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
        answer = over_socket(cluster, ours, theirs, LOCAL)
    assert answer.status == 403
    assert "authentication" in answer.text


# Terminals


def at_terminal(cluster, typed, env=None, *options):
    """What shows on the user's own terminal."""
    ours, theirs = pty.openpty()
    entry = pwd.getpwnam(cluster.user)
    if os.geteuid() == 0:
        os.fchown(theirs, entry.pw_uid, entry.pw_gid)
    os.fchmod(theirs, 0o620)  # as login(1) leaves it
    process = started(cluster, theirs, *options, sink=theirs, env=env)
    os.close(theirs)
    os.write(ours, typed + b"\x04")
    text = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        text += piece
    os.close(ours)
    process.wait(60)
    process.stderr.close()
    _, _, after = text.replace(b"\r", b"").partition(b"HTTP/1.1 200 OK\n")
    assert after, text
    return after.partition(b"\n\n")[2].decode()


TYPED = b"GET /slurm/v0.0.35/ping HTTP/1.1\nConnection: close\n\n"


def test_on_a_terminal_json_is_laid_out(cluster):
    text = at_terminal(cluster, TYPED)
    assert text.startswith('{\n  "errors": []')
    assert json.loads(text)["ping"]["ping"] == "UP"


def test_on_a_terminal_it_may_be_compact(cluster):
    assert at_terminal(cluster, TYPED, {"SLURMRESTD_JSON": "compact"}).startswith('{"errors":[],')
    assert at_terminal(cluster, TYPED, None, "--json=compact").startswith('{"errors":[],')


@as_root
def test_a_terminal_of_another_user_is_403(cluster):
    ours, theirs = pty.openpty()  # root's
    process = started(cluster, theirs)
    os.close(theirs)
    os.write(ours, TYPED)
    done = finished(process)
    os.close(ours)
    assert done.answer.status == 403


# Choosing methods


def test_the_methods_are_listed(cluster):
    for options in (("-a", "list"), ("--auth=list",)):
        done = send(cluster, b"", *options)
        assert done.code == 0
        assert done.out == b"rest_auth/local\nrest_auth/jwt\n"


def test_an_unknown_method_is_a_usage_error(cluster):
    done = send(cluster, b"", "-a", "nonsense")
    assert (done.code, done.out) == (2, b"")
    assert "nonsense" in done.err and "-a list" in done.err
    done = send(cluster, b"", env={"SLURMRESTD_AUTH_TYPES": "nonsense"})
    assert (done.code, done.out) == (2, b"")
    assert "SLURMRESTD_AUTH_TYPES" in done.err


def test_where_local_is_the_only_method_tokens_are_ignored(cluster):
    for field in ("X-SLURM-USER-TOKEN: bad", "Authorization: Bearer bad"):
        data = request("GET", "/slurm/v0.0.38/ping", None, field)
        assert send(cluster, data, "-a", "rest_auth/local").answer.status == 200
        assert send(cluster, data).answer.status == 401
        foreign = request("GET", "/slurm/v0.0.38/ping", None, field, "X-SLURM-USER-NAME: nobody")
        assert send(cluster, foreign, "-a", "rest_auth/local").answer.status == 401


def test_a_token_beside_other_credentials_is_not_overlooked(cluster):
    fields = ("Authorization: Basic eA==", "Authorization: Bearer bad")
    for several in (fields, fields[::-1], ("Authorization: Basic eA==, Bearer bad",)):
        answer = send(cluster, request("GET", "/slurm/v0.0.38/ping", None, *several)).answer
        assert answer.status == 401, answer.text


@pytest.mark.parametrize("name", ["local", "rest_auth/local"])
def test_a_method_is_chosen_by_option_or_environment(cluster, name):
    assert send(cluster, PING, "-a", name).answer.status == 200
    assert send(cluster, PING, env={"SLURMRESTD_AUTH_TYPES": name}).answer.status == 200
