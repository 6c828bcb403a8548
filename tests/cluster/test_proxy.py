"""contrib/proxy and scaleout's REST: rows 11, 12 and 13 as typed, and whom the proxy lets in as whom."""

import base64
import concurrent.futures
import json
import os
import re
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from .cluster import Cluster, identity, short_dir
from .proxy import COOKIE, PROXY, Rest, another, missing_nginx
from .test_scaleout import processes_of, scaleout
from .typed import SLEEP, as_root, described, no_jobs_left, queued

__all__ = ["no_jobs_left"]

TOKEN_HEADERS = "-H X-SLURM-USER-NAME:$(whoami) -H X-SLURM-USER-TOKEN:$SLURM_JWT"
JOB = {"job": described(tasks=1, name="test", nodes=1), "script": SLEEP}
PING = "/slurm/v0.0.35/ping"
SUBMIT = "/slurm/v0.0.35/job/submit"
NOT_ADMITTED = ("root", "slurm", "nobody", "no-such-user", "fred%0a", "../fred", "fred%00")
CHECKER = """#!/bin/bash
read -r user; IFS= read -r password
[ "$password" = "right for $user" ]
"""
SUBMITTED = r'\{"errors":\[\],"job_id":(\d+),"step_id":"BATCH","job_submit_user_msg":""\}\n'


@pytest.fixture(scope="module")
def rest(cluster):
    """restd-inet and the proxy, beside the cluster of the other tests."""
    if missing_nginx():
        pytest.skip(missing_nginx())
    return Rest(cluster)


def owner(rest, job):
    return queued(rest.cluster, "%u", "-j", str(job))


def up(text):
    """Is it the answer to a ping, and a good one?"""
    document = json.loads(text)
    return document["errors"] == [] and document["ping"]["ping"] == "UP"


def submitted(text):
    found = re.fullmatch(SUBMITTED, text)
    assert found, text
    return int(found[1])


def test_a_ping_with_a_token(rest):
    """Row 11."""
    line = f"curl -s {TOKEN_HEADERS} -X POST http://$rest/slurm/v0.0.35/ping"
    assert up(rest.typed(f"export $(scontrol token lifespan=99999)\n{line}"))


def test_a_job_with_a_token(rest):
    """Row 12."""
    rest.cluster.shell("cat > job.json", input=json.dumps(JOB))
    line = (
        f"curl -s {TOKEN_HEADERS} -X POST http://$rest/slurm/v0.0.35/job/submit "
        '-H "Content-Type: application/json" -d @job.json'
    )
    job = submitted(rest.typed(f"export $(scontrol token lifespan=99999)\n{line}"))
    assert owner(rest, job) == [rest.cluster.user]


def test_the_same_through_the_proxy(rest):
    """Row 13."""
    rest.cluster.shell("cat > job.json", input=json.dumps(JOB))
    user = rest.cluster.user
    hello = rest.typed(f'curl -s -c cookiejar "http://$proxy/auth/?user={user}"')
    assert hello == f"<p>Hello {user}.</p><p>Using slurm user for authentication proxy.</p>"
    assert up(rest.typed("curl -s -b cookiejar http://$proxy/slurm/v0.0.35/ping"))
    line = 'curl -s -b cookiejar http://$proxy/slurm/v0.0.35/job/submit -H "Content-Type: application/json"'
    assert owner(rest, submitted(rest.typed(f"{line} -d @job.json"))) == [user]


def test_a_submission_that_is_sent_again_through_the_proxy_is_one_job(rest):
    rest.cluster.shell("cat > job.json", input=json.dumps(JOB))
    rest.typed(f'curl -s -c cookiejar "http://$proxy/auth/?user={rest.cluster.user}"')
    line = f'curl -si -b cookiejar http://$proxy{SUBMIT} -H "Content-Type: application/json" -d @job.json'
    first, second = (rest.typed(f"{line} -H 'Idempotency-Key: again'") for _ in range(2))
    assert "Idempotency-Replayed: true" not in first and "Idempotency-Replayed: true" in second
    assert first.partition("\r\n\r\n")[2] == second.partition("\r\n\r\n")[2]


