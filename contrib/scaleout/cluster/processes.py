"""The processes of a cluster, found in /proc: also those whose pid nobody wrote down."""

import contextlib
import os
import signal
import time

from .state import Failure

# Set in the environment of everything that is started; children inherit it.
MARK = "SCALEOUT_CLUSTER"


def start_time(pid):
    """When a process started, in ticks since boot; None if it is gone (or a zombie). Tells a reused pid."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def is_stopped(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


def parents():
    """The parent of every process."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{entry}/stat") as file:
            state, parent = file.read().rpartition(")")[2].split()[:2]
            if state not in "ZX":
                found[int(entry)] = int(parent)
    return found


def belongs(pid, cluster_dir):
    """Is it the cluster's, or a job's of it? Not if it only stands in the directory, as a shell may do."""
    try:
        # In a chroot the same name may be another directory; ours share the machine's.
        parent = os.path.dirname(cluster_dir)
        if not os.path.samestat(os.stat(f"/proc/{pid}/root{parent}"), os.stat(parent)):
            return False
        with open(f"/proc/{pid}/environ", "rb") as file:
            variables = file.read().split(b"\0")
        with open(f"/proc/{pid}/comm") as file:
            name = file.read()
        place = os.readlink(f"/proc/{pid}/cwd").replace(" (deleted)", "")
        # Of a process in a chroot it begins with the chroot's.
        place = place.removeprefix(os.readlink(f"/proc/{pid}/root").rstrip("/"))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
    if f"{MARK}={cluster_dir}".encode() in variables:
        return True
    # These write their titles over their environment; a job's own environment comes from its user.
    if name.startswith(("slurmstepd", "nginx")) and f"{place}/".startswith(f"{cluster_dir}/"):
        return True
    in_job = any(variable.startswith(b"SLURM_JOB_ID=") for variable in variables)
    return in_job and f"SLURM_CONF={cluster_dir}/etc/slurm.conf".encode() in variables


def of_cluster(cluster_dir):
    """The pids of all processes of the cluster in this directory, with their children; never this one."""
    parent_of = parents()
    members = {pid for pid in parent_of if belongs(pid, cluster_dir)}
    grown = True
    while grown:
        children = {pid for pid, parent in parent_of.items() if parent in members} - members
        members |= children
        grown = bool(children)
    mine = os.getpid()
    while mine in parent_of:
        members.discard(mine)
        mine = parent_of[mine]
    return members


def kill_all(cluster_dir, timeout=10):
    """Kill the processes of the cluster, and those they started meanwhile; how many there were."""
    deadline = time.monotonic() + timeout
    killed = set()
    while True:
        members = of_cluster(cluster_dir)
        if not members:
            return len(killed)
        if time.monotonic() > deadline:
            raise Failure(f"processes that do not go away: {' '.join(map(str, sorted(members)))}")
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed |= members
        time.sleep(0.02)
