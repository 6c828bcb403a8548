"""Images: a message of slurmctld's in a sealed file of memory, which several processes map read-only.

It lies at the same address in all of them, in a range that the process they come from has reserved, so that
its structs are used like libslurm's own (libslurm_cffi/image/image.h). slurm.image_maker makes them.
"""

from __future__ import annotations

import json
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


def reserve(slurm: Library) -> int:
    """The first address of images in this process, and in those that it forks. Raises Problem 503."""
    start = slurm.lib.image_reserve(RANGE_BYTES)
    if not start:
        raise Problem(503, f"no addresses for images: {os.strerror(slurm.ffi.errno)}")
    return int(slurm.ffi.cast("uintptr_t", start))


class Shown:
    """An image that is mapped here, as long as its records live.

    serial, epoch: see image_t. records: of the message. before: what became of each record; removed: places
    in the image before (see image_t); both are empty in the first image of an epoch.
    """

    __slots__ = ("_header", "_slurm", "epoch", "records", "serial")

    def __init__(self, slurm: Library, header: Any, records: Records) -> None:
        self._slurm = slurm
        self._header = header
        self.serial = int(header.serial)
        self.epoch = int(header.epoch)
        self.records = records

    @property
    def before(self) -> list[int]:
        return self._numbers(self._header.before, self._header.count)

    @property
    def removed(self) -> list[int]:
        return self._numbers(self._header.removed, self._header.removed_count)

    def since(self, serial: int) -> set[Any] | None:
        """The ids of the records that came, changed or went after a serial; None: that is not known."""
        if serial == self.serial:
            return set()
        header = self._header
        history = json.loads(bytes(self._slurm.ffi.buffer(header.history, header.history_size)))
        known = [set(ids) for number, ids in history if number > serial]
        # The first row says which serial the history begins after.
        return set().union(*known) if history and history[0][0] <= serial else None

    def _numbers(self, array: Any, count: int) -> list[int]:
        return list(self._slurm.ffi.unpack(array, count)) if array and count else []


#: The images that are mapped in this process: address → size.
_mapped: dict[int, int] = {}


def show(slurm: Library, kind: Kind, file: int, address: int, size: int) -> Shown:
    """Maps an image. Raises OSError if that fails, ValueError if it is none or its place is taken."""
    if fcntl(file, F_GET_SEALS) & SEALS != SEALS or os.fstat(file).st_size != size:
        raise ValueError("an image must be sealed, and as long as it says")
    if any(at < address + size and address < at + length for at, length in _mapped.items()):
        raise ValueError("an older image is still in the place of this one")
    ffi, lib = slurm.ffi, slurm.lib
    if lib.image_map(file, address, size):
        raise OSError(ffi.errno, os.strerror(ffi.errno))
    _mapped[address] = size
    header = ffi.cast("image_t *", address)

    def unmap(message: Any) -> None:
        del _mapped[address]
        lib.image_unmap(address, size)

    message = ffi.gc(ffi.cast(f"{kind.message} *", header.message), unmap)
    if header.magic != lib.IMAGE_MAGIC or header.size != size:
        raise ValueError("what came is no image")
    array = getattr(message, kind.array)
    return Shown(slurm, header, Records(message, array, range(header.count)))