def test_restd_inet_is_behind_it_on_ipv6_and_on_a_unix_socket(rest):
    log = rest.log()
    for _ in range(6):
        assert rest.ask("GET", PING)[0] == 200
    peers = {who.partition(" as ")[0] for _, _, who in log.requests}
    assert any(peer.startswith("[::1]:") for peer in peers), peers
    assert any(not peer.startswith("[::1]:") for peer in peers), peers


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(rest):
    heads = rest.typed(f"curl -si 'http://{rest.proxy}/auth/?user='$(whoami)")
    (cookie,) = re.findall(r"(?im)^set-cookie: (.*)\r$", heads)
    value, *attributes = cookie.split("; ")
    assert value.startswith(f"{COOKIE}=")
    assert attributes == ["Path=/", "Max-Age=3600", "HttpOnly", "SameSite=Strict"]


#: What a browser says of where a request comes from.
FROM_HERE = [
    ["Origin: {own}"],
    ["Sec-Fetch-Site: same-origin"],
    ["Sec-Fetch-Site: same-origin", "Origin: {own}"],
]
FROM_ELSEWHERE = [
    ["Origin: http://other.example"],
    ["Origin: null"],
    ["Origin: https://{host}"],
    ["Origin: {own}.example"],
    ["Sec-Fetch-Site: cross-site"],
    ["Sec-Fetch-Site: same-site", "Origin: {own}"],
    ["Sec-Fetch-Site: cross-site", "X-Requested-With: a script"],
]


def from_where(rest, headers):
    return [header.format(own=f"http://{rest.proxy}", host=rest.proxy) for header in headers]


def form(rest, path, headers, body="user={}&password=x"):
    """The head of the answer to a form that a browser sends."""
    body = body.format(rest.cluster.user)
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {rest.proxy}",
        "Connection: close",
        f"Content-Length: {len(body)}",
    ]
    lines += ["Content-Type: application/x-www-form-urlencoded", *from_where(rest, headers), "", body]
    return rest.exchange("\r\n".join(lines).encode()).decode().partition("\r\n\r\n")[0]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=" ".join)
def test_another_site_cannot_log_a_user_in_or_out(rest, headers):
    for path in ("/auth/", "/auth/logout"):
        head = form(rest, path, headers)
        assert head.startswith("HTTP/1.1 403 "), head
        assert "Set-Cookie" not in head
    lines = [f"GET /auth/?user={rest.cluster.user} HTTP/1.1", f"Host: {rest.proxy}", "Connection: close"]
    link = rest.exchange("\r\n".join([*lines, *from_where(rest, headers), "", ""]).encode())
    assert link.startswith(b"HTTP/1.1 403 ") and b"Set-Cookie" not in link


@pytest.mark.parametrize("headers", [[], *FROM_HERE], ids=" ".join)
def test_the_proxy_s_own_page_and_scripts_log_in(rest, headers):
    head = form(rest, "/auth/", headers)
    assert head.startswith("HTTP/1.1 200 ") and "Set-Cookie" in head
    assert "SameSite=Strict" in head and head.count("Cache-Control: no-store") == 1
    assert "Max-Age=0" in form(rest, "/auth/logout", headers)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=" ".join)
def test_another_site_changes_nothing_with_a_cookie(rest, headers):
    log = rest.log()
    said = [f"Host: {rest.proxy}", *from_where(rest, headers)]
    for method, path in (
        ("POST", SUBMIT),
        ("DELETE", "/slurm/v0.0.40/job/1"),
        ("GET", "/slurm/v0.0.40/reconfigure"),
        ("HEAD", "/slurm/v0.0.40/reconfigure/"),
        ("GET", "/slurm/v0.0.40//%72econfigure?x=y"),
        ("GET", "/slurm/v0.0.45/job/1/requeue"),
        ("POST", "/slurm/v0.0.45/jobs/requeue"),
    ):
        document = JOB if method == "POST" else None
        status, body = rest.ask(method, path, document=document, headers=said, host=False)
        assert status == 403, (method, path)
        assert method == "HEAD" or "another site" in body.decode()
    assert log.requests == []


