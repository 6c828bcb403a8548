"""What record tables ask by name: the Name and Computed kinds, and Library values (schema.fields)."""

from __future__ import annotations

import grp
import pwd
import re
from math import isnan

from restd_inet.problems import Problem, path_text
from restd_inet.schema.fields import ABSENT, Memo
from restd_inet.schema.numbers import structure
from restd_inet.schema.values import INFINITE, NO_VAL, Library, clip
from restd_inet.slurm.lists import items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm import Slurm
    from restd_inet.slurm.administration import Shares


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


#: What is said of a core that is free, given to the job, used by one of its steps.
_CORE = (("UNALLOCATED",), ("ALLOCATED",), ("ALLOCATED", "IN_USE"))

#: The longest path, limits.h.
PATH_MAX = 4096
#: Names with ranges of numbers in brackets.
_HOST_LIST = re.compile(r"([^][\s]|\[\d+(-\d+)?(,\d+(-\d+)?)*\])+")
#: The room for all names of a host list, in bytes.
MOST_NAMES = 1 << 26
#: The steps that have a name instead of a number (slurm.h).
_STEPS = {
    "SLURM_PENDING_STEP": "PENDING",
    "SLURM_BATCH_SCRIPT": "BATCH",
    "SLURM_EXTERN_CONT": "EXTERN",
    "SLURM_INTERACTIVE_STEP": "INTERACTIVE",
}


class Lookups:
    """Each public method is a function that a table may name; those about accounting are AllLookups'."""

    def __init__(self, slurm: Slurm) -> None:
        self._slurm = slurm
        self._ffi, self._lib = slurm.ffi, slurm.lib
        self._text = slurm.text
        self._hosts: dict[str, list[str]] = {}
        self._users = Memo(self.user_name)
        self._room = slurm.ffi.new("char[]", PATH_MAX)
        self._used: tuple[Any, NodeUse] | None = None

    def user_name(self, uid: int) -> str | None:
        try:
            return pwd.getpwuid(uid).pw_name
        except (KeyError, OverflowError):
            return None

    def user_label(self, uid: int) -> str:
        """A user's name, or the number as a text."""
        return self.user_name(uid) or str(uid)

    def group_name(self, gid: int) -> str | None:
        try:
            return grp.getgrgid(gid).gr_name
        except (KeyError, OverflowError):
            return None

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
                for index, name in enumerate(self._host_names(nodes, whole.nhosts))
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
        names = self._host_names(nodes, whole.nhosts)
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

    def host_names(self, hosts: str) -> list[str]:
        """The names in a host list. Raises Problem 422 for a text that is none, or that has too many."""
        encoded = hosts.encode("utf-8", "surrogateescape")
        # libslurm makes something of unbalanced brackets.
        found = _HOST_LIST.fullmatch(hosts) and self._lib.slurm_hostlist_create(encoded)
        count = int(self._lib.slurm_hostlist_count(found)) if found else 0
        if found:
            self._lib.slurm_hostlist_destroy(found)
        if count * (len(encoded) + 2) > MOST_NAMES:
            raise Problem(422, f"a host list of {count} hosts is too long")
        names = self._host_names(hosts, count) if count else []
        if not names:
            raise Problem(422, f'expected a host list, such as host[1-3,7]; found "{clip(hosts)}"')
        return names

    def host_list(self, hosts: str) -> str:
        """Names, or host lists, with commas between, as one host list; in their order."""
        usable = not hosts or _HOST_LIST.fullmatch(hosts)
        found = usable and self._lib.slurm_hostlist_create(hosts.encode("utf-8", "surrogateescape"))
        if not found:
            raise Problem(422, f'expected names of hosts, or host lists; found "{clip(hosts)}"')
        text = self._ffi.new("char **", self._lib.slurm_hostlist_ranged_string_xmalloc(found))
        self._lib.slurm_hostlist_destroy(found)
        return self._taken(text)

    def _taken(self, text: Any) -> str:
        """What a char ** points to, which libslurm hands over."""
        found = self._text(text[0]) or ""
        self._lib.slurm_xfree(self._ffi.cast("void **", text))
        return found

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

    def duration(self, seconds: int) -> str:
        """Such as 7-00:00:00."""
        self._lib.slurm_secs2time_str(seconds, self._room, 64)
        return self._text(self._room) or ""

    def _host_names(self, hosts: str, count: int) -> list[str]:
        """The names in a host list of `count` hosts; many jobs have the same."""
        if hosts not in self._hosts:
            encoded = hosts.encode("utf-8", "surrogateescape")
            # No name is longer than the list that it was made of.
            room = self._ffi.new("char[]", (len(encoded) + 2) * max(count, 1))
            found = self._lib.compat_host_names(encoded, room, len(room))
            names = self._ffi.buffer(room)[:].split(b"\0")[: max(found, 0)]
            self._hosts[hosts] = [name.decode("utf-8", "surrogateescape") for name in names]
        return self._hosts[hosts]

    def _items(self, found: Any, type: str) -> list[Any]:
        return list(items(self._ffi.cast, self._lib, found, self._ffi.typeof(type)))

    # Who answers.

    def accounting_storage(self, nothing: None) -> str:
        return self._text(self._lib.compat_conf().accounting_storage_type) or ""

    def cluster(self, nothing: None) -> str:
        return self._text(self._lib.compat_conf().cluster_name) or ""

    # Library values.

    def submitted_job_id(self, answer: Any) -> int:
        job_id: int = self._lib.compat_submitted_job_id(answer)
        return job_id

    def submitted_step_id(self, answer: Any) -> str | int:
        """The name of the step, which is the batch script's, or its number."""
        number: int = self._lib.compat_submitted_step_id(answer)
        return {getattr(self._lib, name, -1): word for name, word in _STEPS.items()}.get(number, number)

    def submitted_step_name(self, answer: Any) -> str:
        """The same from v0.0.39 on, always a text: "batch"."""
        return str(self.submitted_step_id(answer)).lower()

    def submitted_error(self, answer: Any) -> str:
        return self._text(self._lib.slurm_strerror(int(self._ffi.cast("int", answer.error_code)))) or ""

    def parse_time(self, value: Library) -> int:
        """A time in any form of sbatch's --begin, as seconds since the epoch."""
        seconds: int = self._lib.slurm_parse_time(value.text.encode(), 0)
        if not seconds:
            raise _not_taken(value, "a time, such as 2030-01-31T12:00:00, now+1hour or seconds since 1970")
        return seconds

    def user_id(self, value: Library) -> int:
        try:
            return pwd.getpwnam(value.text).pw_uid
        except (KeyError, ValueError):
            raise _not_taken(value, "the name of a user, or a number") from None

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
        return ",".join(f"{self._gres}{part}" for part in value.text.split(","))

    def tres_text(self, value: Library) -> str:
        """A list of TRES as this release takes it: "gres:gpu:1" up to 23.02, "gres/gpu:1" from 23.11 on."""
        return re.sub(r"\bgres[:/]", self._gres, value.text)

    def tres_bind(self, value: Library) -> str:
        """How tasks are bound to GRES: "gpu:closest" up to 23.02, "gres/gpu:closest" from 23.11 on."""
        bare = re.sub(r"^gres[:/]", "", value.text)
        return bare if self._gres == "gres:" else f"gres/{bare}"

    @property
    def _gres(self) -> str:
        return "gres/" if self._lib.HAS_TRES_SLASH else "gres:"


def _not_taken(value: Library, expected: str) -> Problem:
    text = f'{path_text(value.path)}: expected {expected}; found "{clip(value.text)}"'
    return Problem(400, text, path=value.path)
