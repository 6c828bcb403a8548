"""Two instances of restd-inet behind HAProxy (contrib/haproxy) under load, restarted in turn, or killed.

Each request asks for something of its own, so that an answer to another one is noticed.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tests.cluster.cluster import CHECKOUT, identity
from tests.cluster.serving import accepts, free_port, get, until

HAPROXY = CHECKOUT / "contrib" / "haproxy"
PROGRAM = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin")
CLIENTS = 6


class Instances:
    """Instances with an HAProxy before them, in a directory of their own; `port` is HAProxy's."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.dir = Path(tempfile.mkdtemp(prefix="ha-", dir="/tmp"))
        self.dir.chmod(0o755)
        self.port = free_port()
        self.ports = {name: free_port() for name in ("one", "two")}
        self.socket = str(self.dir / "stats")
        self.processes = {}

    def __enter__(self):
        try:
            return self._entered()
        except BaseException:
            self.__exit__()
            raise

    def _entered(self):
        text = (HAPROXY / "haproxy.cfg").read_text()
        changes = {":6820": f"127.0.0.1:{self.port}", "/run/haproxy/restd.sock": self.socket}
        changes |= {
            f"127.0.0.1:{6821 + at}": f"127.0.0.1:{port}" for at, port in enumerate(self.ports.values())
        }
        for old, new in changes.items():
            assert old in text
            text = re.sub(
                rf"(?m)^(?!\s*#)(.*){re.escape(old)}\b", lambda found, new=new: found[1] + new, text
            )
        (self.dir / "haproxy.cfg").write_text(text)
        for name in self.ports:
            self.start(name)
        self.run("haproxy", [PROGRAM, "-db", "-f", str(self.dir / "haproxy.cfg")])
        until(lambda: accepts(self.port), "haproxy")
        until(lambda: get(self.port, "/readyz")[0] == 200, "ready instance")
        return self

    def __exit__(self, *error):
        for name in list(self.processes):
            self.stop(name)
        shutil.rmtree(self.dir)

    def run(self, name, command, **options):
        with open(self.dir / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **options
            )

    def start(self, name):
        port = self.ports[name]
        command = [
            f"{self.cluster.bin}/restd-inet",
            "-a",
            "jwt",
            "--max-per-source",
            "124",
            f"127.0.0.1:{port}",
        ]
        options = {"env": self.cluster.env(), "cwd": self.cluster.jobs, **identity(self.cluster.user)}
        self.run(name, command, **options)
        until(lambda: accepts(port), "instance")

    def stop(self, name):
        process = self.processes.pop(name)
        process.terminate()
        process.wait(90)

    def kill(self, name):
        """All its processes at once, as a machine that loses its power."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def rolling_restart(self):
        """With contrib/haproxy/rolling-restart; a file asks for each restart, which is done here."""
        wish, done = self.dir / "wish", self.dir / "done"
        command = f"echo $SERVER > {wish}.new; mv {wish}.new {wish}; "
        command += f"while [ ! -e {done} ]; do sleep 0.1; done; rm {done}"
        program = [sys.executable, str(HAPROXY / "rolling-restart"), self.socket, command]
        with subprocess.Popen(
            program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as running:
            while running.poll() is None:
                with contextlib.suppress(FileNotFoundError):
                    name = wish.read_text().strip()
                    wish.unlink()
                    self.stop(name)
                    self.start(name)
                    done.touch()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    running.wait(0.1)
            return running.returncode, running.stdout.read()


class Load:
    """Clients that keep asking until `end`. failed: what was no answer; wrong: answers to other requests."""

    def __init__(self, port, token):
        self.port, self.token = port, token
        self.count, self.failed, self.wrong = 0, [], []
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _client(self, number):
        client, at = None, 0
        while not self._ended.is_set():
            at += 1
            wrong = failed = None
            try:
                client = client or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                # Every other one changes something, as far as HAProxy knows: it is sent once.
                wrong = (
                    self._post(client, f"c{number}n{at}")
                    if at % 2
                    else self._get(client, number * 1_000_000 + at)
                )
            except Exception as error:
                failed = f"{'POST' if at % 2 else 'GET'}: {error!r}"
                if client:
                    client.close()
                client = None
            with self._lock:
                self.count += 1
                self.failed += [failed] if failed else []
                self.wrong += [wrong] if wrong else []

    def _ask(self, client, method, path, body, status):
        headers = {"X-SLURM-USER-TOKEN": self.token, "Content-Type": "application/json"}
        client.request(method, path, body, headers)
        answer = client.getresponse()
        text = answer.read().decode()
        if answer.status != status:
            raise OSError(f"{answer.status} {text[:200]}")
        return text

    def _post(self, client, name):
        body = json.dumps({"hostlist": f"{name}-[1-3]"})
        text = self._ask(client, "POST", "/util/v0.0.44/hostnames", body, 200)
        return "" if json.loads(text)["hostnames"] == [f"{name}-{at}" for at in (1, 2, 3)] else text

    def _get(self, client, job):
        text = self._ask(client, "GET", f"/slurm/v0.0.44/job/x{job}", None, 400)
        return "" if f"x{job}" in text else text


def roll(cluster, requests):
    """Rolling restarts until so many requests are answered: the load, and the number of the restarts."""
    restarts = 0
    with Instances(cluster) as instances, Load(instances.port, cluster.token()) as load:
        while load.count < requests or not restarts:
            code, said = instances.rolling_restart()
            assert code == 0, said
            restarts += 1
    return load, restarts


def lose(cluster, before=200, after=200):
    """One of two instances is killed: the load, after the other has served for a while."""
    with Instances(cluster) as instances, Load(instances.port, cluster.token()) as load:
        until(lambda: load.count >= before, "load")
        instances.kill("one")
        gone = load.count
        until(lambda: load.count >= gone + after, "load after the end of an instance")
        failed = len(load.failed)
        instances.start("one")
        rest = load.count
        until(lambda: load.count >= rest + after, "load after the return of the instance")
        assert len(load.failed) == failed
    return load