@pytest.mark.parametrize("path", ["/slurm/v0.0.40/reconfigure", "/slurm/v0.0.45/job/1/requeue"])
def test_a_get_that_changes_something_needs_a_proof(rest, path):
    own = [f"Host: {rest.proxy}"]
    for headers in ([], ["Sec-Fetch-Site: none"]):
        status, body = rest.ask("GET", path, headers=[*own, *headers], host=False)
        assert (status, "X-Requested-With" in body.decode()) == (403, True)
    for headers in (*FROM_HERE, ["X-Requested-With: curl"]):
        status, body = rest.ask("GET", path, headers=[*own, *from_where(rest, headers)], host=False)
        assert "X-Requested-With" not in body.decode() and "another site" not in body.decode(), status
    # What reads only needs none.
    assert rest.ask("GET", PING)[0] == 200


def test_nothing_is_kept_in_caches(rest):
    cookie = f"Cookie: {COOKIE}={rest.cookie()}\r\n"
    for path, who, status in ((PING, cookie, 200), (PING, "", 401), ("/auth/", "", 200)):
        answer = rest.exchange(f"GET {path} HTTP/1.1\r\nHost: p\r\nConnection: close\r\n{who}\r\n".encode())
        head = answer.partition(b"\r\n\r\n")[0]
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert head.count(b"Cache-Control: no-store") == 1, head


def test_tls(rest):
    """The certificate is good for localhost, the cookie for TLS only, and another session's for neither."""
    curl = f"curl -s --cacert {rest.certificate}"
    heads = rest.typed(f"{curl} -i -c jar.tls 'https://{rest.tls}/auth/?user='$(whoami)")
    assert re.search(r"(?im)^set-cookie: __Host-slurm-proxy=.*; Secure\r$", heads)
    assert up(rest.typed(f"{curl} -b jar.tls https://$tls/slurm/v0.0.35/ping"))
    rest.typed(f"curl -s -c jar.plain 'http://{rest.proxy}/auth/?user='$(whoami)")
    status = rest.typed(
        f"{curl} -o /dev/null -w '%{{http_code}}' -b jar.plain https://$tls/slurm/v0.0.35/ping"
    )
    assert status == "401"
    assert rest.cluster.shell(f"curl -s https://{rest.tls}/auth/").returncode == 60


def forged(rest):
    """Cookies that are not valid, by what is wrong with them."""
    past = int(time.time()) - 1
    good = rest.cookie()
    head, claims, signature = good.split(".")
    other = rest.cookie("root").split(".")[1]
    return {
        "none": "",
        "garbage": "garbage",
        "another key": rest.cookie(key=b"0" * 32),
        "expired": rest.cookie(exp=past),
        "without an end": rest.cookie(exp=None),
        "another purpose": rest.cookie(aud="something"),
        "no purpose": rest.cookie(aud=None),
        "no user": rest.cookie(sub=None),
        "empty user": rest.cookie(sub=""),
        "alg none": rest.cookie(key="", algorithm="none"),
        "another algorithm": rest.cookie(algorithm="HS384"),
        "other claims": f"{head}.{other}.{signature}",
        "cut signature": f"{head}.{claims}.",
        "Slurm's token": rest.cluster.token(),
        "unknown user": rest.cookie("no-such-user"),
        "root": rest.cookie("root"),
        "a system user": rest.cookie("daemon"),
        "a user's number": rest.cookie("1000"),
        "a header in it": rest.cookie("fred\r\nX-SLURM-USER-NAME: root"),
        "two of them": f"{good}; {COOKIE}={good}",
    }


