"""What the installed release of Slurm has: the only place that is asked.

A name is a function or a constant of C, a struct, a member as "struct.member", or a row of FEATURES. What the
release lacks is Problem 501, which names that release and the first one that has it.
"""

from __future__ import annotations

from restd_inet import installed, lazy
from restd_inet.problems import Problem
from restd_inet.schema.versions import NUMBERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: A release that is not in the table.
_UNKNOWN = -1
#: What a name in C does not tell → the constant of compat.h that does.
FEATURES = {
    "%b of files": "HAS_TASK_MODULO",
    "SLURM_JOB_NAME": "HAS_JOB_NAME_IN_ENV",
    "gres/": "HAS_TRES_SLASH",
    "instances unlock": "HAS_INSTANCES_UNLOCK",
    "known layouts": "HAS_KNOWN_LAYOUTS",
    "restart": "HAS_RESTART",
    "resv_desc_msg_t.tres_str": "HAS_RESERVED_TRES",
    "slurm_get_resource_layout": "HAS_RESOURCE_LAYOUT",
    "slurm_step_id_t.sluid": "HAS_SLUIDS",
    "slurmdb_ping": "HAS_SLURMDB_PING",
    "slurmdbd_conf_t": "HAS_SLURMDBD_CONF",
}

#: What is not in every release that is served → the first one that has it.
SINCE = {
    "job_desc_msg_t.container_id": "23.02",
    "job_desc_msg_t.job_size_str": "23.02",
    "job_desc_msg_t.resv_port_cnt": "24.05",
    "job_desc_msg_t.segment_size": "24.05",
    "job_desc_msg_t.oom_kill_step": "24.11",
    "job_desc_msg_t.runtime": "26.05",
    "job_desc_msg_t.mem_update_delay": "26.05",
    "job_desc_msg_t.mem_update_margin": "26.05",
    "CONSOLIDATE_SEGMENTS": "25.11",
    "EXPEDITED_REQUEUE": "25.11",
    "EXTERNAL_JOB": "25.05",
    "GRES_ALLOW_TASK_SHARING": "23.11",
    "GRES_MULT_TASKS_PER_SHARING": "23.11",
    "GRES_ONE_TASK_PER_SHARING": "23.11",
    "JOB_IMPLICIT_MAX_NODES": "26.05",
    "JOB_SHARED_TOPO": "24.05",
    "KILL_ARRAY_TASK": "23.02",
    "KILL_CRON": "24.05",
    "RESET_CONSOLIDATE_SEGMENTS": "26.11",
    "RESET_SPREAD_SEGMENTS": "26.11",
    "SLURMDB_ACCT_FLAG_USER_COORD": "24.05",
    "SLURMDB_ACCT_FLAG_USER_COORD_NO": "24.05",
    "SPREAD_SEGMENTS": "25.11",
    "STEPMGR_ENABLED": "24.05",
    "node_info_t.resv_name": "23.02",
    "slurm_associations_get_shares": "23.11",
    "slurm_step_id_t.sluid": "26.05",
    "slurm_get_resource_layout": "25.11",
    "slurmdb_instances_get": "23.11",
    "update_node_msg_t.resume_after": "23.02",
    "update_node_msg_t.topology_str": "25.05",
    "partition_info_t.max_cpus_per_socket": "23.02",
    "partition_info_t.topology_name": "25.05",
    "resv_desc_msg_t.comment": "23.02",
    "resv_desc_msg_t.tres_str": "23.11",
    "job_step_info_t.std_out": "26.05",
    "slurmdb_step_rec_t.std_out": "26.05",
    "slurmdbd_conf_t": "26.05",
    "topo_info_request_msg_t": "25.05",
}

#: A member's name in the newest release → the one that it had before.
RENAMED = {"runtime": "container_type"}


class Capabilities:
    """Of libslurm as it is bound: `ffi` and `lib` of libslurm_cffi."""

    def __init__(self, ffi: Any, lib: Any) -> None:
        self._ffi = ffi
        self._lib = lib

    def has(self, name: str) -> bool:
        """Whether this release has what a name is of."""
        if name in FEATURES:
            return bool(getattr(self._lib, FEATURES[name]))
        struct, _, member = name.rpartition(".")
        if struct:
            return member in self.members(struct)
        if hasattr(self._lib, name):
            return True
        try:
            self._ffi.typeof(name)
        except self._ffi.error:
            return False
        return True

    def check(self, name: str) -> None:
        """Raises Problem 501 for what this release lacks."""
        if not self.has(name):
            raise self.lacking(name)

    def function(self, name: str) -> Any:
        """A function of libslurm. Raises Problem 501."""
        self.check(name)
        return getattr(self._lib, name)

    def constant(self, name: str) -> int | None:
        """The value of a C constant; None if this release has none of that name."""
        value: int | None = getattr(self._lib, name, None)
        return value

    def bits(self, name: str) -> int:
        """The value of a C constant of flags. Raises Problem 501."""
        self.check(name)
        value: int = getattr(self._lib, name)
        return value

    def members(self, struct: str) -> dict[str, str]:
        """The names of a struct's members; by the newest release's name the one that this release has."""
        found = {name: name for name, _ in self._ffi.typeof(struct).fields}
        return {**{new: old for new, old in RENAMED.items() if old in found}, **found}

    def lacking(self, name: str) -> Problem:
        """The Problem of what this release lacks."""
        release, shown = installed.release(), name.rpartition(".")[2]
        if not self.has("known layouts"):
            known = "restd-inet does not know that release yet"
            return Problem(501, f"{shown} cannot be used with Slurm {release}: {known}")
        since = SINCE.get(name)
        newer = f"; Slurm {since} or a newer one has it" if since else ""
        return Problem(501, f"Slurm {release} has no {shown}{newer}")


def bindings() -> Any:
    """The package that holds libslurm: `ffi` and `lib`. Raises Problem 503 if they cannot be loaded."""
    package = lazy.module("libslurm_cffi")
    try:
        package.lib  # noqa: B018  # which loads them
    except ImportError as error:
        raise lazy.module("restd_inet.slurm.releases").not_loaded(error) from None
    return package


def check_release(lib: Any) -> None:
    """Raises Problem 503 if libslurm is not that of the release that the bindings were built for."""
    number = lib.slurm_api_version() >> 16
    if number != NUMBERS.get(installed.series(), _UNKNOWN):
        lazy.module("restd_inet.slurm.releases").check(number)


def bound() -> Capabilities:
    """Those of the libslurm that is bound, without starting it."""
    module = bindings()
    return Capabilities(module.ffi, module.lib)
