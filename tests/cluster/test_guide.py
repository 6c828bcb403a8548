"""docs/administration.md: its steps, run as it says."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import jwt
import lacking
import pytest

from restd_inet.options import OPTIONS

from .cluster import CHECKOUT, identity
from .serving import Client, accepts, free_port, get, running, until
from .typed import as_root

GUIDE = (CHECKOUT / "docs" / "administration.md").read_text()
PING = "/slurm/v0.0.44/ping"


def test_the_drop_in_serves_what_slurmrestd_served(bare_cluster, tmp_path):
    """Its last ExecStart, as systemd runs it with what stands in /etc/default/slurmrestd."""
    lines = re.findall(r"^ +ExecStart=(\S+ .+)$", GUIDE, re.MULTILINE)
    assert len(lines) == 1
    port = free_port()
    words = lines[0].replace("0.0.0.0:6820", f"localhost:{port}").split()
    words[0] = f"{bare_cluster.bin}/{Path(words[0]).name}"
    at = words.index("$SLURMRESTD_OPTIONS")
    words[at : at + 1] = ["-v", "-a", "rest_auth/jwt", "-t", "20", "-f", bare_cluster.conf]
    env = {**bare_cluster.env(), "SLURM_JWT": "daemon", "SLURMRESTD_DEBUG": "5"}
    with running(words, tmp_path / "log", env=env, cwd="/", **identity(bare_cluster.user)):
        until(lambda: accepts(port), "listener", 20)
        assert get(port, PING, bare_cluster.token())[0] == 200
        assert get(port, PING)[0] == 401
        assert get(port, "/readyz")[0] == 200


def test_every_option_of_slurmrestd_has_a_row():
    rows = "\n".join(line for line in GUIDE.splitlines() if line.startswith("| "))
    ours = {flag for option in OPTIONS for flag in option.flags}
    for flag in ("-a", "-d", "-f", "-g", "-h", "-s", "-t", "-u", "-v", "-V", "--generate-openapi-spec"):
        assert f"`{flag}`" in rows
        assert flag in ours
    for name in set(re.findall(r"SLURMRESTD_\w+", rows)) - {"SLURMRESTD_OPTIONS"}:
        assert name in {"SLURMRESTD_LISTEN", *(name for option in OPTIONS for name in option.env)}


def test_every_limit_is_explained_and_is_an_option():
    ours = {flag for option in OPTIONS for flag in option.flags}
    limits = {flag for flag in ours if flag.startswith(("--max-", "--min-")) or flag.endswith("-timeout")}
    named = set(re.findall(r"`(--[a-z-]+)`", GUIDE.partition("## Limits")[2].partition("## What")[0]))
    assert limits <= named
    assert named <= ours


def test_the_tests_that_it_names_exist():
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", GUIDE)
    assert len(named) > 5
    for file, test in named:
        (found,) = (CHECKOUT / "tests").rglob(file)
        assert f"def {test}(" in found.read_text()


@as_root
@pytest.mark.parametrize("readable", [False, True], ids=["slurmctld verifies", "restd-inet verifies"])
def test_the_key_of_tokens_is_replaced(bare_cluster, tmp_path, readable):
    key, port = Path(bare_cluster.dir, "etc", "jwt_hs256.key"), free_port()
    old_key, old_token = key.read_bytes(), bare_cluster.token()
    group = os.stat(key).st_gid
    options = {"env": bare_cluster.env(), "cwd": "/", **identity(bare_cluster.user)}
    if readable:  # by the group of the user that restd-inet runs as
        os.chown(key, -1, options["group"])
        key.chmod(0o640)
    command = [f"{bare_cluster.bin}/restd-inet", "-a", "jwt", f"localhost:{port}"]
    try:
        with running(command, tmp_path / "log", **options) as process:
            until(lambda: accepts(port), "listener", 20)
            assert get(port, PING, old_token)[0] == 200
            block = re.search(r"^head -c|head -c (\d+) /dev/urandom", GUIDE)
            new = subprocess.run(["head", "-c", block[1], "/dev/urandom"], capture_output=True, check=True)
            key.write_bytes(new.stdout)
            bare_cluster.stop("slurmctld")
            bare_cluster.start("slurmctld")
            process.send_signal(signal.SIGHUP)
            until(lambda: get(port, PING, bare_cluster.token())[0] == 200, "answer to a new token")
            assert get(port, PING, old_token)[0] == 401
    finally:
        key.write_bytes(old_key)
        os.chown(key, -1, group)
        key.chmod(0o600)
        bare_cluster.stop("slurmctld")
        bare_cluster.start("slurmctld")


class KeySet:
    """A file for jwks=, exchanged as a whole; each key has its name as kid."""

    def __init__(self, file):
        self.file = file
        rsa = pytest.importorskip(
            "cryptography.hazmat.primitives.asymmetric.rsa", reason=lacking.python_package("cryptography")
        )
        self.keys = {name: rsa.generate_private_key(65537, 2048) for name in ("old", "new")}

    def hold(self, *names):
        public = jwt.algorithms.RSAAlgorithm.to_jwk
        keys = [
            {**json.loads(public(self.keys[name].public_key())), "kid": name, "alg": "RS256"}
            for name in names
        ]
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps({"keys": keys}))
        fresh.chmod(0o644)
        fresh.replace(self.file)

    def token(self, name, user):
        now = int(time.time())
        claims = {"iat": now, "exp": now + 600, "sun": user}
        return jwt.encode(claims, self.keys[name], algorithm="RS256", headers={"kid": name})


def authenticated(port, token):
    """The status of a request that asks nobody but restd-inet."""
    client = Client(port)
    headers = {"X-SLURM-USER-TOKEN": token, "Content-Type": "application/json"}
    client.request("POST", "/util/v0.0.45/hostnames", b'{"hostlist": "host[1-3]"}', headers)
    answer = client.getresponse()
    answer.read()
    client.close()
    return answer.status


def test_keys_of_a_set_are_replaced_without_refusing_a_token(bare_cluster, tmp_path):
    """Under load, and without a reload: each token is accepted as long as its key is in the set."""
    directory, port = Path(bare_cluster.jobs) / f"keys-{free_port()}", free_port()
    directory.mkdir()
    directory.chmod(0o755)
    keys, conf = KeySet(directory / "jwks.json"), directory / "slurm.conf"
    lines = Path(bare_cluster.conf).read_text().splitlines()
    kept = [line for line in lines if not line.lower().startswith("authaltparameters=")]
    conf.write_text("\n".join([*kept, f"AuthAltParameters=jwks={keys.file}", ""]))
    conf.chmod(0o644)
    old, new = (keys.token(name, bare_cluster.user) for name in ("old", "new"))
    keys.hold("old")
    options = {"env": bare_cluster.env(), "cwd": "/", **identity(bare_cluster.user)}
    command = [f"{bare_cluster.bin}/restd-inet", "-a", "jwt", "-f", conf, f"localhost:{port}"]
    in_use, found, stop = [old], [], threading.Event()

    def load():
        while not stop.is_set():
            found.append(authenticated(port, in_use[0]))

    clients = [threading.Thread(target=load) for _ in range(2)]
    with running(command, tmp_path / "log", **options):
        until(lambda: accepts(port), "listener")
        assert (authenticated(port, old), authenticated(port, new)) == (200, 401)
        for client in clients:
            client.start()
        try:
            until(lambda: len(found) > 20, "load")
            keys.hold("old", "new")
            assert (authenticated(port, new), authenticated(port, old)) == (200, 200)
            in_use[0] = new
            until(lambda: len(found) > 40, "load by the new token")
            keys.hold("new")
            assert (authenticated(port, new), authenticated(port, old)) == (200, 401)
            before = len(found)
            until(lambda: len(found) > before + 20, "load after the exchange")
        finally:
            stop.set()
            for client in clients:
                client.join()
    assert set(found) == {200}
    shutil.rmtree(directory)
