"""Privileged mode with real users: whose jobs they are, what is refused, a new process for another user."""

import concurrent.futures
import grp
import pwd
import socket
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import GROUP
from .privileged import (
    CLIENT,
    HOST,
    SLEEP,
    bearer,
    cluster,
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
from .typed import as_root, queued, request

__all__ = ["cluster", "listener", "nobody_s_jobs_left", "tokens"]

pytestmark = as_root


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
        for name in ("root", "0"):
            headers = bearer(tokens["slurm"]), f"X-SLURM-USER-NAME: {name}"
            assert "root is not served by token" in self.refused(listener.remote(ping(*headers)))

    @pytest.mark.parametrize("name", ["no-such-user", "123456789", "-1"])
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
        said = 'X-SLURM-USER-NAME is "pebbles", and without a token this request is "fred"\'s'
        assert text.startswith(f"{said}; possible here: jwt, ")

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
