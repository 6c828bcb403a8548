"""Makes images (slurm.image): copies messages of slurmctld's, and compares each with the one before.

What of a struct is copied follows from cffi's description of it and from the tables below. Pointers of which
they do not say what they point to are NULL in an image.
"""

from __future__ import annotations

import json
import os
from fcntl import F_ADD_SEALS, fcntl
from mmap import PAGESIZE, mmap

from restd_inet.problems import Problem
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
_WORDS = {"priority_array": "priority_array_names"}
#: Bytes of one image at most.
MOST_BYTES = 1 << 32
#: Ids and serials of a history at most; its bytes, with the longest names.
MOST_HISTORY, MOST_SERIALS = 20_000, 256
HISTORY_BYTES = 1 << 26


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
            of = fields[_WORDS[name]].offset
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
    """

    def __init__(self, slurm: Library) -> None:
        self._start = self._next = reserve(slurm)

    def take(self, size: int) -> int:
        """The address of a new image, of that size and a history."""
        if self._next + size + HISTORY_BYTES > self._start + RANGE_BYTES:
            self._next = self._start
        return self._next

    def end(self, address: int) -> None:
        """The image ends there."""
        self._next = -(-address // PAGESIZE) * PAGESIZE


class Maker:
    """Makes the images of a kind: each is compared with the one before, and knows the latest changes.

    last: the newest, mapped here.
    """

    def __init__(self, slurm: Library, kind: Kind, addresses: Range, serial: int) -> None:
        self._slurm = slurm
        self._kind = kind
        self._plan = Plan(slurm, kind)
        self._range = addresses
        self._history: list[tuple[int, list[Any]]] = []
        self._serial = serial
        self._epoch = 0
        self.last: Shown | None = None

    def lost(self) -> None:
        """slurmctld did not answer: the next image is not compared with the last one."""
        self._epoch += 1
        self.last = None
        self._history = []

    def make(self, records: Records) -> tuple[int, int, int] | None:
        """The file, the address and the size of a new image; None if nothing has changed since the last one.

        Raises Problem if it would be too large, OSError.
        """
        draft = _Draft(self._slurm, self._plan, self._kind, records, self.last)
        if draft.size > MOST_BYTES:
            raise Problem(
                503, f"an image of {len(records)} {self._kind.struct} would take {draft.size} bytes"
            )
        file = os.memfd_create("image", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            address = self._range.take(draft.size)
            os.truncate(file, draft.size)
            changed = draft.write(file, address)
            if changed is not None and not changed:
                os.close(file)
                return None
            self._serial += 1
            self._remember(changed)
            size = draft.end(file, self._serial, self._epoch, json.dumps(self._history).encode())
            self._range.end(address + size)
            fcntl(file, F_ADD_SEALS, SEALS)
            self.last = show(self._slurm, self._kind, file, address, size)
        except BaseException:
            os.close(file)
            raise
        return file, address, size

    def _remember(self, changed: list[Any] | None) -> None:
        self._history.append((self._serial, changed or []))
        rows = sum(len(ids) for _, ids in self._history)
        while len(self._history) > 1 and (rows > MOST_HISTORY or len(self._history) > MOST_SERIALS):
            del self._history[0]
            # What changed with the first serial is not needed to go on from it.
            rows -= len(self._history[0][1])
            self._history[0] = (self._history[0][0], [])


class _Draft:
    """An image that is being written: header, message, records and what they point to, changes, history."""

    def __init__(self, slurm: Library, plan: Plan, kind: Kind, records: Records, last: Shown | None) -> None:
        self._ffi, self._lib = slurm.ffi, slurm.lib
        self._plan, self._kind, self._records = plan, kind, records
        self._slurm = slurm
        self._count = len(records)
        self._old = last.records if last else None
        self._indexes = self._ffi.new("int32_t[]", list(records.indexes)) if self._count else self._ffi.NULL
        self._message = _aligned(self._ffi.sizeof("image_t"))
        self._array = self._message + _aligned(self._ffi.sizeof(kind.message))
        self._before = self._array + self._copy(self._ffi.NULL, 0)
        self._removed = self._before + _aligned(4 * self._count)
        self.size = self._removed + _aligned(4 * len(self._old or ()))

    def _copy(self, to: Any, address: int) -> int:
        source = self._ffi.cast("char *", self._records.array)
        arguments = source, self._indexes, self._count, to, address
        return int(self._lib.image_copy(self._plan.rows, self._plan.first, *arguments))

    def write(self, file: int, address: int) -> list[Any] | None:
        """Writes all but the history; the ids of what changed. None: there is none to compare with."""
        ffi = self._ffi
        self._address = address
        with mmap(file, self.size) as memory, ffi.from_buffer(memory, require_writable=True) as start:
            start = ffi.cast("char *", start)
            self._copy(start + self._array, address + self._array)
            kind = self._kind
            message = ffi.cast(f"{kind.message} *", start + self._message)
            self._fill_message(message)
            setattr(message, kind.array, ffi.cast(f"{kind.struct} *", address + self._array))
            return self._compare(file, start) if self._old is not None else None

    def _fill_message(self, message: Any) -> None:
        """The numbers of the message."""
        source = self._records.message
        for name, field in self._ffi.typeof(self._kind.message).fields:
            if field.type.kind == "primitive" and hasattr(source, name):
                setattr(message, name, getattr(source, name))
        message.record_count = self._count

    def _compare(self, file: int, start: Any) -> list[Any]:
        """Its pointers are right where it will lie, and so it is mapped there meanwhile."""
        ffi = self._ffi
        if self._lib.image_map(file, self._address, self.size):
            raise OSError(ffi.errno, os.strerror(ffi.errno))
        try:
            return self._changes(start)
        finally:
            self._lib.image_unmap(self._address, self.size)

    def _changes(self, start: Any) -> list[Any]:
        ffi, old = self._ffi, self._old
        assert old is not None
        copy = ffi.cast("char *", self._address + self._array)
        before = ffi.cast("int32_t *", start + self._before)
        removed = ffi.cast("int32_t *", start + self._removed)
        gone = self._lib.image_compare(
            self._plan.rows, self._plan.first, copy, self._count, ffi.cast("char *", old.array), len(old),
            *self._plan.id, before, removed,
        )  # fmt: skip
        if gone < 0:
            raise MemoryError
        self._gone = gone
        array, id = self._records.array, self._id
        new = (
            index
            for index, place in zip(self._records.indexes, before[0 : self._count], strict=True)
            if place < 0
        )
        return [id(array[index]) for index in new] + [id(old.array[place]) for place in removed[0:gone]]

    def _id(self, record: Any) -> Any:
        found = getattr(record, self._kind.id)
        return found if isinstance(found, int) else self._slurm.text(found)

    def end(self, file: int, serial: int, epoch: int, history: bytes) -> int:
        """Writes the header and the history; the size of the image."""
        ffi, address = self._ffi, self._address
        size = self.size + len(history)
        os.pwrite(file, history, self.size)
        header = ffi.new("image_t *")
        header.magic, header.size, header.serial, header.epoch = self._lib.IMAGE_MAGIC, size, serial, epoch
        header.message = ffi.cast("void *", address + self._message)
        header.count = self._count
        header.history = ffi.cast("char *", address + self.size)
        header.history_size = len(history)
        if self._old is not None:
            header.before = ffi.cast("int32_t *", address + self._before)
            header.removed = ffi.cast("int32_t *", address + self._removed)
            header.removed_count = self._gone
        os.pwrite(file, ffi.buffer(header), 0)
        return size


def _aligned(size: int) -> int:
    return -(-size // 8) * 8
