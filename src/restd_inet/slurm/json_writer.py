"""Tables handed to libslurm_cffi's writer (writer.h): thousands of structs as JSON, without a dict for each.

The plan of a table is made from the same rows, and the same expressions, as its Python function
(schema.convert): what the writer does not do itself it asks for, and that is what the row's
expression gives. So a kind is written once, and both ways write the same.
"""

from __future__ import annotations

import json
from struct import pack, unpack

from restd_inet.codec._stream import finite, without_surrogates
from restd_inet.schema.convert import dumper, function
from restd_inet.schema.kinds.base import ABSENT, Kind
from restd_inet.schema.kinds.composite import Constant, StructKind
from restd_inet.schema.kinds.numbers import Number, Time
from restd_inet.schema.kinds.strings import Indexes, Text
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from restd_inet.slurm.library import Library
    from restd_inet.slurm.results import Records

#: Kinds of pointers that the writer writes itself.
_NATIVE: dict[type[Kind], str] = {Text: "TEXT", Indexes: "INDEXES"}
#: Bytes of a piece of an answer, about.
_PIECE = 1 << 16


class StructRows:
    """The records of a message: as dicts one by one, or all at once as JSON (see codec.json)."""

    def __init__(self, slurm: Library, record: Record, version: int, records: Records) -> None:
        self._slurm = slurm
        self._record = record
        self._version = version
        self._records = records
        self._rows = map(dumper(record, version, slurm), records)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self

    def __next__(self) -> dict[str, Any]:
        return next(self._rows)

    def json(self) -> Iterator[bytes]:
        """The JSON of all records, commas between them."""
        return _Writer(self._slurm, self._record, self._version).pieces(self._records)


class _Answers:
    """What the C code asks of Python: the value of a row's member, or of a record, as JSON.

    The C code holds this object, so this object must not hold the writer: in a cycle with it the memory in C
    would be kept until a collection, which is rare (see __main__).
    """

    def __init__(self, ffi: Any, struct: Any) -> None:
        self._ffi = ffi
        self._pointer = ffi.typeof(f"{struct.cname} *")
        self._answer = ffi.new("writer_answer_t *")
        self._kept: list[Any] = []
        self._last: Any = None
        self.functions: list[Callable[[int, Any], Any]] = []
        self.failure: Exception | None = None

    def failed(self) -> Exception:
        """Why the C code stopped. It is not kept: its traceback has the frames of those who wait for it."""
        failure, self.failure = self.failure, None
        return failure or MemoryError()

    def answer(self, row: int, bits: int, record: Any) -> Any:
        """The answer about a record, or about a value, which the C code remembers."""
        struct = self._ffi.cast(self._pointer, record) if record else None
        text = _json(self.functions[row](bits, struct))
        if struct is None:
            self._answer.text = self.keep(text)
        else:
            self._last = self._answer.text = self._ffi.new("char[]", text)
        self._answer.size = len(text)
        return self._answer

    def keep(self, text: bytes) -> Any:
        """The text in C, as long as this object lives."""
        self._kept.append(self._ffi.new("char[]", text))
        return self._kept[-1]


