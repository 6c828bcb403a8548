"""What record tables ask by name: the Name and Computed kinds, and Library values (schema.fields)."""

from __future__ import annotations

import pwd

from restd_inet.problems import Problem, path_text
from restd_inet.schema.fields import INFINITE, NO_VAL, Library, clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm import Slurm


class Lookups:
    """Each public method is a function that a table may name."""

    def __init__(self, slurm: Slurm) -> None:
        self._ffi = slurm.ffi
        self._lib = slurm.lib
        self._text = slurm.text

    def user_name(self, uid: int) -> str | None:
        try:
            return pwd.getpwuid(uid).pw_name
        except (KeyError, OverflowError):
            return None

    def job_state(self, state: int) -> str | None:
        return self._text(self._lib.slurm_job_state_string(state))

    def job_reason(self, reason: int) -> str | None:
        return self._text(self._lib.compat_job_reason_string(reason))

    def indexes(self, pointer: Any) -> list[int] | None:
        """A list of node indexes that ends in -1."""
        if not pointer:
            return None
        numbers: list[int] = []
        while (number := pointer[len(numbers)]) != -1:
            numbers.append(number)
        return numbers

    def gres_detail(self, job: Any) -> list[str]:
        return [self._text(job.gres_detail_str[index]) or "" for index in range(job.gres_detail_cnt)]

    def job_resources(self, job: Any) -> dict[str, Any]:
        """The allocation as up to v0.0.37: hosts by index, their sockets and cores as maps."""
        pointer = job.job_resrcs
        whole = self._ffi.new("compat_job_resources_t *")
        if self._lib.compat_job_resources(pointer, whole):
            return {}
        nodes = {str(index): self._node_allocation(pointer, index) for index in range(whole.nhosts)}
        return {
            "nodes": self._text(whole.nodes) or "",
            "allocated_cpus": whole.ncpus,
            "allocated_hosts": whole.nhosts,
            "allocated_nodes": nodes,
        }

    def _node_allocation(self, pointer: Any, index: int) -> dict[str, Any]:
        node = self._ffi.new("compat_node_alloc_t *")
        self._lib.compat_job_resources_node(pointer, index, node)
        states = self._ffi.new("uint8_t[]", node.sockets * node.cores_per_socket)
        self._lib.compat_job_resources_cores(pointer, index, states, len(states))
        sockets: dict[str, str] = {}
        cores: dict[str, str] = {}
        for number, state in enumerate(states):
            if state:
                socket, core = divmod(number, node.cores_per_socket)
                word = "assigned" if state == 2 else "unassigned"
                sockets[str(socket)] = cores[str(core)] = word
        return {"sockets": sockets, "cores": cores, "memory": node.memory, "cpus": node.cpus}

    def parse_time(self, value: Library) -> int:
        """A time in any form of sbatch's --begin, as seconds since the epoch."""
        seconds: int = self._lib.slurm_parse_time(value.text.encode(), 0)
        if not seconds:
            raise _not_taken(value, "a time, such as 2030-01-31T12:00:00, now+1hour or seconds since 1970")
        return seconds

    def time_minutes(self, value: Library) -> int:
        """Minutes of a text such as 1-12:30:00; 0 is no limit."""
        minutes: int = self._lib.slurm_time_str2mins(value.text.encode())
        if not 0 <= minutes < NO_VAL[32]:
            raise _not_taken(value, "minutes, or [days-]hours:minutes:seconds")
        return minutes or INFINITE[32]

    def time_seconds(self, value: Library) -> int:
        """Seconds of a text of minutes, as above."""
        seconds: int = self._lib.slurm_time_str2secs(value.text.encode())
        if not 0 <= seconds < NO_VAL[32]:
            raise _not_taken(value, "minutes, or [days-]hours:minutes:seconds")
        return seconds

    def tres(self, value: Library) -> str:
        """A list of GRES as TRES members take it: each with its type."""
        return ",".join(f"gres:{part}" for part in value.text.split(","))


def _not_taken(value: Library, expected: str) -> Problem:
    text = f'{path_text(value.path)}: expected {expected}; found "{clip(value.text)}"'
    return Problem(400, text, path=value.path)
