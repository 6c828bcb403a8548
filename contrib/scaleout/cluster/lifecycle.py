"""up and down."""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import accounting, chroots, config, daemons, ports, processes, rest
from .programs import ask, check_installed, program
from .state import (
    RECORD,
    RECORD_BEING_WRITTEN,
    Cluster,
    Failure,
    closed_parent,
    current_user,
    load,
    locked,
    short_name,
)


class Steps:
    """One line per step, with the seconds since the start."""

    def __init__(self):
        self.began = time.monotonic()
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.form = "\033[2m{:5.1f} s\033[0m  {}" if colour else "{:5.1f} s  {}"

    def show(self, what):
        print(self.form.format(time.monotonic() - self.began, what), flush=True)


def up(directory, nodes=10, with_accounting=True, extra_conf="", rest_bin="", with_proxy=False):
    """Start the cluster in this directory, or what is missing of it."""
    check_place(directory)
    check_installed(with_accounting)
    if with_proxy:
        rest.check_proxy()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    with locked(directory):
        cluster = load(directory)
        if cluster and cluster.ready:
            return complete(cluster, rest_bin, with_proxy)
        if os.listdir(directory):
            if not is_ours(directory):
                raise Failure(f"{directory} has files that are not a cluster's; name another with --dir")
            print(f"{directory} was left half-started: cleaning it up first")
            empty(directory)
        user = make_users() if os.geteuid() == 0 else current_user()
        cluster = Cluster(
            dir=directory,
            nodes=nodes,
            accounting=with_accounting,
            slurm_user=slurm_user(),
            slurmd_user=current_user(),
            user=user,
            extra_conf=extra_conf,
            rest_bin=rest_bin,
            proxy=with_proxy,
            slurm=chroots.installed(),
        )
        try:
            bring_up(cluster)
        except BaseException:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            remove(directory)
            raise


def interrupted(number, frame):
    sys.exit(128 + number)


def check_place(directory):
    closed = closed_parent(directory) if os.geteuid() == 0 else None
    if closed:
        raise Failure(
            f"other users, such as fred, cannot pass {closed}; name another with --dir, say in /tmp"
        )


def is_ours(directory):
    return RECORD in os.listdir(directory) or os.listdir(directory) == [RECORD_BEING_WRITTEN]


def slurm_user():
    if os.geteuid() != 0:
        return current_user()
    try:
        return pwd.getpwnam("slurm").pw_name
    except KeyError:
        return "root"


def make_users():
    """fred and pebbles, the users of Slurm's own examples; fred is the ordinary one.

    One process at a time: useradd looks for the name before it locks the file, and two that run at the same
    time for one name both succeed; the user then has the second one's uid, and a home of the first one's.
    """
    directory = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        for name in ("fred", "pebbles"):
            make_user(name)
    finally:
        os.close(directory)
    return "fred"


def make_user(name):
    for _ in range(50):
        try:
            pwd.getpwnam(name)
            return
        except KeyError:
            useradd = [program("useradd"), "--create-home", "--shell=/bin/bash", name]
            made = subprocess.run(useradd, capture_output=True, text=True)
        if made.returncode == 0:
            take_home(pwd.getpwnam(name))
            return
        # Fails while another program has /etc/passwd locked: then look again.
        time.sleep(0.1)
    raise Failure(f"cannot make the user {name}: {made.stderr.strip()}")


def take_home(user):
    """useradd leaves a home that exists as it is; what an earlier user of that name left is the new one's."""
    owner = os.stat(user.pw_dir).st_uid
    if owner == user.pw_uid or owner in {known.pw_uid for known in pwd.getpwall()}:
        return
    options = ["--recursive", "--no-dereference", f"--from={owner}"]
    subprocess.run(["chown", *options, f"{user.pw_uid}:{user.pw_gid}", user.pw_dir], check=True)


def bring_up(cluster):
    steps = Steps()
    with ports.reserved(cluster.port_count) as cluster.port:
        cluster.save()
        config.write_all(cluster)
        steps.show(f"configuration in {cluster.dir}, ports from {cluster.port}")
        every = daemons.of_slurm(cluster)
        every["munged"].start()
        if cluster.accounting:
            install_database(cluster)
            steps.show("database")
            every["mariadbd"].start()
        daemons.wait_ready([every["munged"]])
        steps.show("munged")
        if cluster.accounting:
            daemons.wait_ready([every["mariadbd"]])
            steps.show("mariadbd")
            every["slurmdbd"].start()
            daemons.wait_ready([every["slurmdbd"]])
            steps.show("slurmdbd")
            accounting.fill(cluster)
            steps.show("accounts test and research, users fred and pebbles, qos high")
        every["slurmctld"].start()
        daemons.wait_ready([every["slurmctld"]])
        steps.show("slurmctld")
        hosts = [every[host] for host in cluster.hosts()]
        for host in hosts:
            host.start()
        daemons.wait_ready(hosts)
        steps.show(f"slurmd on {cluster.nodes} nodes")
        if cluster.rest_bin:
            bring_up_rest(cluster, steps)
    cluster.ready = True
    cluster.save()
    steps.show(f"up; next: scaleout shell --dir {cluster.dir}")


