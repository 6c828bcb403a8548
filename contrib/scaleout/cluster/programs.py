"""Slurm's programs: where they are, and how they are run as another user."""

import os
import pwd
import shutil
import subprocess

from . import processes
from .state import Failure

PACKAGES = (
    "slurmctld slurmd slurmdbd slurm-client slurm-wlm-jwt-plugin slurm-wlm-mysql-plugin munge mariadb-server"
)
ALWAYS = ("munged", "slurmctld", "slurmd", "scontrol", "sinfo")
ACCOUNTING = ("mariadbd", "mariadb-install-db", "slurmdbd", "sacctmgr")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def program(name):
    """The full path of a program; the one place that knows where they are."""
    found = shutil.which(name, path=PATH)
    if found is None:
        raise Failure(f"{name} is not installed; on Debian: apt-get install {PACKAGES}")
    return found


def check_installed(accounting):
    for name in ALWAYS + (ACCOUNTING if accounting else ()):
        program(name)


def identity(user):
    """Arguments for subprocess that make a process the user's; none if it is so anyway."""
    entry = pwd.getpwnam(user)
    if entry.pw_uid == os.geteuid():
        return {}
    groups = os.getgrouplist(user, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}


def environment(cluster):
    """What daemons and Slurm's commands get: nothing of the caller's (a stray SLURM_JWT would be used)."""
    kept = {name: os.environ[name] for name in ("TZ", "LANG") if name in os.environ}
    return {"PATH": PATH, **kept, "SLURM_CONF": cluster.slurm_conf, processes.MARK: cluster.dir}


def ask(cluster, *command, stdin="", timeout=60):
    """Run one of Slurm's commands; its CompletedProcess, with text."""
    try:
        return subprocess.run(
            [program(command[0]), *command[1:]],
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            env=environment(cluster),
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"{' '.join(command)}: no answer in {timeout} s; see: scaleout status") from None
