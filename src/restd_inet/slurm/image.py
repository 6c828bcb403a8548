"""Images: a message of slurmctld's in a sealed file of memory, which several processes map read-only.

It lies at the same address in all of them, in a range that the process they come from has reserved, so that
its structs are used like libslurm's own (libslurm_cffi/image/image.h). slurm.image_maker makes them.
"""

from __future__ import annotations

import os
from fcntl import F_GET_SEALS, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE, fcntl

from restd_inet.problems import Problem
from restd_inet.slurm.results import Records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.library import Library


class Kind:
    """A kind of message. array: its member with the records, of a struct whose id is a member."""

    __slots__ = ("array", "id", "message", "struct")

    def __init__(self, message: str, array: str, struct: str, id: str) -> None:
        self.message = message
        self.array = array
        self.struct = struct
        self.id = id


#: What there are images of, by the names of collections.
KINDS = {
    "jobs": Kind("job_info_msg_t", "job_array", "slurm_job_info_t", "job_id"),
    "nodes": Kind("node_info_msg_t", "node_array", "node_info_t", "name"),
    "partitions": Kind("partition_info_msg_t", "partition_array", "partition_info_t", "name"),
    "reservations": Kind("reserve_info_msg_t", "reservation_array", "reserve_info_t", "name"),
}
#: Bytes of addresses: of all images that are mapped at a time, and of those that may still be.
RANGE_BYTES = 1 << 36
#: What nobody can do to an image any more.
SEALS = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL


def reserve(slurm: Any) -> int:
    """The first address of images in this process, and in those that it forks. Raises Problem 503.

    slurm: the library, or its bindings.
    """
    start = slurm.lib.image_reserve(RANGE_BYTES)
    if not start:
        raise Problem(503, f"no addresses for images: {os.strerror(slurm.ffi.errno)}")
    return int(slurm.ffi.cast("uintptr_t", start))


class Shown:
    """An image that is mapped here, as long as its records live.

    serial, epoch: see image_t. records: of the message.
    """

    __slots__ = ("_ffi", "_header", "epoch", "records", "serial")

    def __init__(self, ffi: Any, header: Any, records: Records) -> None:
        self._ffi = ffi
        self._header = header
        self.serial = int(header.serial)
        self.epoch = int(header.epoch)
        self.records = records

    @property
    def fresh(self) -> list[tuple[int, int]]:
        """Places of the records that are new or have changed, and those in the image before; -1: new."""
        header = self._header
        places = (self._numbers(each, header.fresh_count) for each in (header.fresh, header.before))
        return list(zip(*places, strict=True))

    @property
    def removed(self) -> list[int]:
        """Places in the image before, of records that are in this one no more."""
        return self._numbers(self._header.removed, self._header.removed_count)

    def follows(self, other: Shown | None) -> bool:
        """Whether the other one is the image before, which this one has been compared with."""
        return other is not None and self.epoch == other.epoch and self.serial == other.serial + 1

    def _numbers(self, array: Any, count: int) -> list[int]:
        return list(self._ffi.unpack(array, count)) if count else []


class _Mapping:
    """An image that is mapped in this process, and how many have it."""

    __slots__ = ("file", "size", "users")

    def __init__(self, size: int, file: tuple[int, int]) -> None:
        self.size = size
        self.file = file
        self.users = 0


#: By address.
_mapped: dict[int, _Mapping] = {}


def show(slurm: Library, kind: Kind, file: int, address: int, size: int) -> Shown:
    """Maps an image. Raises OSError if that fails, ValueError if it is none or its place is taken."""
    status = os.fstat(file)
    if fcntl(file, F_GET_SEALS) & SEALS != SEALS or status.st_size != size:
        raise ValueError("an image must be sealed, and as long as it says")
    ffi, lib = slurm.ffi, slurm.lib
    mapping = _Mapping(size, (status.st_dev, status.st_ino))
    if address in _mapped and _mapped[address].file == mapping.file:
        mapping = _mapped[address]
    elif any(at < address + size and address < at + each.size for at, each in _mapped.items()):
        raise ValueError("an older image is still in the place of this one")
    elif lib.image_map(file, address, size):
        raise OSError(ffi.errno, os.strerror(ffi.errno))
    _mapped[address] = mapping
    mapping.users += 1
    header = ffi.cast("image_t *", address)

    def leave(message: Any) -> None:
        mapping.users -= 1
        if not mapping.users:
            del _mapped[address]
            lib.image_unmap(address, size)

    message = ffi.gc(ffi.cast(f"{kind.message} *", header.message), leave)
    if header.magic != lib.IMAGE_MAGIC or header.size != size:
        raise ValueError("what came is no image")
    array = getattr(message, kind.array)
    return Shown(ffi, header, Records(message, array, range(header.count)))
