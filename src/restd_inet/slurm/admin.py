"""What administrators ask of slurmctld: nodes, partitions, reservations and the configuration, changed.

Every change is one struct, filled with what is to change.
"""

from __future__ import annotations

from errno import EACCES

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
        "slurm_reset_statistics": ("", "", "slurm.h: `sdiag --reset`"),
        "slurm_set_debug_level": ("", "", "slurm.h: `scontrol setdebug`"),
        "slurm_set_debugflags": ("", "", "slurm.h: `scontrol setdebugflags`"),
        "slurm_takeover": ("", "", "slurm.h: `scontrol takeover`"),
        "slurm_load_assoc_mgr_info": (
            "assoc_mgr_info_msg_t",
            "slurm_free_assoc_mgr_info_msg",
            "slurm.h: `scontrol show assoc_mgr`",
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
            self._check(call, self.rpc(self.capabilities.function(call), *arguments))
            self.proven = True
        except Problem as failed:
            # Some calls give this number too when nothing came back at all: a ping tells why.
            silent = failed.number and failed.number == self.constant("SLURM_UNEXPECTED_MSG_ERROR")
            if silent and (status := self._status(0)):
                raise self.error(call, status) from None
            raise

    def _by_administrator(self, call: str, *arguments: Any) -> None:
        """A call that slurmctld refuses to others by errno(3)'s EACCES, which here is not this machine's."""
        try:
            self._do(call, *arguments)
        except Problem as failed:
            if failed.number == EACCES:
                failed.status = 403
            raise

    def reconfigure(self) -> None:
        """Lets slurmctld and every slurmd read slurm.conf anew."""
        self._do("slurm_reconfigure")

    def reset_statistics(self) -> None:
        """slurmctld counts from 0 again."""
        request = self.ffi.new("stats_info_request_msg_t *", {"command_id": self.lib.STAT_COMMAND_RESET})
        self._do("slurm_reset_statistics", request)

    def set_debug_level(self, level: int) -> None:
        """How much slurmctld logs, until it reads slurm.conf again."""
        self._by_administrator("slurm_set_debug_level", level)

    def set_debug_flags(self, plus: int, minus: int) -> None:
        """Bits of DEBUG_FLAG_* that are set and cleared."""
        self._by_administrator("slurm_set_debugflags", plus, minus)

    def take_over(self, backup: int) -> None:
        """The slurmctld of that index of slurm.conf takes control."""
        self._do("slurm_takeover", backup)

    def assoc_mgr(
        self, parts: Iterable[str], accounts: list[str], users: list[str], qos: list[str]
    ) -> AssocMgr:
        """What slurmctld has of them; of these names only. parts: ASSOC_MGR_INFO_FLAG_*."""
        names = {"acct_list": accounts, "user_list": users, "qos_list": qos}
        texts = {member: self._texts(some) for member, some in names.items() if some}
        lists = {member: self._list(some) for member, some in texts.items()}
        request = self.ffi.new("assoc_mgr_info_request_msg_t *", {"flags": self.bits(parts), **lists})
        return AssocMgr(self, self._load("slurm_load_assoc_mgr_info", request, ...))

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


class Cached:
    """A struct of the association manager, with what limits need to know (schema.kinds.limits).

    tres: the names of the TRES that its arrays are of. qos: the names of QOS by id. usage: of its own, if it
    is not the struct's.
    """

    def __init__(self, manager: AssocMgr, struct: Any, usage: Any = None) -> None:
        self.manager = manager
        self.struct = struct
        self.usage = struct.usage if usage is None else usage

    def __getattr__(self, member: str) -> Any:
        return getattr(self.struct, member)

    @property
    def tres(self) -> list[str]:
        return self.manager.tres

    @property
    def qos_names(self) -> dict[int, str]:
        return self.manager.qos_names

    @property
    def user_limits(self) -> list[Any]:
        """Of a QOS: its limits with what each user has used."""
        return self.manager.used(self.struct, "user_limit_list")

    @property
    def account_limits(self) -> list[Any]:
        """The same of accounts."""
        return self.manager.used(self.struct, "acct_limit_list")


class Used(Cached):
    """A QOS as one of its users or accounts has used it."""

    def __getattr__(self, member: str) -> Any:
        return getattr(self.usage if member in ("acct", "uid") else self.struct, member)


class AssocMgr:
    """assoc_mgr_info_msg_t: associations, qos and users, and the names of TRES in the order of arrays."""

    def __init__(self, slurm: Library, message: Any) -> None:
        self._slurm = slurm
        self.message = message
        self.tres = [slurm.text(message.tres_names[index]) or "" for index in range(message.tres_cnt)]
        found = (
            slurm.items(message.assoc_list, "slurmdb_assoc_rec_t *"),
            slurm.items(message.qos_list, "slurmdb_qos_rec_t *"),
        )
        self.associations, self.qos = ([Cached(self, one) for one in some] for some in found)
        self.users = slurm.items(message.user_list, "slurmdb_user_rec_t *")
        self.qos_names = {qos.id: slurm.text(qos.name) or "" for qos in found[1]}

    def used(self, qos: Any, member: str) -> list[Any]:
        """A QOS with the numbers of each of its users or accounts."""
        listed = getattr(qos.usage, member) if qos.usage else self._slurm.ffi.NULL
        return [Used(self, qos, one) for one in self._slurm.items(listed, "slurmdb_used_limits_t *")]
