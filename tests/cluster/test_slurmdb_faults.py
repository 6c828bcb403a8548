"""slurmdbd ends in the middle of a request: what is told, what is left, what follows."""

import os
import shutil
import time

import pytest

from . import past
from .cluster import short_dir
from .managing import manage
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
    told = answer.error.get("description") or answer.error["error"]
    return answer.status == 502 and "slurmdbd broke off the connection" in told


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
        killed = time.monotonic()
        answer = session.receive()
        assert gone(answer, prefix), answer.text
        assert time.monotonic() - killed < 10
    assert session.ask(asked).status == 503
    cluster.start("slurmdbd")
    assert session.ask(asked).status == 200


# What is written.

BODY = {"accounts": [{"name": "fine"}, {"name": "other", "description": "new"}, {"name": "fine3"}]}
WRITE = request("POST", f"{V45}/accounts", BODY)
#: So many calls that write has WRITE before it commits.
COMMITS = 3
#: Before it has made that many calls that write, or commits, it waits for the other end of a FIFO.
HALTING = """
import restd_inet.slurm.slurmdb as slurmdb
from restd_inet.__main__ import main
Database, left = slurmdb.Database, [{calls}]
def halting(function):
    def halt(*arguments):
        if left[0] == 0:
            open("{fifo}").read()
        left[0] -= 1
        return function(*arguments)
    return halt
Database.add, Database.modify = halting(Database.add), halting(Database.modify)
Database.commit = halting(Database.commit)
main()
"""


@pytest.fixture
def other(cluster):
    """An account; gone after the test, as is what WRITE makes."""
    manage(cluster, "add account other")
    yield
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
    """The other end of a FIFO that is being read; None while nobody does."""
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
    session = talk("python", "-c", HALTING.format(calls=calls, fifo=fifo))
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
    """Nobody can know then whether it is done: that is what the client is told."""
    session = talk("python", "-c", HALTING.format(calls=COMMITS, fifo=fifo))
    session.send(WRITE)
    halted = cluster.wait(lambda: reader(fifo))
    with past.locked(cluster, "flush tables with read lock"):
        os.close(halted)
        cluster.wait(lambda: past.waiting(cluster, "commit"))
        cluster.kill("slurmdbd")
        answer = session.receive()
        assert gone(answer), answer.text
        assert "may have been written" in answer.error["description"]
