"""What administrators ask of slurmctld: nodes, partitions, reservations and the configuration, changed.

Every change is one struct, filled with what is to change.
"""

from __future__ import annotations

from restd_inet.problems import Problem
from restd_inet.slurm.library import Library
from restd_inet.slurm.structs import OwnedStruct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class Administration(Library):
    """The calls. Each raises SlurmError as slurmctld answers, and Problem 501 where libslurm lacks it."""

    CALLS = {  # noqa: RUF012  # a table
        "slurm_update_node": ("", "", "slurm.h: `scontrol update nodename=`"),
        "slurm_create_node": ("", "", "slurm.h: `scontrol create nodename=`"),
        "slurm_delete_node": ("", "", "slurm.h: `scontrol delete nodename=`"),
        "slurm_create_partition": ("", "", "slurm.h: `scontrol create partitionname=`"),
        "slurm_update_partition": ("", "", "slurm.h: `scontrol update partitionname=`"),
        "slurm_delete_partition": ("", "", "slurm.h: `scontrol delete partitionname=`"),
        "compat_create_reservation": ("", "", "slurm.h: `scontrol create reservationname=`"),
        "slurm_update_reservation": ("", "", "slurm.h: `scontrol update reservationname=`"),
        "slurm_delete_reservation": ("", "", "slurm.h: `scontrol delete reservationname=`"),
        "slurm_reconfigure": ("", "", "slurm_reconfigure(3)"),
        "slurm_associations_get_shares": (
            "shares_response_msg_t",
            "slurm_free_shares_response_msg",
            "src/common/slurm_protocol_api.h: what sshare(1) shows",
        ),
        "compat_get_resource_layout": (
            "resource_layout_msg_t",
            "compat_free_resource_layout",
            "slurm.h: the cores and devices of a job, node by node",
        ),
    }

    def change(self, call: str, struct: str, members: Mapping[str, Any]) -> OwnedStruct:
        """A call of one struct. members: what is to change (schema.parse); the rest stays as it is.

        Gives the struct that was sent.
        """
        filled = OwnedStruct(self, struct, members)
        self._send(call, filled)
        return filled

    def _send(self, call: str, filled: OwnedStruct) -> None:
        self._do(call, filled.struct)

    def _do(self, call: str, *arguments: Any) -> None:
        try:
            self._check(call, self.guard.call(self.capabilities.function(call), *arguments))
            self.proven = True
        except Problem as failed:
            # Some calls give this number too when nothing came back at all: a ping tells why.
            silent = failed.number and failed.number == self.constant("SLURM_UNEXPECTED_MSG_ERROR")
            if silent and (status := self._status(0)):
                raise self.error(call, status) from None
            raise

    def reconfigure(self) -> None:
        """Lets slurmctld and every slurmd read slurm.conf anew."""
        self._do("slurm_reconfigure")

    def configuration(self, update_time: int) -> Any:
        """slurm_conf_t, as slurmctld has it; SlurmError 304 if it has not changed."""
        return self._load("slurm_load_ctl_conf", update_time, ...)

    def shares(self, accounts: list[str], users: list[str]) -> Shares:
        """The fair share of each association that the user may see; of these accounts and users, if any."""
        self.capabilities.check("slurm_associations_get_shares")
        texts = [self._texts(names) for names in (accounts, users)]
        lists = [self._list(names) for names in texts]
        request = self.ffi.new("shares_request_msg_t *", lists)
        message = self._load("slurm_associations_get_shares", request, ...)
        objects = self.items(message.assoc_shares_list, "assoc_shares_object_t *")
        tres = [self.text(message.tres_names[index]) or "" for index in range(message.tres_cnt)]
        return Shares(message, objects, message.tot_shares, tres)

    def resource_layout(self, job_id: int) -> Layout:
        """The resources of a running job, node by node."""
        self.capabilities.check("slurm_get_resource_layout")
        message = self._load("compat_get_resource_layout", job_id, ...)
        return Layout(message, self.items(message.nodes, "node_resource_layout_t *"))

    def _texts(self, names: list[str]) -> list[Any]:
        return [self.ffi.new("char[]", name.encode("utf-8", "surrogateescape")) for name in names]

    def _list(self, items: list[Any]) -> Any:
        """A list of Slurm's; it does not own its items."""
        made = self.ffi.gc(self.lib.slurm_list_create(self.ffi.NULL), self.lib.slurm_list_destroy)
        for item in items:
            self.lib.slurm_list_append(made, item)
        return made


class Layout(list["Any"]):
    """Structs of a message, which lives as long as this does."""

    def __init__(self, message: Any, structs: Iterable[Any]) -> None:
        super().__init__(structs)
        self.message = message


class Shares:
    """assoc_shares_object_t of each association, and what the message says of all of them.

    total: all shares. tres: the names of the TRES that an association's numbers are of, in their order.
    """

    def __init__(self, message: Any, objects: list[Any], total: int, tres: list[str]) -> None:
        self.message = message
        self.objects = objects
        self.total = total
        self.tres = tres
