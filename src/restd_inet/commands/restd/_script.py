"""A batch script as the components of a job: what sbatch would submit, asked of this cluster."""

from __future__ import annotations

import os
import pwd
from functools import partial

from restd_inet import installed
from restd_inet.commands import Call
from restd_inet.problems import Problem, quoted
from restd_inet.schema.batch import submission
from restd_inet.schema.batch.description import Site
from restd_inet.schema.batch.environment import Submitter
from restd_inet.slurm.lookups.hosts import host_list, host_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Credential
    from restd_inet.schema.batch.script import Script
    from restd_inet.schema.batch.submission import Submission


def read(call: Call, script: Script) -> Submission:
    """Raises Problem 400 with the line, 501 for what this release of Slurm does not have."""
    slurm = call.slurm
    site = Site(installed.series(), partial(host_names, slurm), partial(host_list, slurm), slurm.resolve)
    user, home = _user(call.credential)
    submitter = Submitter(user, home, script.directory, os.uname().nodename, script.environment)
    found = submission.read(script.text, script.options, script.argv, submitter, site)
    for members in found.components:
        submission.override(members, script.job)
        _check_cluster(call, members.get("clusters", ""))
    return found


def _user(credential: Credential) -> tuple[str, str]:
    """The user's name and home directory, "" where this machine does not know them."""
    name = credential.user_name()
    try:
        return name, pwd.getpwuid(credential.uid).pw_dir
    except (KeyError, OverflowError):
        return name, ""


def _check_cluster(call: Call, clusters: str) -> None:
    """sbatch chooses one of several clusters by what slurmdbd knows; here there is but one."""
    names = {name.strip() for name in clusters.split(",") if name.strip()}
    if names and not names & {"all", call.slurm.cluster_name}:
        text = f"--clusters: this is the cluster {call.slurm.cluster_name}; found {quoted(clusters)}"
        raise Problem(400, text)
