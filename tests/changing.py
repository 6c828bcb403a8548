"""Requests that change something, and the structs that a FakeSlurm was given for them."""

from __future__ import annotations

from typing import Any

from asking import JSON, ask
from fake_slurm import FakeSlurm, ffi, lib

from restd_inet.schema.parse import parse
from restd_inet.schema.records.partition_update import PARTITION_UPDATE
from restd_inet.schema.versions import V45
from restd_inet.slurm.structs import OwnedStruct

SLURM = FakeSlurm()
#: Structs and the function that makes one in which nothing is to change.
UNCHANGED = {
    "update_node_msg_t": lib.slurm_init_update_node_msg,
    "partition_info_t": lib.slurm_init_part_desc_msg,
    "resv_desc_msg_t": lib.slurm_init_resv_desc_msg,
}


def post(target: str, body: Any) -> Any:
    return ask("POST", target, body, JSON)


def sent(slurm: FakeSlurm, call: str) -> Any:
    """The struct of the one call of that name."""
    (filled,) = [rest[0] for name, *rest in slurm.calls if name == call]
    return filled.struct


def text(pointer: Any) -> Any:
    return None if pointer == ffi.NULL else ffi.string(pointer).decode()


def changed(struct: Any, type: str) -> dict[str, Any]:
    """The members that are not as in a struct that changes nothing."""
    plain = ffi.new(f"{type} *")
    UNCHANGED[type](plain)
    found = {}
    for name, field in ffi.typeof(type).fields:
        value, unset = getattr(struct, name), getattr(plain, name)
        if value != unset:
            found[name] = text(value) if field.type.cname == "char *" else value
    return found


# Partitions.
def partition(document: dict[str, Any]) -> Any:
    return OwnedStruct(SLURM, "partition_info_t", parse(PARTITION_UPDATE, V45, document)).struct
