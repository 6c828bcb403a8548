"""libslurm without a cluster: the real library's types and constants, and records made by a test.

Structs are real ones, from ffi.new, so that what a table reads is what slurmctld's answer would hold.
"""

from __future__ import annotations

from typing import Any

import libslurm_cffi
from restd_inet.slurm import SlurmError
from restd_inet.slurm.capabilities import Capabilities
from restd_inet.slurm.client import Slurm
from restd_inet.slurm.lists import items
from restd_inet.slurm.results import Records

ffi, lib = libslurm_cffi.ffi, libslurm_cffi.lib

SLURM_USER = 64030
#: A list of libslurm's, of descriptions of jobs where it is an argument.
LIST = ffi.typeof(lib.slurm_list_create).result


class FakeMessage:
    """A message of slurmctld's: an array of structs."""

    def __init__(self, type: str, structs: list[Any]) -> None:
        self.record_count = len(structs)
        self.array = ffi.new(f"{type}[]", len(structs))
        for index, struct in enumerate(structs):
            self.array[index] = struct[0]


def records(type: str, structs: list[Any]) -> Records:
    message = FakeMessage(type, structs)
    return Records(message, message.array, range(message.record_count))


class Sent:
    """A copy of a struct that a call was given, with its texts. struct: the copy."""

    def __init__(self, pointer: Any) -> None:
        self._kept: list[Any] = []
        type = ffi.typeof(pointer).item
        self.struct = ffi.new(f"{type.cname} *")
        self.struct[0] = pointer[0]
        for name, field in type.fields:
            value = getattr(pointer, name)
            if field.type.cname == "char *" and value:
                setattr(self.struct, name, self._copy(value))
            elif field.type.cname == "char * *" and value:
                texts = [self._copy(value[index]) for index in range(_count(value))]
                self._kept.append(ffi.new("char *[]", [*texts, ffi.NULL]))
                setattr(self.struct, name, self._kept[-1])

    def _copy(self, text: Any) -> Any:
        self._kept.append(ffi.new("char[]", ffi.string(text)))
        return self._kept[-1]


def _count(texts: Any) -> int:
    """How many there are before the NULL."""
    count = 0
    while texts[count]:
        count += 1
    return count


class FakeGuard:
    """Calls of slurmctld are answered here; any other function is libslurm's own.

    said: what libslurm printed.
    """

    said = printed = munge = ""

    def __init__(self, slurm: FakeSlurm) -> None:
        self._slurm = slurm

    def call(self, function: Any, *arguments: Any) -> Any:
        name, slurm = function.__name__, self._slurm
        if name not in slurm.CALLS:
            return function(*arguments)
        out = ffi.typeof(f"{slurm.CALLS[name][0] or 'void'} * *")
        given = [plain(argument) for argument in arguments if _type(argument) != out and argument != ffi.NULL]
        slurm.calls.append((name, *given))
        error = slurm.errors.get(name) or slurm.failing(name, given)
        if given and name in slurm.DATED and 0 < slurm.changed < given[0]:
            error = "SLURM_NO_CHANGE_IN_DATA"
        if error:
            ffi.errno = getattr(lib, error)
            return -1
        for argument in arguments:
            if _type(argument) == out:
                argument[0] = slurm.message(name, given)
        return 0


def _type(value: Any) -> Any:
    return ffi.typeof(value) if isinstance(value, ffi.CData) else None


def plain(argument: Any) -> Any:
    """An argument as a test compares it."""
    if isinstance(argument, bytes):
        return argument.decode()
    if not isinstance(argument, ffi.CData):
        return argument
    if ffi.typeof(argument).cname == "char *":
        return ffi.string(argument).decode()
    if ffi.typeof(argument) != LIST:
        return Sent(argument)
    return [Sent(each) for each in items(ffi.cast, lib, argument, ffi.typeof("job_desc_msg_t *"))]


class FakeIdentity:
    """No token is in use."""

    token = None
    is_clients = False


