"""Tables handed to libslurm_cffi's writer (writer.h): thousands of structs as JSON, without a dict for each.

The plan of a table is made from the same rows, and the same expressions, as its Python function
(schema.compile): what depends on one member's value and is no plain number is asked of that expression, once
for each value. A lookup that has a twin in C, writer_NAME, is that twin; a table or lookup that has none is
asked for each record. A test compares both ways of writing.
"""

from __future__ import annotations

import json
import re
from struct import pack, unpack

from restd_inet.codec._stream import finite, without_surrogates
from restd_inet.schema.compile import dumper, function
from restd_inet.schema.kinds.base import ABSENT, Kind, at
from restd_inet.schema.kinds.composite import Computed, Constant, Items, Nested, StructKind, SubRecord
from restd_inet.schema.kinds.numbers import Double, Mebibytes, Number, Time
from restd_inet.schema.kinds.strings import Indexes, Text, Words
from restd_inet.schema.kinds.values import MEM_PER_CPU, NO_VAL
from restd_inet.schema.versions import V39, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from restd_inet.schema.record import Field, Record
    from restd_inet.slurm.library import Library
    from restd_inet.slurm.results import Records

    Row = dict[str, Any]

#: Bytes of a piece of an answer, about.
_PIECE = 1 << 16
#: The lookups whose twins ask for a name by value: what they ask, and what no name is written as.
_NAMES = {"job_user_name": ("user_name", None), "reason_user": ("user_name", "")}
#: The lookups that give an array of structs: its member, and that of its length.
_ARRAYS = {"reserved_cores": ("core_spec", "core_spec_cnt")}
#: What the struct of a part has for members that a twin writes: record's name, member → lookup.
_TWINS = {("allocation", "hosts"): "allocated_hosts"}
_EQUAL = re.compile(r"x == (\d+)").fullmatch
_BITS63 = "x & 0x7fffffffffffffff"


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
        return _Writer(self._slurm, self._record, self._version).pieces(self._records, _PIECE, b",")

    def lines(self) -> Iterator[bytes]:
        """The JSON of all records, each on a line, in pieces."""
        lines: list[bytes] = []
        size = 0
        for text in _Writer(self._slurm, self._record, self._version).pieces(self._records, 0, b"\n"):
            lines.append(text)
            size += len(text)
            if size > _PIECE:
                yield b"".join(lines)
                lines, size = [], 0
        if lines:
            yield b"".join([*lines, b"\n"])


