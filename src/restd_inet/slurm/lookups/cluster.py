"""What tables ask of nodes, partitions, reservations and shares, and of slurmctld itself."""

from __future__ import annotations

from math import isnan

from restd_inet.schema.kinds.base import ABSENT
from restd_inet.slurm.lookups.names import user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.admin import Shares
    from restd_inet.slurm.library import Library


class Rpcs:
    """How often RPCs of a type, or of a user, came, and the microseconds that they took.

    hosts: a host list, of RPCs that wait for an answer. The rest: of the queue of a type, if it has one.
    """

    __slots__ = ("count", "cycle_last", "cycle_max", "dropped", "hosts", "id", "queued", "total_time")

    def __init__(self, id: int, count: int, total_time: int = 0, hosts: str = "") -> None:
        self.id = id
        self.count = count
        self.total_time = total_time
        self.hosts = hosts
        self.queued = self.dropped = self.cycle_last = self.cycle_max = 0


class NodeUse:
    """What of a node is allocated. tres: as a text, None if it is not known."""

    __slots__ = ("cpus", "memory", "tres", "weighted")

    def __init__(self, cpus: int, memory: int, tres: str | None, weighted: float) -> None:
        self.cpus = cpus
        self.memory = memory
        self.tres = tres
        self.weighted = 0.0 if isnan(weighted) else weighted


class Share:
    """assoc_shares_object_t, with the names of the TRES that its numbers are of."""

    def __init__(self, share: Any, tres: list[str]) -> None:
        self._share = share
        self.tres = tres

    def __getattr__(self, member: str) -> Any:
        return getattr(self._share, member)


class Controller:
    """A slurmctld, as slurm.conf has it."""

    __slots__ = ("address", "machine")

    def __init__(self, address: str, machine: str) -> None:
        self.address = address
        self.machine = machine


"""The part of Lookups that is about the cluster."""

_used: tuple[Any, NodeUse] | None = None

# A partition.


def partition_exclusive(slurm: Library, partition: Any) -> str:
    """What a job has for itself."""
    if partition.flags & (slurm.constant("PART_FLAG_EXCLUSIVE_TOPO") or 0):
        return "TOPO"
    if not partition.max_share & ~slurm.lib.SHARED_FORCE:
        return "NODE"
    return "USER" if partition.flags & slurm.lib.PART_FLAG_EXCLUSIVE_USER else "NO"


def oversubscription(slurm: Library, max_share: int) -> str:
    jobs = max_share & ~slurm.lib.SHARED_FORCE
    if jobs and max_share & slurm.lib.SHARED_FORCE:
        return f"FORCE:{jobs}"
    return f"YES:{jobs}" if jobs > 1 else "NO"


# A node.


def node_partitions(slurm: Library, node: Any) -> list[str]:
    return (slurm.text(node.partitions) or "").split(",")


def alloc_memory(slurm: Library, node: Any) -> int:
    return _use(slurm, node).memory


def alloc_cpus(slurm: Library, node: Any) -> int:
    return _use(slurm, node).cpus


def idle_cpus(slurm: Library, node: Any) -> int:
    return int(node.cpus - _use(slurm, node).cpus)


def tres_used(slurm: Library, node: Any) -> str | None:
    return _use(slurm, node).tres


def tres_used_text(slurm: Library, node: Any) -> str:
    return _use(slurm, node).tres or ""


def reason_user(slurm: Library, node: Any) -> str:
    """Who gave the reason, if there is one."""
    return (node.reason and user_name(slurm, node.reason_uid)) or ""


def tres_weighted(slurm: Library, node: Any) -> float:
    return _use(slurm, node).weighted


def _use(slurm: Library, node: Any) -> NodeUse:
    """Asked once for all fields of a node."""
    used: tuple[Any, NodeUse] | None = slurm.cache.get("node_use")
    if used is None or used[0] is not node:
        use = slurm.ffi.new("compat_node_use_t *")
        by_reference = slurm.ffi.typeof(node).kind == "struct"
        slurm.lib.compat_node_use(slurm.ffi.addressof(node) if by_reference else node, use)
        found = NodeUse(use.cpus, use.memory, slurm.text(use.tres), use.tres_weighted)
        slurm.lib.slurm_xfree(slurm.ffi.cast("void **", slurm.ffi.addressof(use, "tres")))
        used = slurm.cache["node_use"] = (node, found)
    return used[1]


# A reservation, and diag.


def purge_completed(slurm: Library, reservation: Any) -> Any:
    """When it ends for want of jobs: only if it does."""
    if reservation.flags & slurm.lib.RESERVE_FLAG_PURGE_COMP:
        return {"time": reservation.purge_comp_time}
    return ABSENT


def reserved_cores(slurm: Library, reservation: Any) -> list[Any]:
    return [reservation.core_spec[i] for i in range(reservation.core_spec_cnt)]


def rpcs_by_type(slurm: Library, stats: Any) -> list[Rpcs]:
    found = [
        Rpcs(stats.rpc_type_id[i], stats.rpc_type_cnt[i], stats.rpc_type_time[i])
        for i in range(stats.rpc_type_size)
    ]
    if getattr(stats, "rpc_queue_enabled", 0):
        for i, rpcs in enumerate(found):
            rpcs.queued = stats.rpc_type_queued[i]
            rpcs.dropped = stats.rpc_type_dropped[i]
            rpcs.cycle_last = stats.rpc_type_cycle_last[i]
            rpcs.cycle_max = stats.rpc_type_cycle_max[i]
    return found


def rpcs_by_user(slurm: Library, stats: Any) -> list[Rpcs]:
    return [
        Rpcs(stats.rpc_user_id[i], stats.rpc_user_cnt[i], stats.rpc_user_time[i])
        for i in range(stats.rpc_user_size)
    ]


def rpcs_pending(slurm: Library, stats: Any) -> list[Rpcs]:
    return [
        Rpcs(stats.rpc_queue_type_id[i], stats.rpc_queue_count[i]) for i in range(stats.rpc_queue_type_count)
    ]


def rpcs_of_hosts(slurm: Library, stats: Any) -> list[Rpcs]:
    return [
        Rpcs(stats.rpc_dump_types[i], 0, hosts=slurm.text(stats.rpc_dump_hostlist[i]) or "")
        for i in range(stats.rpc_dump_count)
    ]


def cycles_per_minute(slurm: Library, stats: Any) -> int:
    seconds = stats.req_time - stats.req_time_start
    return int(stats.schedule_cycle_counter // (seconds // 60)) if seconds > 60 else 0


# Fair share, the resources of a job, the configuration.


def shares(slurm: Library, found: Shares) -> list[Share]:
    return [Share(one, found.tres) for one in found.objects]


def gres_layout(slurm: Library, node: Any) -> list[Any]:
    return slurm.items(node.gres, "node_gres_layout_t *")


def gres_indexes(slurm: Library, gres: Any) -> str:
    if not gres.index:
        return ""
    return slurm.take_text(slurm.lib.slurm_bit_fmt_full(gres.index))


def controllers(slurm: Library, conf: Any) -> list[Controller]:
    hosts = ((conf.control_addr[i], conf.control_machine[i]) for i in range(conf.control_cnt))
    return [Controller(slurm.text(address) or "", slurm.text(name) or "") for address, name in hosts]


def job_defaults(slurm: Library, conf: Any) -> list[Any]:
    found = getattr(conf, "job_defaults_list", None)
    return slurm.items(found, "job_defaults_t *") if found else []
