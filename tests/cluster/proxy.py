"""restd-inet and the proxy of a cluster, as tests see them; and proxies of their own with other settings."""

import contextlib
import json
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jwt
import lacking

from .cluster import CHECKOUT, identity

PROXY = CHECKOUT / "contrib" / "proxy"
AUDIENCE = "slurm-proxy"
COOKIE = "slurm-proxy"


def missing_nginx():
    found = all(shutil.which(name, path="/usr/sbin:/usr/bin") for name in ("nginx", "curl", "openssl"))
    return None if found else lacking.program("nginx, curl or openssl", "nginx curl openssl")


class Log:
    """restd-inet's log from now on."""

    def __init__(self, path):
        self.path = Path(path)
        self.start = self.path.stat().st_size

    @property
    def requests(self):
        """(method, target, peer and user) of what restd-inet took for a request."""
        with open(self.path, "rb") as file:
            file.seek(self.start)
            lines = file.read().decode(errors="replace").splitlines()
        found = [line.partition("restd-inet: ")[2] for line in lines if " for " in line]
        return [(*line.split(" ")[:2], line.partition(" for ")[2].split(": ")[0]) for line in found]


class Rest:
    """What `scaleout up --with-proxy` adds to a cluster."""

    def __init__(self, cluster):
        self.cluster = cluster
        cluster.scaleout("up", "--with-proxy", "--rest-bin", cluster.bin)
        exports = cluster.scaleout("env").splitlines()
        values = dict(line.removeprefix("export ").split("=", 1) for line in exports)
        self.rest = values["SCALEOUT_REST"].removeprefix("http://")
        self.proxy = values["SCALEOUT_PROXY"].removeprefix("http://")
        self.tls = values["SCALEOUT_PROXY_TLS"].removeprefix("https://")
        self.certificate = values["SCALEOUT_PROXY_CERTIFICATE"]
        self.key = Path(cluster.dir, "proxy", "session.key")

    def log(self):
        return Log(f"{self.cluster.dir}/log/restd-inet.out")

    def port(self, address):
        return int(address.rpartition(":")[2])

    def typed(self, line, user=None):
        """A line of bash, with $rest and $proxy in place of the slides' host names; what it printed."""
        done = self.cluster.shell(f"rest={self.rest} proxy={self.proxy} tls={self.tls}\n{line}", user=user)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def cookie(self, user=None, key=None, algorithm="HS256", **claims):
        """A session's value, signed with the proxy's own key unless another is given."""
        now = int(time.time())
        usual = {"sub": user or self.cluster.user, "aud": AUDIENCE, "iat": now, "exp": now + 600}
        claims = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode(claims, self.key.read_bytes() if key is None else key, algorithm=algorithm)

    def exchange(self, data, port=None, timeout=3.0, tls=False, patience=0.0, half_close=False):
        """Bytes to the proxy on a connection of their own; all that comes back until it ends or is silent.

        patience: seconds for the first of it, if more than timeout, which is how long silence lasts.
        half_close: the client says that it has nothing more to send.
        """
        port = port or self.port(self.tls if tls else self.proxy)
        with contextlib.ExitStack() as stack:
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            if tls:
                context = ssl.create_default_context(cafile=self.certificate)
                sock = stack.enter_context(context.wrap_socket(sock, server_hostname="localhost"))
            sock.sendall(data)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
            found = bytearray()
            sock.settimeout(max(timeout, patience))
            with contextlib.suppress(TimeoutError, ConnectionResetError):
                while part := sock.recv(65536):
                    found += part
                    sock.settimeout(timeout)
            return bytes(found)

    def ask(self, method, path, user=None, document=None, headers=(), port=None, cookie=None, host=True):
        """One request through the proxy as that user; status and body. host: False if headers have one."""
        body = b"" if document is None else json.dumps(document).encode()
        lines = [f"{method} {path} HTTP/1.1", "Connection: close", *headers]
        lines += ["Host: proxy"] if host else []
        lines.append(f"Cookie: {COOKIE}={self.cookie(user) if cookie is None else cookie}")
        if document is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        answer = self.exchange("\r\n".join([*lines, "", ""]).encode() + body, port, timeout=60)
        head, _, rest = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), dechunked(head, rest)

    def web_user(self):
        return Path(self.cluster.dir, "proxy").owner()


def dechunked(head, body):
    if b"transfer-encoding: chunked" not in head.lower():
        return body
    found = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        found, body = found + body[:length], body[length + 2 :]
    return found


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextlib.contextmanager
def another(rest, upstreams, *configure, source=(), token=None):
    """A proxy of its own in a directory of its own, on the key of the cluster's: its port."""
    user, port = rest.web_user(), free_port()
    entry = pwd.getpwnam(user)
    directory = Path(tempfile.mkdtemp(prefix="px-", dir="/tmp"))
    place = directory / "proxy"
    running = []
    try:
        directory.chmod(0o755)
        token = rest.cluster.token("slurm" if os.geteuid() == 0 else None) if token is None else token
        for name, content in (("token", token.encode()), ("key", rest.key.read_bytes())):
            (directory / name).write_bytes(content)
            (directory / name).chmod(0o600)
            os.chown(directory / name, entry.pw_uid, entry.pw_gid)
        shutil.copy(PROXY / "authenticator.py", directory)
        addresses = [f"--listen=127.0.0.1:{port}", *(f"--upstream={address}" for address in upstreams)]
        make = [sys.executable, PROXY / "configure.py", place, *addresses, *configure]
        subprocess.run([*make, *([f"--user={user}"] if os.geteuid() == 0 else [])], check=True)
        source = source or ("--demonstration", f"{rest.cluster.dir}/etc/proxy-users")
        files = [f"--socket={place}/authenticator", f"--key={directory}/key", f"--token={directory}/token"]
        python = f"{rest.cluster.bin}/python3"
        for command in (
            [python, directory / "authenticator.py", *files, "--first-uid=1000", *source],
            ["/usr/sbin/nginx", "-p", place, "-c", place / "nginx.conf", "-e", "stderr"],
        ):
            running.append(subprocess.Popen(command, cwd="/", env=rest.cluster.env(user), **identity(user)))
        rest.cluster.wait((place / "authenticator").exists)
        rest.cluster.wait(lambda: answers_at(port))
        yield port
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(60)
        shutil.rmtree(directory)


def answers_at(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True
