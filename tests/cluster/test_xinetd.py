"""Debian's xinetd and openbsd-inetd start restd-inet, with the files of contrib/xinetd."""

import contextlib
import re
import shutil
import socket
import subprocess
from pathlib import Path

import lacking
import pytest

from .cluster import CHECKOUT
from .serving import accepts, free_port, get, running, until
from .typed import as_root

#: Conflicts with xinetd as a package, so it is unpacked beside it.
INETD = next((p for p in ("/opt/openbsd-inetd/usr/sbin/inetd", "/usr/sbin/inetd") if Path(p).exists()), None)
PING = "/slurm/v0.0.35/ping"
MODES = {"restd-inet": "no", "restd-inet-wait": "yes"}

pytestmark = as_root


def adapted(cluster, name, port, **changes):
    """A file of contrib/xinetd, for this cluster, this user and this port."""
    text = (CHECKOUT / "contrib" / "xinetd" / name).read_text()
    values = {"port": port, "user": "fred", "group": "fred", "server": f"{cluster.bin}/restd-inet", **changes}
    for key, value in values.items():
        text, count = re.subn(rf"(?m)^(\t{key}\s*=).*$", rf"\1 {value}", text)
        assert count == 1, key
    arguments = f" -f {cluster.conf} --idle-exit 1\n" if MODES[name] == "yes" else f" -f {cluster.conf}\n"
    return re.sub(r"(?m)^(\tserver_args\s*=.*)\n", lambda found: found[1] + arguments, text)


@contextlib.contextmanager
def inetd(cluster, tmp_path, name="restd-inet"):
    """xinetd with a service of contrib/xinetd; by default it starts one for each connection."""
    port = free_port()
    conf = tmp_path / "xinetd.conf"
    conf.write_text("defaults\n{\n}\n" + adapted(cluster, name, port))
    arguments = ["xinetd", "-f", conf, "-dontfork", "-pidfile", tmp_path / "pid"]
    with running(arguments, tmp_path / "log"):
        until(lambda: accepts(port), "xinetd")
        yield port


@pytest.fixture(params=MODES)
def xinetd(request, cluster, tmp_path):
    """A running xinetd; the port."""
    if not shutil.which("xinetd"):
        pytest.skip(lacking.program("xinetd"))
    with inetd(cluster, tmp_path, request.param) as port:
        yield port


@pytest.fixture
def syslog(tmp_path):
    """What is sent to /dev/log."""
    if Path("/dev/log").exists():
        pytest.skip(lacking.machine("a syslog daemon has /dev/log", "stop it, or run pytest in a container"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("/dev/log")
        try:
            Path("/dev/log").chmod(0o666)
            receiver.settimeout(60)
            yield receiver
        finally:
            Path("/dev/log").unlink()


class TestXinetd:
    @pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
    def test_answers(self, cluster, xinetd, host):
        token = cluster.token()
        for _ in range(3):
            status, document = get(xinetd, PING, token, host)
            assert (status, document["errors"]) == (200, [])

    def test_nothing_but_http_reaches_the_client(self, cluster, xinetd):
        for data in (b"garbage\r\n\r\n", b"", b"GET /slurm/v1/diag HTTP/1.1\r\n", b"GET / HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", xinetd), timeout=60) as client:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda client=client: client.recv(65536), b""))
            assert answer.startswith(b"HTTP/1.1 4") or (answer, data) == (b"", b""), answer
            assert answer.count(b"HTTP/1.1 4") == bool(data)

    def test_the_log_goes_to_syslog(self, syslog, cluster, xinetd):
        get(xinetd, "/slurm/v1/diag")
        found = b""
        while b"GET /slurm/v1/diag" not in found:
            found = syslog.recv(65536)
        assert found.startswith(b"<30>")
        assert b"restd-inet[" in found

    def test_without_authentication_there_is_nothing(self, xinetd):
        assert get(xinetd, PING)[0] == 403


def test_a_warm_process_leaves_and_comes_back(cluster, tmp_path):
    if not shutil.which("xinetd"):
        pytest.skip(lacking.program("xinetd"))
    port, token = free_port(), cluster.token()
    conf = tmp_path / "xinetd.conf"
    conf.write_text(adapted(cluster, "restd-inet-wait", port))
    with running(["xinetd", "-f", conf, "-dontfork"], tmp_path / "log") as process:
        until(lambda: accepts(port), "xinetd")

        def warm():
            listed = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True)
            return listed.stdout.split()

        for _ in range(2):
            assert get(port, PING, token)[0] == 200
            assert len(warm()) == 1
            until(lambda: not warm(), "end")