def test_an_unknown_cookie_is_401(rest):
    """And restd-inet does not hear of it."""
    log = rest.log()
    got = {name: rest.ask("GET", PING, cookie=cookie)[0] for name, cookie in forged(rest).items()}
    assert {name: status for name, status in got.items() if status != 401} == {}
    assert log.requests == []


def test_the_answer_says_what_is_wrong(rest):
    status, body = rest.ask("GET", PING, cookie=rest.cookie(exp=1000000000))
    (error,) = json.loads(body)["errors"]
    assert (status, error) == (401, {"error": "the session has expired; log in at /auth/"})
    answer = rest.exchange(f"GET {PING} HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 401 ") and b"\r\nWWW-Authenticate: Cookie " in answer
    assert b"not logged in" in answer


@pytest.mark.parametrize("user", NOT_ADMITTED)
def test_who_cannot_log_in(rest, user):
    done = rest.typed(f"curl -s -i 'http://{rest.proxy}/auth/?user={user}'")
    assert done.startswith("HTTP/1.1 401 ")
    assert "Set-Cookie" not in done


def test_the_check_is_not_for_clients(rest):
    """It answers with SlurmUser's token."""
    head = f"HTTP/1.1\r\nHost: p\r\nConnection: close\r\nCookie: {COOKIE}={rest.cookie()}\r\n\r\n"
    for path in ("auth/check", "auth/%63heck", "auth/../check", "auth/x/..//check", "/auth/check", "check"):
        answer = rest.exchange(f"GET /{path} {head}".encode())
        assert answer.split(b" ")[1] in (b"404", b"400"), (path, answer)
        assert b"eyJ" not in answer


def impostor_headers(rest):
    """What a client may say to be somebody else."""
    token = rest.cluster.token("pebbles" if os.geteuid() == 0 else None)
    return [
        ["X-SLURM-USER-NAME: root"],
        ["x-slurm-user-name: root", "X-Slurm-User-Name: pebbles"],
        ["X_SLURM_USER_NAME: root"],
        ["X-SLURM-USER-NAME: root", f"X-SLURM-USER-TOKEN: {token}"],
        [f"X-SLURM-USER-TOKEN: {token}"],
        [f"Authorization: Bearer {token}"],
        ["X-SLURM-USER-NAME:root", "Connection: close, X-SLURM-USER-NAME"],
        ["Connection: X-SLURM-USER-NAME, X-SLURM-USER-TOKEN"],
    ]


def test_what_a_client_says_about_itself_does_nothing(rest):
    """The job is the cookie's user's; without a cookie there is none."""
    for headers in impostor_headers(rest):
        status, body = rest.ask("POST", SUBMIT, document=JOB, headers=headers)
        assert status == 200, (headers, body)
        assert owner(rest, submitted(body.decode())) == [rest.cluster.user], headers
        assert rest.ask("POST", SUBMIT, document=JOB, headers=headers, cookie="")[0] == 401


def test_what_reaches_restd_inet(rest):
    """Seen by a listener in its place: no header of the client's but those that are named."""
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            for _ in range(len(headers)):
                sock, _ = listener.accept()
                with sock:
                    seen.append(sock.recv(65536).partition(b"\r\n\r\n")[0].decode().split("\r\n"))
                    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        headers = impostor_headers(rest)
        threading.Thread(target=serve, daemon=True).start()
        with another(rest, [f"127.0.0.1:{listener.getsockname()[1]}"]) as port:
            for extra in headers:
                assert rest.ask("GET", PING, port=port, headers=[*extra, "Accept: text/yaml"])[0] == 200
    for lines in seen:
        values = dict(line.split(": ", 1) for line in lines[1:])
        assert len(values) == len(lines) - 1
        assert sorted(values) == ["Accept", "Host", "X-SLURM-USER-NAME", "X-SLURM-USER-TOKEN"]
        assert values["X-SLURM-USER-NAME"] == rest.cluster.user
        assert values["Accept"] == "text/yaml"


