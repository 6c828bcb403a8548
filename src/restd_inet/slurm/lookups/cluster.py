"""What tables ask of nodes, partitions, reservations and shares, and of slurmctld itself."""

from __future__ import annotations

from math import isnan

from restd_inet.schema.kinds.base import ABSENT
from restd_inet.slurm.lookups.names import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.admin import Shares


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


class ClusterLookups(Names):
    """The part of Lookups that is about the cluster."""

    _used: tuple[Any, NodeUse] | None = None

    # A partition.

    def partition_exclusive(self, partition: Any) -> str:
        """What a job has for itself."""
        if partition.flags & getattr(self._lib, "PART_FLAG_EXCLUSIVE_TOPO", 0):
            return "TOPO"
        if not partition.max_share & ~self._lib.SHARED_FORCE:
            return "NODE"
        return "USER" if partition.flags & self._lib.PART_FLAG_EXCLUSIVE_USER else "NO"

    def oversubscription(self, max_share: int) -> str:
        jobs = max_share & ~self._lib.SHARED_FORCE
        if jobs and max_share & self._lib.SHARED_FORCE:
            return f"FORCE:{jobs}"
        return f"YES:{jobs}" if jobs > 1 else "NO"

    # A node.

    def node_partitions(self, node: Any) -> list[str]:
        return (self._text(node.partitions) or "").split(",")

    def alloc_memory(self, node: Any) -> int:
        return self._use(node).memory

    def alloc_cpus(self, node: Any) -> int:
        return self._use(node).cpus

    def idle_cpus(self, node: Any) -> int:
        return int(node.cpus - self._use(node).cpus)

    def tres_used(self, node: Any) -> str | None:
        return self._use(node).tres

    def tres_used_text(self, node: Any) -> str:
        return self._use(node).tres or ""

    def reason_user(self, node: Any) -> str:
        """Who gave the reason, if there is one."""
        return (node.reason and self.user_name(node.reason_uid)) or ""

    def tres_weighted(self, node: Any) -> float:
        return self._use(node).weighted

    def _use(self, node: Any) -> NodeUse:
        """Asked once for all fields of a node."""
        if self._used is None or self._used[0] is not node:
            use = self._ffi.new("compat_node_use_t *")
            by_reference = self._ffi.typeof(node).kind == "struct"
            self._lib.compat_node_use(self._ffi.addressof(node) if by_reference else node, use)
            found = NodeUse(use.cpus, use.memory, self._text(use.tres), use.tres_weighted)
            self._lib.slurm_xfree(self._ffi.cast("void **", self._ffi.addressof(use, "tres")))
            self._used = (node, found)
        return self._used[1]

    # A reservation, and diag.

    def purge_completed(self, reservation: Any) -> Any:
        """When it ends for want of jobs: only if it does."""
        if reservation.flags & self._lib.RESERVE_FLAG_PURGE_COMP:
            return {"time": reservation.purge_comp_time}
        return ABSENT

    def reserved_cores(self, reservation: Any) -> list[Any]:
        return [reservation.core_spec[i] for i in range(reservation.core_spec_cnt)]

    def rpcs_by_type(self, stats: Any) -> list[Rpcs]:
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

    def rpcs_by_user(self, stats: Any) -> list[Rpcs]:
        return [
            Rpcs(stats.rpc_user_id[i], stats.rpc_user_cnt[i], stats.rpc_user_time[i])
            for i in range(stats.rpc_user_size)
        ]

    def rpcs_pending(self, stats: Any) -> list[Rpcs]:
        return [
            Rpcs(stats.rpc_queue_type_id[i], stats.rpc_queue_count[i])
            for i in range(stats.rpc_queue_type_count)
        ]

    def rpcs_of_hosts(self, stats: Any) -> list[Rpcs]:
        return [
            Rpcs(stats.rpc_dump_types[i], 0, hosts=self._text(stats.rpc_dump_hostlist[i]) or "")
            for i in range(stats.rpc_dump_count)
        ]

    def cycles_per_minute(self, stats: Any) -> int:
        seconds = stats.req_time - stats.req_time_start
        return int(stats.schedule_cycle_counter // (seconds // 60)) if seconds > 60 else 0

    # Fair share, the resources of a job, the configuration.

    def shares(self, found: Shares) -> list[Share]:
        return [Share(one, found.tres) for one in found.objects]

    def gres_layout(self, node: Any) -> list[Any]:
        return self._items(node.gres, "node_gres_layout_t *")

    def gres_indexes(self, gres: Any) -> str:
        if not gres.index:
            return ""
        return self._taken(self._ffi.new("char **", self._lib.slurm_bit_fmt_full(gres.index)))

    def controllers(self, conf: Any) -> list[Controller]:
        hosts = ((conf.control_addr[i], conf.control_machine[i]) for i in range(conf.control_cnt))
        return [Controller(self._text(address) or "", self._text(name) or "") for address, name in hosts]

    def job_defaults(self, conf: Any) -> list[Any]:
        found = getattr(conf, "job_defaults_list", None)
        return self._items(found, "job_defaults_t *") if found else []
