"""What tables ask of a job that slurmctld knows: its files, and the resources that it has."""

from __future__ import annotations

from restd_inet.schema.kinds.numbers import structure
from restd_inet.schema.kinds.values import INFINITE, NO_VAL
from restd_inet.slurm.lookups.names import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class PartitionPriority:
    """A job's priority in one of its partitions."""

    __slots__ = ("partition", "priority")

    def __init__(self, partition: str, priority: int) -> None:
        self.partition = partition
        self.priority = priority


class Allocation:
    """A compat_job_resources_t. hosts: as documents have them."""

    __slots__ = ("cr_type", "hosts", "ncpus", "nhosts", "node_req", "nodes", "threads_per_core", "whole_node")

    def __init__(self, whole: Any, nodes: str, hosts: list[dict[str, Any]]) -> None:
        self.nodes = nodes
        self.hosts = hosts
        self.cr_type = whole.cr_type
        self.ncpus = whole.ncpus
        self.nhosts = whole.nhosts
        self.node_req = whole.node_req
        self.threads_per_core = whole.threads_per_core
        self.whole_node = whole.whole_node == 1


#: What is said of a core that is free, given to the job, used by one of its steps.
_CORE = (("UNALLOCATED",), ("ALLOCATED",), ("ALLOCATED", "IN_USE"))


