"""Listen mode on a real cluster: slides' rows 4, 5 and 20; users, slow clients, reloads."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import lacking
import pytest

from .cluster import identity
from .serving import Client, accepts, free_port, get, running, until
from .typed import as_root

PING = "/slurm/v1/ping"


@pytest.fixture
def listen(cluster, tmp_path):
    """Starts `restd-inet ARGUMENTS` as an ordinary user; its log."""
    log = Path(tmp_path) / "log"

    @contextlib.contextmanager
    def start(*arguments, env=None):
        options = {"env": {**cluster.env(), **(env or {})}, "cwd": cluster.jobs, **identity(cluster.user)}
        with running([f"{cluster.bin}/restd-inet", *arguments], log, **options) as process:
            until(
                lambda: any(", fd" not in line for line in lines(log) if "listening on" in line), "listener"
            )
            process.log = log
            yield process

    return start


def lines(log):
    return log.read_text().splitlines()


def waits_for_slurmctld(cluster, supervisor):
    """Has a process of a connection one to slurmctld?"""
    (number,) = re.findall(r"(?m)^SlurmctldPort=(\d+)", Path(cluster.conf).read_text())
    port = f":{int(number):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {f"socket:[{row[9]}]" for row in rows if row[2].endswith(port)}
    for server in children(supervisor):
        for pid in children(server):
            if not os.access(f"/proc/{pid}/fd", os.R_OK):
                return os.path.exists(f"/proc/{pid}")
            with contextlib.suppress(OSError):
                if inodes & {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}:
                    return True
    return False


def children(pid):
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


class TestSlides:
    def test_row_4_every_address_is_named_with_its_descriptor(self, cluster, listen):
        ports = [free_port() for _ in range(2)]
        with listen("-vvv", f"localhost:{ports[0]}", f"[::1]:{ports[1]}") as process:
            for address in (f"127.0.0.1:{ports[0]}", f"[::1]:{ports[1]}"):
                assert re.search(rf"listening on {re.escape(address)}, fd \d+\n", process.log.read_text())
            assert get(ports[0], "/healthz") == (200, "ok\n")
            assert get(ports[1], "/healthz", host="::1") == (200, "ok\n")

    def test_rows_5_and_20_an_ipv6_client_of_an_ipv4_cluster(self, cluster, listen):
        port = free_port()
        with listen("-vv", f"[::1]:{port}") as process:
            typed = f"curl -s -H X-SLURM-USER-TOKEN:{cluster.token()} 'http://[::1]:{port}{PING}'"
            answer = cluster.shell(typed).stdout.decode()
            host = next(iter(get(port, PING, cluster.token(), "::1")[1]["ping"]))
            inner = '"ping":"UP","status":0,"mode":"primary"'
            assert answer == f'{{"errors":[],"ping":{{"{host}":{{{inner}}},{inner}}}}}\n'
            until(lambda: process.log.read_text().count("connection closed") >= 2, "closed connections")
            assert re.search(r"\[::1\]:\d+: connection accepted", process.log.read_text())
            assert cluster.token() not in process.log.read_text()

    def test_row_14_nothing_without_authentication(self, cluster, listen):
        port = free_port()
        with listen(f"127.0.0.1:{port}"):
            assert get(port, PING)[0] == 403
            assert get(port, "/slurm/v1/job/submit", method="POST")[0] == 403


class TestHealth:
    def test_needs_no_authentication(self, cluster, listen):
        port = free_port()
        with listen(f"127.0.0.1:{port}"):
            for path in ("/healthz", "/livez", "/readyz"):
                assert get(port, path) == (200, "ok\n")
                assert get(port, path, method="HEAD") == (200, "")
                assert get(port, path, method="POST")[0] == 405
            cluster.stop("slurmctld")
            try:
                assert get(port, "/livez")[0] == 200
                assert get(port, "/readyz")[0] == 503
            finally:
                cluster.start("slurmctld")
            assert until(lambda: get(port, "/readyz")[0] == 200, "slurmctld")


class TestUsers:
    def test_a_unix_socket_is_its_user_s_alone(self, cluster, listen):
        path = f"{cluster.jobs}/rest-{free_port()}.sock"
        with listen(f"unix:{path}", "--socket-mode", "0666") as process:
            typed = f"curl -s --unix-socket {path} http://rest{PING}"
            assert '"UP"' in cluster.shell(typed).stdout.decode()
            until(lambda: f" as {cluster.user}: 200" in process.log.read_text(), "line in the log")
        assert not Path(path).exists()

    @as_root
    def test_another_user_of_the_socket_is_refused(self, cluster, listen):
        path = f"{cluster.jobs}/rest-{free_port()}.sock"
        with listen(f"unix:{path}", "--socket-mode", "0666"):
            done = cluster.shell(
                f"curl -s -w '%{{http_code}}' --unix-socket {path} http://rest{PING}", "pebbles"
            )
            assert done.stdout.endswith(b"403")

    @as_root
    def test_root_and_slurm_user_are_refused(self, cluster):
        for user in ("root", "slurm"):
            done = cluster.shell(f"restd-inet 127.0.0.1:{free_port()}", user=user)
            assert (done.returncode, b"refusing to listen as" in done.stderr) == (77, True)

    @as_root
    def test_and_by_a_super_server_too(self, cluster):
        """One connection, as xinetd and systemd's Accept=yes hand it over."""
        for user, unchecked, expected in (("root", "", 500), ("slurm", "", 500), ("slurm", "yes", 200)):
            with socket.create_server(("127.0.0.1", 0)) as server:
                client = socket.create_connection(server.getsockname(), timeout=60)
                end, _ = server.accept()
            with client, end:
                security = {"SLURMRESTD_SECURITY": "disable_user_check"} if unchecked else {}
                process = subprocess.Popen(
                    [f"{cluster.bin}/restd-inet", "-a", "jwt"],
                    stdin=end, stdout=end, stderr=subprocess.PIPE,
                    env={**cluster.env(user), **security}, **identity(user),
                )  # fmt: skip
                end.close()
                head = f"GET {PING} HTTP/1.1\r\nHost: h\r\nX-SLURM-USER-TOKEN: {cluster.token()}\r\n"
                client.sendall(f"{head}Connection: close\r\n\r\n".encode())
                answer = b"".join(iter(lambda client=client: client.recv(65536), b""))
                _, log = process.communicate(timeout=60)
            assert int(answer.split()[1]) == expected, answer
            assert (b"refusing to listen as" in log) == (expected == 500)

    @as_root
    def test_a_process_that_has_read_a_token_cannot_be_inspected_by_others(self, cluster, listen):
        port = free_port()
        with listen(f"127.0.0.1:{port}") as process:
            client = Client(port)
            client.request("GET", PING, headers={"X-SLURM-USER-TOKEN": cluster.token()})
            client.getresponse().read()
            pids = [child for server in children(process.pid) for child in children(server)]
            assert pids  # the connection's, and spare processes
            for pid in pids:
                looked = cluster.shell(f"cat /proc/{pid}/environ /proc/{pid}/mem; ls /proc/{pid}/fd/")
                assert (looked.returncode == 0, looked.stdout) == (False, b"")
            for each in (process.pid, *children(process.pid), *pids):
                assert re.search(r"Max core file size +0 +0 ", Path(f"/proc/{each}/limits").read_text())
            client.close()

    def test_a_missing_slurm_conf_is_reported_at_once(self, cluster):
        done = cluster.shell(f"restd-inet -f /no/slurm.conf 127.0.0.1:{free_port()}")
        assert (done.returncode, b"/no/slurm.conf" in done.stderr) == (69, True)