@as_root
def test_two_users_on_one_connection_to_restd_inet(rest):
    """Each request is its own user's, also after one of another user."""
    log = rest.log()
    with (
        another(rest, [f"[::1]:{rest.port(rest.rest)}"], "--keepalive=1") as port,
        concurrent.futures.ThreadPoolExecutor(2) as pool,
    ):

        def submit(user):
            status, body = rest.ask("POST", SUBMIT, user, JOB, port=port)
            assert status == 200, body
            return user, submitted(body.decode())

        jobs = [submit(user) for user in ("fred", "pebbles", "pebbles", "fred")]
        jobs += pool.map(submit, ["fred", "pebbles"] * 8)
    for user, job in jobs:
        assert owner(rest, job) == [user]
    rest.cluster.shell("scancel --user=pebbles", user="pebbles")
    users_of = {}
    for _, _, who in log.requests:
        peer, _, user = who.partition(" as ")
        users_of.setdefault(peer, set()).add(user)
    assert {"fred", "pebbles"} in users_of.values(), users_of


@as_root
def test_one_user_cannot_touch_anothers_job(rest):
    """SlurmUser's token speaks for fred, and so has no more rights than fred."""
    job = submitted(rest.ask("POST", SUBMIT, "pebbles", JOB)[1].decode())
    status, body = rest.ask("DELETE", f"/slurm/v0.0.35/job/{job}", "fred")
    assert status == 403, body
    assert owner(rest, job) == ["pebbles"]
    rest.cluster.shell("scancel --user=pebbles", user="pebbles")


def test_without_a_token_of_slurm_user_there_is_503(rest):
    """None, one that has expired, and an authenticator that is away."""
    upstream = [f"[::1]:{rest.port(rest.rest)}"]
    expired = rest.cookie(exp=1000000000)
    for token in ("", "garbage", expired):
        with another(rest, upstream, token=token) as port:
            status, body = rest.ask("GET", PING, port=port)
            assert (status, "cannot authenticate" in body.decode()) == (503, True)
    rest.cluster.stop("authenticator")
    try:
        assert rest.ask("GET", PING)[0] == 503
    finally:
        rest.cluster.start("authenticator")
    assert rest.ask("GET", PING)[0] == 200


def test_a_sites_own_program_checks_passwords(rest, tmp_path):
    checker = Path(rest.cluster.jobs, "checker")
    checker.write_text(CHECKER)
    checker.chmod(0o755)
    user = rest.cluster.user
    with another(rest, [f"[::1]:{rest.port(rest.rest)}"], source=("--checker", str(checker))) as port:
        curl = f"curl -s -i http://127.0.0.1:{port}/auth/"
        assert "Set-Cookie" not in rest.typed(f"{curl}?user={user}")
        good = rest.typed(f"{curl} -d user={user} --data-urlencode 'password=right for {user}'")
        assert good.startswith("HTTP/1.1 200 ") and "Set-Cookie" in good
        for password in ("wrong", "", f"right for {user}%0a", f"x%0aright for {user}"):
            bad = rest.typed(f"{curl} -d user={user} -d 'password={password}'")
            assert bad.startswith("HTTP/1.1 401 ") and "Set-Cookie" not in bad
        out = rest.typed(f"curl -s -i -X POST http://127.0.0.1:{port}/auth/logout")
        assert "Max-Age=0" in out


@as_root
def test_secrets_are_their_users_alone(rest):
    for name in ("proxy/session.key", "proxy/certificate.key", "token/token", "proxy/authenticator"):
        assert b"Permission denied" in rest.cluster.shell(f"cat {rest.cluster.dir}/{name}").stderr
    assert stat.S_IMODE(rest.key.stat().st_mode) == 0o600
    assert len(rest.key.read_bytes()) == 64
    secrets = [Path(rest.cluster.dir, "token", "token").read_text().strip(), rest.cookie()[:60]]
    for file in [*Path(rest.cluster.dir, "log").iterdir(), *Path(rest.cluster.dir, "proxy/logs").iterdir()]:
        assert not [secret for secret in secrets if secret in file.read_text(errors="replace")], file