class _Writer:
    """One writer_t, its plan, and the answers to what it asks."""

    def __init__(self, slurm: Library, record: Record, version: int) -> None:
        self._slurm = slurm
        self._ffi, self._lib = slurm.ffi, slurm.lib
        self._struct = slurm.ffi.typeof(record.struct)
        fields, self._names = dict(self._struct.fields), slurm.members(record.struct)
        self._members = {name: fields[own] for name, own in self._names.items()}
        self._answers = _Answers(slurm.ffi, self._struct)
        self._keep = self._answers.keep
        rows = [self._row(field, version) for field in record.fields if field.name_at(version) is not None]
        self._plan = self._ffi.new("writer_row_t[]", rows)
        self._plan[0].key = self._keep(b"{" + self._ffi.string(self._plan[0].key)[1:])
        self._handle = self._ffi.new_handle(self._answers)
        self._ffi.def_extern("writer_ask")(_ask(self._ffi))
        made = self._lib.writer_new(self._plan, len(rows), self._handle)
        self._writer = self._ffi.gc(made, self._lib.writer_free)

    def pieces(self, records: Records) -> Iterator[bytes]:
        """JSON in pieces of about 64 KiB."""
        ffi, stride = self._ffi, self._ffi.sizeof(self._struct)
        size = ffi.new("size_t *")
        address, left = ffi.cast("char *", records.array), len(records)
        while left:
            written = self._lib.writer_write(self._writer, address, stride, left, _PIECE)
            if not written:
                raise self._answers.failed()
            address += written * stride
            left -= written
            text = self._lib.writer_text(self._writer, size)
            yield ffi.buffer(text, size[0])[:] + (b"," if left else b"")

    def _row(self, field: Field, version: int) -> dict[str, Any]:
        """A writer_row_t."""
        key = _json(field.name_at(version))
        plan: dict[str, Any] = {"key": self._keep(b"," + key + b":"), "key_size": len(key) + 2}
        member = self._members.get(field.member or "")
        if member is not None:
            plan.update(offset=member.offset, size=self._ffi.sizeof(member.type))
        shape = field.kind_at(version)
        unset = shape.empty_at(version)
        value: Callable[[int, Any], Any] = lambda bits, struct: None  # noqa: E731
        if isinstance(shape, Constant):
            kind = "CONSTANT"
        elif isinstance(shape, StructKind) and (field.member is None or member is not None):
            compute = function(shape, version, self._slurm)
            kind, value = "RECORD", lambda bits, struct: compute(struct)
        elif member is None:
            kind = "CONSTANT"
        elif type(shape) in _NATIVE:
            kind = _NATIVE[type(shape)]
        elif member.type.kind == "pointer":
            of_pointer, name = function(shape, version, self._slurm), self._names[str(field.member)]
            kind, value = "RECORD", lambda bits, struct: of_pointer(getattr(struct, name))
            unset = of_pointer(self._ffi.NULL)
        else:
            kind, plan["limit"], value = self._number(shape, member.type, version)
        text = b"" if unset is ABSENT else _json(unset)
        if kind == "STRUCTURE":
            text = _json(value(1, None)).removesuffix(b"1}")
        self._answers.functions.append(value)
        return {
            **plan,
            "kind": getattr(self._lib, f"WRITER_{kind}"),
            "unset": self._keep(text),
            "unset_size": len(text),
        }

    def _number(self, kind: Kind, ctype: Any, version: int) -> tuple[str, int, Callable[[int, Any], Any]]:
        """How a number is written: the writer's kind, its limit, and the value of what it asks for."""
        of_number, cast = function(kind, version, self._slurm), self._ffi.cast
        if ctype.cname == "double":
            return "VALUE", 0, lambda bits, struct: of_number(unpack("d", pack("Q", bits))[0])
        signed = int(cast(ctype, -1)) < 0
        if isinstance(kind, Number) and not signed and version < V39:
            return "UNSIGNED", kind.no_val, lambda bits, struct: of_number(bits)
        if isinstance(kind, Number) and not signed:
            return "STRUCTURE", kind.no_val, lambda bits, struct: of_number(bits)
        if isinstance(kind, Time) and version >= V40:
            # What is negative is no time, and is asked for.
            return "STRUCTURE", 1 << 63, lambda bits, struct: of_number(int(cast(ctype, bits)))
        if kind.dump(version, self._slurm) == "x":
            return "SIGNED" if signed else "UNSIGNED", (1 << 64) - 1, lambda bits, struct: bits
        return "VALUE", 0, lambda bits, struct: of_number(int(cast(ctype, bits)))


def _ask(ffi: Any) -> Callable[..., Any]:
    def writer_ask(asked: Any, row: int, bits: int, record: Any) -> Any:
        answers = ffi.from_handle(asked)
        try:
            return answers.answer(row, bits, record)
        except Exception as error:
            answers.failure = error
            return ffi.NULL

    return writer_ask


def _json(value: Any) -> bytes:
    try:
        text = _ENCODER.encode(value)
    except ValueError:
        text = _ENCODER.encode(finite(value))
    return without_surrogates(text).encode()


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