@pytest.fixture
def own_conf(cluster):
    """A copy of slurm.conf, in a directory of its own that its user can enter."""
    directory = Path(cluster.jobs) / f"conf-{free_port()}"
    directory.mkdir()
    directory.chmod(0o755)
    conf = directory / "slurm.conf"
    shutil.copy(cluster.conf, conf)
    conf.chmod(0o644)
    yield conf
    directory.chmod(0o755)
    shutil.rmtree(directory)


class TestConfigurationThatChanges:
    """libslurm starts anew for a request that is signed in another way than the last one."""

    @as_root
    def test_that_cannot_be_read_any_more_is_answered_503(self, cluster, listen, own_conf):
        port, path = free_port(), f"{own_conf.parent.parent}/s-{free_port()}"
        with listen(f"127.0.0.1:{port}", f"unix:{path}", env={"SLURM_CONF": str(own_conf)}) as process:
            assert get(port, "/readyz")[0] == 200
            own_conf.parent.chmod(0o700)
            local = cluster.shell(f"curl -s -w %{{http_code}} --unix-socket {path} http://h{PING}").stdout
            assert b"slurm.conf cannot be read: " in local
            assert local.endswith(b"503")
            assert get(port, "/readyz") == (503, "slurm.conf cannot be read\n")
            process.send_signal(signal.SIGHUP)
            until(lambda: "continuing with the previous" in process.log.read_text(), "reload")
            own_conf.parent.chmod(0o755)
            assert get(port, "/readyz")[0] == 200

    def test_that_libslurm_refuses_is_answered_503(self, cluster, listen, own_conf):
        port, path = free_port(), f"{own_conf.parent.parent}/s-{free_port()}"
        with listen(f"127.0.0.1:{port}", f"unix:{path}", env={"SLURM_CONF": str(own_conf)}):
            assert get(port, "/readyz")[0] == 200
            own_conf.write_text(own_conf.read_text() + "NoSuchOption=1\n")
            local = cluster.shell(f"curl -s -w %{{http_code}} --unix-socket {path} http://h{PING}").stdout
            assert b"NoSuchOption" in local
            assert local.endswith(b"503")