class Texts:
    """The JSON of each record, of one list after the other: what is prepared for the first serves all."""

    def __init__(self, slurm: Library, record: Record, version: int) -> None:
        self._writer = _Writer(slurm, record, version)

    def of(self, records: Records) -> Iterator[bytes]:
        return self._writer.pieces(records, 0, b"")


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
        """The answer about a record, or about a value; the C code copies it, and remembers the latter."""
        struct = self._ffi.cast(self._pointer, record) if record else None
        text = _json(self.functions[row](bits, struct))
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
        self._version = version
        self._ffi, self._lib = slurm.ffi, slurm.lib
        self._struct = slurm.ffi.typeof(record.struct)
        self._answers = _Answers(slurm.ffi, self._struct)
        self._rows: list[Row] = []
        self._add_plan(record, self._struct)
        self._plan = self._ffi.new("writer_row_t[]", self._rows)
        self._handle = self._ffi.new_handle(self._answers)
        self._ffi.def_extern("writer_ask")(_ask(self._ffi))
        made = self._lib.writer_new(self._plan, len(self._rows), self._handle)
        self._writer = self._ffi.gc(made, self._lib.writer_free)

    def pieces(self, records: Records, enough: int, between: bytes) -> Iterator[bytes]:
        """JSON in pieces of about so many bytes; 0: one record each. between: what stands between them."""
        ffi, stride = self._ffi, self._ffi.sizeof(self._struct)
        size = ffi.new("size_t *")
        unwritten = len(records)
        for first, left in records.runs():
            address = ffi.cast("char *", records.array + first)
            while left:
                written = self._lib.writer_write(self._writer, address, stride, left, enough)
                if not written:
                    raise self._answers.failed()
                address += written * stride
                left -= written
                unwritten -= written
                text = self._lib.writer_text(self._writer, size)
                yield ffi.buffer(text, size[0])[:] + (between if unwritten else b"")

    def _add_plan(self, record: Record, struct: Any) -> int:
        """Adds the rows of a record, and behind them those of its nested ones; gives its first."""
        first = len(self._rows)
        keyed, closing = _keys(record, self._version)
        self._rows += [{}] * (len(keyed) + 1)
        self._answers.functions += [_nothing] * (len(keyed) + 1)
        for index, (key, field) in enumerate(keyed, first):
            row = self._row(record, field, index, struct)
            plain = key.startswith(b",") and key.count(b'":') == 1
            assert plain or row["unset"] or row["kind"] not in ("PART", "CONSTANT"), (
                f"{key!r} may be left out"
            )
            self._rows[index] = self._in_c(key, row)
        self._rows[first + len(keyed)] = self._in_c(closing, {"kind": "END"})
        return first

    def _in_c(self, key: bytes, row: Row) -> Row:
        """A writer_row_t: its texts with their sizes, its kind by number."""
        row = {"unset": b"", "other": b"", **row, "key": key}
        for name in ("key", "unset", "other"):
            row[f"{name}_size"] = len(row[name])
            row[name] = self._answers.keep(row[name])
        return {**row, "kind": getattr(self._lib, f"WRITER_{row['kind']}")}

    def _row(self, record: Record, field: Field, index: int, struct: Any) -> Row:
        """How a field is written."""
        fields, names = dict(struct.fields), self._slurm.members(struct.cname)
        members = {name: fields[own] for name, own in names.items()}
        shape = field.kind_at(self._version)
        member = members.get(field.member or "")
        row: Row = {"unset": _unset(shape.empty_at(self._version))}
        twin = _TWINS.get((record.name, field.member or ""), "")
        if isinstance(shape, Constant) or (field.member is not None and member is None and not twin):
            return {**row, "kind": "CONSTANT"}
        if member is not None:
            row.update(offset=member.offset, size=self._ffi.sizeof(member.type))
        if twin or isinstance(shape, StructKind):
            return {**row, **self._whole(shape, twin or _lookup(shape, self._version), index, members)}
        assert member is not None, "only a kind of a whole struct has no member"
        if member.type.kind == "pointer":
            return {**row, **self._pointer(shape, names[str(field.member)], index)}
        kind, value = self._number(shape, member.type)
        self._answers.functions[index] = value
        return {**row, **kind}

    def _whole(self, kind: Kind, lookup: str, index: int, members: dict[str, Any]) -> Row:
        """A field of several members, or of a nested record."""
        part = getattr(self._lib, f"writer_{lookup}", None)
        if kind.narrowed:  # twins write whole records
            return self._asked(kind, index)
        if isinstance(kind, Nested) and kind.member in members:
            pointed = members[kind.member].type.item
            return {"kind": "POINTEE", "plan": self._add_plan(kind.record, pointed)}
        if lookup in _ARRAYS and isinstance(kind, Items):
            array, count = (members[name] for name in _ARRAYS[lookup])
            return {
                "kind": "ARRAY",
                "offset": array.offset,
                "size": self._ffi.sizeof(array.type),
                "count_offset": count.offset,
                "count_size": self._ffi.sizeof(count.type),
                "stride": self._ffi.sizeof(array.type.item),
                "plan": self._add_plan(kind.record, array.type.item),
            }
        if isinstance(kind, SubRecord) and hasattr(self._lib, f"writer_fill_{lookup}"):
            struct = self._ffi.typeof(f"writer_{lookup}_t")
            fill = self._ffi.addressof(self._lib, f"writer_fill_{lookup}")
            plan = self._add_plan(kind.record, struct)
            return {"kind": "FILLED", "fill": fill, "stride": self._ffi.sizeof(struct), "plan": plan}
        if part is not None:
            if lookup in _NAMES:
                name, nobody = _NAMES[lookup]
                named = self._slurm.function(name)
                self._answers.functions[index] = lambda bits, struct: named(bits) or nobody
            return {"kind": "PART", "part": self._ffi.addressof(self._lib, f"writer_{lookup}")}
        return self._asked(kind, index)

    def _asked(self, kind: Kind, index: int) -> Row:
        """What Python is asked for about each record."""
        compute = function(kind, self._version, self._slurm)
        self._answers.functions[index] = lambda bits, struct: compute(struct)
        return {"kind": "RECORD"}

    def _pointer(self, kind: Kind, member: str, index: int) -> Row:
        """A pointer: a text, a list, or what is asked for each record."""
        code = kind.dump(self._version, self._slurm)
        # A formula of a text is the text of a lookup, and the struct of its twin has a pointer.
        if type(kind) is Text or (type(kind) is Words and self._version < V39) or code == "x":
            return {"kind": "TEXT"}
        if type(kind) is Words:
            return {"kind": "WORDS"}
        if type(kind) is Indexes:
            return {"kind": "INDEXES"}
        of_pointer = function(kind, self._version, self._slurm)
        self._answers.functions[index] = lambda bits, struct: of_pointer(getattr(struct, member))
        return {"kind": "RECORD", "unset": _unset(of_pointer(self._ffi.NULL))}

    def _number(self, kind: Kind, ctype: Any) -> tuple[Row, Callable[[int, Any], Any]]:
        """How a number is written, and the value of what is asked for."""
        of_number, cast = function(kind, self._version, self._slurm), self._ffi.cast
        structured = self._version >= V39
        if ctype.cname == "double":
            unpacked = lambda bits, struct: of_number(unpack("d", pack("Q", bits))[0])  # noqa: E731
            if type(kind) is not Double:
                return {"kind": "VALUE"}, unpacked
            before = _json(of_number(1.0)).removesuffix(b"1.0}").removesuffix(b"1.0")
            return {"kind": "DOUBLE", "limit": NO_VAL[32], "unset": before}, unpacked
        number = lambda bits, struct: of_number(int(cast(ctype, bits)))  # noqa: E731
        signed = int(cast(ctype, -1)) < 0
        if isinstance(kind, Mebibytes):
            wanted = MEM_PER_CPU if kind.per_cpu else 0
            other = _json(of_number(MEM_PER_CPU - wanted))
            row = _plain(of_number(wanted | 1), not structured, MEM_PER_CPU)
            return {**row, "mask": MEM_PER_CPU, "wanted": wanted, "other": other}, number
        if isinstance(kind, Number):
            below_zero = 1 << 8 * self._ffi.sizeof(ctype) - 1
            limit = min(kind.no_val, below_zero) if signed else kind.no_val
            return _plain(of_number(1), False, limit), number
        if type(kind) is Time and self._version >= V40:
            # What is negative is no time, and is asked for.
            return _plain(of_number(1), False, 1 << 63), number
        code = kind.dump(self._version, self._slurm)
        if code == "x":
            return {"kind": "SIGNED" if signed else "UNSIGNED", "limit": (1 << 64) - 1}, number
        if code == _BITS63:
            return {"kind": "UNSIGNED", "mask": MEM_PER_CPU, "limit": 1 << 63}, number
        if isinstance(code, str) and (equal := _EQUAL(code)):
            return {"kind": "EQUAL", "limit": int(equal[1])}, number
        return {"kind": "VALUE"}, number


