"""What tables ask of a job that slurmctld knows: its files, and the resources that it has."""

from __future__ import annotations

from restd_inet.schema.kinds.base import Memo
from restd_inet.schema.kinds.numbers import structure
from restd_inet.schema.kinds.strings import sluid
from restd_inet.schema.kinds.values import INFINITE, NO_VAL
from restd_inet.slurm.lookups.hosts import expanded_hosts
from restd_inet.slurm.lookups.names import room, user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.library import Library


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


"""The part of Lookups that is about jobs."""


def _users(slurm: Library) -> Memo:
    """The names of users by uid."""
    found: Memo | None = slurm.cache.get("users")
    if found is None:
        found = slurm.cache["users"] = Memo(lambda uid: user_name(slurm, uid))
    return found


def job_user_name(slurm: Library, job: Any) -> str | None:
    """slurmctld leaves it out, as far as it is not told otherwise."""
    return slurm.text(job.user_name) or _users(slurm)[job.user_id]


def job_stdin(slurm: Library, job: Any) -> str:
    return _path(slurm, slurm.lib.slurm_get_job_stdin, job, job.std_in)


def job_stdout(slurm: Library, job: Any) -> str:
    return _path(slurm, slurm.lib.slurm_get_job_stdout, job, job.std_out)


def job_stderr(slurm: Library, job: Any) -> str:
    return _path(slurm, slurm.lib.slurm_get_job_stderr, job, job.std_err or job.std_out)


def job_stdin_given(slurm: Library, job: Any) -> str:
    return job_stdin(slurm, job) if job.std_in[0] != b"\0" else ""


def job_stdout_given(slurm: Library, job: Any) -> str:
    return job_stdout(slurm, job) if job.std_out[0] != b"\0" else ""


def job_stderr_given(slurm: Library, job: Any) -> str:
    return job_stderr(slurm, job) if job.std_err[0] != b"\0" else ""


def _path(slurm: Library, expand: Any, job: Any, given: Any) -> str:
    """Of a file of a job, as libslurm fills it in; given: with patterns, or NULL."""
    if given and given[0] == b"\0":  # there libslurm crashes from 23.11 on
        return ""
    by_reference = slurm.ffi.typeof(job).kind == "struct"
    path = room(slurm)
    expand(path, len(path), slurm.ffi.addressof(job) if by_reference else job)
    return slurm.text(path) or ""


def job_step_id(slurm: Library, job: Any) -> dict[str, Any]:
    """The job as the step that is all of it."""
    whole = structure(NO_VAL[32], INFINITE[32])
    step = getattr(job, "step_id", None)  # from 25.11 on
    return {
        "sluid": sluid(getattr(step, "sluid", 0)),
        "job_id": whole(job.job_id if step is None else step.job_id),
        "step_het_component": whole(NO_VAL[32] if step is None else step.step_het_comp),
        "step_id": "entire",
    }


def priorities(slurm: Library, job: Any) -> list[PartitionPriority]:
    """A job that asks for several partitions has a priority in each."""
    given = getattr(job, "priority_array_names", None) or getattr(job, "priority_array_parts", None)  # 24.05
    names = (slurm.text(given) or "").split(",")
    return [PartitionPriority(name, job.priority_array[i]) for i, name in enumerate(names) if name]


def indexes(slurm: Library, pointer: Any) -> list[int] | None:
    """A list of node indexes that ends in -1."""
    if not pointer:
        return None
    numbers: list[int] = []
    while (number := pointer[len(numbers)]) != -1:
        numbers.append(number)
    return numbers


def gres_detail(slurm: Library, job: Any) -> list[str]:
    return [slurm.text(job.gres_detail_str[index]) or "" for index in range(job.gres_detail_cnt)]


def job_resources(slurm: Library, job: Any) -> dict[str, Any]:
    """The allocation as up to v0.0.37: hosts by index, their sockets and cores as maps."""
    pointer = job.job_resrcs
    whole = slurm.ffi.new("compat_job_resources_t *")
    if slurm.lib.compat_job_resources(pointer, whole):
        return {}
    nodes = {str(index): _node_allocation(slurm, pointer, index) for index in range(whole.nhosts)}
    return {
        "nodes": slurm.text(whole.nodes) or "",
        "allocated_cpus": whole.ncpus,
        "allocated_hosts": whole.nhosts,
        "allocated_nodes": nodes,
    }


def job_resources_by_host(slurm: Library, job: Any) -> dict[str, Any]:
    """The allocation in v0.0.38: a list of hosts by name, with their sockets and cores."""
    pointer = job.job_resrcs
    whole = slurm.ffi.new("compat_job_resources_t *")
    if slurm.lib.compat_job_resources(pointer, whole):
        return {}
    nodes = slurm.text(whole.nodes) or ""
    by_core = slurm.lib.compat_conf().select_type_param & (slurm.lib.CR_CORE | slurm.lib.CR_SOCKET)
    return {
        "nodes": nodes,
        "allocated_cores" if by_core else "allocated_cpus": whole.ncpus,
        "allocated_hosts": whole.nhosts,
        "allocated_nodes": [
            _host_allocation(slurm, pointer, index, name)
            for index, name in enumerate(expanded_hosts(slurm, nodes))
        ],
    }


def job_resources_in_full(slurm: Library, job: Any) -> dict[str, Any]:
    """The same in v0.0.40, with both counts; one is 0."""
    found = job_resources_by_host(slurm, job)
    return found and {"allocated_cores": 0, "allocated_cpus": 0, **found}


def allocation(slurm: Library, job: Any) -> Allocation | None:
    """The allocation from v0.0.41 on: hosts with their sockets, and these with all their cores."""
    whole = slurm.ffi.new("compat_job_resources_t *")
    if slurm.lib.compat_job_resources(job.job_resrcs, whole):
        return None
    nodes = slurm.text(whole.nodes) or ""
    names = expanded_hosts(slurm, nodes)
    hosts = [_cores_of_host(slurm, job.job_resrcs, index, name) for index, name in enumerate(names)]
    return Allocation(whole, nodes, hosts)


def _cores_of_host(slurm: Library, pointer: Any, index: int, name: str) -> dict[str, Any]:
    node, states = _cores(slurm, pointer, index)
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


def _host_allocation(slurm: Library, pointer: Any, index: int, name: str) -> dict[str, Any]:
    node, states = _cores(slurm, pointer, index)
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


def _cores(slurm: Library, pointer: Any, index: int) -> tuple[Any, Any]:
    """compat_node_alloc_t of a host of an allocation, and the states of its cores."""
    node = slurm.ffi.new("compat_node_alloc_t *")
    slurm.lib.compat_job_resources_node(pointer, index, node)
    states = slurm.ffi.new("uint8_t[]", node.sockets * node.cores_per_socket)
    slurm.lib.compat_job_resources_cores(pointer, index, states, len(states))
    return node, states


def _node_allocation(slurm: Library, pointer: Any, index: int) -> dict[str, Any]:
    node, states = _cores(slurm, pointer, index)
    sockets: dict[str, str] = {}
    cores: dict[str, str] = {}
    for number, state in enumerate(states):
        if state:
            socket, core = divmod(number, node.cores_per_socket)
            word = "assigned" if state == 2 else "unassigned"
            sockets[str(socket)] = cores[str(core)] = word
    return {"sockets": sockets, "cores": cores, "memory": node.memory, "cpus": node.cpus}
