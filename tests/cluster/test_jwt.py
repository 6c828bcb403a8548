"""Tokens on a real cluster: slides' rows 11, 12 and 14; one connection, several users; restd-inet token."""

import base64
import json
import time

import lacking
import pytest

from .typed import Done, answers, as_root, described, no_jobs_left, output, queued, request, send

__all__ = ["no_jobs_left"]

HOLD = "#!/bin/bash\nsleep 600\n"


@pytest.fixture
def tokens(cluster):
    """A token for each of the users there are, by name."""
    return {user: cluster.token(user) for user in ("fred", "pebbles", "root", "slurm")}


def bearing(token, name=None):
    return [f"X-SLURM-USER-TOKEN: {token}"] + ([f"X-SLURM-USER-NAME: {name}"] if name else [])


def submission(name="x"):
    return {"job": described(name=name), "script": HOLD}


def ping(*headers, version="v0.0.35"):
    return request("GET", f"/slurm/{version}/ping", None, *headers)


def ask(cluster, data, *options, user="pebbles", env=None):
    return send(cluster, data, *options, user=user, env=env).answer


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@as_root
def needs_both_kinds(cluster):
    if (24, 5) <= cluster.slurm < (25, 5):
        pytest.skip(
            lacking.slurm("libslurm 24.05 and 24.11 serve tokens, or those without, in a process", "26.05")
        )


class TestWhose:
    """restd-inet is run by pebbles, on a pipe of hers."""

    def test_a_request_with_a_token_is_its_user_s(self, cluster, tokens):
        data = request("POST", "/slurm/v0.0.35/job/submit", submission(), *bearing(tokens["fred"], "fred"))
        job = ask(cluster, data).json["job_id"]
        assert queued(cluster, "%u %U", f"--job={job}", user="fred")[0].split()[0] == "fred"

    @pytest.mark.parametrize(
        "header",
        ["X-SLURM-USER-TOKEN: {}", "x-slurm-user-token:{}", "X-Slurm-User-Token: \t {} \t",
         "Authorization: Bearer {}", "AUTHORIZATION:bearer   {}"],
    )  # fmt: skip
    def test_headers_are_written_in_many_ways(self, cluster, tokens, header):
        assert ask(cluster, ping(header.format(tokens["fred"]))).status == 200

    @pytest.mark.parametrize("owner", ["root", "slurm"])
    def test_root_s_and_slurm_user_s_token_serves_another(self, cluster, tokens, owner):
        data = request("POST", "/slurm/v1/job/submit", submission(), *bearing(tokens[owner], "fred"))
        job = ask(cluster, data).json["job_id"]
        assert queued(cluster, "%u", f"--job={job}", user="fred") == ["fred"]

    def test_requests_of_one_connection_are_each_their_own_user_s(self, cluster, tokens):
        """Whoever came before, with and without a token."""
        needs_both_kinds(cluster)
        users = ["pebbles", "fred", None, "fred", "pebbles", None, None, "fred"]
        data = b"".join(
            request(
                "POST", "/slurm/v0.0.35/job/submit", submission(f"job{number}"),
                *(bearing(tokens[user]) if user else []),
            )
            for number, user in enumerate(users)
        )  # fmt: skip
        done = send(cluster, data, user="pebbles")
        jobs = [answer.json["job_id"] for answer in done.answers]
        for user, job in zip(users, jobs, strict=True):
            assert queued(cluster, "%u", f"--job={job}") == [user or "pebbles"]
        cluster.shell(f"scancel {' '.join(map(str, jobs))}", user="pebbles")

    def test_a_refused_request_leaves_nothing_behind(self, cluster, tokens):
        """The one after it is the process's own user's, not the token's, and the other way round."""
        needs_both_kinds(cluster)
        bad = tokens["fred"][:-4] + "AAAA"
        data = ping(*bearing(bad)) + request("POST", "/slurm/v0.0.35/job/submit", submission())
        refused, accepted = send(cluster, data, user="pebbles").answers
        assert (refused.status, accepted.status) == (403, 200)
        assert queued(cluster, "%u", f"--job={accepted.json['job_id']}") == ["pebbles"]
        cluster.shell(f"scancel {accepted.json['job_id']}", user="pebbles")

    def test_one_user_cannot_cancel_another_s_job(self, bare_cluster):
        """Where pebbles is no administrator."""
        cluster = bare_cluster
        tokens = {user: cluster.token(user) for user in ("fred", "pebbles")}
        job = cluster.submit("--output=/dev/null", "--wrap", "sleep 600", user="fred")
        cluster.wait_state(job, "RUNNING")
        data = request("DELETE", f"/slurm/v0.0.35/job/{job}", None, *bearing(tokens["pebbles"]))
        assert ask(cluster, data, user="pebbles").status == 403
        data = request("DELETE", f"/slurm/v0.0.35/job/{job}", None, *bearing(tokens["fred"]))
        assert ask(cluster, data, user="pebbles").status == 200
        assert cluster.wait_state(job, "CANCELLED") == "CANCELLED"

    def test_slurm_jwt_does_not_stand_in_for_the_client_s(self, cluster, tokens):
        """Slides' row 2 is for the user who set it, not for those who bring their own."""
        env = {"SLURM_JWT": tokens["pebbles"]}
        data = request("POST", "/slurm/v0.0.35/job/submit", submission(), *bearing(tokens["fred"]))
        data += request("POST", "/slurm/v0.0.35/job/submit", submission())
        first, second = (
            answer.json["job_id"] for answer in send(cluster, data, user="pebbles", env=env).answers
        )
        assert queued(cluster, "%u", f"--job={first}") == ["fred"]
        assert queued(cluster, "%u", f"--job={second}") == ["pebbles"]
        cluster.shell(f"scancel {second}", user="pebbles")


