"""SlurmError: a call of libslurm that failed."""

from __future__ import annotations

from restd_inet.problems import Problem

#: What a site must install before tokens can be used.
NO_JWT = "libslurm cannot use tokens here: its plugin auth/jwt is missing (Debian: slurm-wlm-jwt-plugin)"

#: What is wrong with a slurmctld that is there and silent.
HANGS = "slurmctld takes connections, but does not answer: it hangs"


class SlurmError(Problem):
    """A call that failed. number: Slurm's or the system's errno; text: Slurm's own; source: the call."""


class WrongRelease(SlurmError):
    """A daemon that speaks the protocol of a release that libslurm does not understand."""
