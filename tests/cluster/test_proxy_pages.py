"""contrib/proxy as people meet it: the form, where it leads, logout; its units, --check, and TLS alone."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

import lacking
import pytest
from browser import PROGRAM, chromium

from .cluster import identity
from .proxy import PROXY, Rest, answers_at, free_port, missing_nginx
from .serving import running, until
from .typed import as_root, no_jobs_left

__all__ = ["no_jobs_left"]

BROWSER = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
UNITS = sorted((PROXY / "units").iterdir())


@pytest.fixture(scope="module")
def rest(cluster):
    if missing_nginx():
        pytest.skip(lacking.program("nginx, curl or openssl", "nginx-light curl openssl"))
    return Rest(cluster)


def ask(rest, method, path, *headers, body=""):
    """Status, head and body of an answer of the proxy's to someone without a cookie."""
    lines = [f"{method} {path} HTTP/1.1", "Host: proxy", "Connection: close", *headers]
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    answer = rest.exchange(("\r\n".join([*lines, "", ""]) + body).encode(), timeout=30).decode()
    head, _, text = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head, text


def location(head):
    found = [
        line.partition(":")[2].strip() for line in head.split("\r\n") if line.lower().startswith("location:")
    ]
    return found[0] if found else ""


def test_a_browser_is_sent_to_the_form_and_a_program_is_told(rest):
    for path in ("/", "/docs", "/slurm/v0.0.44/jobs?flags=a&update_time=1"):
        status, head, _ = ask(rest, "GET", path, BROWSER)
        assert (status, location(head)) == (302, f"/auth/?next={path}")
    for headers in ((), ("Accept: */*",), ("Accept: application/json",)):
        assert ask(rest, "GET", "/slurm/v0.0.44/jobs", *headers)[0] == 401
    assert ask(rest, "POST", "/slurm/v0.0.44/job/submit", BROWSER)[0] == 401


def test_the_form_leads_on_to_where_one_was_going(rest):
    target = "/docs?a=1&b=%2F"
    _, _, text = ask(rest, "GET", f"/auth/?next={target}", BROWSER)
    assert 'name="next" value="/docs?a=1&amp;b=%2F"' in text
    body = urllib.parse.urlencode({"next": target, "user": rest.cluster.user, "password": "x"})
    status, head, _ = ask(rest, "POST", "/auth/", BROWSER, body=body)
    assert (status, location(head)) == (303, target)
    assert "Set-Cookie: slurm-proxy=" in head


ELSEWHERE = ["//evil.example", "/\\evil.example", "https://evil.example/", "evil", "/auth/logout", "\"'<b>"]


@pytest.mark.parametrize("place", [*ELSEWHERE, "/a\r\nX: y", "/\tx"])
def test_it_leads_nowhere_else(rest, place):
    if place in ELSEWHERE:  # the others are no target of a request
        _, _, text = ask(rest, "GET", f"/auth/?next={place}", BROWSER)
        assert 'name="next" value="/"' in text
    body = urllib.parse.urlencode({"next": place, "user": rest.cluster.user, "password": "x"})
    status, head, _ = ask(rest, "POST", "/auth/", BROWSER, body=body)
    assert (status, location(head)) == (303, "/")


def test_a_wrong_password_shows_the_form_again(rest):
    body = urllib.parse.urlencode({"next": "/docs", "user": "root", "password": "x"})
    status, head, text = ask(rest, "POST", "/auth/", BROWSER, body=body)
    assert status == 401
    assert "wrong user or password" in text
    assert 'name="next" value="/docs"' in text
    assert "Set-Cookie" not in head
    status, _, text = ask(rest, "POST", "/auth/", body=body)
    assert (status, text) == (401, "wrong user or password\n")


def test_the_pages_allow_their_own_style_and_nothing_else(rest):
    _, head, text = ask(rest, "GET", "/auth/", BROWSER)
    assert (
        "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-"
        in head
    )
    assert "<script" not in text


@pytest.mark.skipif(PROGRAM is None, reason=lacking.program("chromium"))
@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desk", "phone"])
def test_in_a_browser_from_the_form_to_the_cluster_and_out_again(rest, size):
    with chromium(timeout=40) as page:
        page.window(*size)
        page.open(f"http://{rest.proxy}/")
        page.wait("!!document.querySelector('input[name=user]')")
        assert page.value("getComputedStyle(document.querySelector('main')).borderTopLeftRadius") == "10px"
        assert page.value("document.documentElement.scrollWidth") <= size[0]
        page.type("input[name=user]", rest.cluster.user)
        page.type("input[name=password]", "x")
        page.click("button")
        page.wait("document.querySelector('#glance')?.hidden === false")
        assert page.value("document.querySelectorAll('#nodes a').length") == 4
        assert page.value("document.querySelector('#who').innerText") == rest.cluster.user
        page.click("#logout button")
        page.wait("document.querySelector('h1')?.innerText == 'Goodbye'")
        page.open(f"http://{rest.proxy}/docs")
        page.wait("!!document.querySelector('input[name=user]')")
        assert not [line for line in page.complaints if "Security Policy" in line]


