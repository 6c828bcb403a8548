"""What variables of a job say of its options, for its steps (set_envs, set_env_from_opts of sbatch)."""

from __future__ import annotations

from restd_inet.schema.kinds.values import Deferred

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Members = dict[str, Any]

#: A flag of --mem-bind → its word, in the order in which Slurm writes them.
_MEM_BIND = {
    "VERBOSE": "verbose",
    "PREFER": "prefer",
    "SORT": "sort",
    "NONE": "none",
    "RANK": "rank",
    "LOCAL": "local",
    "MAP": "map_mem",
    "MASK": "mask_mem",
}
#: Variable of a job's environment → the member that says it.
_MEMBERS = {
    "SLURM_CPUS_PER_TASK": "cpus_per_task",
    "SLURM_NTASKS": "num_tasks",
    "SLURM_NTASKS_PER_CORE": "ntasks_per_core",
    "SLURM_NTASKS_PER_GPU": "ntasks_per_gpu",
    "SLURM_NTASKS_PER_NODE": "ntasks_per_node",
    "SLURM_NTASKS_PER_SOCKET": "ntasks_per_socket",
    "SLURM_NTASKS_PER_TRES": "ntasks_per_tres",
    "SLURM_THREADS_PER_CORE": "threads_per_core",
}


def variables(
    members: Members, since: Callable[[str], bool], resolve: Callable[[Deferred], str]
) -> dict[str, str]:
    """Those of a component. since: whether the installed Slurm is that release or a newer one. resolve: what
    libslurm makes of a text."""
    m = members
    found = {
        name.removeprefix("env "): str(value)
        for name, value in m.items()
        if name.startswith("env ") and value is not None
    }
    bind = found.pop("SLURM_GPU_BIND", None)
    if bind and not since("23.11"):
        found["SLURM_GPU_BIND"] = bind
    for pair in m.get("env", ()):
        name, _, value = pair.partition("=")
        found[name] = value
    for name, member in _MEMBERS.items():
        if member in m and m[member] is not None:
            found[name] = str(m[member])
    if "num_tasks" in m:
        found["SLURM_NPROCS"] = found["SLURM_NTASKS"]
    if m.get("gpus_per_task") and not since("23.11"):
        found["SLURM_GPUS_PER_TASK"] = m["gpus_per_task"]
    if since("23.11"):
        bind = m.get("tres_bind")
        for name, content in (("SLURM_TRES_PER_TASK", m.get("tres_per_task")), ("SLURM_TRES_BIND", bind)):
            if content:
                found[name] = resolve(content) if isinstance(content, Deferred) else content
    if "mem_bind_type" in m:
        found |= _mem_bind(m["mem_bind_type"], m.get("mem_bind"), sort=not since("25.05"))
    return found


def _mem_bind(bits: frozenset[str], mask: object, sort: bool) -> Members:
    """What --mem-bind says."""
    kind = [word for name, word in _MEM_BIND.items() if f"MEM_BIND_{name}" in bits]
    if not kind:
        return {}
    found = {"SLURM_MEM_BIND": ",".join(kind) + (f":{mask}" if mask else "")}
    found["SLURM_MEM_BIND_VERBOSE"] = "verbose" if "verbose" in kind else "quiet"
    if "sort" in kind and sort:
        found["SLURM_MEM_BIND_SORT"] = "sort"
    return found
