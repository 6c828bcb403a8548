"""What is installed changes under a running listener: requests say so, SIGHUP starts the new."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .cluster import identity
from .serving import Client, get, running, until

PING = "/slurm/v0.0.44/ping"


@pytest.fixture
def installed(bare_cluster):
    """A copy of what is installed, which a listener runs from; its directory."""
    where = Path(bare_cluster.jobs, f"installed-{os.getpid()}")
    site = subprocess.run(
        [f"{bare_cluster.bin}/python", "-c", "import restd_inet; print(restd_inet.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    ).stdout.strip()
    for name in ("restd_inet", "libslurm_cffi"):
        shutil.copytree(Path(site).parent / name, where / name)
    yield where
    shutil.rmtree(where)


@contextlib.contextmanager
def listening(cluster, installed, log, *options, **environment):
    """A listener on a Unix socket, as the ordinary user; its process, with the path of the socket."""
    path = f"{installed}/socket"
    os.chmod(installed, 0o777)
    env = {**cluster.env(), "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    how = {"env": env, "cwd": cluster.jobs, **identity(cluster.user)}
    command = [f"{cluster.bin}/restd-inet", "-a", "jwt", *options, f"unix:{path}"]
    with running(command, log, **how) as process:
        until(lambda: "listening on" in log.read_text(), "listener")
        process.path = path
        yield process


def install_anew(file, old, new):
    """As pip does it: another file in its place."""
    text = file.read_text()
    assert old in text
    fresh = file.with_suffix(".new")
    fresh.write_text(text.replace(old, new))
    fresh.replace(file)


def test_a_new_version(bare_cluster, installed, tmp_path):
    log, token = tmp_path / "log", bare_cluster.token()
    with listening(bare_cluster, installed, log) as process:
        assert get(process.path, PING, token)[0] == 200
        kept = Client(process.path)
        kept.request("GET", "/healthz")
        assert kept.getresponse().read() == b"ok\n"

        install_anew(installed / "restd_inet" / "app" / "health.py", 'b"ok\\n"', 'b"new\\n"')
        install_anew(installed / "restd_inet" / "__init__.py", '__version__ = "', '__version__ = "9.')

        for path in (PING, "/readyz", "/healthz", "/slurm/v1/diag"):
            status, answer = get(process.path, path, token)
            assert status == 503
            assert "restd-inet was installed anew" in str(answer)
            assert "SIGHUP" in str(answer)
        kept.request("GET", "/healthz")
        assert kept.getresponse().status == 503
        assert "restd-inet was installed anew" in log.read_text()

        process.send_signal(signal.SIGHUP)
        until(lambda: get(process.path, "/healthz") == (200, "new\n"), "new version")
        assert get(process.path, PING, token)[0] == 200
        assert "the new program serves now" in log.read_text()

        process.send_signal(signal.SIGHUP)
        until(lambda: log.read_text().count("the new program serves now") == 2, "reload")
        assert get(process.path, PING, token)[0] == 200
        process.terminate()
        assert process.wait(60) == 0
    assert not Path(process.path).exists()


def test_a_new_version_counts_the_connections_of_the_one_before(bare_cluster, installed, tmp_path):
    log = tmp_path / "log"
    with listening(bare_cluster, installed, log, "-vvv", "--max-connections=2") as process:
        held = [Client(process.path) for _ in range(2)]
        for client in held:
            client.connect()
        until(lambda: log.read_text().count("connection accepted") == 2, "connections")
        install_anew(installed / "restd_inet" / "__init__.py", '__version__ = "', '__version__ = "9.')
        process.send_signal(signal.SIGHUP)
        until(lambda: "the new program serves now" in log.read_text(), "new version")
        third = Client(process.path)
        third.request("GET", "/healthz")
        third.sock.settimeout(0.5)
        with pytest.raises(TimeoutError):
            third.sock.recv(1)
        held[0].close()
        third.sock.settimeout(60)
        assert third.getresponse().status == 200
        third.close()


def test_a_new_version_that_cannot_start(bare_cluster, installed, tmp_path):
    log = tmp_path / "log"
    with listening(bare_cluster, installed, log) as process:
        install_anew(installed / "restd_inet" / "options.py", "import getopt", "import no_such_module")
        install_anew(installed / "restd_inet" / "__init__.py", '__version__ = "', '__version__ = "9.')
        process.send_signal(signal.SIGHUP)
        until(lambda: "cannot start: No module named 'no_such_module'" in log.read_text(), "reason")
        until(lambda: "continuing with the previous" in log.read_text(), "end of the attempt")
        assert get(process.path, "/readyz")[0] == 503

        install_anew(installed / "restd_inet" / "options.py", "import no_such_module", "import getopt")
        process.send_signal(signal.SIGHUP)
        until(lambda: get(process.path, "/healthz")[0] == 200, "new version")


def test_another_libslurm(bare_cluster, installed, tmp_path):
    code = "import libslurm_cffi; libslurm_cffi.lib; print(open('/proc/self/maps').read())"
    maps = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    library = next(line.split()[-1] for line in maps.stdout.splitlines() if "/libslurm.so" in line)
    own = installed / "lib" / ".".join(os.path.basename(library).split(".")[:3])
    own.parent.mkdir()
    shutil.copy(library, own)
    log, token = tmp_path / "log", bare_cluster.token()
    with listening(bare_cluster, installed, log, LD_LIBRARY_PATH=str(own.parent)) as process:
        assert get(process.path, PING, token)[0] == 200
        shutil.copy(library, own.with_name("new"))
        own.with_name("new").replace(own)
        status, answer = get(process.path, "/readyz")
        assert (status, "libslurm was replaced" in answer) == (503, True)
        process.send_signal(signal.SIGHUP)
        until(lambda: get(process.path, PING, token)[0] == 200, "new libslurm")
