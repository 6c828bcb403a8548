"""Watching on a real cluster: what curl, httpx-sse and a browser get is what squeue shows."""

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import threading
from pathlib import Path

import lacking
import pytest
from browser import PROGRAM, chromium

from .cluster import identity
from .serving import free_port, get, jwt_listening, running, until
from .test_xinetd import inetd
from .typed import no_jobs_left  # noqa: F401
from .watching import JOBS, Watch, watching

httpx = pytest.importorskip("httpx", reason=lacking.python_package("httpx"))
httpx_sse = pytest.importorskip("httpx_sse", reason=lacking.python_package("httpx-sse"))


@pytest.fixture
def port(cluster, tmp_path):
    with jwt_listening(cluster, tmp_path, "-v", "--watch-interval", "0.1", "--slurm-timeout", "2") as port:
        yield port


def queue(cluster):
    """squeue's jobs: number → state."""
    done = cluster.shell("squeue --noheader --states=all --array --format='%A %T'")
    return {int(number): state for number, state in map(str.split, done.stdout.decode().splitlines())}


def states(watch):
    return {number: record["job_state"][0] for number, record in watch.records.items()}


def agrees(cluster, watch):
    """Waits until the events make what squeue shows, while nothing changes."""

    def same():
        before = queue(cluster)
        return states(watch) == before == queue(cluster)

    until(same, f"agreement: {watch.events}")


def test_events_make_what_squeue_shows(cluster, port):
    with watching(port, cluster.token()) as watch:
        watch.wait("synced")
        jobs = [cluster.submit("--hold", f"--job-name=w{number}", "--wrap=true") for number in range(4)]
        jobs.append(cluster.submit("--wrap=sleep 1"))
        until(lambda: set(jobs) <= set(states(watch)), "submissions")
        agrees(cluster, watch)
        cluster.shell(
            f"scontrol release {jobs[0]}; scancel {jobs[1]}; scontrol update jobid={jobs[2]} name=x"
        )
        cluster.wait_state(jobs[0], "COMPLETED")
        cluster.wait_state(jobs[4], "COMPLETED")
        until(lambda: states(watch).get(jobs[1]) == "CANCELLED", "cancellation")
        agrees(cluster, watch)
        assert watch.records[jobs[2]]["name"] == "x"
        changes = [event for event in watch.events if event["event"] == "changed" and event["key"] == jobs[2]]
        assert [change["fields"] for change in changes] == [["name"]]
        cluster.shell("scancel " + " ".join(map(str, jobs)))
        agrees(cluster, watch)
        assert len(set(watch.ids)) == len(watch.ids)


def test_filters_hold_for_events(cluster, port):
    with watching(port, cluster.token(), f"{JOBS}&state=PENDING&name=mine*") as watch:
        watch.wait("synced")
        other = cluster.submit("--hold", "--job-name=other", "--wrap=true")
        job = cluster.submit("--hold", "--job-name=mine-1", "--wrap=true")
        assert watch.wait("added")["key"] == job
        cluster.shell(f"scancel {job} {other}")
        assert watch.wait("removed")["key"] == job
        assert watch.names == ["synced", "added", "removed"]


def test_nodes_and_partitions_are_watched(cluster, port):
    fields = "fields=name,state"
    with (
        watching(port, cluster.token(), f"/restd/latest/nodes?watch=1&interval=0.2&{fields}") as nodes,
        watching(port, cluster.token(), "/restd/latest/partitions?watch=1&interval=0.2") as partitions,
    ):
        nodes.wait("synced")
        partitions.wait("synced")
        assert set(nodes.records) == {f"host{number}" for number in range(1, 5)}
        cluster.shell("scontrol update nodename=host4 state=drain reason=test", user="root")
        until(lambda: "DRAIN" in nodes.records["host4"]["state"], "drained node")
        cluster.shell("scontrol update nodename=host4 state=resume", user="root")
        until(lambda: "DRAIN" not in nodes.records["host4"]["state"], "resumed node")
        name = next(iter(partitions.records))
        cluster.shell(f"scontrol update partitionname={name} state=down", user="root")
        change = partitions.wait("changed")
        cluster.shell(f"scontrol update partitionname={name} state=up", user="root")
        assert change["fields"] == ["partition.state"]


@pytest.fixture
def stopped_in_the_end(cluster):
    yield
    cluster.start("slurmctld")


