"""Makes images (slurm.image): copies messages of slurmctld's, and compares each with the one before.

What of a struct is copied follows from cffi's description of it and from the tables below. Pointers of which
they do not say what they point to are NULL in an image.
"""

from __future__ import annotations

import errno
import os
from fcntl import F_ADD_SEALS, fcntl
from mmap import PAGESIZE, mmap

from restd_inet.slurm.image import RANGE_BYTES, SEALS, reserve, show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from restd_inet.slurm.image import Kind, Shown
    from restd_inet.slurm.library import Library
    from restd_inet.slurm.results import Records

    Row = dict[str, Any]

#: Members whose C type does not say what they point to.
_RULES = {"job_resrcs": "RESOURCES", "select_nodeinfo": "USE"}
#: Arrays, by the member that has their length.
_COUNTS = {"gres_detail_str": "gres_detail_cnt", "core_spec": "core_spec_cnt"}
#: Arrays with an item for each word of a member.
_WORDS = {"priority_array": ("priority_array_names", "priority_array_parts")}  # the latter in 24.05
#: Bytes of one image at most.
MOST_BYTES = 1 << 32


class Plan:
    """How a kind's records are copied and compared: the rows that image.h describes."""

    def __init__(self, slurm: Library, kind: Kind) -> None:
        self._ffi, self._lib = slurm.ffi, slurm.lib
        self._rows: list[Row] = []
        self._firsts: dict[str, int] = {}
        struct = slurm.ffi.typeof(kind.struct)
        self.first = self._add(struct)
        self.stride = slurm.ffi.sizeof(struct)
        self.rows = slurm.ffi.new("image_row_t[]", self._rows)
        id = dict(struct.fields)[kind.id]
        self.id = id.offset, 0 if id.type.kind == "pointer" else slurm.ffi.sizeof(id.type)

    def _add(self, struct: Any) -> int:
        """Adds the rows of a struct, and behind them those of what it points to; gives its first."""
        if struct.cname in self._firsts:
            return self._firsts[struct.cname]
        members = list(_pointers(struct))
        first = self._firsts[struct.cname] = len(self._rows)
        self._rows += [{}] * (len(members) + 1)
        for index, (name, offset, ctype) in enumerate(members, first):
            row = self._row(dict(struct.fields), name, ctype)
            kind = getattr(self._lib, f"IMAGE_{row.pop('kind')}")
            self._rows[index] = {**row, "kind": kind, "offset": offset}
        end = {"kind": self._lib.IMAGE_END, "stride": self._ffi.sizeof(struct)}
        self._rows[first + len(members)] = end
        return first

    def _row(self, fields: dict[str, Any], name: str, ctype: Any) -> Row:
        if name in _RULES:
            return {"kind": _RULES[name]}
        pointed = ctype.item
        if name in _COUNTS:
            count = fields[_COUNTS[name]]
            counted = {"count_offset": count.offset, "count_size": self._ffi.sizeof(count.type)}
            if pointed.kind == "pointer":
                return {"kind": "TEXTS", **counted}
            return {"kind": "STRUCTS", **counted, **self._structs(pointed)}
        if name in _WORDS:
            of = next(fields[words].offset for words in _WORDS[name] if words in fields)
            return {"kind": "PER_WORD", "stride": self._ffi.sizeof(pointed), "count_offset": of}
        if pointed.cname == "char":
            return {"kind": "TEXT"}
        if pointed.cname == "int32_t" and name.endswith("_inx"):
            return {"kind": "INDEXES"}
        if pointed.kind == "struct" and self._is_known(pointed) and not list(_pointers(pointed)):
            return {"kind": "STRUCTS", **self._structs(pointed)}
        return {"kind": "NOTHING"}

    def _is_known(self, struct: Any) -> bool:
        """Whether headers say what is in a struct; cffi aborts where it is asked for members of others."""
        try:
            return bool(self._ffi.sizeof(struct))
        except self._ffi.error:
            return False

    def _structs(self, struct: Any) -> Row:
        return {"stride": self._ffi.sizeof(struct), "plan": self._add(struct)}


def _pointers(struct: Any, at: int = 0) -> Iterator[tuple[str, int, Any]]:
    """The members of a struct that are pointers, those of structs in it too: name, offset, type."""
    for name, field in struct.fields or ():
        if field.type.kind == "pointer":
            yield name, at + field.offset, field.type
        elif field.type.kind == "struct":
            yield from _pointers(field.type, at + field.offset)


