"""Privileged mode with real users: whose process, files and jobs; nothing of root's, nothing of another's."""

import concurrent.futures
import contextlib
import grp
import os
import pwd
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import running
from .serving import free_port
from .typed import Answer, as_root, described, queued, request

pytestmark = as_root

#: Of fred's, for as long as the tests run.
GROUP = "restd-test"
SECRET = "root's own secret"
SLEEP = "#!/bin/bash\nsleep 600\n"
#: As fred: send stdin to a Unix socket, print what comes back.
CLIENT = """
import socket, sys
end = socket.socket(socket.AF_UNIX)
end.connect(sys.argv[1])
end.sendall(sys.stdin.buffer.read())
end.shutdown(socket.SHUT_WR)
while piece := end.recv(65536):
    sys.stdout.buffer.write(piece)
"""


class Listener:
    """restd-inet --privileged on a Unix socket and on ::1."""

    def __init__(self, cluster, directory, *options):
        self._cluster = cluster
        self.path = f"{directory}/rest.sock"
        self.port = free_port()
        self.log = Path(directory, "rest.log")
        # As NoNewPrivileges= of systemd has it.
        command = ["setpriv", "--no-new-privs", f"{cluster.bin}/restd-inet", "--privileged"]
        command += ["-vvvvvv", "--socket-mode", "0666", *options]
        env = {**cluster.env("root"), "SECRET": SECRET, "SLURM_JWT": "not a token"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, f"unix:{self.path}", f"[::1]:{self.port}"], env=env, stderr=log, cwd="/root"
            )
        cluster.wait(lambda: "listening on" in self.log.read_text())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def local(self, user, data):
        """The answers to bytes that a user sends to the Unix socket."""
        done = self._cluster.shell(
            f"{self._cluster.bin}/python -c '{CLIENT}' {self.path}", user=user, input=data
        )
        assert done.returncode == 0, done.stderr
        return parsed(done.stdout)

    def connect(self):
        return socket.create_connection(("::1", self.port), timeout=60)

    def remote(self, data):
        """The answers to bytes that somebody sends over TCP."""
        with self.connect() as end:
            end.sendall(data)
            end.shutdown(socket.SHUT_WR)
            return parsed(b"".join(iter(lambda: end.recv(65536), b"")))

    def processes(self):
        """pid → uids of what serves connections: the children of the listening process and theirs."""
        found = {}
        parents = {self.process.pid}
        for _ in range(4):
            for pid, parent, uids in every_process():
                if parent in parents:
                    parents.add(pid)
                    found[pid] = uids
        return found


def workers_of(listener, user):
    uid = pwd.getpwnam(user).pw_uid
    return [pid for pid, uids in listener.processes().items() if uids[0] == uid]


def parent_of(pid):
    return next(parent for number, parent, _ in every_process() if number == pid)


def every_process():
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                lines = dict(
                    line.split(":", 1) for line in Path("/proc", entry, "status").read_text().splitlines()
                )
                yield int(entry), int(lines["PPid"]), tuple(map(int, lines["Uid"].split()))


def parsed(text):
    """The answers on a connection, chunked or not."""
    found = []
    while text:
        answer = Answer(text)
        if answer.headers.get("transfer-encoding") == "chunked":
            body, rest = b"", answer.body
            while size := int(rest.partition(b"\r\n")[0], 16):
                start = rest.index(b"\r\n") + 2
                body += rest[start : start + size]
                rest = rest[start + size + 2 :]
            answer.body, text = body, rest.partition(b"\r\n\r\n")[2]
        else:
            length = int(answer.headers.get("content-length", 0))
            text, answer.body = answer.body[length:], answer.body[:length]
        found.append(answer)
    return found


