"""systemd's own programs start restd-inet; its units are checked."""

import re
import shutil
import socket
import subprocess
from pathlib import Path

import lacking
import pytest

from .cluster import CHECKOUT, identity
from .serving import accepts, free_port, get, running, until

UNITS = CHECKOUT / "contrib" / "systemd"
SERVICES = sorted(str(path.relative_to(UNITS)) for path in UNITS.rglob("*.service"))
PING = "/slurm/v0.0.35/ping"

pytestmark = pytest.mark.skipif(
    not shutil.which("systemd-socket-activate"), reason=lacking.program("systemd-socket-activate", "systemd")
)


@pytest.fixture(params=[[], ["--accept", "--inetd"], ["--accept"]], ids=["listen", "inetd", "accept"])
def activate(request, cluster, tmp_path):
    """Starts systemd-socket-activate as an ordinary user."""

    def start(address, *arguments):
        command = ["systemd-socket-activate", *request.param, f"--listen={address}"]
        command += [
            "--setenv=SLURM_CONF",
            "--setenv=SLURMRESTD_SECURITY",
            f"{cluster.bin}/restd-inet",
            *arguments,
        ]
        options = {"env": cluster.env(), "cwd": cluster.jobs, **identity(cluster.user)}
        return running(command, tmp_path / "log", **options)

    return start


class TestSocketActivate:
    @pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
    def test_tcp(self, cluster, activate, host):
        port, token = free_port(), cluster.token()
        plain = host.strip("[]")
        with activate(f"{host}:{port}"):
            until(lambda: accepts(port, plain), "systemd-socket-activate")
            for _ in range(3):
                assert get(port, PING, token, plain)[0] == 200
            assert get(port, PING, None, plain)[0] == 403

    def test_unix(self, cluster, activate):
        path = f"{cluster.jobs}/a-{free_port()}.sock"
        with activate(path):
            until(lambda: Path(path).exists(), "systemd-socket-activate")
            typed = f"curl -s --unix-socket {path} http://rest{PING}"
            for _ in range(3):
                assert b'"UP"' in cluster.shell(typed).stdout


def test_systemd_is_notified_of_the_start_and_of_the_stop(cluster, tmp_path):
    where = f"{cluster.jobs}/notify-{free_port()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(where)
        Path(where).chmod(0o666)
        receiver.settimeout(60)
        options = {"env": {**cluster.env(), "NOTIFY_SOCKET": where}, **identity(cluster.user)}
        command = [f"{cluster.bin}/restd-inet", f"127.0.0.1:{free_port()}"]
        with running(command, tmp_path / "log", **options) as process:
            assert receiver.recv(1000) == b"READY=1"
            process.send_signal(1)
            assert re.fullmatch(rb"RELOADING=1\nMONOTONIC_USEC=\d+", receiver.recv(1000))
            assert receiver.recv(1000) == b"READY=1"
            process.terminate()
            assert receiver.recv(1000) == b"STOPPING=1"
            assert process.wait(60) == 0
    Path(where).unlink()


@pytest.mark.parametrize(
    ("wrong", "reason"), [("", "slurm.conf cannot be read"), ("NoSuchOption=1\n", "NoSuchOption")]
)
def test_a_socket_whose_service_cannot_start_is_answered(cluster, tmp_path, wrong, reason):
    """503 with the reason, instead of a silence until systemd gives up; and it serves as soon as it can."""
    port = free_port()
    conf, where = Path(cluster.jobs, f"conf-{port}"), f"{cluster.jobs}/notify-{port}"
    if wrong:
        conf.write_text(Path(cluster.conf).read_text() + wrong)
        conf.chmod(0o644)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(where)
        Path(where).chmod(0o666)
        receiver.settimeout(60)
        command = ["systemd-socket-activate", f"--listen=127.0.0.1:{port}", "--setenv=SLURM_CONF"]
        command += ["--setenv=SLURMRESTD_SECURITY", "--setenv=NOTIFY_SOCKET", f"{cluster.bin}/restd-inet"]
        env = {**cluster.env(), "SLURM_CONF": str(conf), "NOTIFY_SOCKET": where}
        options = {"env": env, "cwd": cluster.jobs, **identity(cluster.user)}
        with running(command, tmp_path / "log", **options):
            until(lambda: accepts(port), "systemd-socket-activate")
            status, answer = get(port, "/readyz")
            assert (status, reason in answer) == (503, True), answer
            received = set()
            # Newer systemd-socket-activate sends a state of its own before.
            while not received >= {b"READY=1", b"STATUS=cannot serve"}:
                received |= {line.partition(b":")[0] for line in receiver.recv(1000).splitlines()}
            conf.write_text(Path(cluster.conf).read_text())
            conf.chmod(0o644)
            until(lambda: get(port, PING, cluster.token())[0] == 200, "service")
    Path(where).unlink()
    conf.unlink()


class TestUnits:
    @pytest.fixture
    def installed(self, cluster, tmp_path):
        """The units, with the program that is tested."""
        shutil.copytree(UNITS, tmp_path / "units")
        for path in (tmp_path / "units").rglob("*.service"):
            path.write_text(path.read_text().replace("/usr/bin/restd-inet", f"{cluster.bin}/restd-inet"))
            if "@" in path.name:  # a template is verified as one of its instances
                shutil.copy(path, path.with_name(path.name.replace("@", "@1")))
        return tmp_path / "units"

    @pytest.mark.parametrize("manager", ["--system", "--user"])
    def test_verify_says_nothing(self, installed, manager, tmp_path):
        directory = installed if manager == "--system" else installed / "user"
        names = [str(path) for path in sorted(directory.glob("*.s*")) if "@." not in path.name]
        done = subprocess.run(
            ["systemd-analyze", manager, "verify", "--man=no", *names],
            capture_output=True,
            text=True,
            env={
                "PATH": "/usr/bin:/bin",
                "SYSTEMD_UNIT_PATH": f"{directory}:",
                "XDG_RUNTIME_DIR": str(tmp_path),
            },
        )
        ours = [line for line in (done.stderr + done.stdout).splitlines() if "restd-inet" in line]
        assert (done.returncode, ours) == (0, [])

    @pytest.mark.parametrize("name", SERVICES)
    def test_security(self, name):
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNITS / name)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout.splitlines()[-1:]

    def test_no_memory_that_is_written_and_run(self, cluster):
        """What MemoryDenyWriteExecute= forbids is not needed: prctl(PR_SET_MDWE) is inherited."""
        program = (
            "import ctypes, os, sys; "
            "ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) and sys.exit(77); "
            "os.execvp('restd-inet', ['restd-inet'])"
        )
        line = f"printf 'GET {PING} HTTP/1.1\\r\\n\\r\\n' | python3 -c \"{program}\""
        done = cluster.shell(line)
        if done.returncode == 77:
            pytest.skip(lacking.machine("this kernel does not know PR_SET_MDWE", "Linux 6.3 does"))
        assert b'"UP"' in done.stdout.replace(b" ", b""), done.stderr