class Range:
    """The addresses of images, the same in all processes that come from the one that has reserved them.

    Each image takes the next ones, so that a process may have an old image until as many bytes came after it.
    next: offset of the next one, in memory that outlives this process: who has an image of it goes on.
    """

    def __init__(self, slurm: Library, next: memoryview) -> None:
        self._start = reserve(slurm)
        self._next = next

    def take(self, size: int) -> int:
        """The address of a new image of that size."""
        if self._next[0] + size > RANGE_BYTES:
            self._next[0] = 0
        address: int = self._start + self._next[0]
        self._next[0] += -(-size // PAGESIZE) * PAGESIZE
        return address


class Maker:
    """Makes the images of a kind, each of which is compared with the one before.

    serial: of the last one. last: the newest, mapped here.
    """

    def __init__(self, slurm: Library, kind: Kind, addresses: Range, serial: int) -> None:
        self._slurm = slurm
        self._kind = kind
        self._plan = Plan(slurm, kind)
        self._range = addresses
        self._serial = serial
        self._epoch = 0
        self.last: Shown | None = None

    def lost(self) -> None:
        """slurmctld did not answer: the next image is not compared with the last one."""
        self._epoch += 1
        self.last = None

    def make(self, records: Records) -> Made | None:
        """A new image; None if nothing has changed since the last one.

        Raises OSError, of EFBIG if it would be too large.
        """
        draft = _Draft(self._slurm, self._plan, self._kind, records, self.last)
        if draft.size > MOST_BYTES:
            text = f"an image of {len(records)} records would take {draft.size} bytes"
            raise OSError(errno.EFBIG, text)
        made = Made(os.memfd_create("image", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), draft.size)
        made.address = self._range.take(draft.size)
        os.truncate(made.file, draft.size)
        if not draft.write(made.file, made.address, self._serial + 1, self._epoch):
            return None
        self._serial += 1
        fcntl(made.file, F_ADD_SEALS, SEALS)
        self.last = show(self._slurm, self._kind, made.file, made.address, made.size)
        return made


class Made:
    """The file of an image, its address and its size. The file is closed with this object."""

    __slots__ = ("address", "file", "size")

    def __init__(self, file: int, size: int) -> None:
        self.file = file
        self.size = size
        self.address = 0

    def __del__(self) -> None:
        os.close(self.file)


class _Draft:
    """An image that is being written: its header, message, records with what they point to, and changes."""

    def __init__(self, slurm: Library, plan: Plan, kind: Kind, records: Records, last: Shown | None) -> None:
        self._ffi, self._lib = slurm.ffi, slurm.lib
        self._plan, self._kind, self._records = plan, kind, records
        self._old = last.records if last else None
        count = self._count = len(records)
        self._indexes = self._ffi.new("int32_t[]", list(records.indexes)) if count else self._ffi.NULL
        self._message = _aligned(self._ffi.sizeof("image_t"))
        self._array = self._message + _aligned(self._ffi.sizeof(kind.message))
        self._fresh = self._array + self._copy(self._ffi.NULL, 0)
        self._before = self._fresh + _aligned(4 * count)
        self._removed = self._before + _aligned(4 * count)
        self.size = self._removed + _aligned(4 * len(self._old or ()))

    def _copy(self, to: Any, address: int) -> int:
        source = self._ffi.cast("char *", self._records.array)
        arguments = source, self._indexes, self._count, to, address
        return int(self._lib.image_copy(self._plan.rows, self._plan.first, *arguments))

    def write(self, file: int, address: int, serial: int, epoch: int) -> bool:
        """Writes it; False if it says what the image before says."""
        ffi, kind = self._ffi, self._kind
        with mmap(file, self.size) as memory, ffi.from_buffer(memory, require_writable=True) as start:
            start = ffi.cast("char *", start)
            self._copy(start + self._array, address + self._array)
            message = ffi.cast(f"{kind.message} *", start + self._message)
            self._fill(message)
            setattr(message, kind.array, ffi.cast(f"{kind.struct} *", address + self._array))
            header = ffi.cast("image_t *", start)
            header.magic, header.size, header.serial = self._lib.IMAGE_MAGIC, self.size, serial
            header.epoch, header.count = epoch, self._count
            header.message = ffi.cast("void *", address + self._message)
            for name in ("fresh", "before", "removed"):
                place = getattr(self, f"_{name}")
                setattr(header, name, ffi.cast("int32_t *", address + place))
            return self._old is None or self._compare(file, address, start, header)

    def _fill(self, message: Any) -> None:
        """The numbers of the message."""
        source = self._records.message
        for name, field in self._ffi.typeof(self._kind.message).fields:
            if field.type.kind == "primitive" and hasattr(source, name):
                setattr(message, name, getattr(source, name))
        message.record_count = self._count

    def _compare(self, file: int, address: int, start: Any, header: Any) -> bool:
        """Its pointers are right where it will lie, and so it is mapped there meanwhile."""
        ffi, lib, old, plan = self._ffi, self._lib, self._old, self._plan
        assert old is not None
        if lib.image_map(file, address, self.size):
            raise OSError(ffi.errno, os.strerror(ffi.errno))
        places = (ffi.cast("int32_t *", start + at) for at in (self._fresh, self._before, self._removed))
        counts = ffi.new("uint32_t[2]")
        new, older = ffi.cast("char *", address + self._array), ffi.cast("char *", old.array)
        sides = new, self._count, older, len(old)
        failed = lib.image_compare(plan.rows, plan.first, *sides, *plan.id, *places, counts)
        lib.image_unmap(address, self.size)
        if failed:
            raise MemoryError
        header.fresh_count, header.removed_count = counts
        return any(counts)


def _aligned(size: int) -> int:
    return -(-size // 8) * 8