def test_a_restart_of_slurmctld_loses_no_change(cluster, port, stopped_in_the_end):
    held = cluster.submit("--hold", "--wrap=true")
    with watching(port, cluster.token()) as watch:
        watch.wait("synced")
        cluster.stop("slurmctld")
        assert watch.wait("stale")["status"] in (502, 503)
        cluster.start("slurmctld")
        assert watch.wait("reset")["reason"] == "slurmctld did not answer for some time"
        watch.wait("synced", 2)
        agrees(cluster, watch)
        cluster.shell(f"scancel {held}")
        until(lambda: states(watch)[held] == "CANCELLED", "cancellation")
        assert watch.names.count("stale") == watch.names.count("reset") == 1


def test_a_frozen_slurmctld_is_said_and_waited_for(cluster, port):
    with watching(port, cluster.token()) as watch:
        watch.wait("synced")
        cluster.freeze("slurmctld")
        try:
            assert watch.wait("stale")["status"] == 504
        finally:
            cluster.thaw("slurmctld")
        watch.wait("synced", 2)
        job = cluster.submit("--hold", "--wrap=true")
        until(lambda: states(watch).get(job) == "PENDING", "submission")
        cluster.shell(f"scancel {job}")


def test_a_connection_that_is_cut_in_an_event_goes_on_behind_the_last_whole_one(cluster, port):
    jobs = [cluster.submit("--hold", f"--job-name=cut{number}", "--wrap=true") for number in range(5)]
    target = f"{JOBS}&name=cut*&state=PENDING"
    head = f"GET {target} HTTP/1.1\r\nHost: x\r\nX-SLURM-USER-TOKEN: {cluster.token()}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 60) as client:
        client.sendall(head.encode())
        received = b""
        while received.count(b'"added"') < 3:
            received += client.recv(300)
    whole = received[: received.rindex(b'"record"')].splitlines()[:-1]  # the last event is half
    last = re.findall(rb'"id":"([^"]+)"', b"\n".join(whole))[-1].decode()
    seen = [int(key) for key in re.findall(rb'"key":(\d+)', b"\n".join(whole))]
    assert 0 < len(seen) < 5
    with watching(port, cluster.token(), target, "-H", f"Last-Event-ID: {last}") as watch:
        watch.wait("synced")
        assert [*seen, *watch.records] == jobs
        assert watch.names == ["added"] * (5 - len(seen)) + ["synced"]
        last = watch.ids[-1]
    with watching(port, cluster.token(), target, "-H", f"Last-Event-ID: {last}") as watch:
        watch.wait("synced")
        assert watch.names == ["synced"]
    cluster.shell("scancel " + " ".join(map(str, jobs)))
    with watching(port, cluster.token(), target, "-H", f"Last-Event-ID: {last}") as watch:
        # As far as the listener's poller has kept what there was; what it has may be as old as the interval.
        removed = ["removed"] * 5
        ways = ([*removed, "synced"], ["reset", "synced"], ["synced", *removed])
        until(lambda: watch.names in ways, f"removal: {watch.events}")


