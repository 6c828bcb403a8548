"""Listen mode on a real cluster: slurmctld pays once for all who watch; all see what is theirs alone."""

import contextlib
import json
import os
import re
import selectors
import signal
import socket
import time
from pathlib import Path

import lacking
import pytest

from libslurm_cffi import lib

from .cluster import identity
from .serving import accepts, free_port, running, until

#: As many as a busy machine starts in some seconds; RESTD_WATCHERS=500 for the figure of docs/performance.md.
WATCHERS = int(os.environ.get("RESTD_WATCHERS", "40"))
INTERVAL = 1.0
JOBS = f"/restd/latest/jobs?watch=1&interval={INTERVAL:g}&fields=job_id,job_state"


@contextlib.contextmanager
def listening(cluster, tmp_path, *arguments, user=None, env=None):
    port, log = free_port(), tmp_path / "log"
    env = {**cluster.env(user), **(env or {})}
    options = {"env": env, "cwd": cluster.jobs, **identity(user or cluster.user)}
    most = ["--max-connections", str(4 * WATCHERS), "--max-per-source", str(4 * WATCHERS)]
    most += ["--max-watchers-per-source", str(2 * WATCHERS)]
    command = [f"{cluster.bin}/restd-inet", "-vv", "-a", "jwt", *most, *arguments, f"localhost:{port}"]
    with running(command, log, **options) as process:
        until(lambda: accepts(port), "listener")
        process.port, process.log = port, log
        yield process


class Watchers:
    """Clients that watch, on one thread. events: of each, with the time that they came."""

    def __init__(self, port, token, count, target=JOBS):
        self._selector = selectors.DefaultSelector()
        self.events = [[] for _ in range(count)]
        self._left = [b""] * count
        head = f"GET {target} HTTP/1.1\r\nHost: x\r\nX-SLURM-USER-TOKEN: {token}\r\n\r\n".encode()
        for number in range(count):
            client = socket.create_connection(("127.0.0.1", port), 60)
            client.sendall(head)
            self._selector.register(client, selectors.EVENT_READ, number)

    def read(self, condition, what):
        """Reads until every client's events fulfil a condition."""
        deadline = time.monotonic() + 120
        while not all(map(condition, self.events)):
            assert time.monotonic() < deadline, (what, self.events[0][-3:])
            for key, _ in self._selector.select(1):
                data = key.fileobj.recv(1 << 16)
                now = time.monotonic()
                *lines, self._left[key.data] = (self._left[key.data] + data).split(b"\n")
                found = [json.loads(line) for line in lines if line.startswith(b"{")]
                assert all("event" in event for event in found), found
                self.events[key.data] += [(event, now) for event in found]
                if not data:
                    self._selector.unregister(key.fileobj)

    def end(self):
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()


@contextlib.contextmanager
def watching(*arguments):
    watchers = Watchers(*arguments)
    try:
        yield watchers
    finally:
        watchers.end()


def is_synced(events):
    return any(event["event"] == "synced" for event, _ in events)


def said(key, state):
    """Whether the events say that a job is in a state."""

    def holds(events):
        found = [event for event, _ in events if event.get("key") == key]
        return bool(found) and found[-1]["record"]["job_state"] == [state]

    return holds


def asked(cluster, rpc):
    """How often slurmctld was asked, as it counts itself."""
    text = cluster.shell("sdiag", user="root").stdout.decode()
    found = re.search(rf"{rpc} +\( *\d+\) +count:(\d+)", text)
    return int(found[1]) if found else 0


def poller_of(log):
    """The number of the process that asked last, as the log says."""
    found = re.findall(r"process (\d+) asks slurmctld for those who watch", log.read_text())
    return int(found[-1]) if found else 0


def test_slurmctld_is_asked_once_for_all_who_watch(cluster, tmp_path):
    with (
        listening(cluster, tmp_path) as process,
        watching(process.port, cluster.token(), WATCHERS) as watchers,
    ):
        watchers.read(is_synced, "snapshot")
        before, began = asked(cluster, "REQUEST_JOB_INFO"), time.monotonic()
        submitted = time.monotonic()
        job = cluster.submit("--hold", "--wrap=true")
        watchers.read(said(job, "PENDING"), "submission")
        latest = max(events[-1][1] for events in watchers.events) - submitted
        print(f"{WATCHERS} watchers: the last had the event {latest:.2f} s after the submission began")
        cluster.shell(f"scancel {job}")
        watchers.read(said(job, "CANCELLED"), "cancellation")
        times, seconds = asked(cluster, "REQUEST_JOB_INFO") - before, time.monotonic() - began
        assert 0 < times <= seconds / INTERVAL + 2