@pytest.fixture(scope="module")
def cluster(reachable, tmp_path_factory):
    """One on which users see only their own jobs, and nobody but root and SlurmUser is an administrator."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text("PrivateData=jobs\n")
    # Before there are jobs: slurmctld remembers whose groups are which.
    subprocess.run(["groupadd", "--force", GROUP], check=True)
    subprocess.run(["usermod", "--append", "--groups", GROUP, "fred"], check=True)
    try:
        with running(reachable, "--nodes", "1", "--no-accounting", "--conf", str(conf)) as started:
            yield started
    finally:
        subprocess.run(["groupdel", GROUP], check=True)


@pytest.fixture(scope="module")
def listener(cluster):
    started = Listener(cluster, cluster.dir)
    yield started
    assert started.stop() == 0
    assert "Traceback" not in started.log.read_text()


@pytest.fixture(scope="module")
def tokens(cluster):
    return {user: cluster.token(user) for user in ("fred", "pebbles", "root", "slurm")}


HOST = "Host: cluster"


def submit(script=SLEEP, *headers, **job):
    document = {"job": described(**job), "script": script}
    return request("POST", "/slurm/v0.0.35/job/submit", document, HOST, *headers)


def ping(*headers):
    return request("GET", "/slurm/v0.0.35/ping", None, HOST, *headers)


def bearer(token):
    return f"Authorization: Bearer {token}"


def queued_user(cluster, job):
    return queued(cluster, "%u", f"--job={job}", user="slurm")[0]


def job_of(answers):
    (answer,) = answers
    assert answer.status == 200, answer.text
    return answer.json["job_id"]


@pytest.fixture(autouse=True)
def nobody_s_jobs_left(cluster):
    yield
    for user in ("fred", "pebbles", "root"):
        cluster.shell(f"scancel --user={user}", user=user)


class TestWhose:
    @pytest.mark.parametrize("user", ["fred", "pebbles"])
    def test_the_peer_of_a_unix_socket_is_its_user(self, cluster, listener, user):
        job = job_of(listener.local(user, submit()))
        assert queued_user(cluster, job) == user

    @pytest.mark.parametrize("user", ["fred", "pebbles"])
    def test_a_token_is_its_user_s(self, cluster, listener, tokens, user):
        job = job_of(listener.remote(submit(SLEEP, bearer(tokens[user]))))
        assert queued_user(cluster, job) == user

    def test_a_proxy_s_token_serves_whom_it_names(self, cluster, listener, tokens):
        headers = bearer(tokens["slurm"]), "X-SLURM-USER-NAME: pebbles"
        assert queued_user(cluster, job_of(listener.remote(submit(SLEEP, *headers)))) == "pebbles"

    def test_both_at_the_same_time_see_and_cancel_only_their_own(self, cluster, listener):
        def one(user):
            return [job_of(listener.local(user, submit(name=f"{user}{n}"))) for n in range(5)]

        with concurrent.futures.ThreadPoolExecutor() as pool:
            fred, pebbles = pool.map(one, ("fred", "pebbles"))
        for user, own, foreign in (("fred", fred, pebbles), ("pebbles", pebbles, fred)):
            assert {queued_user(cluster, job) for job in own} == {user}
            (listed,) = listener.local(user, request("GET", "/slurm/v0.0.35/jobs", None, HOST))
            assert {job["user_id"] for job in listed.json} == {pwd.getpwnam(user).pw_uid}
            delete = [
                request("DELETE", f"/slurm/v0.0.35/job/{job}", None, HOST) for job in (foreign[1], own[0])
            ]
            assert [answer.status for answer in listener.local(user, b"".join(delete))] == [403, 200]

    def test_files_and_groups_of_a_job_are_its_user_s(self, cluster, listener):
        group = grp.getgrnam(GROUP).gr_gid
        output = f"{cluster.jobs}/whose"
        script = "#!/bin/bash\nid -G\nid -un\n"
        job = job_of(
            listener.local(
                "fred", submit(script, standard_out=output, current_working_directory=cluster.jobs)
            )
        )
        cluster.wait_state(job, "COMPLETED")
        cluster.wait(lambda: Path(output).read_text().endswith("fred\n"))
        groups, name = Path(output).read_text().splitlines()
        assert (Path(output).owner(), name) == ("fred", "fred")
        assert group in map(int, groups.split())

    def test_root_s_own_request_stays_root_s(self, cluster, listener):
        assert queued_user(cluster, job_of(listener.local("root", submit()))) == "root"


class TestRefused:
    def refused(self, answers):
        (answer,) = answers
        assert answer.status == 403
        return answer.error["error"]

    def test_root_is_not_served_by_token(self, listener, tokens):
        assert "root is not served by token" in self.refused(listener.remote(ping(bearer(tokens["root"]))))
        headers = bearer(tokens["slurm"]), "X-SLURM-USER-NAME: root"
        assert "root is not served by token" in self.refused(listener.remote(ping(*headers)))

    @pytest.mark.parametrize("name", ["no-such-user", "1001", "0", "-1"])
    def test_a_user_unknown_to_this_machine(self, listener, tokens, name):
        text = self.refused(listener.remote(ping(bearer(tokens["slurm"]), f"X-SLURM-USER-NAME: {name}")))
        assert text == f'the user "{name}" is unknown to this machine'

    def test_a_uid_without_a_name(self, cluster, listener):
        done = subprocess.run(
            [f"{cluster.bin}/python", "-c", CLIENT, listener.path], input=ping(), capture_output=True,
            user=54321, group=54321, extra_groups=[], timeout=60,
        )  # fmt: skip
        assert self.refused(parsed(done.stdout)) == "uid 54321 is unknown to this machine"

    def test_a_remote_client_without_a_token(self, listener):
        assert "no authentication was given" in self.refused(listener.remote(ping()))

    def test_another_s_name_without_a_token(self, listener):
        text = self.refused(listener.local("fred", ping("X-SLURM-USER-NAME: pebbles")))
        assert text == 'X-SLURM-USER-NAME is "pebbles", and without a token this request is "fred"\'s'

    def test_a_bad_token_of_a_local_user(self, listener, tokens):
        text = self.refused(listener.local("fred", ping(bearer(tokens["fred"][:-4] + "AAAA"))))
        assert text == "the token is not signed with this cluster's key"

    def test_only_root_can_do_this(self, cluster):
        done = cluster.shell("restd-inet --privileged < /dev/null", user="fred")
        assert done.returncode == 2
        assert b"only root" in done.stderr


class TestHandover:
    """Requests of several users on one connection."""

    def test_each_is_its_own_user_s_and_answers_are_in_order(self, cluster, listener, tokens):
        users = ["fred", "pebbles", "pebbles", "fred", "slurm", "fred"]
        data = b"".join(
            submit(SLEEP + "#" * 30000 * n, bearer(tokens[user]), name=f"job{n}")
            for n, user in enumerate(users)
        )
        answers = listener.remote(data)
        assert [answer.status for answer in answers] == [200] * len(users)
        jobs = [answer.json["job_id"] for answer in answers]
        for n, (user, job) in enumerate(zip(users, jobs, strict=True)):
            assert queued(cluster, "%u %j", f"--job={job}", user="slurm") == [f"{user} job{n}"]
        cluster.shell(f"scancel {jobs[4]}", user="slurm")

    def test_with_and_without_a_token(self, cluster, listener, tokens):
        """pebbles' own connection, and fred's token on it."""
        data = submit() + submit(SLEEP, bearer(tokens["fred"])) + submit() + submit()
        answers = listener.local("pebbles", data)
        found = [queued_user(cluster, answer.json["job_id"]) for answer in answers]
        assert found == ["pebbles", "fred", "pebbles", "pebbles"]

    def test_a_body_that_comes_late_is_read_by_the_next_process(self, cluster, listener, tokens):
        first, second = ping(bearer(tokens["fred"])), submit(SLEEP, bearer(tokens["pebbles"]))
        with listener.connect() as end:
            for piece in (first + second[:20], second[20:-100], second[-100:-50], second[-50:]):
                end.sendall(piece)
                time.sleep(0.2)
            end.shutdown(socket.SHUT_WR)
            answers = parsed(b"".join(iter(lambda: end.recv(65536), b"")))
        assert [answer.status for answer in answers] == [200, 200]
        assert queued_user(cluster, answers[1].json["job_id"]) == "pebbles"

    def test_a_refusal_between_two(self, cluster, listener, tokens):
        data = (
            ping(bearer(tokens["fred"]))
            + ping(bearer("x.y.z"))
            + ping()
            + submit(SLEEP, bearer(tokens["fred"]))
        )
        answers = listener.remote(data)
        assert [answer.status for answer in answers] == [200, 403, 403, 200]
        assert queued_user(cluster, answers[3].json["job_id"]) == "fred"

    def test_the_limit_of_requests_counts_for_the_connection(self, cluster, tokens):
        process, end = inetd(cluster, "--max-requests", "3")
        end.sendall(ping(bearer(tokens["fred"])) * 5)
        answers = parsed(b"".join(iter(lambda: end.recv(65536), b"")))
        assert len(answers) == 3
        assert answers[2].headers["connection"] == "close"
        end.close()
        assert process.wait(60) == 0


class TestProcess:
    def test_what_a_user_s_process_is_and_has(self, cluster, listener, tokens):
        """It is nobody else's, with no way back, and holds nothing of root's or of another client's."""
        group = grp.getgrnam(GROUP).gr_gid
        with listener.connect() as other, listener.connect() as end:
            other.sendall(ping(bearer(tokens["pebbles"])))
            other.recv(100)
            end.sendall(ping(bearer(tokens["fred"])))
            end.recv(100)
            uid = pwd.getpwnam("fred").pw_uid
            (pid,) = cluster.wait(
                lambda: [pid for pid, uids in listener.processes().items() if uids[0] == uid]
            )
            self.check(cluster, pid, uid, group, end)

    def check(self, cluster, pid, uid, group, end):
        proc = Path("/proc", str(pid))
        status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
        gid = pwd.getpwnam("fred").pw_gid
        assert set(map(int, status["Uid"].split())) == {uid}
        assert set(map(int, status["Gid"].split())) == {gid}
        assert set(map(int, status["Groups"].split())) == {gid, group}
        assert (int(status["CapPrm"], 16), int(status["CapEff"], 16)) == (0, 0)
        assert int(status["NoNewPrivs"]) == 1
        assert os.readlink(proc / "cwd") == "/"
        sockets = {link for link in links(proc) if link.startswith("socket:")}
        assert len(sockets) == 1, links(proc)
        memory = memory_of(pid)
        assert Path(cluster.dir, "etc/jwt_hs256.key").read_bytes() not in memory
        # Users may not look into it either: it was root's.
        looked = cluster.shell(f"cat /proc/{pid}/environ /proc/{pid}/mem; ls -l /proc/{pid}/fd/", user="fred")
        assert looked.returncode != 0
        assert looked.stdout == b""

    def test_root_s_environment_is_not_inherited(self, cluster, listener, tokens):
        """A job's environment is what the request says, and the process's is a clean one."""
        output = f"{cluster.jobs}/environment"
        job = job_of(
            listener.remote(submit("#!/bin/bash\nenv\n", bearer(tokens["fred"]), standard_out=output))
        )
        cluster.wait_state(job, "COMPLETED")
        cluster.wait(lambda: Path(output).exists() and "SLURM_JOB_ID" in Path(output).read_text())
        assert SECRET not in Path(output).read_text()
        assert "not a token" not in Path(output).read_text()

    def test_one_that_its_user_stops_is_ended(self, cluster, listener, tokens):
        """Its place is free again, though its user may send it any signal."""
        with listener.connect() as end:
            end.sendall(ping(bearer(tokens["fred"])))
            end.recv(100)
            (pid,) = cluster.wait(lambda: workers_of(listener, "fred"))
            done = cluster.shell(f"kill -STOP {pid}", user="fred")
            assert done.returncode == 0, done.stderr
            keeper = parent_of(pid)
            cluster.wait(lambda: not {pid, keeper} & set(listener.processes()), timeout=30)
            assert b"".join(iter(lambda: end.recv(65536), b"")) is not None
        assert f"process {pid} was stopped or did not end: killed" in listener.log.read_text()

    def test_one_ends_with_its_keeper(self, cluster, listener, tokens):
        """Though it was stopped, and has changed its user."""
        with listener.connect() as end:
            end.sendall(ping(bearer(tokens["fred"])))
            end.recv(100)
            (pid,) = cluster.wait(lambda: workers_of(listener, "fred"))
            assert cluster.shell(f"kill -STOP {pid}", user="fred").returncode == 0
            os.kill(parent_of(pid), signal.SIGKILL)
            cluster.wait(lambda: pid not in listener.processes(), timeout=30)

    def test_stopped_ones_do_not_outlast_sigterm(self, cluster, tokens, tmp_path):
        started = Listener(cluster, cluster.jobs, "--shutdown-timeout", "1")
        with started.connect() as end:
            end.sendall(ping(bearer(tokens["fred"])))
            end.recv(100)
            (pid,) = cluster.wait(lambda: workers_of(started, "fred"))
            assert cluster.shell(f"kill -STOP {pid}", user="fred").returncode == 0
            everyone = set(started.processes())
            assert started.stop() == 0
        assert not everyone & {number for number, _, _ in every_process()}

    def test_no_process_is_left(self, cluster, listener, tokens):
        for _ in range(5):
            listener.remote(ping(bearer(tokens["fred"])) + ping(bearer(tokens["pebbles"])))
        cluster.wait(lambda: len(listener.processes()) <= 1)

    def test_the_log_names_users_and_no_token(self, listener, tokens):
        listener.remote(ping(bearer(tokens["fred"])) + ping(bearer(tokens["pebbles"])))
        text = listener.log.read_text()
        assert " as fred: 200" in text
        assert " as pebbles: 200" in text
        assert not [token for token in tokens.values() if token[-20:] in text or token[:80] in text]