def bring_up_rest(cluster, steps):
    """restd-inet and the proxy, or what of them does not run yet."""
    rest.write_all(cluster)
    for daemon in rest.all_of(cluster):
        if daemon.pid() is None:
            daemon.start()
            daemons.wait_ready([daemon])
    for name, value in rest.variables(cluster).items():
        steps.show(f"{name}={value}")


def install_database(cluster):
    install = daemons.mariadb_install_db(cluster)
    process = install.start()
    try:
        code = process.wait(60)
    except subprocess.TimeoutExpired:
        code = None
    if code != 0 or not install.ready():
        raise Failure(f"mariadb-install-db failed\n{install.last_lines()}")


def complete(cluster, rest_bin, with_proxy):
    """Start what does not run of a cluster that was up, and what it is to have besides."""
    added = (rest_bin and not cluster.rest_bin) or (with_proxy and not cluster.proxy)
    missing = [daemon for daemon in all_of(cluster).values() if daemon.pid() is None]
    if missing:
        start(missing)
    if added:
        cluster.rest_bin = cluster.rest_bin or rest_bin
        cluster.proxy = cluster.proxy or with_proxy
        cluster.save()
        bring_up_rest(cluster, Steps())
    if not missing and not added:
        print(f"already up in {cluster.dir}, with {cluster.nodes} nodes")


def all_of(cluster):
    """All daemons by name, in the order in which they start."""
    return {**daemons.of_slurm(cluster), **{daemon.name: daemon for daemon in rest.all_of(cluster)}}


def named(cluster, name):
    """The daemons meant by a name on the command line: `slurmd` is all of them, `host2` is one."""
    found = all_of(cluster)
    if name == "slurmd":
        return [found[host] for host in cluster.hosts()]
    if name not in found:
        known = [known for known in found if known not in cluster.hosts()]
        raise Failure(f"no daemon {name!r}: {', '.join(known)}, slurmd, host1 to host{cluster.nodes}")
    return [found[name]]


def start(wanted):
    steps = Steps()
    hosts = []
    for daemon in wanted:
        if daemon.pid() is not None:
            steps.show(f"{daemon.name} runs already")
            continue
        daemon.start()
        if daemon.name in daemon.cluster.hosts():
            hosts.append(daemon)
            continue
        daemons.wait_ready([daemon])
        steps.show(daemon.name)
    daemons.wait_ready(hosts)
    for daemon in hosts:
        steps.show(daemon.name)


def down(directory):
    """End the cluster in this directory; leaves no process and no file."""
    if not os.path.lexists(directory):
        killed = processes.kill_all(directory)
        remove_short_name(directory)
        print(f"no cluster in {directory}" + (f", but {killed} processes of one: killed" if killed else ""))
        return
    with locked(directory):
        if os.listdir(directory) and not is_ours(directory):
            raise Failure(f"{directory} is not a cluster's directory: nothing was removed")
        print(f"{remove(directory)} processes ended, {directory} removed")


def remove(directory):
    killed = empty(directory)
    os.rmdir(directory)
    return killed


def empty(directory):
    """End the cluster's processes and remove its files; how many processes there were."""
    killed = processes.kill_all(directory)
    remove_short_name(directory)
    # The record last: without it, what a killed `down` leaves would no longer be known as a cluster's.
    for path in sorted(Path(directory).iterdir(), key=lambda path: path.name == RECORD):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return killed


def remove_short_name(directory):
    name = short_name(directory)
    if os.path.islink(name) and os.readlink(name) == directory:
        os.unlink(name)


def status(cluster):
    """Print how the daemons and nodes are; True if all run."""
    print(f"{cluster.dir}: Slurm {cluster.slurm}, SLURM_CONF={cluster.slurm_conf}, ports from {cluster.port}")
    fine = cluster.ready
    for daemon in all_of(cluster).values():
        pid = daemon.pid()
        state = "stopped" if pid is None else "frozen" if processes.is_stopped(pid) else "running"
        fine = fine and state == "running"
        print(f"  {daemon.name:13} {state}" + (f", pid {pid}" if pid else ""))
    if fine:
        print(ask(cluster, "sinfo").stdout, end="")
    return fine