def _plain(one: Any, positive: bool, limit: int) -> Row:
    """A number, from 1 on or from 0, that stands alone or in a structure. one: how 1 is written."""
    row = {"kind": "UNSIGNED", "low": int(positive), "limit": limit}
    if isinstance(one, dict):
        row.update(kind="STRUCTURE", unset=_json(one).removesuffix(b"1}"))
    return row


def _lookup(kind: Kind, version: int) -> str:
    """The lookup that a kind asks; "" if it asks none."""
    if isinstance(kind, Computed):
        return str(at(kind.styles, version))
    return kind.function if isinstance(kind, (Items, SubRecord)) else ""


def _unset(value: Any) -> bytes:
    return b"" if value is ABSENT else _json(value)


def _nothing(bits: int, struct: Any) -> Any:
    return None


def _keys(record: Record, version: int) -> tuple[list[tuple[bytes, Field]], bytes]:
    """The fields at a version in the order of documents, each with all that stands before its value.

    A name with dots is a field of a nested object. Last, what closes the record.
    """
    tree: dict[str, Any] = {}
    for field in record.fields:
        if (path := field.name_at(version)) is not None:
            *parents, leaf = path.split(".")
            inner = tree
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[leaf] = field
    found: list[tuple[bytes, Field]] = []
    return found, _walk(tree, b"{", found).removesuffix(b",") + b"}"


def _walk(tree: dict[str, Any], before: bytes, found: list[tuple[bytes, Field]]) -> bytes:
    """Adds the fields of a tree; gives what stands before the next. A function within would be a cycle."""
    for name, item in tree.items():
        key = before + _json(name) + b":"
        if isinstance(item, dict):
            before = b"}" + _walk(item, key + b"{", found)
        else:
            found.append((key, item))
            before = b","
    return before


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
