"""configure.py --check: whether the parts of a proxy are there and work, each with what to do if not.

It runs as the proxy's user, who has to be able to read what is read here.
"""

import http.client
import os
import re
import socket
import ssl
import stat
import subprocess
import time
from pathlib import Path

import jwt

SECONDS = 10
#: A certificate or token that ends sooner is named.
SOON = {"certificate": 14 * 86400, "token": 300}


class Wrong(Exception):
    """What is wrong, and what to do."""


def main(directory, token):
    """Prints a line for each part; 1 if one is wrong."""
    conf = directory / "nginx.conf"
    if not conf.exists():
        print(f"nginx.conf: {conf} is not there, or not for you to read: run configure.py {directory} first")
        return 1
    text = conf.read_text()
    checks = {"nginx.conf": lambda: syntax(directory), "certificate": lambda: certificate(text)}
    if "auth_request" in text:
        checks |= {
            "session.key": lambda: secret(directory / "session.key"),
            "token": lambda: fresh(token),
            "authenticator": lambda: authenticator(directory / "authenticator"),
        }
    for address in upstreams(text):
        checks[f"restd-inet at {address}"] = lambda address=address: ready(address)
    for address in re.findall(r"listen (\S+?)(?: ssl)?;", text):
        checks[f"nginx at {address}"] = lambda address=address: listens(address)
    wrong = 0
    for name, check in checks.items():
        try:
            print(f"{name}: {check()}")
        except (Wrong, OSError, http.client.HTTPException) as error:
            print(f"{name}: NOT OK: {error}")
            wrong += 1
    return 1 if wrong else 0


def syntax(directory):
    command = ["nginx", "-t", "-p", directory, "-c", directory / "nginx.conf", "-e", "stderr"]
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env={"PATH": path})
    if done.returncode:
        raise Wrong(f"{done.stderr.strip().splitlines()[0]}: run configure.py again")
    return "ok"


def certificate(text):
    file = Path(re.search(r"ssl_certificate (\S+);", text)[1])
    command = ["openssl", "x509", "-noout", "-enddate", "-in", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Wrong(f"{file} is no certificate that can be read: see --certificate of configure.py")
    end = done.stdout.strip().partition("=")[2]
    left = ssl.cert_time_to_seconds(end) - time.time()
    if left < SOON["certificate"]:
        raise Wrong(
            f"{file} ends at {end}: get another, or remove it and run configure.py for a self-signed one"
        )
    return f"ok, until {end}"


def secret(file):
    status = file.stat()
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO) or status.st_uid not in (0, os.geteuid()):
        raise Wrong(f"{file} is to be the proxy's user's alone: chown and chmod 0600")
    return "ok"


def fresh(file):
    if file is None:
        raise Wrong("say with --token FILE where renew_token.py keeps it")
    try:
        left = jwt.decode(file.read_text().strip(), options={"verify_signature": False})["exp"] - time.time()
    except (jwt.PyJWTError, KeyError):
        raise Wrong(f"{file} has no token: see the log of renew_token.py") from None
    if left < SOON["token"]:
        raise Wrong(
            f"that in {file} expires in {left:.0f} s: renew_token.py does not run, or slurmctld is away"
        )
    return f"ok, for {left / 60:.0f} minutes"


def authenticator(path):
    status, _ = get(str(path), "/check")
    if status != 401:
        raise Wrong(f"{path} answers {status}, not 401, to nobody: see its log")
    return "ok"


def upstreams(text):
    block = re.search(r"upstream restd \{(.*?)\}", text, re.DOTALL)[1]
    return re.findall(r"server (\S+);", block)


def ready(address):
    status, text = get(address.removeprefix("unix:"), "/readyz")
    if status != 200:
        raise Wrong(f"/readyz answers {status}: {text.strip()}")
    return "ok"


def listens(address):
    host, _, port = address.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), SECONDS):
        return "ok"


class Unix(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self.host)


def get(address, path):
    """Status and text of an answer; address: a path, or host:port."""
    host, _, port = address.rpartition(":")
    local = address.startswith("/")
    client = Unix("localhost") if local else http.client.HTTPConnection(host.strip("[]"), int(port), SECONDS)
    if local:
        client.host = address
    try:
        client.request("GET", path, headers={"Host": "localhost"})
        answer = client.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except OSError as error:
        raise Wrong(
            f"{address}: {error.strerror or error}: it does not run, or is not for you to reach"
        ) from None
    finally:
        client.close()
