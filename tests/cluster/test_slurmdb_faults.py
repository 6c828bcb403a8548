"""slurmdbd ends or the client goes in the middle of a request: the error, what is left, what follows."""

import os
import shutil
import socket
import subprocess
from functools import partial

import pytest

from . import past
from .cluster import identity, short_dir
from .managing import BEFORE_A_CALL, manage
from .test_faults import Session
from .typed import request

V38, V45 = "/slurmdb/v0.0.38", "/slurmdb/v0.0.45"
#: What a version says beside its records.
SHAPES = {V38: {"meta", "errors"}, V45: {"meta", "errors", "warnings"}}
FAST = ("--slurm-timeout", "2")
ADMINISTRATOR = "pebbles" if os.geteuid() == 0 else None


@pytest.fixture
def talk(cluster):
    """Opens connections of the administrator's; slurmdbd runs again after the test."""
    opened = []

    def begin(*program):
        session = Session(cluster, *FAST, user=ADMINISTRATOR, program=program)
        opened.append(session)
        return session

    yield begin
    cluster.start("slurmdbd")
    for session in opened:
        session.close()


def gone(answer, prefix=V45):
    """Whether the answer says, in its version's shape, that slurmdbd has gone."""
    assert {"meta", "errors", "warnings"} & set(answer.json) == SHAPES[prefix]
    description = answer.error.get("description") or answer.error["error"]
    return answer.status == 502 and "slurmdbd closed the connection" in description


@pytest.mark.parametrize("prefix", SHAPES)
@pytest.mark.parametrize(("path", "table"), [("jobs", "job"), ("associations", "assoc")])
def test_killed_while_it_is_waited_for(cluster, talk, prefix, path, table):
    asked = request("GET", f"{prefix}/{path}")
    session = talk("restd-inet")
    assert session.ask(asked).status == 200
    with past.locked(cluster, f"lock tables scaleout_{table}_table write"):
        session.send(asked)
        cluster.wait(lambda: past.waiting(cluster, f"from %scaleout_{table}_table"))
        cluster.kill("slurmdbd")
        answer = session.receive()
        assert gone(answer, prefix), answer.text
    assert session.ask(asked).status == 503
    cluster.start("slurmdbd")
    # It listens a moment before it knows its users.
    cluster.wait(lambda: session.ask(asked).status == 200)


@pytest.mark.parametrize(("path", "table"), [("jobs", "job"), ("associations", "assoc")])
def test_frozen_while_it_is_waited_for(cluster, talk, path, table):
    asked = request("GET", f"{V45}/{path}")
    session = talk("restd-inet")
    try:
        with past.locked(cluster, f"lock tables scaleout_{table}_table write"):
            session.send(asked)
            cluster.wait(lambda: past.waiting(cluster, f"from %scaleout_{table}_table"))
            cluster.freeze("slurmdbd")
            silent(session)
    finally:
        cluster.thaw("slurmdbd")
    cluster.wait(lambda: session.ask(asked).status == 200)


def silent(session):
    """The answer says, within the time that slurmdbd was given, that it is silent."""
    answer = session.receive()
    description = answer.error["description"]
    assert (answer.status, "slurmdbd did not answer within 2 s" in description) == (504, True), answer.text
    return description


# What is written.

BODY = {"accounts": [{"name": "fine"}, {"name": "other", "description": "new"}, {"name": "fine3"}]}
WRITE = request("POST", f"{V45}/accounts", BODY)
#: So many calls that write has WRITE before it commits.
COMMITS = 3


def halting(calls, fifo):
    """restd-inet that waits, before it writes or commits after so many calls, for the other end of a FIFO."""
    return BEFORE_A_CALL.format(calls=calls, what=f'open("{fifo}").read()')


@pytest.fixture
def other(cluster):
    """An account; gone after the test, as is what WRITE makes."""
    manage(cluster, "add account other")
    yield
    cluster.start("slurmdbd")
    manage(cluster, *(f"delete account {name}" for name in ("fine", "other", "fine3")))


@pytest.fixture
def fifo():
    directory = short_dir()
    path = f"{directory}/fifo"
    os.mkfifo(path)
    os.chmod(path, 0o644)
    yield path
    shutil.rmtree(directory)


def reader(path):
    """The other end of a FIFO that is being read; None while no process does."""
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def accounts(cluster):
    return manage(cluster, "show account")[0]