class TestInetd:
    """Under xinetd as root: a socket on 0, 1 and 2."""

    def test_several_users_on_a_connection(self, cluster, tokens):
        process, end = inetd(cluster)
        end.sendall(submit(SLEEP, bearer(tokens["fred"])) + submit(SLEEP, bearer(tokens["pebbles"])))
        end.shutdown(socket.SHUT_WR)
        answers = parsed(b"".join(iter(lambda: end.recv(65536), b"")))
        assert [queued_user(cluster, answer.json["job_id"]) for answer in answers] == ["fred", "pebbles"]
        end.close()
        assert process.wait(60) == 0

    def test_sigterm_ends_all_its_processes(self, cluster, tokens):
        process, end = inetd(cluster)
        end.sendall(ping(bearer(tokens["fred"])))
        assert end.recv(100)
        process.send_signal(signal.SIGTERM)
        assert b"".join(iter(lambda: end.recv(65536), b"")) is not None
        end.close()
        process.wait(60)

    def test_a_worker_that_is_stopped_is_ended(self, cluster, tokens):
        process, end = inetd(cluster)
        end.sendall(ping(bearer(tokens["fred"])))
        assert end.recv(100)
        uid = pwd.getpwnam("fred").pw_uid
        (worker,) = [pid for pid, parent, uids in every_process() if (parent, uids[0]) == (process.pid, uid)]
        assert cluster.shell(f"kill -STOP {worker}", user="fred").returncode == 0
        assert process.wait(60) == 1
        assert worker not in {pid for pid, _, _ in every_process()}
        end.close()

    def test_a_pipe_of_root_s_is_root_s(self, cluster):
        done = cluster.shell("cat | restd-inet --privileged", user="root", input=ping())
        assert parsed(done.stdout)[0].status == 200

    def test_root_s_pipe_is_root_s_after_another_s_request_too(self, cluster, tokens):
        data = ping() + ping(bearer(tokens["fred"])) + ping()
        done = cluster.shell("cat | restd-inet --privileged", user="root", input=data)
        assert [answer.status for answer in parsed(done.stdout)] == [200, 200, 200]
        assert re.findall(rb" as (\w+): 200", done.stderr) == [b"root", b"fred", b"root"]

    def test_a_pipe_of_fred_s_is_not_taken_for_fred(self, cluster):
        """Its owner may not be who writes to it: sudo's standard input, for one."""
        reader, writer = os.pipe()
        os.fchown(reader, pwd.getpwnam("fred").pw_uid, -1)
        os.write(writer, ping())
        os.close(writer)
        done = subprocess.run(
            [f"{cluster.bin}/restd-inet", "--privileged"], stdin=reader, capture_output=True,
            env=cluster.env("root"), timeout=60,
        )  # fmt: skip
        os.close(reader)
        assert parsed(done.stdout)[0].status == 403


def inetd(cluster, *options):
    """restd-inet --privileged on a TCP connection, and the client's end."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        client = socket.create_connection(server.getsockname()[:2], timeout=60)
        end, _ = server.accept()
    with end:
        process = subprocess.Popen(
            [f"{cluster.bin}/restd-inet", "--privileged", *options], stdin=end, stdout=end, stderr=end,
            env={**cluster.env("root"), "SECRET": SECRET},
        )  # fmt: skip
    return process, client


def links(proc):
    return [os.readlink(entry) for entry in (proc / "fd").iterdir()]


def memory_of(pid):
    """All that a process can write to."""
    found = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as mem:
        for line in maps:
            area, mode, *_ = line.split()
            if mode.startswith("rw"):
                start, end = (int(part, 16) for part in area.split("-"))
                with contextlib.suppress(OSError, ValueError):
                    mem.seek(start)
                    found.append(mem.read(end - start))
    return b"".join(found)