needs_xinetd = pytest.mark.skipif(not shutil.which("xinetd"), reason=lacking.program("xinetd"))


@needs_xinetd
def test_a_restart_of_xinetd_finds_the_port_free(cluster, tmp_path):
    """The warm process ends with its super-server, whose next start must bind the port."""
    port, token = free_port(), cluster.token()
    conf = tmp_path / "xinetd.conf"
    conf.write_text(adapted(cluster, "restd-inet-wait", port).replace("--idle-exit 1", ""))
    for number in range(3):
        with running(["xinetd", "-f", conf, "-dontfork"], tmp_path / f"log-{number}") as process:
            until(lambda: accepts(port), "xinetd")
            assert get(port, PING, token)[0] == 200
            process.kill()
            process.wait()
            until(lambda: not accepts(port), "end of the warm process")


@needs_xinetd
@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (" -f {conf}", " -f /nonexistent", "slurm.conf cannot be read"),
        (" -f {conf}", " --no-such-option", "option --no-such-option not recognized"),
    ],
)
def test_a_process_that_cannot_start_answers_503(cluster, tmp_path, name, old, new, reason):
    port, token = free_port(), cluster.token()
    conf = tmp_path / "xinetd.conf"
    text = adapted(cluster, name, port)
    assert old.format(conf=cluster.conf) in text
    conf.write_text(text.replace(old.format(conf=cluster.conf), new))
    with running(["xinetd", "-f", conf, "-dontfork"], tmp_path / "log"):
        until(lambda: accepts(port), "xinetd")
        for _ in range(3):
            status, answer = get(port, PING, token)
            assert status == 503
            assert reason in str(answer)


@needs_xinetd
def test_what_setup_writes_is_served(cluster, tmp_path):
    port, token = free_port(), cluster.token()
    command = [f"{cluster.bin}/restd-inet", "setup", "xinetd", "--port", str(port), "-f", cluster.conf]
    subprocess.run([*command, "--write", "--root", tmp_path], check=True, capture_output=True)
    conf = tmp_path / "etc" / "xinetd.d" / "restd-inet"
    conf.write_text(re.sub(r"(?m)^(\t(?:user|group)\s*=).*$", r"\1 fred", conf.read_text()))
    with running(["xinetd", "-f", conf, "-dontfork"], tmp_path / "log"):
        until(lambda: accepts(port), "xinetd")
        assert get(port, PING, token)[0] == 200


@needs_xinetd
@pytest.mark.parametrize("options", [[], ["--cold"]], ids=str)
def test_slurmrestd_s_files_say_what_its_unit_takes_from_them(cluster, tmp_path, options):
    port, token = free_port(), cluster.token()
    file = Path(f"{cluster.dir}/environment-{port}")
    file.write_text(
        f"SLURM_CONF='{cluster.conf}'\nSLURMRESTD_LISTEN=:{port}\n"
        f"SLURMRESTD_OPTIONS=-s slurmctld -d v0.0.44 unix:{tmp_path}/socket\n"
    )
    command = [f"{cluster.bin}/restd-inet", "setup", "xinetd", "--port", str(port), *options]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    written = re.sub(r"(?m)^(\t(?:user|group)\s*=).*$", r"\1 fred", written)
    conf = tmp_path / "xinetd.conf"
    conf.write_text(written.replace("-/etc/default/slurmrestd", f"-{file}"))
    with running(["xinetd", "-f", conf, "-dontfork"], tmp_path / "log"):
        until(lambda: accepts(port), "xinetd")
        assert get(port, "/slurm/v0.0.44/ping", token)[0] == 200
        assert get(port, "/slurm/v0.0.43/ping", token)[0] == 404
    file.unlink()


@pytest.mark.skipif(
    INETD is None, reason=lacking.machine("openbsd-inetd is not unpacked", "see .ci/run, which does it")
)
@pytest.mark.parametrize("mode", ["wait", "nowait"])
def test_openbsd_inetd(cluster, tmp_path, mode):
    port, token = free_port(), cluster.token()
    conf = tmp_path / "inetd.conf"
    program = f"{cluster.bin}/restd-inet restd-inet -a jwt -f {cluster.conf}"
    program += " --idle-exit 1" if mode == "wait" else ""
    conf.write_text(f"{port} stream tcp {mode} fred {program}\n{port} stream tcp6 {mode} fred {program}\n")
    with running([INETD, "-d", conf], tmp_path / "log"):
        until(lambda: accepts(port), "inetd")
        for host in ("127.0.0.1", "::1", "127.0.0.1"):
            assert get(port, PING, token, host)[0] == 200
