"""libslurm without a cluster: the real library's types and constants, and records made by a test.

Structs are real ones, from ffi.new, so that what a table reads is what slurmctld's answer would hold.
"""

from __future__ import annotations

from typing import Any

import libslurm_cffi
from restd_inet.slurm import SlurmError
from restd_inet.slurm.capabilities import Capabilities
from restd_inet.slurm.client import Slurm
from restd_inet.slurm.jobs import Outcome
from restd_inet.slurm.results import Ping, Records
from restd_inet.slurm.structs import OwnedStruct

ffi, lib = libslurm_cffi.ffi, libslurm_cffi.lib

SLURM_USER = 64030


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


class FakeGuard:
    """Calls without a net. said: what libslurm printed."""

    said = ""

    @staticmethod
    def call(function: Any, *arguments: Any) -> Any:
        return function(*arguments)


class FakeIdentity:
    """No token is in use."""

    token = None
    is_clients = False


#: Structs whose numbers of a job are in their step_id from 25.11 on.
NUMBERED = ("resource_allocation_response_msg_t", "slurm_job_info_t", "submit_response_msg_t")


class FakeSlurm(Slurm):
    """calls: what was asked for, in its order. errors: a call's name → the C error it fails with."""

    def __init__(self) -> None:
        self.ffi, self.lib = ffi, lib
        self.capabilities = Capabilities(ffi, lib)
        self.string = ffi.string
        self.guard = FakeGuard()  # type: ignore[assignment]
        self.identity = FakeIdentity()  # type: ignore[assignment]
        self.cache = {}
        self.calls: list[tuple[str, Any]] = []
        self.errors: dict[str, str] = {}
        self.pings = [Ping("ctl1", 0, 2, 0), Ping("ctl2", 1, 2, 0)]
        self.answer: dict[str, Any] = {"job_id": 42, "step_id": lib.SLURM_BATCH_SCRIPT}
        self.outcomes: list[tuple[str, int]] = []  # of an array's tasks
        self._kept: list[Any] = []
        self._jobs: list[Any] = []
        self._nodes: list[Any] = []
        self._partitions: list[Any] = []
        self._reservations: list[Any] = []
        self._licenses: list[Any] = []

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

    def _called(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, *arguments))
        if name in self.errors:
            raise self.error(name, getattr(lib, self.errors[name]))

    def statistics(self) -> Any:
        self._called("statistics")
        members = {"parts_packed": 1, "req_time": 1700000000, "bf_cycle_sum": 7}
        # Without parts_packed from 25.11 on.
        known = self.members("stats_info_response_msg_t")
        return self.struct("stats_info_response_msg_t", **{k: v for k, v in members.items() if k in known})

    def ping(self) -> list[Ping]:
        self._called("ping")
        return self.pings

    def jobs(self, update_time: int, flags: int = 0) -> Any:
        self._called("jobs", update_time, *([flags] if flags else []))
        return records("slurm_job_info_t", self._jobs)

    def job(self, job_id: int, flags: int = 0) -> Any:
        self._called("job", job_id, *([flags] if flags else []))
        found = [job for job in self._jobs if job_id in (job.job_id, job.array_job_id, job.het_job_id)]
        if not found:
            raise self.error("compat_load_job", lib.ESLURM_INVALID_JOB_ID)
        return records("slurm_job_info_t", found)

    def nodes(self, update_time: int, flags: int = 0) -> Any:
        self._called("nodes", update_time, *([flags] if flags else []))
        return records("node_info_t", self._nodes)

    def node(self, name: str, update_time: int = 0, flags: int = 0) -> Any:
        self._called("node", name, *([update_time, flags] if update_time or flags else []))
        return records("node_info_t", [node for node in self._nodes if self.text(node.name) == name])

    def partitions(self, update_time: int, flags: int = 0) -> Any:
        self._called("partitions", update_time, *([flags] if flags else []))
        return records("partition_info_t", self._partitions)

    def reservations(self, update_time: int) -> Any:
        self._called("reservations", update_time)
        return records("reserve_info_t", self._reservations)

    def licenses(self, update_time: int) -> Any:
        self._called("licenses", update_time)
        return records("slurm_license_info_t", self._licenses)

    def slurm_user_id(self) -> int:
        return SLURM_USER

    def submit(self, components: list[dict[str, Any]]) -> Any:
        descs = [OwnedStruct(self, "job_desc_msg_t", members) for members in components]
        self._called("submit", descs)
        return self.struct("submit_response_msg_t", **self.answer)

    def allocate(self, components: list[dict[str, Any]]) -> Any:
        descs = [OwnedStruct(self, "job_desc_msg_t", members) for members in components]
        self._called("allocate", descs)
        return self.struct("resource_allocation_response_msg_t", job_id=42)

    def update(self, job_id: str, members: dict[str, Any]) -> list[Outcome]:
        self._called("update", job_id, OwnedStruct(self, "job_desc_msg_t", members))
        return [self.outcome(task, code) for task, code in self.outcomes]

    def requeue(self, job_id: str, flags: int) -> list[Outcome]:
        self._called("requeue", job_id, flags)
        return [self.outcome(task, code) for task, code in self.outcomes]

    def kill(self, job_id: str, signal: int, flags: int | None = None) -> None:
        self._called("kill", job_id, signal, *([] if flags is None else [flags]))

    # What administrators do (slurm.administration).

    def _send(self, call: str, filled: OwnedStruct) -> None:
        self._called(call, filled)

    def _do(self, call: str, *arguments: Any) -> None:
        self._called(call, *arguments)


__all__ = ["SLURM_USER", "FakeSlurm", "SlurmError", "ffi", "lib", "records"]