def test_a_watch_outlives_the_limits_of_a_request_and_ends_with_its_client(cluster, tmp_path):
    options = ("-vvv", "--request-timeout", "2", "--idle-timeout", "2", "--watch-interval", "0.1")
    log = Path(tmp_path) / "log"
    with jwt_listening(cluster, tmp_path, *options) as port:
        with watching(port, cluster.token()) as watch:
            watch.wait("synced")
            until(lambda: log.read_text().count("slurm_load_jobs") > 25, "many looks at slurmctld")
            job = cluster.submit("--hold", "--wrap=true")
            until(lambda: job in states(watch), "submission")
            watch.end()
            until(lambda: "connection closed" in log.read_text(), "end of the process", 10)
        cluster.shell(f"scancel {job}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_the_program_ends_a_watch_with_an_event(cluster, tmp_path, number):
    port = free_port()
    options = {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}
    with running(
        [f"{cluster.bin}/restd-inet", "-a", "jwt", f"localhost:{port}"], tmp_path / "log", **options
    ) as one:
        until(lambda: "listening on" in (tmp_path / "log").read_text(), "listener")
        with watching(port, cluster.token()) as watch:
            watch.wait("synced")
            one.send_signal(number)
            assert watch.ended() == 0  # curl's: the body was whole
            assert watch.events[-1]["event"] == "end"
            assert watch.events[-1]["reason"] == "this process ends; connect again"


def test_a_token_that_expires_ends_the_watch(cluster, port):
    with watching(port, cluster.token(lifespan=5)) as watch:
        assert watch.wait("end")["status"] == 401
        assert watch.ended() == 0


def test_there_is_a_limit_of_watches(cluster, tmp_path):
    with jwt_listening(cluster, tmp_path, "--max-watchers", "3", "--max-watchers-per-source", "2") as port:
        token = cluster.token()
        with watching(port, token) as one, watching(port, token) as two:
            one.wait("synced")
            two.wait("synced")
            fields = {"X-SLURM-USER-TOKEN": token}
            refused = httpx.get(f"http://127.0.0.1:{port}{JOBS}", headers=fields)
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
            assert "--max-watchers-per-source" in refused.text
            assert get(port, "/restd/latest/jobs", token)[0] == 200
            two.end()
            short = f"http://127.0.0.1:{port}{JOBS.replace('watch=1', f'wait=0.1&since={one.ids[-1]}')}"
            until(lambda: httpx.get(short, headers=fields).status_code == 304, "room for another")
            with watching(port, token) as three:
                three.wait("synced")


# Other clients.


def test_httpx_sse_reads_the_events(cluster, port):
    fields = {"X-SLURM-USER-TOKEN": cluster.token()}
    with (
        httpx.Client(timeout=60) as client,
        httpx_sse.connect_sse(client, "GET", f"http://127.0.0.1:{port}{JOBS}", headers=fields) as source,
    ):
        job = None
        for event in source.iter_sse():
            data = event.json()
            assert (event.event, event.id, event.retry) in [
                (data["event"], data["id"], retry) for retry in (None, 2000)
            ]
            if event.event == "synced":
                job = cluster.submit("--hold", "--wrap=true")
            elif job and event.event == "added" and data["key"] == job:
                cluster.shell(f"scancel {job}")
            elif job and event.event == "changed" and data["record"]["job_state"] == ["CANCELLED"]:
                break


@pytest.mark.skipif(PROGRAM is None, reason=lacking.program("chromium"))
def test_a_browsers_event_source_connects_again_and_goes_on(cluster, port, tmp_path):
    """Through what adds the token, as a portal does: EventSource has no fields of its own."""
    jobs = [cluster.submit("--hold", f"--job-name=es{number}", "--wrap=true") for number in range(2)]
    with portal(port, cluster.token()) as (front, cut), chromium(timeout=60) as page:
        page.open(f"http://127.0.0.1:{front}/openapi")
        page.value(
            f"""
            window.got = [];
            window.source = new EventSource("{JOBS}&name=es*&state=PENDING");
            for (const name of ["added", "changed", "removed", "synced", "reset"])
                source.addEventListener(name, event => got.push([event.type, JSON.parse(event.data).key]));
            0
            """
        )
        page.wait("got.length === 3")
        assert page.value("got") == [["added", jobs[0]], ["added", jobs[1]], ["synced", None]]
        cut()
        page.wait("got.length === 4")
        cluster.shell(f"scancel {jobs[0]}")
        page.wait("got.length === 5")
        assert page.value("got.slice(3)") == [["synced", None], ["removed", jobs[0]]]
    cluster.shell(f"scancel {jobs[1]}")


class portal:  # a context
    """Adds a token to the request of each connection. Gives its port, and what cuts all connections."""

    def __init__(self, port, token):
        self._port, self._token = port, token

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self._listener.getsockname()[1], self._cut

    def __exit__(self, *exception):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut()

    def _cut(self):
        while self._ends:
            with contextlib.suppress(OSError):
                self._ends.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65536)
            if not piece:
                return
            head += piece
        first, _, rest = head.partition(b"\r\n")
        with socket.create_connection(("127.0.0.1", self._port)) as server:
            self._ends += [client, server]
            kept = b"\r\n".join(
                line for line in rest.split(b"\r\n") if not line.lower().startswith(b"connection:")
            )
            token = f"X-SLURM-USER-TOKEN: {self._token}\r\nConnection: close\r\n".encode()
            server.sendall(first + b"\r\n" + token + kept)
            while piece := server.recv(65536):
                client.sendall(piece)
            client.close()