@pytest.mark.parametrize("again", (False, True))
@pytest.mark.parametrize("how", ("kill", "stop"))
@pytest.mark.parametrize("calls", (1, COMMITS))
def test_ended_within_a_transaction(cluster, talk, other, fifo, calls, how, again):
    """The client knows, and nothing is left: what was written before, or what the next slurmdbd would do."""
    before = accounts(cluster)
    session = talk("python", "-c", halting(calls, fifo))
    session.send(WRITE)
    halted = cluster.wait(lambda: reader(fifo))
    getattr(cluster, how)("slurmdbd")
    if again:
        cluster.start("slurmdbd")
    os.close(halted)
    answer = session.receive()
    assert gone(answer), answer.text
    if not again:
        assert session.ask(WRITE).status == 503
        cluster.start("slurmdbd")
    assert accounts(cluster) == before
    assert session.ask(WRITE).status == 200
    assert accounts(cluster) != before


def test_killed_while_it_writes(cluster, talk, other):
    before = accounts(cluster)
    session = talk("restd-inet")
    with past.locked(cluster, "lock tables acct_table write"):
        session.send(WRITE)
        cluster.wait(lambda: past.waiting(cluster, "acct_table"))
        cluster.kill("slurmdbd")
        answer = session.receive()
        assert gone(answer), answer.text
    cluster.start("slurmdbd")
    assert accounts(cluster) == before
    assert session.ask(WRITE).status == 200


def test_killed_while_it_commits(cluster, talk, other, fifo):
    """Whether it is done cannot be known then, and the error says it."""
    session = talk("python", "-c", halting(COMMITS, fifo))
    session.send(WRITE)
    halted = cluster.wait(lambda: reader(fifo))
    with past.locked(cluster, "flush tables with read lock"):
        os.close(halted)
        cluster.wait(lambda: past.waiting(cluster, "commit"))
        cluster.kill("slurmdbd")
        answer = session.receive()
        assert gone(answer), answer.text
        assert "may have been written" in answer.error["description"]


def test_frozen_while_it_commits(cluster, talk, other, fifo):
    """Here it is written all the same, when the database goes on."""
    session = talk("python", "-c", halting(COMMITS, fifo))
    session.send(WRITE)
    halted = cluster.wait(lambda: reader(fifo))
    try:
        with past.locked(cluster, "flush tables with read lock"):
            os.close(halted)
            cluster.wait(lambda: past.waiting(cluster, "commit"))
            cluster.freeze("slurmdbd")
            assert "may have been written" in silent(session)
    finally:
        cluster.thaw("slurmdbd")
    cluster.wait(lambda: "fine3" in accounts(cluster), 10)


# The client goes, while slurmdbd works.


def tcp_pair():
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    # So that our kernel forgets it a second after it was closed, not a minute.
    ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 1)
    return ours, theirs


class Client:
    """Of a restd-inet of its own, by two pipes or a socket."""

    def __init__(self, cluster, kind):
        if kind == "pipe":
            source, self.writer = os.pipe()
            self.reader, sink = os.pipe()
            self.end_input = partial(os.close, self.writer)
            self.close = partial(os.close, self.reader)
        else:
            ours, theirs = tcp_pair() if kind == "tcp" else socket.socketpair()
            self.writer = self.reader = ours.fileno()
            self.end_input = partial(ours.shutdown, socket.SHUT_WR)
            self.close = ours.close
            source = sink = theirs.detach()
        self.process = subprocess.Popen(
            [f"{cluster.bin}/restd-inet", *FAST, "-a", "rest_auth/jwt"],
            stdin=source,
            stdout=sink,
            env=cluster.env(),
            cwd=cluster.jobs,
            **identity(cluster.user),
        )
        for descriptor in {source, sink}:
            os.close(descriptor)

    def send(self, data):
        os.write(self.writer, data)

    def receive(self):
        """All that comes."""
        pieces = iter(lambda: os.read(self.reader, 65536), b"")
        return b"".join(pieces)


@pytest.mark.parametrize("kind", ("pipe", "unix", "tcp"))
def test_a_client_that_goes_leaves_no_process(cluster, kind):
    """One that has only ended its input still waits, and has its answer."""
    fields = ("Host: x", f"X-SLURM-USER-TOKEN: {cluster.token()}")
    asked = request("GET", f"{V45}/associations", None, *fields)
    patient, *gone = clients = [Client(cluster, kind) for _ in range(3)]
    try:
        with past.locked(cluster, "lock tables scaleout_assoc_table write"):
            for client in clients:
                client.send(asked)
            patient.end_input()
            waiting = lambda: past.waiting(cluster, "from %scaleout_assoc_table")  # noqa: E731
            cluster.wait(lambda: waiting() >= 3)
            for client in gone:
                client.close()
            for client in gone:
                assert client.process.wait(60) == 1
            assert patient.process.poll() is None
        assert patient.receive().startswith(b"HTTP/1.1 200 ")
        assert patient.process.wait(60) == 0
    finally:
        for client in clients:
            client.process.kill()
            client.process.wait()
