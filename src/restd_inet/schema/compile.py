"""Compiles a record table at an API version into a function: struct → dict.

The rows that hold at a version become one Python function, each field one statement in it, since a table
walked field by field costs too much for 20,000 jobs.
"""

from __future__ import annotations

from restd_inet.schema.kinds.base import ABSENT, Kind
from restd_inet.schema.kinds.composite import Items, Nested, StructKind, SubRecord
from restd_inet.schema.versions import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, Protocol

    from restd_inet.schema.kinds.base import Binding
    from restd_inet.schema.record import Record

    class Rows(Protocol):
        """Records as they are written. One that can give all of them as JSON has `json`, too (codec.json)."""

        def __iter__(self) -> Iterator[dict[str, Any]]: ...

        def __next__(self) -> dict[str, Any]: ...

    class Structs(Binding, Protocol):
        """What the compiler may ask of libslurm, beside what kinds ask."""

        string: Callable[[Any], bytes]  # ffi.string

        def members(self, struct: str) -> Mapping[str, str]:
            """The member names of a C struct."""

    class Slurm(Structs, Protocol):
        """What answers ask of libslurm, beside what the compiler asks."""

        @property
        def cluster_name(self) -> str:
            """ClusterName of slurm.conf."""

        @property
        def accounting_storage(self) -> str:
            """AccountingStorageType of slurm.conf."""

        def rows(self, record: Record, version: int, records: Iterable[Any]) -> Rows:
            """Many records, as libslurm_cffi's writer or the compiled function writes them."""


#: By the record itself: a package's may have the name of one of ours.
_dumpers: dict[tuple[Record, int], Callable[[Any], dict[str, Any]]] = {}


class _Source:
    """The loader of a compiled function."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, name: str) -> str:
        return self.text


def dumper(record: Record, version: int, binding: Structs | None) -> Callable[[Any], dict[str, Any]]:
    """The function that writes a struct of this record as a dict, at a version.

    binding: None for a record that is not C's and whose kinds do not ask libslurm.
    """
    key = (record, version)
    found = _dumpers.get(key)
    if found is None:
        source, names = _source(record, version, binding)
        name = f"{record.name} at {NAMES[version]}"
        # By these a traceback finds the source (linecache).
        names |= {"__name__": name, "__loader__": _Source(source)}
        exec(compile(source, name, "exec"), names)
        found = names.pop("dump")  # no cycle: a function that is not kept is freed at once
        if not record.temporary:
            _dumpers[key] = found
    return found


def _source(record: Record, version: int, binding: Structs | None) -> tuple[str, dict[str, Any]]:
    """The text of that function, and what its names stand for."""
    members = binding.members(record.struct) if binding and record.struct else None
    names: dict[str, Any] = {"ABSENT": ABSENT, **({"string": binding.string} if binding else {})}
    objects = {"": "out"}
    lines = ["def dump(p):", " out = {}"]
    for field in record.fields:
        path = field.name_at(version)
        if path is None:
            continue
        parent, _, leaf = path.rpartition(".")
        target = f"{_object(parent, objects, lines)}[{leaf!r}]"
        kind = field.kind_at(version)
        if members is None or field.member is None or field.member in members:
            member = members[field.member] if members and field.member else field.member
            lines += _statements(member, kind, version, binding, target, names)
        elif (empty := kind.empty_at(version)) is not ABSENT:
            lines.append(f" {target} = {empty!r}")
    lines.append(" return out")
    return "\n".join(lines), names


def _statements(
    member: str | None, kind: Kind, version: int, binding: Structs | None, target: str, names: dict[str, Any]
) -> list[str]:
    """The statements that write one field."""
    value, name = f"p.{member}", f"f{len(names)}"
    if isinstance(kind, StructKind):
        names[name] = function(kind, version, binding)
        empty = kind.empty_at(version)
        code = f"{name}(p)" if member is None else f"{name}(p) if {value} else {empty!r}"
        if empty is ABSENT:
            return [f" x = {code}", f" if x is not ABSENT: {target} = x"]
        return [f" {target} = {code}"]
    code_or_function = kind.dump(version, binding)  # type: ignore[arg-type]  # None: see dumper
    if not isinstance(code_or_function, str):
        names[name] = code_or_function
        return [f" {target} = {name}({value})"]
    if code_or_function == "x":
        return [f" {target} = {value}"]
    return [f" x = {value}", f" {target} = {code_or_function}"]


def function(kind: Kind, version: int, binding: Structs | None) -> Callable[[Any], Any]:
    """A kind's way of writing at a version, as a function of what it is about."""
    code = kind.dump(version, binding)  # type: ignore[arg-type]  # None: see dumper
    if isinstance(code, str):
        code = eval(f"lambda x: {code}", {"string": binding.string} if binding else {})
    if isinstance(kind, Nested):
        nested, dump_nested = code, dumper(kind.record, version, binding)
        return lambda x: dump_nested(nested(x))
    if isinstance(kind, SubRecord):
        part, dump_part = code, dumper(kind.record, version, binding)
        return lambda x: None if (found := part(x)) is None else dump_part(found)
    if isinstance(kind, Items):
        items, dump = code, dumper(kind.record, version, binding)
        return lambda x: [dump(item) for item in items(x)]
    found: Callable[[Any], Any] = code
    return found


def _object(path: str, objects: dict[str, str], lines: list[str]) -> str:
    """The variable of the nested object at a path, made by a statement when it is first met."""
    if path not in objects:
        parent, _, leaf = path.rpartition(".")
        outer = _object(parent, objects, lines)
        objects[path] = f"o{len(objects)}"
        lines.append(f" {objects[path]} = {outer}[{leaf!r}] = {{}}")
    return objects[path]


def rows(structs: Structs | None, record: Record, version: int, records: Iterable[Any]) -> Rows:
    """Records as dicts, one by one."""
    return map(dumper(record, version, structs), records)