class TestRunning:
    def test_closed_descriptors_and_a_directory_that_is_gone_change_nothing(self, cluster):
        port, token = free_port(), cluster.token()
        line = (
            f"mkdir gone-{port}; cd gone-{port}; rmdir ../gone-{port}; exec restd-inet :{port} <&- >&- 2>&-"
        )
        process = subprocess.Popen(
            ["/bin/bash", "-c", line], env=cluster.env(), cwd=cluster.jobs, **identity(cluster.user)
        )
        try:
            until(lambda: accepts(port), "listener")
            assert get(port, PING, token)[0] == 200
            process.send_signal(signal.SIGHUP)
            assert get(port, "/slurm/v0.0.40/jobs", token)[0] == 200
        finally:
            process.terminate()
            assert process.wait(60) == 0

    def test_sighup_under_load_fails_no_request(self, cluster, listen):
        port, token = free_port(), cluster.token()
        with listen(f"127.0.0.1:{port}") as process:
            stop, bad = threading.Event(), []

            def client():
                while not stop.is_set():
                    try:
                        status = get(port, "/slurm/v0.0.35/diag", token)[0]
                    except Exception as error:
                        status = error
                    if status != 200:
                        bad.append(status)

            threads = [threading.Thread(target=client) for _ in range(3)]
            for thread in threads:
                thread.start()
            for times in range(1, 4):
                process.send_signal(signal.SIGHUP)
                until(lambda n=times: process.log.read_text().count("was read again") >= n, "reload")
            stop.set()
            for thread in threads:
                thread.join()
            assert bad == []

    def test_sigterm_waits_for_a_running_request(self, cluster, listen):
        port, token = free_port(), cluster.token()
        with listen(f"127.0.0.1:{port}") as process:
            cluster.freeze("slurmctld")
            try:
                client = Client(port)
                client.request("GET", "/slurm/v0.0.35/diag", headers={"X-SLURM-USER-TOKEN": token})
                until(lambda: waits_for_slurmctld(cluster, process.pid), "request")
                process.terminate()
                time.sleep(0.5)
                assert process.poll() is None
            finally:
                cluster.thaw("slurmctld")
            answer = client.getresponse()
            assert (answer.status, answer.getheader("Connection")) == (200, "close")
            client.close()
            assert process.wait(60) == 0

    @pytest.mark.skipif(not shutil.which("slowhttptest"), reason=lacking.program("slowhttptest"))
    def test_two_hundred_slow_clients(self, cluster, listen):
        """Other hosts are answered while slow clients have all connections of theirs; that host, later."""
        port, token = free_port(), cluster.token()
        limits = ["--max-per-source", "60", "--request-timeout", "600"]
        slow = f"slowhttptest -H -c 200 -r 200 -i 2 -l 600 -u http://127.0.0.1:{port}/slurm/v1/diag"
        with listen(*limits, f"127.0.0.1:{port}", f"[::1]:{port}") as process:
            attack = subprocess.Popen(slow.split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until(lambda: "too many connections" in process.log.read_text(), "slow clients")
            try:
                assert get(port, "/slurm/v0.0.35/ping", token, "::1")[0] == 200
                assert get(port, "/slurm/v0.0.35/ping", token)[0] == 503
            finally:
                attack.terminate()
                attack.wait(60)
            until(lambda: get(port, "/slurm/v0.0.35/ping", token)[0] == 200, "place")


def test_bad_tokens_wait_and_good_ones_of_the_same_host_do_not(cluster, listen):
    """Delays grow from the third in a second on; slurmctld judges here, the key is not this user's."""
    port = free_port()
    bad, good = cluster.token()[:-4] + "AAAA", cluster.token()
    with listen("-vv", "-a", "jwt", "--auth-penalty", "all", f"localhost:{port}") as process:
        delays = []
        while len(delays) < 4:
            assert get(port, "/slurm/v0.0.40/ping", bad)[0] == 401
            delays = re.findall(r"bad tokens: the answer waits for ([\d.]+) s", process.log.read_text())
        assert delays == ["0.25", "0.5", "1", "2"]
        for _ in range(5):
            assert get(port, "/slurm/v0.0.40/ping", good)[0] == 200
        assert get(port, "/slurm/v0.0.40/ping")[0] == 401
        assert process.log.read_text().count("the answer waits") == 4