def test_nobody_watches_and_nobody_asks(cluster, tmp_path):
    with listening(cluster, tmp_path) as process:
        with watching(process.port, cluster.token(), 1) as watchers:
            watchers.read(is_synced, "snapshot")
            poller = poller_of(process.log)
            assert os.path.exists(f"/proc/{poller}")
        until(lambda: not os.path.exists(f"/proc/{poller}"), "end of the poller")


def test_a_poller_that_is_killed_loses_no_change(cluster, tmp_path):
    with listening(cluster, tmp_path) as process, watching(process.port, cluster.token(), 3) as watchers:
        watchers.read(is_synced, "snapshot")
        poller = poller_of(process.log)
        os.kill(poller, signal.SIGKILL)
        job = cluster.submit("--hold", "--wrap=true")
        watchers.read(said(job, "PENDING"), "submission")
        assert poller_of(process.log) != poller
        cluster.shell(f"scancel {job}")
        watchers.read(said(job, "CANCELLED"), "cancellation")
        names = [event["event"] for event, _ in watchers.events[0]]
        assert "reset" not in names and "stale" not in names


def test_a_reload_ends_streams_and_leaves_no_poller(cluster, tmp_path):
    """SIGHUP: a new process accepts, with a poller of its own; the old one ends with its connections."""
    with listening(cluster, tmp_path) as process, watching(process.port, cluster.token(), 1) as watchers:
        watchers.read(is_synced, "snapshot")
        old = poller_of(process.log)
        process.send_signal(signal.SIGHUP)
        watchers.read(lambda events: events[-1][0]["event"] == "end", "end of the stream")
        until(lambda: not os.path.exists(f"/proc/{old}"), "end of the poller")
        with watching(process.port, cluster.token(), 1) as others:
            others.read(is_synced, "snapshot")
            assert poller_of(process.log) != old


@lacking.as_root
def test_the_processes_of_users_have_images_of_a_process_of_nobody(cluster, tmp_path):
    with (
        listening(cluster, tmp_path, "--privileged", user="root") as process,
        watching(process.port, cluster.token(), 2) as watchers,
    ):
        watchers.read(is_synced, "snapshot")
        status = Path(f"/proc/{poller_of(process.log)}/status").read_text()
        assert "Uid:\t65534\t65534\t65534\t65534" in status
        job = cluster.submit("--hold", "--wrap=true")
        watchers.read(said(job, "PENDING"), "submission")
        cluster.shell(f"scancel {job}")
        watchers.read(said(job, "CANCELLED"), "cancellation")


@pytest.fixture
def without_munge(cluster, tmp_path):
    """The cluster's configuration, for a host where munged does not run."""
    lines = Path(cluster.conf).read_text().splitlines()
    kept = [line for line in lines if not line.lower().startswith("authinfo=")]
    conf = Path(cluster.jobs) / "without-munge.conf"  # where the user can read it
    conf.write_text("\n".join([*kept, f"AuthInfo=socket={tmp_path}/none", ""]))
    return {"SLURM_CONF": str(conf)}


def test_without_munge_slurmctld_is_asked_by_the_token_of_one_who_watches(cluster, tmp_path, without_munge):
    with (
        listening(cluster, tmp_path, env=without_munge) as process,
        watching(process.port, cluster.token(), 3) as watchers,
    ):
        watchers.read(is_synced, "snapshot")
        before, began = asked(cluster, "REQUEST_JOB_INFO"), time.monotonic()
        for _ in range(3):
            job = cluster.submit("--hold", "--wrap=true")
            watchers.read(said(job, "PENDING"), "submission")
            cluster.shell(f"scancel {job}")
            watchers.read(said(job, "CANCELLED"), "cancellation")
        times, seconds = asked(cluster, "REQUEST_JOB_INFO") - before, time.monotonic() - began
        # Slurm 24.05 and 24.11 cannot change how they sign: there each process asks for itself.
        assert 0 < times <= seconds / INTERVAL + 2 or not lib.HAS_RESTART


def test_with_private_data_each_sees_what_is_theirs(private_cluster, tmp_path):
    cluster = private_cluster
    mine = cluster.submit("--hold", "--wrap=true")
    theirs = cluster.submit("--hold", "--wrap=true", user="root")
    with listening(cluster, tmp_path) as process:
        with (
            watching(process.port, cluster.token(), 1) as some,
            watching(process.port, cluster.token("root"), 1) as all_,
        ):
            some.read(is_synced, "snapshot")
            all_.read(is_synced, "snapshot")
            keys = [{event.get("key") for event, _ in each.events[0]} for each in (some, all_)]
            assert mine in keys[0] and theirs not in keys[0]
            assert {mine, theirs} <= keys[1]
        cluster.shell(f"scancel {mine} {theirs}", user="root")
