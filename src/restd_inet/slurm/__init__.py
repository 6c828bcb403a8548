"""libslurm, and nothing else of the project touches it: load, check, own, free.

admin           nodes, partitions, reservations and configuration, changed
calls           what stands for what
capabilities    what the installed release has
client          the class Slurm: all calls
cluster         statistics, slurmctld, nodes, partitions, reservations, licences
conf_files      whether slurm.conf can be read
crontab         users' jobs at fixed times
diagnosis       which daemon does not work, and why
errors          SlurmError
exit_guard      calls that are answered whatever libslurm does
image           messages in memory that processes share
image_maker     makes them
job_filter      jobs chosen by id or by what they are like
jobs            jobs: read, submit, change, signal, requeue
json_writer     long lists written by libslurm_cffi's writer
jwt_refusal     why slurmctld refused a token
library         the loaded library: constants, structs, how a call is made
lists           libslurm's lists
outage          what a request has failed for, and whether it is still so
releases        releases of Slurm that do not fit together
results         what calls give
rpc_credential  with whose credential RPCs are signed
shared_images   images that the poller of a listener hands out
structs         C structs filled from members
lookups         what record tables ask by name
slurmdbd        calls of slurmdbd
"""

from __future__ import annotations

import os

from restd_inet import lazy
from restd_inet.problems import Problem
from restd_inet.slurm import conf_files
from restd_inet.slurm.errors import NO_JWT, SlurmError, WrongRelease

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.message import Credential
    from restd_inet.settings import Settings
    from restd_inet.slurm.client import Slurm

__all__ = ["SlurmError", "WrongRelease"]


_slurm: Slurm | None = None


def connect(settings: Settings, by_token: bool = False) -> Slurm:
    """The library, loaded and initialised once in a process.

    by_token: the first RPC will be signed by a client's token.
    """
    global _slurm
    if _slurm is None:
        named = settings.conf or os.environ.get("SLURM_CONF")
        if named is not None:  # otherwise it is where libslurm looks by itself, or comes from slurmctld
            conf_files.check(named)
        _slurm = lazy.module("restd_inet.slurm.client").Slurm(settings, by_token)
    assert _slurm is not None
    return _slurm


def cluster_name() -> str:
    """ClusterName of slurm.conf; "" if libslurm has not been started here."""
    return _slurm.cluster_name if _slurm is not None else ""


def load() -> None:
    """Loads libslurm, without starting it. Raises Problem 503 if the installation is broken."""
    capabilities = lazy.module("restd_inet.slurm.capabilities")
    capabilities.check_release(capabilities.bindings().lib)


def starts_once() -> bool:
    """Whether a process that has started libslurm for one kind of request cannot serve the other."""
    return not lazy.module("restd_inet.slurm.capabilities").bound().has("restart")


def after_fork() -> None:
    """Parts the library from the process that this one comes from."""
    if _slurm is not None:
        _slurm.guard.renew()


def reserve_images() -> None:
    """Reserves the addresses of images for this process and all that it forks. Raises Problem 503."""
    lazy.module("restd_inet.slurm.image").reserve(_bindings())


def act_for(credential: Credential) -> None:
    """What is asked of the library from now on is asked in this name; see `release`."""
    if _slurm is None:
        return
    _slurm.proven = credential.proven
    if credential.token:
        if not _slurm.identity.assume(credential.token, credential.name):
            raise Problem(500, NO_JWT)
    else:
        _slurm.identity.own()


def confirm() -> None:
    """Lets slurmctld judge the token in use, unless it has done so with what was asked of it."""
    if _slurm is not None and not _slurm.proven:
        _slurm.prove()


def commit() -> None:
    """What the request has written to slurmdbd stays."""
    if _slurm is not None:
        _slurm.end_database(commit=True)


def roll_back() -> None:
    """What the request has written to slurmdbd does not stay."""
    if _slurm is not None:
        _slurm.end_database(commit=False)


def release() -> None:
    """Ends what `act_for` began: no credential and no connection to slurmdbd outlives its request."""
    if _slurm is not None:
        _slurm.end_database(commit=False)
        _slurm.identity.release()
        _slurm.proven = True


def forget() -> None:
    """What lookups have kept for the requests of a connection is not kept for those of another."""
    release()
    if _slurm is not None:
        _slurm.cache.clear()
        _slurm.guard.said = _slurm.guard.printed = ""


def forget_credential() -> None:
    """This process has become another user: the library acts as that one, by no token."""
    if _slurm is not None:
        _slurm.identity.forget_own()


def set_no_new_privs() -> None:
    """No program that this process becomes has more rights than the process. Raises OSError."""
    if _lib().compat_no_new_privileges():
        raise OSError("prctl(PR_SET_NO_NEW_PRIVS) failed")


def _lib() -> Any:
    """The functions of the bindings."""
    return _bindings().lib


def _bindings() -> Any:
    return lazy.module("restd_inet.slurm.capabilities").bindings()