class JobLookups(Names):
    """The part of Lookups that is about jobs."""

    def job_user_name(self, job: Any) -> str | None:
        """slurmctld leaves it out, as far as it is not told otherwise."""
        return self._text(job.user_name) or self._users[job.user_id]

    def job_stdin(self, job: Any) -> str:
        return self._path(self._lib.slurm_get_job_stdin, job, job.std_in)

    def job_stdout(self, job: Any) -> str:
        return self._path(self._lib.slurm_get_job_stdout, job, job.std_out)

    def job_stderr(self, job: Any) -> str:
        return self._path(self._lib.slurm_get_job_stderr, job, job.std_err or job.std_out)

    def job_stdin_given(self, job: Any) -> str:
        return self.job_stdin(job) if job.std_in[0] != b"\0" else ""

    def job_stdout_given(self, job: Any) -> str:
        return self.job_stdout(job) if job.std_out[0] != b"\0" else ""

    def job_stderr_given(self, job: Any) -> str:
        return self.job_stderr(job) if job.std_err[0] != b"\0" else ""

    def _path(self, expand: Any, job: Any, given: Any) -> str:
        """Of a file of a job, as libslurm fills it in; given: with patterns, or NULL."""
        if given and given[0] == b"\0":  # there libslurm crashes from 23.11 on
            return ""
        by_reference = self._ffi.typeof(job).kind == "struct"
        expand(self._room, len(self._room), self._ffi.addressof(job) if by_reference else job)
        return self._text(self._room) or ""

    def job_step_id(self, job: Any) -> dict[str, Any]:
        """The job as the step that is all of it."""
        whole = structure(NO_VAL[32], INFINITE[32])
        step = getattr(job, "step_id", None)  # from 25.11 on
        return {
            "sluid": self.sluid(getattr(step, "sluid", 0)),
            "job_id": whole(job.job_id if step is None else step.job_id),
            "step_het_component": whole(NO_VAL[32] if step is None else step.step_het_comp),
            "step_id": "entire",
        }

    def sluid(self, number: int) -> str:
        """Slurm's identifier of a job, 64 bits in base 32 without I, L, O and U; "" for none."""
        digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        return "s" + "".join(digits[number >> shift & 31] for shift in range(60, -1, -5)) if number else ""

    def priorities(self, job: Any) -> list[PartitionPriority]:
        """A job that asks for several partitions has a priority in each."""
        names = (self._text(job.priority_array_names) or "").split(",")
        return [PartitionPriority(name, job.priority_array[i]) for i, name in enumerate(names) if name]

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

    def job_resources_by_host(self, job: Any) -> dict[str, Any]:
        """The allocation in v0.0.38: a list of hosts by name, with their sockets and cores."""
        pointer = job.job_resrcs
        whole = self._ffi.new("compat_job_resources_t *")
        if self._lib.compat_job_resources(pointer, whole):
            return {}
        nodes = self._text(whole.nodes) or ""
        by_core = self._lib.compat_conf().select_type_param & (self._lib.CR_CORE | self._lib.CR_SOCKET)
        return {
            "nodes": nodes,
            "allocated_cores" if by_core else "allocated_cpus": whole.ncpus,
            "allocated_hosts": whole.nhosts,
            "allocated_nodes": [
                self._host_allocation(pointer, index, name)
                for index, name in enumerate(self.expanded_hosts(nodes))
            ],
        }

    def job_resources_in_full(self, job: Any) -> dict[str, Any]:
        """The same in v0.0.40, with both counts; one is 0."""
        found = self.job_resources_by_host(job)
        return found and {"allocated_cores": 0, "allocated_cpus": 0, **found}

    def allocation(self, job: Any) -> Allocation | None:
        """The allocation from v0.0.41 on: hosts with their sockets, and these with all their cores."""
        whole = self._ffi.new("compat_job_resources_t *")
        if self._lib.compat_job_resources(job.job_resrcs, whole):
            return None
        nodes = self._text(whole.nodes) or ""
        names = self.expanded_hosts(nodes)
        hosts = [self._cores_of_host(job.job_resrcs, index, name) for index, name in enumerate(names)]
        return Allocation(whole, nodes, hosts)

    def _cores_of_host(self, pointer: Any, index: int, name: str) -> dict[str, Any]:
        node, states = self._cores(pointer, index)
        per_socket = node.cores_per_socket
        sockets = [
            {
                "index": socket,
                "cores": [
                    {"index": core, "status": list(_CORE[states[socket * per_socket + core]])}
                    for core in range(per_socket)
                ],
            }
            for socket in range(node.sockets)
        ]
        return {
            "index": index,
            "name": name,
            "cpus": {"count": node.cpus, "used": node.cpus_used},
            "memory": {"used": node.memory_used, "allocated": node.memory},
            "sockets": sockets,
        }

    def _host_allocation(self, pointer: Any, index: int, name: str) -> dict[str, Any]:
        node, states = self._cores(pointer, index)
        sockets: dict[str, dict[str, dict[str, str]]] = {}
        for number, state in enumerate(states):
            if state:
                socket, core = divmod(number, node.cores_per_socket)
                cores = sockets.setdefault(str(socket), {"cores": {}})["cores"]
                cores[str(core)] = "allocated_and_in_use" if state == 2 else "allocated"
        return {
            "sockets": sockets,
            "nodename": name,
            "cpus_used": node.cpus_used,
            "memory_used": node.memory_used,
            "memory_allocated": node.memory,
        }

    def _cores(self, pointer: Any, index: int) -> tuple[Any, Any]:
        """compat_node_alloc_t of a host of an allocation, and the states of its cores."""
        node = self._ffi.new("compat_node_alloc_t *")
        self._lib.compat_job_resources_node(pointer, index, node)
        states = self._ffi.new("uint8_t[]", node.sockets * node.cores_per_socket)
        self._lib.compat_job_resources_cores(pointer, index, states, len(states))
        return node, states

    def _node_allocation(self, pointer: Any, index: int) -> dict[str, Any]:
        node, states = self._cores(pointer, index)
        sockets: dict[str, str] = {}
        cores: dict[str, str] = {}
        for number, state in enumerate(states):
            if state:
                socket, core = divmod(number, node.cores_per_socket)
                word = "assigned" if state == 2 else "unassigned"
                sockets[str(socket)] = cores[str(core)] = word
        return {"sockets": sockets, "cores": cores, "memory": node.memory, "cpus": node.cpus}