def test_on_a_pipe_it_polls_for_itself_and_ends_with_its_reader(cluster):
    job = cluster.submit("--hold", "--wrap=true")
    request = f"GET {JOBS}&job_id={job} HTTP/1.1\\r\\n\\r\\n"
    shell = f"printf '{request}' | restd-inet 2>/dev/null | sed -u '1,/^\\r*$/d'"
    options = {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}
    watch = Watch(["/bin/bash", "-c", shell], start_new_session=True, **options)
    try:
        watch.wait("synced")
        cluster.shell(f"scancel {job}")
        until(lambda: states(watch)[job] == "CANCELLED", "cancellation")
    finally:
        os.killpg(watch.process.pid, signal.SIGTERM)
        watch.end()
    done = cluster.shell(f"{shell} | head -n 1", timeout=30)
    assert json.loads(done.stdout)["event"] == "added"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_on_a_pipe_too_the_end_of_the_program_ends_a_watch_with_an_event(cluster, number):
    source, feed = pipe_of(cluster)
    watch = Watch([f"{cluster.bin}/restd-inet", "-q"], stdin=source, **as_user(cluster))
    os.write(feed, f"GET {JOBS} HTTP/1.1\r\n\r\n".encode())
    try:
        watch.wait("synced")
        watch.process.send_signal(number)
        assert watch.ended() == 0  # although its input has not ended
        assert watch.events[-1]["event"] == "end"
        assert watch.events[-1]["reason"] == "this process ends; connect again"
    finally:
        watch.end()
        os.close(source)
        os.close(feed)


def test_on_a_pipe_a_signal_ends_a_process_that_does_not_watch(cluster):
    source, feed = pipe_of(cluster)
    command = [f"{cluster.bin}/restd-inet", "-q"]
    with subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, **as_user(cluster)) as process:
        os.write(feed, b"GET /restd/latest/jobs HTTP/1.1\r\n\r\n")
        assert b" 200 " in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == -signal.SIGTERM
    os.close(source)
    os.close(feed)


def pipe_of(cluster):
    """A pipe of the cluster's user."""
    source, feed = os.pipe()
    user = pwd.getpwnam(cluster.user)
    os.fchown(source, user.pw_uid, user.pw_gid)
    return source, feed


def as_user(cluster):
    return {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}


@pytest.mark.skipif(not shutil.which("xinetd"), reason=lacking.program("xinetd"))
def test_under_xinetd_it_polls_for_itself(cluster, tmp_path):
    with inetd(cluster, tmp_path) as port, watching(port, cluster.token()) as watch:
        watch.wait("synced")
        job = cluster.submit("--hold", "--wrap=true")
        until(lambda: states(watch).get(job) == "PENDING", "submission")
        cluster.shell(f"scancel {job}")
        agrees(cluster, watch)


# Waiting.


def test_an_answer_waits_for_a_change(cluster, port):
    token = cluster.token()
    job = cluster.submit("--hold", "--wrap=true")
    target = f"/restd/latest/jobs?job_id={job}&fields=job_state&interval=0.2&wait="
    status, document = get(port, f"{target}0", token)
    assert status == 200
    assert get(port, f"{target}1&since={document['last_event_id']}", token)[0] == 304
    change = threading.Timer(1, cluster.shell, [f"scancel {job}"])
    change.start()
    status, document = get(port, f"{target}50&since={document['last_event_id']}", token)
    change.join()
    assert (status, document["jobs"]) == (200, [{"job_state": ["CANCELLED"]}])


def test_the_end_of_a_job_and_of_an_array_is_waited_for(cluster, port):
    token = cluster.token()
    job = cluster.submit("--wrap=sleep 1; exit 3")
    until_ = "until=COMPLETED&wait=50&interval=0.2"
    status, document = get(port, f"/restd/latest/job/{job}?until=RUNNING,COMPLETED,FAILED&wait=50", token)
    assert (status, document["reached"]) == (200, True)
    status, document = get(port, f"/restd/latest/job/{job}?{until_}", token)
    assert (status, document["reached"], document["jobs"][0]["job_state"][0]) == (200, False, "FAILED")
    array = cluster.submit("--array=1-3", "--wrap=sleep $SLURM_ARRAY_TASK_ID")
    status, document = get(port, f"/restd/latest/job/{array}?{until_}", token)
    assert (status, document["reached"]) == (200, True)
    assert [job["job_state"][0] for job in document["jobs"]] == ["COMPLETED"] * 3
    held = cluster.submit("--hold", "--wrap=true")
    assert get(port, f"/restd/latest/job/{held}?until=RUNNING&wait=1", token)[0] == 304
    cluster.shell(f"scancel {held}")
