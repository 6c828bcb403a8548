"""Calls about the cluster: statistics, slurmctld itself, nodes, partitions, reservations and licences."""

from __future__ import annotations

from time import monotonic

from restd_inet import installed
from restd_inet.problems import Problem
from restd_inet.slurm.errors import SlurmError
from restd_inet.slurm.library import Library
from restd_inet.slurm.results import IN_DETAIL, Ping, Records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_FUTURE = 1 << 40


class ClusterCalls(Library):
    """Each raises SlurmError as slurmctld answers."""

    CALLS = {  # noqa: RUF012  # a table
        "slurm_get_statistics": (
            "stats_info_response_msg_t",
            "slurm_free_stats_response_msg",
            "slurm.h: what sdiag(1) shows",
        ),
        "slurm_load_node": ("node_info_msg_t", "slurm_free_node_info_msg", "slurm_load_node(3)"),
        "slurm_load_node_single": (
            "node_info_msg_t",
            "slurm_free_node_info_msg",
            "slurm.h: one node by name",
        ),
        "slurm_load_partitions": (
            "partition_info_msg_t",
            "slurm_free_partition_info_msg",
            "slurm_load_partitions(3)",
        ),
        "slurm_load_reservations": (
            "reserve_info_msg_t",
            "slurm_free_reservation_info_msg",
            "slurm_load_reservations(3)",
        ),
        "slurm_load_licenses": (
            "license_info_msg_t",
            "slurm_free_license_info_msg",
            "slurm.h: what `scontrol show licenses` shows",
        ),
        "slurm_load_ctl_conf": ("slurm_conf_t", "compat_free_ctl_conf", "slurm_load_ctl_conf(3)"),
        "slurm_get_triggers": ("trigger_info_msg_t", "slurm_free_trigger_msg", "slurm.h: `strigger --get`"),
        "slurm_load_federation": (
            "void",
            "slurm_destroy_federation_rec",
            "slurm.h: `scontrol show federation`",
        ),
        "compat_load_topo": (
            "topo_info_response_msg_t",
            "slurm_free_topo_info_msg",
            "slurm.h: `scontrol show topology`",
        ),
        "slurm_ping": ("", "", "slurm.h: 0 if the slurmctld of that index answers"),
    }

    def statistics(self) -> Any:
        """stats_info_response_msg_t."""
        request = self.ffi.new("stats_info_request_msg_t *", {"command_id": self.lib.STAT_COMMAND_GET})
        return self._load("slurm_get_statistics", ..., request)

    def ping(self) -> list[Ping]:
        """Every slurmctld of slurm.conf, in its order."""
        return list(self.ping_each())

    def ping_each(self) -> Iterator[Ping]:
        """The same, one after the other."""
        conf = self.conf
        names = [self.text(conf.control_machine[i]) or "" for i in range(conf.control_cnt)]
        for index, name in enumerate(names):
            yield self._ping(name, index, len(names))

    def _ping(self, name: str, index: int, controllers: int) -> Ping:
        began = monotonic()
        status = self._status(index)
        latency = int((monotonic() - began) * 1e6)
        text = self.strerror(status)
        return Ping(name, index, controllers, status, latency, text)

    def nodes(self, update_time: int, flags: int = 0) -> Records:
        """node_info_t of every node. flags: SHOW_* (slurm.h); 0 for all that there is."""
        message = self._load("slurm_load_node", update_time, ..., flags or self._node_flags)
        partitions = self._load("slurm_load_partitions", 0, ..., flags or self.lib.SHOW_ALL)
        self.lib.slurm_populate_node_partitions(message, partitions)
        # All but the slots of nodes that were removed.
        nodes = Records(message, message.node_array, range(message.record_count))
        return nodes.select(lambda node: bool(node.name))

    def node(self, name: str, update_time: int = 0, flags: int = 0) -> Records:
        """node_info_t of one node; SlurmError 304 if no node has changed."""
        flags = flags or self._node_flags
        # slurmctld brings what is allocated up to date only when it is asked for all; "no change" will do.
        try:
            self._load("slurm_load_node", _FUTURE, ..., self._node_flags)
        except SlurmError as error:
            if error.status != 304:
                raise
        message = self._load("slurm_load_node_single", ..., name.encode(), flags)
        nodes = Records(message, message.node_array, range(message.record_count))
        found = nodes.select(lambda node: bool(node.name))
        if found and update_time:
            self._load("slurm_load_node", update_time, ..., flags)
        for node in found:
            node.partitions = self.lib.slurm_xstrdup(self._partitions_of(node.name))
        return found

    def _partitions_of(self, node: Any) -> bytes:
        """The names of a node's partitions, as slurm_populate_node_partitions has them for all nodes."""
        names = []
        for partition in self.partitions(0):
            hosts = self.lib.slurm_hostlist_create(partition.nodes)
            if self.lib.slurm_hostlist_find(hosts, node) >= 0:
                names.append(self.string(partition.name))
            self.lib.slurm_hostlist_destroy(hosts)
        return b",".join(names)

    @property
    def _node_flags(self) -> int:
        return self.bits((*IN_DETAIL, "SHOW_MIXED"))

    def partitions(self, update_time: int, flags: int = 0) -> Records:
        """partition_info_t of every partition. flags: SHOW_* (slurm.h); 0 for hidden ones too."""
        message = self._load("slurm_load_partitions", update_time, ..., flags or self.lib.SHOW_ALL)
        return Records(message, message.partition_array, range(message.record_count))

    def reservations(self, update_time: int) -> Records:
        """reserve_info_t of every reservation that the user may see."""
        message = self._load("slurm_load_reservations", update_time, ...)
        return Records(message, message.reservation_array, range(message.record_count))

    def licenses(self, update_time: int) -> Records:
        """slurm_license_info_t of every licence."""
        message = self._load("slurm_load_licenses", update_time, ..., self.lib.SHOW_ALL)
        return Records(message, message.lic_array, range(message.num_lic))

    def triggers(self) -> Records:
        """trigger_info_t of every trigger."""
        message = self._load("slurm_get_triggers", ...)
        return Records(message, message.trigger_array, range(message.record_count))

    def federation(self) -> Any:
        """slurmdb_federation_rec_t; without a name if the cluster is in none."""
        message = self._load("slurm_load_federation", ..., empty=True)
        if message is None:
            return self.ffi.new("slurmdb_federation_rec_t *")
        found = self.ffi.cast("slurmdb_federation_rec_t *", message)
        return self.ffi.gc(found, lambda _, message=message: None)  # as long as that, the message

    def topology(self, name: str = "") -> str:
        """What `scontrol show topology` prints. name: of a topology; "" for the default."""
        if name:
            self.capabilities.check("topo_info_request_msg_t")
        given = self.ffi.new("char[]", name.encode("utf-8", "surrogateescape")) if name else self.ffi.NULL
        message = self._load("compat_load_topo", ..., given, empty=True)
        said = self.guard.said
        if message is None:
            return ""
        if not (text := self.lib.compat_topology(message)):
            reason = f": {said}" if said else ""
            release = installed.release()
            raise Problem(501, f"libslurm of Slurm {release} cannot read this topology{reason}")
        return self.take_text(text)

    def slurm_user_id(self) -> int:
        """The uid of SlurmUser, as slurmctld runs."""
        return int(self.ctl_conf(0).slurm_user_id)

    def ctl_conf(self, update_time: int) -> Any:
        """slurm_conf_t of slurmctld; SlurmError 304 if it has not changed."""
        return self._load("slurm_load_ctl_conf", update_time, ...)
