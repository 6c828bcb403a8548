"""Privileged mode: what a user's process is and has; nothing of root's, nothing of another's."""

import contextlib
import grp
import os
import pwd
import re
import signal
import socket
import subprocess
from pathlib import Path

from .conftest import GROUP
from .privileged import (
    SECRET,
    SLEEP,
    Listener,
    bearer,
    cluster,
    every_process,
    inetd,
    job_of,
    listener,
    nobody_s_jobs_left,
    parsed,
    ping,
    queued_user,
    submit,
    tokens,
)
from .typed import as_root

__all__ = ["cluster", "listener", "nobody_s_jobs_left", "tokens"]

pytestmark = as_root


def workers_of(listener, user):
    uid = pwd.getpwnam(user).pw_uid
    return [pid for pid, uids in listener.processes().items() if uids[0] == uid]


def groups(user):
    return set(os.getgrouplist(user, pwd.getpwnam(user).pw_gid))


def parent_of(pid):
    return next(parent for number, parent, _ in every_process() if number == pid)


class TestProcess:
    def test_what_a_user_s_process_is_and_has(self, cluster, listener, tokens):
        """It is that user's alone, with no way back, and holds nothing of root's or of another client's."""
        known = groups("fred")
        with listener.connect() as other, listener.connect() as end:
            other.sendall(ping(bearer(tokens["pebbles"])))
            other.recv(100)
            end.sendall(ping(bearer(tokens["fred"])))
            end.recv(100)
            uid = pwd.getpwnam("fred").pw_uid
            (pid,) = cluster.wait(
                lambda: [pid for pid, uids in listener.processes().items() if uids[0] == uid]
            )
            self.check(cluster, pid, uid, known, end)

    def check(self, cluster, pid, uid, known, end):
        proc = Path("/proc", str(pid))
        status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
        gid = pwd.getpwnam("fred").pw_gid
        assert set(map(int, status["Uid"].split())) == {uid}
        assert set(map(int, status["Gid"].split())) == {gid}
        # Other processes with tests add groups to fred, and remove theirs.
        group = grp.getgrnam(GROUP).gr_gid
        assert {gid, group} <= set(map(int, status["Groups"].split())) <= known | groups("fred")
        assert (int(status["CapPrm"], 16), int(status["CapEff"], 16)) == (0, 0)
        assert int(status["NoNewPrivs"]) == 1
        assert os.readlink(proc / "cwd") == "/"
        sockets = {link for link in links(proc) if link.startswith("socket:")}
        assert len(sockets) == 2, links(proc)  # its connection, and that by which it asks the poller
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

    def test_a_keeper_that_is_stopped_is_ended_with_it(self, cluster, tokens):
        """What waits for the time of both has it by the listening process."""
        started = Listener(cluster, cluster.jobs, "--idle-timeout", "1")
        try:
            with started.connect() as end:
                end.sendall(ping(bearer(tokens["fred"])))
                end.recv(100)
                (pid,) = cluster.wait(lambda: workers_of(started, "fred"))
                keeper = parent_of(pid)
                for number in (keeper, pid):
                    os.kill(number, signal.SIGSTOP)
                cluster.wait(lambda: not {pid, keeper} & set(started.processes()), timeout=30)
            said = f"process {keeper} did not end within 5 s of its deadline: killed"
            assert said in started.log.read_text()
        finally:
            started.stop()

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