#: Structs whose numbers of a job are in their step_id from 25.11 on.
NUMBERED = ("resource_allocation_response_msg_t", "slurm_job_info_t", "submit_response_msg_t")


class FakeSlurm(Slurm):
    """calls: what was asked for, in its order. errors: a call's name → the C error it fails with.

    changed: when what is listed last changed; now: when it is asked for."""

    DATED = (
        "slurm_load_jobs",
        "slurm_load_licenses",
        "slurm_load_node",
        "slurm_load_partitions",
        "slurm_load_reservations",
    )
    changed = now = 0
    script = b"#!/bin/sh\n"

    def __init__(self) -> None:
        self.ffi, self.lib = ffi, lib
        self.capabilities = Capabilities(ffi, lib)
        self.string = ffi.string
        self.guard = FakeGuard(self)  # type: ignore[assignment]
        self.identity = FakeIdentity()  # type: ignore[assignment]
        self.proven, self.cache, self._wait = True, {}, 0
        self.calls: list[tuple[Any, ...]] = []
        self.errors: dict[str, str] = {}
        self.answer: dict[str, Any] = {"job_id": 42, "step_id": lib.SLURM_BATCH_SCRIPT}
        self.start: dict[str, Any] = {"start_time": 1700000000, "node_list": "host1", "proc_cnt": 2}
        self.outcomes: list[tuple[str, int]] = []  # of an array's tasks
        self._kept: list[Any] = []
        self._no_nodes = ffi.new("int32_t[]", [-1])
        self._jobs: list[Any] = []
        self._nodes: list[Any] = []
        self._partitions: list[Any] = []
        self._reservations: list[Any] = []
        self._licenses: list[Any] = []
        self._triggers: list[Any] = []

    def rpc(self, function: Any, *arguments: Any) -> int:
        return int(self.guard.call(function, *arguments))

    @property
    def conf(self) -> Any:
        """slurm.conf names two slurmctlds."""
        conf = self.struct("slurm_conf_t")
        conf[0] = lib.compat_conf()[0]
        names = [ffi.new("char[]", name) for name in (b"ctl1", b"ctl2")]
        self._kept += [names, ffi.new("char *[]", names)]
        conf.msg_timeout, conf.min_job_age = 10, 300
        conf.control_cnt, conf.control_machine = 2, self._kept[-1]
        return conf

    def _owned(self, pointer: Any, free: str) -> Any:
        return pointer  # the test's own

    def struct(self, type: str, **members: Any) -> Any:
        """A struct; texts in it live as long as this."""
        struct = ffi.new(f"{type} *")
        fields = dict(ffi.typeof(struct).item.fields)
        numbered = type in NUMBERED and "step_id" in fields and fields["step_id"].type.kind == "struct"
        for member, value in members.items():
            if isinstance(value, str):
                value = ffi.new("char[]", value.encode("utf-8", "surrogateescape"))
                self._kept.append(value)
            elif isinstance(value, list):
                value = ffi.new("int32_t[]", value)
                self._kept.append(value)
            if numbered and member in ("job_id", "step_id"):
                setattr(struct.step_id, member, value)
            if member in fields and not (numbered and member == "step_id"):
                setattr(struct, member, value)
        self._kept.append(struct)
        return struct

    def add_job(self, **members: Any) -> Any:
        self._jobs.append(self.struct("slurm_job_info_t", **members))
        return self._jobs[-1]

    def add_node(self, **members: Any) -> Any:
        self._nodes.append(self.struct("node_info_t", **members))
        return self._nodes[-1]

    def add_partition(self, **members: Any) -> Any:
        self._partitions.append(self.struct("partition_info_t", **members))
        return self._partitions[-1]

    def add_reservation(self, **members: Any) -> Any:
        self._reservations.append(self.struct("reserve_info_t", **members))
        return self._reservations[-1]

    def add_license(self, **members: Any) -> Any:
        self._licenses.append(self.struct("slurm_license_info_t", **members))
        return self._licenses[-1]

    def add_trigger(self, **members: Any) -> Any:
        self._triggers.append(self.struct("trigger_info_t", **members))
        return self._triggers[-1]

    def failing(self, call: str, given: list[Any]) -> str:
        """The error of a call that asks for what is not there."""
        named = call in ("compat_load_job", "compat_job_batch_script")
        return "ESLURM_INVALID_JOB_ID" if named and not self._named(given[0]) else ""

    def _named(self, job_id: int) -> list[Any]:
        return [job for job in self._jobs if job_id in (job.job_id, job.array_job_id, job.het_job_id)]

    def _of_user(self, uid: int) -> list[Any]:
        return [job for job in self._jobs if job.user_id == uid]

    def message(self, call: str, given: list[Any]) -> Any:
        """What slurmctld answers to a call: a struct, empty but for what this has."""
        lists = {
            "slurm_load_jobs": ("job_array", self._jobs),
            "slurm_load_job_user": ("job_array", self._of_user(given[0]) if given else []),
            "compat_load_job": ("job_array", self._named(given[0]) if given else []),
            "slurm_load_node": ("node_array", self._nodes),
            "slurm_load_node_single": (
                "node_array", [node for node in self._nodes if self.text(node.name) == given[0]]
            ),
            "slurm_load_partitions": ("partition_array", self._partitions),
            "slurm_load_reservations": ("reservation_array", self._reservations),
            "slurm_load_licenses": ("lic_array", self._licenses),
            "slurm_get_triggers": ("trigger_array", self._triggers),
        }  # fmt: skip
        members = {
            "slurm_get_statistics": {"parts_packed": 1, "req_time": 1700000000, "bf_cycle_sum": 7},
            "slurm_load_ctl_conf": {"slurm_user_id": SLURM_USER},
            "slurm_submit_batch_job": self.answer,
            "slurm_submit_batch_het_job": self.answer,
            "slurm_job_will_run2": self.start,
            "compat_allocate": {"job_id": 42},
            "compat_allocate_het_job": {"job_id": 42},
        }
        if call == "compat_job_batch_script":
            self._kept.append(ffi.new("char[]", self.script))
            return self._kept[-1]
        struct = {"slurm_load_federation": "slurmdb_federation_rec_t"}.get(call, self.CALLS[call][0])
        message = self.struct(struct, **members.get(call, {}))
        if call in lists:
            member, structs = lists[call]
            array = ffi.new(ffi.typeof(getattr(message, member)).cname.replace("*", "[]"), len(structs))
            for index, struct in enumerate(structs):
                array[index] = struct[0]
                if call == "slurm_load_partitions" and not struct.node_inx:
                    array[index].node_inx = self._no_nodes
                if member == "node_array" and struct.partitions:  # libslurm frees it
                    array[index].partitions = lib.slurm_xstrdup(struct.partitions)
            self._kept.append(array)
            setattr(message, member, array)
            if call in self.DATED or member == "job_array":
                message.last_update = self.now
            setattr(message, "num_lic" if member == "lic_array" else "record_count", len(structs))
        elif self.CALLS[call][0] == "job_array_resp_msg_t":
            names = [ffi.new("char[]", task.encode()) for task, _ in self.outcomes]
            made = ffi.new("char *[]", names), ffi.new("uint32_t[]", [code for _, code in self.outcomes])
            self._kept.append((names, made))
            message.job_array_id, message.error_code = made
            message.job_array_count = len(names)
            if "err_msg" in self.members("job_array_resp_msg_t"):
                message.err_msg = self._empty_texts(len(names))
        return message

    def _empty_texts(self, count: int) -> Any:
        self._kept.append(ffi.new("char *[]", count))
        return self._kept[-1]


__all__ = ["SLURM_USER", "FakeSlurm", "SlurmError", "ffi", "lib", "records"]