@as_root
def test_no_part_is_root(rest):
    owners = {}
    for line in rest.cluster.scaleout("status").splitlines():
        found = re.match(r"  (restd-inet|token|authenticator|nginx) +running, pid (\d+)", line)
        if found:
            owners[found[1]] = Path("/proc", found[2]).owner()
    assert owners == {
        "restd-inet": "nobody",
        "token": "slurm",
        "authenticator": "www-data",
        "nginx": "www-data",
    }


def test_a_key_that_others_can_read_is_refused(tmp_path):
    for content, mode, reason in ((b"0" * 32, 0o644, "its user's alone"), (b"0" * 31, 0o600, "too short")):
        key = tmp_path / "key"
        key.write_bytes(content)
        key.chmod(mode)
        command = [sys.executable, PROXY / "authenticator.py", f"--socket={tmp_path}/s", f"--key={key}"]
        done = subprocess.run(
            [*command, "--token=t", "--demonstration=u"], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1 and reason in done.stderr


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_the_token_is_renewed_before_it_expires(rest, tmp_path):
    user = "slurm" if os.geteuid() == 0 else rest.cluster.user
    directory = Path(short_dir())
    try:
        (directory / "renew_token.py").write_bytes((PROXY / "renew_token.py").read_bytes())
        (directory / "to").mkdir()
        if os.geteuid() == 0:
            os.chown(directory / "to", Path(rest.cluster.dir, "log").stat().st_uid, -1)
        file = directory / "to" / "token"
        renewal = subprocess.Popen(
            [f"{rest.cluster.bin}/python3", directory / "renew_token.py", file, "--lifespan=8"],
            env=rest.cluster.env(user),
            cwd="/",
            **identity(user),
        )
        try:
            rest.cluster.wait(file.exists)
            first = file.read_text()
            assert stat.S_IMODE(file.stat().st_mode) == 0o640
            rest.cluster.wait(lambda: file.read_text() != first)
            assert claims(file.read_text())["iat"] < claims(first)["exp"]
            assert os.listdir(directory / "to") == ["token"]
        finally:
            renewal.terminate()
            renewal.wait()
    finally:
        subprocess.run(["rm", "-r", str(directory)], check=True)


def test_scaleout_adds_lists_and_ends_them(reachable):
    """Also what a killed nginx leaves behind."""
    if missing_nginx():
        pytest.skip(missing_nginx())
    cluster = Cluster(short_dir(), reachable)
    try:
        assert "SCALEOUT_REST" not in cluster.up("--nodes", "1", "--no-accounting")
        assert "SCALEOUT_REST=" in cluster.up("--with-rest", "--rest-bin", reachable)
        assert "SCALEOUT_PROXY=" in cluster.up("--with-proxy", "--rest-bin", reachable)
        assert "already up" in cluster.up("--with-rest", "--with-proxy", "--rest-bin", reachable)
        status = cluster.scaleout("status")
        for name in ("restd-inet", "token", "authenticator", "nginx"):
            assert re.search(rf"(?m)^  {name} +running", status)
        cluster.stop("restd-inet")
        assert scaleout("status", "--dir", cluster.dir).returncode == 1
        cluster.up()
        assert cluster.shell(f"curl -s {address(cluster)}/slurm/v0.0.35/ping").stdout
        os.kill(int(re.search(r"nginx +running, pid (\d+)", cluster.scaleout("status"))[1]), 9)
    finally:
        cluster.down()
    assert processes_of(cluster.dir) == []
    assert not os.path.lexists(cluster.dir)


def address(cluster):
    return re.search(r"export SCALEOUT_REST=(\S+)", cluster.scaleout("env"))[1]


def test_a_missing_restd_inet_is_reported(tmp_path):
    done = scaleout("up", "--dir", tmp_path / "c", "--with-rest", "--rest-bin", tmp_path)
    assert done.returncode == 1 and "--rest-bin" in done.stderr
    assert not (tmp_path / "c").exists()