@as_root
class TestRefused:
    """By who has the key (slurm) and by who has not (pebbles): the same status, a text that says why."""

    @pytest.fixture(params=["slurm", "pebbles"])
    def user(self, request):
        return request.param

    def refused(self, cluster, user, *headers, options=()):
        answer = ask(cluster, ping(*headers), *options, user=user)
        assert answer.status == 403
        return answer.error["error"]

    def test_a_token_of_another_cluster(self, cluster, tokens, user):
        token = tokens["fred"][:-4] + "AAAA"
        text = self.refused(cluster, user, *bearing(token))
        has_key = user == "slurm"
        assert ("not signed with this cluster's key" if has_key else "cannot verify it") in text

    def test_an_expired_token(self, cluster, user):
        token = cluster.token("fred", lifespan=1)
        end = payload(token)["exp"]
        cluster.wait(lambda: time.time() > end + 1, timeout=60)
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end))
        assert self.refused(cluster, user, *bearing(token)) == (
            f"the token expired at {since}; scontrol token makes another"
        )

    def test_a_name_that_is_not_the_token_s(self, cluster, tokens, user):
        assert "can name another user" in self.refused(cluster, user, *bearing(tokens["fred"], "pebbles"))

    def test_only_one_s_own_name_is_taken_where_only_local_is(self, cluster, tokens, user):
        """Tokens are ignored there."""
        local = ["-a", "local"]
        assert ask(cluster, ping(*bearing(tokens["fred"], user)), *local, user=user).status == 200
        text = self.refused(cluster, user, *bearing(tokens["fred"], "fred"), options=local)
        assert text.startswith('X-SLURM-USER-NAME is "fred"')

    def test_no_token_where_only_tokens_are_taken(self, cluster, user):
        text = self.refused(cluster, user, options=["-a", "rest_auth/jwt"])
        assert text.startswith(
            "no authentication was given; possible here: jwt, a token in X-SLURM-USER-TOKEN"
        )

    def test_a_bad_token_on_one_s_own_pipe(self, cluster, user):
        assert "malformed" in self.refused(cluster, user, *bearing("bad"))


def test_tokens_are_served_while_slurmctld_is_down(cluster):
    token = cluster.token()
    cluster.stop("slurmctld")
    try:
        answer = ask(cluster, ping(*bearing(token)), user=cluster.user)
    finally:
        cluster.start("slurmctld")
    assert answer.status == 503


@as_root
class TestMint:
    def run(self, cluster, *options, user):
        return Done(cluster.shell(" ".join(["restd-inet token", *options]), user=user))

    def test_slurmctld_takes_it(self, cluster):
        done = self.run(cluster, "--user fred --lifespan 60", user="slurm")
        name, _, token = done.out.decode().strip().partition("=")
        assert name == "SLURM_JWT"
        claims = payload(token)
        assert (claims["sun"], claims["exp"] - claims["iat"]) == ("fred", 60)
        shown = cluster.shell(
            "sacctmgr --version; scontrol show partition", user="pebbles", env={name: token}
        )
        assert b"PartitionName=debug" in shown.stdout

    def test_it_is_what_scontrol_makes(self, cluster):
        ours = self.run(cluster, "-u fred", user="slurm").out.decode().strip().partition("=")[2]
        theirs = output(cluster, "scontrol", "token", "username=fred", user="slurm").strip().partition("=")[2]
        assert set(payload(ours)) == set(payload(theirs))
        assert len(ours) == len(theirs)

    def test_other_users_get_the_ways_to_a_token(self, cluster):
        done = self.run(cluster, user="fred")
        assert (done.code, done.out) == (1, b"")
        assert "jwt_hs256.key cannot be read: Permission denied" in done.err
        assert "run this as SlurmUser (slurm) or root, or use scontrol token" in done.err


def test_answers_of_a_pipelined_connection_are_in_order(cluster):
    token = cluster.token()
    data = b"".join(ping(*bearing(token)) for _ in range(50))
    done = send(cluster, data)
    assert [answer.status for answer in answers(done.out)] == [200] * 50
