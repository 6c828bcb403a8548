"""The daemons: how each is started, when it is ready, and how it is stopped."""

import contextlib
import dataclasses
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from . import ports, processes
from .programs import ask, environment, identity, program
from .state import Failure


@dataclasses.dataclass
class Daemon:
    """One daemon of a cluster; in the foreground, so that its pid is the one it was started with."""

    cluster: object
    name: str
    user: str
    command: list
    ready: Callable
    variables: dict = dataclasses.field(default_factory=dict)

    @property
    def output(self):
        return f"{self.cluster.dir}/log/{self.name}.out"

    @property
    def pid_file(self):
        return Path(self.cluster.dir, "run", f"{self.name}.pid")

    def pid(self):
        """The pid of the running daemon, or None."""
        try:
            pid, started = map(int, self.pid_file.read_text().split())
        except (FileNotFoundError, ValueError):
            return None
        return pid if processes.start_time(pid) == started else None

    def start(self):
        variables = {
            **environment(self.cluster),
            "MYSQL_UNIX_PORT": self.cluster.mysql_socket,
            **self.variables,
        }
        with open(self.output, "ab") as output:
            process = subprocess.Popen(
                [program(self.command[0]), *self.command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=variables,
                cwd=self.cluster.dir,
                start_new_session=True,
                **identity(self.user),
            )
        self.pid_file.write_text(f"{process.pid} {processes.start_time(process.pid) or 0}\n")
        return process

    def stop(self, timeout=60):
        """SIGTERM, and wait for the end; False if it did not run."""
        pid = self.pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGCONT)
        deadline = time.monotonic() + timeout
        while self.pid() is not None:
            if time.monotonic() > deadline:
                raise Failure(f"{self.name} (pid {pid}) does not end\n{self.last_lines()}")
            time.sleep(0.02)
        return True

    def last_lines(self, count=15):
        with contextlib.suppress(FileNotFoundError):
            lines = Path(self.output).read_text(errors="replace").splitlines()[-count:]
            return "\n".join([f"last lines of {self.output}:", *(f"  {line}" for line in lines)])
        return f"{self.output} was not written"


def of_slurm(cluster):
    """Slurm's own daemons by name, in the order in which they start."""
    sbin = [munged(cluster)]
    if cluster.accounting:
        sbin += [mariadbd(cluster), slurmdbd(cluster)]
    sbin.append(slurmctld(cluster))
    sbin += [slurmd(cluster, host) for host in cluster.hosts()]
    if cluster.backup:
        sbin.append(backup(cluster))
    return {daemon.name: daemon for daemon in sbin}