# Its parts.


def checked(rest, directory, *arguments):
    user = rest.web_user()
    options = {"cwd": "/", "env": rest.cluster.env(user), **identity(user)}
    command = [f"{rest.cluster.bin}/python3", PROXY / "configure.py", directory, "--check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def test_check_says_of_each_part_whether_it_is_well(rest):
    directory, token = Path(rest.cluster.dir, "proxy"), Path(rest.cluster.dir, "token", "token")
    done = checked(rest, directory, "--token", str(token))
    assert done.returncode == 0, done.stdout + done.stderr
    names = [line.partition(": ")[0].split(" at ")[0] for line in done.stdout.splitlines()]
    assert {
        "nginx.conf",
        "certificate",
        "session.key",
        "token",
        "authenticator",
        "restd-inet",
        "nginx",
    } == set(names)
    done = checked(rest, directory)
    assert done.returncode == 1
    assert "token: NOT OK: say with --token" in done.stdout


def test_check_says_what_does_not_run(rest):
    rest.cluster.stop("authenticator")
    try:
        done = checked(rest, Path(rest.cluster.dir, "proxy"), "--token", f"{rest.cluster.dir}/token/token")
        assert done.returncode == 1
        assert "authenticator: NOT OK: " in done.stdout
        assert "it does not run" in done.stdout
    finally:
        rest.cluster.start("authenticator")


def test_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip(lacking.program("systemd-analyze", "systemd"))
    for unit in UNITS:
        # What they start is not here.
        text = "".join(
            "ExecStart=/bin/true\n" if line.startswith("ExecStart=") else line
            for line in unit.read_text().splitlines(keepends=True)
            if not line.startswith("ExecStartPre=")
        )
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(unit.name for unit in UNITS)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{tmp_path}:", "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert [line for line in (done.stdout + done.stderr).splitlines() if "slurm-proxy" in line] == []


@contextlib.contextmanager
def tls_alone(rest):
    """The second example; its port and certificate."""
    user, port = rest.web_user(), free_port()
    directory = Path(tempfile.mkdtemp(prefix="px-", dir="/tmp"))
    try:
        directory.chmod(0o755)
        make = [sys.executable, PROXY / "configure.py", directory / "proxy", "--tokens"]
        make += [
            f"--listen-tls=127.0.0.1:{port}",
            f"--upstream={rest.rest.replace('localhost', '127.0.0.1')}",
        ]
        subprocess.run([*make, *([f"--user={user}"] if os.geteuid() == 0 else [])], check=True)
        certificate = directory / "certificate.pem"
        shutil.copy(directory / "proxy" / "certificate.pem", certificate)
        certificate.chmod(0o644)
        command = [
            "/usr/sbin/nginx",
            "-p",
            directory / "proxy",
            "-c",
            directory / "proxy" / "nginx.conf",
            "-e",
            "stderr",
        ]
        with running(command, directory / "log", cwd="/", env=rest.cluster.env(user), **identity(user)):
            until(lambda: answers_at(port), "nginx")
            yield directory / "proxy", port, certificate
    finally:
        shutil.rmtree(directory)


@as_root
def test_tls_alone_and_users_keep_their_tokens(rest):
    assert pwd.getpwnam(rest.web_user())
    with tls_alone(rest) as (directory, port, certificate):
        url = f"https://localhost:{port}"
        line = f"curl -s --cacert {certificate} {url}/slurm/v0.0.44/ping"
        assert '"status":401' in rest.typed(f"{line} -w '\"status\":%{{http_code}}'")
        assert '"pinged":"UP"' in rest.typed(
            f'export $(scontrol token)\n{line} -H "X-SLURM-USER-TOKEN: $SLURM_JWT"'
        )
        assert '"pinged":"UP"' in rest.typed(
            f'export $(scontrol token)\n{line} -H "Authorization: Bearer $SLURM_JWT"'
        )
        # restd-inet get takes it as well.
        command = f"SSL_CERT_FILE={certificate} restd-inet get ping --url {url}"
        assert '"responding":true' in rest.typed(f"export $(scontrol token)\n{command}")
        done = checked(rest, directory)
        assert done.returncode == 0, done.stdout
        assert "session.key" not in done.stdout