def wait_ready(daemons, timeout=120):
    deadline = time.monotonic() + timeout
    for daemon in daemons:
        pause = 0.02
        while not daemon.ready():
            if daemon.pid() is None:
                raise Failure(f"{daemon.name} ended instead of starting\n{daemon.last_lines()}")
            if time.monotonic() > deadline:
                raise Failure(f"{daemon.name} is not ready after {timeout} s\n{daemon.last_lines()}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.3)


def munged(cluster):
    prefix = cluster.prefix
    command = ["munged", "--foreground", "--force", f"--socket={cluster.munge_socket}"]
    command += [f"--key-file={cluster.dir}/etc/munge.key", f"--pid-file={prefix}/state/munged.pid"]
    command += [f"--log-file={prefix}/log/munged.log", f"--seed-file={prefix}/state/munge.seed"]
    return Daemon(
        cluster, "munged", cluster.slurm_user, command, lambda: ports.listening_unix(cluster.munge_socket)
    )


def database_options(cluster):
    """Small, and in no hurry to reach the disk: the database ends with its directory."""
    return [
        "--no-defaults",
        f"--datadir={cluster.prefix}/db/data",
        # A server that starts removes temporary tables there, other servers' too.
        f"--tmpdir={cluster.prefix}/db/tmp",
        "--skip-name-resolve",
        "--performance-schema=off",
        "--skip-log-bin",
        "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=8M",
        "--innodb-log-buffer-size=2M",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-flush-method=nosync",
        "--innodb-doublewrite=0",
        "--innodb-lock-wait-timeout=900",
    ]


def mariadb_install_db(cluster):
    """Not a daemon, but started and watched as one."""
    command = ["mariadb-install-db", *database_options(cluster)]
    command += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    done = Path(cluster.dir, "db/data/mysql/user.frm").exists
    return Daemon(cluster, "mariadb-install-db", cluster.slurm_user, command, done)


def mariadbd(cluster):
    command = ["mariadbd", *database_options(cluster), f"--socket={cluster.mysql_socket}"]
    command += ["--skip-networking", f"--pid-file={cluster.prefix}/db/pid"]
    return Daemon(
        cluster, "mariadbd", cluster.slurm_user, command, lambda: ports.listening_unix(cluster.mysql_socket)
    )


def slurmdbd(cluster):
    return Daemon(
        cluster,
        "slurmdbd",
        cluster.slurm_user,
        ["slurmdbd", "-D"],
        lambda: ports.listening(cluster.slurmdbd_port),
    )


def slurmctld(cluster):
    """Ready when it has heard from the nodes whose slurmd runs: a few seconds after it was started again."""

    def ready():
        if not (ports.listening(cluster.slurmctld_port) and " UP" in ask(cluster, "scontrol", "ping").stdout):
            return False
        running = [host for host in cluster.hosts() if slurmd(cluster, host).pid() is not None]
        return registered(cluster, running)

    # Killed before it first wrote its state, 26.05 does not start again unless told that this is no matter.
    state = Path(cluster.dir, "state")
    killed_early = (state / "clustername").exists() and not (state / "assoc_usage").exists()
    command = ["slurmctld", "-D", *(["-i"] if killed_early else [])]
    return Daemon(cluster, "slurmctld", cluster.slurm_user, command, ready)


def backup(cluster):
    """The second slurmctld of slurm.conf, in a UTS namespace with its host's name; it is started by root."""
    host, address = cluster.backup
    user = pwd.getpwnam(cluster.slurm_user)
    become = f"setpriv --reuid={user.pw_uid} --regid={user.pw_gid} --init-groups"
    line = f'hostname {host} && exec {become} "$@"'
    log = f"{cluster.prefix}/log/backup.log"
    command = ["unshare", "--uts", "sh", "-c", line, "sh", program("slurmctld"), "-D", "-L", log]

    def ready():
        return ports.listening(cluster.slurmctld_port, address)

    return Daemon(cluster, "backup", "root", command, ready, {"SLURM_CONF": f"{cluster.dir}/etc/backup.conf"})


def slurmd(cluster, host):
    port = cluster.first_slurmd_port + cluster.hosts().index(host)

    def ready():
        return ports.listening(port) and (slurmctld(cluster).pid() is None or registered(cluster, [host]))

    return Daemon(cluster, host, cluster.slurmd_user, ["slurmd", "-D", "-N", host], ready)


def registered(cluster, hosts):
    """Does slurmctld know of these nodes that their slurmd is there, and since when?"""
    if not hosts:
        return True
    shown = ask(cluster, "scontrol", "--oneliner", "show", "node", ",".join(hosts)).stdout.splitlines()
    known = [dict(word.partition("=")[::2] for word in line.split()) for line in shown]
    return len(known) == len(hosts) and all(has_registered(cluster, node) for node in known)


def has_registered(cluster, node):
    began = slurmd(cluster, node["NodeName"]).pid_file.stat().st_mtime
    try:
        # Of this slurmd, not of one before it.
        since = time.mktime(time.strptime(node["SlurmdStartTime"], "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return False
    silent = "*" in node["State"] or node["State"].startswith("UNKNOWN")
    return since >= int(began) - 1 and not silent
